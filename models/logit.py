"""Multinomial logistic regression over named features; two labels make a calibrated yes or no.

Small on purpose: a few dozen weights that a person can read, saved as JSON, fitted on held-out evidence.
What finds labels in text is `models.linear`; what ranks candidates is `models.ranker`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from models.errors import InputError
from models.linear import log_softmax
from models.record import Record

Floats = NDArray[np.float32]
NO, YES = "no", "yes"


class Logit(Record):
    """Weights by feature (row) and label (column).

    Attributes:
        names: Feature names, in the order of the columns of what is asked.
        labels: The labels.
        weights: One row a feature, one number a label.
        bias: One number a label.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    weights: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]

    @model_validator(mode="after")
    def _fits(self) -> Logit:
        if len(self.weights) != len(self.names) or any(len(row) != len(self.labels) for row in self.weights):
            raise ValueError(f"weights must be {len(self.names)} rows of {len(self.labels)} numbers")
        if len(self.bias) != len(self.labels):
            raise ValueError(f"{len(self.labels)} labels but {len(self.bias)} biases")
        return self

    def proba(self, features: NDArray[np.floating]) -> Floats:
        """Probability of each label, shape `(n, len(labels))`, for features of shape `(n, len(names))`."""
        scores = features @ np.array(self.weights, np.float64).reshape(len(self.names), len(self.labels))
        return np.exp(log_softmax(scores + np.array(self.bias)))

    def yes(self, features: NDArray[np.floating]) -> Floats:
        """Probability of `YES`, shape `(n,)`."""
        return self.proba(features)[:, self.labels.index(YES)]


def fit_logit(
    names: Sequence[str],
    features: NDArray[np.floating],
    labels: Sequence[str],
    *,
    weights: Sequence[float] | None = None,
    c: float = 1.0,
    order: Sequence[str] | None = None,
) -> Logit:
    """Fit on held-out evidence.

    Args:
        names: Feature names.
        features: Shape `(n, len(names))`.
        labels: One a row, two different ones at least.
        weights: Importance of each row, default 1.
        c: Inverse of the ridge.
        order: All labels that the model should know, `labels` when not given; one never seen stays improbable.

    Raises:
        InputError: fewer than two labels, or one that `order` lacks.
    """
    from sklearn.linear_model import LogisticRegression

    seen = sorted(set(labels))
    if len(seen) < 2:
        raise InputError(f"rows of one label ({seen}) teach nothing; add rows of another")
    fitted = LogisticRegression(C=c, max_iter=2000).fit(features, list(labels), sample_weight=weights)
    known = tuple(order or seen)
    if not set(seen) <= set(known):
        raise InputError(f"labels {sorted(set(seen) - set(known))} are not among {list(known)}")
    table, bias = np.zeros((len(names), len(known))), np.full(len(known), -9.0)
    at = [known.index(label) for label in fitted.classes_]
    if len(seen) == 2:  # one row of weights for two labels: all of it goes to the second
        table[:, at[1]], bias[at[0]], bias[at[1]] = fitted.coef_[0], 0.0, fitted.intercept_[0]
    else:
        table[:, at], bias[at] = fitted.coef_.T, fitted.intercept_
    return Logit(
        names=tuple(names),
        labels=known,
        weights=tuple(tuple(round(float(w), 5) for w in row) for row in table),
        bias=tuple(round(float(b), 5) for b in bias),
    )
