"""Shipped vectors: found by the very text, refused when foreign, stale or broken."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.embedder import BundledEmbedder, Vectors
from models.errors import ModelError
from models.fakes import HashEmbedder
from models.vectors import VectorStore, embed_passages, text_keys

TEXTS = ["嵩山路积水", "棉纺路噪声", "商城路占道经营"]
DIM = 48


class Counting(HashEmbedder):
    """The fake encoder, which remembers what it was asked."""

    def __init__(self, dim: int = DIM) -> None:
        super().__init__(dim)
        self.asked: list[str] = []

    def passages(self, texts: Sequence[str]) -> Vectors:
        """As the fake does, and noted."""
        self.asked.extend(texts)
        return super().passages(texts)


@pytest.fixture
def store() -> VectorStore:
    embedder = HashEmbedder(DIM)
    return VectorStore.build(embedder.name, TEXTS, embedder.passages(TEXTS))


def cosines(one: Vectors, other: Vectors) -> Vectors:
    wide, broad = one.astype(np.float64), other.astype(np.float64)
    return np.asarray((wide * broad).sum(axis=1) / np.linalg.norm(wide, axis=1) / np.linalg.norm(broad, axis=1))


def test_found_by_text(store: VectorStore) -> None:
    """Every text that was stored is found, in any order, as a unit vector near its own."""
    asked = [TEXTS[2], TEXTS[0], TEXTS[2]]
    vectors, found = store.find(asked)
    assert found.all()
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert cosines(vectors, HashEmbedder(DIM).passages(asked)).min() > 0.999


@pytest.mark.parametrize(
    "text", ["嵩山路积水 ", "嵩山路积水。", "", "\ud83d"], ids=["space", "mark", "empty", "broken"]
)
def test_changed_text_is_not_found(store: VectorStore, text: str) -> None:
    """A text that differs by one character has no stored vector: its row is zero and marked."""
    vectors, found = store.find([text, TEXTS[1]])
    assert found.tolist() == [False, True]
    assert not vectors[0].any()


def test_find_nothing(store: VectorStore) -> None:
    """No texts give no rows, and an empty store finds nothing; both keep the width."""
    assert store.find([])[0].shape == (0, DIM)
    empty = VectorStore.build("m", [], np.empty((0, DIM), np.float32))
    vectors, found = empty.find(TEXTS)
    assert vectors.shape == (3, DIM)
    assert not found.any()


def test_equal_texts_are_stored_once() -> None:
    """A text given twice takes one row, and the first vector counts."""
    vectors = np.array([[1, 0], [0, 1], [0, 1]], np.float32)
    store = VectorStore.build("m", ["甲", "乙", "甲"], vectors)
    assert store.rows.shape == (2, 2)
    np.testing.assert_array_equal(store.find(["甲", "乙"])[0], vectors[:2])


def rows_of(texts: Sequence[str], *vectors: Sequence[float], model: str = "m") -> VectorStore:
    return VectorStore.build(model, texts, np.array(vectors, np.float32).reshape(len(texts), 2))


def test_joined_holds_both() -> None:
    """Every text of either store is found in the joined one; the two stay as they were."""
    one, other = rows_of(["甲", "乙"], (1, 0), (0, 1)), rows_of(["丙"], (-1, 0))
    both = one.joined(other)
    vectors, found = both.find(["丙", "乙", "甲", "丁"])
    assert found.tolist() == [True, True, True, False]
    np.testing.assert_array_equal(vectors, np.array([[-1, 0], [0, 1], [1, 0], [0, 0]], np.float32))
    assert (both.model, len(one.keys), len(other.keys)) == ("m", 2, 1)
    assert (np.diff(both.keys) > 0).all()


def test_joined_keeps_its_own() -> None:
    """Of a text in both stores the vector of the store that is asked counts, and it is held once."""
    one, other = rows_of(["甲"], (1, 0)), rows_of(["乙", "甲"], (0, 1), (0, -1))
    np.testing.assert_array_equal(one.joined(other).find(["甲", "乙"])[0], np.array([[1, 0], [0, 1]], np.float32))
    np.testing.assert_array_equal(other.joined(one).find(["甲", "乙"])[0], np.array([[0, -1], [0, 1]], np.float32))
    assert one.joined(other).rows.shape == (2, 2)


@pytest.mark.parametrize("empty_first", [True, False], ids=["to-empty", "with-empty"])
def test_joined_with_nothing(store: VectorStore, empty_first: bool, tmp_path: Path) -> None:
    """An empty store adds nothing and takes everything, and what was joined is saved like any other."""
    empty = VectorStore.build(store.model, [], np.empty((0, DIM), np.float32))
    both = empty.joined(store) if empty_first else store.joined(empty)
    both.save(tmp_path / "v.npz")
    loaded = VectorStore.load(tmp_path / "v.npz")
    np.testing.assert_array_equal(loaded.keys, store.keys)
    np.testing.assert_array_equal(loaded.rows, store.rows)


def test_joined_refuses_another_model() -> None:
    """Vectors of two encoders are never put together, whatever their length."""
    with pytest.raises(ModelError, match="vectors of other do not go with those of m; encode them anew"):
        rows_of(["甲"], (1, 0)).joined(rows_of(["乙"], (0, 1), model="other"))


@given(st.lists(st.text(), unique=True, max_size=30))
@settings(max_examples=60, deadline=None)
def test_keys_tell_texts_apart(texts: list[str]) -> None:
    """Different texts have different keys, lone surrogates included, and a key never changes."""
    keys = text_keys(texts)
    assert len(np.unique(keys)) == len(texts)
    np.testing.assert_array_equal(keys, text_keys(texts))


def test_keys_are_fixed_for_good() -> None:
    """The key of a text is written down: shipped files rely on it, on every machine."""
    assert text_keys(["郑州"]).tolist() == [int.from_bytes(bytes.fromhex(KEY_OF_ZHENGZHOU))]


KEY_OF_ZHENGZHOU = "2f2f96698a2b7977"  # b2sum -l 64 of the six UTF-8 bytes


def test_quantised_cosine_of_the_bundled_encoder() -> None:
    """One byte an entry keeps the encoder's vectors: cosine to the original above 0.9999."""
    texts = ["电梯坏了一个月", "第二条 夜间不得打桩", "a", ""]
    vectors = BundledEmbedder().passages(texts)
    kept, found = VectorStore.build("m", texts, vectors).find(texts)
    assert found.all()
    assert cosines(kept, vectors).min() > 0.9999


@given(st.lists(st.floats(-1, 1, width=32), min_size=2, max_size=64).filter(lambda row: max(map(abs, row)) > 1e-3))
@settings(max_examples=100, deadline=None)
def test_quantised_entry_is_off_by_half_a_step(row: list[float]) -> None:
    """Of any vector, no entry moves by more than half of 1/127 of the largest one."""
    vector = np.array([row], np.float32) / np.linalg.norm(row).astype(np.float32)
    store = VectorStore.build("m", ["甲"], vector)
    peak = float(np.abs(vector).max())
    assert np.abs(store.rows * (peak / 127) - vector).max() <= peak / 127 * 0.5001


def test_save_and_load(store: VectorStore, tmp_path: Path) -> None:
    """A loaded store finds what the saved one found; the same store saves to the same bytes."""
    store.save(tmp_path / "v.npz")
    loaded = VectorStore.load(tmp_path / "v.npz")
    assert loaded.model == store.model
    np.testing.assert_array_equal(loaded.find(TEXTS)[0], store.find(TEXTS)[0])
    loaded.save(tmp_path / "w.npz")
    assert (tmp_path / "v.npz").read_bytes() == (tmp_path / "w.npz").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["v.npz", "w.npz"]


def test_save_is_atomic(store: VectorStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A save that dies half way leaves the old file whole."""
    path = tmp_path / "v.npz"
    store.save(path)
    before = path.read_bytes()

    def dies(file: Path, **_: object) -> None:
        Path(file).write_bytes(b"PK half")
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez_compressed", dies)
    with pytest.raises(OSError, match="disk full"):
        VectorStore.build("other", ["甲"], np.ones((1, 2), np.float32)).save(path)
    assert path.read_bytes() == before


BROKEN = (
    *("missing", "empty", "text", "cut", "flipped", "lone-array"),
    *("no-rows", "no-model", "other-json", "no-json", "fewer-rows", "float-rows", "objects"),
)


def _broken(case: str, path: Path, store: VectorStore) -> None:
    """Write a file that is broken in one way."""
    store.save(path)
    whole, meta = path.read_bytes(), json.dumps({"model": "m"})
    if case == "missing":
        path.unlink()
    elif case in {"empty", "text", "cut", "flipped"}:
        flipped = whole[:90] + bytes([whole[90] ^ 255]) + whole[91:]
        content = {"empty": b"", "text": b"id,vector\n", "cut": whole[: len(whole) // 2], "flipped": flipped}
        path.write_bytes(content[case])
    elif case == "lone-array":
        with path.open("wb") as file:
            np.save(file, store.rows)
    else:
        keys, rows = store.keys, store.rows
        arrays: dict[str, dict[str, object]] = {
            "no-rows": {"keys": keys, "meta": meta},
            "no-model": {"keys": keys, "rows": rows, "meta": "{}"},
            "other-json": {"keys": keys, "rows": rows, "meta": "[1]"},
            "no-json": {"keys": keys, "rows": rows, "meta": "model"},
            "fewer-rows": {"keys": keys, "rows": rows[:1], "meta": meta},
            "float-rows": {"keys": keys, "rows": rows.astype(np.float32), "meta": meta},
            "objects": {"keys": keys, "rows": np.array([{}, [], None], dtype=object), "meta": meta},
        }
        np.savez(path, **arrays[case])  # type: ignore[arg-type]  # numpy's stub wants bool first


@pytest.mark.parametrize("case", BROKEN)
def test_broken_file(case: str, store: VectorStore, tmp_path: Path) -> None:
    """A file that is missing, damaged or something else is one ModelError that says what to run."""
    path = tmp_path / "v.npz"
    _broken(case, path, store)
    with pytest.raises(ModelError, match="run `xiaozheng knowledge build`"):
        VectorStore.load(path)


def test_only_missing_texts_are_encoded(store: VectorStore) -> None:
    """Stored passages are taken from the store, new ones encoded and put in their own place."""
    embedder, seen = Counting(), list[tuple[int, int]]()
    texts = ["新的诉求", TEXTS[0], "又一件"]
    vectors = embed_passages(embedder, store, texts, lambda done, total: seen.append((done, total)))
    assert embedder.asked == ["新的诉求", "又一件"]
    assert seen == [(2, 2)]
    assert cosines(vectors, HashEmbedder(DIM).passages(texts)).min() > 0.999


@pytest.mark.parametrize("has_store", [True, False], ids=["foreign", "none"])
def test_foreign_model_is_ignored(store: VectorStore, has_store: bool) -> None:
    """Vectors of another model are never mixed in: everything is encoded, exactly."""
    embedder = Counting(32)
    vectors = embed_passages(embedder, store if has_store else None, TEXTS)
    assert embedder.asked == TEXTS
    np.testing.assert_array_equal(vectors, HashEmbedder(32).passages(TEXTS))


def test_progress_in_steps() -> None:
    """Progress grows to the number of encoded texts; without work it is never called."""
    seen: list[tuple[int, int]] = []
    embed_passages(Counting(), None, [f"诉求{i}" for i in range(70)], lambda *at: seen.append(at))
    assert seen == [(32, 70), (64, 70), (70, 70)]
    assert embed_passages(Counting(), None, [], lambda *_: pytest.fail("nothing to do")).shape == (0, DIM)
