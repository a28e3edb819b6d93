"""What the API takes and gives, where the words of `agent.schema` and `agent.ledger.records` are not enough.

Requests are bounded in every field; examples are invented.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from agent.ledger.records import Action, Choice, OutcomeKind, Role, Verdict
from agent.people import Permission
from agent.schema import Complaint, Provenance
from agent.web.ports import JobState
from knowledge.vocabulary import ModeId
from knowledge.workdays import SHANGHAI
from models.record import Record

_FIRST_YEAR, _LAST_YEAR = 1949, 2100
_TEXT = "我住金水区文化路街道任砦北街附近，楼下烧烤店每天把桌子摆到人行道上，油烟直往楼上灌，炒到凌晨一两点。"
_ID = r"^[0-9A-Za-z_-]{1,64}$"
Identifier = Annotated[str, Field(pattern=_ID, examples=["0192f3a4-7b1c-7e53-9d1a-3f2b8c6d4e5f"])]


def _within(moment: dt.datetime) -> dt.datetime:
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(f"lies outside {_FIRST_YEAR}-{_LAST_YEAR}")
    return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)


def _day_within(day: dt.date) -> dt.date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(f"lies outside {_FIRST_YEAR}-{_LAST_YEAR}")
    return day


Moment = Annotated[dt.datetime, AfterValidator(_within)]
Day = Annotated[dt.date, AfterValidator(_day_within)]


class ComplaintIn(Record):
    """A complaint as the channel gives it."""

    text: str = Field(min_length=1, max_length=1_000_000, description="as said or written", examples=[_TEXT])
    title: str = Field(default="", max_length=500)
    received_at: Moment | None = Field(
        default=None, description="ISO 8601, Asia/Shanghai where no offset is given; now when it is missing"
    )
    mode: ModeId = "daily"
    channel: str = Field(default="", max_length=100, examples=["12345热线"])

    def complaint(self, now: dt.datetime) -> Complaint:
        """As the agent takes it."""
        received = self.received_at or now
        return Complaint(text=self.text, title=self.title, received_at=received, mode=self.mode, channel=self.channel)


class DecisionIn(Record):
    """What the operator does with a suggestion."""

    suggestion_id: Identifier
    action: Action
    choice: Choice
    reason: str = Field(default="", max_length=2000)
    seconds: float | None = Field(default=None, ge=0, le=1_000_000)
    replaces: Identifier | None = Field(default=None, description="the own decision that this one corrects")


class OutcomeIn(Record):
    """What came back from the handling unit."""

    kind: OutcomeKind
    unit: str = Field(default="", max_length=64, description="department id", examples=["cgj"])
    reason: str = Field(default="", max_length=2000)
    record: str = Field(default="", max_length=100_000, description="handling record")
    solved: bool | None = None
    satisfied: bool | None = None


class ReviewIn(Record):
    """What a reviewer says of a decision."""

    decision_id: Identifier
    verdict: Verdict
    choice: Choice | None = Field(default=None, description="what is right; demanded with `correct`")
    reason: str = Field(default="", max_length=2000)
    replaces: Identifier | None = Field(default=None, description="the review that this one corrects")

    @model_validator(mode="after")
    def _corrected(self) -> ReviewIn:
        if self.verdict == "correct" and self.choice is None:
            raise ValueError("a correction needs `choice`")
        return self


class JobOut(Record):
    """A backlog being scored."""

    id: str
    state: JobState
    done: int = Field(ge=0, description="rows scored, failed ones included")
    failed: int = Field(ge=0)
    total: int | None = Field(ge=0, description="rows of the file; null before they are counted")
    error: str = ""
    ready: bool = Field(description="whether the result can be fetched")


class TextIn(Record):
    """A text whose citations of law are to be checked."""

    text: str = Field(
        min_length=1, max_length=200_000, examples=["依据《中华人民共和国民法典》第一千二百五十四条，禁止高空抛物。"]
    )
    as_of: Day | None = Field(default=None, description="day whose law counts; today when missing")


class Me(Record):
    """Who is asking."""

    name: str
    role: Role
    permissions: tuple[Permission, ...]
    demo: bool = Field(description="no account exists yet: everybody on this machine is administrator")


class Health(Record):
    """Whether this server can work."""

    live: Literal[True] = True
    ready: bool
    mode: Literal["demo", "accounts"] | None = Field(default=None, description="null while the ledger is out of reach")
    versions: Provenance | None = None
