"""What a chunk has cost so far, kept in files so that a process which starts anew knows of the ones that died.

A cluster hands the chunk of a dead actor to another one and tells it nothing. So whoever begins writes that down
first, and what was begun and has no part is a death: of the chunk twice, and it is scored row by row; of a single row
once more, and that row is given up. Every death moves this on, hence retries without limit come to an end.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from agent.batch._source import SourceRow
from agent.batch.chunks import Chunk
from agent.batch.parts import Part, PartStore, ScoredRow
from models.errors import InputError, XiaozhengError

_WHOLE = 2  # attempts; the first death may be that of a machine
_LOADS = 4  # deaths of processes that load, on one machine


class CarefulScorer(Protocol):
    """What scoring with retries needs; `agent.batch.scoring.Scorer` is one."""

    def score(self, chunk: Chunk) -> Part:
        """Score all rows of a chunk."""

    def lost(self, row: SourceRow) -> ScoredRow:
        """A row that ends every process that tries it."""


class Attempts:
    """The attempts at all chunks of one job."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; `begin` makes what it needs."""
        self._folder = folder

    def score(self, chunk: Chunk, scorer: CarefulScorer) -> Part:
        """Score a chunk as its earlier attempts advise; whoever calls keeps the part, then says `done`."""
        if self._begin(chunk.index, "chunk") < _WHOLE:
            return scorer.score(chunk)
        rows = PartStore(self._rows(chunk.index))
        return Part(chunk.index, tuple(self._alone(chunk, at, scorer, rows) for at in range(len(chunk.rows))))

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Load an agent for the length of a `with` block; a process that dies in it is remembered.

        Raises:
            XiaozhengError: too many have, on this machine.
        """
        self._folder.mkdir(mode=0o700, exist_ok=True)
        name = f"load-{socket.gethostname()}"
        before = [int(path.suffix[1:]) for path in self._folder.glob(f"{name}.*")]
        dead = [pid for pid in before if not _alive(pid)]
        if len(dead) >= _LOADS:
            raise XiaozhengError(f"{len(dead)} 个进程在装载时意外退出，请检查内存和日志", code="loading")
        mark = self._folder / f"{name}.{os.getpid()}"
        mark.touch()
        try:
            yield
        finally:
            mark.unlink(missing_ok=True)

    def done(self, index: int) -> None:
        """Forget the attempts at a chunk, whose part is kept."""
        self._trail(index).unlink(missing_ok=True)
        shutil.rmtree(self._rows(index), ignore_errors=True)

    def size(self) -> int:
        """Grows with every attempt that has not come to its end."""
        return sum(trail.stat().st_size for trail in self._folder.glob("chunk-*"))

    def clear(self) -> None:
        """Forget everything: a new run begins with no deaths."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _alone(self, chunk: Chunk, at: int, scorer: CarefulScorer, kept: PartStore) -> ScoredRow:
        earlier = held(kept, at)
        if earlier is not None:
            return earlier.rows[0]
        row = chunk.rows[at]
        if self._begin(chunk.index, f"row {at}"):
            scored = scorer.lost(row)
        else:
            scored = scorer.score(Chunk(chunk.index, (row,))).rows[0]
        kept.write(Part(at, (scored,)))
        return scored

    def _begin(self, index: int, what: str) -> int:
        """Write down that something is begun; how often it was before."""
        trail = self._trail(index)
        trail.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with trail.open("a+", encoding="ascii") as file:
            file.seek(0)
            before = file.read().splitlines().count(what)
            file.write(f"{what}\n")
        return before

    def _trail(self, index: int) -> Path:
        return self._folder / f"chunk-{index:08d}"

    def _rows(self, index: int) -> Path:
        return self._folder / f"rows-{index:08d}"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def held(parts: PartStore, index: int) -> Part | None:
    """A part that is there and whole; None for any other."""
    try:
        return parts.read(index)
    except InputError:
        return None
