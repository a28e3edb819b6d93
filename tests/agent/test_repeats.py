from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass, replace
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.batch.repeats import Repeats, find_repeats, mark
from agent.schema import CategoryGuess, ComplaintReading, Suggestion
from knowledge.vocabulary import Address
from knowledge.workdays import SHANGHAI
from models.lexical import tokens
from tests.suggestions import error, suggestion

START = dt.datetime(2025, 3, 3, 9, tzinfo=SHANGHAI)


@dataclass(frozen=True)
class Told:
    """A complaint as an agent could have read it."""

    title: str
    text: str
    place: str = ""
    day: float | None = 0
    category: str = ""

    def mark(self) -> bytes:
        """Its mark as a row of a backlog."""
        read = ComplaintReading(
            title=self.title,
            summary="",
            kind="投诉",
            masked_text=self.text,
            address=Address(city="郑州市", place=self.place),
        )
        guess = CategoryGuess(code=self.category, level1="", level2="", level3="", confidence=1)
        made = Suggestion(id="r", status="ok", complaint=read, category=guess if self.category else None)
        return mark(made, None if self.day is None else START + dt.timedelta(days=self.day))


GRILL = Told(
    "康桥知园北门烧烤店油烟扰民",
    "康桥知园北门外新开的烧烤店每天炒到半夜，油烟顺着窗户往屋里灌，孩子咳嗽睡不着，希望管一管。",
    "康桥知园北门",
)
GRILL_AGAIN = Told(
    "烧烤油烟熏得开不了窗",
    "我家住康桥知园3号楼，北门那家烧烤摊油烟特别大，一到夜里呛得没法开窗，老人受不了。",
    "康桥知园",
    day=6,
)
GRILL_THIRD = Told(
    "康桥知园烧烤店深夜营业",
    "康桥知园北门的烧烤店夜里一两点还在营业，油烟和吵闹声让整栋楼都没法睡觉。",
    "康桥知园北门",
    day=11,
)
LIFT = Told(
    "康桥知园电梯停运", "康桥知园5号楼的电梯坏了一个星期，物业一直说等配件，高层老人下不了楼。", "康桥知园", day=2
)
ELSEWHERE = Told(
    "正商花语里南门烧烤店油烟扰民",
    "正商花语里南门外新开的烧烤店每天炒到半夜，油烟顺着窗户往屋里灌，希望管一管。",
    "正商花语里南门",
    day=3,
)
LAMPS = Told(
    "科学大道路灯不亮", "科学大道与瑞达路交叉口的路灯连着三天不亮，夜里骑车看不清路。", "科学大道与瑞达路交叉口", day=4
)
BUS = Told("B17路公交间隔太长", "早高峰B17路公交车半小时才来一趟，站台上挤满了人，请增加班次。", day=5)
WAGES = Told("装修公司拖欠工钱", "在中牟县干了两个月装修，老板一直拖着工钱不给，电话也不接。", "中牟县", day=1)
OTHERS = (LIFT, LAMPS, BUS, WAGES)
MARKS = {row: row.mark() for row in (GRILL, GRILL_AGAIN, GRILL_THIRD, LIFT, ELSEWHERE, LAMPS, BUS)}


def found(*rows: Told | bytes) -> Repeats:
    return find_repeats(iter([row if isinstance(row, bytes) else row.mark() for row in rows]))


def firsts(repeats: Repeats, rows: int) -> list[int | None]:
    return [None if (hit := repeats.of(row)) is None else hit[0] for row in range(rows)]


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        pytest.param(GRILL, GRILL_AGAIN, True, id="other-words-same-matter"),
        pytest.param(GRILL, GRILL, True, id="sent-twice"),
        pytest.param(GRILL, LIFT, False, id="same-place-other-matter"),
        pytest.param(GRILL, ELSEWHERE, False, id="same-words-other-place"),
        pytest.param(LAMPS, BUS, False, id="nothing-shared"),
    ],
)
def test_same_matter_is_same_place_and_same_problem(one: Told, two: Told, same: bool) -> None:
    """Rows are linked when place and problem agree, whatever the wording; one of them alone is not enough."""
    others = [other for other in OTHERS if other not in (one, two)]
    hit = found(one, *others, two).of(1 + len(others))
    assert (hit is not None and hit[0] == 0) == same
    assert (hit is not None) == same


def test_order_of_the_input_decides_who_is_first() -> None:
    """The first row of the file is the one repeated, even if another was received before it."""
    assert firsts(found(GRILL_THIRD, WAGES, GRILL, LIFT, GRILL_AGAIN), 5) == [None, None, 0, None, 0]


def test_who_repeats_a_repeat_repeats_the_first() -> None:
    """A chain of rows, each like the one before it, points to its first row, however late the last one is."""
    chain = [replace(GRILL, day=60.0 * step) for step in range(4)]
    assert firsts(found(*chain), 4) == [None, 0, 0, 0]


@pytest.mark.parametrize(
    ("days", "same"),
    [
        pytest.param((0, 89), True, id="weeks"),
        pytest.param((0, 91), False, id="a-quarter"),
        pytest.param((91, 0), False, id="late-first"),
    ],
)
def test_only_rows_near_in_time_are_the_same_matter(days: tuple[float, float], same: bool) -> None:
    """The same words a quarter later are a new matter."""
    one, two = (replace(GRILL, day=day) for day in days)
    assert (found(one, two).of(1) is not None) == same


@pytest.mark.parametrize(
    ("days", "same"),
    [
        pytest.param((None, None), True, id="no-times"),
        pytest.param((0, None), True, id="second-unknown"),
        pytest.param((None, 400), True, id="first-unknown"),
    ],
)
def test_rows_without_time_count_as_received_with_the_row_above(days: tuple[float | None, ...], same: bool) -> None:
    """A file without times, or with some missing, is searched all the same."""
    one, two = (replace(GRILL, day=day) for day in days)
    assert (found(one, two).of(1) is not None) == same


def test_another_category_speaks_against_and_an_unknown_one_does_not() -> None:
    """The category is weak evidence: it lowers the likeness, and only where both rows have one."""
    plain, other, unknown = (
        found(replace(GRILL, category=one), replace(GRILL_AGAIN, category=two)).of(1)
        for one, two in (("040201", "040203"), ("040201", "010202"), ("040201", ""))
    )
    assert plain is not None
    assert other is not None
    assert plain[1] > other[1]
    assert plain == unknown


def test_error_rows_repeat_nothing() -> None:
    """A row without a reading has no mark, and neither repeats nor is repeated."""
    assert mark(error(), START) == b""
    assert firsts(found(b"", GRILL, b"", GRILL_AGAIN, b""), 5) == [None, None, None, 1, None]
    assert firsts(found(b"", b""), 2) == [None, None]
    assert len(find_repeats([])) == 0


def test_mark_is_small_and_holds_no_text_and_no_number() -> None:
    """A mark stays under 300 bytes, has no word of the text in it, and does not change with a door or a telephone."""
    long = replace(GRILL, text=GRILL.text + "".join(f"第{i}件事情是楼道里堆着杂物{i:04}。" for i in range(500)))
    assert len(long.mark()) <= 300
    assert "油烟".encode() not in GRILL.mark()
    doors = [replace(GRILL, text=f"{GRILL.text}我住{door}室，电话【手机号】。").mark() for door in ("1802", "501")]
    assert doors[0] == doors[1]


def test_time_without_a_zone_is_local() -> None:
    """A naive time is 郑州's, so that two channels agree."""
    moment = dt.datetime(2025, 3, 3, 9)
    assert mark(suggestion(), moment) == mark(suggestion(), moment.replace(tzinfo=SHANGHAI))
    assert mark(suggestion(), moment) != mark(suggestion(), None)


@given(st.lists(st.sampled_from((GRILL, GRILL_AGAIN, GRILL_THIRD, LIFT, ELSEWHERE, LAMPS, BUS, None)), max_size=12))
@settings(max_examples=10, deadline=None)
def test_repeats_point_to_earlier_rows_that_repeat_none(rows: list[Told | None]) -> None:
    """Whatever the backlog: a first row lies before its repeat, repeats none, and the likeness is a chance."""
    marks = [b"" if row is None else MARKS[row] for row in rows]
    repeats = find_repeats(marks)
    hits = [repeats.of(row) for row in range(len(marks))]
    assert len(repeats) == sum(hit is not None for hit in hits)
    for row, hit in enumerate(hits):
        if hit is not None:
            assert hit[0] < row
            assert hits[hit[0]] is None
            assert 0.5 <= hit[1] <= 1


def test_same_marks_same_answer_whatever_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many rows are worked on at once changes no bit of the result."""
    marks = [MARKS[row] for row in (GRILL, LIFT, GRILL_AGAIN, ELSEWHERE, LAMPS, GRILL_THIRD, GRILL)]
    whole = find_repeats(marks)
    monkeypatch.setattr("models.bags._BLOCK", 2)
    parts = find_repeats(marks)
    assert [whole.of(row) for row in range(7)] == [parts.of(row) for row in range(7)]


def test_background_lists_words_that_the_cutter_gives() -> None:
    """Every common word is one the cutter can find, once, with a share of messages: else it would weigh nothing."""
    path = files("agent.batch").joinpath("common_words.csv")
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    words = [row["word"] for row in rows]
    assert len(set(words)) == len(words)
    assert all(0 < int(row["per_mille"]) < 1000 for row in rows)
    assert sum(word in tokens(word) for word in words) >= 0.95 * len(words)
