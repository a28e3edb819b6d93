"""Vector indexes of every kind that the growth of the index compares: how each is built and how it is asked.

Measures the cost of building, nothing else; the tables are in `index_growth`. The command is
`python -m tests.bench.index_growth`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import cast

import faiss
import numpy as np

from models.embedder import BUNDLED_DIM, Vectors
from tests.bench._growing_vectors import Ints, K, unit

PER_CENTROID, ROUNDS, CODE_SAMPLE = 40, 6, 8_192
PROBE = 64

Search = Callable[[Vectors], Ints]


@dataclass(frozen=True)
class Built:
    """An index, how to ask it, and what it cost."""

    name: str
    search: Search
    train_s: float
    add_s: float
    index: faiss.Index | None = None  # None: the bare matrix


def centroids(points: Vectors, count: int, rng: np.random.Generator) -> Vectors:
    """Spherical k-means."""
    centres = points[rng.choice(len(points), count, replace=False)]
    for _ in range(ROUNDS):
        owner = nearest(points, centres)
        sums = np.zeros_like(centres)
        np.add.at(sums, owner, points)
        filled = np.bincount(owner, minlength=count) > 0
        centres[filled] = unit(sums[filled])
    return centres


def codebooks(residuals: Vectors, count: int) -> Vectors:
    """K-means of each of `count` slices of the rows to 256 values, slice after slice, as FAISS lays them out."""
    books = []
    for part in np.split(residuals, count, axis=1):
        points = np.ascontiguousarray(part)
        book = points[:256].copy()
        for _ in range(ROUNDS):
            owner = (points @ book.T - np.square(book).sum(axis=1) / 2).argmax(axis=1)
            held = np.bincount(owner, minlength=256)
            sums = np.stack([np.bincount(owner, points[:, d], 256) for d in range(points.shape[1])], axis=1)
            book[held > 0] = sums[held > 0] / held[held > 0, None]
        books.append(book.ravel())
    return np.concatenate(books)


def nearest(points: Vectors, centres: Vectors) -> Ints:
    """The best centre of every point."""
    parts = [(points[at : at + 20_000] @ centres.T).argmax(axis=1) for at in range(0, len(points), 20_000)]
    return np.concatenate(parts)


def lists_for(size: int) -> int:
    """About the root of the size, as a power of two."""
    return int(2 ** round(math.log2(math.sqrt(size))))


@dataclass(frozen=True)
class Coarse:
    """Centroids and the list of every row: the same for each IVF index of one size."""

    centres: Vectors
    sample: Vectors
    owners: Ints
    train_s: float
    assign_s: float

    @classmethod
    def of(cls, base: Vectors, rng: np.random.Generator) -> Coarse:
        """Train on a sample, then assign all."""
        count = lists_for(len(base))
        begin = process_time()
        sample = base[rng.choice(len(base), min(len(base), PER_CENTROID * count), replace=False)]
        centres = centroids(sample, count, rng)
        trained = process_time()
        owners = nearest(base, centres)
        return cls(centres, sample, owners, trained - begin, process_time() - trained)

    def fill(self, kind: str, base: Vectors) -> Built:
        """An inverted index of this kind (`Flat`, `SQ8`, `PQ96`) over the same lists."""
        name = f"IVF{len(self.centres)},{kind}"
        index = cast("faiss.IndexIVF", faiss.index_factory(BUNDLED_DIM, name, faiss.METRIC_INNER_PRODUCT))
        begin = process_time()
        index.quantizer.add(self.centres)
        if isinstance(index, faiss.IndexIVFPQ):
            sample = self.sample[:CODE_SAMPLE]
            faiss.copy_array_to_vector(
                codebooks(sample - self.centres[nearest(sample, self.centres)], index.pq.M), index.pq.centroids
            )
            index.is_trained = True
        else:
            index.train(self.sample[:CODE_SAMPLE])  # the centroids stand: only the code is trained
        trained = process_time()
        for at in range(0, len(base), 50_000):
            rows, owners = base[at : at + 50_000], self.owners[at : at + 50_000]
            index.add_core(len(rows), faiss.swig_ptr(rows), None, faiss.swig_ptr(np.ascontiguousarray(owners)))
        index.nprobe = PROBE
        added = process_time() - trained + self.assign_s
        return Built(name, found_by(index), trained - begin + self.train_s, added, index)


def plain(kind: str, base: Vectors) -> Built:
    """An index without lists: `SQ8` or `HNSW32`."""
    index = faiss.index_factory(BUNDLED_DIM, kind, faiss.METRIC_INNER_PRODUCT)
    begin = process_time()
    index.train(base[:CODE_SAMPLE])
    trained = process_time()
    index.add(base)
    return Built(kind, found_by(index), trained - begin, process_time() - trained, index)


def found_by(index: faiss.Index) -> Search:
    """The ten nearest as the index says."""
    return lambda queries: np.asarray(index.search(queries, K)[1])


def ranked_again(index: faiss.Index, count: int, file: Path, size: int) -> Search:
    """Candidates from the index, ranked by their exact vectors, which stay on disk."""
    held = np.memmap(file, np.float32, "r", shape=(size, BUNDLED_DIM))

    def search(queries: Vectors) -> Ints:
        candidates = np.asarray(index.search(queries, count)[1])
        chosen = np.full((len(queries), K), -1)  # few lists may hold fewer than ten
        for row, (query, found) in enumerate(zip(queries, candidates, strict=True)):
            found = np.sort(found[found >= 0])
            best = found[np.argsort(-(held[found] @ query))[:K]]
            chosen[row, : len(best)] = best
        return chosen

    return search


def one_exact(base: Vectors) -> Search:
    """What the product does for one question: every cosine, then the best."""

    def search(queries: Vectors) -> Ints:
        scores = base @ queries[0]
        best = np.argpartition(scores, -K)[-K:]
        return best[np.argsort(-scores[best])][None]

    return search
