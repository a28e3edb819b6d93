"""The ledger's tables: one model for SQLite and PostgreSQL.

Rows only; what may be done with them stands in `matters`, `people`, `erasure`, and what other packages see are
the values of `records`. Rows are never deleted: erasure empties words. `salt` goes into a row's content hash and
is emptied with the words, so that the hash of an erased row does not let anyone try out what it said.

A column added later must be nullable without a default: empty columns stand outside the content hash, so that
rows sealed before it existed stay whole.
"""

from __future__ import annotations

import datetime as dt
from secrets import token_hex
from typing import Self

from sqlalchemy import ForeignKey, Index, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from agent.ledger.columns import UtcTime, Words, document, identifier

JsonObject = dict[str, object]
JsonList = list[object]
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table shares."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads it once, at class creation
        str: Words(),
        dt.datetime: UtcTime(),
        JsonObject: document(),
        JsonList: document(),
    }


class Salted:
    """A row that holds words of a citizen."""

    salt: Mapped[str] = mapped_column(identifier(32), default=lambda: token_hex(16))


class Chosen:
    """What a person chose, of `records.Choice`."""

    category: Mapped[str] = mapped_column(identifier(), default="")
    lead: Mapped[str] = mapped_column(identifier(64), default="")
    unit: Mapped[str] = mapped_column(default="")
    assist: Mapped[JsonList]
    urgency: Mapped[int] = mapped_column(Integer, default=0)
    track: Mapped[str] = mapped_column(default="")
    due: Mapped[dt.datetime | None]
    place: Mapped[str] = mapped_column(default="")
    reply: Mapped[str] = mapped_column(default="")
    changes: Mapped[JsonList]
    reason: Mapped[str] = mapped_column(default="")

    @property
    def choice(self) -> Self:
        """The row again: `rows` reads the columns of a choice from it."""
        return self


class MatterRow(Salted, Base):
    """One citizen matter, and which suggestion, decision and review count for it now."""

    __tablename__ = "matters"

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    recorded_at: Mapped[dt.datetime] = mapped_column(index=True)
    recorded_by: Mapped[str]
    external_id: Mapped[str] = mapped_column(default="", index=True)
    title: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    masked_text: Mapped[str] = mapped_column(default="")
    received_at: Mapped[dt.datetime | None]
    mode: Mapped[str] = mapped_column(identifier())
    channel: Mapped[str] = mapped_column(default="", index=True)
    state: Mapped[str] = mapped_column(identifier(), default="open")
    # No foreign keys on these three: they point at rows that point back, and the content hash guards them.
    suggestion_id: Mapped[str] = mapped_column(identifier(), default="")
    decision_id: Mapped[str | None] = mapped_column(identifier())
    review_id: Mapped[str | None] = mapped_column(identifier())

    __table_args__ = (Index("ix_matters_state_id", "state", "id"),)


class SuggestionRow(Salted, Base):
    """What the agent proposed; `category` and `lead` repeat the body for filters."""

    __tablename__ = "suggestions"

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    matter_id: Mapped[str] = mapped_column(ForeignKey("matters.id"), index=True)
    created_at: Mapped[dt.datetime]
    category: Mapped[str] = mapped_column(identifier(), default="", index=True)
    lead: Mapped[str] = mapped_column(identifier(64), default="")
    body: Mapped[JsonObject]
    settings: Mapped[JsonObject]


class DecisionRow(Chosen, Salted, Base):
    """What an operator did."""

    __tablename__ = "decisions"

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    matter_id: Mapped[str] = mapped_column(ForeignKey("matters.id"), index=True)
    suggestion_id: Mapped[str] = mapped_column(ForeignKey("suggestions.id"))
    decided_at: Mapped[dt.datetime]
    operator: Mapped[str] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(identifier())
    seconds: Mapped[float | None]

    __table_args__ = (Index("ix_decisions_lead", "lead"), Index("ix_decisions_category", "category"))


class ReviewRow(Chosen, Salted, Base):
    """What a reviewer said."""

    __tablename__ = "reviews"

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    matter_id: Mapped[str] = mapped_column(ForeignKey("matters.id"), index=True)
    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.id"))
    reviewed_at: Mapped[dt.datetime]
    reviewer: Mapped[str] = mapped_column(index=True)
    verdict: Mapped[str] = mapped_column(identifier())
    case_id: Mapped[str] = mapped_column(default="")


class OutcomeRow(Salted, Base):
    """What came back from the handling unit."""

    __tablename__ = "outcomes"

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    matter_id: Mapped[str] = mapped_column(ForeignKey("matters.id"), index=True)
    recorded_at: Mapped[dt.datetime]
    recorded_by: Mapped[str]
    kind: Mapped[str] = mapped_column(identifier())
    unit: Mapped[str] = mapped_column(identifier(64), default="", index=True)
    reason: Mapped[str] = mapped_column(default="")
    record: Mapped[str] = mapped_column(default="")
    solved: Mapped[bool | None]
    satisfied: Mapped[bool | None]


class UserRow(Base):
    """An account."""

    __tablename__ = "users"

    name: Mapped[str] = mapped_column(identifier(64), primary_key=True)
    role: Mapped[str] = mapped_column(identifier())
    secret_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[dt.datetime]
    failures: Mapped[int] = mapped_column(Integer, default=0)
    locked_until: Mapped[dt.datetime | None]


class SessionRow(Base):
    """A login or an API token; the token itself is never stored."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    token_hash: Mapped[str] = mapped_column(identifier(128), unique=True)
    user_name: Mapped[str] = mapped_column(ForeignKey("users.name"), index=True)
    kind: Mapped[str] = mapped_column(identifier())
    label: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]


class AuditRow(Base):
    """One link of the chain; triggers refuse every change."""

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime]
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(identifier(64))
    table: Mapped[str] = mapped_column("table_name", identifier(), default="")
    row: Mapped[str] = mapped_column("row_id", identifier(64), default="")
    content: Mapped[str] = mapped_column(identifier(64), default="")
    detail: Mapped[str] = mapped_column(default="")
    previous: Mapped[str] = mapped_column(identifier(64))
    hash: Mapped[str] = mapped_column(identifier(64))

    __table_args__ = (Index("ix_audit_table_name_row_id_seq", "table_name", "row_id", "seq"),)


class HeadRow(Base):
    """The end of the chain; the one row that every writer locks first."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(identifier(64))


SEALED: tuple[type[Base], ...] = (
    MatterRow,
    SuggestionRow,
    DecisionRow,
    ReviewRow,
    OutcomeRow,
    UserRow,
    SessionRow,
)
