"""Words for the growth of the index: synthetic texts, and BM25 over them as the product's shelf and from arrays.

One size and one way a call; `index_growth` gives each a process of its own. The command is
`python -m tests.bench.index_growth --part words`.
"""

from __future__ import annotations

import copy
import math
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, pairwise
from pathlib import Path
from time import process_time

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge.cases import CaseRepository
from knowledge.entries import case_entries
from knowledge.index import Shelf, standard
from knowledge.shelves import save_shelf
from knowledge.tables import load_tables
from models.embedder import BUNDLED_DIM, Vectors
from models.lexical import tokens
from tests.bench._growing_meter import lap, memory, peak, spread
from tests.bench._growing_vectors import Ints, unit

K1, B = 1.5, 0.75  # bm25s' own


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


def compare_words() -> None:
    """Print the fitted law, and synthetic words beside the real ones of the same number of texts."""
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
