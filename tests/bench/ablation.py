"""What each kind of evidence brings, and what it costs in milliseconds.

    python tests/bench/ablation.py

Text models are fitted once; then the stack is fitted again without one kind of evidence at a time, and measured
on held-out rows of labelled real messages (five folds; gold_dev takes no part). Costs are medians with quartiles
over single messages. Takes about twenty minutes; needs the shared data folder.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from agent.classify.firm import FirmRules
from agent.classify.text import query_text
from agent.settings import Settings
from agent.training.fit import Prepared, prepare
from agent.training.rows import TrainingRow, once, read_labels, read_training, without_near_duplicates
from agent.training.stack import Seen, fit_stack
from knowledge.base import KnowledgeBase
from knowledge.cases import SEEDS
from models.ngrams import Document

ROOT = Path(__file__).parents[2]
MESSAGES = ROOT.parent / "shared" / "data" / "messages"
LABELS = ROOT / "agent" / "training" / "labels.jsonl"
SHOWN = ("lead", "lead@3", "category", "category@3", "assist_recall", "assist_precision")
TIMED = 200
Blank = Callable[[Seen], Seen]


def _no_text(seen: Seen) -> Seen:
    views = seen.views
    nothing = {name: np.full_like(getattr(views, name), np.nan) for name in ("category", "lead", "assist")}
    return replace(seen, views=replace(views, **nothing))


def _no_level1(seen: Seen) -> Seen:
    return replace(seen, views=replace(seen.views, level1=np.full_like(seen.views.level1, np.nan)))


def _no_duties(seen: Seen) -> Seen:
    return replace(seen, evidence=replace(seen.evidence, duties=np.zeros_like(seen.evidence.duties)))


def _no_cases(seen: Seen) -> Seen:
    e = seen.evidence
    shares = {name: np.zeros_like(getattr(e, name)) for name in ("case_category", "case_lead", "case_assist")}
    return replace(seen, evidence=replace(e, **shares))


def _no_names(seen: Seen) -> Seen:
    e = seen.evidence
    return replace(
        seen,
        evidence=replace(e, categories=np.zeros_like(e.categories), departments=np.zeros_like(e.departments)),
    )


def _no_rules(seen: Seen) -> Seen:
    return replace(seen, evidence=replace(seen.evidence, rules=()))


WITHOUT: dict[str, Blank] = {
    "everything": lambda seen: seen,
    "without text models (but the first level)": _no_text,
    "without the first level": _no_level1,
    "without duty topics": _no_duties,
    "without similar cases": _no_cases,
    "without names and remits": _no_names,
    "without firm rules": _no_rules,
}


def rows(base: KnowledgeBase) -> list[TrainingRow]:
    """What `make train` reads."""
    labels = read_labels(LABELS)
    files = [*sorted(SEEDS.glob("*.jsonl")), *(MESSAGES / f"{n}.jsonl" for n in ("level1_train", "level1_raw"))]
    files += [MESSAGES / f"{n}.jsonl" for n in ("answered", "stream")]
    read = [row for file in files for row in read_training(file, base.tables, labels)]
    return once(without_near_duplicates(read, read_training(MESSAGES / "gold_dev.jsonl", base.tables)))


def ablate(ready: Prepared) -> None:
    """Fit the stack without each part and print the held-out figures."""
    print(f"{'':42s}" + "".join(f"{name:>18s}" for name in SHOWN) + f"   n={len(ready.seen)}")
    for name, blank in WITHOUT.items():
        seen = [blank(one) for one in ready.seen]
        _, figures = fit_stack(ready.lists, seen, ready.spoken, ready.natural, ready.models.kind.labels, 0)
        print(f"{name:42s}" + "".join(f"{figures[f]:18.4f}" for f in SHOWN), flush=True)


def costs(ready: Prepared, base: KnowledgeBase, sample: Sequence[TrainingRow]) -> None:
    """Time each kind of evidence for single messages."""
    rules = FirmRules.load(base.tables.department, None)
    queries = [base.query(query_text(row.title, row.text)) for row in sample]
    documents = [Document(row.title, row.full, q.vector) for row, q in zip(sample, queries, strict=True)]
    steps: dict[str, Callable[[int], object]] = {
        "encoding": lambda i: base.query(query_text(sample[i].title, sample[i].text)),
        "text models": lambda i: ready.models.views(ready.lists, [documents[i]]),
        "duty topics": lambda i: base.shelf("duties").fused(queries[i]),
        "similar cases": lambda i: base.shelf("cases").fused(queries[i]),
        "names and remits": lambda i: [base.shelf(n).fused(queries[i]) for n in ("categories", "departments")],
        "firm rules": lambda i: rules.matching(sample[i].full),
    }
    for name, step in steps.items():
        low, middle, high = statistics.quantiles([_timed(step, i) for i in range(len(sample))], n=4)
        print(f"{name:28s} median {middle:7.2f} ms  quartiles [{low:.2f}, {high:.2f}]  n={len(sample)}")


def _timed(step: Callable[[int], object], i: int) -> float:
    begin = time.perf_counter()
    step(i)
    return (time.perf_counter() - begin) * 1000


def main() -> int:
    """Print both tables."""
    if not MESSAGES.is_dir():
        print(f"{MESSAGES} is missing: this benchmark needs the shared data folder beside the checkout")
        return 2
    base = KnowledgeBase.open(Settings.load().data_dir)
    ready = prepare(rows(base), base)
    ablate(ready)
    costs(ready, base, [one.row for one in ready.seen[:TIMED]])
    return 0


if __name__ == "__main__":
    sys.exit(main())
