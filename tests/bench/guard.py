"""How many bad drafts the guard catches and how many good ones it stops, end to end as `xiaozheng draft-check` does.

    python tests/bench/guard.py                          # the held-out drafts
    python tests/bench/guard.py --development            # those that were read while the guard was made, with details
    python tests/bench/guard.py --bad FILE --good FILE   # other corpora, with details

All drafts were written by authors who did not know the guard. `*_drafts.jsonl` holds those that were read while it was
made; they measure nothing but a step back. `*_drafts_held_out.jsonl` is one author's, run for the first time when the
work was done; after that first run one check (blanks in other words than the template's) was widened, nothing else.
Caught means: some check fails. A check that is named for the fault may have caught it or another one; both are counted.
Square brackets hold 95 % Wilson intervals.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from agent import TriageAgent
from agent.drafting.guard.foreign import ForeignGuard
from agent.settings import Settings
from knowledge.workdays import SHANGHAI

FOLDER = Path(__file__).parent


class Row(BaseModel):
    """One draft of a corpus; `fault` is None in the good one."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    text: str
    draft: str
    record: str = ""
    received_at: dt.datetime
    fault: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What the guard said of one row, and its own time in milliseconds, triage not counted."""

    row: Row
    failed: tuple[tuple[str, str], ...]
    took: float


def read(path: Path) -> list[Row]:
    """A corpus."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Row.model_validate(json.loads(line)) for line in lines if line.strip()]


def judge(guard: ForeignGuard, rows: Sequence[Row]) -> Iterator[Verdict]:
    """Triage every complaint and judge its draft."""
    for row in rows:
        standing = guard.stand(row.text, row.record, row.received_at.replace(tzinfo=SHANGHAI))
        start = time.perf_counter()
        checks = guard.judge(row.text, row.draft, standing)
        took = (time.perf_counter() - start) * 1000
        yield Verdict(row, tuple((check.name, check.detail) for check in checks if not check.ok), took)


def share(hits: int, of: int) -> str:
    """A share with its 95 % Wilson interval."""
    if not of:
        return "no rows"
    z, p = 1.96, hits / of
    middle, half = p + z * z / (2 * of), z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    low, high = (max(0.0, (middle - half) / (1 + z * z / of)), min(1.0, (middle + half) / (1 + z * z / of)))
    return f"{hits}/{of} = {p:.3f} [{low:.3f}, {high:.3f}]"


def show(name: str, bad: Sequence[Verdict], good: Sequence[Verdict], *, details: bool) -> None:
    """Print one set."""
    print(f"== {name}")
    print(f"bad drafts caught   {share(sum(bool(v.failed) for v in bad), len(bad))}")
    print(f"good drafts stopped {share(sum(bool(v.failed) for v in good), len(good))}")
    kinds = Counter(v.row.fault for v in bad)
    caught = Counter(v.row.fault for v in bad if v.failed)
    for fault, count in sorted(kinds.items(), key=lambda pair: str(pair[0])):
        checks = Counter(check for v in bad if v.row.fault == fault for check, _ in v.failed)
        print(f"  {fault!s:28s} {caught[fault]}/{count}  {', '.join(f'{c} {n}' for c, n in checks.most_common(4))}")
    for label, verdicts in (("bad", bad), ("good", good)):
        by_check = Counter(check for v in verdicts for check, _ in v.failed)
        print(f"  checks that failed on {label}: {', '.join(f'{c} {n}' for c, n in by_check.most_common())}")
    if details:
        for verdict in good:
            if verdict.failed:
                print(f"  stopped {verdict.row.id}: {'; '.join(f'{c}: {d}' for c, d in verdict.failed)}")
        print(f"  missed: {', '.join(v.row.id for v in bad if not v.failed)}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--development", action="store_true", help="the drafts that were read while the guard was made")
    parser.add_argument("--bad", type=Path, help="drafts to be caught")
    parser.add_argument("--good", type=Path, help="drafts to be let through")
    given = parser.parse_args()
    ending = "" if given.development else "_held_out"
    files = [given.bad or FOLDER / f"bad_drafts{ending}.jsonl", given.good or FOLDER / f"good_drafts{ending}.jsonl"]
    guard = ForeignGuard(TriageAgent.from_settings(Settings.load()))
    bad, good = (list(judge(guard, read(file))) for file in files)
    name = "development" if given.development else "other corpora" if given.bad or given.good else "held out"
    show(name, bad, good, details=name != "held out")
    times = [v.took for v in (*bad, *good)]
    print(f"guard alone, ms: median {statistics.median(times):.1f}, 95 % {statistics.quantiles(times, n=20)[-1]:.1f}")


if __name__ == "__main__":
    main()
