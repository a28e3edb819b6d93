"""Shares with their intervals; counts in, records out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt

from agent.desk.facts import Facts
from agent.desk.records import QueueFilter, Rate

_Z = 1.959964  # two-sided 95 % of the normal distribution


def wilson(share: float, n: float) -> tuple[float, float]:
    """95 % interval of a share seen in `n` independent draws; `n` may be an effective size.

    Source:
        E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    """
    if n <= 0:
        return 0.0, 1.0
    square = _Z * _Z / n
    centre = (share + square / 2) / (1 + square)
    half = _Z / (1 + square) * sqrt(share * (1 - share) / n + square / (4 * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def rate(
    name: str,
    facts: Sequence[Facts],
    hit: Callable[[Facts], bool | None],
    opens: QueueFilter,
    part: QueueFilter,
) -> Rate:
    """The share of matters for which `hit` holds, over those for which it gives an answer.

    Args:
        name: What is counted.
        facts: All matters of the report; coverage is counted over them.
        hit: None where the question does not arise.
        opens: Opens the matters counted.
        part: Opens the matters of interest: the wrong of an accuracy, the hits of a share.
    """
    answers = [answer for one in facts if (answer := hit(one)) is not None]
    n, hits = len(answers), sum(answers)
    if not n:
        return Rate(name=name, n=0, hits=0, value=None, coverage=0.0, opens=opens, part=part)
    low, high = wilson(hits / n, n)
    return Rate(
        name=name,
        n=n,
        hits=hits,
        value=round(hits / n, 4),
        low=round(low, 4),
        high=round(high, 4),
        coverage=round(n / len(facts), 4),
        opens=opens,
        part=part,
    )
