"""The door of the ledger: every write is one transaction with its audit events, and returns once it is on disk.

Safe to use from many threads and many processes. Who may do what is the caller's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from sqlalchemy import select

from agent.ledger import entries as reading
from agent.ledger import matters, records, rows
from agent.ledger.care_door import CareDoor
from agent.ledger.database import Clock, Database, now
from agent.ledger.errors import NotFoundError
from agent.ledger.matters import Judgement
from agent.ledger.migrate import prepare
from agent.ledger.people_door import PeopleDoor
from agent.ledger.tables import Base, DecisionRow, MatterRow, OutcomeRow, SuggestionRow
from agent.schema import Complaint, Suggestion

_NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
_EVERYTHING = records.EntryFilter()
R = TypeVar("R", bound=Base)


class Ledger(PeopleDoor, CareDoor):
    """What came in, what was proposed, who decided what, and the chain that shows tampering."""

    def __init__(self, database: Database) -> None:
        """Take a database whose tables are up to date; `open` sees to that."""
        self._database = database

    @classmethod
    def open(cls, url: str, *, migrate: bool = True, clock: Clock = now) -> Ledger:
        """Open a ledger, making or updating its tables.

        Args:
            url: `sqlite:///path/ledger.db` or `postgresql://user@host/name`.
            migrate: False refuses a database whose tables are missing or old.
            clock: What time it is.

        Raises:
            LedgerError: unreachable, no such kind of database, or written by a newer program.
        """
        database = Database(url, clock=clock)
        try:
            prepare(database, migrate=migrate)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def close(self) -> None:
        """Give every connection back."""
        self._database.close()

    def record(
        self,
        complaint: Complaint,
        suggestion: Suggestion,
        actor: records.Actor,
        settings: Mapping[str, str] = _NO_SETTINGS,
    ) -> records.Recorded:
        """Write a new matter and what was proposed for it; `complaint.id` becomes its `external_id`."""
        with self._database.write() as write:
            return matters.record(write, complaint, suggestion, actor.name, settings)

    def suggest_again(
        self, matter_id: str, suggestion: Suggestion, actor: records.Actor, settings: Mapping[str, str] = _NO_SETTINGS
    ) -> records.StoredSuggestion:
        """Write a later suggestion for the same matter; from now on it is the one that counts.

        Raises:
            NotFoundError: no such matter.
            LedgerError: it was erased.
        """
        with self._database.write() as write:
            return matters.suggest_again(write, matter_id, suggestion, actor.name, settings)

    def revise(
        self,
        matter_id: str,
        complaint: Complaint,
        suggestion: Suggestion,
        actor: records.Actor,
        settings: Mapping[str, str] = _NO_SETTINGS,
    ) -> records.Recorded:
        """Put what the caller added into a matter that nobody has decided yet, and what is proposed now.

        Raises:
            NotFoundError: no such matter.
            LedgerError: it is decided already, or was erased.
        """
        with self._database.write() as write:
            return matters.revise(write, matter_id, complaint, suggestion, actor.name, settings)

    def matter(self, matter_id: str) -> records.Matter:
        """One matter.

        Raises:
            NotFoundError: no such matter.
        """
        return rows.matter(self._get(MatterRow, matter_id))

    def find(self, *, external_id: str) -> records.Matter | None:
        """The latest matter with another system's number."""
        query = select(MatterRow).where(MatterRow.external_id == external_id).order_by(MatterRow.id.desc()).limit(1)
        with self._database.read() as session:
            found = session.scalars(query).one_or_none()
            return None if found is None else rows.matter(found)

    def suggestion(self, suggestion_id: str) -> records.StoredSuggestion:
        """One suggestion.

        Raises:
            NotFoundError: no such suggestion.
        """
        return rows.suggestion(self._get(SuggestionRow, suggestion_id))

    def decision(self, decision_id: str) -> records.Decision:
        """One decision, whether it still counts or was replaced.

        Raises:
            NotFoundError: no such decision.
        """
        return rows.decision(self._get(DecisionRow, decision_id))

    def history(self, matter_id: str) -> records.History:
        """Everything that happened to a matter.

        Raises:
            NotFoundError: no such matter.
        """
        with self._database.read() as session:
            matter = session.get(MatterRow, matter_id)
            if matter is None:
                raise _absent(MatterRow, matter_id)
            return reading.history(session, matter)

    def decide(
        self,
        matter_id: str,
        suggestion_id: str,
        action: records.Action,
        choice: records.Choice,
        actor: records.Actor,
        *,
        changes: Sequence[records.Change],
        reason: str = "",
        seconds: float | None = None,
        replaces: str | None = None,
    ) -> records.Decision:
        """Write what an operator did with a suggestion.

        Args:
            matter_id: The matter.
            suggestion_id: The suggestion that the operator saw.
            action: Accepted, changed or returned.
            choice: What was dispatched.
            actor: The operator.
            changes: Fields set otherwise than proposed.
            reason: Why, in the operator's words.
            seconds: From the suggestion shown to the decision.
            replaces: Id of the decision that this one replaces; None for the first.

        Raises:
            NotFoundError: no such matter, or the suggestion belongs to another.
            ConflictError: another decision stands than the one named.
            LedgerError: the matter was erased.
        """
        judgement = Judgement(choice, changes, reason)
        with self._database.write() as write:
            return matters.decide(
                write, matter_id, suggestion_id, action, judgement, actor.name, seconds=seconds, replaces=replaces
            )

    def review(
        self,
        matter_id: str,
        decision_id: str,
        verdict: records.Verdict,
        choice: records.Choice,
        actor: records.Actor,
        *,
        changes: Sequence[records.Change],
        reason: str = "",
        case_id: str = "",
        replaces: str | None = None,
    ) -> records.Review:
        """Write what a reviewer said of the decision that counts.

        Raises:
            NotFoundError: no such matter, or the decision belongs to another.
            ConflictError: the decision was replaced, or another review stands than the one named by `replaces`.
            LedgerError: the matter is undecided or erased.
        """
        judgement = Judgement(choice, changes, reason)
        with self._database.write() as write:
            return matters.review(
                write, matter_id, decision_id, verdict, judgement, actor.name, case_id=case_id, replaces=replaces
            )

    def outcome(
        self,
        matter_id: str,
        kind: records.OutcomeKind,
        actor: records.Actor,
        *,
        unit: str = "",
        reason: str = "",
        record: str = "",
        solved: bool | None = None,
        satisfied: bool | None = None,
    ) -> records.Outcome:
        """Write what came back from the handling unit; `record` must be masked already.

        Raises:
            NotFoundError: no such matter.
            LedgerError: it was erased.
        """
        row = OutcomeRow(
            matter_id=matter_id,
            recorded_by=actor.name,
            kind=kind,
            unit=unit,
            reason=reason,
            record=record,
            solved=solved,
            satisfied=satisfied,
        )
        with self._database.write() as write:
            return matters.outcome(write, row)

    def entries(
        self, filter: records.EntryFilter = _EVERYTHING, *, limit: int | None = None
    ) -> Iterator[records.Entry]:
        """Matters that pass the filter with what counts for each, newest first; read in pages as they are taken."""
        return reading.entries(self._database, filter, limit)

    def _get(self, kind: type[R], key: str) -> R:
        with self._database.read() as session:
            row = session.get(kind, key)
        if row is None:
            raise _absent(kind, key)
        return row


def _absent(kind: type[Base], key: str) -> NotFoundError:
    return NotFoundError(f"there is no {key!r} among {kind.__tablename__}; check the id")
