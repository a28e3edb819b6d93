"""The conditional-logit ranker: finds the weights that made the data, also from partial labels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError

from models.errors import InputError
from models.ranker import Features, Ranker, fit_ranker

NAMES = ("neighbours", "text", "topic")
TRUE = np.array([2.0, -1.0, 0.5])
CANDIDATES = 6
Accepted = list[NDArray[np.bool_]]


def drawn(n: int, seed: int, truth: NDArray[np.float64] = TRUE) -> tuple[list[Features], Accepted]:
    """Rows whose right candidate is drawn from the model with the true weights."""
    rng = np.random.default_rng(seed)
    features = [rng.normal(size=(CANDIDATES, len(truth))).astype(np.float32) for _ in range(n)]
    gumbel = rng.gumbel(size=(n, CANDIDATES))
    chosen = [int((f @ truth + g).argmax()) for f, g in zip(features, gumbel, strict=True)]
    return features, [np.arange(CANDIDATES) == c for c in chosen]


def widened(accepted: Accepted, seed: int) -> Accepted:
    """Each label widened to a set of two or three candidates that holds the right one."""
    rng = np.random.default_rng(seed)
    return [np.asarray(a | (rng.random(CANDIDATES) < 0.3)) for a in accepted]


def test_recovers_the_weights() -> None:
    """Fitted on enough rows, the weights are those that the labels were drawn with."""
    ranker = fit_ranker(NAMES, *drawn(3000, 1), ridge=0)
    assert ranker.names == NAMES
    np.testing.assert_allclose(ranker.weights, TRUE, atol=0.15)


def test_partial_labels_count() -> None:
    """Labels that only narrow the choice down lead to the same weights, from the same rows."""
    features, accepted = drawn(4000, 2)
    wide = widened(accepted, 3)
    assert np.mean([a.sum() for a in wide]) > 2
    np.testing.assert_allclose(fit_ranker(NAMES, features, wide, ridge=0).weights, TRUE, atol=0.25)


def test_any_candidate_right_says_nothing() -> None:
    """Rows that accept every candidate leave the weights at zero."""
    features, _ = drawn(50, 4)
    everything = [np.ones(CANDIDATES, bool)] * 50
    np.testing.assert_allclose(fit_ranker(NAMES, features, everything).weights, 0, atol=1e-3)


def test_row_weights_count() -> None:
    """A row of weight 0 is as good as absent, one of weight 2 as good as there twice."""
    features, accepted = drawn(200, 5)
    _, wrong = drawn(200, 6, -TRUE)
    without = fit_ranker(NAMES, features * 2, accepted + wrong, [1.0] * 200 + [0.0] * 200, ridge=0)
    np.testing.assert_allclose(without.weights, fit_ranker(NAMES, features, accepted, ridge=0).weights, atol=0.01)
    twice = fit_ranker(NAMES, features, accepted, [2.0] * 100 + [1.0] * 100, ridge=0)
    doubled = fit_ranker(NAMES, features + features[:100], accepted + accepted[:100], ridge=0)
    np.testing.assert_allclose(twice.weights, doubled.weights, atol=0.01)


def test_ridge_pulls_towards_zero() -> None:
    """A stronger ridge gives shorter weights."""
    rows = drawn(300, 7)
    lengths = [np.linalg.norm(fit_ranker(NAMES, *rows, ridge=ridge).weights) for ridge in (0.0, 0.1, 1.0)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[2] < 0.7 * lengths[0]


def test_same_rows_same_weights() -> None:
    """Fitting has no chance in it."""
    assert fit_ranker(NAMES, *drawn(100, 8)) == fit_ranker(NAMES, *drawn(100, 8))


@given(
    scores=st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=8),
    weight=st.floats(-5, 5),
    temperature=st.floats(0.05, 20),
)
@settings(max_examples=80, deadline=None)
def test_probabilities_sum_to_one(scores: list[float], weight: float, temperature: float) -> None:
    """Whatever features and weights, the candidates' probabilities sum to 1."""
    ranker = Ranker(names=("text",), weights=(weight,), temperature=temperature)
    p = np.exp(ranker.log_proba(np.array(scores, np.float32)[:, None]))
    assert p.shape == (len(scores),)
    assert p.sum() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("temperature", [0.0, -1.0], ids=["zero", "negative"])
def test_temperature_must_be_positive(temperature: float) -> None:
    """A saved ranker with a temperature that cannot divide is refused."""
    with pytest.raises(ValidationError, match="temperature"):
        Ranker(names=("text",), weights=(1.0,), temperature=temperature)


def test_one_weight_a_name() -> None:
    """A saved ranker whose names and weights do not fit is refused when read, not when used."""
    with pytest.raises(ValidationError, match="2 feature names but 1 weights"):
        Ranker(names=("text", "topic"), weights=(1.0,))


def test_json_round_trip() -> None:
    """A ranker read back from JSON is the same ranker."""
    ranker = fit_ranker(NAMES, *drawn(50, 11))
    assert Ranker.model_validate_json(ranker.model_dump_json()) == ranker


@pytest.mark.parametrize("case", ["no-rows", "nothing-right"])
def test_rows_that_teach_nothing(case: str) -> None:
    """No rows, or a row without a right candidate, are refused with one sentence."""
    features, accepted = drawn(3, 12)
    if case == "no-rows":
        features, accepted = [], []
    else:
        accepted[1] = np.zeros(CANDIDATES, bool)
    with pytest.raises(InputError, match="each with a right candidate"):
        fit_ranker(NAMES, features, accepted)
