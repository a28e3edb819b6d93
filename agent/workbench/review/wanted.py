"""Filters of matters: as a script sends them, as a link carries them, as people read them. Pure functions.

A link carries its filter behind `#`: that part of an address never leaves the browser, so that no log keeps what was
looked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from agent.desk.records import QueueFilter
from agent.desk.words import ACTION_NAMES, FIELD_NAMES, MATTER_STATE_NAMES, MEASURE_NAMES
from agent.ledger.columns import local, storable
from agent.wording import ROUTE_NAMES, percent_range, shorten
from agent.workbench.operator.fields import Names
from agent.workbench.parts import esc
from models.errors import InputError

LONGEST = 2_000  # characters: an operator's reason may be one
_MOST_DAYS = 3_660
_YEARS = range(2000, 2101)
_SHOWN = 40


def checked(given: QueueFilter) -> QueueFilter:
    """A filter from outside, made fit for the ledger.

    Raises:
        InputError: a text is too long, or a time is out of range.
    """
    texts = {name: value for name, value in given if isinstance(value, str)}
    if any(len(text) > LONGEST for text in texts.values()):
        raise InputError("筛选条件太长，请缩短。")
    moments = {name: value for name, value in given if isinstance(value, dt.datetime)}
    if (given.days or 0) > _MOST_DAYS or any(moment.year not in _YEARS for moment in moments.values()):
        raise InputError("筛选的日期超出范围，请重新选择。")
    kept: dict[str, object] = {name: storable(text) for name, text in texts.items()}
    kept.update({name: local(moment) for name, moment in moments.items()})
    return given.model_copy(update=kept)


def link(wanted: QueueFilter) -> str:
    """Address of the list of a filter's matters on the reviewer page."""
    return f"./review#list={quote(wanted.model_dump_json(exclude_defaults=True), safe='')}"


def number(text: str, wanted: QueueFilter, title: str = "看这些工单") -> str:
    """A number that opens its list."""
    return f'<a class="xz-num" href="{esc(link(wanted))}" title="{esc(title)}">{esc(text)}</a>'


def chips(wanted: QueueFilter, names: Names) -> str:
    """Every condition as a button that takes it away; '' without any."""
    return "".join(
        f'<button type="button" class="xz-option xz-drop" data-drop="{esc(" ".join(fields))}" title="去掉这个条件">'
        f'{esc(shorten(words, _SHOWN))}<b aria-label="去掉">×</b></button>'
        for fields, words in conditions(wanted, names)
    )


def conditions(wanted: QueueFilter, names: Names) -> Iterator[tuple[Sequence[str], str]]:
    """Fields of each condition, and what it says in Chinese."""
    yield from _where(wanted, names)
    yield from _when(wanted)
    yield from _done(wanted)
    yield from _judged(wanted, names)


def _where(wanted: QueueFilter, names: Names) -> Iterator[tuple[Sequence[str], str]]:
    if wanted.department:
        yield ["department"], f"单位：{names.department(wanted.department)}"
    if wanted.category:
        yield ["category"], f"类别：{category_name(wanted.category, names)}"
    if wanted.channel:
        yield ["channel"], f"渠道：{wanted.channel}"
    if wanted.operator:
        yield ["operator"], f"受理员：{wanted.operator}"
    if wanted.text:
        yield ["text"], f"文中有“{wanted.text}”"


def _when(wanted: QueueFilter) -> Iterator[tuple[Sequence[str], str]]:
    if wanted.days is not None:
        yield ["days"], f"近{wanted.days}天"
    if wanted.since is not None or wanted.until is not None:
        begin = f"{local(wanted.since):%Y-%m-%d}" if wanted.since else ""
        # `until` is the moment after the last one that counts
        end = f"{local(wanted.until) - dt.timedelta(microseconds=1):%Y-%m-%d}" if wanted.until else ""
        yield ["since", "until"], f"{begin} 至 {end}".strip()


def _done(wanted: QueueFilter) -> Iterator[tuple[Sequence[str], str]]:
    flags = (
        ("decided", wanted.decided, "已有受理决定", "尚无受理决定"),
        ("changed", wanted.changed, "受理员改动过", "受理员未改动"),
        ("returned", wanted.returned, "承办单位退回", "未被退回"),
        ("reviewed", wanted.reviewed, "已复核", "未复核"),
    )
    yield from (([field], yes if value else no) for field, value, yes, no in flags if value is not None)
    if wanted.states:
        yield ["states"], "、".join(MATTER_STATE_NAMES[state] for state in wanted.states)
    if wanted.action is not None:
        yield ["action"], ACTION_NAMES[wanted.action]
    if wanted.route is not None:
        yield ["route"], ROUTE_NAMES[wanted.route]
    if wanted.field is not None:
        yield ["field"], f"改了{FIELD_NAMES[wanted.field]}"
    if wanted.reason:
        yield ["reason"], f"理由：{wanted.reason}"


def _judged(wanted: QueueFilter, names: Names) -> Iterator[tuple[Sequence[str], str]]:
    if wanted.proposed_lead:
        yield ["proposed_lead"], f"建议主办：{names.department(wanted.proposed_lead)}"
    if wanted.final_lead:
        yield ["final_lead"], f"应为：{names.department(wanted.final_lead)}"
    if wanted.wrong is not None:
        yield ["wrong"], f"{MEASURE_NAMES[wanted.wrong]}建议有误"
    if wanted.known is not None:
        yield ["known"], f"{MEASURE_NAMES[wanted.known]}已有人工结论"
    if wanted.confidence_from is not None or wanted.confidence_below is not None:
        low, high = wanted.confidence_from or 0.0, min(wanted.confidence_below or 1.0, 1.0)
        what = "主办" if wanted.confidence_of == "lead" else "类别"
        yield ["confidence_from", "confidence_below"], f"{what}把握 {percent_range(low, high)}"


def category_name(prefix: str, names: Names) -> str:
    """Name of a whole code, or of the level that its first digits stand for."""
    if prefix in names.categories:
        return names.category(prefix)
    level = {2: "level1", 4: "level2"}.get(len(prefix), "")
    found = next((one for code, one in names.categories.items() if level and code.startswith(prefix)), None)
    return str(getattr(found, level)) if found is not None else prefix
