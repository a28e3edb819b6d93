"""How long one suggestion takes, as a multiple of one encoding of the same text; cold start; memory.

    python tests/bench/speed.py

Warm: every message of the sample is encoded alone and triaged, in turn, in one process; the figure is the
median of the per-message ratios, with quartiles. Cold: whole processes of `xiaozheng triage --json`, wall
seconds, median of five after one warm-up, and what the seconds go to. Absolute times belong to the machine;
ratios travel. Uses the shared messages when they are there, the built-in demo complaints otherwise.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from agent import Complaint, TriageAgent
from agent.demo import DEMOS
from agent.law import words_search

ROOT = Path(__file__).parents[2]
GOLD = ROOT.parent / "shared" / "data" / "messages" / "gold_dev.jsonl"
SAMPLE = 60


def sample() -> list[Complaint]:
    """Messages to time, with titles where the source has them."""
    if not GOLD.is_file():
        return [Complaint(text=text) for text in DEMOS] * 5
    rows = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    return [Complaint(text=row["text"], title=row["title"]) for row in rows[:SAMPLE]]


def quartiles(values: list[float]) -> str:
    """Median and quartiles."""
    low, middle, high = statistics.quantiles(values, n=4)
    return f"median {middle:8.2f}  quartiles [{low:.2f}, {high:.2f}]  n={len(values)}"


def warm() -> None:
    """Ratio of a triage to one encoding of the same text, and where the milliseconds go."""
    agent = TriageAgent.from_settings()
    agent.triage(DEMOS[0])
    encodings, triages, steps = [], [], []
    for complaint in sample():
        begin = time.perf_counter()
        agent.base.embedder.queries([complaint.text])
        encodings.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        suggestion = agent.triage(complaint)
        triages.append(time.perf_counter() - begin)
        steps.append(suggestion.timing_ms)
    ratios = [t / e for t, e in zip(triages, encodings, strict=True)]
    print(f"warm triage / one encoding   {quartiles(ratios)}")
    print(f"warm triage, ms              {quartiles([1000 * t for t in triages])}")
    print(f"one encoding, ms             {quartiles([1000 * e for e in encodings])}")
    for name in steps[0]:
        print(f"  {name:26s} {quartiles([s.get(name, 0.0) for s in steps])}")
    print(f"peak memory of this process  {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def searching() -> None:
    """Search for law in plain words, as a multiple of one encoding of the same question, and by words alone."""
    agent = TriageAgent.from_settings()
    day = dt.date(2026, 11, 21)
    agent.search(DEMOS[0], day)
    words_search(agent.base, DEMOS[0], day, 8)
    ratios, alone = [], []
    for complaint in sample():
        question = f"{complaint.title} {complaint.text[:150]}"
        begin = time.perf_counter()
        agent.base.embedder.queries([question])
        encoding = time.perf_counter() - begin
        begin = time.perf_counter()
        agent.search(question, day)
        ratios.append((time.perf_counter() - begin) / encoding)
        begin = time.perf_counter()
        words_search(agent.base, question[:40], day, 8)
        alone.append(1000 * (time.perf_counter() - begin))
    print(f"warm search / one encoding   {quartiles(ratios)}")
    print(f"words-only search, ms        {quartiles(alone)}")


def cold() -> None:
    """Whole processes, as a person at a terminal waits for them."""
    command = [str(Path(sys.executable).with_name("xiaozheng")), "triage", "--json", DEMOS[0]]
    times, inner = [], []
    for run in range(6):
        begin = time.perf_counter()
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        if run:  # the first fills the disk cache
            times.append(time.perf_counter() - begin)
            inner.append(json.loads(done.stdout)["timing_ms"]["total"] / 1000)
    print(f"cold `xiaozheng triage`, s   {quartiles(times)}")
    print(f"  of which the triage itself {quartiles(inner)}")
    timings = subprocess.run(
        [sys.executable, "-c", _PARTS], check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout
    print(timings.rstrip())
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"peak memory of a cold process {peak / 1e6:.2f} GB")


_PARTS = """
import time; t = time.perf_counter()
def lap(name):
    global t
    now = time.perf_counter(); print(f"  cold: {name:20s} {now - t:.2f} s"); t = now
import app, agent.cli; lap("imports")
from agent.settings import Settings
from knowledge.base import KnowledgeBase
from agent import TriageAgent
s = Settings.load(); lap("settings")
b = KnowledgeBase.open(s.data_dir, knowledge_dir=s.knowledge_dir, embedder=s.embedder); lap("knowledge and index")
a = TriageAgent.from_settings(s, b); lap("classifier and rules")
a.triage("路灯不亮，晚上很黑"); lap("first triage")
"""

if __name__ == "__main__":
    warm()
    searching()
    cold()
