"""A conditional-logit ranker: chooses one of many candidates from features of each.

Every candidate (a category, a department) has a short feature vector; one shared weight a feature gives
its score, and a softmax over the candidates its probability. With a dozen weights it needs few labels, its
probabilities are calibrated where it is fitted (on held-out features), and each weight can be read.
A label may also be a set of candidates (“any category of 城乡建设”): partial labels count too.
Source: McFadden 1974, conditional logit; partial labels as in Jin & Ghahramani 2002.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from models.errors import InputError
from models.linear import log_softmax
from models.record import Record

Features = NDArray[np.float32]


class Ranker(Record):
    """Weights by feature name, in the order of the feature columns."""

    names: tuple[str, ...]
    weights: tuple[float, ...]
    temperature: float = Field(default=1.0, gt=0, description="divides the scores; fitted on real messages")

    @model_validator(mode="after")
    def _one_weight_a_name(self) -> Ranker:
        if len(self.names) != len(self.weights):
            raise ValueError(f"{len(self.names)} feature names but {len(self.weights)} weights")
        return self

    def log_proba(self, features: Features) -> NDArray[np.float32]:
        """Log-probability of each candidate, shape `(n,)`, from features of shape `(n, len(names))`."""
        return log_softmax(features @ np.array(self.weights, np.float32) / self.temperature)


def fit_ranker(
    names: Sequence[str],
    features: Sequence[Features],
    accepted: Sequence[NDArray[np.bool_]],
    weights: Sequence[float] | None = None,
    *,
    ridge: float = 1e-3,
) -> Ranker:
    """Maximise the likelihood that the chosen candidate is among the accepted ones.

    Args:
        names: Feature names.
        features: One matrix `(candidates, len(names))` a row, of one shape; made from held-out models.
        accepted: For each row, which candidates are right; at least one.
        weights: Importance of each row, default 1.
        ridge: Pull of the weights towards 0, a row.

    Raises:
        InputError: no rows, or a row that accepts no candidate.
    """
    from scipy.optimize import minimize

    if not len(features) or not all(a.any() for a in accepted):
        raise InputError("a ranker needs rows, each with a right candidate; leave out rows without a known label")
    stack = np.stack(features).astype(np.float32)  # (rows, candidates, features)
    right = np.stack(accepted)
    importance = np.ones(len(stack)) if weights is None else np.asarray(weights, np.float64)

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = (stack @ w.astype(np.float32)).astype(np.float64)
        scores -= scores.max(axis=1, keepdims=True)
        p = np.exp(scores)
        p /= p.sum(axis=1, keepdims=True)
        hit = np.maximum((p * right).sum(axis=1), 1e-12)
        among = p * right / hit[:, None]
        gradient = np.einsum("rc,rcf->rf", (p - among).astype(np.float32), stack).astype(np.float64)
        penalty = ridge * len(stack)
        value = -(importance * np.log(hit)).sum() + penalty * (w @ w)
        return float(value), importance @ gradient + 2 * penalty * w

    start = np.full(len(names), 0.1)
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return Ranker(names=tuple(names), weights=tuple(round(float(w), 6) for w in best))
