"""Counting what became of the rows of a backlog; knows no file and shows nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Self

from pydantic import Field

from agent.batch.parts import Part, ScoredRow
from models.record import Record


class ScoreSummary(Record):
    """What became of a backlog."""

    rows: int = Field(ge=0)
    ok: int = Field(ge=0)
    errors: int = Field(ge=0)
    by_category: Mapping[str, int] = Field(description="rows by code of the third-level category")
    by_lead: Mapping[str, int] = Field(description="rows by id of the lead department")
    by_route: Mapping[str, int] = Field(description="rows by `Decision.route`")
    by_error: Mapping[str, int] = Field(description="failed rows by error code")
    repeats: int = Field(default=0, ge=0, description="rows that report the matter of an earlier one")
    scored: int = Field(default=0, ge=0, description="rows of this run; the others were there from an earlier one")
    seconds: float = Field(default=0.0, ge=0, description="of this run, reading and writing included")
    stopped: bool = Field(default=False, description="ended before the last row")
    note: str = Field(default="", description="what a person must know of sheets that were not read; '' for nothing")

    @property
    def rows_per_second(self) -> float:
        """Throughput of this run."""
        return self.scored / self.seconds if self.seconds else 0.0

    def top_leads(self, k: int = 5) -> list[str]:
        """The department ids that were proposed most often, most first."""
        return [lead for lead, _ in most(self.by_lead, k)]


class Tally:
    """Counts row after row."""

    def __init__(self) -> None:
        self.rows = self.errors = self.repeats = 0
        self._categories: Counter[str] = Counter()
        self._leads: Counter[str] = Counter()
        self._routes: Counter[str] = Counter()
        self._codes: Counter[str] = Counter()

    @classmethod
    def of(cls, parts: Iterable[Part]) -> Self:
        """Count all rows of some parts."""
        tally = cls()
        for part in parts:
            for row in part.rows:
                tally.add(row)
        return tally

    def add(self, row: ScoredRow, *, repeats: bool = False) -> None:
        """Count a row; `repeats` says that it reports the matter of an earlier one."""
        self.rows += 1
        self.errors += row.status == "error"
        self.repeats += repeats
        counted = ((self._categories, row.category), (self._leads, row.lead), (self._routes, row.route))
        for counter, value in (*counted, (self._codes, row.code)):
            if value:
                counter[value] += 1

    def summary(self) -> ScoreSummary:
        """The counts so far, each from the most to the least."""
        return ScoreSummary(
            rows=self.rows,
            ok=self.rows - self.errors,
            errors=self.errors,
            by_category=dict(most(self._categories)),
            by_lead=dict(most(self._leads)),
            by_route=dict(most(self._routes)),
            by_error=dict(most(self._codes)),
            repeats=self.repeats,
        )


def most(counts: Mapping[str, int], k: int | None = None) -> list[tuple[str, int]]:
    """Names with their counts, the most first, equal ones by name; at most `k` of them."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:k]
