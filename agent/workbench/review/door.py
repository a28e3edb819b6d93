"""What the reviewer page asks of the work behind it (`agent.desk.Desk`), and what its script may send.

Protocols and frozen records only. Everything that arrives is checked here for shape and size, and by the desk for
sense: closed lists, ids, who was quicker.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal, Protocol

from pydantic import Field

from agent.desk.records import News, QueueFilter, QueueItem, Replay
from agent.ledger.records import Action, Actor, Choice, Decision, Entry, History, Review, Verdict
from agent.schema import Suggestion
from models.record import Record

Corrected = Literal["lead", "category", "urgency", "track", "place", "assist"]


class ReviewDesk(Protocol):
    """The part of `Desk` that this page uses."""

    def queue(self, filter: QueueFilter = ..., k: int = 50) -> tuple[QueueItem, ...]:
        """Matters that wait: danger that nobody has met first, then by expected loss."""

    def mark(self) -> int:
        """Where `news` of a list that is read after this begins."""

    def news(self, filter: QueueFilter, after: int, *, listed: bool = False) -> News:
        """Which matters came into a list since a mark."""

    def entries(self, filter: QueueFilter, limit: int = 200, *, names: bool = False) -> tuple[Entry, ...]:
        """Matters that pass a filter, newest first; masked unless `names`."""

    def history(self, matter_id: str, actor: Actor, *, names: bool = False) -> History:
        """Everything of one matter; masked unless `names`."""

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
        """Record a decision, for matters that wait for a reviewer."""

    def review(
        self,
        decision_id: str,
        verdict: Verdict,
        choice: Choice | None,
        actor: Actor,
        *,
        reason: str = "",
        matter_id: str = "",
        replaces: str | None = None,
    ) -> Review:
        """Record what is right; a correction becomes a past case at once."""

    def replay(self, suggestion_id: str) -> Replay:
        """Make a past suggestion again."""

    def list_xlsx(self, filter: QueueFilter, *, limit: int = 10_000, text: bool = False) -> bytes:
        """A list of matters as a workbook."""


class Asked(Record):
    """Which matters to show: the queue, or the plain list behind a number."""

    filter: QueueFilter = QueueFilter()
    listed: bool = False


class Awaited(Asked):
    """What came into that list since."""

    after: int = Field(ge=0, le=2**53, description="the mark that the list, or the last answer, came with")


class Edited(Record):
    """One field of a correction set; without `field` the correction begins."""

    matter: str = Field(max_length=80)
    choice: Choice | None = None
    field: Corrected | None = None
    value: str = Field(default="", max_length=400)


class Judged(Record):
    """What the reviewer says, and what the reviewer had before them when saying it.

    Attributes:
        suggestion: The one on the page.
        decision: '' while no operator had decided.
        review: The last review on the page, '' for none.
    """

    matter: str = Field(max_length=80)
    suggestion: str = Field(max_length=80)
    decision: str = Field(default="", max_length=80)
    review: str = Field(default="", max_length=80)
    verdict: Verdict
    choice: Choice | None = None
    reason: str = Field(default="", max_length=400)
