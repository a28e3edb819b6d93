"""The distilled encoder: it answers like its teacher where words tell, saves and loads, and refuses another teacher."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from models.distilled import DistilledEncoder
from models.embedder import Vectors
from models.errors import InputError, ModelError
from models.fit_distilled import MIN_TEXTS, fit_distilled

TEACHER = "teacher"
MATTERS = ("路灯不亮", "夜里施工吵", "停水两天", "垃圾没人清", "电梯坏了", "老板欠薪")
PLACES = ("经三路", "大学路", "建设路", "文化路", "航海路", "桐柏路", "中州大道", "花园路", "陇海路")
ENDINGS = ("请派人处理", "没人管", "投诉多次无果", "望尽快解决")
TEXTS = [f"{place}{matter}，{ending}" for place, matter, ending in product(PLACES, MATTERS, ENDINGS)]


def taught(texts: list[str]) -> Vectors:
    """A teacher who hears what the matter is, and a little of the place."""
    rng = np.random.default_rng(0)
    meaning = {word: rng.normal(size=24) for word in (*MATTERS, *PLACES)}
    rows = [1.0 + sum(np.array(v) * (3 if w in MATTERS else 1) for w, v in meaning.items() if w in t) for t in texts]
    found = np.array(rows)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def fitted() -> tuple[DistilledEncoder, float]:
    return fit_distilled(TEXTS, taught(TEXTS), TEACHER)


def test_answers_like_its_teacher(fitted: tuple[DistilledEncoder, float]) -> None:
    """Of texts it has not seen, each comes nearest to what the teacher says of the same one."""
    encoder, held_out = fitted
    fresh = [f"{place}那边{matter}，急" for place, matter in product(PLACES[:3], MATTERS)]
    nearest = (encoder.queries(fresh) @ taught(fresh).T).argmax(axis=1)
    matters = [text.split("那边")[1] for text in fresh]
    assert [matters[i] for i in nearest] == matters
    assert held_out > 0.9


@pytest.mark.parametrize(
    "text", [pytest.param("", id="empty"), pytest.param("xyz", id="unknown"), pytest.param("\ud83d", id="half")]
)
def test_a_text_without_known_words_gets_the_mean(fitted: tuple[DistilledEncoder, float], text: str) -> None:
    """Nothing known is no error: the answer is the average one, of norm 1."""
    encoder, _ = fitted
    np.testing.assert_allclose(encoder.queries([text])[0], encoder.mean / np.linalg.norm(encoder.mean), atol=1e-6)


def test_shapes_and_neighbours(fitted: tuple[DistilledEncoder, float]) -> None:
    """One row a text, of norm 1, whatever stands beside it; none gives no rows."""
    encoder, _ = fitted
    together = encoder.queries(TEXTS[:7])
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(together[3], encoder.queries([TEXTS[3]])[0], atol=1e-6)
    assert encoder.queries([]).shape == (0, 24)


def test_saved_and_loaded(fitted: tuple[DistilledEncoder, float], tmp_path: Path) -> None:
    """The same encoder comes back, under the same name; saving twice gives the same bytes."""
    encoder, _ = fitted
    one, two = tmp_path / "one.npz", tmp_path / "two.npz"
    encoder.save(one)
    loaded = DistilledEncoder.load(TEACHER, one)
    loaded.save(two)
    assert one.read_bytes() == two.read_bytes()
    assert loaded.name == DistilledEncoder.load(TEACHER, two).name
    np.testing.assert_allclose(loaded.queries(TEXTS[:5]), encoder.queries(TEXTS[:5]), atol=1e-3)


def test_another_teacher_is_refused(fitted: tuple[DistilledEncoder, float], tmp_path: Path) -> None:
    """An encoder that imitates another one than is set would compare vectors of two spaces."""
    fitted[0].save(tmp_path / "d.npz")
    with pytest.raises(ModelError, match="imitates the encoder 'teacher'"):
        DistilledEncoder.load("other", tmp_path / "d.npz")
    (tmp_path / "broken.npz").write_bytes(b"PK\x03\x04 no zip")
    with pytest.raises(ModelError, match="no distilled encoder"):
        DistilledEncoder.load(TEACHER, tmp_path / "broken.npz")
    with pytest.raises(ModelError, match="no distilled encoder"):
        DistilledEncoder.load(TEACHER, tmp_path / "missing.npz")


def test_too_few_texts_are_refused() -> None:
    """Nothing is learned from a handful."""
    few = TEXTS[: MIN_TEXTS - 1]
    with pytest.raises(InputError, match="too few"):
        fit_distilled(few, taught(few), TEACHER)
