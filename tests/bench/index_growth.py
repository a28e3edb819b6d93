"""How the index of past cases grows: exact and compressed vectors, and BM25, from 10,000 cases to a million.

    python tests/bench/index_growth.py [--quick] [--part vectors|words]

Vectors: the seed cases' own (real E5 vectors) plus synthetic ones made from them, because nobody has a million
cases yet; the first table holds the synthetic ones against real ones. Questions are never in the index: held-out
seed cases, and messages of citizens where ../shared has them. Words: lists drawn from a law of frequencies fitted
to the seed cases. Changes nothing in the product. docs/scale.md shows what this printed.

Exact means numpy over one float32 matrix, which is what `Shelf.cosines` does. Centroids and codes come from numpy
too, because the BLAS inside the FAISS wheel may be many times slower; the last line of the first table says how
much. Times are processor seconds on one thread, so that other work on the machine counts little, and waiting for
a disk does not count: medians with quartiles; “exact” ratios are medians too, each to an exact search of the same
question right before it.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, pairwise
from pathlib import Path
from time import process_time
from typing import cast

import bm25s
import faiss
import numpy as np
from numpy.typing import NDArray

from agent.classify.text import query_text
from knowledge.cases import CaseRepository
from knowledge.entries import case_entries
from knowledge.index import Shelf, standard
from knowledge.shelves import save_shelf
from knowledge.tables import load_tables
from knowledge.vector_stores import VECTORS
from models.embedder import BUNDLED_DIM, Vectors, load_embedder
from models.lexical import tokens
from models.vectors import VectorStore

ROOT = Path(__file__).parents[2]
MESSAGES = ROOT.parent / "shared" / "data" / "messages" / "answered.jsonl"
SIZES, QUICK_SIZES = (10_000, 100_000, 1_000_000), (10_000, 20_000)
LARGEST_BM25 = 100_000  # `Bm25` keeps every word of the corpus as a string of its own: a million cases pass 8 GB
LARGEST_HNSW = 10_000  # 100,000 took longer to build than everything else here together
HELD_OUT, ASKED, SINGLE, K = 256, 64, 24, 10
OWN, SHRUNK = 0.95, 0.98  # see `synthetic`
CODES, CANDIDATES = 96, (100, 1000)  # bytes a vector in IVF-PQ; how many are ranked again by exact vectors
PER_CENTROID, ROUNDS, CODE_SAMPLE = 40, 6, 8_192
PROBES = (1, 4, 16, 64, 128)
PROBE = 64
PATIENCE_S = 5.0  # a batch that takes longer is timed once
K1, B = 1.5, 0.75  # bm25s' own

Ints = NDArray[np.int64]
Search = Callable[[Vectors], Ints]


# --- vectors: real, synthetic, and how alike they are ---------------------------------------------------------


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


# --- vector indexes -------------------------------------------------------------------------------------------


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


# --- measuring ------------------------------------------------------------------------------------------------


def lost(base: Vectors, queries: Vectors, found: Ints, truth: Ints) -> float:
    """How much less alike the found ten are than the true ten: difference of the mean cosines."""
    pairs = zip(queries, found, truth, strict=True)
    return float(np.mean([(base[best] @ q).mean() - (base[got[got >= 0]] @ q).mean() for q, got, best in pairs]))


def recall(found: Ints, truth: Ints) -> float:
    """Share of the true ten nearest that were found."""
    return float(np.mean([len({*a} & {*b}) / K for a, b in zip(found.tolist(), truth.tolist(), strict=True)]))


def timed(search: Search, queries: Vectors) -> float:
    """Seconds of one call."""
    return lap(lambda: search(queries))


def lap(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    begin = process_time()
    work()
    return process_time() - begin


def spread(values: Sequence[float], scale: float = 1.0) -> str:
    """Median and quartiles."""
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75]) * scale
    return f"{middle:.4g} [{low:.3g}, {high:.3g}]"


def resident(index: faiss.Index, folder: Path) -> tuple[float, float]:
    """MB of the file, and MB that a fresh process gains by reading it."""
    path = folder / "one.faiss"
    faiss.write_index(index, str(path))
    done = subprocess.run([sys.executable, "-c", _READ, str(path)], check=True, capture_output=True, text=True)
    return path.stat().st_size / 1e6, float(done.stdout)


_READ = """
import sys, faiss
def held(): return int(open('/proc/self/statm').read().split()[1]) * 4096
before = held(); index = faiss.read_index(sys.argv[1]); print((held() - before) / 1e6)
"""


@dataclass(frozen=True)
class Field:
    """One size: the matrix, the questions and the truth."""

    base: Vectors
    questions: dict[str, Vectors]
    truth: dict[str, Ints]
    folder: Path

    def recalls(self, search: Search) -> tuple[str, list[float]]:
        """Recall and lost cosine for each sort of question, and the seconds that the first sort took."""
        shown, seconds = [], []
        for name, queries in self.questions.items():
            begin = process_time()
            found = search(queries)
            seconds.append(process_time() - begin)
            share, less = recall(found, self.truth[name]), lost(self.base, queries, found, self.truth[name])
            shown.append(f"{share:.3f} (-{less:.4f})")
        return "  ".join(shown), seconds[:1]

    def pairs(self, search: Search) -> list[tuple[float, float]]:
        """Seconds of an exact search and of this one, question by question."""
        one = one_exact(self.base)
        asked_one_by_one = np.split(next(iter(self.questions.values()))[:SINGLE], SINGLE)
        return [(timed(one, query), timed(search, query)) for query in asked_one_by_one]

    def show(self, built: Built) -> None:
        """Print a line of the table."""
        queries = next(iter(self.questions.values()))
        pairs = self.pairs(built.search)
        recalls, batches = self.recalls(built.search)
        if batches[0] < PATIENCE_S:
            batches += [timed(built.search, queries) for _ in range(2)]
        if built.index is None:
            size, held = (self.base.nbytes / 1e6,) * 2
        else:
            size, held = resident(built.index, self.folder)
        ratio = np.median([mine / exactly for exactly, mine in pairs])
        print(
            f"{built.name:19s} {recalls} {size:6.0f} {held:6.0f} {built.train_s:6.1f} {built.add_s:6.1f}  "
            f"{spread([mine for _, mine in pairs], 1e3):22s} {ratio:6.3f}  "
            f"{spread(batches, 1e3 / len(queries))}",
            flush=True,
        )

    def probes(self, index: faiss.IndexIVF, again: Search) -> None:
        """Print what looking into more lists brings and costs, with and without ranking again."""
        each = "  ".join(["recall (lost)  "] * len(self.questions))
        print(f"lists looked into  codes alone: {each}  ranked again: {each}  one, ms  / exact")
        for probe in (p for p in PROBES if p <= index.nlist):
            index.nprobe = probe
            pairs = self.pairs(again)
            print(
                f"{probe:6d} of {index.nlist:4d}   {self.recalls(found_by(index))[0]}   {self.recalls(again)[0]}   "
                f"{spread([b for _, b in pairs], 1e3):20s} {np.median([b / a for a, b in pairs]):6.3f}",
                flush=True,
            )
        index.nprobe = PROBE


def measure(field: Field, rng: np.random.Generator) -> None:
    """Every kind of index at one size."""
    size = len(field.base)
    file = field.folder / f"{size}.f32"
    field.base.tofile(file)
    field.show(Built("exact", lambda q: one_exact(field.base)(q) if len(q) == 1 else exact(field.base, q)[0], 0, 0))
    field.show(plain("SQ8", field.base))
    if size <= LARGEST_HNSW:
        field.show(plain("HNSW32", field.base))
    coarse = Coarse.of(field.base, rng)
    if size < SIZES[-1]:  # a second copy of all vectors says nothing new at a million
        field.show(coarse.fill("Flat", field.base))
        field.show(coarse.fill(f"PQ{CODES // 2}", field.base))
    field.show(coarse.fill("SQ8", field.base))
    built = coarse.fill(f"PQ{CODES}", field.base)
    field.show(built)
    index = cast("faiss.IndexIVF", built.index)
    for count in CANDIDATES:
        again = ranked_again(index, count, file, size)
        field.show(Built(f"{built.name}+{count}", again, built.train_s, built.add_s, index))
    field.probes(index, again)
    file.unlink()


def blas(base: Vectors, queries: Vectors) -> None:
    """Print how the FAISS wheel's matrix product compares with numpy's on this machine."""
    flat = faiss.IndexFlatIP(BUNDLED_DIM)
    flat.add(base)
    pairs = [(timed(lambda q: exact(base, q)[0], queries), timed(found_by(flat), queries)) for _ in range(3)]
    print(f"IndexFlatIP / numpy, {len(queries)} at once: {spread([b / a for a, b in pairs])}")


def compare(base: Vectors, questions: dict[str, Vectors], rng: np.random.Generator) -> None:
    """The table of one size."""
    shown = ", ".join(f"{name} (n={len(queries)})" for name, queries in questions.items())
    print(f"{len(base):,d} vectors; recall at ten (and lost cosine) for: {shown}", flush=True)
    print(
        "MB of the file, MB resident, seconds of training and adding, ms of one question, / exact, ms a question of 256"
    )
    with tempfile.TemporaryDirectory() as folder:
        truth = {name: exact(base, queries)[0] for name, queries in questions.items()}
        measure(Field(np.ascontiguousarray(base), questions, truth, Path(folder)), rng)
    print(f"peak memory so far {peak() / 1e3:.2f} GB", flush=True)


def vectors(sizes: Sequence[int], *, quick: bool) -> None:
    """The whole of the vector half."""
    real, rng = case_vectors(), np.random.default_rng(7)
    questions = {"seed case": np.ascontiguousarray(real[:HELD_OUT])}
    messages = asked(ASKED // 2 if quick else ASKED)
    if len(messages):
        questions["message"] = messages
    seeds = real[HELD_OUT:]
    alike(seeds, questions, rng)
    shipped = rng.permutation(unit(VectorStore.load(VECTORS).rows.astype(np.float32)))
    print("real vectors alone: every shipped passage, most of them articles; questions are held-out passages")
    blas(shipped, questions["seed case"])
    compare(shipped[HELD_OUT:], {"passage": np.ascontiguousarray(shipped[:HELD_OUT])}, rng)
    for size in sizes:
        compare(np.concatenate([seeds, synthetic(seeds, size - len(seeds), rng)]), questions, rng)


# --- words ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Law:
    """Frequencies of words: `p(rank) ~ (rank + shift) ** -slope`, over a vocabulary that grows with the texts."""

    words: tuple[str, ...]
    lengths: Ints
    slope: float
    shift: float
    heaps: float

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]]) -> Law:
        """Fit to real texts: the slope by least squares over ranks spaced evenly in the logarithm."""
        counts = Counter(chain.from_iterable(texts)).most_common()
        half = len(set(chain.from_iterable(texts[::2])))
        last = sum(1 for _, n in counts if n > 1)
        ranks = np.unique(np.geomspace(1, last, 60).astype(int))
        logs = np.log([counts[r - 1][1] for r in ranks])
        fits = {s: np.polyfit(np.log(ranks + s), logs, 1, full=True) for s in (0.0, 3.0, 10.0, 30.0, 100.0)}
        shift = min(fits, key=lambda s: float(fits[s][1][0]))
        lengths = np.array([len(words) for words in texts])
        return cls(
            tuple(w for w, _ in counts), lengths, -float(fits[shift][0][0]), shift, math.log2(len(counts) / half)
        )

    def draw(self, count: int, rng: np.random.Generator) -> tuple[NDArray[np.int32], Ints]:
        """Ranks of all words one after the other, and where each text begins (`count + 1` places)."""
        size = round(len(self.words) * max(1.0, count / len(self.lengths)) ** self.heaps)
        chances = np.cumsum((np.arange(1, size + 1) + self.shift) ** -self.slope)
        starts = np.concatenate([[0], np.cumsum(rng.choice(self.lengths, count))])
        ranks = np.empty(starts[-1], np.int32)
        for at in range(0, len(ranks), 4_000_000):
            part = ranks[at : at + 4_000_000]
            part[:] = np.searchsorted(chances, rng.random(len(part)) * chances[-1])
        return ranks, starts

    def word(self, rank: int) -> str:
        """A real word, or a made-up one beyond the real vocabulary."""
        return self.words[rank] if rank < len(self.words) else f"词{rank}"


def seed_words() -> list[list[str]]:
    """Search words of every seed case."""
    return [tokens(entry.words) for entry in case_entries(CaseRepository(load_tables(), None))]


def counted(ranks: NDArray[np.int32], starts: Ints, vocabulary: int) -> bm25s.BM25:
    """The same BM25 from arrays instead of strings: what a rebuild could cost (bm25s' “lucene” formula)."""
    size = len(starts) - 1
    lengths = np.diff(starts)
    texts, terms, times = [], [], []
    for at in range(0, size, 50_000):
        end = min(at + 50_000, size)
        text = np.repeat(np.arange(at, end), lengths[at:end])
        pairs, repeats = np.unique(text * vocabulary + ranks[starts[at] : starts[end]], return_counts=True)
        texts.append((pairs // vocabulary).astype(np.int32))
        terms.append((pairs % vocabulary).astype(np.int32))
        times.append(repeats.astype(np.float32))
    row, term, tf = np.concatenate(texts), np.concatenate(terms), np.concatenate(times)
    del texts, terms, times
    held_by = np.bincount(term, minlength=vocabulary)
    idf = np.log1p((size - held_by + 0.5) / (held_by + 0.5)).astype(np.float32)
    norm = (K1 * (1 - B + B * lengths / lengths.mean())).astype(np.float32)
    score = idf[term] * (tf / (tf + norm[row]))
    order = np.argsort(term, kind="stable")
    scorer = bm25s.BM25(method="lucene")
    places = np.concatenate([[0], np.cumsum(held_by)])
    scorer.nonoccurrence_array = None
    scorer.scores = {"data": score[order], "indices": row[order], "indptr": places, "num_docs": size}
    return scorer


def memory() -> float:
    """Resident MB of this process now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / 1e6


def peak() -> float:
    """Highest resident MB since this program started; `ru_maxrss` would bring the parent's along."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def words(sizes: Sequence[int]) -> None:
    """The word half, each size and way in a process of its own, for its memory's sake."""
    texts = seed_words()
    law = Law.of(texts)
    ranks, starts = law.draw(len(texts), np.random.default_rng(3))
    top = Counter(chain.from_iterable(texts)).most_common(100)
    per_text = np.mean([len({*ranks[a:b].tolist()}) for a, b in pairwise(starts)])
    print(f"words: p(rank) ~ (rank + {law.shift:g}) ** -{law.slope:.2f}, vocabulary ~ texts ** {law.heaps:.2f}")
    print(
        f"  real      {len(law.words)} different, {np.mean([len({*w}) for w in texts]):.1f} a text, "
        f"top hundred {sum(n for _, n in top) / law.lengths.sum():.3f}"
    )
    print(
        f"  synthetic {len({*ranks.tolist()})} different, {per_text:.1f} a text, top hundred {(ranks < 100).mean():.3f}"
    )
    for size in sizes:
        for way in ("shelf", "arrays"):
            if way == "arrays" or size <= LARGEST_BM25:
                subprocess.run([sys.executable, __file__, "--part", way, "--size", str(size)], check=True, cwd=ROOT)


def asked_words(law: Law, size: int) -> list[list[str]]:
    """Questions: words of real seed cases; rarer ones than the corpus has texts are left out."""
    known = frozenset(law.words[:size])
    return [[w for w in words if w in known] for words in seed_words()[:: len(law.lengths) // 40]]


def shelf_way(size: int) -> None:
    """Build the product's shelf, and add one case as `KnowledgeBase.add_cases` does."""
    law, rng = Law.of(seed_words()), np.random.default_rng(5)
    ranks, starts = law.draw(size, rng)
    lists = [[law.word(rank) for rank in ranks[a:b].tolist()] for a, b in pairwise(starts)]
    rows = unit(rng.standard_normal((size, BUNDLED_DIM), dtype=np.float32))
    ids = [f"GD-2026-{at:08d}" for at in range(size)]
    shelf = Shelf("cases", 0.3, BUNDLED_DIM, "bench")
    before, begin = memory(), process_time()
    shelf.add(ids, ids, lists, rows)
    build, held, most = process_time() - begin, memory() - before, peak()
    questions = asked_words(law, size)
    query = spread([lap(partial(shelf.word_scores, q)) for q in questions], 1e3)
    begin = process_time()
    fresh = copy.deepcopy(shelf)
    copied = process_time() - begin
    added = lap(lambda: fresh.add(["new"], ["new"], [lists[0]], rows[:1]))
    with tempfile.TemporaryDirectory() as folder:
        saved = lap(lambda: save_shelf(fresh, Path(folder) / "cases"))
    print(
        f"{size:9,d} shelf   build {build:.1f} s  holds {held:.0f} MB (vectors {rows.nbytes / 1e6:.0f})  peak "
        f"{most:.0f} MB  words of one question {query} ms\n"
        f"{size:9,d} one more case: copy {copied:.2f} s + rebuild {added:.2f} s + save {saved:.2f} s = "
        f"{copied + added + saved:.2f} s",
        flush=True,
    )


def fused_and_sorted(dense: Vectors, scores: Vectors) -> None:
    """What `Shelf.search` does with both halves: it touches every case, whatever found them."""
    np.argsort(-(standard(dense) + 0.3 * standard(np.sqrt(scores))), kind="stable").tolist()


def arrays_way(size: int) -> None:
    """The same scores from arrays."""
    law = Law.of(seed_words())
    rng = np.random.default_rng(5)
    ranks, starts = law.draw(size, rng)
    vocabulary = int(ranks.max()) + 1
    before, begin = memory(), process_time()
    scorer = counted(ranks, starts, vocabulary)
    build = process_time() - begin
    at = {word: rank for rank, word in enumerate(law.words)}
    questions = [[at[w] for w in words if at[w] < vocabulary] for words in asked_words(law, size)]
    query = spread([lap(partial(scorer.get_scores_from_ids, q)) for q in questions], 1e3)
    dense = rng.standard_normal(size, dtype=np.float32)
    found = [scorer.get_scores_from_ids(q) for q in questions[:10]]
    fusing = spread([lap(partial(fused_and_sorted, dense, scores)) for scores in found], 1e3)
    held = sum(scorer.scores[part].nbytes for part in ("data", "indices", "indptr")) / 1e6
    print(
        f"{size:9,d} arrays  build {build:.1f} s  matrix {held:.0f} MB ({memory() - before:.0f} resident)  peak "
        f"{peak():.0f} MB  words of one question {query} ms  "
        f"fusing and sorting all {fusing} ms  vocabulary {vocabulary:,d}",
        flush=True,
    )


def main() -> int:
    """Print both halves, or one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="smaller sizes, under three minutes")
    parser.add_argument("--part", choices=("all", "vectors", "words", "shelf", "arrays"), default="all")
    parser.add_argument("--size", type=int, default=SIZES[0], help="for one part of the words")
    given = parser.parse_args()
    sizes = QUICK_SIZES if given.quick else SIZES
    if os.environ.get("OMP_NUM_THREADS") != "1":  # read by the libraries as they load, hence a fresh start
        one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | one)
    if given.part in ("shelf", "arrays"):
        (shelf_way if given.part == "shelf" else arrays_way)(given.size)
        return 0
    if given.part != "words":
        vectors(sizes, quick=given.quick)
    if given.part != "vectors":
        words(sizes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
