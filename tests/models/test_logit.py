"""Logistic regression over named features: scikit-learn's probabilities, from a table one can read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError
from sklearn.linear_model import LogisticRegression

from models.errors import InputError
from models.logit import NO, YES, Logit, fit_logit

NAMES = ("neighbours", "text", "topic")
LABELS = {2: (NO, YES), 3: ("complaint", "question", "thanks")}
UNSEEN = float(np.exp(-9.0))  # odds of a label never seen against the best of the others, at most
Matrix = NDArray[np.float64]


def drawn(n: int, labels: Sequence[str], seed: int = 1) -> tuple[Matrix, list[str]]:
    """Rows whose label depends on the features, with noise: no label is certain anywhere."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, len(NAMES)))
    truth = rng.normal(size=(len(NAMES), len(labels))) * 1.5
    best = (features @ truth + rng.gumbel(size=(n, len(labels)))).argmax(axis=1)
    return features, [labels[i] for i in best]


def table(rows: int = 2, columns: int = 2, bias: int = 2) -> dict[str, object]:
    """Fields of a logit of two features and two labels, with that many numbers."""
    return {
        "names": ("text", "topic"),
        "labels": (NO, YES),
        "weights": tuple((0.5,) * columns for _ in range(rows)),
        "bias": (0.25,) * bias,
    }


@pytest.mark.parametrize("c", [0.01, 1.0, 100.0], ids=["stiff", "default", "loose"])
@pytest.mark.parametrize("k", [2, 3], ids=["two-labels", "three-labels"])
def test_probabilities_are_those_of_the_oracle(k: int, c: float) -> None:
    """Probabilities equal scikit-learn's own, on rows it was not fitted on, up to five decimals of a weight."""
    features, labels = drawn(200, LABELS[k])
    logit = fit_logit(NAMES, features, labels, c=c)
    oracle = LogisticRegression(C=c, max_iter=2000).fit(features, labels)
    asked = np.random.default_rng(2).normal(size=(50, len(NAMES))) * 2
    assert logit.labels == tuple(oracle.classes_)
    got = logit.proba(asked)
    assert got.shape == (50, k)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, oracle.predict_proba(asked), atol=5e-5)


def test_weights_have_the_sign_that_a_person_expects() -> None:
    """A feature that only the right answers have speaks for yes, one that only the wrong have against it."""
    features = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    logit = fit_logit(("for", "against"), features, [YES, YES, NO, NO])
    for_no, for_yes = logit.labels.index(NO), logit.labels.index(YES)
    assert logit.weights[0][for_yes] > 0.1 > -0.1 > logit.weights[1][for_yes]
    assert [row[for_no] for row in logit.weights] == [0, 0]


@pytest.mark.parametrize("order", [(NO, YES), (YES, NO), ("maybe", YES, NO)], ids=["sorted", "turned", "one-more"])
def test_yes_is_yes_in_any_order(order: tuple[str, ...]) -> None:
    """`yes` is the column of yes wherever it stands, and the order of the labels changes no probability."""
    features, labels = drawn(100, LABELS[2])
    logit, plain = fit_logit(NAMES, features, labels, order=order), fit_logit(NAMES, features, labels)
    assert logit.labels == order
    np.testing.assert_allclose(logit.yes(features), plain.proba(features)[:, 1], atol=2e-4)
    np.testing.assert_allclose(logit.yes(features), logit.proba(features)[:, order.index(YES)])
    right = (logit.yes(features) > 0.5) == (np.array(labels) == YES)
    assert right.mean() > 0.7


@pytest.mark.parametrize(
    "order",
    [("thanks", "praise", "complaint", "question"), ("question", "thanks", "complaint")],
    ids=["one-more", "turned"],
)
def test_three_labels_in_any_order(order: tuple[str, ...]) -> None:
    """Columns follow the order asked for, a label more or not."""
    features, labels = drawn(150, LABELS[3])
    logit, plain = fit_logit(NAMES, features, labels, order=order), fit_logit(NAMES, features, labels)
    at = [order.index(label) for label in plain.labels]
    np.testing.assert_allclose(logit.proba(features)[:, at], plain.proba(features), atol=2e-4)


@cache
def with_praise(k: int) -> Logit:
    """A logit that knows a label without a row, its first."""
    features, labels = drawn(80, LABELS[k])
    return fit_logit(NAMES, features, labels, order=("praise", *LABELS[k]))


@pytest.mark.parametrize("k", [2, 3], ids=["two-seen", "three-seen"])
@given(asked=st.lists(st.floats(-50, 50), min_size=len(NAMES), max_size=len(NAMES)))
@settings(max_examples=25)
def test_label_never_seen_stays_improbable(k: int, asked: list[float]) -> None:
    """Whatever the features, a label without a row has its small share, above 0, and never wins."""
    p = with_praise(k).proba(np.array([asked]))[0]
    assert 0 <= p[0] <= UNSEEN * 1.01
    assert p.sum() == pytest.approx(1, abs=1e-5)


def test_label_never_seen_is_possible() -> None:
    """At everyday features a label without a row keeps a probability that is not 0."""
    praise = with_praise(2).proba(drawn(80, LABELS[2])[0])[:, 0]
    assert (praise > 0).all()
    assert praise.max() > UNSEEN / 3


def test_row_weights_count() -> None:
    """A row of weight 0 is as good as absent, one of weight 2 as good as there twice."""
    features, labels = drawn(90, LABELS[3])
    importance = [0.0] * 30 + [2.0] * 30 + [1.0] * 30
    weighted = fit_logit(NAMES, features, labels, weights=importance)
    again = np.concatenate([features[30:60], features[30:]])
    repeated = fit_logit(NAMES, again, [*labels[30:60], *labels[30:]])
    np.testing.assert_allclose(weighted.weights, repeated.weights, atol=2e-3)
    np.testing.assert_allclose(weighted.bias, repeated.bias, atol=2e-3)
    assert np.abs(np.subtract(weighted.weights, fit_logit(NAMES, features, labels).weights)).max() > 0.02


def test_larger_c_larger_weights() -> None:
    """`c` is the inverse of the ridge: the smaller, the nearer to no weights at all."""
    features, labels = drawn(100, LABELS[2])
    sizes = [float(np.abs(fit_logit(NAMES, features, labels, c=c).weights).max()) for c in (1e-4, 1e-2, 1.0)]
    assert sizes == sorted(sizes)
    assert sizes[0] < 0.05 < 0.5 < sizes[-1]


@pytest.mark.parametrize("labels", [[], [YES], [NO, NO, NO]], ids=["no-rows", "one-row", "one-label"])
def test_rows_that_teach_nothing(labels: list[str]) -> None:
    """Rows of one label, or none, are refused with one sentence, also where the order names more labels."""
    with pytest.raises(InputError, match="add rows of another"):
        fit_logit(NAMES, np.zeros((len(labels), len(NAMES))), labels, order=(NO, YES))


@pytest.mark.parametrize("order", [(YES,), ("praise", "maybe")], ids=["one-less", "all-others"])
def test_label_that_the_order_lacks(order: tuple[str, ...]) -> None:
    """A row whose label is not among those asked for is refused, and the label is named."""
    features, labels = drawn(20, LABELS[2])
    with pytest.raises(InputError, match=r"labels \['no'.*\] are not among"):
        fit_logit(NAMES, features, labels, order=order)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (table(rows=1), "weights must be 2 rows of 2 numbers"),
        (table(rows=3), "weights must be 2 rows of 2 numbers"),
        (table(columns=1), "weights must be 2 rows of 2 numbers"),
        (table(columns=3), "weights must be 2 rows of 2 numbers"),
        (table(bias=1), "2 labels but 1 biases"),
        (table(bias=3), "2 labels but 3 biases"),
        (table() | {"temperature": 1.0}, "temperature"),
        ({"names": (), "labels": (NO, YES), "weights": ()}, "bias"),
    ],
    ids=["row-less", "row-more", "number-less", "number-more", "bias-less", "bias-more", "unknown", "missing"],
)
def test_tables_that_do_not_fit(fields: dict[str, object], message: str) -> None:
    """A saved logit whose numbers do not fit its names is refused when read, not when used."""
    with pytest.raises(ValidationError, match=message):
        Logit.model_validate(fields)


def test_by_hand() -> None:
    """Scores are features times weights plus bias, and probabilities their softmax."""
    logit = Logit(names=("a", "b"), labels=("x", YES), weights=((0.0, 1.0), (0.0, -2.0)), bias=(0.0, 0.5))
    got = logit.yes(np.array([[0, 0], [1, 0], [0, 1], [800, 0], [0, 800]], np.float32))
    np.testing.assert_allclose(got, [1 / (1 + np.exp(-s)) for s in (0.5, 1.5, -1.5, 700, -700)], rtol=1e-5, atol=1e-30)


@pytest.mark.parametrize("n", [0, 2], ids=["no-rows", "two-rows"])
def test_no_features_leaves_the_bias(n: int) -> None:
    """Without features the bias alone answers; without rows nothing is answered, in the right shape."""
    logit = Logit(names=(), labels=(NO, YES), weights=(), bias=(0.0, float(np.log(3))))
    got = logit.proba(np.empty((n, 0)))
    assert got.shape == (n, 2)
    np.testing.assert_allclose(got, np.tile([0.25, 0.75], (n, 1)), rtol=1e-6)


@pytest.mark.parametrize("k", [2, 3], ids=["two-labels", "three-labels"])
def test_json_round_trip(k: int) -> None:
    """A logit read back from JSON is the same, and answers the same to the bit."""
    features, labels = drawn(60, LABELS[k])
    logit = fit_logit(NAMES, features, labels, order=("praise", *LABELS[k]))
    again = Logit.model_validate_json(logit.model_dump_json())
    assert again == logit
    np.testing.assert_array_equal(again.proba(features), logit.proba(features))


def test_same_rows_same_logit() -> None:
    """The same rows give the same numbers, all of them short enough to read."""
    features, labels = drawn(60, LABELS[3])
    logit = fit_logit(NAMES, features, labels)
    assert fit_logit(NAMES, features, labels) == logit
    assert all(round(w, 5) == w for row in (*logit.weights, logit.bias) for w in row)
