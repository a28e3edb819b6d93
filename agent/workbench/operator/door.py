"""What the operator page asks of the work behind it (`agent.desk.Desk`), and what its script may send.

Protocols and frozen records only. Everything that arrives is checked by the records here for shape and size, and by
the desk for sense: closed lists, ids, what was proposed.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal, Protocol

from pydantic import Field

from agent.desk.records import Effect, QueueFilter, Ticket
from agent.ledger.records import Action, Actor, Choice, Decision, Entry, History
from agent.schema import Complaint, Suggestion
from knowledge.vocabulary import ModeId
from models.record import Record

Field_ = Literal["lead", "category", "urgency", "track", "due", "place", "assist"]


class OperatorDesk(Protocol):
    """The part of `Desk` that this page uses."""

    def take(
        self,
        complaint: Complaint,
        actor: Actor,
        *,
        record: bool = True,
        language: bool = True,
        continues: str = "",
    ) -> Ticket:
        """Propose and record; an error suggestion is not recorded."""

    def refine(self, ticket: Ticket, actor: Actor) -> Ticket:
        """The same matter with the language model's help, as a later suggestion."""

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
        """Record what a person did; checks closed lists."""

    def choice_of(self, suggestion: Suggestion) -> Choice:
        """What accepting unchanged means."""

    def with_lead(
        self,
        suggestion: Suggestion,
        lead_id: str,
        *,
        choice: Choice | None = None,
        received_at: dt.datetime | None = None,
    ) -> Choice:
        """The choice with another lead, and what follows."""

    def with_category(
        self, suggestion: Suggestion, code: str, *, choice: Choice | None = None, received_at: dt.datetime | None = None
    ) -> Choice:
        """The choice with another category, and what follows."""

    def effect(self, suggestion: Suggestion, choice: Choice, received_at: dt.datetime | None = None) -> Effect:
        """Deadline and ground of any choice."""

    def history(self, matter_id: str, actor: Actor, *, names: bool = False) -> History:
        """Everything of one matter; masked unless `names`."""

    def entries(self, filter: QueueFilter, limit: int = 200, *, names: bool = False) -> tuple[Entry, ...]:
        """Matters, newest first; masked unless `names`."""


class Taken(Record):
    """A complaint as typed."""

    text: str = Field(max_length=1_000_000)
    title: str = Field(default="", max_length=200)
    channel: str = Field(default="", max_length=40)
    mode: ModeId = "daily"
    matter: str = Field(default="", max_length=80, description="the undecided one on the page, '' for none")


class Named(Record):
    """One suggestion of one matter."""

    matter: str = Field(max_length=80)
    suggestion: str = Field(max_length=80)


class Changed(Named):
    """One field set otherwise; `choice` is what stands on the page so far."""

    choice: Choice
    field: Field_
    value: str = Field(max_length=400)


class Decided(Named):
    """The end of it."""

    choice: Choice
    returned: bool = False
    reason: str = Field(default="", max_length=400)
    seconds: float | None = Field(default=None, ge=0, le=864_000)


class Dropped(Record):
    """A file dropped on the page, in base64."""

    name: str = Field(max_length=260)
    data: str = Field(max_length=4_000_000)
