"""Bags of hashed words by the million: what they share, and which of them share rare words.

Knows hashes, roles and times only; what a word or a role means belongs to the caller. A word is kept as 24 bits of
its checksum: of half a million distinct words three in a hundred share theirs with another.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

HASH_BITS = 24
ROLE_BITS = 8
_ANY_ROLE = np.uint32((1 << ROLE_BITS) - 1)
_ROLE_WORTH = 2
_BLOCK = 1 << 12  # bags worked on at once: bounds memory, changes no result
Words = NDArray[np.uint32]
Ints = NDArray[np.int64]
Weights = NDArray[np.float32]
Floats = NDArray[np.float64]


def word_hash(word: str) -> int:
    """A word as a number in [0, 2**HASH_BITS), the same on every machine."""
    return zlib.crc32(word.encode("utf-8", "ignore")) >> (32 - HASH_BITS)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of bags, one a position; `left` and `right` are bag numbers, of the same length."""

    left: Ints
    right: Ints

    def __len__(self) -> int:
        return len(self.left)


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """Words that the two bags of a pair share, one a position, in the order of the pairs.

    Attributes:
        pair: Position of the pair.
        word: The hash.
        left: Role bits that the word has in the left bag.
        right: Role bits that it has in the right bag.
    """

    pair: Ints
    word: Words
    left: Words
    right: Words


class Bags:
    """Many bags of words; word `w` with role bits `r` is packed as `w << ROLE_BITS | r`."""

    def __init__(self, packed: Words, starts: Ints) -> None:
        """Take over the words of all bags.

        Args:
            packed: All bags, one after the other, each with distinct words in any order; sorted here, in place.
            starts: Where each bag begins, and the end of the last: one more than there are bags.
        """
        self._packed, self._starts = packed, starts
        for first, last in self._blocks():
            own = self._words(first, last)
            own[:] = own[np.lexsort((own, self._rows(first, last)))]

    def __len__(self) -> int:
        return len(self._starts) - 1

    def sizes(self) -> Ints:
        """Words of each bag."""
        return np.diff(self._starts)

    def frequencies(self) -> NDArray[np.int32]:
        """In how many bags each word is, shape `(2**HASH_BITS,)`."""
        found = np.zeros(1 << HASH_BITS, np.int32)
        for first, last in self._blocks():
            np.add.at(found, self._words(first, last) >> ROLE_BITS, 1)
        return found

    def sums(self, weights: Weights, role: int = 0) -> Weights:
        """Weight of each bag: of all its words, or only of those with a bit of `role`."""
        found = np.zeros(len(self), np.float32)
        for first, last in self._blocks():
            own = self._words(first, last)
            worth = weights[own >> ROLE_BITS].astype(np.float64)
            if role:
                worth[(own & role) == 0] = 0
            found[first:last] = np.bincount(self._rows(first, last), worth, minlength=last - first)
        return found

    def shared(self, pairs: Pairs) -> Shared:
        """The words that both bags of each pair hold."""
        left, left_pair = self._gathered(pairs.left)
        right, right_pair = self._gathered(pairs.right)
        one = left_pair << HASH_BITS | (left >> ROLE_BITS)
        two = right_pair << HASH_BITS | (right >> ROLE_BITS)
        at = np.minimum(np.searchsorted(one, two), max(len(one) - 1, 0))
        hit = one[at] == two if len(one) else np.zeros(len(two), bool)
        return Shared(
            pair=right_pair[hit],
            word=right[hit] >> ROLE_BITS,
            left=left[at[hit]] & _ANY_ROLE,
            right=right[hit] & _ANY_ROLE,
        )

    def near(self, worth: Weights, when: Ints, *, within: int, keys: int, back: int, most: int) -> Iterator[Pairs]:
        """Pairs of bags that share words of worth and are near in time, the likeliest of each bag.

        Every bag is looked up under its `keys` words of most worth; under each it meets the `back` bags last before
        it, in the order of time and, at one time, of position. The `most` bags with which it shares most worth stay.

        Args:
            worth: Of each word, shape `(2**HASH_BITS,)`; a word worth 0 is no key.
            when: Time of each bag, in any unit.
            within: Longest time between the two of a pair, in that unit.
            keys: Words a bag is looked up under.
            back: Bags met under each.
            most: Pairs kept a bag.

        Yields:
            Pairs with `left < right`, each once, a block of bags at a time.
        """
        order = np.argsort(when, kind="stable")
        rank = np.empty(len(self), np.int64)
        rank[order] = np.arange(len(self))
        words, ranks = self._postings(worth, rank, keys)
        by_rank = np.argsort(ranks, kind="stable").astype(np.uint32)  # half the memory
        blocks = np.bincount(ranks // _BLOCK, minlength=-(-len(self) // _BLOCK))
        bounds = np.concatenate(([0], np.cumsum(blocks)))
        for begin, end in pairwise(bounds):
            later, earlier, weight = _met(by_rank[begin:end].astype(np.int64), words, ranks, worth, back)
            close = when[order[later]] - when[order[earlier]] <= within
            later, earlier = _heaviest(later[close], earlier[close], weight[close], most)
            one, two = order[later], order[earlier]
            yield Pairs(left=np.minimum(one, two), right=np.maximum(one, two))

    def _postings(self, worth: Weights, rank: Ints, keys: int) -> tuple[Words, Words]:
        """Word and rank of every key of every bag, sorted by both; in four bytes each, as there are many."""
        postings = np.empty(int(np.minimum(self.sizes(), keys).sum()), np.uint64)
        filled = 0
        for first, last in self._blocks():
            packed, rows = self._words(first, last), self._rows(first, last)
            own = packed >> ROLE_BITS
            sought = worth[own] * np.where(packed & _ANY_ROLE > 0, np.float32(_ROLE_WORTH), np.float32(1))
            order = np.lexsort((own, -sought, rows))
            place = np.arange(len(own)) - (self._starts[first:last] - self._starts[first])[rows]
            kept = order[(place < keys) & (worth[own[order]] > 0)]
            found = own[kept].astype(np.uint64) << np.uint64(32) | rank[first + rows[kept]].astype(np.uint64)
            postings[filled : filled + len(found)] = found
            filled += len(found)
        postings = postings[:filled]
        postings.sort()
        ranks = postings.astype(np.uint32)  # the lower half
        postings >>= np.uint64(32)
        return postings.astype(np.uint32), ranks

    def _blocks(self) -> Iterator[tuple[int, int]]:
        for first in range(0, len(self), _BLOCK):
            yield first, min(first + _BLOCK, len(self))

    def _words(self, first: int, last: int) -> Words:
        return self._packed[self._starts[first] : self._starts[last]]

    def _rows(self, first: int, last: int) -> Ints:
        """The bag of each of their words, counted from `first`."""
        return np.repeat(np.arange(last - first), np.diff(self._starts[first : last + 1]))

    def _gathered(self, bags: Ints) -> tuple[Words, Ints]:
        """Words of the given bags, one bag after the other, and the position of the bag that each is from."""
        sizes = self._starts[bags + 1] - self._starts[bags]
        pair = np.repeat(np.arange(len(bags)), sizes)
        inside = np.arange(len(pair)) - (np.cumsum(sizes) - sizes)[pair]
        return self._packed[self._starts[bags][pair] + inside], pair


def _met(at: Ints, words: Words, ranks: Words, worth: Weights, back: int) -> tuple[Ints, Ints, Floats]:
    """Ranks of the bags that meet under a key, each two once, and the worth of all keys that they meet under."""
    pairs, weights = [], []
    for step in range(1, back + 1):
        later = at[at >= step]
        later = later[words[later - step] == words[later]]
        pairs.append(ranks[later].astype(np.int64) << 32 | ranks[later - step])
        weights.append(worth[words[later]])
    found, inverse = np.unique(np.concatenate(pairs), return_inverse=True)
    weight: Floats = np.bincount(inverse, np.concatenate(weights), minlength=len(found)).astype(np.float64)
    return found >> 32, found & 0xFFFFFFFF, weight


def _heaviest(later: Ints, earlier: Ints, weight: Floats, most: int) -> tuple[Ints, Ints]:
    """The `most` pairs of each later bag that weigh most; of equals the last before it."""
    order = np.lexsort((-earlier, -weight, later))
    later, earlier = later[order], earlier[order]
    place = np.arange(len(later)) - np.searchsorted(later, later)
    return later[place < most], earlier[place < most]
