"""Measures of a yes-or-no answer with a confidence: intervals, calibration, coverage.

Pure functions over arrays; they know nothing of tickets.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from models.record import Record

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
DRAWS = 1000
BINS = 10


class Figure(Record):
    """A mean over messages with its 95 % bootstrap interval; `value` is None without messages."""

    name: str
    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


class Bin(Record):
    """Answers of like confidence: how sure they were, and how often they were right."""

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


class Point(Record):
    """What is answered from a confidence on, and how much of it is right."""

    threshold: float
    coverage: float = Field(ge=0, le=1)
    accuracy: float = Field(ge=0, le=1)


def figure(name: str, values: Sequence[float], seed: int = 0) -> Figure:
    """Mean with its interval, from resampling messages."""
    if not values:
        return Figure(name=name, value=None, n=0)
    data = np.asarray(values, np.float64)
    draws = np.random.default_rng(seed).integers(0, len(data), (DRAWS, len(data)))
    low, high = np.quantile(data[draws].mean(axis=1), [0.025, 0.975])
    return Figure(
        name=name, value=round(float(data.mean()), 4), n=len(data), low=round(float(low), 4), high=round(float(high), 4)
    )


def calibration(confidence: Floats, right: Bools, bins: int = BINS) -> tuple[Bin, ...]:
    """Bins of equal width that hold any answer."""
    at = np.minimum((confidence * bins).astype(int), bins - 1)
    found = []
    for b in range(bins):
        inside = at == b
        if inside.any():
            found.append(
                Bin(
                    low=b / bins,
                    high=(b + 1) / bins,
                    n=int(inside.sum()),
                    confidence=round(float(confidence[inside].mean()), 4),
                    accuracy=round(float(right[inside].mean()), 4),
                )
            )
    return tuple(found)


def calibration_error(bins: Sequence[Bin]) -> float:
    """Mean gap between confidence and accuracy, weighted by answers (expected calibration error)."""
    total = sum(b.n for b in bins)
    return sum(b.n * abs(b.confidence - b.accuracy) for b in bins) / total if total else 0.0


def coverage_curve(confidence: Floats, right: Bools, points: int = 20) -> tuple[Point, ...]:
    """Accuracy of the most confident share, at about even steps of coverage; empty without answers.

    Answers of one confidence are taken or left together, so a step may be wider.
    """
    found: list[Point] = []
    step = 1
    for threshold, taken, accuracy in _cuts(confidence, right):
        if taken * points >= step * len(confidence):
            found.append(Point(threshold=threshold, coverage=taken / len(confidence), accuracy=accuracy))
            step = taken * points // len(confidence) + 1
    return tuple(found)


def threshold_for(confidence: Floats, right: Bools, precision: float) -> float:
    """The lowest confidence from which on at least `precision` of the answers are right; 1.0 when none is.

    Answers of one confidence are taken or left together.
    """
    good = [threshold for threshold, _, accuracy in _cuts(confidence, right) if accuracy >= precision]
    return min(good, default=1.0)


def _cuts(confidence: Floats, right: Bools) -> list[tuple[float, int, float]]:
    """Every confidence that occurs, the highest first, with how many are at least so sure and what share is right."""
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    running = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    ends = [i for i in range(len(ranked)) if i + 1 == len(ranked) or ranked[i + 1] < ranked[i]]
    return [(float(ranked[i]), i + 1, float(running[i])) for i in ends]
