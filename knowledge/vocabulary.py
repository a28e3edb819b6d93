"""The words of the city: what every other part of AI小郑 talks about.

Values only, no loading and no search. Closed lists (category, department, place, mode, risk, kind) are
ids into the tables of `knowledge.tables`; nothing here is ever a free string chosen by a model.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Literal

from pydantic import Field

from models.record import Record

Kind = Literal["投诉", "咨询", "求助", "建议", "举报", "表扬"]
Urgency = Literal[0, 1, 2]  # 0 ordinary, 1 same-day, 2 at once (danger to life)
Confidence = Literal["high", "medium", "low"]
ModeId = Literal["daily", "holiday", "major", "emergency"]


class Risk(StrEnum):
    """The closed list of risks that a matter can carry."""

    PERSONAL_SAFETY = "人身安全"
    PUBLIC_SAFETY = "公共安全"
    FOOD_DRUG = "食品药品安全"
    MINORS = "未成年人"
    VULNERABLE = "老年人残疾人"
    GROUP = "群体性"
    STABILITY = "涉稳"
    WAGES = "欠薪"
    REPEATED = "重复反映"
    OPINION = "舆情"


class CitationState(StrEnum):
    """What a check of one citation found, as of a date."""

    VERIFIED = "VERIFIED"
    CONTENT_MISMATCH = "CONTENT_MISMATCH"
    REPEALED = "REPEALED"
    NOT_YET_IN_FORCE = "NOT_YET_IN_FORCE"
    PARTIAL = "PARTIAL"
    NOT_FOUND = "NOT_FOUND"
    OUT_OF_CORPUS = "OUT_OF_CORPUS"


class Span(Record):
    """A substring of the input exactly as given: `text == input[start:end]` (code points)."""

    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Category(Record):
    """One leaf of the three-level scheme; `code` is six digits, two a level."""

    code: str = Field(pattern=r"^\d{6}$")
    level1: str
    level2: str
    level3: str


class Department(Record):
    """A department, utility, vertical agency or territorial authority that can take a ticket."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: Literal["政府部门", "垂管", "公用企业", "党群", "属地", "其他"]
    remit: str
    verified: bool = Field(description="False where the present official name is unconfirmed")
    note: str = ""


class Duty(Record):
    """One everyday topic and who answers for it, with the statute that says so."""

    topic: str
    category: Category
    lead: str = Field(description="department id")
    assist: tuple[str, ...] = Field(default=(), description="department ids")
    handled_at: str
    statute: str = Field(description="full title without 《》, '' when none")
    articles: tuple[str, ...] = Field(default=(), description="'278' or '133-1'")
    actor_in_law: str = ""
    confidence: Confidence
    mapping_confidence: str
    keywords: tuple[str, ...] = ()
    note: str = ""

    @property
    def safe(self) -> bool:
        """Statute and mapping are both certain: a rule may stand on it."""
        return self.confidence == "high" and self.mapping_confidence == "high"


class District(Record):
    """A district, county-level city, county or development zone of 郑州."""

    id: str
    name: str
    kind: Literal["市辖区", "县级市", "县", "功能区"]
    aliases: tuple[str, ...] = ()
    governing_body: str


class Street(Record):
    """A street office, town or township; `zone` is the development zone that runs it, if any."""

    name: str
    kind: str
    district_id: str
    aliases: tuple[str, ...] = ()
    zone: str = ""
    zone_confidence: str = ""


class Community(Record):
    """A residents' or villagers' committee area under one street office."""

    name: str
    kind: str
    street: str
    district_id: str


class Address(Record):
    """Official names found in a text; '' where unknown, never a guess."""

    city: str = ""
    district: str = ""
    street: str = ""
    community: str = ""
    place: str = Field(default="", description="the text's own words for the spot, e.g. 文化路与东风路交叉口")


class Mode(Record):
    """One of the four operating modes of the city and what it changes."""

    id: ModeId
    name: str
    when: str
    goal: str
    changes: str


class DeadlineFact(Record):
    """A time limit that a statute or official document sets."""

    id: str
    name: str
    value: str
    unit: str
    counted_from: str
    applies_to: str
    document: str
    article: str
    confidence: Confidence
    note: str = ""


class Law(Record):
    """One version of one statute."""

    id: str
    title: str
    level: str
    issuer: str
    effective: dt.date | None = Field(description="first day in force of the statute")
    version: dt.date | None = Field(description="day this version was adopted")
    valid_from: dt.date | None = Field(description="first day this version governs")
    valid_to: dt.date | None = Field(description="first day it no longer governs; None while it does")
    replaced_by: str = ""
    text_from: dt.date | None = Field(
        default=None, description="first day from which the held text is certain to be the one that governed"
    )
    place: str = Field(default="", description="whose rules: '' the nation, 河南 the province, or a city")
    source: str = Field(default="", description="relative path of the imported file; '' for shipped law")


class Article(Record):
    """One article of one version of a statute."""

    id: str
    law_id: str
    law: str
    number: str = Field(description="'278', or '133-1' for 第一百三十三条之一")
    text: str
    chapter: str = ""


class Citation(Record):
    """A reference to an article with what a check of it found."""

    law: str
    article: str
    state: CitationState
    text: str = ""


class PastCase(Record):
    """One closed ticket: the product's memory."""

    id: str
    title: str = ""
    text: str
    kind: Kind = "投诉"
    category: str = Field(description="category code")
    lead: str = Field(description="department id")
    assist: tuple[str, ...] = ()
    urgency: Urgency = 0
    risks: tuple[Risk, ...] = ()
    channel: str = ""
    district: str = ""
    street: str = ""
    community: str = ""
    topic: str = ""
    reply: str = ""
    outcome: str = ""
    received_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    author: str = Field(default="", description="who wrote or imported it; benchmarks split by it")
    further: tuple[str, ...] = Field(default=(), description="category codes of further separate matters")
