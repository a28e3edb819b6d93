"""A linear text classifier over hashed character n-grams: fast, small, calibrated, able to abstain.

Trained with scikit-learn's linear SVM, answered with numpy alone, so that a cold start does not import
scikit-learn. Knows texts and label strings only. Saved as plain arrays, never as pickle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float32]
BITS = 20  # about a million buckets: of 10**5 distinct n-grams one in eleven shares its bucket
_MULTIPLIERS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))


def ngram_counts(text: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
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


@dataclass(frozen=True, slots=True)
class Prediction:
    """Labels best first with their probabilities; `label` is '' when the model abstains."""

    ranked: tuple[tuple[str, float], ...]
    abstain_below: float

    @property
    def label(self) -> str:
        """The best label, or '' below the abstention threshold."""
        best, probability = self.ranked[0]
        return best if probability >= self.abstain_below else ""


@dataclass(frozen=True)
class TextClassifier:
    """Weights of a fitted classifier.

    Attributes:
        labels: `k` label strings.
        buckets: Kept n-gram buckets, sorted, shape `(f,)`.
        idf: Inverse document frequency of each, shape `(f,)`.
        weights: Shape `(f, k)`.
        bias: Shape `(k,)`.
        temperature: Divides the margins before the softmax; fitted on held-out rows.
        abstain_below: Probability under which no label is given.
    """

    labels: tuple[str, ...]
    buckets: NDArray[np.int64]
    idf: Floats
    weights: Floats
    bias: Floats
    temperature: float
    abstain_below: float = 0.0

    def log_proba(self, texts: Sequence[str]) -> Floats:
        """Calibrated log-probabilities, shape `(len(texts), k)`."""
        rows = [self._margins(text) for text in texts]
        return log_softmax(np.stack(rows) / self.temperature) if rows else np.empty((0, len(self.labels)), np.float32)

    def predict(self, text: str) -> Prediction:
        """Labels of one text, best first."""
        probabilities = np.exp(self.log_proba([text])[0])
        order = np.argsort(-probabilities, kind="stable")
        ranked = tuple((self.labels[i], float(probabilities[i])) for i in order)
        return Prediction(ranked, self.abstain_below)

    def _margins(self, text: str) -> Floats:
        buckets, counts = ngram_counts(text)
        if not len(self.buckets):
            return self.bias
        at = np.searchsorted(self.buckets, buckets)
        at[at == len(self.buckets)] = 0
        known = self.buckets[at] == buckets
        at, tf = at[known], 1.0 + np.log(counts[known].astype(np.float32))
        values = tf * self.idf[at]
        norm = float(np.linalg.norm(values)) or 1.0
        return np.asarray((values / norm) @ self.weights[at] + self.bias, dtype=np.float32)

    def arrays(self, prefix: str) -> dict[str, NDArray[np.generic]]:
        """Arrays to save; weights as int8 with one scale a label, so off by half a scale step at most."""
        scale = np.abs(self.weights).max(axis=0, initial=1e-9) / 127
        return {
            f"{prefix}.labels": np.array(self.labels),
            f"{prefix}.buckets": self.buckets.astype(np.int32),
            f"{prefix}.idf": self.idf.astype(np.float16),
            f"{prefix}.weights": np.rint(self.weights / scale).astype(np.int8),
            f"{prefix}.scale": scale.astype(np.float32),
            f"{prefix}.bias": self.bias,
            f"{prefix}.calibration": np.array([self.temperature, self.abstain_below], np.float64),
        }

    @classmethod
    def from_arrays(cls, prefix: str, arrays: Mapping[str, NDArray[np.generic]]) -> TextClassifier:
        """Rebuild from what `arrays` gave.

        Raises:
            KeyError: an array is missing.
        """
        calibration = np.asarray(arrays[f"{prefix}.calibration"], np.float64)
        weights = np.asarray(arrays[f"{prefix}.weights"], np.float32) * np.asarray(
            arrays[f"{prefix}.scale"], np.float32
        )
        return cls(
            labels=tuple(str(label) for label in arrays[f"{prefix}.labels"]),
            buckets=np.asarray(arrays[f"{prefix}.buckets"], np.int64),
            idf=np.asarray(arrays[f"{prefix}.idf"], np.float32),
            weights=weights,
            bias=np.asarray(arrays[f"{prefix}.bias"], np.float32),
            temperature=float(calibration[0]),
            abstain_below=float(calibration[1]),
        )


def log_softmax(scores: NDArray[np.floating]) -> Floats:
    """Row-wise, numerically safe."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), dtype=np.float32)


def count_matrix(texts: Sequence[str]) -> csr_array:
    """All texts as a sparse count matrix, shape `(len(texts), 2**BITS)`."""
    from scipy.sparse import csr_array

    indices, data, indptr = [], [], [0]
    for text in texts:
        buckets, counts = ngram_counts(text)
        indices.append(buckets)
        data.append(counts)
        indptr.append(indptr[-1] + len(buckets))
    if not indices:
        return csr_array((0, 2**BITS), dtype=np.float32)
    flat = (np.concatenate(data).astype(np.float32), np.concatenate(indices), np.array(indptr))
    return csr_array(flat, shape=(len(texts), 2**BITS))
