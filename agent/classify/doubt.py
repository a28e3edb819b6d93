"""From a ranking to an honest chance: would a careful colleague accept this candidate?

The rankers share one unit of probability among all candidates, so two departments that would both be right
get half each. What an operator needs is the chance of each to be accepted; it is fitted on held-out rankings
of messages whose labels name every acceptable answer.
"""

from __future__ import annotations

import numpy as np

from models.ngrams import Floats

SURE_FEATURES = ("odds", "first", "first_odds")
SHOWN = 5  # candidates that a suggestion names, the chosen one first


def sure_features(ranked: Floats) -> Floats:
    """One row a candidate, columns `SURE_FEATURES`.

    Args:
        ranked: Log-probabilities, best first.
    """
    p = np.clip(np.exp(ranked.astype(np.float64)), 1e-6, 1 - 1e-6)
    odds = np.log(p / (1 - p))
    first = np.arange(len(ranked)) == 0
    return np.stack([odds, first, odds * first], axis=1).astype(np.float32)
