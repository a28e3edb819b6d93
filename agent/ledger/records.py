"""What the ledger remembers, as values: matters, suggestions, decisions, reviews, outcomes, people, audit events.

Values only; how they are stored is `agent.ledger.tables`, who may see names is the caller's business. Text of a
citizen stands in `Matter.text` (as given, for the operator who must call back) and masked everywhere else.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from agent.schema import Complaint, Provenance, Suggestion
from knowledge.vocabulary import ModeId
from models.record import Record

Role = Literal["operator", "reviewer", "admin"]
Action = Literal["accept", "change", "return"]
Verdict = Literal["agree", "correct"]
OutcomeKind = Literal["returned", "closed"]
MatterState = Literal["open", "decided", "returned", "reviewed", "erased"]


class Actor(Record):
    """Who does something: an account, or a program on its behalf."""

    name: str = Field(description="account name; `demo` on a machine without accounts, `system` for the program itself")
    role: Role = "operator"


class Matter(Record):
    """One citizen matter as it came in."""

    id: str = Field(description="sortable by time of recording")
    recorded_at: dt.datetime
    recorded_by: str
    external_id: str = Field(default="", description="the order number of another system")
    title: str = ""
    text: str = Field(description="as given, names and phones included; '' once erased")
    masked_text: str = ""
    received_at: dt.datetime | None = None
    mode: ModeId = "daily"
    channel: str = ""
    state: MatterState = "open"

    def complaint(self) -> Complaint:
        """What the agent was given."""
        return Complaint(
            id=self.external_id or self.id,
            text=self.text,
            title=self.title,
            received_at=self.received_at,
            mode=self.mode,
            channel=self.channel,
        )


class StoredSuggestion(Record):
    """What the agent proposed for a matter, and all that a replay needs."""

    id: str
    matter_id: str
    created_at: dt.datetime
    suggestion: Suggestion
    settings: dict[str, str] = Field(default_factory=dict, description="settings that shape a suggestion; no secret")

    @property
    def provenance(self) -> Provenance | None:
        """Versions that the suggestion rests on."""
        return self.suggestion.provenance


class Choice(Record):
    """What a person dispatched: ids of closed lists and the reply that went out."""

    category: str = Field(default="", description="category code; '' where none was chosen")
    lead: str = Field(default="", description="department id")
    unit: str = ""
    assist: tuple[str, ...] = ()
    urgency: Literal[0, 1, 2] = 0
    track: str = ""
    due: dt.datetime | None = None
    place: str = Field(default="", description="the place as the operator put it")
    reply: str = ""


class Change(Record):
    """One field that a person set otherwise than it was proposed."""

    field: str
    proposed: str
    chosen: str


class Decision(Record):
    """What an operator did with a suggestion."""

    id: str
    matter_id: str
    suggestion_id: str
    decided_at: dt.datetime
    operator: str
    action: Action
    choice: Choice
    changes: tuple[Change, ...] = ()
    reason: str = Field(
        default="", description="why a field was changed or the matter returned, in the operator's words"
    )
    seconds: float | None = Field(default=None, ge=0, description="from the suggestion shown to the decision")


class Review(Record):
    """What a reviewer said of a decision; its corrections are what the system learns from."""

    id: str
    matter_id: str
    decision_id: str
    reviewed_at: dt.datetime
    reviewer: str
    verdict: Verdict
    choice: Choice = Field(description="what is right: the operator's choice, or the corrected one")
    changes: tuple[Change, ...] = Field(default=(), description="against the operator's choice")
    reason: str = ""
    case_id: str = Field(default="", description="the past case that the correction became; '' for none")


class Outcome(Record):
    """What came back from the handling unit."""

    id: str
    matter_id: str
    recorded_at: dt.datetime
    recorded_by: str
    kind: OutcomeKind
    unit: str = Field(default="", description="department id of the unit that returned or closed it")
    reason: str = ""
    record: str = Field(default="", description="handling record, masked")
    solved: bool | None = None
    satisfied: bool | None = None


class User(Record):
    """An account, without its secret."""

    name: str
    role: Role
    active: bool = True
    created_at: dt.datetime
    failures: int = Field(default=0, ge=0, description="wrong passwords since the last right one")
    locked_until: dt.datetime | None = None


class AuditEvent(Record):
    """One link of the audit chain."""

    seq: int = Field(ge=1)
    at: dt.datetime
    actor: str
    action: str = Field(description="e.g. `matter.recorded`, `decision.made`, `user.locked`, `person.erased`")
    table: str = Field(default="", description="table of the row that the event tells of")
    row: str = Field(default="", description="its id")
    content: str = Field(
        default="", description="SHA-256 of the row as it stood after the event; '' when there is none"
    )
    detail: str = Field(default="", description="never a word of a complaint")
    previous: str = Field(description="hash of the event before; 64 zeros for the first")
    hash: str


SessionKind = Literal["login", "token"]


class Session(Record):
    """A login or an API token that is still good; the token itself is nowhere stored."""

    id: str
    user: User
    kind: SessionKind = "login"
    label: str = Field(default="", description="what an API token is for, '' for a login")
    opened_at: dt.datetime
    expires_at: dt.datetime


class Recorded(Record):
    """A matter as it was just written, with its first suggestion."""

    matter: Matter
    suggestion: StoredSuggestion


class History(Record):
    """Everything that happened to one matter; each part in order of time, the last one counts."""

    matter: Matter
    suggestions: tuple[StoredSuggestion, ...]
    decisions: tuple[Decision, ...] = ()
    reviews: tuple[Review, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


class EntryFilter(Record):
    """Which matters to read; what is not given does not filter, what is given must all hold."""

    since: dt.datetime | None = Field(default=None, description="recorded then or later")
    until: dt.datetime | None = Field(default=None, description="recorded before")
    states: tuple[MatterState, ...] = ()
    operator: str = Field(default="", description="who made the decision that counts")
    lead: str = Field(default="", description="department id that the decision chose")
    category: str = Field(
        default="", description="prefix of the category code: of the decision, before there is one of the suggestion"
    )
    channel: str = ""
    reviewed: bool | None = Field(default=None, description="whether the decision that counts was reviewed")
    text: str = Field(default="", description="occurs in the masked text; case does not matter")


class Entry(Record):
    """One matter with what counts for it now: its latest suggestion, decision and review, and all outcomes."""

    matter: Matter
    suggestion: StoredSuggestion
    decision: Decision | None = None
    review: Review | None = None
    outcomes: tuple[Outcome, ...] = ()


FaultKind = Literal[
    "event_changed", "event_missing", "head_differs", "head_unknown", "row_changed", "row_missing", "row_unrecorded"
]


class Fault(Record):
    """One place where the ledger is not as the program wrote it."""

    kind: FaultKind
    seq: int | None = Field(default=None, description="of the audit event")
    table: str = ""
    row: str = ""


class ChainReport(Record):
    """What a check of the whole ledger found."""

    events: int
    rows: int
    head: str = Field(description="hash of the last event: note it elsewhere, a later check can be held against it")
    faults: tuple[Fault, ...] = Field(default=(), description="the first hundred")
    fault_count: int = 0

    @property
    def ok(self) -> bool:
        """Nothing is changed, added or missing."""
        return self.fault_count == 0


class LedgerStatus(Record):
    """What the ledger holds."""

    url: str = Field(description="without password")
    revision: str
    matters: dict[str, int] = Field(description="state to count")
    suggestions: int
    decisions: int
    reviews: int
    outcomes: int
    users: int
    events: int
    head: str
