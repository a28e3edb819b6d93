"""The audit chain: what an event's hash covers, what a row's content hash covers, and how an event is added.

An event carries the hash of the event before it and the content hash of the row it tells of, so that a change
anywhere shows. The whole chain can still be rewritten by someone who owns the database; a head hash noted
elsewhere (`xiaozheng ledger verify --expect`) finds that too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Mapper, Session

from agent.ledger.columns import storable, utc_text
from agent.ledger.errors import LedgerError, NotFoundError
from agent.ledger.tables import AuditRow, Base, HeadRow

GENESIS = "0" * 64
R = TypeVar("R", bound=Base)


def canonical(values: dict[str, object]) -> bytes:
    """One spelling of a JSON object: keys sorted, no spaces, UTF-8."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return storable(text).encode()


def content_hash(row: Base) -> str:
    """SHA-256 over a row's table, columns and values; empty columns are left out (see `tables`)."""
    columns = {name: _plain(getattr(row, name)) for name in _mapper(row).column_attrs.keys()}  # noqa: SIM118
    filled = {name: value for name, value in columns.items() if value is not None}
    return hashlib.sha256(canonical({"": row.__tablename__, **filled})).hexdigest()


def event_hash(event: AuditRow) -> str:
    """SHA-256 over everything in an event but its own hash."""
    columns = {name: _plain(getattr(event, name)) for name in _mapper(event).column_attrs.keys()}  # noqa: SIM118
    return hashlib.sha256(canonical({name: value for name, value in columns.items() if name != "hash"})).hexdigest()


def row_key(row: Base) -> str:
    """The primary key, of which every table has one column."""
    return str(_mapper(row).primary_key_from_instance(row)[0])


def key_column(kind: type[Base]) -> InstrumentedAttribute[str]:
    """The one column of a table's primary key."""
    mapper = inspect(kind)
    column: InstrumentedAttribute[str] = getattr(kind, mapper.get_property_by_column(mapper.primary_key[0]).key)
    return column


def sealed_content(session: Session, table: str, key: str) -> str:
    """The content hash that the chain last recorded for a row; '' when it knows none."""
    query = (
        select(AuditRow.content)
        .where(AuditRow.table == table, AuditRow.row == key, AuditRow.content != "")
        .order_by(AuditRow.seq.desc())
        .limit(1)
    )
    return session.scalar(query) or ""


@dataclass(slots=True)
class Write:
    """One writing transaction: it holds the head of the chain, so it is the only one."""

    session: Session
    head: HeadRow
    now: dt.datetime

    def load(self, kind: type[R], key: str) -> R:
        """A row that is about to be changed.

        Raises:
            NotFoundError: there is none.
            LedgerError: it was changed behind the program's back; writing it would seal what someone slipped in.
        """
        row = self.session.get(kind, key)
        if row is None:
            raise NotFoundError(f"there is no {key!r} among {kind.__tablename__}; check the id")
        if content_hash(row) != sealed_content(self.session, kind.__tablename__, key):
            raise LedgerError(
                f"row {key} of {kind.__tablename__} was changed outside this program; run `xiaozheng ledger verify`",
                code="tampered",
            )
        return row

    def seal(self, row: Base, actor: str, action: str, detail: str = "") -> AuditRow:
        """Write a new or changed row and the event that tells of it."""
        self.session.add(row)
        self.session.flush()
        return self.note(actor, action, row.__tablename__, row_key(row), detail, content_hash(row))

    def note(
        self, actor: str, action: str, table: str = "", key: str = "", detail: str = "", content: str = ""
    ) -> AuditRow:
        """Add one event to the chain."""
        event = AuditRow(
            seq=self.head.count + 1,
            at=self.now,
            actor=storable(actor),
            action=action,
            table=table,
            row=key,
            content=content,
            detail=storable(detail),
            previous=self.head.hash,
        )
        event.hash = event_hash(event)
        self.session.add(event)
        self.head.count, self.head.hash = event.seq, event.hash
        return event


def _mapper(row: Base) -> Mapper[Base]:
    return inspect(type(row))


def _plain(value: object) -> object:
    if isinstance(value, dt.datetime):
        return utc_text(value)
    return storable(value) if isinstance(value, str) else value
