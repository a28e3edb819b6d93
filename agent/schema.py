"""The job's words: the Suggestion of the contract and its parts.

Field names are fixed by the contract that other programs rely on (docs/contract.md); every value is
frozen, every label comes from a closed list of `knowledge`, every probability is in [0, 1].
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from knowledge.vocabulary import Address, Citation, CitationState, Kind, ModeId, Risk, Span, Urgency
from models.record import Record

Route = Literal["auto", "operator", "reviewer"]
Track = Literal["一键快办", "协同联办", "督办快办"]


class Complaint(Record):
    """What comes in: the text as given, and what the channel knows about it."""

    id: str = ""
    text: str
    title: str = ""
    received_at: dt.datetime | None = None
    mode: ModeId = "daily"
    channel: str = ""


class CategoryChoice(Record):
    """One category with its calibrated probability."""

    code: str
    level1: str
    level2: str
    level3: str
    confidence: float = Field(ge=0, le=1)


class CategoryGuess(CategoryChoice):
    """The chosen category and its runners-up, best first."""

    alternatives: tuple[CategoryChoice, ...] = ()


class Unit(Record):
    """A department and the office of it that acts here."""

    id: str
    name: str
    unit: str = Field(description="the resolved office, e.g. 金水区城市管理局; the name when no district is known")


class LeadAlternative(Record):
    """A department that might lead instead."""

    id: str
    name: str
    confidence: float = Field(ge=0, le=1)


class Assist(Record):
    """A department that should help, and why."""

    id: str
    name: str
    reason: str


class Dispatch(Record):
    """Who leads, who helps, and on what ground."""

    lead: Unit
    confidence: float = Field(ge=0, le=1)
    alternatives: tuple[LeadAlternative, ...] = ()
    assist: tuple[Assist, ...] = ()
    basis: tuple[Citation, ...] = ()
    reason: str


class UrgencyGuess(Record):
    """How fast someone must act, and the words that say so."""

    level: Urgency
    confidence: float = Field(
        ge=0, le=1, description="chance that same-day attention is needed, or is not, as `level` says"
    )
    risks: tuple[Risk, ...] = ()
    evidence: tuple[Span, ...] = Field(default=(), description="exact substrings of the input")


class Issue(Record):
    """One separate matter of a complaint."""

    text: str
    category: CategoryGuess | None
    dispatch: Dispatch | None
    urgency: UrgencyGuess


class QuotedLaw(Record):
    """A citation in the complaint itself, as the citizen wrote it, checked as of the day."""

    law: str
    article: str
    state: CitationState
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str
    note: str = ""
    replaced_by: str = ""


class ComplaintReading(Record):
    """What the complaint says, with personal data masked."""

    title: str
    summary: str
    kind: Kind
    masked_text: str
    address: Address
    occurred: str = Field(default="", description="the text's own time phrase, normalised when possible")
    issues: tuple[Issue, ...] = ()
    citations: tuple[QuotedLaw, ...] = Field(default=(), description="law that the complaint itself cites, checked")


class Deadline(Record):
    """By when the matter must be closed."""

    due: dt.datetime | None = Field(description="None when the rule needs a year whose holidays are unknown")
    rule: str
    workdays: int | None = Field(description="working days counted; None for limits in hours or calendar days")
    error: str = Field(default="", description="why there is no due time, '' when there is one")


class SimilarCase(Record):
    """A past case like this one."""

    id: str
    score: float
    title: str
    category: str
    lead: str
    reply: str


class RegulationHit(Record):
    """An article that may govern the matter."""

    law: str
    article: str
    text: str
    status: str
    effective: dt.date | None
    score: float = Field(description="chance among the articles found; 1 for one named by number or by the duty table")
    chapter: str = ""
    snippet: str = Field(default="", description="the sentences that fit best")
    marks: tuple[Span, ...] = Field(default=(), description="words of the question in `snippet`")
    reason: str = Field(default="", description="one Chinese sentence: why it was found")


class Duplicate(Record):
    """A past case that reports the very same matter."""

    id: str
    score: float


class Check(Record):
    """One named check of a draft."""

    name: str
    ok: bool
    detail: str = ""


class Draft(Record):
    """A reply that a person will finish and sign."""

    text: str
    generator: str
    citations: tuple[Citation, ...] = ()
    blanks: tuple[str, ...] = Field(default=(), description="what only the handling unit can fill in")
    checks: tuple[Check, ...] = ()


class Decision(Record):
    """Who must look before this goes out."""

    route: Route
    reason: str


class Provenance(Record):
    """Enough to replay the suggestion."""

    version: str
    knowledge: str
    classifier: str
    embedder: str
    llm: str
    rules: str


class ErrorInfo(Record):
    """Why there is no suggestion."""

    code: str
    message: str


class Suggestion(Record):
    """Everything AI小郑 proposes for one complaint; a person decides."""

    id: str
    status: Literal["ok", "error"]
    error: ErrorInfo | None = None
    complaint: ComplaintReading | None = None
    category: CategoryGuess | None = None
    dispatch: Dispatch | None = None
    urgency: UrgencyGuess | None = None
    track: Track | None = None
    mode: ModeId = "daily"
    deadline: Deadline | None = None
    similar_cases: tuple[SimilarCase, ...] = ()
    regulations: tuple[RegulationHit, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    questions: tuple[str, ...] = Field(default=(), description="what to ask the caller before dispatch")
    draft: Draft | None = None
    decision: Decision | None = None
    provenance: Provenance | None = None
    timing_ms: dict[str, float] = Field(default_factory=dict)
    repeats: Duplicate | None = Field(
        default=None, description="earlier row of the same backlog that reports the same matter"
    )
