"""What the page's script can ask for, one method each; everything is looked up anew and decided by the desk.

The script holds ids and the choice as it stands; the suggestion, the proposal and what follows from a choice come
from the desk for every call. Each method is wrapped by `Shell.answers`, which finds the actor and checks the right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from pydantic import JsonValue

from agent.desk.records import Ticket
from agent.ledger.records import Action, Actor, Choice, Decision, History, StoredSuggestion
from agent.people.roles import Permission, allowed
from agent.schema import Complaint, Suggestion
from agent.wording import URGENCY_NAMES, moment
from agent.workbench.operator.door import Changed, Decided, Dropped, Field_, Named, OperatorDesk, Taken
from agent.workbench.operator.dropped import dropped_text
from agent.workbench.operator.evidence import evidence_slots, failed_html
from agent.workbench.operator.fields import TRACKS, Names, Shown, field_slots
from agent.workbench.operator.lists import category_items, department_items
from agent.workbench.operator.recent import FEW, MANY, decided_line, recent_entries, recent_html
from agent.workbench.parts import marked
from agent.workbench.shell import Answer
from knowledge.workdays import SHANGHAI
from models.errors import InputError
from models.record import Record

R = TypeVar("R", bound=Record)
LATEST_YEAR = 2100


def _now() -> dt.datetime:
    return dt.datetime.now(SHANGHAI).replace(microsecond=0)


class OperatorWork:
    """The operator's desk as the page sees it.

    Args:
        desk: Takes, refines, decides, remembers.
        names: Departments and categories.
        refines: Whether a language model is set, so that a second, better draft is worth asking for.
        clock: Time of now.
    """

    def __init__(
        self, desk: OperatorDesk, names: Names, *, refines: bool, clock: Callable[[], dt.datetime] = _now
    ) -> None:
        self._desk, self._names, self._refines, self._clock = desk, names, refines, clock
        self._lists: Answer = {
            "lead": [item.model_dump(mode="json") for item in department_items(tuple(names.departments.values()))],
            "category": [item.model_dump(mode="json") for item in category_items(tuple(names.categories.values()))],
        }

    def start(self, actor: Actor, data: JsonValue) -> Answer:
        """Closed lists, once a visit."""
        return {"lists": self._lists}

    def recent(self, actor: Actor, data: JsonValue) -> Answer:
        """One's matters of today, `all` for the long list; asked for after the rest, nothing waits for it."""
        names, most = allowed(actor.role, Permission.SEE_NAMES), MANY if data == "all" else FEW
        found = recent_entries(self._desk, actor, self._clock(), names=names, most=most)
        return {"html": recent_html(found, self._names, most=most)}

    def take(self, actor: Actor, data: JsonValue) -> Answer:
        """A complaint as typed: the quick suggestion, without a language model."""
        given = _read(Taken, data)
        complaint = Complaint(
            text=given.text, title=given.title, channel=given.channel, mode=given.mode, received_at=self._clock()
        )
        ticket = self._desk.take(complaint, actor, language=False, continues=given.matter)
        if ticket.suggestion.status == "error":
            return {"failed": failed_html(ticket.suggestion)}
        received = self._history(actor, ticket.matter_id).matter.received_at if given.matter else complaint.received_at
        shown = self._shown(ticket.suggestion, received)
        answer = self._page(shown, ticket.matter_id, ticket.suggestion_id, given.text)
        return {**answer, "refines": self._refines}

    def refine(self, actor: Actor, data: JsonValue) -> Answer:
        """The same matter with the language model's help; takes as long as the model does."""
        named = _read(Named, data)
        history = self._history(actor, named.matter)
        first = _stored(history, named.suggestion)
        ticket = Ticket(matter_id=named.matter, suggestion_id=first.id, suggestion=first.suggestion)
        better = self._desk.refine(ticket, actor)
        shown = self._shown(better.suggestion, history.matter.received_at)
        return self._page(shown, named.matter, better.suggestion_id, history.matter.text)

    def change(self, actor: Actor, data: JsonValue) -> Answer:
        """One field set otherwise, and what follows from it."""
        given = _read(Changed, data)
        history = self._history(actor, given.matter)
        suggestion, received = _stored(history, given.suggestion).suggestion, history.matter.received_at
        choice = self._changed(suggestion, given.choice, given.field, given.value, received)
        return self._fields(self._shown(suggestion, received, choice))

    def decide(self, actor: Actor, data: JsonValue) -> Answer:
        """Accept, change or return: recorded by the desk before this answers."""
        given = _read(Decided, data)
        history = self._history(actor, given.matter)
        proposed = self._desk.choice_of(_stored(history, given.suggestion).suggestion)
        action, reason = _action(given, proposed), given.reason.strip()
        redirected = (given.choice.lead, given.choice.category) != (proposed.lead, proposed.category)
        if not reason and (action == "return" or redirected):
            raise InputError("请选一个理由，或写一句。", code="reason")
        last = _last(history)
        decision = self._desk.decide(
            given.matter,
            given.suggestion,
            action,
            given.choice,
            actor,
            reason=reason,
            seconds=given.seconds,
            replaces=last.id if last else None,
        )
        return {"line": decided_line(decision, self._names)}

    def reopen(self, actor: Actor, data: JsonValue) -> Answer:
        """An earlier matter as it stands; deciding again replaces the earlier decision."""
        if not isinstance(data, str):
            raise InputError("没有这件事项。")
        history = self._history(actor, data)
        if not history.suggestions or history.matter.state == "erased":
            raise InputError("这件事项的内容已按规定删除，不能再打开。", code="erased")
        stored, last = history.suggestions[-1], _last(history)
        shown = self._shown(stored.suggestion, history.matter.received_at, last.choice if last else None)
        matter = history.matter
        answer = self._page(shown, matter.id, stored.id, matter.text or matter.masked_text)
        when = f"已由 {last.operator} 于 {moment(last.decided_at.astimezone(SHANGHAI))} 处理" if last else ""
        return {**answer, "title": matter.title, "text": matter.text or matter.masked_text, "before": when}

    def read_file(self, actor: Actor, data: JsonValue) -> Answer:
        """A dropped file as text."""
        given = _read(Dropped, data)
        return {"text": dropped_text(given.name, given.data)}

    # ---- inside

    def _history(self, actor: Actor, matter_id: str) -> History:
        return self._desk.history(matter_id, actor, names=allowed(actor.role, Permission.SEE_NAMES))

    def _shown(self, suggestion: Suggestion, received: dt.datetime | None, choice: Choice | None = None) -> Shown:
        proposed = self._desk.choice_of(suggestion)
        chosen = choice or proposed
        effect = self._desk.effect(suggestion, chosen, received)
        return Shown(suggestion, proposed, chosen, effect, self._names)

    def _fields(self, shown: Shown) -> Answer:
        return {"choice": shown.choice.model_dump(mode="json"), "slots": {**field_slots(shown)}}

    def _page(self, shown: Shown, matter_id: str, suggestion_id: str, text: str) -> Answer:
        suggestion, spans = shown.suggestion, shown.suggestion.urgency.evidence if shown.suggestion.urgency else ()
        return {
            **self._fields(shown),
            "slots": {**field_slots(shown), **evidence_slots(suggestion, self._names)},
            "proposed": shown.proposed.model_dump(mode="json"),
            "matter": matter_id,
            "suggestion": suggestion_id,
            "marks": marked(text, spans),
            "generator": suggestion.draft.generator if suggestion.draft else "",
        }

    def _changed(
        self, suggestion: Suggestion, choice: Choice, field: Field_, value: str, received: dt.datetime | None
    ) -> Choice:
        """The choice with one field set; lead and category bring unit and deadline along, as the desk says.

        Raises:
            InputError: the value is none of its closed list.
        """
        if field == "lead":
            return self._desk.with_lead(suggestion, value, choice=choice, received_at=received)
        if field == "category":
            return self._desk.with_category(suggestion, value, choice=choice, received_at=received)
        return choice.model_copy(update={field: self._value(choice, field, value)})

    def _value(self, choice: Choice, field: Field_, value: str) -> object:
        if field == "urgency" and value in map(str, URGENCY_NAMES):
            return int(value)
        if field == "track" and value in TRACKS:
            return value
        if field == "assist" and value in self._names.departments:
            rest = tuple(each for each in choice.assist if each != value)
            return rest if value in choice.assist else (*rest, value)
        if field == "place":
            return value.strip()
        if field == "due":
            return _due(value)
        raise InputError("只能从列表中选。")


def _read(kind: type[R], data: JsonValue) -> R:
    """What a script sent, checked for shape; `Shell.answers` names the wrong field."""
    return kind.model_validate(data)


def _stored(history: History, suggestion_id: str) -> StoredSuggestion:
    for stored in history.suggestions:
        if stored.id == suggestion_id:
            return stored
    raise InputError("这件事项没有这条建议；请重新研判。")


def _last(history: History) -> Decision | None:
    return history.decisions[-1] if history.decisions else None


def _action(given: Decided, proposed: Choice) -> Action:
    if given.returned:
        return "return"
    return "accept" if given.choice == proposed else "change"


def _due(value: str) -> dt.datetime | None:
    """A local time as the browser's field writes it; '' for none."""
    if not value:
        return None
    try:
        due = dt.datetime.fromisoformat(value)
    except ValueError as error:
        raise InputError("时限不是有效的日期和时间。") from error
    if due.year > LATEST_YEAR:
        raise InputError("时限太远，请检查年份。")
    return due.replace(tzinfo=SHANGHAI) if due.tzinfo is None else due.astimezone(SHANGHAI)
