"""The figures of the desk: quality, replay, comparison of two versions, and their workbooks."""

from __future__ import annotations

from itertools import islice

from agent.desk.compare import compare
from agent.desk.drift import Baseline, load_baseline
from agent.desk.export import list_workbook, quality_workbook
from agent.desk.facts import entry_filter, opening
from agent.desk.quality import report
from agent.desk.queue import found
from agent.desk.records import Comparison, QualityReport, QueueFilter, Replay
from agent.desk.replay import Replayer
from agent.desk.reviewing import Reviewing
from agent.ledger.records import EntryFilter
from agent.triage import TriageAgent

_EVERYTHING = EntryFilter()


class Measuring(Reviewing):
    """What is counted over the matters that a reviewer can look up."""

    def quality(self, filter: EntryFilter | QueueFilter = _EVERYTHING) -> QualityReport:
        """How good the suggestions were, with coverage and intervals; every number opens its list by `entries`."""
        asked = opening(filter) if isinstance(filter, EntryFilter) else filter
        now = self.clock()
        if asked.days is not None:  # the lists must not move with the clock
            asked = asked.model_copy(update={"since": entry_filter(asked, now).since, "days": None})
        facts = tuple(found(self.ledger, asked, now))
        return report(facts, asked, self.agent.base.tables, self._baseline(), now)

    def quality_xlsx(self, filter: EntryFilter | QueueFilter = _EVERYTHING) -> bytes:
        """The same as an Excel workbook."""
        return quality_workbook(self.quality(filter), self.agent.base.tables)

    def list_xlsx(self, filter: QueueFilter, *, limit: int = 10_000, text: bool = False) -> bytes:
        """A list of matters as an Excel workbook; `text` adds the masked text."""
        return list_workbook(self.entries(filter, limit), self.agent.base.tables, text=text)

    def replay(self, suggestion_id: str) -> Replay:
        """Make a past suggestion again, or say what keeps it from being made again.

        Raises:
            NotFoundError: no such suggestion.
        """
        return Replayer(self.agent, self.ledger, self.settings).replay(suggestion_id)

    def compare(
        self, other: TriageAgent, filter: EntryFilter | QueueFilter = _EVERYTHING, limit: int = 200
    ) -> Comparison:
        """What another version would say of the same matters, before it takes this one's place.

        Args:
            other: The other version; it shares nothing with the ledger.
            filter: Which matters.
            limit: At most so many, the newest; each is triaged twice.
        """
        asked = opening(filter) if isinstance(filter, EntryFilter) else filter
        return compare(self.agent, other, islice(self._entries(asked), max(limit, 0)))

    def _baseline(self) -> Baseline | None:
        return load_baseline() if self.settings.classifier is None else None
