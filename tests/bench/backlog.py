"""Backlogs: what the fast profile costs in accuracy, how much faster it is, and whether a row of a million costs more.

    python -m tests.bench.backlog accuracy            lead accuracy, calibration and share encoded by margin
    python -m tests.bench.backlog throughput [ROWS]   stream.jsonl ten times over, two workers, against encoding it
    python -m tests.bench.backlog profile             what the time of one process goes to, in both profiles
    python -m tests.bench.backlog growth [ROWS ...]   time a row and peak memory of the engine, by size of the file

Throughput: rounds in turn, each of some rows encoded whole with the bundled encoder, some scored accurately and many
scored fast, all by `score_file` with two workers (of the two short ones what starting and ending took is taken off, of
the fast one not); the figures are the medians of the ratios of a round, with their
range. With ROWS, that many rows of the file are then scored fast in one go. Growth: a stub in the place of the agent,
so that only reading, workers, checkpoints, repeats and writing are measured; the rows are invented and say so.
Needs the shared messages, except for growth.
"""

from __future__ import annotations

import cProfile
import csv
import datetime as dt
import pstats
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from agent import Complaint, Suggestion, TriageAgent
from agent.batch import BatchOptions, in_workers, score_file
from agent.batch.chunks import CHUNK_ROWS, Profile
from agent.cascade import SETTLED_BY, Cascade
from agent.schema import Provenance
from agent.training.rows import TrainingRow, read_training
from knowledge.tables import load_tables
from knowledge.vocabulary import Address
from models.distilled import DistilledEncoder
from models.measures import calibration, calibration_error
from tests.suggestions import suggestion

MESSAGES = Path(__file__).parents[2].parent / "shared" / "data" / "messages"
NOW = dt.datetime.fromisoformat("2026-06-01T09:00:00+08:00")
WORKERS, TIMES = 2, 10
ENCODED, ACCURATE, FAST, ROUNDS = 96, 48, 4096, 3
_PROFILES: dict[str, Profile] = {"accurate": "accurate", "fast": "fast"}
STEPS = (
    ("reading: cleaning, masking, place, time", "read.py:read_complaint"),
    ("urgency rules", "judge.py:read"),
    ("the encoder", "embedder.py:queries"),
    ("its cheap copy", "distilled.py:queries"),
    ("text models", "model.py:views"),
    ("text models of kind and urgency", "model.py:tones"),
    ("evidence: words, shelves, neighbours", "signals.py:gather"),
    ("deciding: rankers, chances, assists", "choose.py:_decide"),
    ("separate matters (their choosing included)", "issues.py:part_issues"),
    ("searching the statutes", "law.py:related_articles"),
    ("putting together", "assembly.py:suggestion"),
)
MARGINS = (0.0, 0.04, 0.06, 0.08, 0.1, 0.12, 0.16, 0.2, 0.3)


class Encoding:
    """In the place of an agent: encodes every complaint whole, and does nothing else."""

    def __init__(self, agent: TriageAgent) -> None:
        self._agent = agent

    def triage_many(
        self, complaints: Sequence[Complaint], *, draft: bool, profile: Profile, now: dt.datetime
    ) -> list[Suggestion]:
        """Encode title and text."""
        for complaint in complaints:
            self._agent.base.embedder.queries([f"{complaint.title}。{complaint.text}"])
        return [Suggestion(id=complaint.id, status="ok") for complaint in complaints]

    def provenance(self) -> Provenance:
        """The agent's."""
        return self._agent.provenance()

    def conditions(self, profile: Profile) -> Mapping[str, str]:
        """None: these answers rest on nothing."""
        return {}


class Stub(Encoding):
    """In the place of an agent: the same made-up suggestion for every complaint."""

    def __init__(self) -> None:
        self._made = suggestion()

    def triage_many(
        self, complaints: Sequence[Complaint], *, draft: bool, profile: Profile, now: dt.datetime
    ) -> list[Suggestion]:
        """Copy it, with the complaint's own words."""
        reading = self._made.complaint
        return [
            self._made.model_copy(
                update={
                    "id": complaint.id,
                    "draft": None,
                    "complaint": reading and reading.model_copy(update=_told(complaint)),
                }
            )
            for complaint in complaints
        ]

    def provenance(self) -> Provenance:
        """None that matters."""
        return self._made.provenance or Provenance(
            version="", knowledge="", classifier="", embedder="", llm="", rules=""
        )


def _told(complaint: Complaint) -> dict[str, object]:
    return {"title": complaint.title, "masked_text": complaint.text, "address": Address()}


def accuracy(agent: TriageAgent) -> None:
    """The trade: how much is encoded, and what that costs."""
    rows = [row for row in read_training(MESSAGES / "gold_dev.jsonl", agent.base.tables) if row.leads]
    given = [Complaint(id=row.id, title=row.title, text=row.text) for row in rows]
    exact = agent.triage_many(given, draft=False, now=NOW)
    print(f"gold_dev, {len(rows)} rows with a lead; shipped margin {SETTLED_BY}")
    widths = {"encoded": 9, "lead": 8, "level3": 8, "cal. error": 12, "auto": 7, "right": 7, "lowered": 9}
    print(f"{'profile':12s}" + "".join(f"{name:>{width}s}" for name, width in widths.items()))
    _line("accurate", rows, exact, exact)
    chooser, cheap = agent._chooser, DistilledEncoder.load(agent.base.embedder.name)
    for wanted in MARGINS:
        agent.__dict__["_cascade"] = Cascade(chooser, cheap, wanted)
        _line(f"fast {wanted:.2f}", rows, agent.triage_many(given, draft=False, profile="fast", now=NOW), exact)


def _line(name: str, rows: Sequence[TrainingRow], made: Sequence[Suggestion], exact: Sequence[Suggestion]) -> None:
    """`lowered`: rows whose urgency is below that of the accurate profile."""
    lowered = sum(
        one.urgency is not None and other.urgency is not None and one.urgency.level < other.urgency.level
        for one, other in zip(made, exact, strict=True)
    )
    leads = [one.dispatch.lead.id if one.dispatch else "" for one in made]
    right = np.array([lead in row.leads for lead, row in zip(leads, rows, strict=True)])
    level3 = [
        one.category is not None and one.category.code in row.categories for one, row in zip(made, rows, strict=True)
    ]
    sure = np.array([one.dispatch.confidence if one.dispatch else 0.0 for one in made])
    auto = np.array([one.decision is not None and one.decision.route == "auto" for one in made])
    encoded = [one.provenance is not None and not one.provenance.embedder.startswith("distilled") for one in made]
    error = calibration_error(calibration(sure, right))
    print(
        f"{name:12s}{np.mean(encoded):9.3f}{right.mean():8.4f}{np.mean(level3):8.4f}{error:12.3f}"
        f"{auto.mean():7.3f}{right[auto].mean() if auto.any() else np.nan:7.3f}{lowered:9d}",
        flush=True,
    )


def throughput(agent: TriageAgent, rows: int) -> None:
    """Rounds in turn, then one long run."""
    lines = (MESSAGES / "stream.jsonl").read_text(encoding="utf-8").splitlines()
    random.Random(0).shuffle(lines)  # long and short complaints come in seasons
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        ratios: dict[str, list[float]] = {"accurate": [], "fast": [], "fast / accurate": []}
        for turn in range(ROUNDS):
            some = lines[turn * 600 :] + lines[: turn * 600]
            encoded = _timed(place, Encoding(agent), some[:ENCODED], "accurate") - _nothing(place, some[:ENCODED])
            exact = _timed(place, agent, some[:ACCURATE], "accurate") - _nothing(place, some[:ACCURATE])
            fast = _timed(place, agent, some[:FAST], "fast")
            ratios["accurate"].append(encoded / exact)
            ratios["fast"].append(encoded / fast)
            ratios["fast / accurate"].append(exact / fast)
            print(
                f"round {turn + 1}: ms a row: encoding {1000 * encoded:.1f}, accurate {1000 * exact:.1f}, "
                f"fast {1000 * fast:.2f}",
                flush=True,
            )
        for name, values in ratios.items():
            middle = statistics.median(values)
            print(f"{name:16s} {middle:6.1f} x  range [{min(values):.1f}, {max(values):.1f}]  n={len(values)}")
        if rows:
            whole = (lines * TIMES)[:rows]
            each = 1000 * _timed(place, agent, whole, "fast")
            print(f"{len(whole)} rows fast, --no-draft, {WORKERS} workers: {each:.2f} ms a row")


def _timed(folder: Path, agent: TriageAgent | Encoding, lines: Sequence[str], profile: Profile) -> float:
    """Seconds a row, by wall clock, of the whole way from file to file."""
    source = folder / "in.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    options = BatchOptions(draft=False, profile=profile, overwrite=True)
    summary = score_file(source, folder / "out.csv", agent, options, engine=in_workers(WORKERS))
    if summary.errors > len(lines) // 50:
        raise SystemExit(f"{summary.errors} of {summary.rows} rows failed: {dict(summary.by_error)}")
    return summary.seconds / summary.rows


def _nothing(folder: Path, lines: Sequence[str]) -> float:
    """What a short run spends on starting and ending, a row: it would flatter the ratio."""
    return _timed(folder, Stub(), lines, "accurate")


def profile(agent: TriageAgent) -> None:
    """Shares of the time of all rows, by cProfile (which makes small functions look larger than they are)."""
    given = [Complaint(id=row.id, title=row.title, text=row.text) for row in _stream(agent)]
    for name, rows in (("accurate", given[:48]), ("fast", given[:768])):
        agent.triage_many(given[:8], draft=False, profile=_PROFILES[name], now=NOW)
        watch = cProfile.Profile()
        watch.enable()
        for at in range(0, len(rows), CHUNK_ROWS[_PROFILES[name]]):
            chunk = rows[at : at + CHUNK_ROWS[_PROFILES[name]]]
            agent.triage_many(chunk, draft=False, profile=_PROFILES[name], now=NOW)
        watch.disable()
        stats = pstats.Stats(watch).stats  # type: ignore[attr-defined]  # typeshed does not know it
        spent = {
            f"{Path(file).name}:{function}": cumulative for (file, _, function), (*_, cumulative, _) in stats.items()
        }
        total = spent["triage.py:triage_many"]
        print(f"{name}, {len(rows)} rows: {1000 * total / len(rows):.1f} ms a row under the profiler")
        for step, function in STEPS:
            if function in spent:
                print(f"  {step:44s}{100 * spent[function] / total:5.1f} %")


def _stream(agent: TriageAgent) -> list[TrainingRow]:
    rows = list(read_training(MESSAGES / "stream.jsonl", agent.base.tables))
    random.Random(0).shuffle(rows)
    return rows


def growth(sizes: Sequence[int]) -> None:
    """One process a size, so that each has its own peak."""
    print(f"{'rows':>10s}{'ms a row':>10s}{'peak MB':>9s}  (a stub for the agent, invented rows, {WORKERS} workers)")
    for size in sizes:
        ran = subprocess.run(
            [sys.executable, "-m", "tests.bench.backlog", "one-size", str(size)],
            capture_output=True,
            text=True,
            check=True,
        )
        print(ran.stdout.strip(), flush=True)


def one_size(size: int) -> None:
    """Score a file of so many rows; peak memory is of this process and its largest worker together."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.csv"
        _write(source, size)
        options = BatchOptions(draft=False, profile="fast")
        summary = score_file(source, Path(folder) / "out.csv", Stub(), options, engine=in_workers(WORKERS))
        own, workers = (
            resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        each = 1000 * summary.seconds / size
        print(f"{size:10d}{each:10.3f}{own:9.0f} + {workers:.0f} a worker; {summary.repeats} repeats")


def _write(path: Path, size: int) -> None:
    homes = [community.name for community in load_tables(None).communities]
    matters = ("路灯不亮", "夜里施工噪声大", "停水两天", "垃圾没人清运", "电梯困人", "拖欠工资", "井盖松动", "油烟呛人")
    chosen, began = random.Random(0), dt.datetime(2016, 1, 1)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["工单编号", "标题", "主要内容", "来电时间"])
        for number in range(1, size + 1):
            home, matter = chosen.choice(homes), chosen.choice(matters)
            when = began + dt.timedelta(minutes=5 * number)  # about ten years for a million
            text = f"【虚构】{home}{matter}，已经{chosen.randrange(2, 60)}天，打过电话没有人来，希望尽快派人处理。"
            rows.writerow([f"X{number:08d}", f"{home}{matter}", text, f"{when:%Y-%m-%d %H:%M}"])


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for."""
    what, *numbers = arguments or ["accuracy"]
    sizes = [int(number) for number in numbers]
    if what == "growth":
        growth(sizes or (1_000, 10_000, 100_000, 1_000_000))
    elif what == "one-size":
        one_size(sizes[0])
    elif not MESSAGES.is_dir():
        print(f"{MESSAGES} is missing: this benchmark needs the shared data folder beside the checkout")
        return 2
    elif what == "profile":
        profile(TriageAgent.from_settings())
    elif what == "accuracy":
        accuracy(TriageAgent.from_settings())
    else:
        throughput(TriageAgent.from_settings(), sizes[0] if sizes else 0)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
