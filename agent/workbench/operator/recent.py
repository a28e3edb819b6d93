"""The slim list of one's own matters of today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from agent.desk.records import QueueFilter
from agent.ledger.records import Actor, Decision, Entry
from agent.wording import shorten
from agent.workbench.operator.door import OperatorDesk
from agent.workbench.operator.fields import Names
from agent.workbench.parts import chip, esc
from knowledge.workdays import SHANGHAI

_SHOWN = 12
_OPEN = 60  # undecided matters looked through for one's own; a desk has few
_STATES = {"accept": ("已采纳", "xz-good"), "change": ("已改派", "xz-risk"), "return": ("已退回", "xz-stop")}


def recent_entries(desk: OperatorDesk, actor: Actor, now: dt.datetime, *, names: bool) -> tuple[Entry, ...]:
    """What this person decided or took and left open today, newest first."""
    today = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    decided = desk.entries(QueueFilter(since=today, operator=actor.name), limit=_SHOWN, names=names)
    left = desk.entries(QueueFilter(since=today, states=("open",)), limit=_OPEN, names=names)
    mine = [entry for entry in left if entry.matter.recorded_by == actor.name]
    found = {entry.matter.id: entry for entry in (*decided, *mine)}
    return tuple(sorted(found.values(), key=lambda entry: entry.matter.recorded_at, reverse=True)[:_SHOWN])


def recent_html(entries: Sequence[Entry], names: Names) -> str:
    """One button a matter; an empty list says so."""
    if not entries:
        return '<p class="xz-dim">今天还没有经手的事项。</p>'
    return "".join(_row(entry, names) for entry in entries)


def _row(entry: Entry, names: Names) -> str:
    matter = entry.matter
    when = matter.recorded_at.astimezone(SHANGHAI)
    reading = entry.suggestion.suggestion.complaint
    title = matter.title or (reading.title if reading else "") or "（已删除）"
    label, style = _STATES[entry.decision.action] if entry.decision else ("待定", "")
    who = names.department(entry.decision.choice.lead) if entry.decision else ""
    return (
        f'<button type="button" data-matter="{esc(matter.id)}"><time>{when:%H:%M}</time>'
        f"<span>{esc(shorten(title, 40))}<small>{esc(who)}</small></span>{chip(label, style)}</button>"
    )


def decided_line(decision: Decision, names: Names) -> str:
    """What was just recorded, in one line."""
    label, _ = _STATES[decision.action]
    choice = decision.choice
    who = "" if decision.action == "return" else f" · 主办 {choice.unit or names.department(choice.lead) or '未定'}"
    return f"{label}，已记录 · 编号 {decision.matter_id}{who}"
