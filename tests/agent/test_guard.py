"""The guard as a whole: it never raises, mends what can be mended, and judges files row by row."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.batch.readers import SourceRow
from agent.cli.drafts import judge_rows
from agent.drafting.guard import Grounds, check_draft, mend_draft
from agent.drafting.plan import Plan
from agent.schema import Check
from models.errors import InputError

COMPLAINT = "淮河路一处共享单车堆放点把盲道堵死了，轮椅过不去，希望清走。"
DRAFT = (
    "您好，您反映淮河路共享单车堵住盲道、轮椅无法通过的问题收悉。此事由属地城市管理部门会同运营企业办理。"
    "{more}清运安排：【承办单位填写：清运安排】。办理结果按规定时限反馈。"
    "在此之前，请轮椅使用者注意避让车辆，必要时请身边的人帮助。如有新的情况，可拨打12345补充，感谢您的监督。"
)
PIECES = st.sampled_from(
    [
        *"已经【】“”，。（路局万由了",
        "核查",
        "第五条",
        "《水法》",
        "10月12日",
        "2000元",
        "您反映",
        "的问题",
        "\u200b",
        "\ud800",
        "9" * 40,
    ]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=40).map("".join))
ANY_PLAN = st.builds(
    Plan,
    kind=st.sampled_from(["投诉", "表扬", "举报", "咨询"]),
    matter=st.sampled_from(["", "盲道堵死"]),
    record=TEXTS,
    form=st.sampled_from(["first", "final"]),
    day=st.none() | st.dates(),
)


def check(text: str) -> tuple[Check, ...]:
    plan = Plan(kind="投诉", matter="盲道堵死", day=dt.date(2026, 10, 12))
    return check_draft(text, plan, COMPLAINT, (), Grounds(foreign=True))


@given(TEXTS, ANY_PLAN, TEXTS, st.booleans())
def test_it_never_raises(text: str, plan: Plan, complaint: str, foreign: bool) -> None:
    """Whatever the draft, the complaint and the record hold, every check answers."""
    checks = check_draft(text, plan, complaint, (), Grounds(foreign=foreign))
    assert all(bool(result.detail) is not result.ok for result in checks)


@pytest.mark.parametrize("piece", ["已", "经", "第一", "由市", "“", "《", "路", "1,", "9 ", "在您", "举报人", "您反映"])
def test_long_texts_take_no_longer_than_their_length(piece: str) -> None:
    """No pattern backtracks over a long run of its own beginnings."""
    assert check(piece * 6000)


def test_a_draft_that_passes_is_not_touched() -> None:
    """Nothing is removed from a good draft."""
    mended = mend_draft(DRAFT.format(more=""), check)
    assert (mended.text, mended.removed) == (DRAFT.format(more=""), ())


def test_a_bad_sentence_is_taken_out() -> None:
    """The rest of the draft stands when only a sentence fails."""
    bad = "执法人员已到现场清走全部车辆。"
    mended = mend_draft(DRAFT.format(more=bad), check)
    assert mended.text == DRAFT.format(more="")
    assert mended.removed == (bad,)
    assert all(result.ok for result in mended.checks)


@pytest.mark.parametrize(
    "text",
    ["执法人员已到现场清走全部车辆。", DRAFT.format(more="")[:60], ""],
    ids=["only-bad", "cut", "empty"],
)
def test_what_cannot_be_mended_is_given_up(text: str) -> None:
    """Where the rest does not stand there is no text, and the checks say why."""
    mended = mend_draft(text, check)
    assert mended.text is None
    assert any(not result.ok for result in mended.checks)


def judge(text: str, draft: str, record: str, received_at: dt.datetime | None) -> tuple[Check, ...]:
    if text == "坏":
        raise InputError("诉求读不懂。")
    when = received_at.date().isoformat() if received_at else "today"
    return (Check(name="length", ok=bool(draft)), Check(name="seen", ok=True, detail=f"{record}{when}"))


def rows() -> Iterator[SourceRow]:
    yield SourceRow(
        1, {"id": "a", "text": "诉求", "draft": "答复", "record": "记录", "received_at": "2026-10-12T09:30:00"}
    )
    yield SourceRow(2, {"id": "b", "text": "诉求", "draft": ""})
    yield SourceRow(3, {"id": "c", "text": " ", "draft": "答复"})
    yield SourceRow(4, {"id": "d", "text": "诉求", "draft": "答复", "received_at": "昨天"})
    yield SourceRow(5, {}, "第 5 行不是完整的 JSON 对象，请改正这一行。")
    yield SourceRow(6, {"text": "坏", "draft": "答复"})


def test_rows_are_judged_one_by_one() -> None:
    """Each row gives one line in the contract's form; a bad one says why and stops nothing."""
    judged = [json.loads(row.model_dump_json(exclude_none=True)) for row in judge_rows(rows(), judge)]
    assert [(row["id"], row["ok"]) for row in judged] == [
        ("a", True), ("b", False), ("c", False), ("d", False), ("5", False), ("6", False),
    ]  # fmt: skip
    assert judged[0]["checks"][1] == {"name": "seen", "ok": True, "detail": "记录2026-10-12"}
    assert "error" not in judged[1]
    assert [row["error"]["code"] for row in judged[2:]] == ["empty_text", "bad_time", "bad_row", "input"]
    assert all(row["checks"] == [] for row in judged[2:])
