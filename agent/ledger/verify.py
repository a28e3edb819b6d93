"""Checking the whole ledger: every event against its hash, every row against the event that tells of it.

Reads in pages inside one reading transaction, so memory does not grow with the ledger and writers go on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import ScalarSelect, exists, select
from sqlalchemy.orm import Session

from agent.ledger.chain import GENESIS, content_hash, event_hash, key_column, row_key
from agent.ledger.records import ChainReport, Fault, FaultKind
from agent.ledger.tables import SEALED, AuditRow, Base, HeadRow

_EVENTS, _ROWS = 1000, 200  # a page
_UNREADABLE = (ValueError, TypeError, LookupError)  # what column types raise at nonsense
_SHOWN = 100


@dataclass(slots=True)
class _Findings:
    faults: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(self, kind: FaultKind, *, seq: int | None = None, table: str = "", row: str = "") -> None:
        self.count += 1
        if len(self.faults) < _SHOWN:
            self.faults.append(Fault(kind=kind, seq=seq, table=table, row=row))


def verify(session: Session, expect: str = "") -> ChainReport:
    """Check everything.

    Args:
        session: A reading transaction on one state of the ledger.
        expect: A head hash noted earlier; it must still be in the chain.
    """
    findings = _Findings()
    events, head = _check_events(session, findings, expect)
    stored = sum(_check_rows(session, kind, findings) for kind in SEALED)
    for kind in SEALED:
        for key in _missing(session, kind):
            findings.add("row_missing", table=kind.__tablename__, row=key)
    return ChainReport(events=events, rows=stored, head=head, faults=tuple(findings.faults), fault_count=findings.count)


def _check_events(session: Session, findings: _Findings, expect: str) -> tuple[int, str]:
    seq, previous, count, known = 0, GENESIS, 0, expect in {"", GENESIS}
    for event in _pages_of_events(session):
        if event.seq != seq + 1:
            findings.add("event_missing", seq=seq + 1)
        if not _whole(event) or (event.seq == seq + 1 and event.previous != previous):
            findings.add("event_changed", seq=event.seq, table=event.table, row=event.row)
        seq, previous, count = event.seq, event.hash, count + 1
        known = known or event.hash == expect
    head = session.scalars(select(HeadRow)).one_or_none()
    if head is None or (head.count, head.hash) != (seq, previous):
        findings.add("head_differs", seq=seq)
    if not known:
        findings.add("head_unknown")
    return count, previous


def _pages_of_events(session: Session) -> Iterator[AuditRow]:
    last = 0
    query = select(AuditRow).order_by(AuditRow.seq).limit(_EVENTS)
    while page := session.scalars(query.where(AuditRow.seq > last)).all():
        yield from page
        last = page[-1].seq
        session.expunge_all()


def _whole(event: AuditRow) -> bool:
    return event_hash(event) == event.hash


def _check_rows(session: Session, kind: type[Base], findings: _Findings) -> int:
    """Hold every row of a table against its last event; how many there are."""
    key = key_column(kind)
    last, count = "", 0
    sealed = _last_content(kind)
    while page := session.execute(select(key, sealed).where(key > last).order_by(key).limit(_ROWS)).all():
        for row_id, content in page:
            if content is None:
                findings.add("row_unrecorded", table=kind.__tablename__, row=row_id)
        contents = _contents(session, kind, [row_id for row_id, _ in page])
        for row_id, content in page:
            if content is not None and contents.get(row_id) != content:
                findings.add("row_changed", table=kind.__tablename__, row=row_id)
        last, count = page[-1][0], count + len(page)
        session.expunge_all()
    return count


def _contents(session: Session, kind: type[Base], keys: list[str]) -> dict[str, str]:
    """Content hashes; a row that cannot even be read, because someone wrote nonsense into it, has none."""
    key = key_column(kind)
    try:
        return {row_key(row): content_hash(row) for row in session.scalars(select(kind).where(key.in_(keys)))}
    except _UNREADABLE:
        if len(keys) == 1:
            return {}
        return {name: content for one in keys for name, content in _contents(session, kind, [one]).items()}


def _last_content(kind: type[Base]) -> ScalarSelect[str]:
    return (
        select(AuditRow.content)
        .where(AuditRow.table == kind.__tablename__, AuditRow.row == key_column(kind), AuditRow.content != "")
        .order_by(AuditRow.seq.desc())
        .limit(1)
        .scalar_subquery()
    )


def _missing(session: Session, kind: type[Base]) -> Iterator[str]:
    """Rows that the chain knows and the table does not hold: none is ever deleted by the program."""
    key = key_column(kind)
    query = (
        select(AuditRow.row)
        .where(AuditRow.table == kind.__tablename__, AuditRow.content != "")
        .where(~exists().where(key == AuditRow.row))
        .distinct()
    )
    yield from session.execute(query.execution_options(yield_per=_ROWS)).scalars()
