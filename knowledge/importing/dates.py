"""Dates as statutes write them, and the clause that says from when a statute applies.

Reads text only; which of several dates counts is decided in `knowledge.importing.header` and `.statute`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.importing.articles import Clause
from knowledge.numerals import to_int

_DIGIT = r"\d〇零○一二三四五六七八九十"
DATE = re.compile(rf"([{_DIGIT}]{{4}}) ?年 ?([{_DIGIT}]{{1,3}}) ?月 ?([{_DIGIT}]{{1,3}}) ?日|(\d{{4}})-(\d\d)-(\d\d)")
_FILE_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.年]?)(\d\d)(?:[-_.月]?)(\d\d)(?!\d)")
_STATUTE = "(?:条例|办法|规定|细则|规则|决定|决议|章程|规范|通知|制度|方案|命令|标准|令|法)"
_FORCE = "(?:施行|实施|生效|执行|实行|试行|起算)"
# 「…之日起三十日后施行」, 「…1月1日施行」
_WHEN = rf"(?P<when>[^。；，,]{{2,40}}?)(?:起(?P<later>[^。；]{{0,14}}?)|(?<=日)){_FORCE}"
# 「本条例自…起施行」 says it of this statute; the same words without 本… may speak of another one
_OWN = re.compile(rf"本[^。；，、]{{0,12}}?{_STATUTE}(?:[^。；]{{0,30}}，)??(?:自|从|于|在|由)?{_WHEN}")
# 「本办法经国务院批准，由交通部发布施行」
_ISSUED = re.compile(
    rf"本[^。；，、]{{0,12}}?{_STATUTE}[^。；]{{0,40}}(?P<when>公布|发布|颁布|通过|批准)(?:后)?{_FORCE}(?=[。，；]|$)"
)
_MONTH = re.compile(rf"([{_DIGIT}]{{4}}) ?年(?: ?度| ?([{_DIGIT}]{{1,3}}) ?月)?$")
_TAIL = 3_000  # characters of an article that are searched: a broken file may hold one of a million
_ANY = re.compile(rf"(?:自|从|于){_WHEN}")
_DAYS = re.compile(rf"([{_DIGIT}]{{1,4}})个?(日|天|月)")


@dataclass(frozen=True, slots=True)
class Start:
    """What the clause on entry into force says.

    Attributes:
        day: The day it names, None when it names an act instead.
        act: 公布, 通过 or 批准 when it says 自…之日起, '' otherwise.
        later: Days to wait after that act.
    """

    day: dt.date | None = None
    act: str = ""
    later: int = 0


def dated(text: str) -> list[tuple[dt.date, int, int]]:
    """Every date in a text with where it begins and ends, in order; impossible ones are left out."""
    found = []
    for match in DATE.finditer(text):
        parts = match.groups()[:3] if match[1] else match.groups()[3:]
        day = _day(*parts)
        if day is not None:
            found.append((day, match.start(), match.end()))
    return found


def file_date(stem: str) -> dt.date | None:
    """The last date in a file's name: …(2018-08-31), …_20180831."""
    days = [_day(m[1], m[3], m[4]) for m in _FILE_DATE.finditer(stem)]
    return next((day for day in reversed(days) if day is not None), None)


def without_file_date(stem: str) -> str:
    """A file's name without date, empty brackets and copy number: what is left may be the title."""
    bare = re.sub(r"[（(][ _-]*[)）]", "", _FILE_DATE.sub("", stem))
    return re.sub(r"[ _\-]+$|[（(]\d[)）]$", "", bare).strip()


def entry_into_force(clauses: Sequence[Clause]) -> Start | None:
    """The clause 「本条例自…起施行」, looked for from the last article on; None when there is none."""
    for clause in reversed(clauses):
        match = _OWN.search(clause.text[-_TAIL:]) or _ISSUED.search(clause.text[-_TAIL:])
        start = _start(match) if match else None
        if start is not None:
            return start
    tail = clauses[-1].text[-_TAIL:] if clauses else ""
    match = _ANY.search(tail)
    return _start(match) if match else None


def _start(match: re.Match[str]) -> Start | None:
    when, later = match["when"], match.groupdict().get("later") or ""
    days = dated(when)
    if days:
        return Start(day=days[0][0])
    month = _MONTH.search(when)
    if month is not None:
        return Start(day=_day(month[1], month[2] or "1", "1"))
    act = re.search(r"公布|发布|颁布|颁发|印发|下发|签发|通过|批准", when)
    if act is None:
        return None
    wait = _DAYS.search(later)
    count = _number(wait[1]) * (30 if wait[2] == "月" else 1) if wait else 0
    return Start(act=act[0] if act[0] in ("通过", "批准") else "公布", later=count)


def _day(year: str, month: str, day: str) -> dt.date | None:
    try:
        found = dt.date(_number(year), _number(month), _number(day))
    except ValueError:
        return None
    return found if 1949 <= found.year <= 2099 else None


def _number(text: str) -> int:
    return to_int(text.replace("○", "〇"))
