"""A stand-in for the encoder: same protocol, no weights, same vectors on every machine.

For tests and dry runs. Texts that share characters come out near each other, so a search finds what it
should; it knows no meaning, and says nothing about the quality of a real encoder.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.embedder import Vectors
from models.ngrams import BITS, ngram_counts


class HashEmbedder:
    """Hashed character 1–3-grams as unit vectors; queries and passages are embedded alike.

    Args:
        dim: Length of a vector, 2 to 2**(BITS - 1).
    """

    def __init__(self, dim: int = 64) -> None:
        if not 2 <= dim <= 2 ** (BITS - 1):
            raise ValueError(f"dim is {dim}; give 2 to {2 ** (BITS - 1)}")
        self.dim = dim
        self.name = f"hash-{dim}"

    def queries(self, texts: Sequence[str]) -> Vectors:
        """See `models.embedder.Embedder.queries`."""
        return self._embed(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See `models.embedder.Embedder.passages`."""
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            buckets, counts = ngram_counts(text)
            # the highest bit is the sign, so that long texts do not all drift the same way
            sign = 1 - 2 * (buckets >> (BITS - 1))
            np.add.at(row, buckets % self.dim, (sign * counts).astype(np.float32))
            if not row.any():
                row[0] = 1  # an empty text, or one whose n-grams cancel out
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)
