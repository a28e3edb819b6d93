"""The linear text classifier: features, fitting, calibration, saving, abstaining."""

from __future__ import annotations

import io
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import InputError
from models.fit_linear import Fitted, fit_classifier
from models.linear import BITS, Prediction, TextClassifier, count_matrix, log_softmax, ngram_counts

PLACES = ("金水区经三路", "二七区大学路", "中原区建设路", "惠济区文化路", "管城区航海路")
MATTERS = {
    "噪声": ("夜间施工噪声大", "楼下音响吵得睡不着", "工地半夜打桩太吵"),
    "供水": ("家里停水两天", "自来水发黄浑浊", "水管爆裂停水"),
    "路灯": ("路灯整晚不亮", "路灯灯杆倾斜", "新装路灯不亮"),
}
ROWS = [(place + text, label) for label, texts in MATTERS.items() for place, text in product(PLACES, texts)]
TEXTS, LABELS = [text for text, _ in ROWS], [label for _, label in ROWS]
UNSEEN = {"金水区黄河路施工吵人": "噪声", "陇海路停水了": "供水", "桐柏路上路灯坏了不亮": "路灯"}


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return fit_classifier(TEXTS, LABELS)


def saved(classifier: TextClassifier) -> bytes:
    """The bytes of the saved arrays, one after the other."""
    return b"".join(name.encode() + array.tobytes() for name, array in classifier.arrays("m").items())


def reloaded(classifier: TextClassifier) -> TextClassifier:
    """The classifier after a way through a file that may hold no objects."""
    file = io.BytesIO()
    np.savez_compressed(file, **classifier.arrays("m"))  # type: ignore[arg-type]  # numpy's stub wants bool first
    file.seek(0)
    with np.load(file, allow_pickle=False) as data:
        return TextClassifier.from_arrays("m", data)


def test_ngrams_of_a_short_text() -> None:
    """Two characters have three n-grams; buckets are sorted, unique and fixed for good: saved models rely on them."""
    buckets, counts = ngram_counts("ab")
    assert (buckets.tolist(), counts.tolist()) == ([57113, 194369, 594889], [1, 1, 1])


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_ngram_counts_of_any_text(text: str) -> None:
    """Any text gives sorted unique buckets in range, as many n-grams as its characters allow."""
    buckets, counts = ngram_counts(text)
    n = sum(not "\ud800" <= c <= "\udfff" for c in "".join(text.lower().split()))
    assert counts.sum() == n + max(n - 1, 0) + max(n - 2, 0)
    assert (np.diff(buckets) > 0).all()
    assert all(0 <= b < 2**BITS for b in buckets.tolist())


@pytest.mark.parametrize(
    ("one", "other"),
    [("路灯 不亮\n", "路灯不亮"), ("ABC小区", "abc小区"), ("路\ud83d灯", "路灯")],
    ids=["white-space", "case", "lone-surrogate"],
)
def test_ngrams_ignore(one: str, other: str) -> None:
    """White space, letter case and broken characters make no difference."""
    for left, right in zip(ngram_counts(one), ngram_counts(other), strict=True):
        np.testing.assert_array_equal(left, right)


def test_ngrams_mind_the_order() -> None:
    """The same characters in another order share single characters only."""
    shared = set(ngram_counts("灯路")[0].tolist()) & set(ngram_counts("路灯")[0].tolist())
    assert len(shared) == 2


def test_sharing_a_bucket_stays_the_exception() -> None:
    """100,000 distinct n-grams fill at least 95,000 buckets: as few clash as chance has it."""
    text = "".join(chr(c) for c in np.random.default_rng(1).integers(0x4E00, 0x9FA5, 46_000))
    grams = {text[i : i + n] for n in (1, 2, 3) for i in range(len(text) - n + 1)}
    assert len(grams) > 100_000
    assert len(ngram_counts(text)[0]) > 0.95 * len(grams)


@given(st.lists(st.text(max_size=20), max_size=5))
@settings(max_examples=50, deadline=None)
def test_count_matrix_equals_single_texts(texts: list[str]) -> None:
    """A row of the matrix is what the text gives by itself; no texts give no rows."""
    matrix = count_matrix(texts)
    assert matrix.shape == (len(texts), 2**BITS)
    for i, text in enumerate(texts):
        buckets, counts = ngram_counts(text)
        row = slice(matrix.indptr[i], matrix.indptr[i + 1])
        assert (matrix.indices[row].tolist(), matrix.data[row].tolist()) == (buckets.tolist(), counts.tolist())


def test_log_softmax_is_safe() -> None:
    """Huge scores neither overflow nor vanish; rows are log-probabilities."""
    got = log_softmax(np.array([[1e4, 0.0], [-1e4, -1e4]], np.float32))
    np.testing.assert_allclose(np.exp(got).sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(got[1], np.log([0.5, 0.5]), rtol=1e-6)


@pytest.mark.parametrize(("text", "label"), UNSEEN.items(), ids=["noise", "water", "lamp"])
def test_obvious_answer(fitted: Fitted, text: str, label: str) -> None:
    """A text it has not seen gets the label that its words say."""
    assert fitted.classifier.predict(text).label == label


def test_predictions_are_distributions(fitted: Fitted) -> None:
    """Every label is ranked once, best first, and the probabilities sum to 1; a foreign text is no exception."""
    for text in (*UNSEEN, "", "xyz", "\ud83d"):
        ranked = fitted.classifier.predict(text).ranked
        assert {label for label, _ in ranked} == set(MATTERS)
        assert sum(p for _, p in ranked) == pytest.approx(1, abs=1e-5)
        assert sorted((p for _, p in ranked), reverse=True) == [p for _, p in ranked]


def test_held_out_rows(fitted: Fitted) -> None:
    """Held-out rows are log-probabilities, right on this easy corpus."""
    assert fitted.held_out.shape == (len(TEXTS), 3)
    np.testing.assert_allclose(np.exp(fitted.held_out).sum(axis=1), 1, rtol=1e-4)
    target = np.array([fitted.classifier.labels.index(label) for label in LABELS])
    assert (fitted.held_out.argmax(axis=1) == target).mean() > 0.9


def test_training_and_answering_weigh_alike(fitted: Fitted) -> None:
    """Fitting (sparse, scikit-learn) and answering (dense, numpy) see the same margins."""
    from models.fit_linear import _apply

    margins = _apply(fitted.classifier, count_matrix(TEXTS))
    want = log_softmax(margins / fitted.classifier.temperature)
    np.testing.assert_allclose(fitted.classifier.log_proba(TEXTS), want, atol=2e-4)


def test_same_data_same_bytes(fitted: Fitted) -> None:
    """The same rows and seed give the same model to the byte; other rows give another."""
    assert saved(fit_classifier(TEXTS, LABELS).classifier) == saved(fitted.classifier)
    assert saved(fit_classifier(TEXTS[:-1], LABELS[:-1]).classifier) != saved(fitted.classifier)


def test_easy_rows_do_not_make_certain(fitted: Fitted) -> None:
    """A few rows that are all told apart are no ground for a probability of 1."""
    assert np.exp(fitted.held_out).max(axis=1).mean() < 0.995
    assert fitted.classifier.predict("陇海路停水了").ranked[0][1] < 0.9999


def test_temperature_is_fitted() -> None:
    """Labels that contradict the words make the model less sure of itself, not wrong in form."""
    rng = np.random.default_rng(5)
    noisy = [label if rng.random() > 0.4 else str(rng.choice(list(MATTERS))) for label in LABELS]
    doubtful, sure = fit_classifier(TEXTS, noisy), fit_classifier(TEXTS, LABELS)
    assert doubtful.classifier.temperature > sure.classifier.temperature > 0


def test_round_trip_keeps_the_answers(fitted: Fitted) -> None:
    """Saving costs half a step of int8 and no answer: same labels, same best label for every text."""
    again = reloaded(fitted.classifier)
    assert again.labels == fitted.classifier.labels
    assert again.temperature == fitted.classifier.temperature
    step = np.abs(fitted.classifier.weights).max(axis=0) / 127
    assert (np.abs(again.weights - fitted.classifier.weights) <= step * 0.5001).all()
    texts = [*TEXTS, *UNSEEN]
    before, after = fitted.classifier.log_proba(texts), again.log_proba(texts)
    np.testing.assert_array_equal(after.argmax(axis=1), before.argmax(axis=1))
    np.testing.assert_allclose(np.exp(after), np.exp(before), atol=0.02)


def test_saved_twice_is_saved_once(fitted: Fitted) -> None:
    """A loaded model saves to the bytes it came from."""
    assert saved(reloaded(reloaded(fitted.classifier))) == saved(reloaded(fitted.classifier))


def test_missing_array(fitted: Fitted) -> None:
    """A file without one of the arrays is refused."""
    arrays = fitted.classifier.arrays("m")
    del arrays["m.scale"]
    with pytest.raises(KeyError, match="scale"):
        TextClassifier.from_arrays("m", arrays)


@pytest.mark.parametrize(
    ("below", "label"), [(0.0, "a"), (0.6, "a"), (0.61, ""), (1.0, "")], ids=["never", "at", "just-below", "always"]
)
def test_abstention(below: float, label: str) -> None:
    """Below the threshold there is no label, at it there is; the ranking is told either way."""
    prediction = Prediction((("a", 0.6), ("b", 0.4)), below)
    assert (prediction.label, len(prediction.ranked)) == (label, 2)


def test_abstention_is_saved() -> None:
    """The threshold belongs to the model and survives saving."""
    model = TextClassifier(
        ("a", "b"), np.array([1]), np.ones(1, "f4"), np.zeros((1, 2), "f4"), np.zeros(2, "f4"), 1.0, abstain_below=0.75
    )
    assert model.predict("x").label == reloaded(model).predict("x").label == ""
    assert reloaded(model).abstain_below == 0.75


def test_two_labels() -> None:
    """Two labels, one row of coefficients inside: still the right one wins."""
    rows = [(t, label) for t, label in ROWS if label != "供水"]
    model = fit_classifier([t for t, _ in rows], [label for _, label in rows]).classifier
    assert [model.predict(text).label for text, label in UNSEEN.items() if label != "供水"] == ["噪声", "路灯"]


def test_label_of_a_single_row() -> None:
    """A label that some folds cannot see costs nothing but its own held-out row."""
    fitted = fit_classifier([*TEXTS[:15], "路灯不亮路灯不亮路灯不亮"], [*LABELS[:15], "路灯"])
    assert fitted.classifier.labels == ("噪声", "路灯")
    assert np.isfinite(fitted.held_out).all()
    assert fitted.held_out[-1].argmax() == 0


def test_no_common_ngram() -> None:
    """Rows with nothing in common fit a model that knows nothing and says so: even odds."""
    fitted = fit_classifier(["甲", "乙"], ["a", "b"])
    assert fitted.classifier.predict("甲").ranked == (("a", 0.5), ("b", 0.5))
    assert reloaded(fitted.classifier).predict("丙").ranked == (("a", 0.5), ("b", 0.5))


@pytest.mark.parametrize("rows", [[], ["噪声", "噪声"]], ids=["no-rows", "one-label"])
def test_too_few_labels(rows: list[str]) -> None:
    """Nothing to tell apart is said in one sentence."""
    with pytest.raises(InputError, match=f"two labels or more, these have {len(set(rows))}"):
        fit_classifier(rows, rows)


def test_no_texts_no_rows(fitted: Fitted) -> None:
    """No texts give an empty matrix of the right width."""
    assert fitted.classifier.log_proba([]).shape == (0, 3)
