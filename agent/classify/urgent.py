"""Evidence for urgency: what the rules read, and what the words of the whole message say.

Rules alone miss what nobody foresaw; a text model alone is blind to “已经修好” and “怕”. A small logistic
regression over both gives the chance that somebody must look the same day. Level 2, danger to life, stays
with the rules: there are too few examples to learn it.
"""

from __future__ import annotations

import numpy as np

from agent.urgency import UrgencyReading
from knowledge.vocabulary import Risk
from models.ngrams import Floats

URGENT_FEATURES = ("text", "rule", "emergency", *(risk.name.lower() for risk in Risk))


def urgent_features(reading: UrgencyReading, text: float) -> Floats:
    """One row of `URGENT_FEATURES`.

    Args:
        reading: What the rules found.
        text: Log-odds of the text model.
    """
    risks = [float(risk in reading.risks) for risk in Risk]
    return np.array([text, reading.level >= 1, reading.level == 2, *risks], np.float32)
