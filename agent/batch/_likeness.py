"""How likely it is that two rows of a backlog report the same matter, from what their marks hold.

A logistic model, fitted on pairs of real messages judged by hand (tests/bench/repeats.py), but for two weights that
these hardly show: that of another place, without which one form letter sent from two estates would be one matter, and
that of another category, which is halved for the days when the classifier errs. Words weigh by their rarity in the
backlog together with a background of common words, so that twenty rows weigh them much as a million do.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from agent.batch._mark import PLACE, TITLE, UNKNOWN, Marks
from models.bags import HASH_BITS, Pairs, Shared, word_hash

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Weights = NDArray[np.float32]
MINUTES_A_DAY = 1440
# Of the evidence in the order of `Judge.evidence`, then the constant.
WEIGHTS = (1.50, 2.03, 1.16, 2.12, -0.26, -5.0, -0.5, 1.72)
_TINY = 1e-9  # instead of nothing, to divide by
_BACKGROUND = 2000  # messages that the background counts for
_RAREST = 9.0  # a word in one of 8,000 messages, or rarer
_USUAL_DAYS = 30.0  # apart, where one of the two has no time
_UNTOLD = 0.5  # share of the place that the other tells, where neither tells a place
_ELSEWHERE = 0.05  # less of the place told than this, and both tell one: another place


class Judge:
    """Weighs pairs of one backlog; the weights of words are its own."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        seen = marks.bags.frequencies()
        present = np.flatnonzero(seen)
        self._weights = _table(present, _rarity(seen, present, int(np.count_nonzero(marks.bags.sizes()))))
        self._shared = present[seen[present] > 1]
        self._all = marks.bags.sums(self._weights)
        squares = _table(present, self._weights[present] ** 2)
        self._title = marks.bags.sums(squares, TITLE)
        self._place = marks.bags.sums(squares, PLACE)

    def worth(self) -> Weights:
        """What each word is worth to look rows up under, shape `(2**HASH_BITS,)`; one of a single row, nothing."""
        return _table(self._shared, self._weights[self._shared] ** 2)

    def chances(self, pairs: Pairs) -> Floats:
        """The chance that the two of each pair report the same matter, shape `(len(pairs),)`."""
        score = self.evidence(pairs) @ np.array(WEIGHTS[:-1]) + WEIGHTS[-1]
        return np.asarray(1 / (1 + np.exp(-score)), np.float64)

    def evidence(self, pairs: Pairs) -> Floats:
        """What speaks for and against each pair, shape `(len(pairs), 7)`.

        The columns: share of all words that both have (log); share of the titles that the other row tells (log); the
        same of the places; rarity of all that is shared; days apart (log); 1 for another place; 1 for another first
        level of the category.
        """
        shared = self._marks.bags.shared(pairs)
        rarity = self._weights[shared.word]
        both = _sums(pairs, shared, rarity)
        every = self._all[pairs.left] + self._all[pairs.right] - both
        titles = np.maximum(self._title[pairs.left] + self._title[pairs.right], _TINY)
        place, places = self._places(pairs, shared)
        return np.column_stack(
            (
                np.log(both / np.maximum(every, _TINY) + 0.01),
                np.log(self._told_by_other(pairs, shared, TITLE) / titles + 0.02),
                place,
                np.sqrt(_sums(pairs, shared, rarity**2)) / 10,
                np.log1p(self._days(pairs)),
                (places == 2) & (place < _ELSEWHERE),
                self._other_category(pairs),
            )
        )

    def _told_by_other(self, pairs: Pairs, shared: Shared, role: int) -> Floats:
        times = ((shared.left & role) > 0).astype(np.float32) + ((shared.right & role) > 0)
        return _sums(pairs, shared, self._weights[shared.word] ** 2 * times)

    def _places(self, pairs: Pairs, shared: Shared) -> tuple[Floats, Ints]:
        """Mean share of the place of each row that the other tells, and how many of the two rows tell one."""
        worth = self._weights[shared.word] ** 2
        total, places = np.zeros(len(pairs)), np.zeros(len(pairs), np.int64)
        for bags, roles in ((pairs.left, shared.left), (pairs.right, shared.right)):
            whole = self._place[bags].astype(np.float64)
            total += _sums(pairs, shared, worth * ((roles & PLACE) > 0)) / np.where(whole > 0, whole, 1)
            places += whole > 0
        return np.where(places > 0, total / np.maximum(places, 1), _UNTOLD), places

    def _days(self, pairs: Pairs) -> Floats:
        left, right = self._marks.minutes[pairs.left], self._marks.minutes[pairs.right]
        known = (left != UNKNOWN) & (right != UNKNOWN)
        return np.where(known, np.abs(left - right) / MINUTES_A_DAY, _USUAL_DAYS)

    def _other_category(self, pairs: Pairs) -> NDArray[np.bool_]:
        left, right = (self._marks.categories[bags] // 10000 for bags in (pairs.left, pairs.right))
        return np.asarray((left > 0) & (right > 0) & (left != right))


def _sums(pairs: Pairs, shared: Shared, values: Weights) -> Floats:
    """Sum of the values of the words shared, a pair."""
    return np.bincount(shared.pair, values, minlength=len(pairs)).astype(np.float64)


def _rarity(seen: NDArray[np.int32], present: Ints, bags: int) -> Weights:
    """Weight of the words that occur: the logarithm of how rare each is."""
    common = _common()
    behind = np.array([common.get(word, 0.0) for word in present.tolist()], np.float32) * _BACKGROUND
    return np.minimum(np.log((bags + _BACKGROUND + 1) / (seen[present] + behind + 0.5)), _RAREST).astype(np.float32)


def _table(words: Ints, values: Weights) -> Weights:
    """Values by word; memory is taken only for parts that hold any."""
    table = np.zeros(1 << HASH_BITS, np.float32)
    table[words] = values
    return table


@cache
def _common() -> dict[int, float]:
    """Share of messages that hold a word, of those that many hold; counted on other cities' messages."""
    text = files("agent.batch").joinpath("common_words.csv").read_text(encoding="utf-8")
    return {word_hash(row["word"]): int(row["per_mille"]) / 1000 for row in csv.DictReader(text.splitlines())}
