from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.bags import HASH_BITS, ROLE_BITS, Bags, Pairs, word_hash

Words = dict[int, int]
SMALL = st.lists(st.dictionaries(st.integers(0, 40), st.integers(0, 3), max_size=12), min_size=1, max_size=20)


def bags(*contents: Words) -> Bags:
    packed = [word << ROLE_BITS | role for content in contents for word, role in content.items()]
    starts = np.cumsum([0, *(len(content) for content in contents)])
    return Bags(np.array(packed, np.uint32), starts)


@pytest.fixture(scope="module")
def evenly() -> NDArray[np.float32]:
    """Every word weighs 1, but word 3 weighs 5."""
    weights = np.ones(1 << HASH_BITS, np.float32)
    weights[3] = 5
    return weights


def near(
    store: Bags, weights: NDArray[np.float32], when: list[int], *, back: int = 8, most: int = 8
) -> set[tuple[int, int]]:
    found = store.near(weights, np.array(when, np.int64), within=10, keys=16, back=back, most=most)
    pairs = [pair for part in found for pair in zip(part.left.tolist(), part.right.tolist(), strict=True)]
    assert len(pairs) == len(set(pairs))
    return set(pairs)


def test_hash_is_the_same_everywhere() -> None:
    """A word's hash is fixed: marks written by one process are read by another."""
    assert (word_hash("油烟"), word_hash("")) == (0xA71180, 0)
    assert 0 <= word_hash("\ud800油烟") < 1 << HASH_BITS


@given(SMALL)
@settings(max_examples=30, deadline=None)
def test_shared_words_are_those_of_sets(contents: list[Words]) -> None:
    """Shared words and their roles are what Python's dictionaries say, for every pair."""
    store = bags(*contents)
    pairs = [(i, j) for i in range(len(contents)) for j in range(i, len(contents))]
    left, right = (np.array(side) for side in zip(*pairs, strict=True))
    found = store.shared(Pairs(left, right))
    got = set(zip(found.pair.tolist(), found.word.tolist(), found.left.tolist(), found.right.tolist(), strict=True))
    want = {
        (at, word, contents[i][word], contents[j][word])
        for at, (i, j) in enumerate(pairs)
        for word in contents[i].keys() & contents[j].keys()
    }
    assert got == want
    assert len(found.pair) == len(want)


@given(SMALL)
@settings(max_examples=30, deadline=None)
def test_sums_and_frequencies_count_bags(evenly: NDArray[np.float32], contents: list[Words]) -> None:
    """A word counts once a bag, and a bag weighs what its words do."""
    store = bags(*contents)
    seen = store.frequencies()
    assert all(seen[word] == sum(word in c for c in contents) for word in range(41))
    assert store.sums(evenly).tolist() == [sum(5.0 if w == 3 else 1.0 for w in c) for c in contents]
    heavy = [sum((5.0 if w == 3 else 1.0) * bool(role & 2) for w, role in c.items()) for c in contents]
    assert store.sums(evenly, 2).tolist() == heavy


@pytest.mark.parametrize(
    ("when", "want"),
    [
        pytest.param([0, 5, 10], {(0, 1), (0, 2), (1, 2)}, id="all-near"),
        pytest.param([0, 5, 16], {(0, 1)}, id="one-too-late"),
        pytest.param([16, 5, 0], {(1, 2)}, id="file-not-in-order-of-time"),
    ],
)
def test_pairs_are_near_in_time(evenly: NDArray[np.float32], when: list[int], want: set[tuple[int, int]]) -> None:
    """Only bags within the given time meet, whatever the order of the file."""
    assert near(bags({1: 0, 2: 0}, {1: 0}, {1: 0, 3: 0}), evenly, when) == want


def test_no_more_bags_are_met_than_asked(evenly: NDArray[np.float32]) -> None:
    """Under one word a bag meets the ones last before it, so that a common word does not cost the square."""
    assert near(bags(*[{7: 0}] * 5), evenly, [0] * 5, back=1) == {(0, 1), (1, 2), (2, 3), (3, 4)}


def test_the_heaviest_pairs_stay(evenly: NDArray[np.float32]) -> None:
    """Of the bags met those stay that share most."""
    store = bags({1: 0, 2: 0, 3: 0}, {1: 0}, {1: 0, 2: 0, 3: 0})
    assert near(store, evenly, [0, 0, 0], most=1) == {(0, 1), (0, 2)}


def test_no_bags_and_empty_bags_give_no_pairs(evenly: NDArray[np.float32]) -> None:
    """An empty backlog and empty bags are no error."""
    assert near(bags(), evenly, []) == set()
    assert near(bags({}, {}), evenly, [0, 0]) == set()
