"""The processes themselves: none outlives its parent, memory and cores are shared, a fork does not hang."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from agent.batch._worker import Worker
from agent.batch.chunks import Chunk, chunked
from agent.batch.parts import Part
from agent.batch.workers import score_in_workers
from models.embedder import BundledEmbedder
from models.errors import InputError
from tests.agent.batch.acting import SECRET, TEXT, Acting, gone, lost, rows, scored, wait_for

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


@pytest.fixture
def scorer(tmp_path: Path) -> Acting:
    return Acting(tmp_path)


@linux
def test_closing_ends_all_workers(scorer: Acting) -> None:
    """Whoever stops asking leaves no process behind, also none that is busy."""
    with closing(score_in_workers(scorer, chunked(rows(["a", "sleep", "sleep"]), 1), 3, lost=lost)) as parts:
        next(parts)
        wait_for(lambda: scorer.pids(2) and scorer.pids(3))
    assert all(gone(pid) for row in (1, 2, 3) for pid in scorer.pids(row))


@linux
def test_a_reader_that_fails_ends_all_workers(scorer: Acting) -> None:
    """An error of the source comes through as it is."""

    def source() -> Iterator[Chunk]:
        yield from chunked(rows(["sleep"]), 1)
        wait_for(lambda: scorer.pids(1))
        raise InputError("第 2 行损坏。")

    with pytest.raises(InputError, match="第 2 行"):
        list(score_in_workers(scorer, source(), 2, lost=lost))
    assert all(gone(pid) for pid in scorer.pids(1))


def _endless(scorer: Acting) -> None:
    list(score_in_workers(scorer, chunked(rows(["sleep", "sleep"]), 1), 2, lost=lost))


@linux
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda ending: ending.name)
def test_no_orphans(ending: signal.Signals, scorer: Acting) -> None:
    """However the parent ends, its busy workers are gone with it."""
    parent = multiprocessing.get_context("fork").Process(target=_quietly, args=(_endless, scorer))
    parent.start()
    try:
        wait_for(lambda: scorer.pids(1) and scorer.pids(2))
        assert parent.pid is not None
        os.kill(parent.pid, ending)
        wait_for(lambda: all(gone(pid) for row in (1, 2) for pid in scorer.pids(row)), seconds=5.0)
    finally:
        for pid in (parent.pid, *scorer.pids(1), *scorer.pids(2)):
            if pid and not gone(pid):
                os.kill(pid, signal.SIGKILL)
        parent.join()


def _quietly(work: Callable[[Acting], None], scorer: Acting) -> None:
    try:
        work(scorer)
    except KeyboardInterrupt:
        os._exit(3)


@dataclass(frozen=True)
class Encoding:
    """Encodes every row's text."""

    embedder: BundledEmbedder

    def score(self, chunk: Chunk) -> Part:
        """The vectors, as text."""
        return Part(chunk.index, tuple(scored(row, line=self.vector(row.cells[TEXT])) for row in chunk.rows))

    def vector(self, text: str) -> str:
        """Exact to the bit."""
        return self.embedder.queries([text]).tobytes().hex()


def test_the_parent_may_have_encoded_before() -> None:
    """A fork after OpenMP was used does not hang, and encodes to the same bits."""
    encoding = Encoding(BundledEmbedder())
    want = encoding.vector(SECRET)
    parts = list(score_in_workers(encoding, chunked(rows([SECRET]), 1), 1, lost=lost, row_seconds=30))
    assert [row.line for part in parts for row in part.rows] == [want]


@dataclass(frozen=True)
class Telling:
    """Holds a big array, reads all of it for every row, and tells about its process."""

    array: np.ndarray[tuple[int], np.dtype[np.float64]]
    tell: Callable[[], object]

    def score(self, chunk: Chunk) -> Part:
        """What it has to tell."""
        assert self.array.sum() == len(self.array)
        return Part(chunk.index, tuple(scored(row, line=str(self.tell())) for row in chunk.rows))


def _own_megabytes() -> float:
    lines = Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()
    return sum(float(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the system does not tell who owns a page")
def test_memory_is_shared() -> None:
    """What the scorer holds is there once: reading 64 MB copies none of it."""
    telling = Telling(np.ones(8 << 20), _own_megabytes)
    parts = list(score_in_workers(telling, chunked(rows(["a"] * 4), 1), 2, lost=lost))
    assert max(float(row.line) for part in parts for row in part.rows) < 48


def _most_threads() -> int:
    control = pytest.importorskip("threadpoolctl")
    return max(int(pool["num_threads"]) for pool in control.threadpool_info())


def test_workers_share_the_cores() -> None:
    """Linear algebra in as many workers as there are cores uses one thread in each."""
    pytest.importorskip("threadpoolctl")
    telling = Telling(np.ones(1), _most_threads)
    parts = list(score_in_workers(telling, chunked(rows(["a"]), 1), os.cpu_count() or 1, lost=lost))
    assert [row.line for part in parts for row in part.rows] == ["1"]


def test_a_worker_says_how_it_ended(scorer: Acting) -> None:
    """A handle waits for nothing, knows a dead process, and names the signal."""
    worker = Worker.start(scorer, 1, [])
    assert worker.poll() is None
    assert worker.alive
    assert worker.end() == "SIGKILL"
