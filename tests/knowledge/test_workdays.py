"""Working days and limits, checked against the State Council's notices for 2025 and 2026."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge.workdays import SHANGHAI, WorkCalendar, load_holidays
from models.errors import InputError, KnowledgeError, TableError

CALENDAR = WorkCalendar()
NOTICE_2030 = {
    dt.date(2030, 1, 1): False,
    dt.date(2030, 5, 1): False,
    dt.date(2030, 10, 1): False,
    dt.date(2030, 1, 5): True,  # a Saturday worked instead
}


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        pytest.param("2025-09-30", True, id="tuesday"),
        pytest.param("2025-10-01", False, id="national-day"),
        pytest.param("2025-10-06", False, id="mid-autumn-in-golden-week"),
        pytest.param("2025-10-11", True, id="saturday-worked-instead"),
        pytest.param("2025-10-12", False, id="sunday"),
        pytest.param("2026-02-17", False, id="spring-festival"),
    ],
)
def test_is_workday(day: str, worked: bool) -> None:
    """Days follow the yearly notice, make-up days included."""
    assert CALENDAR.is_workday(dt.date.fromisoformat(day)) is worked


@dataclass(frozen=True)
class Limit:
    """One limit in working days and its end, Asia/Shanghai."""

    id: str
    start: str
    n: int
    due: str


LIMITS = [
    Limit("plain-week", "2025-09-01T09:00", 5, "2025-09-08T17:30"),
    Limit("exactly-at-closing", "2025-09-01T17:30", 1, "2025-09-02T17:30"),
    Limit("after-closing", "2025-09-01T17:31", 1, "2025-09-03T17:30"),
    Limit("before-dawn", "2025-09-01T03:00", 1, "2025-09-02T17:30"),
    Limit("saturday", "2025-09-06T10:00", 1, "2025-09-09T17:30"),
    Limit("friday-night", "2025-09-05T20:00", 1, "2025-09-09T17:30"),
    Limit("over-golden-week", "2025-09-30T10:00", 2, "2025-10-10T17:30"),
    Limit("make-up-saturday-counts", "2025-10-10T10:00", 1, "2025-10-11T17:30"),
    Limit("same-day", "2025-09-01T10:00", 0, "2025-09-01T17:30"),
    Limit("over-new-year", "2025-12-31T10:00", 1, "2026-01-04T17:30"),
]


@pytest.mark.parametrize("case", LIMITS, ids=lambda c: c.id)
def test_add_workdays(case: Limit) -> None:
    """The day of receipt is not counted, a late one moves on, and the last day ends at 17:30."""
    assert CALENDAR.add_workdays(at(case.start), case.n) == at(case.due).replace(tzinfo=SHANGHAI)


def test_other_time_zone_is_converted() -> None:
    """16:00 UTC on a Monday is already Tuesday in 郑州."""
    due = CALENDAR.add_workdays(at("2025-09-01T16:00+00:00"), 1)
    assert due.isoformat() == "2025-09-03T17:30:00+08:00"


def test_add_hours_runs_through_the_night() -> None:
    """Hours are clock hours, and a naive time is Asia/Shanghai."""
    assert CALENDAR.add_hours(at("2025-09-30T22:00"), 24).isoformat() == "2025-10-01T22:00:00+08:00"


@pytest.mark.parametrize(
    ("n", "due"),
    [
        pytest.param(1, "2025-09-30T17:30:00+08:00", id="workday"),
        pytest.param(5, "2025-10-09T17:30:00+08:00", id="holiday-moves-on"),
    ],
)
def test_add_calendar_days(n: int, due: str) -> None:
    """A last day off moves to the next working day."""
    assert CALENDAR.add_calendar_days(at("2025-09-29T09:00"), n).isoformat() == due


@pytest.mark.parametrize("year", [2003, 2030])
def test_unknown_year_is_an_error(year: int) -> None:
    """A year without a notice is never guessed from weekdays."""
    with pytest.raises(KnowledgeError, match=rf"{year}.*holidays\.csv.*XIAOZHENG_KNOWLEDGE_DIR"):
        CALENDAR.is_workday(dt.date(year, 6, 3))


def test_limit_into_an_unknown_year_is_an_error() -> None:
    """A limit that starts in a known year but ends in an unknown one is refused whole."""
    last = dt.datetime(2026, 12, 31, 9) if not _knows(2027) else dt.datetime(2029, 12, 31, 9)
    with pytest.raises(KnowledgeError, match="are not known"):
        CALENDAR.add_workdays(last, 5)


def _knows(year: int) -> bool:
    try:
        CALENDAR.is_workday(dt.date(year, 6, 3))
    except KnowledgeError:
        return False
    return True


def test_a_copied_notice_makes_a_year_known() -> None:
    """With the user's rows the year counts, listed days first and weekdays after them."""
    calendar = WorkCalendar(NOTICE_2030)
    assert calendar.is_workday(dt.date(2030, 1, 5))
    assert not calendar.is_workday(dt.date(2030, 1, 1))
    assert not calendar.is_workday(dt.date(2030, 1, 6))
    assert calendar.is_workday(dt.date(2030, 1, 7))


def test_part_of_a_notice_does_not() -> None:
    """A file with a single day of a year says nothing about the rest of it."""
    calendar = WorkCalendar({dt.date(2030, 1, 1): False})
    with pytest.raises(KnowledgeError, match="2030"):
        calendar.is_workday(dt.date(2030, 1, 2))


def test_override_goes_before_the_library() -> None:
    """A day declared off later than the notice can be entered by hand."""
    calendar = WorkCalendar({dt.date(2025, 9, 3): False})
    assert CALENDAR.is_workday(dt.date(2025, 9, 3))
    assert not calendar.is_workday(dt.date(2025, 9, 3))


def test_negative_limit_is_refused() -> None:
    """A limit cannot lie before the receipt."""
    with pytest.raises(InputError, match="0 or more"):
        CALENDAR.add_workdays(at("2025-09-01T09:00"), -1)


def test_load_holidays(tmp_path: Path) -> None:
    """The user's file becomes dates; a byte-order mark from Excel does no harm."""
    path = tmp_path / "holidays.csv"
    path.write_text("date,workday,note\n2030-01-01,否,元旦\n2030-01-05,是,调休\n", encoding="utf-8-sig")
    assert load_holidays(path) == {dt.date(2030, 1, 1): False, dt.date(2030, 1, 5): True}


@pytest.mark.parametrize(
    ("row", "match"),
    [
        pytest.param("2030/1/1,否", r"holidays\.csv, line 2, column 'date'", id="date"),
        pytest.param("2030-01-01,也许", r"holidays\.csv, line 2, column 'workday'", id="yes-or-no"),
        pytest.param("2030-01-01,否\n2030-01-01,是", r"holidays\.csv, line 3, column 'date'", id="twice"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, row: str, match: str) -> None:
    """A bad cell is named by file, line and column."""
    path = tmp_path / "holidays.csv"
    path.write_text(f"date,workday\n{row}\n", encoding="utf-8")
    with pytest.raises(TableError, match=match):
        load_holidays(path)
