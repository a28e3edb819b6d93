"""A linear text classifier over hashed n-grams and a vector: fast, small, calibrated, able to abstain.

Fitted by `models.fit_linear`. One document is answered with numpy alone, so that a cold start does not import scipy;
many at once are one sparse product. Knows documents and label strings only. Saved as plain arrays, never as pickle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.ngrams import VECTOR_WEIGHT, Document, Floats, block_normalised


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
        weights: int8, shape `(f, k)`; most are 0.
        scale: What one step of a label's weights is worth, shape `(k,)`.
        dense: Weights of the document's vector, shape `(dim, k)`; `dim` is 0 where it reads n-grams only.
        bias: Shape `(k,)`.
        temperature: Divides the margins before the softmax; fitted on held-out rows.
        abstain_below: Probability under which no label is given.
    """

    labels: tuple[str, ...]
    buckets: NDArray[np.int64]
    idf: Floats
    weights: NDArray[np.int8]
    scale: Floats
    dense: Floats
    bias: Floats
    temperature: float
    abstain_below: float = 0.0

    def log_proba(self, documents: Sequence[Document]) -> Floats:
        """Calibrated log-probabilities, shape `(len(documents), k)`; many documents cost far less together."""
        if not documents:
            return np.empty((0, len(self.labels)), np.float32)
        margins = self._margins(documents[0])[None] if len(documents) == 1 else self._many_margins(documents)
        return log_softmax(margins / self.temperature)

    def predict(self, document: Document) -> Prediction:
        """Labels of one document, best first."""
        probabilities = np.exp(self.log_proba([document])[0])
        order = np.argsort(-probabilities, kind="stable")
        ranked = tuple((self.labels[i], float(probabilities[i])) for i in order)
        return Prediction(ranked, self.abstain_below)

    def _margins(self, document: Document) -> Floats:
        margins: Floats = self.bias
        if len(self.dense) and document.vector is not None:
            margins = np.asarray(margins + VECTOR_WEIGHT * document.vector @ self.dense, np.float32)
        buckets, counts = document.counts
        if not len(self.buckets) or not len(buckets):
            return np.asarray(margins, np.float32)
        at = np.searchsorted(self.buckets, buckets)
        at[at == len(self.buckets)] = 0
        known = self.buckets[at] == buckets
        at, tf = at[known], 1.0 + np.log(counts[known].astype(np.float32))
        values = block_normalised(self.buckets[at], tf * self.idf[at])
        return np.asarray((values @ self.weights[at].astype(np.float32)) * self.scale + margins, dtype=np.float32)

    def _many_margins(self, documents: Sequence[Document]) -> Floats:
        """`_margins` of several documents as one product, equal up to rounding; shape `(len(documents), k)`."""
        from scipy.sparse import csr_array

        margins = np.tile(self.bias, (len(documents), 1))
        vectors = [document.vector for document in documents]
        if len(self.dense):
            held = [row for row, vector in enumerate(vectors) if vector is not None]
            known_vectors = [vector for vector in vectors if vector is not None]
            if held:
                margins[held] += VECTOR_WEIGHT * np.stack(known_vectors) @ self.dense
        counted = [document.counts for document in documents]
        buckets = np.concatenate([found for found, _ in counted])
        if not len(self.buckets) or not len(buckets):
            return np.asarray(margins, np.float32)
        row = np.repeat(np.arange(len(documents)), [len(found) for found, _ in counted])
        at = np.searchsorted(self.buckets, buckets)
        at[at == len(self.buckets)] = 0
        known = self.buckets[at] == buckets
        at, row = at[known], row[known]
        tf = 1.0 + np.log(np.concatenate([times for _, times in counted])[known].astype(np.float32))
        values = block_normalised(self.buckets[at], tf * self.idf[at], row, len(documents))
        used, column = np.unique(at, return_inverse=True)
        matrix = csr_array((values, (row, column)), shape=(len(documents), len(used)))
        product = matrix @ self.weights[used].astype(np.float32)
        return np.asarray(product * self.scale + margins, dtype=np.float32)

    def arrays(self, prefix: str) -> dict[str, NDArray[np.generic]]:
        """Arrays to save."""
        return {
            f"{prefix}.labels": np.array(self.labels),
            f"{prefix}.buckets": self.buckets.astype(np.int32),
            f"{prefix}.idf": self.idf.astype(np.float16),
            f"{prefix}.weights": self.weights,
            f"{prefix}.scale": self.scale,
            f"{prefix}.dense": self.dense.astype(np.float16),
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
        return cls(
            labels=tuple(str(label) for label in arrays[f"{prefix}.labels"]),
            buckets=np.asarray(arrays[f"{prefix}.buckets"], np.int64),
            idf=np.asarray(arrays[f"{prefix}.idf"], np.float32),
            weights=np.asarray(arrays[f"{prefix}.weights"], np.int8),
            scale=np.asarray(arrays[f"{prefix}.scale"], np.float32),
            dense=np.asarray(arrays[f"{prefix}.dense"], np.float32),
            bias=np.asarray(arrays[f"{prefix}.bias"], np.float32),
            temperature=float(calibration[0]),
            abstain_below=float(calibration[1]),
        )


def log_softmax(scores: NDArray[np.floating]) -> Floats:
    """Row-wise, numerically safe."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), dtype=np.float32)
