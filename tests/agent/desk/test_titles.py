"""What a matter is called in a list."""

from __future__ import annotations

import pytest

from agent.desk.titles import LONGEST, readable, title_of
from agent.schema import ComplaintReading
from tests.suggestions import suggestion

SUMMARY = "丰产路东头的路灯坏了三天，晚上走路看不见。"


def reading(title: str, *, summary: str = SUMMARY, text: str = "请派人看看。" + SUMMARY) -> ComplaintReading:
    """A reading with this title."""
    made = suggestion().complaint
    assert made is not None
    return made.model_copy(update={"title": title, "summary": summary, "masked_text": text})


@pytest.mark.parametrize(
    ("title", "stands"),
    [
        ("丰产路路灯三天不亮", True),
        ("路灯不亮", False),
        ("难怪现在的小孩不走这条路", False),
        ("超过后不给退费”", False),
        ("商户在微信群里宣称", False),
        ("去年七月十三日上午十一时左右", False),
        ("由于路灯不亮", False),
        ("什么时候能装路灯", True),
    ],
    ids=["plain", "short", "adverb", "quote", "open", "when", "cause", "question"],
)
def test_a_torn_clause_is_no_title(title: str, stands: bool) -> None:
    """A line that leans on a sentence before or after it is not shown alone."""
    assert readable(title) is stands


@pytest.mark.parametrize(
    ("one", "shown"),
    [
        (reading("丰产路路灯三天不亮"), "丰产路路灯三天不亮"),
        (reading("由于路灯"), SUMMARY),
        (
            reading("由于路灯", summary="由于它坏了。", text="坐席：您好，请讲。\n市民：路灯坏了三天。"),
            "路灯坏了三天。",
        ),
        (None, ""),
    ],
    ids=["title", "summary", "caller", "erased"],
)
def test_what_is_shown_instead(one: ComplaintReading | None, shown: str) -> None:
    """The summary's beginning, else what the caller said first."""
    assert title_of(one) == shown
    assert title_of(one, "自己写的") == "自己写的"


def test_never_longer_than_a_line() -> None:
    """A long summary is cut."""
    assert len(title_of(reading("由于", summary="路灯坏了" * 30))) == LONGEST
