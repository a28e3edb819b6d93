"""Measures of answers with a confidence: worked by hand, and true of any answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from models.measures import (
    Bin,
    Bools,
    Floats,
    Point,
    calibration,
    calibration_error,
    coverage_curve,
    figure,
    threshold_for,
)

STEPS = 10_000  # confidences of four decimals, as the measures round
FINE = st.integers(0, STEPS)
COARSE = st.sampled_from([0, 1000, 5000, 5001, 9000, STEPS])  # many answers of one confidence
PRECISIONS = st.sampled_from([0.0, 0.5, 2 / 3, 0.75, 0.9, 1.0])
ANSWERS = st.one_of([st.lists(st.tuples(kind, st.booleans()), max_size=30) for kind in (FINE, COARSE)])
DISTINCT = st.lists(st.tuples(FINE, st.booleans()), min_size=1, max_size=30, unique_by=lambda answer: answer[0])
FEW = settings(max_examples=50)


def arrays(answers: Sequence[tuple[int, bool]]) -> tuple[Floats, Bools]:
    """Confidences, given in ten-thousandths, and whether each answer is right."""
    return np.array([c / STEPS for c, _ in answers], np.float64), np.array([r for _, r in answers], np.bool_)


def share(answers: Sequence[tuple[int, bool]], least: float) -> float:
    """Share right among the answers of at least this confidence."""
    kept = [right for c, right in answers if c / STEPS >= least]
    return sum(kept) / len(kept)


def a_bin(n: int, confidence: float, accuracy: float) -> Bin:
    return Bin(low=0, high=1, n=n, confidence=confidence, accuracy=accuracy)


# figure


@pytest.mark.parametrize(
    ("values", "want"),
    [
        ([], (None, 0, None, None)),
        ([0.25], (0.25, 1, 0.25, 0.25)),
        ([1, 1, 1], (1, 3, 1, 1)),
        ([0, 1], (0.5, 2, 0, 1)),
        ([1, 0, 0], (0.3333, 3, 0, 1)),
    ],
    ids=["none", "one", "all-right", "two", "three"],
)
def test_figure_by_hand(values: list[float], want: tuple[float | None, int, float | None, float | None]) -> None:
    """The mean with four decimals, how many there were, and no number where there is nothing to count."""
    got = figure("lead", values)
    assert (got.name, (got.value, got.n, got.low, got.high)) == ("lead", want)


@FEW
@given(st.lists(st.integers(0, 4).map(lambda quarter: quarter / 4), min_size=1, max_size=40), st.integers(0, 5))
def test_interval_holds_the_mean(values: list[float], seed: int) -> None:
    """The interval contains the mean and stays between the least and the largest value."""
    got = figure("x", values, seed)
    assert got.value is not None
    assert got.low is not None
    assert got.high is not None
    assert got.value == pytest.approx(sum(values) / len(values), abs=5.1e-5)
    assert min(values) <= got.low <= got.value <= got.high <= max(values)


@pytest.mark.parametrize("n", [100, 400, 1600])
def test_interval_has_the_width_of_the_normal_one(n: int) -> None:
    """Of many answers, one in five right, the interval is the mean ± 1.96 standard errors."""
    got = figure("x", [1.0, 0.0, 0.0, 0.0, 0.0] * (n // 5))
    assert (got.low, got.high) == pytest.approx(
        (0.2 - 1.96 * 0.4 / n**0.5, 0.2 + 1.96 * 0.4 / n**0.5), abs=0.2 * 1.96 * 0.4 / n**0.5
    )


def test_figure_is_repeatable() -> None:
    """The same values and seed give the same interval, another seed gives another."""
    values = [float(i % 7 == 0) + i / 50 for i in range(50)]
    assert figure("x", values) == figure("x", values)
    assert figure("x", values, seed=1) != figure("x", values)


# calibration


def test_calibration_by_hand() -> None:
    """Two bins of four: an edge belongs to the upper bin, 1.0 to the last, and empty bins are left out."""
    confidence = np.array([0.5, 0.6, 0.74, 1.0, 0.75])
    right = np.array([True, False, False, True, True])
    assert calibration(confidence, right, bins=4) == (
        Bin(low=0.5, high=0.75, n=3, confidence=0.6133, accuracy=0.3333),
        Bin(low=0.75, high=1.0, n=2, confidence=0.875, accuracy=1.0),
    )


@FEW
@given(ANSWERS, st.sampled_from([1, 4, 10, 20]))
def test_bins_partition_the_answers(answers: list[tuple[int, bool]], bins: int) -> None:
    """Every answer is in one bin, the one that holds its confidence; bins rise and none is empty."""
    found = calibration(*arrays(answers), bins=bins)
    assert [b.low for b in found] == sorted({b.low for b in found})
    assert sum(b.n for b in found) == len(answers)
    for b in found:
        at = round(b.low * bins)
        assert (b.low, b.high) == (at / bins, (at + 1) / bins)
        inside = [(c / STEPS, right) for c, right in answers if min(c * bins // STEPS, bins - 1) == at]
        assert b.n == len(inside) > 0
        assert b.confidence == pytest.approx(sum(c for c, _ in inside) / len(inside), abs=5.1e-5)
        assert b.accuracy == pytest.approx(sum(right for _, right in inside) / len(inside), abs=5.1e-5)


@pytest.mark.parametrize(
    ("bins", "want"),
    [
        ([], 0.0),
        ([a_bin(5, 0.8, 0.8)], 0.0),
        ([a_bin(4, 0.9, 0.5)], 0.4),
        ([a_bin(4, 0.5, 0.9)], 0.4),
        ([a_bin(1, 0.2, 0.0), a_bin(3, 0.9, 0.5)], 0.35),
    ],
    ids=["nothing", "perfect", "too-sure", "too-modest", "weighted"],
)
def test_calibration_error_by_hand(bins: list[Bin], want: float) -> None:
    """Gaps count whichever way they point, by the answers in the bin."""
    assert calibration_error(bins) == pytest.approx(want)


@FEW
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(1, 5)), min_size=1, max_size=8))
def test_perfectly_calibrated(groups: list[tuple[int, int]]) -> None:
    """Answers that are right as often as they say have no calibration error."""
    answers = [(eighths * STEPS // 8, i < eighths) for eighths, times in groups for i in [*range(8)] * times]
    assert calibration_error(calibration(*arrays(answers))) == pytest.approx(0, abs=1e-4)


@FEW
@given(ANSWERS)
def test_calibration_error_is_between(answers: list[tuple[int, bool]]) -> None:
    """The error is at most 1 and at least the gap between mean confidence and accuracy."""
    confidence, right = arrays(answers)
    error = calibration_error(calibration(confidence, right))
    gap = abs(float(confidence.mean() - right.mean())) if answers else 0.0
    assert gap - 1e-4 <= error <= 1


# coverage


def test_coverage_curve_by_hand() -> None:
    """Of four answers, given in any order, the surest come first."""
    confidence, right = np.array([0.2, 0.9, 0.6, 0.8]), np.array([False, True, False, True])
    assert coverage_curve(confidence, right, points=4) == (
        Point(threshold=0.9, coverage=0.25, accuracy=1.0),
        Point(threshold=0.8, coverage=0.5, accuracy=1.0),
        Point(threshold=0.6, coverage=0.75, accuracy=2 / 3),
        Point(threshold=0.2, coverage=1.0, accuracy=0.5),
    )


@FEW
@given(ANSWERS, st.integers(1, 25))
def test_curve_ends_with_everything(answers: list[tuple[int, bool]], points: int) -> None:
    """The last point answers all, points differ, and there are no more than asked for; without answers none."""
    curve = coverage_curve(*arrays(answers), points=points)
    assert len(curve) <= points
    assert [p.coverage for p in curve] == sorted({p.coverage for p in curve})
    assert [p.threshold for p in curve] == sorted({p.threshold for p in curve}, reverse=True)
    assert [(p.threshold, p.coverage) for p in curve[-1:]] == [(c / STEPS, 1) for c, _ in sorted(answers)[:1]]


@FEW
@given(ANSWERS, st.integers(1, 25))
def test_points_are_true_of_their_threshold(answers: list[tuple[int, bool]], points: int) -> None:
    """Answering from a point's threshold on answers its coverage with its accuracy, to the last digit, ties or not."""
    for point in coverage_curve(*arrays(answers), points=points):
        taken = sum(c / STEPS >= point.threshold for c, _ in answers)
        assert (point.coverage, point.accuracy) == (taken / len(answers), share(answers, point.threshold))


@FEW
@given(DISTINCT, st.integers(1, 25))
def test_points_stand_at_even_steps(answers: list[tuple[int, bool]], points: int) -> None:
    """Of answers that differ, each point takes the fewest that reach its step, and at least one more than the last."""
    curve = coverage_curve(*arrays(answers), points=points)
    taken = [max(step, -(-step * len(answers) // points)) for step in range(1, min(points, len(answers)) + 1)]
    assert [p.coverage for p in curve] == [n / len(answers) for n in taken]


def test_points_take_equal_confidences_together() -> None:
    """Four answers of one confidence are all taken or all left, so the order of rows does not matter."""
    right = np.array([True, True, False, False])
    assert coverage_curve(np.full(4, 0.5), right, points=2) == (Point(threshold=0.5, coverage=1.0, accuracy=0.5),)


# threshold


@pytest.mark.parametrize(
    ("answers", "precision", "want"),
    [
        ([], 0.9, 1.0),
        ([(9000, False)], 0.5, 1.0),
        ([(9000, True)], 1.0, 0.9),
        ([(3000, False), (9000, True), (6000, True)], 1.0, 0.6),
        ([(9000, False), (8000, True), (7000, True), (6000, True)], 0.75, 0.6),
        ([(9000, False), (8000, True), (7000, True), (6000, True)], 0.76, 1.0),
        ([(9000, True), (5000, True), (5000, False)], 1.0, 0.9),
        ([(9000, True), (5000, False), (5000, True)], 1.0, 0.9),
        ([(9000, True), (5000, False), (5000, True)], 0.6, 0.5),
        ([(9000, True), (8000, False), (7000, True), (6000, True)], 0.75, 0.6),
    ],
    ids=[
        *("nothing", "only-wrong", "only-right", "any-order", "surest-is-wrong", "never-enough"),
        *("tie-right-first", "tie-wrong-first", "tie-taken-whole", "falls-and-rises-again"),
    ],
)
def test_threshold_by_hand(answers: list[tuple[int, bool]], precision: float, want: float) -> None:
    """The lowest cut that keeps the precision, also behind a stretch that did not."""
    assert threshold_for(*arrays(answers), precision) == want


@FEW
@given(ANSWERS, PRECISIONS)
def test_threshold_is_the_lowest_that_keeps_precision(answers: list[tuple[int, bool]], precision: float) -> None:
    """Of all cuts between answers, ties kept together, it is the lowest with the precision; 1.0 if none has it."""
    got = threshold_for(*arrays(answers), precision)
    cuts = [c / STEPS for c, _ in answers]
    good = [cut for cut in cuts if share(answers, cut) >= precision]
    assert got == (min(good) if good else 1.0)
    assert not good or share(answers, got) >= precision


@pytest.mark.parametrize(
    ("confidence", "right"),
    [
        pytest.param([0.9, 0.50004, 0.50001], [True, True, False], id="rounded-down-lets-a-wrong-one-in"),
        pytest.param([0.9, 0.50006], [True, True], id="rounded-up-shuts-a-right-one-out"),
    ],
)
def test_threshold_is_true_between_four_decimals(confidence: list[float], right: list[bool]) -> None:
    """Answers from the returned cut on are right, and all right ones are in, however fine the confidences."""
    found = np.array(confidence) >= threshold_for(np.array(confidence), np.array(right), 1.0)
    assert found.tolist() == right


# records


@pytest.mark.parametrize("field", ["coverage", "accuracy"])
@pytest.mark.parametrize("value", [-0.1, 1.1], ids=["below", "above"])
def test_shares_stay_shares(field: str, value: float) -> None:
    """A point that covers or gets right more than all, or less than nothing, is refused."""
    with pytest.raises(ValidationError, match=field):
        Point.model_validate({"threshold": 0.5, "coverage": 0.5, "accuracy": 0.5, field: value})
