"""Consecutive rows of a backlog, the unit of everything: batching, checkpoints, retries and tasks of other machines.

Where a chunk begins depends on the row's position and the size alone, so that whoever scores it, and however often a
run was broken off, the same rows are computed together and the numbers come out the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

from agent.batch._source import SourceRow
from agent.triage import Profile as Profile

# Rows. Small where a row takes long, so that little is lost and a stop is soon heard; large where batching pays.
CHUNK_ROWS: Mapping[Profile, int] = MappingProxyType({"accurate": 16, "fast": 256})


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows that follow one another; `index` counts chunks from 0."""

    index: int
    rows: tuple[SourceRow, ...]


def chunked(rows: Iterable[SourceRow], size: int) -> Iterator[Chunk]:
    """Cut rows into chunks of `size`; the last may be smaller. Reads no further than the chunk asked for."""
    ahead = iter(rows)
    index = 0
    while taken := tuple(islice(ahead, size)):
        yield Chunk(index, taken)
        index += 1
