"""The part of the ledger's door for those who look after it: audit, check, erasure, retention."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from agent.ledger import erasure, records, rows
from agent.ledger.database import Database
from agent.ledger.migrate import revision
from agent.ledger.tables import (
    AuditRow,
    DecisionRow,
    HeadRow,
    MatterRow,
    OutcomeRow,
    ReviewRow,
    SuggestionRow,
    UserRow,
)
from agent.ledger.verify import verify

_AT_ONCE = 500  # matters erased in one transaction; other writers wait that long
_EVENTS = 500  # a page


class CareDoor:
    """Audit, check, erasure, retention."""

    _database: Database

    def note(
        self, actor: records.Actor, action: str, *, table: str = "", row: str = "", detail: str = ""
    ) -> records.AuditEvent:
        """Add an event that changes no row; `detail` must hold no word of a complaint."""
        with self._database.write() as write:
            return rows.event(write.note(actor.name, action, table, row, detail))

    def audit(self, *, after: int = 0, limit: int | None = None) -> Iterator[records.AuditEvent]:
        """Events after a sequence number, oldest first; read in pages as they are taken."""
        left = limit
        while left is None or left > 0:
            size = _EVENTS if left is None else min(_EVENTS, left)
            with self._database.read() as session:
                query = select(AuditRow).where(AuditRow.seq > after).order_by(AuditRow.seq).limit(size)
                page = [rows.event(row) for row in session.scalars(query)]
            yield from page
            if len(page) < size:
                return
            after, left = page[-1].seq, None if left is None else left - size

    def verify(self, *, expect: str = "") -> records.ChainReport:
        """Check every event, the head and every row; `expect` is a head hash noted earlier."""
        with self._database.read() as session:
            return verify(session, expect)

    def status(self) -> records.LedgerStatus:
        """What the ledger holds."""
        with self._database.read() as session:
            states = session.execute(select(MatterRow.state, func.count()).group_by(MatterRow.state))
            head = session.scalars(select(HeadRow)).one_or_none()
            counted = {
                name: session.scalar(select(func.count()).select_from(kind)) or 0
                for name, kind in (
                    ("suggestions", SuggestionRow),
                    ("decisions", DecisionRow),
                    ("reviews", ReviewRow),
                    ("outcomes", OutcomeRow),
                    ("users", UserRow),
                )
            }
            return records.LedgerStatus(
                url=self._database.url.render_as_string(hide_password=True),
                revision=revision(session.connection()),
                matters=dict(states.all()),
                events=0 if head is None else head.count,
                head="" if head is None else head.hash,
                **counted,
            )

    def find_person(self, needle: str) -> tuple[records.Matter, ...]:
        """Matters whose texts hold a name or a number, however it is spaced; reads all of them.

        Raises:
            LedgerError: the needle is too short.
        """
        with self._database.read() as session:
            return tuple(rows.matter(row) for row in erasure.matching(session, needle))

    def erase(self, matter_ids: Sequence[str], actor: records.Actor, reason: str) -> int:
        """Empty the words of these matters in every row; labels, times and counts stay.

        Returns:
            How many were emptied; those that already were do not count.

        Raises:
            NotFoundError: one is not there; then none is emptied.
            LedgerError: the reason is missing or holds a phone number.
        """
        checked = erasure.checked_reason(reason)
        with self._database.write() as write:
            done = erasure.erase(write, matter_ids, actor.name, checked)
        self._database.scrub()
        return done

    def retain(self, before: dt.datetime, actor: records.Actor) -> int:
        """Empty the words of all matters recorded before a moment; how many there were."""
        done = 0
        while True:
            with self._database.write() as write:
                found = erasure.before(write.session, before, _AT_ONCE)
                done += erasure.erase(write, found, actor.name, f"retention before {before.isoformat()}")
            if len(found) < _AT_ONCE:
                break
        self._database.scrub()
        return done
