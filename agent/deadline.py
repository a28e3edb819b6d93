"""By when a matter must be closed, and which rule says so.

Applies `rules/deadlines.toml` with a calendar of working days; decides no track and no urgency. A limit that
needs a year whose holidays are unknown is reported as unknown, never guessed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, get_args

from pydantic import Field, field_validator

from agent.rules import load_rules
from agent.schema import Deadline, Track
from knowledge.vocabulary import Kind, ModeId, Urgency
from models.errors import KnowledgeError
from models.record import Record

Unit = Literal["minutes", "hours", "days", "workdays"]
_UNIT_NAMES: dict[Unit, str] = {"minutes": "分钟", "hours": "小时", "days": "日", "workdays": "个工作日"}
_BY_THE_CLOCK: frozenset[Unit] = frozenset({"minutes", "hours"})


class Calendar(Protocol):
    """The part of `knowledge.workdays.WorkCalendar` that is needed; may raise `KnowledgeError`."""

    def add_workdays(self, start: dt.datetime, n: int) -> dt.datetime:
        """End of the `n`-th working day after `start`."""

    def add_hours(self, start: dt.datetime, hours: float) -> dt.datetime:
        """`hours` after `start` by the clock."""

    def add_calendar_days(self, start: dt.datetime, n: int) -> dt.datetime:
        """End of the `n`-th day after `start`."""


class When(Record):
    """What a matter must be for a rule to hold; an empty list asks nothing."""

    track: tuple[Track, ...] = ()
    kind: tuple[Kind, ...] = ()
    urgency: tuple[Urgency, ...] = ()
    mode: tuple[ModeId, ...] = ()
    lead: tuple[str, ...] = Field(default=(), description="department ids")
    category: tuple[str, ...] = Field(default=(), description="first digits of category codes")
    topic: tuple[str, ...] = Field(default=(), description="topics of the duty table")


class DeadlineRule(Record):
    """One time limit, what it holds for, and who set it."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    name: str = Field(min_length=1, description="for the operator")
    when: When
    value: int = Field(ge=1)
    unit: Unit
    source: str = Field(min_length=1)
    note: str = ""

    @property
    def label(self) -> str:
        """The rule in words for the operator."""
        return f"{self.name}：{self.value}{_UNIT_NAMES[self.unit]}（{self.source}）"


class DeadlineRules(Record):
    """The whole of `deadlines.toml`; complete enough that every matter has a limit."""

    rule: tuple[DeadlineRule, ...]

    @classmethod
    def load(cls, override_dir: Path | None = None) -> DeadlineRules:
        """Read `deadlines.toml`, the user's own when `override_dir` has one.

        Raises:
            SettingsError: The file does not fit, or leaves a track or urgency 2 without a limit; names file
                and field.
        """
        return load_rules("deadlines", cls, override_dir)

    @field_validator("rule")
    @classmethod
    def _complete(cls, rules: tuple[DeadlineRule, ...]) -> tuple[DeadlineRule, ...]:
        ids = [rule.id for rule in rules]
        if len(set(ids)) < len(ids):
            raise ValueError("two rules have the same id")
        for track in get_args(Track):
            if not any(rule.when in (When(), When(track=rule.when.track)) for rule in _naming(rules, track)):
                raise ValueError(f"no rule holds for every matter on the track {track}")
        at_once = [rule for rule in rules if rule.when == When(urgency=rule.when.urgency)]
        if not any(2 in rule.when.urgency and rule.unit in _BY_THE_CLOCK for rule in at_once):
            raise ValueError("no rule in minutes or hours holds for every matter of urgency 2")
        return rules


def _naming(rules: Sequence[DeadlineRule], track: Track) -> list[DeadlineRule]:
    return [rule for rule in rules if not rule.when.track or track in rule.when.track]


@dataclass(frozen=True, slots=True)
class _Due:
    """When one rule ends; `due` is None, and `error` says why, where a year is unknown."""

    rule: DeadlineRule
    due: dt.datetime | None
    error: str = ""


def compute_deadline(
    received_at: dt.datetime,
    *,
    track: Track,
    urgency: Urgency,
    mode: ModeId,
    kind: Kind,
    lead_id: str,
    rules: DeadlineRules,
    calendar: Calendar,
    category_code: str = "",
    topic: str = "",
) -> Deadline:
    """Find the rule that ends first.

    Args:
        received_at: When the matter came in.
        track: The track it takes.
        urgency: 2 uses limits in minutes and hours only.
        mode: Operating mode of the city.
        kind: What the citizen wants.
        lead_id: Department id, '' when none was chosen.
        rules: The limits.
        calendar: Counts hours, days and working days.
        category_code: Six digits, '' when none was chosen.
        topic: Topic of the duty table that the matter surely falls under, '' when none.

    Returns:
        The earliest end of all rules that hold; of equal ones, the first in the file. Where a limit that might
        end first cannot be counted, `due` is None and `error` says why.
    """
    held = [
        rule
        for rule in rules.rule
        if _holds(rule.when, track, urgency, mode, kind, lead_id)
        and (not rule.when.category or category_code.startswith(rule.when.category))
        and (not rule.when.topic or topic in rule.when.topic)
        and (urgency < 2 or rule.unit in _BY_THE_CLOCK)
    ]
    received_on = calendar.add_hours(received_at, 0).date()  # in the calendar's own time zone
    return _earliest([_count(rule, received_at, calendar) for rule in held], received_on)


def _holds(when: When, track: Track, urgency: Urgency, mode: ModeId, kind: Kind, lead_id: str) -> bool:
    pairs: tuple[tuple[object, tuple[object, ...]], ...] = (
        (track, when.track),
        (urgency, when.urgency),
        (mode, when.mode),
        (kind, when.kind),
        (lead_id, when.lead),
    )
    return all(not wanted or value in wanted for value, wanted in pairs)


def _count(rule: DeadlineRule, start: dt.datetime, calendar: Calendar) -> _Due:
    try:
        match rule.unit:
            case "minutes":
                return _Due(rule, calendar.add_hours(start, rule.value / 60))
            case "hours":
                return _Due(rule, calendar.add_hours(start, rule.value))
            case "days":
                return _Due(rule, calendar.add_calendar_days(start, rule.value))
            case "workdays":
                return _Due(rule, calendar.add_workdays(start, rule.value))
    except KnowledgeError as error:
        return _Due(rule, None, str(error))


def _earliest(dues: Sequence[_Due], received_on: dt.date) -> Deadline:
    """Choose among rules that hold; `DeadlineRules` makes sure that there is one."""
    known = [(item.due, item.rule) for item in dues if item.due is not None]
    # Uncounted days end no sooner than so many days after receipt, whatever the holidays are.
    unknown = sorted((item for item in dues if item.due is None), key=lambda item: item.rule.value)
    if known:
        due, rule = min(known, key=lambda pair: pair[0])
        if not unknown or due.date() < received_on + dt.timedelta(days=unknown[0].rule.value):
            return _deadline(rule, due, "")
    return _deadline(unknown[0].rule, None, unknown[0].error)


def _deadline(rule: DeadlineRule, due: dt.datetime | None, error: str) -> Deadline:
    workdays = rule.value if rule.unit == "workdays" else None
    return Deadline(due=due, rule=rule.label, workdays=workdays, error=error)
