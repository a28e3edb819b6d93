"""The texts from which the distilled encoder learns: what citizens write, in pieces as long as a question.

No labels are needed, so segmented messages and the later parts of long ones serve as well as any.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from agent.classify.text import QUERY_CHARS, query_text
from agent.training.rows import TrainingRow

_LEAST = 16  # characters; a shorter piece says nothing


def questions(rows: Iterable[TrainingRow], *, limit: int | None = None, seed: int = 0) -> list[str]:
    """Different texts, in a fixed order.

    Args:
        rows: Messages; what is held back for measuring must not be among them.
        limit: Most texts, a random choice.
        seed: Of that choice.
    """
    found = list(dict.fromkeys(text for row in rows for text in _pieces(row) if len(text) >= _LEAST))
    if limit is None or limit >= len(found):
        return found
    chosen = np.sort(np.random.default_rng(seed).permutation(len(found))[:limit])
    return [found[at] for at in chosen.tolist()]


def _pieces(row: TrainingRow) -> tuple[str, ...]:
    if not row.natural:  # segmented: put together again, as far as it goes
        return ("".join(row.text.split())[:QUERY_CHARS],)
    return query_text(row.title, row.text), row.text.strip()[QUERY_CHARS : 2 * QUERY_CHARS]
