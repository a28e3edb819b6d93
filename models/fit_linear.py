"""Fits `models.linear.TextClassifier` by regularised least squares; once the Gram matrix is inverted, all is exact.

One inverse serves all labels and all folds: held-out predictions need no second fit. As good as a linear SVM on
our messages (docs/benchmark.md), many times faster with hundreds of labels, and the same bytes every time.
Source: Rifkin & Lippert 2007, “Notes on Regularized Least-Squares” (leave-out formula, one against all).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import InputError
from models.linear import TextClassifier, log_softmax
from models.ngrams import BITS, BLOCK_WEIGHTS, VECTOR_WEIGHT, Document, Floats, count_matrix

if TYPE_CHECKING:
    from scipy.sparse import csr_array

RIDGE = 0.3  # of 0.3, 0.6, 1, 2, 4 the best on held-out messages for first level, category and lead
MIN_DF = 3  # a rarer n-gram says little about the next row and doubles the size
MIN_DF_MANY, MANY = 6, 100  # with many labels each n-gram costs a weight a label
# The largest tenth of the weights answers as well as all (cross-validated), and packs small; with more labels a
# smaller share does: (labels from, share kept).
KEPT_SHARES = ((100, 0.04), (10, 0.05), (0, 0.1))


@dataclass(frozen=True)
class Fitted:
    """A classifier and what it said of its own training rows when they were held out.

    `held_out` has shape `(n, k)`: log-probabilities from models that did not see the row's fold.
    """

    classifier: TextClassifier
    held_out: Floats


def fit_classifier(
    documents: Sequence[Document],
    labels: Sequence[str | frozenset[str]],
    *,
    ridge: float = RIDGE,
    folds: int = 5,
    seed: int = 0,
    least: int | None = None,
    kept: float | None = None,
) -> Fitted:
    """Fit on all rows, with temperature and held-out predictions from cross-validation.

    Which n-grams are kept and their idf are counted over all rows, held out or not: that uses no label.

    Args:
        documents: `n` messages; all with a vector, or none.
        labels: Their labels, two different ones at least; a set where a row has several (or none).
        ridge: Regularisation, added to the diagonal of the Gram matrix; rows have norm 1.2 to 2.4.
        folds: Folds of the cross-validation that calibrates, two at least; one a row when rows are fewer.
        seed: Fixes the folds.
        least: Rows that an n-gram must stand in; by the number of labels when not given.
        kept: Share of the weights kept, the largest; by the number of labels when not given.

    Raises:
        InputError: fewer than two labels or folds, not one label a row, or a vector for some rows only.
    """
    sets = [label if isinstance(label, frozenset) else frozenset({label}) for label in labels]
    classes = tuple(sorted(frozenset().union(*sets)))
    if len(classes) < 2:
        raise InputError(f"a classifier needs rows of two labels or more, these have {len(classes)}; add other rows")
    if len(labels) != len(documents) or folds < 2:
        raise InputError(f"{len(documents)} rows, {len(labels)} labels, {folds} folds: give a label a row, two folds")
    least = least or (MIN_DF_MANY if len(classes) >= MANY else MIN_DF)
    buckets, idf, rows = _features(documents, least)
    goal = np.array([[name in labels for name in classes] for labels in sets], np.float64)
    prior = goal.mean(axis=0)
    inverse = _inverse(rows, ridge)
    dual = inverse @ (goal - prior)
    margins = _held_out(inverse, goal, min(folds, len(labels)), seed)
    temperature = _temperature(margins.astype(np.float32), goal)
    weights = np.asarray(rows.T @ dual, np.float32)
    kept = kept or next(share for labels_from, share in KEPT_SHARES if len(classes) >= labels_from)
    small, scale = _quantised(weights[: len(buckets)], kept)
    # as they will be read back: what was fitted and what was saved answer alike
    dense = weights[len(buckets) :].astype(np.float16).astype(np.float32)
    idf = idf.astype(np.float16).astype(np.float32)
    classifier = TextClassifier(classes, buckets, idf, small, scale, dense, prior.astype(np.float32), temperature)
    return Fitted(classifier, log_softmax(margins / temperature))


def _features(documents: Sequence[Document], least: int) -> tuple[NDArray[np.int64], Floats, csr_array]:
    """Kept buckets, their idf, and the rows as the model reads them."""
    counts = count_matrix([d.counts for d in documents], len(BLOCK_WEIGHTS)).tocsc()
    df = np.diff(counts.indptr)
    kept = np.flatnonzero(df >= least).astype(np.int64)
    idf = (np.log((1 + len(documents)) / (1 + df[kept])) + 1).astype(np.float32)
    return kept, idf, _weighted(counts[:, kept].tocsr(), kept, idf, _vectors(documents))


def _vectors(documents: Sequence[Document]) -> Floats:
    given = [d.vector for d in documents if d.vector is not None]
    if not given:
        return np.zeros((len(documents), 0), np.float32)
    if len(given) < len(documents):
        raise InputError("some documents have a vector and some have none; give it to all or to none")
    return np.stack(given).astype(np.float32)


def _weighted(rows: csr_array, buckets: NDArray[np.int64], idf: Floats, vectors: Floats) -> csr_array:
    """Sublinear tf × idf, each block of its weight as norm, then the vector: as `TextClassifier._margins`."""
    from scipy.sparse import csr_array, diags_array, hstack
    from sklearn.preprocessing import normalize

    matrix = csr_array(rows, dtype=np.float32, copy=True)
    matrix.data = 1 + np.log(matrix.data)
    matrix = csr_array(matrix @ diags_array(idf))
    parts = []
    for block, weight in enumerate(BLOCK_WEIGHTS):
        low, high = np.searchsorted(buckets, [block << BITS, (block + 1) << BITS])
        part = csr_array(matrix[:, low:high])
        parts.append(normalize(part) * np.float32(weight) if part.shape[1] else part)
    parts.append(csr_array(vectors * np.float32(VECTOR_WEIGHT)))
    return csr_array(hstack(parts, format="csr"))


def _inverse(rows: csr_array, ridge: float) -> NDArray[np.float64]:
    """Inverse of Gram matrix plus ridge, shape `(n, n)`, by its Cholesky factor."""
    from scipy.linalg.lapack import dpotrf, dpotri

    gram = np.asfortranarray((rows @ rows.T).todense(), np.float64)
    gram[np.diag_indices_from(gram)] += ridge
    factor, _ = dpotrf(gram, overwrite_a=1)  # cannot fail: a Gram matrix plus a ridge is positive definite
    upper, _ = dpotri(factor, overwrite_c=1)
    inverse = np.triu(upper)
    return np.asarray(inverse + np.triu(inverse, 1).T, np.float64)


def _held_out(inverse: NDArray[np.float64], goal: NDArray[np.float64], folds: int, seed: int) -> NDArray[np.float64]:
    """What a fit without a row's fold would answer, for every row: exact, from the one inverse."""
    fold_of = np.random.default_rng(seed).permutation(len(goal)) % folds
    answers = np.zeros_like(goal)
    for fold in range(folds):
        rows = np.flatnonzero(fold_of == fold)
        prior = goal[fold_of != fold].mean(axis=0)
        dual = inverse[rows] @ (goal - prior)
        answers[rows] = goal[rows] - np.linalg.solve(inverse[np.ix_(rows, rows)], dual)
    return answers


def _quantised(weights: Floats, kept: float) -> tuple[NDArray[np.int8], Floats]:
    """The largest weights as int8 with one scale a label, the others 0."""
    scale = (np.abs(weights).max(axis=0, initial=1e-9) / 127).astype(np.float32)
    if weights.size:
        sample = np.abs(weights[:: 1 + len(weights) // 4000])  # tells the quantile as well as all of them
        weights = np.where(np.abs(weights) >= np.quantile(sample, 1 - kept), weights, 0)
    return np.rint(weights / scale).astype(np.int8), scale


def _temperature(margins: Floats, goal: NDArray[np.float64]) -> float:
    """The one divisor of the margins that makes held-out log-likelihood largest.

    One row's worth of doubt is spread over all labels: without it, rows that are all told apart would make
    the model certain of everything. Source: Platt 1999, out-of-sample targets.
    """
    from scipy.optimize import minimize_scalar

    told_rows = goal.any(axis=1)
    weights = goal[told_rows] / goal[told_rows].sum(axis=1, keepdims=True)
    doubt = 1 / (len(weights) + 1)

    def loss(log_t: float) -> float:
        scores = log_softmax(margins[told_rows] / np.exp(log_t))
        told = (scores * weights).sum(axis=1).mean()
        return -float((1 - doubt) * told + doubt * scores.mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-6.0, 2.0), method="bounded").x))
