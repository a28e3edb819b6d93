"""The part of an article that is shown: the sentences that answer, with the question's words marked."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.snippets import WIDTH, marks, snippet

LAMPS = "看护人应当每月巡查路灯。路灯损坏的，看护人应当在二日内修复；逾期不修的，责令改正。"
FILLER = "前款规定的期限从知道或者应当知道之日起计算，有特别约定的从其约定，没有约定的依照惯例办理。"


@dataclass(frozen=True)
class Shown:
    """A text, the words that were searched, and what is shown and marked."""

    id: str
    text: str
    words: tuple[str, ...]
    shown: str
    marked: tuple[str, ...]


SHOWN = [
    Shown("whole", LAMPS, ("路灯", "修复"), LAMPS, ("路灯", "路灯", "修复")),
    Shown("beginning", FILLER * 3, (), FILLER * 2, ()),
    Shown("unknown-words", FILLER * 3, ("井盖",), FILLER * 2, ()),
    Shown("later", FILLER * 3 + LAMPS, ("巡查",), f"……{FILLER}{LAMPS}", ("巡查",)),
    Shown("one-character", FILLER * 3 + "路灯应当亮。", ("亮",), FILLER * 2, ()),
    Shown("lines", "看护人：\n（一）巡查；\n （二）报修。\n", ("报修",), "看护人：（一）巡查；（二）报修。", ("报修",)),
    Shown("no-full-stop", "路灯应当完好", ("完好",), "路灯应当完好", ("完好",)),
    Shown("only-marks", "。；\n。 ", ("路灯",), "", ()),
    Shown("empty", "", ("路灯",), "", ()),
    Shown("capitals", FILLER * 3 + "不得强制安装APP。", ("app",), f"……{FILLER}不得强制安装APP。", ("APP",)),
]  # fmt: skip


@pytest.mark.parametrize("case", SHOWN, ids=lambda c: c.id)
def test_shown(case: Shown) -> None:
    """The first run of sentences with most of the words is shown, cut off before it with ……, and marked."""
    found = snippet(case.text, case.words)
    assert found.text == case.shown
    assert tuple(span.text for span in found.marks) == case.marked


def test_most_words_win_over_the_first() -> None:
    """A later run that holds two of the words comes before an earlier one that holds one of them often."""
    text = "路灯、路灯、路灯。" + FILLER * 2 + "路灯由看护人修复。"
    found = snippet(text, ("路灯", "修复"))
    assert found.text.endswith("路灯由看护人修复。")
    assert {span.text for span in found.marks} == {"路灯", "修复"}


@pytest.mark.parametrize("length", [WIDTH, WIDTH * 2, WIDTH * 2 + 1, WIDTH * 10])
def test_a_long_sentence_is_cut(length: int) -> None:
    """A sentence is shown whole up to two widths, and cut with …… behind that."""
    sentence = "灯" * (length - 1) + "。"
    shown = snippet(sentence, ()).text
    assert len(shown) == min(length, 2 * WIDTH)
    assert shown == sentence if length <= 2 * WIDTH else shown.endswith("灯……")


@dataclass(frozen=True)
class Marked:
    """Words in a text and the spans (start, end) found."""

    id: str
    text: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


MARKED = [
    Marked("in-order", "修路灯，路灯亮", ("亮", "路灯"), ((1, 3), (4, 6), (6, 7))),
    Marked("longest", "城市道路照明", ("道路", "道路照明"), ((2, 6),)),
    Marked("first-of-overlapping", "道路灯杆", ("路灯", "道路"), ((0, 2),)),
    Marked("touching", "道路灯杆", ("道路", "灯杆"), ((0, 2), (2, 4))),
    Marked("no-pattern", "每平方米3.5元", ("3.5", "3.", "."), ((4, 7),)),
    Marked("not-a-dot", "3x5", ("3.5",), ()),
    Marked("capitals", "下载APP时", ("app",), ((2, 5),)),
    Marked("longer-in-small", "İ路灯", ("路灯",), ((1, 3),)),  # this capital has two characters when made small
    Marked("empty-word", "路灯", ("",), ()),
    Marked("nothing", "路灯", (), ()),
]


@pytest.mark.parametrize("case", MARKED, ids=lambda c: c.id)
def test_marks(case: Marked) -> None:
    """Words are marked where they stand, of overlapping ones the first, then the longest."""
    assert tuple((span.start, span.end) for span in marks(case.text, case.words)) == case.spans


@given(
    st.text("路灯井盖。；\n aAİ", max_size=300),
    st.lists(st.text("路灯井盖aİ", min_size=1, max_size=3), max_size=5),
)
def test_marks_are_true_substrings(text: str, words: list[str]) -> None:
    """Of any text, each mark is what stands there, in order and without overlap, and no snippet is too long."""
    found = snippet(text, words)
    assert len(found.text) <= 2 * WIDTH + 2
    end = 0
    for span in found.marks:
        assert end <= span.start < span.end <= len(found.text)
        assert span.text == found.text[span.start : span.end]
        assert span.text.lower() in {word.lower() for word in words}
        end = span.end
