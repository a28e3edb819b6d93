"""Every number, date, telephone, organisation and place of a draft stands in the complaint, the plan or the record."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import combinations

from agent.drafting.guard.case import LAW_WORDS, Case
from agent.drafting.guard.names import unknown_districts, unknown_offices, unknown_spots
from agent.drafting.guard.patterns import listed
from agent.drafting.guard.quantities import Amounts, Date, Quantity

# Emergency calls and the nation-wide service numbers that a referral may name.
PUBLIC_NUMBERS = listed(
    """
    110 119 120 122 12110 12345 12348 12315 12333 12366 12328 12329 12393 12318 12300 12305 12368 12309 12388
    12378 12369 95598 12355 12338 12351 12356 12385 12389 12301 12306 12308 12316 12319 12320 12321 12336 12337 12350
    12377 12380 12360 12386 12313 12314 12322 12325 12331 12339 12340 12349 12363 12367 12371 12381 12395 12398 11185
    """
)
_PHONE = re.compile(r"(?<![\d.])\d{3,4}[- ]?\d{3,4}[- ]?\d{3,4}(?![\d.])|(?<!\d)[2-9]\d{2,3}[- ]?\d{4}(?!\d)")
_SPELT = re.compile("[零〇○一二三四五六七八九幺拐洞]{5,}")
_DIAL = re.compile(r"(?:拨打|电话|致电|热线|联系|来电)[^\d，。；]{0,6}(\d{3,6})(?!\d)")
_RATES = (7, 12, 24, 30, 60)  # of weeks, years, days, months and hours
_LEAP = 2024  # has every day
_ABOUT, _ROUND = re.compile("[多余来]"), 0.25  # 30余户 of 34
_YEARS_ON = {"去年": -1, "前年": -2, "明年": 1}
_FEW = 9  # parts that a letter may have
_FEW_BODIES, _BODIES = 3, frozenset("家个处名头边")
_OWN_COUNT = frozenset("项件条点个方面次回种类步笔天处")
_JOINED = re.compile("[、和与及]")
_PARTS = (
    "建议|诉求|问题|事项|要求|意见|咨询|方面|部分|步骤|途径|渠道|措施|规定|条款|内容|情况|结果|核查|办法|方式|安排|请求|疑问|"
    "原因|事|点|工作|内容|法律|依据|职责|部门|单位|答复|说明|提醒|材料|线索|选择|情形|条件|路|线"
)
_BEFORE_PARTS = "以下|如下|上述|以上|以及|这|共|提出"


def numbers(case: Case) -> Iterator[str]:
    """Numbers of any script, with the kind of their unit."""
    told, said = case.told, case.said
    known = [*told.quantities, *(Quantity(float(d.day), "day", "") for d in told.dates if d.day is not None)]
    if case.record:
        known += _reckoned(told)
    for quantity in said.quantities:
        if not _is_public(quantity) and not _grounded(quantity, known) and not _counts_itself(quantity, case):
            yield f"没有来源的数字“{quantity.text.strip()}”"
    for vague in said.vague:
        if vague not in case.known:
            yield f"没有来源的数量“{vague}”"


def dates(case: Case) -> Iterator[str]:
    """Dates and times of day, relative ones (昨天) too."""
    told, said = case.told, case.said
    years = {date.year for date in told.dates if date.year is not None}
    for date in said.dates:
        if not any(date.within(other) and _year_fits(date, other, years) for other in told.dates):
            yield f"没有来源的日期“{date.text}”"
    for time in said.times:
        if not any(time.like(other) for other in told.times) and not _hour_told(time.hour, told):
            yield f"没有来源的时间“{time.text}”"
    for relative in said.relative:
        if case.record and case.plan.day and case.plan.day.year + _YEARS_ON.get(relative, 99) in years:
            continue
        if relative not in case.known and relative[0] not in {other[0] for other in told.relative}:
            yield f"没有来源的日期“{relative}”"


def phones(case: Case) -> Iterator[str]:
    """Telephone numbers, hotlines that everybody knows apart."""
    held = re.sub(r"[- ]", "", case.known)
    for found in _PHONE.finditer(LAW_WORDS.sub("", case.own)):
        if re.sub(r"[- ]", "", found[0]) not in held:
            yield f"没有来源的电话号码“{found[0]}”"
    for found in _SPELT.finditer(case.own):
        if found[0] not in case.known:
            yield f"没有来源的电话号码“{found[0]}”"
    for found in _DIAL.finditer(case.own):
        if found[1] not in PUBLIC_NUMBERS and found[1] not in held:
            yield f"没有来源的电话号码“{found[1]}”"


def organisations(case: Case) -> Iterator[str]:
    """Departments, companies, schools and other bodies."""
    for name in unknown_offices(LAW_WORDS.sub("，", case.own), case.known_names, case.grounds.places):
        yield f"没有来源的单位“{name}”"


def places(case: Case) -> Iterator[str]:
    """Districts, roads, estates and villages."""
    own = LAW_WORDS.sub("，", case.own)
    for name in unknown_spots(own, case.known_names, case.grounds.places):
        yield f"没有来源的地点“{name}”"
    for name in unknown_districts(own, case.known, case.grounds.places, open_place=case.grounds.foreign):
        yield f"没有来源的地点“{name}”"


def _reckoned(told: Amounts) -> Iterator[Quantity]:
    """What a reply may reckon from a record: sums and differences of two amounts of a kind, weeks for days."""
    for kind in ("money", "count", "length", "area"):
        values = sorted({q.value for q in told.quantities if q.kind == kind and q.value > 1})
        for a, b in combinations(values, 2):
            yield from (Quantity(a + b, kind, ""), Quantity(b - a, kind, ""))
    for quantity in told.quantities:
        if quantity.kind == "duration":
            values = [value for rate in _RATES for value in (quantity.value * rate, quantity.value / rate)]
            yield from (Quantity(value, "duration", "") for value in values)
    days = [dt.date(d.year or _LEAP, d.month, d.day) for d in told.dates if d.month and d.day and _is_day(d)]
    for first, last in combinations(sorted(set(days)), 2):
        between = (last - first).days
        yield from (Quantity(float(between), "duration", ""), Quantity(float(between + 1), "duration", ""))


def _is_day(date: Date) -> bool:
    try:
        dt.date(date.year or _LEAP, date.month or 0, date.day or 0)
    except ValueError:
        return False
    return True


def _grounded(said: Quantity, known: list[Quantity]) -> bool:
    slack = said.value * _ROUND if _ABOUT.search(said.text) else 1e-9
    kinds = {said.kind, "day"} if said.text.endswith(("日", "号")) else {said.kind}
    return any(
        abs(said.value - told.value) <= slack and (not said.kind or not told.kind or told.kind in kinds)
        for told in known
    )


def _is_public(quantity: Quantity) -> bool:
    return not quantity.kind and quantity.text.strip() in PUBLIC_NUMBERS


def _counts_itself(quantity: Quantity, case: Case) -> bool:
    """以下两项 and 三个方面 count the draft's own parts, 两家单位 those that handle it."""
    if quantity.kind != "count" or quantity.value > _FEW or quantity.text[-1] not in _OWN_COUNT | _BODIES:
        return False
    if quantity.value <= _FEW_BODIES and quantity.text[-1] in _BODIES:
        return True
    words = re.escape(quantity.text)
    before = (found[1] for found in re.finditer(rf"([^，。；]+){words}", case.own))
    if any(len(_JOINED.findall(told)) + 1 == quantity.value for told in before):
        return True  # 2月、3月两笔
    return re.search(rf"(?:{_BEFORE_PARTS}){words}|{words}[^，。]{{0,4}}(?:{_PARTS})", case.own) is not None


def _year_fits(date: Date, other: Date, years: set[int]) -> bool:
    return date.year is None or other.year is not None or date.year in years


def _hour_told(hour: int, told: Amounts) -> bool:
    """6点 after 晚上10点到 has no word for the part of the day and was read as a bare number."""
    return any(not q.kind and (q.value - hour) % 12 == 0 for q in told.quantities)
