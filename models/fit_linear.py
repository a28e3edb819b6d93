"""Fits `models.linear.TextClassifier`; the only part of text classification that needs scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import InputError
from models.linear import Floats, TextClassifier, count_matrix, log_softmax

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MIN_DF = 3  # a rarer n-gram says little about the next row and doubles the size
_OUT = -4.0  # margin of a label that a fold has not seen: out of the question


@dataclass(frozen=True)
class Fitted:
    """A classifier and what it said of its own training rows when they were held out.

    `held_out` has shape `(n, k)`: log-probabilities from models that did not see the row's fold.
    """

    classifier: TextClassifier
    held_out: Floats


def fit_classifier(
    texts: Sequence[str], labels: Sequence[str], *, c: float = 0.5, folds: int = 5, seed: int = 0
) -> Fitted:
    """Fit on all rows, with temperature and held-out predictions from cross-validation.

    Args:
        texts: `n` texts.
        labels: Their labels, two different ones at least.
        c: Inverse regularisation of the linear SVM.
        folds: Folds of the cross-validation that calibrates, two at least; one a row when rows are fewer.
        seed: Fixes folds and solver: same data, same weights.

    Raises:
        InputError: fewer than two labels.
    """
    classes = tuple(sorted(set(labels)))
    if len(classes) < 2:
        raise InputError(f"a classifier needs rows of two labels or more, these have {len(classes)}; add other rows")
    folds = min(folds, len(labels))
    target = np.array([classes.index(label) for label in labels])
    counts = count_matrix(texts)
    fold_of = np.random.default_rng(seed).permutation(len(target)) % folds
    margins = np.full((len(target), len(classes)), _OUT, np.float32)
    for fold in range(folds):
        train, test = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
        part = _fit(counts[train], target[train], classes, c, seed)
        margins[test] = _apply(part, counts[test])
    temperature = _temperature(margins, target)
    final = _fit(counts, target, classes, c, seed)
    classifier = TextClassifier(final.labels, final.buckets, final.idf, final.weights, final.bias, temperature)
    return Fitted(classifier, log_softmax(margins / temperature))


def _fit(counts: csr_array, target: NDArray[np.int64], classes: tuple[str, ...], c: float, seed: int) -> TextClassifier:
    from sklearn.svm import LinearSVC

    columns = counts.tocsc()
    df = np.diff(columns.indptr)
    kept = np.flatnonzero(df >= MIN_DF)
    idf = (np.log((1 + columns.shape[0]) / (1 + df[kept])) + 1).astype(np.float32)
    rows = _weighted(columns[:, kept].tocsr(), idf)
    present = np.unique(target)
    weights = np.zeros((len(kept), len(classes)), np.float32)
    bias = np.full(len(classes), _OUT, np.float32)
    if len(present) == 1 or not len(kept):  # nothing to tell apart, or nothing to tell it by
        bias[present] = 0
        return TextClassifier(classes, kept.astype(np.int64), idf, weights, bias, temperature=1.0)
    svm = LinearSVC(C=c, random_state=seed, dual="auto").fit(rows, target)
    if len(present) == 2:
        sign = np.array([-1.0, 1.0], np.float32)
        weights[:, present] = svm.coef_[0][:, None] * sign
        bias[present] = svm.intercept_[0] * sign
    else:
        weights[:, present] = svm.coef_.T
        bias[present] = svm.intercept_
    return TextClassifier(classes, kept.astype(np.int64), idf, weights, bias, temperature=1.0)


def _weighted(rows: csr_array, idf: Floats) -> csr_array:
    """Sublinear term frequency × idf, rows of L2 norm 1: the same as `TextClassifier._margins`."""
    from scipy.sparse import csr_array, diags_array
    from sklearn.preprocessing import normalize

    matrix = csr_array(rows, dtype=np.float32, copy=True)
    matrix.data = 1 + np.log(matrix.data)
    matrix = csr_array(matrix @ diags_array(idf))
    # scikit-learn's solvers take 32-bit indices only
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return normalize(matrix, copy=False) if matrix.shape[1] else matrix


def _apply(model: TextClassifier, counts: csr_array) -> Floats:
    rows = _weighted(counts.tocsc()[:, model.buckets].tocsr(), model.idf)
    return np.asarray(rows @ model.weights + model.bias, dtype=np.float32)


def _temperature(margins: Floats, target: NDArray[np.int64]) -> float:
    """The one divisor of the margins that makes held-out log-likelihood largest.

    One row's worth of doubt is spread over all labels: without it, rows that are all told apart would make
    the model certain of everything. Source: Platt 1999, out-of-sample targets.
    """
    from scipy.optimize import minimize_scalar

    doubt = 1 / (len(target) + 1)

    def loss(log_t: float) -> float:
        scores = log_softmax(margins / np.exp(log_t))
        told = scores[np.arange(len(target)), target].mean()
        return -float((1 - doubt) * told + doubt * scores.mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-4.0, 2.0), method="bounded").x))
