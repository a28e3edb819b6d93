"""Vectors for the growth of the index: real ones, synthetic ones made from them, and how alike the two are.

Also the exact search that every other one is held against; compressed indexes are in `_growing_indexes`. The
command is `python -m tests.bench.index_growth`.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray

from agent.classify.text import query_text
from knowledge.cases import CaseRepository
from knowledge.entries import case_entries
from knowledge.tables import load_tables
from knowledge.vector_stores import VECTORS
from models.embedder import BUNDLED_DIM, Vectors, load_embedder
from models.vectors import VectorStore
from tests.bench._growing_meter import spread

MESSAGES = Path(__file__).parents[3] / "shared" / "data" / "messages" / "answered.jsonl"
K = 10
OWN, SHRUNK = 0.95, 0.98  # see `synthetic`

Ints = NDArray[np.int64]


def unit(rows: Vectors) -> Vectors:
    """Rows of norm 1."""
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def synthetic(seeds: Vectors, count: int, rng: np.random.Generator) -> Vectors:
    """New vectors like the seeds.

    Each is the mean plus `OWN` of one seed's deviation and the rest of another's, so that the squares add up to 1
    and the covariance stays; `SHRUNK` pulls it a little to the mean, which makes up for the near neighbours that
    more real cases would bring. Both values were looked at on seeds and messages, a dozen pairs of values.
    """
    mean = seeds.mean(axis=0)
    off = seeds - mean
    made = np.empty((count, seeds.shape[1]), np.float32)
    for start in range(0, count, 50_000):
        part = slice(start, min(start + 50_000, count))
        first, second = rng.integers(0, len(seeds), (2, part.stop - start))
        made[part] = unit(mean + SHRUNK * (OWN * off[first] + math.sqrt(1 - OWN**2) * off[second]))
    return made


def exact(base: Vectors, queries: Vectors, k: int = K) -> tuple[Ints, Vectors]:
    """The `k` nearest rows and their cosines, best first, shapes `(len(queries), k)`."""
    rows, scores = [], []
    for start in range(0, len(base), 50_000):
        part = queries @ base[start : start + 50_000].T
        best = np.argpartition(part, -k, axis=1)[:, -k:]
        rows.append(best + start)
        scores.append(np.take_along_axis(part, best, axis=1))
    all_rows, all_scores = np.concatenate(rows, axis=1), np.concatenate(scores, axis=1)
    order = np.argsort(-all_scores, axis=1)[:, :k]
    return np.take_along_axis(all_rows, order, axis=1), np.take_along_axis(all_scores, order, axis=1)


def case_vectors() -> Vectors:
    """Shipped vectors of the seed cases, in an order by chance that never changes."""
    cases = CaseRepository(load_tables(), None)
    rows, found = VectorStore.load(VECTORS).find([entry.passage for entry in case_entries(cases)])
    return np.asarray(np.random.default_rng(1).permutation(rows[found]), np.float32)


def asked(count: int) -> Vectors:
    """What the product encodes of citizens' messages; none without ../shared."""
    if not MESSAGES.is_file():
        return np.empty((0, BUNDLED_DIM), np.float32)
    rows = [json.loads(line) for line in MESSAGES.read_text(encoding="utf-8").splitlines()[:count]]
    embedder, texts = load_embedder(), [query_text(row["title"], row["text"]) for row in rows]
    made, seconds = [], []
    for text in texts:
        begin = process_time()
        made.append(embedder.queries([text]))
        seconds.append(process_time() - begin)
    print(f"one encoding {spread(seconds, 1e3)} ms")
    return np.concatenate(made)


def gap(left: Vectors, right: Vectors) -> float:
    """Largest difference between two cumulative distributions (Kolmogorov-Smirnov), 0 to 1."""
    left, right = np.sort(left, axis=None), np.sort(right, axis=None)
    at = np.concatenate([left, right])
    shares = [np.searchsorted(values, at, "right") / len(values) for values in (left, right)]
    return float(np.abs(shares[0] - shares[1]).max())


def alike(seeds: Vectors, questions: dict[str, Vectors], rng: np.random.Generator) -> None:
    """Print the top-10 cosines among real vectors and among synthetic ones of the same number."""
    few = len(seeds) // 8
    grown = np.concatenate([seeds[:few], synthetic(seeds[:few], len(seeds) - few, rng)])
    bases = {
        f"real, {len(seeds)}": seeds,
        f"synthetic alone, {len(seeds)}": synthetic(seeds, len(seeds), rng),
        f"{few} real grown to {len(seeds)}": grown,
    }
    print("cosines of the ten nearest           5 %    25 %   50 %   75 %   95 %   gap to real")
    for asker, queries in questions.items():
        real = exact(seeds, queries)[1]
        for name, base in bases.items():
            cosines = exact(base, queries)[1]
            shown = "  ".join(f"{value:.3f}" for value in np.quantile(cosines, [0.05, 0.25, 0.5, 0.75, 0.95]))
            print(f"{asker:9s} {name:25s} {shown}   {gap(real, cosines):.3f}")
