"""Rows of a backlog that report the same matter as an earlier row: same place, same matter, any wording.

Two steps: `mark` keeps of every row what the search needs, `find_repeats` reads the marks of all rows. Every row is
compared with those near it in time that share its rarest words. It belongs with the earlier row it is most like, if
that is likely enough, and with every row it is surely like; of rows that hang together so, the first is the one that
the others repeat. Past cases of the knowledge base are the business of `agent.memory`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from agent.batch._likeness import MINUTES_A_DAY, Judge
from agent.batch._mark import UNKNOWN, read_marks, write_mark
from agent.schema import Suggestion
from models.bags import Pairs

LIKENESS_FROM = 0.5  # see tests/bench/repeats.py for what it finds and how often it is right
WITHIN_DAYS = 90
_KEYS, _BACK, _MOST = 16, 8, 8  # words a row is looked up under, rows met under each, rows compared with
_SURE = 0.9  # two groups become one; lower, and wishes of one writer for all kinds of things become one matter
_DIGITS = 4
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def mark(suggestion: Suggestion, received_at: dt.datetime | None) -> bytes:
    """What `find_repeats` needs of one row: hashes, at most 276 bytes; b'' for a row without a reading."""
    return write_mark(suggestion, received_at)


class Repeats:
    """For each row the first row that reports the same matter."""

    def __init__(self, firsts: Ints, likeness: Floats) -> None:
        """Take over both, one a row; -1 where a row repeats none."""
        self._firsts, self._likeness = firsts, likeness

    def __len__(self) -> int:
        """How many rows repeat an earlier one."""
        return int(np.count_nonzero(self._firsts >= 0))

    def of(self, position: int) -> tuple[int, float] | None:
        """The first row of the same matter, and how like the row is to the one of them that it is most like.

        Args:
            position: Of the row among the marks, from 0.

        Returns:
            Position of the first row and the chance in [0, 1]; None when the row repeats none.
        """
        first = int(self._firsts[position])
        return (first, round(float(self._likeness[position]), _DIGITS)) if first >= 0 else None


def find_repeats(
    marks: Iterable[bytes], *, within_days: int = WITHIN_DAYS, likeness_from: float = LIKENESS_FROM
) -> Repeats:
    """Find the rows that repeat an earlier row.

    Args:
        marks: Of all rows, in their order; b'' repeats nothing and is repeated by none.
        within_days: Longest time between two rows that are compared. A row without a time counts as received
            with the row above it.
        likeness_from: Lowest chance that counts.

    Returns:
        The same for the same marks, whatever the machine's number of cores.
    """
    read = read_marks(marks)
    judge = Judge(read)
    links = _Links(len(read.bags))
    when, within = _carried(read.minutes), within_days * MINUTES_A_DAY
    for pairs in read.bags.near(judge.worth(), when, within=within, keys=_KEYS, back=_BACK, most=_MOST):
        chances = judge.chances(pairs)
        enough = chances >= likeness_from
        links.add(Pairs(pairs.left[enough], pairs.right[enough]), chances[enough])
    return links.repeats()


class _Links:
    """Which rows belong together: each with the earlier row it is most like, and with all it is surely like."""

    def __init__(self, rows: int) -> None:
        self._parents = np.full(rows, -1, np.int64)
        self._likeness = np.zeros(rows)
        self._sure: list[Pairs] = []

    def add(self, pairs: Pairs, chances: Floats) -> None:
        """Take in pairs that are likely enough; a row keeps one earlier row, of equals the first."""
        order = np.lexsort((pairs.left, -chances, pairs.right))
        rows, best = np.unique(pairs.right[order], return_index=True)
        left, chance = pairs.left[order][best], chances[order][best]
        better = (chance > self._likeness[rows]) | ((chance == self._likeness[rows]) & (left < self._parents[rows]))
        self._parents[rows[better]], self._likeness[rows[better]] = left[better], chance[better]
        sure = chances >= _SURE
        self._sure.append(Pairs(pairs.left[sure].astype(np.int32), pairs.right[sure].astype(np.int32)))

    def repeats(self) -> Repeats:
        """Groups of rows that hang together; all but the first of each repeat it."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import connected_components

        rows = len(self._parents)
        followers = np.flatnonzero(self._parents >= 0)
        left = np.concatenate([self._parents[followers], *(pairs.left for pairs in self._sure)])
        right = np.concatenate([followers, *(pairs.right for pairs in self._sure)])
        graph = csr_array((np.ones(len(left), np.int8), (left, right)), shape=(rows, rows))
        groups, group = connected_components(graph, directed=False)
        firsts = np.full(groups, rows, np.int64)
        np.minimum.at(firsts, group, np.arange(rows))
        first = firsts[group]
        # the first row of one group that a sure link joined to an earlier group follows nobody: it is surely like
        likeness = np.where(self._parents >= 0, self._likeness, _SURE)
        return Repeats(np.where(first < np.arange(rows), first, -1), likeness)


def _carried(minutes: Ints) -> Ints:
    """Times without gaps: an unknown one is that of the row above, the first ones that of the first known row."""
    known = minutes != UNKNOWN
    if not known.any():
        return np.zeros_like(minutes)
    last = np.maximum.accumulate(np.where(known, np.arange(len(minutes)), -1))
    return minutes[np.where(last >= 0, last, int(np.argmax(known)))]
