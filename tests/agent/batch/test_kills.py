"""A job that is killed comes to the same bytes as one that is not."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from agent.batch import BatchOptions, score_file
from tests.agent.batch.backlogs import CHUNK, ROWS, answer, run_slowly, write_backlog
from tests.agent.batch.fakes import OneByOne

KILLS = 10
ENDINGS = ("jsonl", "csv", "xlsx", "parquet")
CHUNKS = -(-ROWS // CHUNK)


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Starts clean processes fast: the server has imported everything and holds nothing of this test."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.agent.batch.backlogs"])
    return context


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_backlog(tmp_path / "in.csv")


def unbroken(source: Path, output: Path) -> bytes:
    """What a run gives that nobody disturbs."""
    score_file(source, output, OneByOne(answer), BatchOptions(chunk_rows=CHUNK))
    return output.read_bytes()


def kill(
    context: ForkServerContext,
    source: Path,
    output: Path,
    when: Callable[[], bool],
    *,
    delay: float = 0.0,
    workers: int = 1,
    slow: str = "scoring",
) -> None:
    """Start a run and end it with SIGKILL some seconds after something holds."""
    process = context.Process(target=run_slowly, args=(source, output, workers, slow))
    process.start()
    try:
        until = time.monotonic() + 120
        while not when():
            assert process.is_alive(), "the run ended before it could be killed"
            assert time.monotonic() < until
            time.sleep(0.002)
        time.sleep(delay)
    finally:
        process.kill()
        process.join()


def parts(output: Path) -> int:
    """How many chunks are finished."""
    return len(list((output.parent / f"{output.name}.job" / "parts").glob("part-*.parquet")))


@pytest.mark.parametrize("ending", ENDINGS)
def test_ten_kills(tmp_path: Path, source: Path, processes: ForkServerContext, ending: str) -> None:
    """Killed at ten random points, one after another, and resumed each time, the output is that of an unbroken run."""
    whole = unbroken(source, tmp_path / f"whole.{ending}")
    output = tmp_path / f"out.{ending}"
    chance = random.Random(f"kills {ending}")
    for finished in sorted(chance.sample(range(CHUNKS - 2), KILLS)):

        def reached(finished: int = finished) -> bool:
            return (output.parent / f"{output.name}.job" / "manifest.json").exists() and parts(output) >= finished

        kill(processes, source, output, reached, delay=chance.uniform(0, 0.04))
        assert not output.exists()
    left = OneByOne(answer)
    score_file(source, output, left, BatchOptions(chunk_rows=CHUNK, resume=True))
    assert output.read_bytes() == whole
    assert left.rows < ROWS - KILLS


@pytest.mark.parametrize("ending", ENDINGS)
def test_kill_while_assembling(tmp_path: Path, source: Path, processes: ForkServerContext, ending: str) -> None:
    """Killed with half an output written, the job leaves none, and resumed it scores nothing twice."""
    whole = unbroken(source, tmp_path / f"whole.{ending}")
    output = tmp_path / f"out.{ending}"
    folder = tmp_path / f"out.{ending}.job"
    kill(processes, source, output, lambda: bool(list(folder.glob(".xiaozheng-*"))), slow="assembling")
    assert not output.exists()
    left = OneByOne(answer)
    score_file(source, output, left, BatchOptions(chunk_rows=CHUNK, resume=True))
    assert output.read_bytes() == whole
    assert left.rows == 0
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []
    assert sorted(path.name for path in folder.iterdir()) == ["lock", "manifest.json", "summary.json"]


def test_kill_while_finishing(tmp_path: Path, source: Path, processes: ForkServerContext) -> None:
    """Killed after the output has its name but before the job is done, the job assembles the same output again."""
    whole = unbroken(source, tmp_path / "whole.csv")
    output = tmp_path / "out.csv"
    kill(processes, source, output, output.exists, slow="finishing")
    left = OneByOne(answer)
    score_file(source, output, left, BatchOptions(chunk_rows=CHUNK, resume=True))
    assert (output.read_bytes(), left.rows) == (whole, 0)


def test_kill_with_workers(tmp_path: Path, source: Path, processes: ForkServerContext) -> None:
    """Killed with two workers, whose chunks come in any order, the job goes on in one process to the same bytes."""
    whole = unbroken(source, tmp_path / "whole.jsonl")
    output = tmp_path / "out.jsonl"
    kill(processes, source, output, lambda: parts(output) >= 5, workers=2)
    score_file(source, output, OneByOne(answer), BatchOptions(chunk_rows=CHUNK, resume=True))
    assert output.read_bytes() == whole
