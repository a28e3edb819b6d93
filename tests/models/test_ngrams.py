"""What the linear models read: hashed n-grams and words, in blocks, each of its own norm."""

from __future__ import annotations

import zlib
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.lexical import tokens
from models.ngrams import (
    BITS,
    BLOCK_WEIGHTS,
    Buckets,
    Document,
    block_normalised,
    count_matrix,
    document_counts,
    ngram_counts,
    word_counts,
)

BLOCKS = len(BLOCK_WEIGHTS)


def table(found: tuple[Buckets, Buckets]) -> dict[int, int]:
    """Buckets and counts as a plain dict; repeated buckets would be lost, and are refused."""
    buckets, counts = found
    assert (np.diff(buckets) > 0).all()
    return dict(zip(buckets.tolist(), counts.tolist(), strict=True))


def words_by_hand(text: str) -> dict[int, int]:
    """Words and pairs of neighbours, hashed one by one."""
    words = tokens(text)
    grams = [*words, *("\x1f".join(pair) for pair in pairwise(words))]
    return dict(Counter(zlib.crc32(gram.encode()) >> (32 - BITS) for gram in grams))


def test_ngrams_of_a_short_text() -> None:
    """Two characters have three n-grams; buckets are sorted, unique and fixed for good: saved models rely on them."""
    buckets, counts = ngram_counts("ab")
    assert (buckets.tolist(), counts.tolist()) == ([57113, 194369, 594889], [1, 1, 1])


@given(st.text())
@settings(max_examples=100)
def test_ngram_counts_of_any_text(text: str) -> None:
    """Any text gives sorted unique buckets in range, as many n-grams as its characters allow."""
    found = table(ngram_counts(text))
    n = sum(not "\ud800" <= c <= "\udfff" for c in "".join(text.lower().split()))
    assert sum(found.values()) == n + max(n - 1, 0) + max(n - 2, 0)
    assert all(0 <= bucket < 2**BITS for bucket in found)


@pytest.mark.parametrize(
    ("one", "other"),
    [("路灯 不亮\n", "路灯不亮"), ("ABC小区", "abc小区"), ("路\ud83d灯", "路灯")],
    ids=["white-space", "case", "lone-surrogate"],
)
def test_ngrams_ignore(one: str, other: str) -> None:
    """White space, letter case and broken characters make no difference."""
    assert table(ngram_counts(one)) == table(ngram_counts(other))


def test_ngrams_mind_the_order() -> None:
    """The same characters in another order share single characters only."""
    assert len(table(ngram_counts("灯路")).keys() & table(ngram_counts("路灯")).keys()) == 2


def test_sharing_a_bucket_stays_the_exception() -> None:
    """Of 100,000 distinct n-grams 95 in 100 fill a bucket of their own: as few clash as chance has it."""
    text = "".join(chr(c) for c in np.random.default_rng(1).integers(0x4E00, 0x9FA5, 46_000))
    grams = {text[i : i + n] for n in (1, 2, 3) for i in range(len(text) - n + 1)}
    assert len(grams) > 100_000
    assert len(ngram_counts(text)[0]) > 0.95 * len(grams)


def test_words_of_a_short_text() -> None:
    """Two words and their pair have three buckets, fixed for good: saved models rely on them."""
    assert tokens("夜间施工") == ["夜间", "施工"]
    buckets, counts = word_counts("夜间施工")
    assert (buckets.tolist(), counts.tolist()) == (WORDS_OF_NIGHT_WORK, [1, 1, 1])


WORDS_OF_NIGHT_WORK = sorted(
    int(hexadecimal, 16) >> (32 - BITS)
    for hexadecimal in (
        "d145ccbf",
        "62906098",
        "61441a21",
    )  # crc32 of the UTF-8 bytes: first word, second word, pair around 0x1f
)


@pytest.mark.parametrize(
    "text",
    ["夜间施工噪声,夜间施工噪声", "施工夜间", "噪声", "停\ud83d电", "K12路不停", "", " ,。!\0"],
    ids=["repeated", "turned-round", "one-word", "lone-surrogate", "letters", "empty", "marks-only"],
)
def test_word_counts_by_hand(text: str) -> None:
    """Every word counts, every pair of neighbours counts, and nothing else does."""
    assert table(word_counts(text)) == words_by_hand(text)


@given(st.text(alphabet="夜间施工噪声路灯,a1 ", max_size=30))
@settings(max_examples=60)
def test_word_counts_of_any_text(text: str) -> None:
    """Buckets are in range, and counts add up to words and pairs."""
    found, n = table(word_counts(text)), len(tokens(text))
    assert sum(found.values()) == n + max(n - 1, 0)
    assert all(0 <= bucket < 2**BITS for bucket in found)


def test_document_counts_keep_the_blocks_apart() -> None:
    """Text, title and words follow one another, each in a range of buckets of its own."""
    found = table(document_counts(Document("夜间施工", "夜间施工,孩子睡不着")))
    parts = (ngram_counts("夜间施工,孩子睡不着"), ngram_counts("夜间施工"), word_counts("夜间施工,孩子睡不着"))
    want = {bucket + b * 2**BITS: n for b, part in enumerate(parts) for bucket, n in table(part).items()}
    assert found == want


@pytest.mark.parametrize(
    ("document", "filled"),
    [
        (Document("", ""), set()),
        (Document("", "停电"), {0, 2}),
        (Document("停电", ""), {1}),
        (Document("", "!"), {0}),
        (Document("停电", "停电"), {0, 1, 2}),
    ],
    ids=["nothing", "no-title", "title-only", "no-word", "all"],
)
def test_document_counts_of_what_is_missing(document: Document, filled: set[int]) -> None:
    """What a message lacks leaves its block empty; the vector is no n-gram."""
    assert {bucket >> BITS for bucket in table(document_counts(document))} == filled
    other = Document(document.title, document.text, np.ones(3, np.float32))
    assert table(document_counts(other)) == table(document_counts(document))


def test_documents_are_compared_by_identity() -> None:
    """Documents with vectors can be compared, searched for and put into a set: each equals itself alone."""
    one, other = (Document("停电", "停电", np.ones(3, np.float32)) for _ in range(2))
    assert one != other
    assert [other, one].index(one) == 1
    assert len({one, other, one}) == 2


def test_block_normalised_by_hand() -> None:
    """A block of 3 and 4 becomes 0.6 and 0.8 of its weight, a lonely value the whole weight, signs stay."""
    buckets = np.array([7, 9, 2**BITS, 2 * 2**BITS + 5], np.int64)
    got = block_normalised(buckets, np.array([3, -4, 0.01, 250], np.float32))
    one, two, three = BLOCK_WEIGHTS
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, [0.6 * one, -0.8 * one, two, three], rtol=1e-6)


@given(st.dictionaries(st.integers(0, BLOCKS * 2**BITS - 1), st.floats(2**-10, 1024, width=32), max_size=12))
@settings(max_examples=60)
def test_block_normalised_norms(values: dict[int, float]) -> None:
    """Whatever a document holds, a filled block has its weight as norm, and ratios within it stay."""
    buckets = np.array(sorted(values), np.int64)
    given_ = np.array([values[b] for b in sorted(values)], np.float32)
    got = block_normalised(buckets, given_)
    for block, weight in enumerate(BLOCK_WEIGHTS):
        inside = buckets >> BITS == block
        if inside.any():
            assert np.linalg.norm(got[inside]) == pytest.approx(weight, rel=1e-5)
            ratio = got[inside] / given_[inside]
            np.testing.assert_allclose(ratio, ratio[0], rtol=1e-5)


def test_block_of_zeros_stays_zero() -> None:
    """A block without any weight does not divide by zero."""
    assert block_normalised(np.array([3, 4]), np.zeros(2, np.float32)).tolist() == [0, 0]


@given(st.lists(st.tuples(st.text(max_size=6), st.text(max_size=20)), max_size=4), st.booleans())
@settings(max_examples=50)
def test_count_matrix_equals_single_texts(texts: list[tuple[str, str]], whole: bool) -> None:
    """A row of the matrix is what its text gives by itself; no texts give no rows."""
    rows = [document_counts(Document(*text)) if whole else ngram_counts(text[1]) for text in texts]
    blocks = BLOCKS if whole else 1
    matrix = count_matrix(rows, blocks)
    assert matrix.shape == (len(texts), blocks * 2**BITS)
    assert matrix.dtype == np.float32
    for i, (buckets, counts) in enumerate(rows):
        row = slice(matrix.indptr[i], matrix.indptr[i + 1])
        assert (matrix.indices[row].tolist(), matrix.data[row].tolist()) == (buckets.tolist(), counts.tolist())
