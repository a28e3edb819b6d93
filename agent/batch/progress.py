"""How far a run is: the value, its smoothed rate, and reports for machines. A bar for people is `agent.cli.progress`.

Counts only; no word of a complaint can get in here.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO

from agent.batch.tally import ScoreSummary

_HALF_LIFE = 30.0  # seconds; a chunk comes every few, and a change of pace shows within a minute
_EVERY = 1.0  # seconds between two lines


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, in rows.

    Attributes:
        done: Finished rows, failed ones and those of an earlier run included.
        errors: Failed ones among them.
        total: None while nobody knows it.
        kept: Rows among `done` that an earlier run had finished; they say nothing about the rate.
        rate: Rows a second of late; 0 until the first are done. `Pace` fills it in.
        remaining: Seconds to the last row at this rate; None while nobody can tell.
    """

    done: int
    errors: int
    total: int | None
    kept: int = 0
    rate: float = 0.0
    remaining: float | None = None


Report = Callable[[Progress], None]


class Pace:
    """Adds rate and remaining time: a mean over time, in which a second weighs half of one `_HALF_LIFE` later."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start the clock."""
        self._clock = clock
        self._at = clock()
        self._fresh = 0  # rows of this run so far
        self._sum = self._weight = 0.0  # of weighted rates

    def timed(self, progress: Progress) -> Progress:
        """The same with a rate and the time that remains."""
        now, fresh = self._clock(), progress.done - progress.kept
        if now > self._at and fresh > self._fresh:  # else the time goes to the next rows
            past = 0.5 ** ((now - self._at) / _HALF_LIFE)
            self._sum = self._sum * past + (fresh - self._fresh) / (now - self._at) * (1 - past)
            self._weight = self._weight * past + (1 - past)
            self._at, self._fresh = now, fresh
        rate = self._sum / self._weight if self._weight else 0.0
        known = bool(rate) and progress.total is not None
        left = max(0, (progress.total or 0) - progress.done)
        return replace(progress, rate=rate, remaining=left / rate if known else None)


@contextmanager
def quiet() -> Iterator[Report]:
    """Reports nothing."""
    yield lambda progress: None


@contextmanager
def json_lines(stream: IO[str], clock: Callable[[], float] = time.monotonic) -> Iterator[Report]:
    """Write one JSON object a line: at once, then at most one a second, and the last state when the run ends.

    Args:
        stream: Flushed after every line, so that a scheduler sees it.
        clock: Monotonic seconds.
    """
    pace = Pace(clock)
    last: Progress | None = None  # not written yet
    due = clock()

    def report(progress: Progress) -> None:
        nonlocal last, due
        last = pace.timed(progress)
        if clock() >= due:
            _write(stream, _event(last))
            last, due = None, clock() + _EVERY

    try:
        yield report
    finally:
        if last is not None:
            _write(stream, _event(last))


def write_summary(stream: IO[str], summary: ScoreSummary) -> None:
    """Write the last line of a run that `json_lines` reported."""
    # the note names sheets of a stranger's workbook, and those may name people
    figures = summary.model_dump(mode="json", exclude={"note"})
    _write(stream, {"event": "summary", **figures, "rows_per_second": round(summary.rows_per_second, 3)})


def _event(progress: Progress) -> Mapping[str, object]:
    return {
        "event": "progress",
        "done": progress.done,
        "total": progress.total,
        "errors": progress.errors,
        "rows_per_second": round(progress.rate, 3),
        "remaining_s": None if progress.remaining is None else round(progress.remaining, 1),
    }


def _write(stream: IO[str], event: Mapping[str, object]) -> None:
    stream.write(json.dumps(event) + "\n")
    stream.flush()
