"""What follows when a person names another lead or category: the duty behind it, its law, its office, its time limit.

The same tables and rules as triage, asked for labels that a person gave instead of those that the model chose.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Sequence
from typing import Protocol, cast, get_args

from agent.choose import DUTY_FITS, DUTY_SURE, Read
from agent.deadline import DeadlineRules, compute_deadline
from agent.desk.choices import choice_of
from agent.desk.records import Effect
from agent.ledger.records import Change, Choice
from agent.schema import Assist, Deadline, Dispatch, Draft, Suggestion, Track, Unit
from knowledge.base import KnowledgeBase
from knowledge.units import resolve_unit
from knowledge.vocabulary import Address, Citation, Duty, Urgency
from knowledge.workdays import SHANGHAI

_STALE = "答复初稿已由人改写，仍按原主办单位或时限表述；请核对。"
_KEPT = 512  # drafts written here that are still known as ours


class Reader(Protocol):
    """The part of the agent that is needed."""

    @property
    def base(self) -> KnowledgeBase:
        """What the city knows."""

    def read(self, text: str) -> Read:
        """A text as model and index see it."""

    def redraft(self, suggestion: Suggestion, dispatch: Dispatch, deadline: Deadline, *, day: dt.date) -> Draft | None:
        """The draft with other departments and another time limit."""


class Grounds:
    """Applies the tables to a choice; safe to use from several threads."""

    def __init__(self, agent: Reader, deadlines: DeadlineRules) -> None:
        self._agent, self._deadlines = agent, deadlines
        # drafts of earlier choices: such a text may be written anew, a person's own may not
        self._drafted: deque[str] = deque(maxlen=_KEPT)

    def effect(
        self, suggestion: Suggestion, proposed: Choice, choice: Choice, received_at: dt.datetime | None
    ) -> Effect:
        """Unit, time limit and law of a choice.

        What the choice leaves as proposed keeps what was proposed with it. The unit always follows from lead and
        place. A time that no rule gives is the person's own and stays; one that a rule gave for labels chosen
        before is counted anew.

        Args:
            suggestion: What was proposed.
            proposed: The same as a choice.
            choice: Its labels are of the closed lists.
            received_at: When the matter came in; None leaves a changed time limit unknown.
        """
        regrounded = (choice.lead, choice.category) != (proposed.lead, proposed.category)
        retimed = regrounded or (choice.urgency, choice.track) != (proposed.urgency, proposed.track)
        duty = self._duty(suggestion, choice) if retimed else None
        deadline = self._deadline(suggestion, choice, duty, received_at) if retimed else suggestion.deadline
        due = deadline.due if deadline is not None else None
        if self._own_time(suggestion, proposed, choice, duty, received_at):
            due = choice.due
        basis = suggestion.dispatch.basis if suggestion.dispatch is not None else ()
        if regrounded:
            basis = self._basis(duty, received_at)
        settled = choice.model_copy(update={"unit": self._unit(suggestion, proposed, choice), "due": due})
        reply = self._reply(suggestion, proposed, settled, basis, deadline, received_at)
        stale = reply == choice.reply != "" and (settled.unit, due) != (proposed.unit, proposed.due)
        return Effect(
            choice=settled.model_copy(update={"reply": reply}),
            deadline=deadline,
            basis=basis,
            topic=duty.topic if duty is not None else "",
            note=_STALE if stale and choice.reply not in self._drafted else "",
        )

    def own_changes(
        self, suggestion: Suggestion, made: Sequence[Change], choice: Choice, received_at: dt.datetime | None
    ) -> tuple[Change, ...]:
        """The changes that a person made: a reply that is the draft written anew for the choice is none.

        Made again and compared, so that it does not matter which process wrote it.
        """
        if not any(change.field == "reply" for change in made):
            return tuple(made)
        proposed = choice_of(suggestion)
        drafted = choice.model_copy(update={"reply": proposed.reply})
        ours = self.effect(suggestion, proposed, drafted, received_at).choice.reply == choice.reply
        return tuple(change for change in made if not (ours and change.field == "reply"))

    def _reply(
        self,
        suggestion: Suggestion,
        proposed: Choice,
        choice: Choice,
        basis: tuple[Citation, ...],
        deadline: Deadline | None,
        received_at: dt.datetime | None,
    ) -> str:
        """The draft for the choice; a reply that a person wrote stays."""
        same = (choice.unit, choice.assist, choice.due) == (proposed.unit, proposed.assist, proposed.due)
        if not choice.reply or (choice.reply != proposed.reply and choice.reply not in self._drafted):
            return choice.reply
        if same or deadline is None or not choice.lead:
            return proposed.reply
        department = self._agent.base.tables.department
        dispatch = Dispatch(
            lead=Unit(id=choice.lead, name=department[choice.lead].name, unit=choice.unit),
            confidence=1.0,
            assist=tuple(Assist(id=one, name=department[one].name, reason="") for one in choice.assist),
            basis=basis,
            reason="",
        )
        limit = deadline.model_copy(update={"due": choice.due})
        day = (received_at or dt.datetime.now(SHANGHAI)).astimezone(SHANGHAI).date()
        draft = self._agent.redraft(suggestion, dispatch, limit, day=day)
        if draft is None:
            return choice.reply
        self._drafted.append(draft.text)
        return draft.text

    def _unit(self, suggestion: Suggestion, proposed: Choice, choice: Choice) -> str:
        address = self._address(suggestion, proposed, choice)
        if not choice.lead or (choice.lead == proposed.lead and address == _read_address(suggestion)):
            return proposed.unit if choice.lead else ""
        tables = self._agent.base.tables
        department = tables.department[choice.lead]
        return resolve_unit(department, address, tables.districts, self._agent.base.unit_patterns)

    def _own_time(
        self,
        suggestion: Suggestion,
        proposed: Choice,
        choice: Choice,
        duty: Duty | None,
        received_at: dt.datetime | None,
    ) -> bool:
        """Whether the person set the time limit by hand."""
        if choice.due is None or choice.due == proposed.due:
            return False
        labels = ({"urgency": urgency, "track": track} for urgency in get_args(Urgency) for track in get_args(Track))
        others = (self._deadline(suggestion, choice.model_copy(update=label), duty, received_at) for label in labels)
        return all(other is None or other.due != choice.due for other in others)

    def _address(self, suggestion: Suggestion, proposed: Choice, choice: Choice) -> Address:
        """Where the matter is: as read, unless the person put another place that the gazetteer knows."""
        read = _read_address(suggestion)
        if not choice.place or choice.place == proposed.place:
            return read
        found = self._agent.base.gazetteer.locate(choice.place)
        return found if found.district else read

    def _duty(self, suggestion: Suggestion, choice: Choice) -> Duty | None:
        """The topic of the duty table that fits the words best and names the lead."""
        if suggestion.complaint is None or not suggestion.complaint.masked_text:
            return None
        base = self._agent.base
        scores = self._agent.read(suggestion.complaint.masked_text).evidence.duties.tolist()
        fitting = []
        for topic, score in zip(base.shelf("duties").ids, scores, strict=True):
            duty = base.tables.duty[topic]
            near = duty.category.code[:4] == choice.category[:4]
            if score >= (DUTY_FITS if near else DUTY_SURE) and choice.lead in {duty.lead, *duty.assist}:
                fitting.append((duty.lead == choice.lead, score, duty.topic))
        return base.tables.duty[max(fitting)[2]] if fitting else None

    def _basis(self, duty: Duty | None, received_at: dt.datetime | None) -> tuple[Citation, ...]:
        """The law that the duty table and `bases.csv` name for the topic, as of the day of receipt."""
        if duty is None:
            return ()
        day = (received_at or dt.datetime.now(SHANGHAI)).astimezone(SHANGHAI).date()
        return self._agent.base.law_of(duty, day)

    def _deadline(
        self, suggestion: Suggestion, choice: Choice, duty: Duty | None, received_at: dt.datetime | None
    ) -> Deadline | None:
        track = choice.track or suggestion.track
        if received_at is None or not track or suggestion.complaint is None:
            return None
        return compute_deadline(
            received_at,
            track=cast("Track", track),
            urgency=choice.urgency,
            mode=suggestion.mode,
            kind=suggestion.complaint.kind,
            lead_id=choice.lead,
            category_code=choice.category,
            topic=duty.topic if duty is not None else "",
            rules=self._deadlines,
            calendar=self._agent.base.calendar,
        )


def _read_address(suggestion: Suggestion) -> Address:
    return suggestion.complaint.address if suggestion.complaint is not None else Address()
