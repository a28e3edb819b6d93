"""Reading the time that a channel wrote into a column.

Complete dates only: a date without its year stays unknown, because an old backlog is not this year's. The
time phrases inside a complaint are the business of `agent.reading.when`.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from knowledge.workdays import SHANGHAI

_YEARS = range(1949, 2101)
_EXCEL_EPOCH = dt.datetime(1899, 12, 30)  # serial 1 is 1900-01-01 and 1900 counts as a leap year
_SERIALS = range(18264, 73051)  # 1950-01-01 to 2100-01-01; less is some other number
_MILLISECONDS = 13  # digits of Java's clock from 2001 to 2286; no other time has as many
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_DIGITS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_MORNING = ("凌晨", "清晨", "早上", "早晨", "上午", "am")
_AFTERNOON = ("下午", "傍晚", "晚上", "晚间", "pm")
_MINUTES = {"半": 30, "整": 0}
_WRITTEN = re.compile(
    r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})[日号]?"
    r"(?:\s*(?:星期|周)[一二三四五六日天])?"
    r"(?:[t\s]*(?P<period>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间)?\s*"
    r"(?P<h>\d{1,2})[:点时](?P<mi>\d{1,2}|半|整)?分?(?::?(?P<s>\d{1,2})(?:\.\d+)?秒?)?"
    r"\s*(?P<half>am|pm)?\s*(?P<zone>z|[+-]\d{2}:?\d{2})?)?"
)


def parse_time(text: str) -> dt.datetime | None:
    """Read one time cell.

    Args:
        text: ISO 8601, `2024年12月31日23:59`, `2024/2/14 20:00:00`, `2024年2月14日下午3点`, 8, 12 or 14
            digits, an Excel serial (days since 1899-12-30), or 13 digits (milliseconds since 1970 in UTC).

    Returns:
        The moment in Asia/Shanghai, midnight where only a day is given; None when the year or any part of it
        is missing or impossible.
    """
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    try:
        moment = _digits(plain) if plain.replace(".", "", 1).isdecimal() else _written(plain)
    except (ValueError, OverflowError):
        return None
    return moment if moment is not None and moment.year in _YEARS else None


def _digits(text: str) -> dt.datetime | None:
    if text.isdecimal() and len(text) in _DIGITS:
        return dt.datetime.strptime(text, _DIGITS[len(text)]).replace(tzinfo=SHANGHAI)
    if text.isdecimal() and len(text) == _MILLISECONDS:
        return dt.datetime.fromtimestamp(int(text) // 1000, SHANGHAI)
    if _SERIAL.fullmatch(text) and int(float(text)) in _SERIALS:
        seconds = round(float(text) * 86_400)
        return (_EXCEL_EPOCH + dt.timedelta(seconds=seconds)).replace(tzinfo=SHANGHAI)
    return None


def _written(text: str) -> dt.datetime | None:
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    day = dt.datetime(int(match["y"]), int(match["m"]), int(match["d"]))
    hour, second = (int(match[part] or 0) for part in ("h", "s"))
    minute = _MINUTES[match["mi"]] if match["mi"] in _MINUTES else int(match["mi"] or 0)
    hour_of_day = _hour(hour, match["period"] or match["half"] or "")
    if hour_of_day is None or minute > 59 or second > 59 or (hour_of_day == 24 and (minute or second)):
        return None
    moment = day + dt.timedelta(hours=hour_of_day, minutes=minute, seconds=second)
    if match["zone"] is None:
        return moment.replace(tzinfo=SHANGHAI)
    return moment.replace(tzinfo=_zone(match["zone"])).astimezone(SHANGHAI)


def _hour(hour: int, period: str) -> int | None:
    """Hour after the midnight that starts the day, up to 24; None when hour and period disagree."""
    if not period or (hour > 12 and period not in _MORNING):
        return hour if hour <= 24 else None
    if hour > 12:
        return None
    if period in _MORNING:
        return hour % 12 if period in ("凌晨", "am") else hour
    if period == "中午":
        return hour + 12 if hour < 3 else hour
    if period in _AFTERNOON and hour == 12:
        return 12 if period in ("下午", "pm") else 24
    return hour + 12


def _zone(text: str) -> dt.tzinfo:
    if text == "z":
        return dt.UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(-offset if text[0] == "-" else offset)
