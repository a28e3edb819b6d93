"""A desk without agent or database, and a server for pages: what browser tests need besides a browser."""

from __future__ import annotations

import datetime as dt
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import uvicorn
from fastapi import FastAPI

from agent.desk.records import Effect, QueueFilter, Ticket
from agent.ledger.errors import NotFoundError
from agent.ledger.records import Action, Actor, Choice, Decision, Entry, History, Matter, StoredSuggestion
from agent.people import DEMO
from agent.schema import Complaint, Suggestion
from agent.wording import address_line
from agent.workbench.shell import Asking, Page, Shell, build_pages, mount_pages
from knowledge.workdays import SHANGHAI
from models.errors import InputError
from tests.suggestions import error, suggestion

EVIDENCE = "很浓的煤气味"
BETTER = "市民您好：语言模型写的一稿。【承办单位填写：处理措施】。"


@dataclass
class FakeDesk:
    """Always the same suggestion; keeps what was decided in memory.

    Attributes:
        decisions: Everything decided, in order.
        refining: Set by a test to let a waiting `refine` go on; it fails when `broken` is set.
    """

    units: dict[str, str] = field(default_factory=lambda: {"cgj": "金水区城市管理局", "gaj": "郑州市公安局金水分局"})
    decisions: list[Decision] = field(default_factory=list)
    matters: dict[str, History] = field(default_factory=dict)
    refining: threading.Event = field(default_factory=threading.Event)
    broken: bool = False

    def take(
        self,
        complaint: Complaint,
        actor: Actor,
        *,
        record: bool = True,
        language: bool = True,
        continues: str = "",
    ) -> Ticket:
        """Record a complaint; an empty one gives an error, one that adds words to `continues` revises that matter."""
        if not complaint.text.strip():
            return Ticket(suggestion=error())
        made = suggestion(complaint.text, *((EVIDENCE,) if EVIDENCE in complaint.text else ()))
        before = self.matters.get(continues)
        if before is not None and before.matter.state == "open" and before.matter.text in complaint.text:
            return self._revised(before, complaint.text, made)
        matter = Matter(
            id=f"m{len(self.matters) + 1}",
            recorded_at=dt.datetime.now(SHANGHAI),
            recorded_by=actor.name,
            title=complaint.title,
            text=complaint.text,
            masked_text=complaint.text,
            received_at=complaint.received_at,
            channel=complaint.channel,
        )
        stored = self._stored(matter.id, "s1", made)
        self.matters[matter.id] = History(matter=matter, suggestions=(stored,))
        return Ticket(matter_id=matter.id, suggestion_id=stored.id, suggestion=made)

    def _revised(self, before: History, text: str, made: Suggestion) -> Ticket:
        """The same matter with its new words and a later suggestion."""
        matter = before.matter.model_copy(update={"text": text, "masked_text": text})
        stored = self._stored(matter.id, f"s{len(before.suggestions) + 1}", made)
        self.matters[matter.id] = History(matter=matter, suggestions=(*before.suggestions, stored))
        return Ticket(matter_id=matter.id, suggestion_id=stored.id, suggestion=made)

    def _stored(self, matter_id: str, number: str, made: Suggestion) -> StoredSuggestion:
        now = dt.datetime.now(SHANGHAI)
        return StoredSuggestion(id=f"{matter_id}-{number}", matter_id=matter_id, created_at=now, suggestion=made)

    def refine(self, ticket: Ticket, actor: Actor) -> Ticket:
        """Wait until a test allows it, then another draft."""
        self.refining.wait(20)
        if self.broken:
            raise InputError("语言模型没有回答")
        history = self.history(ticket.matter_id, actor)
        made = history.suggestions[-1].suggestion
        assert made.draft is not None
        better = made.model_copy(update={"draft": made.draft.model_copy(update={"text": BETTER, "generator": "llm"})})
        stored = self._stored(ticket.matter_id, "s2", better)
        self.matters[ticket.matter_id] = history.model_copy(update={"suggestions": (*history.suggestions, stored)})
        return Ticket(matter_id=ticket.matter_id, suggestion_id=stored.id, suggestion=better)

    def decide(
        self,
        matter_id: str,
        suggestion_id: str,
        action: Action,
        choice: Choice,
        actor: Actor,
        *,
        reason: str = "",
        seconds: float | None = None,
        replaces: str | None = None,
    ) -> Decision:
        """Keep the decision."""
        history = self.history(matter_id, actor)
        decision = Decision(
            id=f"d{len(self.decisions) + 1}",
            matter_id=matter_id,
            suggestion_id=suggestion_id,
            decided_at=dt.datetime.now(SHANGHAI),
            operator=actor.name,
            action=action,
            choice=choice,
            reason=reason,
            seconds=seconds,
        )
        self.decisions.append(decision)
        matter = history.matter.model_copy(update={"state": "decided"})
        self.matters[matter_id] = history.model_copy(
            update={"matter": matter, "decisions": (*history.decisions, decision)}
        )
        return decision

    def choice_of(self, suggestion: Suggestion) -> Choice:
        """What the suggestion says."""
        assert suggestion.dispatch is not None
        assert suggestion.category is not None
        assert suggestion.urgency is not None
        assert suggestion.complaint is not None
        return Choice(
            category=suggestion.category.code,
            lead=suggestion.dispatch.lead.id,
            unit=suggestion.dispatch.lead.unit,
            assist=tuple(each.id for each in suggestion.dispatch.assist),
            urgency=suggestion.urgency.level,
            track=suggestion.track or "",
            due=suggestion.deadline.due if suggestion.deadline else None,
            place=address_line(suggestion.complaint.address),
            reply=suggestion.draft.text if suggestion.draft else "",
        )

    def with_lead(
        self,
        suggestion: Suggestion,
        lead_id: str,
        *,
        choice: Choice | None = None,
        received_at: dt.datetime | None = None,
    ) -> Choice:
        """The unit follows the lead, also in a draft that nobody touched."""
        unit, proposed = self.units.get(lead_id, ""), self.choice_of(suggestion)
        chosen = choice or proposed
        reply = chosen.reply.replace(proposed.unit, unit) if chosen.reply == proposed.reply and unit else chosen.reply
        return chosen.model_copy(update={"lead": lead_id, "unit": unit, "reply": reply})

    def with_category(
        self, suggestion: Suggestion, code: str, *, choice: Choice | None = None, received_at: dt.datetime | None = None
    ) -> Choice:
        """Nothing follows the category."""
        return (choice or self.choice_of(suggestion)).model_copy(update={"category": code})

    def effect(self, suggestion: Suggestion, choice: Choice, received_at: dt.datetime | None = None) -> Effect:
        """The deadline stays."""
        return Effect(choice=choice, deadline=suggestion.deadline)

    def history(self, matter_id: str, actor: Actor, *, names: bool = False) -> History:
        """One matter."""
        if matter_id not in self.matters:
            raise NotFoundError(f"没有编号为 {matter_id} 的事项")
        return self.matters[matter_id]

    def entries(self, filter: QueueFilter, limit: int = 200, *, names: bool = False) -> tuple[Entry, ...]:
        """By state and operator only."""
        found = [
            Entry(
                matter=history.matter,
                suggestion=history.suggestions[-1],
                decision=history.decisions[-1] if history.decisions else None,
            )
            for history in self.matters.values()
        ]
        return tuple(
            entry
            for entry in found
            if (not filter.states or entry.matter.state in filter.states)
            and (not filter.operator or (entry.decision and entry.decision.operator == filter.operator))
        )[:limit]


def demo_user(request: Asking) -> Actor | None:
    """Everybody is the demonstration's administrator."""
    return DEMO


@dataclass(frozen=True)
class Served:
    """A running server; `stop` ends it."""

    url: str
    stop: Callable[[], None]


def serve_pages(
    pages: Sequence[Page], identify: Callable[[Asking], Actor | None] = demo_user, *, demo: bool = True
) -> Served:
    """Serve pages on a free port of loopback, without accounts or gate."""
    app = FastAPI()
    mount_pages(app, build_pages(Shell(identify, demo=demo, pages=tuple(pages))))
    return serve_app(app)


def serve_app(app: FastAPI) -> Served:
    """Serve an application on a free port of loopback, from a thread."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)

    def stop() -> None:
        server.should_exit = True
        thread.join(10)

    return Served(f"http://127.0.0.1:{port}/", stop)
