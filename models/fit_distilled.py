"""Fits `models.distilled.DistilledEncoder` by ridge regression from n-grams to the teacher's vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from models.distilled import DistilledEncoder
from models.embedder import Vectors
from models.errors import InputError
from models.ngrams import BITS, Floats, count_matrix, ngram_counts

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MIN_TEXTS = 100
RIDGE = 0.15  # of 0.1, 0.15, 0.3 and 1 the best on held-out messages
MIN_DF = 8  # texts that an n-gram must stand in: with 5 the file is twice as large and no better
# Steps of the weights on each side of 0, over so many deviations: cosines are 0.002 worse than with 127 steps, and
# the file is a quarter smaller.
STEPS, CLIPPED_AT = 15, 8.0
_HELD_OUT = 5  # one text in so many tells how much the fit shrinks


def fit_distilled(texts: Sequence[str], vectors: Vectors, teacher: str) -> tuple[DistilledEncoder, float]:
    """Fit on all texts.

    Args:
        texts: `n` questions, all different.
        vectors: What the teacher answered, shape `(n, dim)`.
        teacher: Its name.

    Returns:
        The encoder, and the mean cosine between its answers and the teacher's on held-out texts, both with the
        teacher's mean taken off (all of E5's vectors lie close together).

    Raises:
        InputError: too few texts.
    """
    if len(texts) < MIN_TEXTS:
        raise InputError(f"{len(texts)} texts are too few to learn from; give at least {MIN_TEXTS}")
    counts = count_matrix([ngram_counts(text) for text in texts])
    held = np.arange(len(texts)) % _HELD_OUT == 0
    trial = _fit(counts[~held], vectors[~held], teacher, 1.0)
    mean = vectors[~held].mean(axis=0)
    asked = [text for text, out in zip(texts, held, strict=True) if out]
    goal, guess = vectors[held] - mean, trial.raw(asked)
    stretch = float(np.linalg.norm(goal, axis=1).mean() / np.linalg.norm(guess, axis=1).mean())
    cosine = (goal * guess).sum(axis=1) / (np.linalg.norm(goal, axis=1) * np.linalg.norm(guess, axis=1) + 1e-12)
    return _fit(counts, vectors, teacher, stretch), round(float(cosine.mean()), 4)


def _fit(counts: csr_array, vectors: Vectors, teacher: str, stretch: float) -> DistilledEncoder:
    """The dual form: one solve of the size of the texts."""
    frequency = np.bincount(counts.indices, minlength=1 << BITS)
    buckets = np.flatnonzero(frequency >= MIN_DF)
    idf = np.log(1.0 + counts.shape[0] / frequency[buckets]).astype(np.float32)
    rows = _weighed(counts[:, buckets], idf)
    mean = vectors.mean(axis=0)
    kernel = (rows @ rows.T).toarray() + RIDGE * np.eye(rows.shape[0], dtype=np.float32)
    weights: Floats = rows.T @ np.linalg.solve(kernel, vectors - mean)
    scale = CLIPPED_AT * weights.std(axis=0) / STEPS
    steps = np.clip(np.round(weights / scale), -STEPS, STEPS).astype(np.int8)
    return DistilledEncoder(teacher, buckets, idf, steps, (scale * stretch).astype(np.float32), mean.astype(np.float32))


def _weighed(counts: csr_array, idf: Floats) -> csr_array:
    """As `DistilledEncoder` weighs the n-grams of a text."""
    values = counts.copy()
    values.data = (1.0 + np.log(values.data)) * idf[values.indices]
    norms = np.sqrt(np.asarray(values.multiply(values).sum(axis=1)).reshape(-1))
    values.data /= np.repeat(np.maximum(norms, 1e-9), np.diff(values.indptr))
    return values
