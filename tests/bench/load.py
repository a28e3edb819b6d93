"""Twenty operators at once: how much longer a triage takes over HTTP than alone, and whether memory stays flat.

    python -m tests.bench.load             # 20 operators, 2 minutes
    python -m tests.bench.load 20 120 6    # operators, seconds, seconds between two matters of one operator

A real server on loopback with a ledger of its own, in a process of its own; every operator sends one complaint after
another to `POST /api/v1/triage`, which also records it. Two runs: at the pace of people, who read what they get, and
without a pause, when all of them wait in line for two cores. Figures are multiples of one warm triage, sent alone to
the same server before; times below a multiple belong to the machine. Uses the shared messages where they are there.
"""

from __future__ import annotations

import itertools
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.bench.speed import sample

ROOT = Path(__file__).parents[2]
START = 120.0  # seconds until a server must answer


@dataclass
class Run:
    """What came back: seconds of each answer, and statuses."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    memory: list[float] = field(default_factory=list)  # MB, every five seconds


@contextmanager
def serving() -> Iterator[tuple[str, int]]:
    """A server in demonstration mode with a ledger of its own; its address and process id."""
    with tempfile.TemporaryDirectory() as folder:
        extra = {"XIAOZHENG_DATABASE_URL": f"sqlite:///{folder}/ledger.db", "XIAOZHENG_RATE_PER_MINUTE": "100000"}
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py"), "serve", "--port", "0"],
            env=os.environ | extra,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert process.stdout is not None
        try:
            found = re.search(r"http://[\d.]+:\d+", process.stdout.readline())
            if found is None:
                raise SystemExit("the server did not start")
            _wait(found.group())
            yield found.group(), process.pid
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(url: str) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until:
        try:
            if httpx.get(f"{url}/healthz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise SystemExit("the server did not answer")


def operate(url: str, texts: Sequence[str], pause: float, until: float, run: Run, seed: int) -> None:
    """One operator: matters in an order of their own until the time is up."""
    order = random.Random(seed)
    with httpx.Client(base_url=url, timeout=120) as client:
        time.sleep(order.uniform(0, pause))
        while time.monotonic() < until:
            body = {"text": order.choice(texts), "received_at": "2026-11-20T10:00:00+08:00"}
            begin = time.perf_counter()
            try:
                answer = client.post("/api/v1/triage", json=body)
                run.statuses[str(answer.status_code)] += 1
            except httpx.TransportError as error:
                run.statuses[type(error).__name__] += 1
            run.seconds.append(time.perf_counter() - begin)
            time.sleep(order.uniform(0.5, 1.5) * pause)


def memory(process: int) -> float:
    """Resident memory of a process, in MB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


def together(url: str, process: int, texts: Sequence[str], operators: int, seconds: float, pause: float) -> Run:
    """All operators at once."""
    run, until = Run(), time.monotonic() + seconds
    workers = [
        threading.Thread(target=operate, args=(url, texts, pause, until, run, seed)) for seed in range(operators)
    ]
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        run.memory.append(memory(process))
        time.sleep(5)
    return run


def show(name: str, run: Run, alone: float) -> None:
    """Print one run."""
    cuts = statistics.quantiles(run.seconds, n=20)
    half = len(run.memory) // 2
    print(
        f"{name:22s} p50 {statistics.median(run.seconds) / alone:6.2f} x  p95 {cuts[-1] / alone:6.2f} x  "
        f"n={len(run.seconds)}  statuses {dict(run.statuses)}"
    )
    print(
        f"{'':22s} memory of the server, MB: first half at most {max(run.memory[:half]):.0f}, "
        f"second half at most {max(run.memory[half:]):.0f}"
    )


def main() -> None:
    """Print the figures."""
    given = [float(word) for word in sys.argv[1:]]
    operators, seconds, pause = [*given, *(20.0, 120.0, 15.0)[len(given) :]]
    texts = [complaint.text for complaint in sample()]
    with serving() as (url, process):
        single = Run()
        for text in itertools.islice(itertools.cycle(texts), 40):
            begin = time.perf_counter()
            httpx.post(f"{url}/api/v1/triage", json={"text": text}, timeout=60).raise_for_status()
            single.seconds.append(time.perf_counter() - begin)
        alone = statistics.median(single.seconds[10:])
        low, _, high = statistics.quantiles(single.seconds[10:], n=4)
        print(f"one warm triage alone  median {1000 * alone:.0f} ms, quartiles [{1000 * low:.0f}, {1000 * high:.0f}]")
        for name, wait in ((f"{operators:.0f} at people's pace", pause), (f"{operators:.0f} without a pause", 0.0)):
            show(name, together(url, process, texts, int(operators), seconds, wait), alone)


if __name__ == "__main__":
    main()
