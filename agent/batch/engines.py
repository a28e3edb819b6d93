"""What fills the missing parts of a job: this process, forked workers, or whatever else takes chunks and keeps parts.

An engine decides where a chunk is computed, never what comes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import chain

from agent.batch.chunks import Chunk, Profile
from agent.batch.columns import ColumnMap
from agent.batch.manifest import Manifest
from agent.batch.parts import Part, PartStore
from agent.batch.scoring import Scorer
from agent.batch.workers import score_in_workers


@dataclass(frozen=True, slots=True)
class Kept:
    """A part that is on disk: from now on no kill can lose it."""

    index: int
    rows: int
    errors: int


@dataclass(frozen=True, slots=True)
class Work:
    """What is left of one job.

    Attributes:
        manifest: Its settings, for engines that build their own scorer elsewhere.
        columns: Which column means what, for the same.
        scorer: Scores a chunk in this process.
        chunks: The chunks without a part, in order, once; read as they are asked for.
        parts: Where the parts go.
    """

    manifest: Manifest
    columns: ColumnMap
    scorer: Scorer
    chunks: Iterable[Chunk]
    parts: PartStore

    def keep(self, part: Part) -> Kept:
        """Put a part on disk."""
        self.parts.write(part)
        return Kept(part.index, len(part.rows), part.errors)


Engine = Callable[[Work], Generator[Kept, None, None]]  # whoever asks for no more parts closes it


# Seconds that a worker may spend on one row, on average over its chunk, before it counts as stuck. Judgement: many
# times what a row takes on a slow, busy machine.
_ROW_SECONDS: Mapping[Profile, float] = {"accurate": 120.0, "fast": 5.0}


def in_process(work: Work) -> Generator[Kept, None, None]:
    """Score chunk after chunk right here: for a server, whose threads do other work meanwhile."""
    for chunk in work.chunks:
        try:
            part = work.scorer.score(chunk)
        except MemoryError:  # no process of its own to lose: what a row alone cannot have is its own error
            alone = (work.scorer.score(Chunk(chunk.index, (row,))).rows for row in chunk.rows)
            part = Part(chunk.index, tuple(chain.from_iterable(alone)))
        yield work.keep(part)


def in_workers(workers: int) -> Engine:
    """Score in this many forked processes, one at least: a row that ends its process never ends the job."""

    def engine(work: Work) -> Generator[Kept, None, None]:
        work.scorer.warm()
        seconds = _ROW_SECONDS[work.manifest.profile]
        scored = score_in_workers(work.scorer, work.chunks, workers, lost=work.scorer.lost, row_seconds=seconds)
        with closing(scored) as parts:
            for part in parts:
                yield work.keep(part)

    return engine
