"""The linear text classifier: answers, fitting against scikit-learn, held-out rows, saving, abstaining, few rows."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import Ridge

from models import fit_linear
from models.errors import InputError
from models.fakes import HashEmbedder
from models.fit_linear import MIN_DF, MIN_DF_MANY, RIDGE, Fitted, fit_classifier
from models.linear import Prediction, TextClassifier, log_softmax
from models.ngrams import BITS, BLOCK_WEIGHTS, VECTOR_WEIGHT, Document, document_counts

Matrix = NDArray[np.float64]
PLACES = ("金水区经三路", "二七区大学路", "中原区建设路", "惠济区文化路", "管城区航海路")
MATTERS = {
    "噪声": ("夜间施工噪声大", "楼下音响吵得睡不着", "工地半夜打桩太吵"),
    "供水": ("家里停水两天", "自来水发黄浑浊", "水管爆裂停水"),
    "路灯": ("路灯整晚不亮", "路灯灯杆倾斜", "新装路灯不亮"),
}
ROWS = [(place, text, label) for label, texts in MATTERS.items() for place, text in product(PLACES, texts)]
LABELS = [label for _, _, label in ROWS]
UNSEEN = {"金水区黄河路施工吵人": "噪声", "陇海路停水了": "供水", "桐柏路上路灯坏了不亮": "路灯"}
ODD = ("", "xyz", "\ud83d")
ENCODER = HashEmbedder(32)


def document(text: str, title: str = "", *, vector: bool = False) -> Document:
    return Document(title, text, ENCODER.queries([text])[0] if vector else None)


PLAIN, EMBEDDED = ([document(at + text, text[:4], vector=vector) for at, text, _ in ROWS] for vector in (False, True))


@pytest.fixture(scope="module")
def plain() -> Fitted:
    return fit_classifier(PLAIN, LABELS)


@pytest.fixture(scope="module")
def embedded() -> Fitted:
    return fit_classifier(EMBEDDED, LABELS)


@pytest.fixture(params=["plain", "embedded"])
def fitted(request: pytest.FixtureRequest) -> Fitted:
    """The same rows without and with vectors."""
    found: Fitted = request.getfixturevalue(request.param)
    return found


def asked(fitted: Fitted) -> list[Document]:
    """Texts it has not seen, as the classifier was fitted: with a vector or without."""
    return [document(text, vector=len(fitted.classifier.dense) > 0) for text in (*UNSEEN, *ODD)]


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


def centred(rows: NDArray[np.floating]) -> Matrix:
    """Rows without what a softmax does not see."""
    return np.asarray(rows - rows.mean(axis=1, keepdims=True), np.float64)


def held_out_margins(fitted: Fitted) -> Matrix:
    """Before the temperature."""
    return centred(fitted.held_out * fitted.classifier.temperature)


def fold_of(rows: int, folds: int) -> NDArray[np.int64]:
    """The fold of each row, as seed 0 draws it."""
    return np.random.default_rng(0).permutation(rows) % folds


def features_by_hand(documents: Sequence[Document]) -> Matrix:
    """What is fitted on, written out: (1 + ln tf) · idf of common n-grams, block by block, then vectors."""
    counts = [dict(zip(*map(np.ndarray.tolist, document_counts(d)), strict=True)) for d in documents]
    df = Counter(bucket for count in counts for bucket in count)
    columns = []
    for block, weight in enumerate(BLOCK_WEIGHTS):
        kept = sorted(b for b, n in df.items() if n >= MIN_DF and b >> BITS == block)
        tf = np.array([[1 + np.log(count[b]) if b in count else 0 for b in kept] for count in counts])
        part = tf * [np.log((1 + len(documents)) / (1 + df[b])) + 1 for b in kept]
        norms = np.linalg.norm(part, axis=1, keepdims=True)
        columns.append(weight * part / np.where(norms > 0, norms, 1))
    vectors = [d.vector for d in documents if d.vector is not None]
    return np.hstack([*columns, *([VECTOR_WEIGHT * np.stack(vectors)] if vectors else [])])


def by_ridge(rows: Matrix, labels: Sequence[str], ridge: float, seen: NDArray[np.bool_]) -> Matrix:
    """scikit-learn's margins of all rows, fitted on those `seen` and on their shares of the labels alone."""
    goal = (np.array(labels)[:, None] == sorted(set(labels))).astype(np.float64)
    shares = goal[seen].mean(axis=0)
    return centred(Ridge(alpha=ridge, fit_intercept=False).fit(rows[seen], goal[seen] - shares).predict(rows) + shares)


def test_log_softmax_is_safe() -> None:
    """Huge scores neither overflow nor vanish; rows are log-probabilities."""
    got = log_softmax(np.array([[1e4, 0.0], [-1e4, -1e4]], np.float32))
    np.testing.assert_allclose(np.exp(got).sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(got[1], np.log([0.5, 0.5]), rtol=1e-6)


def test_obvious_answers(plain: Fitted) -> None:
    """A text it has not seen gets the label that its words say."""
    assert [plain.classifier.predict(document(text)).label for text in UNSEEN] == list(UNSEEN.values())


def test_predictions_are_distributions(fitted: Fitted) -> None:
    """Every label is ranked once, best first, and the probabilities sum to 1; a foreign text is no exception."""
    for one in asked(fitted):
        labels, shares = zip(*fitted.classifier.predict(one).ranked, strict=True)
        assert sorted(labels) == sorted(MATTERS)
        assert sum(shares) == pytest.approx(1, abs=1e-5)
        assert sorted(shares, reverse=True) == list(shares)


def test_row_does_not_depend_on_neighbours(fitted: Fitted) -> None:
    """A document is answered the same alone, among others and among yet others, up to rounding; none gives no rows."""
    documents = asked(fitted)
    alone = np.concatenate([fitted.classifier.log_proba([one]) for one in documents])
    np.testing.assert_allclose(fitted.classifier.log_proba(documents), alone, atol=1e-5)
    np.testing.assert_allclose(fitted.classifier.log_proba(documents[::-1])[::-1], alone, atol=1e-5)
    assert fitted.classifier.log_proba([]).shape == (0, 3)


def test_classifier_without_vectors_ignores_one(plain: Fitted) -> None:
    """A model that reads n-grams only answers alike whether the document brings a vector or not."""
    np.testing.assert_array_equal(plain.classifier.log_proba(EMBEDDED), plain.classifier.log_proba(PLAIN))


@pytest.mark.parametrize("labels", [LABELS, [str(label == "供水") for label in LABELS]], ids=["three", "two"])
@pytest.mark.parametrize(("documents", "ridge"), [(PLAIN, RIDGE), (EMBEDDED, 2.0)], ids=["plain", "embedded-stiff"])
def test_answers_are_those_of_the_oracle(
    documents: list[Document], ridge: float, labels: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With every weight kept, margins equal scikit-learn's ridge on features made by hand, up to int8."""
    monkeypatch.setattr(fit_linear, "KEPT_SHARES", ((0, 1.0),))
    model, rows = fit_classifier(documents, labels, ridge=ridge).classifier, features_by_hand(documents)
    assert rows.shape[1] == len(model.buckets) + len(model.dense)
    want = by_ridge(rows, labels, ridge, np.ones(len(rows), np.bool_))
    got = centred(model.log_proba(documents) * model.temperature)
    half_a_step = np.abs(rows).sum(axis=1).max() * float(model.scale.max()) / 2
    assert half_a_step < 0.02 < 0.2 < np.abs(want).max()
    np.testing.assert_allclose(got, want, atol=half_a_step)
    assert np.abs(got - want).mean() < 0.002


def test_only_the_largest_weights_are_kept(embedded: Fitted, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the n-gram weights is kept, the largest, unchanged, up to 127 steps; of the vector's all are."""
    few = embedded.classifier
    monkeypatch.setattr(fit_linear, "KEPT_SHARES", ((0, 1.0),))
    everything = fit_classifier(EMBEDDED, LABELS).classifier
    kept = few.weights != 0
    assert kept.mean() == pytest.approx(0.1, abs=0.02)
    np.testing.assert_array_equal(few.weights[kept], everything.weights[kept])
    assert np.abs(few.weights.astype(int)).max(axis=0).tolist() == [127] * 3
    size = np.abs(everything.weights * everything.scale)
    assert size[kept].min() >= size[~kept].max() - everything.scale.max()
    np.testing.assert_array_equal(few.dense, everything.dense)


@pytest.mark.parametrize(("many", "least"), [(3, MIN_DF), (2, MIN_DF_MANY)], ids=["few-labels", "many-labels"])
def test_rare_ngrams_are_left_out(many: int, least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only n-grams of three documents or more have a weight, of six where labels are many."""
    monkeypatch.setattr(fit_linear, "MANY", many)
    documents = [document("噪声供水路灯"[:length]) for length in (1, 1, 2, 3, 4, 5, 6, 6)]
    buckets, df = np.unique(np.concatenate([document_counts(one)[0] for one in documents]), return_counts=True)
    assert {least - 1, least} <= set(df.tolist())
    kept = fit_classifier(documents, ["a", "b"] * 4).classifier.buckets
    np.testing.assert_array_equal(kept, buckets[df >= least])


def test_same_data_same_bytes(fitted: Fitted) -> None:
    """The same rows and seed give the same model to the byte, a row less another, another seed other folds."""
    documents = EMBEDDED if len(fitted.classifier.dense) else PLAIN
    again, less = fit_classifier(documents, LABELS), fit_classifier(documents[:-1], LABELS[:-1])
    assert saved(again.classifier) == saved(fitted.classifier) != saved(less.classifier)
    np.testing.assert_array_equal(again.held_out, fitted.held_out)
    assert not np.array_equal(fit_classifier(documents, LABELS, seed=1).held_out, fitted.held_out)


@pytest.mark.parametrize(("documents", "folds"), [(PLAIN, 99), (EMBEDDED, 5)], ids=["one-a-row", "five-embedded"])
def test_held_out_rows_are_those_of_a_second_fit(documents: list[Document], folds: int) -> None:
    """What is said of each fold is what scikit-learn says when fitted anew without it, as log-probabilities."""
    rows, of = features_by_hand(documents), fold_of(len(ROWS), min(folds, len(ROWS)))
    want = np.empty((len(ROWS), 3))
    for fold in set(of.tolist()):
        want[of == fold] = by_ridge(rows, LABELS, RIDGE, of != fold)[of == fold]
    fitted = fit_classifier(documents, LABELS, folds=folds)
    np.testing.assert_allclose(held_out_margins(fitted), want, atol=1e-5)
    np.testing.assert_allclose(np.exp(fitted.held_out).sum(axis=1), 1, rtol=1e-4)


@pytest.mark.parametrize("fold", [0, 4], ids=["first", "last"])
def test_held_out_rows_do_not_know_their_labels(plain: Fitted, fold: int) -> None:
    """Two labels exchanged within a fold leave its held-out margins alone, and move those of all other folds."""
    inside, labels = fold_of(len(ROWS), 5) == fold, LABELS.copy()
    one, *others = np.flatnonzero(inside).tolist()
    other = next(row for row in others if labels[row] != labels[one])
    labels[one], labels[other] = labels[other], labels[one]
    shift = np.abs(held_out_margins(fit_classifier(PLAIN, labels)) - held_out_margins(plain)).max(axis=1)
    assert shift[inside].max() < 1e-5 < 1e-4 < shift[~inside].min()


def test_temperature_is_the_likeliest(fitted: Fitted) -> None:
    """No other temperature, a tenth off, makes the held-out rows likelier, one row's doubt spread over all labels."""
    target, doubt = [fitted.classifier.labels.index(label) for label in LABELS], 1 / (len(LABELS) + 1)

    def likelihood(factor: float) -> float:
        scores = log_softmax(fitted.held_out / factor)
        return float((1 - doubt) * scores[np.arange(len(target)), target].mean() + doubt * scores.mean())

    assert likelihood(1.0) > max(likelihood(0.9), likelihood(1.1))
    assert np.exp(fitted.held_out).max(axis=1).mean() < 0.995  # easy rows, but few: no ground to be certain


def test_loaded_is_what_was_saved(fitted: Fitted) -> None:
    """A loaded model, threshold included, saves to the bytes it came from and answers as the fitted one to the bit."""
    before = replace(fitted.classifier, abstain_below=0.99)
    again = reloaded(before)
    assert saved(again) == saved(before)
    assert [again.predict(one) for one in asked(fitted)] == [before.predict(one) for one in asked(fitted)]
    assert again.predict(document("")).label == ""


def test_two_models_in_one_file(plain: Fitted, embedded: Fitted) -> None:
    """Prefixes keep models apart that share a file."""
    arrays = plain.classifier.arrays("lead") | embedded.classifier.arrays("kind")
    for prefix, fitted in (("lead", plain), ("kind", embedded)):
        assert saved(TextClassifier.from_arrays(prefix, arrays)) == saved(fitted.classifier)


@pytest.mark.parametrize("name", ["labels", "buckets", "idf", "weights", "scale", "dense", "bias", "calibration"])
def test_missing_array(plain: Fitted, name: str) -> None:
    """A file without one of the arrays is refused."""
    arrays = plain.classifier.arrays("m")
    del arrays[f"m.{name}"]
    with pytest.raises(KeyError, match=name):
        TextClassifier.from_arrays("m", arrays)


@pytest.mark.parametrize(
    ("below", "label"), [(0.0, "a"), (0.6, "a"), (0.61, ""), (1.0, "")], ids=["never", "at", "just-below", "always"]
)
def test_abstention(below: float, label: str) -> None:
    """Below the threshold there is no label, at it there is; the ranking is told either way."""
    prediction = Prediction((("a", 0.6), ("b", 0.4)), below)
    assert (prediction.label, len(prediction.ranked)) == (label, 2)


def test_label_of_a_single_row() -> None:
    """A label that some folds cannot see costs nothing but its own held-out row."""
    fitted = fit_classifier([*PLAIN[:15], document("路灯不亮路灯不亮路灯不亮")], [*LABELS[:15], "路灯"])
    assert np.isfinite(fitted.held_out).all()
    assert fitted.classifier.labels[fitted.held_out[-1].argmax()] == "噪声"


def test_no_common_ngram() -> None:
    """Rows with nothing in common fit a model that knows nothing and says so: even odds."""
    fitted = fit_classifier([document("甲"), document("乙")], ["a", "b"])
    assert reloaded(fitted.classifier).predict(document("丙")).ranked == (("a", 0.5), ("b", 0.5))


@pytest.mark.parametrize(
    ("documents", "labels", "folds", "message"),
    [
        ([], [], 5, "two labels or more, these have 0"),
        (PLAIN[:2], ["噪声"] * 2, 5, "two labels or more, these have 1"),
        (PLAIN, LABELS[:-1], 5, "45 rows, 44 labels"),
        (PLAIN[:-1], LABELS, 5, "44 rows, 45 labels"),
        (PLAIN, LABELS, 1, "1 folds"),
        ([PLAIN[0], *EMBEDDED[1:]], LABELS, 5, "give it to all or to none"),
        ([*EMBEDDED[:-1], PLAIN[-1]], LABELS, 5, "give it to all or to none"),
    ],
    ids=["no-rows", "one-label", "label-less", "row-less", "one-fold", "first-bare", "last-bare"],
)
def test_rows_that_cannot_be_fitted(documents: list[Document], labels: list[str], folds: int, message: str) -> None:
    """One label only, rows without one, too few folds, a vector here and none there: each is one clear error."""
    with pytest.raises(InputError, match=message):
        fit_classifier(documents, labels, folds=folds)
