"""How the index of past cases grows: exact and compressed vectors, and BM25, from 10,000 cases to a million.

    python -m tests.bench.index_growth [--quick] [--part vectors|words]

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
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import cast

import faiss
import numpy as np

from knowledge.vector_stores import VECTORS
from models.embedder import BUNDLED_DIM, Vectors
from models.vectors import VectorStore
from tests.bench._growing_indexes import PROBE, Built, Coarse, Search, found_by, one_exact, plain, ranked_again
from tests.bench._growing_meter import lap, peak, resident, spread
from tests.bench._growing_vectors import Ints, K, alike, asked, case_vectors, exact, synthetic, unit
from tests.bench._growing_words import arrays_way, compare_words, shelf_way

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "tests.bench.index_growth")
SIZES, QUICK_SIZES = (10_000, 100_000, 1_000_000), (10_000, 20_000)
LARGEST_BM25 = 100_000  # `Bm25` keeps every word of the corpus as a string of its own: a million cases pass 8 GB
LARGEST_HNSW = 10_000  # 100,000 took longer to build than everything else here together
HELD_OUT, ASKED, SINGLE = 256, 64, 24
CODES, CANDIDATES = 96, (100, 1000)  # bytes a vector in IVF-PQ; how many are ranked again by exact vectors
PROBES = (1, 4, 16, 64, 128)
PATIENCE_S = 5.0  # a batch that takes longer is timed once


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


def words(sizes: Sequence[int]) -> None:
    """The word half, each size and way in a process of its own, for its memory's sake."""
    compare_words()
    for size in sizes:
        for way in ("shelf", "arrays"):
            if way == "arrays" or size <= LARGEST_BM25:
                subprocess.run([*COMMAND, "--part", way, "--size", str(size)], check=True, cwd=ROOT)


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
        os.execve(sys.executable, [*COMMAND, *sys.argv[1:]], os.environ | one)
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
