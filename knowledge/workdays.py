"""China's working days, and when a time limit counted in them ends.

Holidays and make-up days come from `chinesecalendar` (the State Council's yearly notices) and, for a year
that it does not know yet, from the user's own `holidays.csv`. A year that neither knows is an error, never
a guess from weekdays. Every datetime is Asia/Shanghai; a naive one is taken to be so already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import chinese_calendar

from knowledge.csvfile import Row, read_table
from models.errors import InputError, KnowledgeError

SHANGHAI = ZoneInfo("Asia/Shanghai")
CLOSING = dt.time(17, 30)  # end of the office day in 郑州's government departments, Asia/Shanghai
_YES = frozenset({"1", "yes", "true", "是", "班", "上班"})
_NO = frozenset({"0", "no", "false", "否", "休", "放假"})
# Rows that every complete yearly notice has; without them a file holds part of a year only.
_MARKERS = ((1, 1), (5, 1), (10, 1))
_NO_OVERRIDES: Mapping[dt.date, bool] = MappingProxyType({})


class WorkCalendar:
    """Which days are worked, and where a limit ends.

    A matter received after 17:30, or on a day off, counts as received on the next working day. The day
    of receipt is not counted; a limit in days ends at 17:30 of its last day.

    Source:
        民法典 第二百零一条, 第二百零三条: the first day is not counted; a last day that is a holiday
        moves to the day after it; where there are business hours, the day ends with them.
    """

    def __init__(self, overrides: Mapping[dt.date, bool] = _NO_OVERRIDES) -> None:
        """Take dates that differ from the library.

        Args:
            overrides: Date to "is worked". They go before the library. A year that the library does not
                know counts as known once 1 January, 1 May and 1 October are among them: then its notice
                was copied whole, and days it does not list follow the weekday.
        """
        self._overrides = dict(overrides)
        library = {day.year for day in chinese_calendar.holidays}
        given = {
            day.year for day in self._overrides if all(dt.date(day.year, m, d) in self._overrides for m, d in _MARKERS)
        }
        self._library_years = frozenset(library)
        self._years = frozenset(library | given)

    def is_workday(self, day: dt.date) -> bool:
        """Say whether government offices work on this day.

        Raises:
            KnowledgeError: the holidays of that year are not known.
        """
        if isinstance(day, dt.datetime):
            day = _local(day).date()
        if day.year not in self._years:
            raise KnowledgeError(
                f"the holidays of {day.year} are not known: add them as holidays.csv to "
                "XIAOZHENG_KNOWLEDGE_DIR or update the package chinesecalendar",
                code="unknown_year",
            )
        if day in self._overrides:
            return self._overrides[day]
        if day.year in self._library_years:
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < 5

    def add_workdays(self, start: dt.datetime, n: int) -> dt.datetime:
        """End of the `n`-th working day after the day of receipt, 17:30 Asia/Shanghai.

        Args:
            start: When the matter was received.
            n: Working days, 0 or more; 0 is the day of receipt itself.

        Raises:
            InputError: `n` is negative.
            KnowledgeError: the limit touches a year whose holidays are not known.
        """
        _not_negative(n)
        day = self._receipt_day(start)
        for _ in range(n):
            day = self._workday_from(day + dt.timedelta(days=1))
        return _closing(day)

    def add_hours(self, start: dt.datetime, hours: float) -> dt.datetime:
        """`hours` after `start` by the clock, nights and holidays included.

        Raises:
            InputError: `hours` is negative.
        """
        _not_negative(hours)
        return _local(start) + dt.timedelta(hours=hours)

    def add_calendar_days(self, start: dt.datetime, n: int) -> dt.datetime:
        """17:30 of the `n`-th day after `start`; a last day off moves to the next working day.

        Raises:
            InputError: `n` is negative.
            KnowledgeError: the last day lies in a year whose holidays are not known.
        """
        _not_negative(n)
        return _closing(self._workday_from(_local(start).date() + dt.timedelta(days=n)))

    def _receipt_day(self, start: dt.datetime) -> dt.date:
        local = _local(start)
        late = local.time() > CLOSING
        return self._workday_from(local.date() + dt.timedelta(days=1 if late else 0))

    def _workday_from(self, day: dt.date) -> dt.date:
        while not self.is_workday(day):
            day += dt.timedelta(days=1)
        return day


def load_holidays(path: Path) -> dict[dt.date, bool]:
    """Read a `holidays.csv` with the columns `date` (2027-01-01) and `workday` (是/否, 1/0, yes/no).

    Copy a yearly notice whole: every day off that is a weekday, and every weekend day that is worked.

    Raises:
        TableError: a cell is not a date, not a yes or no, or a date stands twice; names file, line, column.
    """
    days: dict[dt.date, bool] = {}
    for row in read_table(path, ("date", "workday")):
        day = _date(row)
        if day in days:
            raise row.error("date", f"{day} stands twice; keep one row a date")
        days[day] = _worked(row)
    return days


def _date(row: Row) -> dt.date:
    value = row.text("date")
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise row.error("date", f"{value!r} is not a date; write it as 2027-01-01") from error


def _worked(row: Row) -> bool:
    value = row.text("workday").lower()
    if value not in _YES | _NO:
        raise row.error("workday", f"{value!r} is neither yes nor no; write 是 or 否")
    return value in _YES


def _local(moment: dt.datetime) -> dt.datetime:
    return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)


def _closing(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, CLOSING, SHANGHAI)


def _not_negative(amount: float) -> None:
    if amount < 0:
        raise InputError(f"a time limit of {amount} lies in the past; give 0 or more")
