"""What the linear text models read of one message: hashed n-grams in blocks, and its vector.

Three blocks: characters of the whole message, characters of its title, words and word pairs. Each block is
a range of buckets of its own and is normalised by itself, so that a long body does not drown a short title.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.lexical import tokens

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float32]
Buckets = NDArray[np.int64]
BITS = 20  # about a million buckets a block: of 10**5 distinct n-grams one in eleven shares its bucket
# Weight of each block after its rows have norm 1, and of the vector; chosen by cross-validation on labelled
# messages of another city (docs/benchmark.md), never on gold_dev.
BLOCK_WEIGHTS = (1.0, 0.7, 0.7)
VECTOR_WEIGHT = 2.0
_MULTIPLIERS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))


@dataclass(frozen=True, eq=False)
class Document:
    """One message as the text models read it.

    Attributes:
        title: The channel's title, '' when there is none.
        text: Title and body.
        vector: Its embedding, norm 1; None for models that read n-grams only.
    """

    title: str
    text: str
    vector: Floats | None = None

    @cached_property
    def counts(self) -> tuple[Buckets, Buckets]:
        """All blocks, one after the other, see `document_counts`; several models read one message."""
        return document_counts(self)


def ngram_counts(text: str) -> tuple[Buckets, Buckets]:
    """Buckets and counts of the character 1–3-grams of a text, white space left out.

    Returns:
        Sorted unique buckets in [0, 2**BITS) and how often each occurs; both of the same length.
    """
    codes = np.frombuffer("".join(text.lower().split()).encode("utf-32-le", "ignore"), dtype=np.uint32)
    if codes.size == 0:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    wide = codes.astype(np.uint64)
    grams = []
    mixed = np.zeros(len(wide), np.uint64)
    for n, multiplier in enumerate(_MULTIPLIERS):
        if len(wide) <= n:
            break
        mixed = (mixed[: len(wide) - n] + wide[n:] + np.uint64(n + 1)) * multiplier
        grams.append(mixed >> np.uint64(64 - BITS))
    buckets, counts = np.unique(np.concatenate(grams).astype(np.int64), return_counts=True)
    return buckets, counts.astype(np.int64)


def word_counts(text: str) -> tuple[Buckets, Buckets]:
    """Buckets and counts of the words and word pairs of a text; as `ngram_counts`."""
    words = tokens(text)
    grams = words + [f"{one}\x1f{two}" for one, two in pairwise(words)]
    if not grams:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    hashed = np.array([zlib.crc32(gram.encode()) >> (32 - BITS) for gram in grams], np.int64)
    buckets, counts = np.unique(hashed, return_counts=True)
    return buckets, counts.astype(np.int64)


def document_counts(document: Document) -> tuple[Buckets, Buckets]:
    """All blocks of a document, one after the other; block `b` fills buckets from `b * 2**BITS` on."""
    blocks = (ngram_counts(document.text), ngram_counts(document.title), word_counts(document.text))
    buckets = np.concatenate([found + (block << BITS) for block, (found, _) in enumerate(blocks)])
    return buckets, np.concatenate([counts for _, counts in blocks])


def block_normalised(buckets: Buckets, values: Floats, row: NDArray[np.intp] | None = None, rows: int = 1) -> Floats:
    """Values scaled so that each block of each document has its weight as norm.

    Args:
        buckets: Of each value, as `document_counts` gives them.
        values: As many.
        row: The document of each value; None where all are of one.
        rows: How many documents there are.
    """
    blocks = len(BLOCK_WEIGHTS)
    block = buckets >> BITS
    group = block if row is None else row * blocks + block
    norms = np.sqrt(np.bincount(group, weights=values.astype(np.float64) ** 2, minlength=rows * blocks))
    scale = np.tile(BLOCK_WEIGHTS, rows) / np.where(norms > 0, norms, 1.0)
    return np.asarray(values * scale[group], np.float32)


def count_matrix(rows: Sequence[tuple[Buckets, Buckets]], blocks: int = 1) -> csr_array:
    """Buckets and counts of many texts as one sparse matrix, shape `(len(rows), blocks * 2**BITS)`."""
    from scipy.sparse import csr_array

    shape = (len(rows), blocks << BITS)
    if not rows:
        return csr_array(shape, dtype=np.float32)
    indptr = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    data = np.concatenate([counts for _, counts in rows]).astype(np.float32)
    return csr_array((data, np.concatenate([buckets for buckets, _ in rows]), indptr), shape=shape)
