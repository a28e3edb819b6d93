from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.context import ForkServerContext
from pathlib import Path
from random import Random

import pytest

from agent.ledger import ConflictError, Ledger
from tests.agent.ledger.helping import decide, record, write_some, write_until_killed

WRITERS, EACH = 8, 4


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Fresh processes that need not import the agent each time."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.agent.ledger.helping"])
    return context


def test_eight_processes_write(ledger: Ledger, ledger_url: str, processes: ForkServerContext) -> None:
    """Eight processes write at once: every row is there, every event in its place."""
    workers = [processes.Process(target=write_some, args=(ledger_url, EACH)) for _ in range(WRITERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * WRITERS
    report = ledger.verify()
    assert report.ok
    assert (report.rows, report.events) == (3 * WRITERS * EACH, 4 * WRITERS * EACH)


def test_eight_threads_of_one_ledger_write(ledger: Ledger) -> None:
    """One ledger serves many threads."""
    with ThreadPoolExecutor(WRITERS) as pool:
        made = list(pool.map(lambda _: decide(ledger, record(ledger)).id, range(WRITERS * EACH)))
    assert {entry.decision.id for entry in ledger.entries() if entry.decision} == set(made)
    assert ledger.verify().ok


def test_one_of_eight_decides(ledger: Ledger) -> None:
    """Eight decide the same matter at the same time: one does, seven are told who was first."""
    made = record(ledger)

    def attempt(_: int) -> str:
        try:
            return decide(ledger, made).id
        except ConflictError as conflict:
            return f"conflict with {conflict.current}"

    with ThreadPoolExecutor(WRITERS) as pool:
        results = list(pool.map(attempt, range(WRITERS)))
    (winner,) = ledger.history(made.matter.id).decisions
    assert sorted(results) == sorted([winner.id, *[f"conflict with {winner.id}"] * (WRITERS - 1)])


def test_readers_see_whole_matters_while_others_write(ledger: Ledger) -> None:
    """A check during writes finds nothing wrong."""
    with ThreadPoolExecutor(3) as pool:
        writing = [pool.submit(lambda: [decide(ledger, record(ledger)) for _ in range(8)]) for _ in range(2)]
        while not all(future.done() for future in writing):
            assert ledger.verify().ok
    assert len(list(ledger.entries())) == 16


def test_kill_nine_loses_nothing_acknowledged(
    ledger: Ledger, ledger_url: str, processes: ForkServerContext, tmp_path: Path
) -> None:
    """Writers killed at random moments: every decision that was acknowledged is there, and the chain is whole."""
    random = Random(12345)
    acknowledged = tmp_path / "acknowledged"
    acknowledged.touch()
    for _ in range(3):
        before = len(acknowledged.read_bytes().splitlines())
        wanted = before + random.randint(3, 15)
        victim = processes.Process(target=write_until_killed, args=(ledger_url, acknowledged, 4))
        victim.start()
        while victim.is_alive() and len(acknowledged.read_bytes().splitlines()) < wanted:
            time.sleep(random.random() / 100)
        assert victim.is_alive(), "the writer ended by itself"
        victim.kill()
        victim.join()
        assert ledger.verify().ok
    stored = {(entry.matter.id, entry.decision.id) for entry in ledger.entries() if entry.decision}
    noted = {tuple(line.split()) for line in acknowledged.read_text(encoding="ascii").splitlines()}
    assert len(noted) >= 9
    assert noted - stored == set()
