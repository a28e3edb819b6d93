"""The list of matters beside the open one, as HTML: what each is, why it stands there, how sure the suggestion was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from agent.desk.facts import Facts
from agent.desk.loss import standing
from agent.desk.records import QueueItem
from agent.desk.words import FIELD_NAMES, MATTER_STATE_NAMES
from agent.ledger.records import Entry, MatterState
from agent.wording import shorten
from agent.workbench.operator.fields import Names
from agent.workbench.parts import bar, chip, esc, notice

_STATE_STYLES: dict[MatterState, str] = {"reviewed": "xz-good", "returned": "xz-stop", "open": "xz-risk"}


@dataclass(frozen=True, slots=True)
class Row:
    """One matter of the list; everything in it is masked.

    Attributes:
        sure: Calibrated confidence of the proposed lead.
        loss: Expected loss, which orders the queue.
        urgent: Somebody must act at once, and nobody has.
    """

    matter_id: str
    title: str
    why: str
    proposed: str
    chosen: str
    sure: float
    loss: float
    recorded_at: dt.datetime
    state: MatterState
    changed: tuple[str, ...]
    urgent: bool = False

    @classmethod
    def of_item(cls, item: QueueItem) -> Row:
        """A matter of the queue."""
        return cls(
            matter_id=item.matter_id,
            title=item.title,
            why=item.why,
            proposed=item.proposed_lead,
            chosen=item.chosen_lead,
            sure=item.lead_confidence,
            loss=item.loss.value,
            recorded_at=item.recorded_at,
            state=item.state,
            changed=item.changed,
            urgent=item.urgent,
        )

    @classmethod
    def of_entry(cls, entry: Entry, now: dt.datetime) -> Row:
        """A matter of a plain list."""
        facts = Facts.of(entry)
        stands = standing(facts, now)
        return cls(
            matter_id=facts.matter_id,
            title=facts.title,
            why=stands.why,
            proposed=facts.proposed.lead,
            chosen=facts.chosen.lead if facts.chosen is not None else "",
            sure=facts.lead_confidence,
            loss=stands.loss.value,
            recorded_at=facts.recorded_at,
            state=facts.state,
            changed=facts.changed,
            urgent=facts.urgent,
        )


def rows_html(rows: Sequence[Row], names: Names, now: dt.datetime) -> str:
    """One button a matter."""
    return "".join(_row(row, names, now) for row in rows)


def _row(row: Row, names: Names, now: dt.datetime) -> str:
    moved = row.chosen and row.chosen != row.proposed
    lead = names.department(row.proposed) or "主办未定"
    urgent = " data-urgent" if row.urgent else ""
    to = f" <b>→ {esc(names.department(row.chosen))}</b>" if moved else ""
    others = "".join(chip(f"改{FIELD_NAMES.get(field, field)}", "xz-risk") for field in row.changed if field != "lead")
    state = chip(MATTER_STATE_NAMES[row.state], _STATE_STYLES.get(row.state, "")) if row.state != "decided" else ""
    return (
        f'<button type="button" class="xz-row"{urgent} data-matter="{esc(row.matter_id)}">'
        f'<span class="xz-row-top"><span>{esc(shorten(row.title or "（文字已清除）", 44))}</span>'
        f'<time datetime="{row.recorded_at.isoformat()}">{esc(age(row.recorded_at, now))}</time></span>'
        f'<small class="xz-row-why">{esc(row.why)}</small>'
        f'<span class="xz-row-lead">{esc(lead)}{to}</span>'
        f'<span class="xz-row-foot">{bar(row.sure)}'
        f'<small title="风险 × 存疑 × 分歧">预期损失 {row.loss:.3f}</small>{others}{state}</span></button>'
    )


def age(then: dt.datetime, now: dt.datetime) -> str:
    """How long ago, in the largest unit that fits."""
    minutes = max(0, int((now - then).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes}分钟前"
    return f"{minutes // 60}小时前" if minutes < 1440 else f"{minutes // 1440}天前"


def nothing_html(*, filtered: bool, listed: bool) -> str:
    """The list when there is none."""
    if filtered:
        return notice(
            "没有符合条件的工单", "去掉几个条件再看；已复核的在“清单”里。" if not listed else "去掉几个条件再看。"
        )
    if listed:
        return notice("还没有登记过的工单", "受理台处理第一件之后，这里就有了。")
    return notice("没有等着复核的工单", "受理员决定过的、以及请复核员判断的工单，会按预期损失从高到低排在这里。")
