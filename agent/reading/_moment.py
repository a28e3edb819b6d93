"""Turning one matched Chinese time phrase into an ISO date or time.

Knows calendars, not complaints: which phrase matters is `when`'s question. What cannot be computed from the
words and the day of receipt comes back as None, and the caller keeps the words.
"""

from __future__ import annotations

import datetime as dt
import re

NUM = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
_PERIOD = r"(?:凌晨|清晨|大清早|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|夜里|深夜|半夜|夜间|夜晚|早|晨|晚|夜)"
CLOCK = rf"{_PERIOD}?{NUM}(?:[点时](?!间|候|代|常)(?:半|一刻|三刻|{NUM}分)?|[:：]\d{{2}})(?:钟|多|许|左右)*"
TAIL = (
    rf"(?:[的,，\s]?(?P<period>{_PERIOD}))?"
    rf"(?:[的,，\s]?(?P<h>{NUM})(?:[点时](?!间|候|代|常)(?:(?P<half>半|一刻|三刻)|(?P<mi>{NUM})分?)?|[:：](?P<mi2>\d{{2}}))"
    r"钟?(?P<about>多|许|左右)*)?"
)
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_DAYS_BACK = {"今": 0, "昨": 1, "前": 2, "大前": 3}
_YEARS_BACK = {"今年": 0, "去年": 1, "前年": 2}
_WEEKDAYS = "一二三四五六日"
_QUARTERS = {"半": 30, "一刻": 15, "三刻": 45}
_NIGHT = ("夜里", "深夜", "半夜", "夜间", "夜晚", "夜")
_EVENING = ("晚上", "晚间", "晚")
_AFTERNOON = ("下午", "傍晚")
# The hour before which nobody speaks of the period of this day as past.
_STARTS = {"中午": 11, "下午": 12, "傍晚": 16, "晚上": 17, "晚间": 17, "晚": 17, "深夜": 21, "夜晚": 17}


def number(words: str) -> int:
    """Read '14', '十四', '二十' or a digit string like '二〇二六'; `words` must match `NUM` or be digits."""
    if words.isascii():
        return int(words)
    if "十" not in words:
        return int("".join(str(_DIGITS[c]) for c in words))
    tens, _, ones = words.partition("十")
    return (_DIGITS.get(tens, 1)) * 10 + (_DIGITS.get(ones, 0))


def resolve(match: re.Match[str], received_at: dt.datetime | None) -> str | None:
    """Write the moment of `match` as '2026-03-14', '2026-03', or '2026-03-14 20:00'.

    Args:
        match: A match whose named groups are among y m d (absolute), ry rm rd (relative year, month,
            day), week wd, ago, and those of `TAIL`.
        received_at: When the complaint came in; relative words cannot be resolved without it.

    Returns:
        None when a part is unknown, impossible (2月30日), ambiguous (夜里2点) or after the receipt.
    """
    groups = {key: value for key, value in match.groupdict().items() if value}
    try:
        day = _day(groups, received_at.date() if received_at else None)
    except (ValueError, OverflowError):
        return None
    if day is None:
        return _month(groups, received_at.date() if received_at else None)
    if received_at is not None and day > received_at.date() and "y" not in groups:
        return None
    if received_at is not None and "y" not in groups and _not_yet(day, groups, received_at):
        return None
    return _with_clock(day, groups)


def _not_yet(day: dt.date, groups: dict[str, str], received_at: dt.datetime) -> bool:
    """Whether the moment would lie ahead: 今天晚上, told before dawn, is the evening before or one to come."""
    if day != received_at.date():
        return False
    period = groups.get("period", "")
    hour = _hour(number(groups["h"]), period, last_night=False) if "h" in groups else _STARTS.get(period)
    return hour is not None and hour > received_at.hour


def _year(groups: dict[str, str], today: dt.date | None) -> int | None:
    if "y" in groups:
        return number(groups["y"])
    if "ry" in groups and today is not None:
        return today.year - _YEARS_BACK[groups["ry"]]
    return None


def _day(groups: dict[str, str], today: dt.date | None) -> dt.date | None:
    if "d" in groups and "m" in groups:
        year = _year(groups, today)
        return dt.date(year, number(groups["m"]), number(groups["d"])) if year else None
    if today is None:
        return None
    if "rd" in groups:
        return today - dt.timedelta(days=_DAYS_BACK[groups["rd"]])
    if "ago" in groups:
        return today - dt.timedelta(days=number(groups["ago"]))
    if "wd" in groups:
        monday = today - dt.timedelta(days=today.weekday() + 7 * groups["week"].count("上"))
        return monday + dt.timedelta(days=_WEEKDAYS.index(groups["wd"].replace("天", "日")))
    if "rm" in groups and "d" in groups:
        return _first_of(groups["rm"], today).replace(day=number(groups["d"]))
    return None


def _first_of(words: str, today: dt.date) -> dt.date:
    first = today.replace(day=1)
    return (first - dt.timedelta(days=1)).replace(day=1) if "上" in words else first


def _month(groups: dict[str, str], today: dt.date | None) -> str | None:
    if "d" in groups or "period" in groups:
        return None
    if "rm" in groups and today is not None:
        return _first_of(groups["rm"], today).isoformat()[:7]
    year = _year(groups, today)
    if year is None or "m" not in groups or not 1 <= number(groups["m"]) <= 12:
        return None
    return f"{year:04d}-{number(groups['m']):02d}"


def _with_clock(day: dt.date, groups: dict[str, str]) -> str | None:
    period = groups.get("period", "")
    if "h" not in groups:
        return f"{day.isoformat()} {period}".rstrip()
    hour = _hour(number(groups["h"]), period, last_night=groups.get("rd") in ("昨", "前"))
    minutes = groups.get("mi") or groups.get("mi2") or "0"
    minute = _QUARTERS.get(groups.get("half", ""), number(minutes))
    if hour is None or minute > 59:
        return None
    try:
        moment = dt.datetime.combine(day, dt.time()) + dt.timedelta(hours=hour, minutes=minute)
    except OverflowError:
        return None
    local = moment.replace(tzinfo=None).isoformat(sep=" ", timespec="minutes")
    return local + ("左右" if "about" in groups else "")


def _hour(hour: int, period: str, *, last_night: bool) -> int | None:
    """Hours after the midnight that starts the named day; above 23 is the next day."""
    if hour > 24 or (hour > 12 and period and period not in (*_AFTERNOON, *_EVENING, *_NIGHT, "上午")):
        return None
    if period in _AFTERNOON or (period == "中午" and hour < 3):
        return hour + 12 if hour < 12 else hour
    if period not in _EVENING and period not in _NIGHT:
        return hour
    if hour == 12:
        return 24
    if hour > 12:
        return hour
    if hour >= 5:
        return hour + 12
    # 昨晚2点 is this morning; 3月14日夜里2点 may be either night, so nobody decides it here.
    return hour + 24 if last_night else None
