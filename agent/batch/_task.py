"""One chunk and what has been tried with it. Knows neither process nor clock: it is told of answers and deaths."""

from __future__ import annotations

import logging
from collections.abc import Callable

from agent.batch._source import SourceRow
from agent.batch.chunks import Chunk
from agent.batch.parts import Part, ScoredRow

Lost = Callable[[SourceRow], ScoredRow]
_log = logging.getLogger(__name__)


class Task:
    """A chunk on its way: whole at first, row by row after a worker died of it.

    When no row killed again, the chunk is scored whole once more: arithmetic over many rows differs from that over
    one in the last digits, and a worker that somebody killed must not change a byte of the output.
    """

    def __init__(self, chunk: Chunk) -> None:
        self._chunk = chunk
        self._alone = self._again = self._lost = False
        self._rows: list[ScoredRow] = []  # what they came to alone

    @property
    def work(self) -> Chunk:
        """What a worker gets next."""
        if not self._alone:
            return self._chunk
        return Chunk(self._chunk.index, (self._chunk.rows[len(self._rows)],))

    def answered(self, part: Part) -> Part | None:
        """Take what came back; the chunk's part once it is complete."""
        if not self._alone:
            return part
        self._rows.extend(part.rows)
        return self._complete()

    def died(self, lost: Lost, how: str) -> Part | None:
        """The same for a worker that did not come back."""
        first, last = self.work.rows[0].number, self.work.rows[-1].number
        if self._alone:
            _log.error("row %d ended its worker again (%s) and is given up", first, how)
            self._lost = True
            self._rows.append(lost(self.work.rows[0]))
            return self._complete()
        if self._again:
            _log.warning(
                "a worker ended again (%s) at rows %d to %d: they stay as each came out alone", how, first, last
            )
            return self._tried()
        _log.warning("a worker ended (%s) at rows %d to %d: they are tried one by one", how, first, last)
        self._alone = self._again = True
        return None

    def _complete(self) -> Part | None:
        if len(self._rows) < len(self._chunk.rows):
            return None
        if self._lost or len(self._rows) == 1:
            return self._tried()
        self._alone = False
        return None

    def _tried(self) -> Part:
        return Part(self._chunk.index, tuple(self._rows))
