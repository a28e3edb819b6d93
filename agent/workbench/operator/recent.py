"""The slim list of one's own matters of today: what still waits first, danger before all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from agent.desk.records import QueueFilter
from agent.desk.titles import title_of
from agent.ledger.records import Actor, Decision, Entry
from agent.wording import shorten
from agent.workbench.operator.door import OperatorDesk
from agent.workbench.operator.fields import Names
from agent.workbench.parts import chip, esc
from knowledge.workdays import SHANGHAI

FEW, MANY = 12, 200
_OPEN = 400  # undecided matters of everybody that are looked through for one's own
_STATES = {"accept": ("已采纳", "xz-good"), "change": ("已改派", "xz-risk"), "return": ("已退回", "xz-stop")}
_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


def recent_entries(
    desk: OperatorDesk, actor: Actor, now: dt.datetime, *, names: bool, most: int = FEW
) -> tuple[Entry, ...]:
    """What this person took and left open today, what must be done first before the rest, then what they decided.

    One more than `most` where there are more.
    """
    today = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    decided = desk.entries(QueueFilter(since=today, operator=actor.name), limit=most + 1, names=names)
    left = desk.entries(QueueFilter(since=today, states=("open",)), limit=_OPEN, names=names)
    mine = sorted((one for one in left if one.matter.recorded_by == actor.name), key=_first)
    late = sorted(decided, key=lambda one: one.matter.recorded_at, reverse=True)
    found = {one.matter.id: one for one in (*mine, *late)}
    return tuple(found.values())[: most + 1]


def _first(entry: Entry) -> tuple[int, dt.datetime]:
    deadline = entry.suggestion.suggestion.deadline
    return -_level(entry), (deadline.due if deadline else None) or _NEVER


def _level(entry: Entry) -> int:
    urgency = entry.suggestion.suggestion.urgency
    return urgency.level if urgency else 0


def recent_html(entries: Sequence[Entry], names: Names, *, most: int = FEW) -> str:
    """One button a matter; an empty list says so, a cut one offers the rest."""
    if not entries:
        return '<p class="xz-dim">今天还没有经手的事项。</p>'
    rows = "".join(_row(entry, names) for entry in entries[:most])
    if len(entries) <= most:
        return rows
    if most >= MANY:
        return f'{rows}<p class="xz-dim">只列出 {MANY} 件；更早的请到复核台查。</p>'
    return f'{rows}<button type="button" class="xz-link" data-do="more">更多</button>'


def _row(entry: Entry, names: Names) -> str:
    matter = entry.matter
    when = matter.recorded_at.astimezone(SHANGHAI)
    title = title_of(entry.suggestion.suggestion.complaint, matter.title) or "（已删除）"
    urgent = ""
    if entry.decision is None:
        label, style, note = "待定", "", _left(entry)
        urgent = " data-urgent" if _level(entry) == 2 else ""
    else:
        label, style = _STATES[entry.decision.action]
        note = f"<small>{esc(names.department(entry.decision.choice.lead))}</small>"
    return (
        f'<button type="button"{urgent} data-matter="{esc(matter.id)}"><time>{when:%H:%M}</time>'
        f"<span>{esc(shorten(title, 40))}</span>{note}{chip('立即处置' if urgent else label, style)}</button>"
    )


def _left(entry: Entry) -> str:
    """Room for the remaining time, which `xz.due` keeps current."""
    deadline = entry.suggestion.suggestion.deadline
    due = deadline.due if deadline else None
    return f'<b class="xz-left" data-due="{due.isoformat()}"></b>' if due is not None else ""


def decided_line(decision: Decision, names: Names) -> str:
    """What was just recorded, in one line."""
    label, _ = _STATES[decision.action]
    choice = decision.choice
    who = "" if decision.action == "return" else f" · 主办 {choice.unit or names.department(choice.lead) or '未定'}"
    return f"{label}，已记录 · 编号 {decision.matter_id}{who}"
