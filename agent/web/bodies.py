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
_YEARS = f"年份须在 {_FIRST_YEAR} 至 {_LAST_YEAR} 之间"
_TEXT = "我住金水区文化路街道任砦北街附近，楼下烧烤店每天把桌子摆到人行道上，油烟直往楼上灌，炒到凌晨一两点。"
_ID = r"^[0-9A-Za-z_-]{1,64}$"
Identifier = Annotated[str, Field(pattern=_ID, examples=["0192f3a4-7b1c-7e53-9d1a-3f2b8c6d4e5f"])]


def _within(moment: dt.datetime) -> dt.datetime:
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(_YEARS)
    return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)


def _day_within(day: dt.date) -> dt.date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(_YEARS)
    return day


Moment = Annotated[dt.datetime, AfterValidator(_within)]
Day = Annotated[dt.date, AfterValidator(_day_within)]


class ComplaintIn(Record):
    """A complaint as the channel gives it."""

    text: str = Field(min_length=1, max_length=1_000_000, description="as said or written", examples=[_TEXT])
    title: str = Field(default="", max_length=500, examples=["烧烤店占道油烟"])
    received_at: Moment | None = Field(
        default=None,
        description="ISO 8601, Asia/Shanghai where no offset is given; now when it is missing",
        examples=["2026-03-14T21:30"],
    )
    mode: ModeId = "daily"
    channel: str = Field(default="", max_length=100, description="where it came in", examples=["12345热线"])

    def complaint(self, now: dt.datetime) -> Complaint:
        """As the agent takes it."""
        received = self.received_at or now
        return Complaint(text=self.text, title=self.title, received_at=received, mode=self.mode, channel=self.channel)


class DecisionIn(Record):
    """What the operator does with a suggestion."""

    suggestion_id: Identifier
    action: Action = Field(examples=["accept"])
    choice: Choice | None = Field(
        default=None, description="what is dispatched; as suggested when missing; demanded with `change`"
    )
    reason: str = Field(
        default="", max_length=2000, description="demanded with `return`", examples=["路灯归区城管局维护"]
    )
    seconds: float | None = Field(
        default=None, ge=0, le=1_000_000, description="from the suggestion shown to the decision", examples=[42.5]
    )
    replaces: Identifier | None = Field(default=None, description="the own decision that this one corrects")

    @model_validator(mode="after")
    def _changed(self) -> DecisionIn:
        if self.action == "change" and self.choice is None:
            raise ValueError("改派须写明 choice")
        return self


class OutcomeIn(Record):
    """What came back from the handling unit."""

    kind: OutcomeKind = Field(examples=["closed"])
    unit: str = Field(default="", max_length=64, description="department id", examples=["cgj"])
    reason: str = Field(default="", max_length=2000, description="why it came back", examples=["不属本单位管辖"])
    record: str = Field(
        default="", max_length=100_000, description="handling record", examples=["3月15日现场查看，已更换灯泡。"]
    )
    solved: bool | None = Field(default=None, description="null: not known", examples=[True])
    satisfied: bool | None = Field(default=None, description="null: not known", examples=[True])


class ReviewIn(Record):
    """What a reviewer says of a decision."""

    decision_id: Identifier
    verdict: Verdict = Field(examples=["agree"])
    choice: Choice | None = Field(default=None, description="what is right; demanded with `correct`")
    reason: str = Field(default="", max_length=2000, description="why", examples=["主办准确"])
    replaces: Identifier | None = Field(default=None, description="the review that this one corrects")

    @model_validator(mode="after")
    def _corrected(self) -> ReviewIn:
        if self.verdict == "correct" and self.choice is None:
            raise ValueError("更正须写明 choice")
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
    as_of: Day | None = Field(
        default=None, description="day whose law counts; today when missing", examples=["2026-03-14"]
    )


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
