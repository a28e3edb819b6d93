"""How well repeats inside a backlog are found, and how fast.

    python tests/bench/repeats.py [--fast]

Quality: pairs of stream.jsonl judged by hand ("same matter at the same place, an operator would link them"), ids and
labels only. `pool` pairs come from searches that are not the one measured (cosine of words and of characters, the same
place, the same caller; two of each a row, at most 90 days apart), sampled by likeness: recall is of them. `found`
pairs are rows marked and the first row that they repeat: precision is of them. Strata are weighted by their size;
intervals resample whole groups of rows. Weights were fitted and thresholds chosen on the pairs of part `tune` only.

Speed: marks of stream.jsonl and copies of them, one a fortnight over ten years: in each most common words are others
and a rare word is one of twenty; every eighth row is a former row of the copy with a quarter of its words changed.
Synthetic, so only time and memory are told.

Addresses and masked texts come from `read_complaint`; no category, no encoding. `--fast` leaves out the million.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.batch.readers import parse_time
from agent.batch.repeats import Repeats, find_repeats, mark
from agent.read import read_complaint
from agent.schema import Complaint, ComplaintReading, Suggestion
from knowledge.places import Gazetteer
from knowledge.tables import load_tables

ROOT = Path(__file__).parents[2]
STREAM = ROOT.parent / "shared" / "data" / "messages" / "stream.jsonl"
PAIRS = Path(__file__).with_name("repeat_pairs.jsonl")
UNKNOWN = dt.datetime(2019, 1, 1, tzinfo=dt.UTC)  # no row of the stream lacks its time
HEADER = 12  # bytes of a mark before its words, three bytes each
SIZES = (10_000, 100_000, 1_000_000)
RARE = 30  # rows of the stream
VARIANTS = 20  # what one rare word may become
DRAWS = 2000


@dataclass(frozen=True)
class Pair:
    """One judged pair, as positions in the stream."""

    part: str
    first: int
    second: int
    label: str
    stratum: str
    weight: float


def stream_marks() -> tuple[list[str], list[bytes]]:
    """Ids and marks of the stream, in its order."""
    tables = load_tables()
    gazetteer = Gazetteer(tables.districts, tables.streets, tables.communities)
    ids, marks = [], []
    for line in STREAM.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        received = parse_time(row["received_at"]) or UNKNOWN
        complaint = Complaint(id=row["id"], title=row["title"], text=row["text"], received_at=received)
        read = read_complaint(complaint, gazetteer, max_chars=20_000, mask_doors=False, now=received)
        told = ComplaintReading(
            title=read.title, summary="", kind="投诉", masked_text=read.masked, address=read.address
        )
        ids.append(row["id"])
        marks.append(mark(Suggestion(id=row["id"], status="ok", complaint=told), received))
    return ids, marks


def judged(ids: Sequence[str]) -> list[Pair]:
    """The pairs of the file."""
    at = {name: position for position, name in enumerate(ids)}
    rows = (json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines())
    return [
        Pair(r["part"], at[r["first"]], at[r["second"]], r["label"], r["stratum"], float(r["weight"])) for r in rows
    ]


def share(pairs: Sequence[Pair], right: Callable[[Pair], bool], group: Callable[[Pair], int]) -> str:
    """Weighted share of pairs that are right, with its 95 % interval from resampled groups."""
    groups = sorted({group(p) for p in pairs})
    index = {g: i for i, g in enumerate(groups)}
    hit, every = np.zeros(len(groups)), np.zeros(len(groups))
    for p in pairs:
        every[index[group(p)]] += p.weight
        hit[index[group(p)]] += p.weight * right(p)
    draws = np.random.default_rng(0).integers(0, len(groups), (DRAWS, len(groups)))
    low, high = np.quantile(hit[draws].sum(axis=1) / every[draws].sum(axis=1), [0.025, 0.975])
    return f"{hit.sum() / every.sum():.3f}  [{low:.3f}, {high:.3f}]  n={len(pairs)} in {len(groups)} groups"


def quality(pairs: Sequence[Pair], repeats: Repeats) -> None:
    """Print precision and recall of both parts."""

    def first(row: int) -> int:
        found = repeats.of(row)
        return row if found is None else found[0]

    def linked(p: Pair) -> bool:
        return first(p.first) == first(p.second)

    for part in ("tune", "test"):
        own = [p for p in pairs if p.part == part]
        pool = [p for p in own if p.stratum.startswith("pool")]
        found = [p for p in own if p.stratum.startswith("found") and linked(p)]
        sure = [p for p in found if p.label != "unsure"]
        print(f"\n{part}: {len(own)} pairs judged, {sum(p.label == 'unsure' for p in own)} of them unsure")

        def is_same(p: Pair) -> bool:
            return p.label == "yes"

        def by_first(p: Pair) -> int:
            return first(p.first)

        if found:
            print(f"  precision of marked rows             {share(sure, is_same, by_first)}")
            print(f"  the same, unsure counted as wrong     {share(found, is_same, by_first)}")
        decided = [p for p in pool if p.label != "unsure"]
        print(f"  precision of linked pairs of the pool {share([p for p in decided if linked(p)], is_same, by_first)}")
        print(f"  recall of the pool                    {share([p for p in pool if is_same(p)], linked, by_first)}")


def synthetic(marks: Sequence[bytes], rows: int, seed: int = 0) -> Iterator[bytes]:
    """Marks of the stream, then of perturbed copies, until there are `rows`."""
    random = np.random.default_rng(seed)
    words = [np.frombuffer(m[HEADER:], np.uint8).reshape(-1, 3).astype(np.int64) @ [1 << 16, 1 << 8, 1] for m in marks]
    every = np.concatenate(words)
    known, seen = np.unique(every, return_counts=True)
    seen_of = dict(zip(known.tolist(), seen.tolist(), strict=True))
    rare = [np.array([seen_of[w] <= RARE for w in row.tolist()], bool) for row in words]
    common = every[np.concatenate(rare) == 0]
    yield from marks[:rows]
    for number in range(len(marks), rows):
        copy, row = divmod(number, len(marks))
        again = random.random() < 1 / 8 and row > 0
        source = row - 1 - int(random.integers(0, min(row, 50))) if again else row
        variant = (words[source] * 31 + copy * (words[source] % 97 + 1)) % VARIANTS
        changed = np.where(rare[source], (words[source] + variant * 7_654_321) % (1 << 24), words[source])
        others = random.random(len(changed)) < (0.25 if again else 0.7 * ~rare[source])
        changed[others] = random.choice(common, int(others.sum()))
        minutes = int.from_bytes(marks[source][4:8], "little", signed=True) + copy * 14 * 1440
        octets = np.stack([changed >> 16 & 255, changed >> 8 & 255, changed & 255], axis=1).astype(np.uint8)
        yield (
            marks[source][:4] + minutes.to_bytes(4, "little", signed=True) + marks[source][8:HEADER] + octets.tobytes()
        )


def stored(path: Path) -> Iterator[bytes]:
    """Marks of a file, one after the other, each behind its length."""
    with path.open("rb") as file:
        while size := file.read(2):
            yield file.read(int.from_bytes(size, "little"))


def speed(path: Path) -> None:
    """Find the repeats of a file of marks and print time and memory; meant for a process of its own."""
    before = peak()
    begin, cpu = time.perf_counter(), time.process_time()
    repeats = find_repeats(stored(path))
    took, cpu = time.perf_counter() - begin, time.process_time() - cpu
    print(
        f"{took:8.1f} s ({cpu:.1f} of processor)   peak {peak():.2f} GB, {before:.2f} before   {len(repeats)} repeats"
    )


def peak() -> float:
    """Most memory that this process ever held, in GB."""
    line = next(row for row in Path("/proc/self/status").read_text().splitlines() if row.startswith("VmHWM"))
    return int(line.split()[1]) / 1e6


def main(fast: bool) -> int:
    """Print all figures."""
    if not STREAM.is_file():
        print(f"{STREAM} is missing: this benchmark needs the shared data folder beside the checkout")
        return 2
    ids, marks = stream_marks()
    print(
        f"stream: {len(marks)} rows, {sum(map(len, marks)) / len(marks):.0f} bytes a mark, {max(map(len, marks))} most"
    )
    repeats = find_repeats(marks)
    print(f"rows marked: {len(repeats)}")
    quality(judged(ids), repeats)
    print()
    with tempfile.TemporaryDirectory() as folder:
        for rows in SIZES[: 2 if fast else 3]:
            path = Path(folder) / "marks"
            with path.open("wb") as file:
                file.writelines(len(m).to_bytes(2, "little") + m for m in synthetic(marks, rows))
            print(f"{rows:>9} rows", end="  ", flush=True)
            subprocess.run([sys.executable, __file__, "--marks", str(path)], check=True)
    return 0


if __name__ == "__main__":
    if "--marks" in sys.argv:
        speed(Path(sys.argv[sys.argv.index("--marks") + 1]))
        sys.exit(0)
    sys.exit(main("--fast" in sys.argv))
