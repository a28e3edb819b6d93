"""How far today's mix of categories and departments is from that of the training.

The baseline are the labels that the shipped classifier's rankers were fitted on (`agent/training/labels.jsonl`):
some three thousand messages that citizens of other places left on a public board, not calls to 郑州's 12345. A
distance on the first day is therefore expected; what matters is how it grows. For an artifact of one's own training
no labels are shipped and there is no baseline.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.desk.facts import Facts
from agent.desk.records import Drift, Moved, QueueFilter
from knowledge.tables import Tables

LABELS = Path(__file__).parent.parent / "training" / "labels.jsonl"
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_DRAWS = 1000
_SHOWN = 5
_PRIOR = 0.5  # added to every count for the stability index: a label never seen must not make it infinite


@dataclass(frozen=True, slots=True)
class Baseline:
    """Counts of the training: leads by id, first levels of the category by their two digits."""

    words: str
    leads: Mapping[str, int]
    levels: Mapping[str, int]


def load_baseline(path: Path = LABELS) -> Baseline:
    """Count the shipped training labels.

    Raises:
        OSError: the file is not there.
    """
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return Baseline(
        words=f"分类模型训练所用的{len(rows)}条外地网络留言的人工标注（不是郑州12345来电，起点就有差别，请看变化）",
        leads=Counter(str(row["lead"]) for row in rows if row.get("lead")),
        levels=Counter(str(row["category"])[:2] for row in rows if row.get("category")),
    )


def drifts(facts: Iterable[Facts], baseline: Baseline, tables: Tables, opens: QueueFilter) -> tuple[Drift, ...]:
    """Distance of both mixes; of each matter the label that a person gave, before that the one proposed."""
    matters = list(facts)
    leads = Counter(one.department for one in matters if one.department)
    levels = Counter(one.category[:2] for one in matters if one.category)
    level_name = {category.code[:2]: category.level1 for category in tables.categories}
    names = {department.id: department.name for department in tables.departments}
    return (
        _drift("主办单位", leads, baseline.leads, names, lambda key: opens.model_copy(update={"department": key})),
        _drift("一级类别", levels, baseline.levels, level_name, lambda key: opens.model_copy(update={"category": key})),
    )


def _drift(
    name: str,
    now: Mapping[str, int],
    before: Mapping[str, int],
    names: Mapping[str, str],
    opening: Callable[[str], QueueFilter],
) -> Drift:
    labels = sorted(set(now) | set(before))
    ours = np.array([now.get(label, 0) for label in labels], np.int64)
    theirs = np.array([before.get(label, 0) for label in labels], np.int64)
    n, baseline_n = int(ours.sum()), int(theirs.sum())
    if not n or not baseline_n:
        return Drift(name=name, n=n, baseline_n=baseline_n, distance=0, by_chance=1, stability=0, moved=False)
    new, old = ours / n, theirs / baseline_n
    distance, chance = total_variation(new, old), _by_chance(ours + theirs, n)
    order = np.argsort(-np.abs(new - old), kind="stable")[:_SHOWN]
    most = [
        Moved(
            label=names.get(labels[at], labels[at]),
            before=round(float(old[at]), 4),
            now=round(float(new[at]), 4),
            opens=opening(labels[at]),
        )
        for at in order.tolist()
    ]
    return Drift(
        name=name,
        n=n,
        baseline_n=baseline_n,
        distance=round(distance, 4),
        by_chance=round(chance, 4),
        stability=round(stability_index(ours, theirs), 4),
        moved=distance > chance,
        most=tuple(most),
    )


def total_variation(new: Floats, old: Floats) -> float:
    """Half the summed gap between two mixes: the share that would have to change its label."""
    return float(np.abs(new - old).sum() / 2)


def stability_index(ours: Ints, theirs: Ints) -> float:
    """Population stability index, Σ (new − old) · ln(new / old), with half a count added to every label.

    Source:
        N. Siddiqi, "Credit Risk Scorecards" (2006), whose 0.25 for a big shift is a rule of thumb.
    """
    new = (ours + _PRIOR) / (ours.sum() + _PRIOR * len(ours))
    old = (theirs + _PRIOR) / (theirs.sum() + _PRIOR * len(theirs))
    return float(((new - old) * np.log(new / old)).sum())


def _by_chance(pooled: Ints, n: int, seed: int = 0) -> float:
    """The distance that 95 of 100 random splits of the pooled labels into `n` and the rest stay under."""
    draws = np.random.default_rng(seed).multivariate_hypergeometric(pooled, n, size=_DRAWS)
    rest = pooled - draws
    distances = np.abs(draws / n - rest / rest[0].sum()).sum(axis=1) / 2
    return float(np.quantile(distances, 0.95))
