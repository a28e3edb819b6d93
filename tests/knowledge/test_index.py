"""The hybrid index: exact, changeable in place, and never loaded when it does not fit."""

from __future__ import annotations

import copy
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.index import Asked, Manifest, Query, Shelf, content_hash, replace_folder
from models.embedder import Vectors
from models.errors import IndexMismatchError
from models.lexical import Bm25

DIM = 16
WORDS = ["路灯", "噪声", "供暖", "停水", "井盖", "占道", "工地", "公交", "欠薪", "学区"]


@dataclass(frozen=True)
class Corpus:
    """Random entries: ids, hashes, words and unit vectors in one order."""

    ids: list[str]
    hashes: list[str]
    words: list[list[str]]
    vectors: Vectors

    def rows(self, rows: list[int]) -> Corpus:
        """Some of the entries."""
        return Corpus(
            [self.ids[i] for i in rows],
            [self.hashes[i] for i in rows],
            [self.words[i] for i in rows],
            self.vectors[rows],
        )

    def into(self, shelf: Shelf) -> Shelf:
        """The shelf, after these entries were added."""
        shelf.add(self.ids, self.hashes, self.words, self.vectors)
        return shelf

    @property
    def manifest(self) -> Manifest:
        """What a saved shelf of these entries has to say."""
        content = content_hash(self.ids, self.hashes)
        return Manifest(model="fake", dim=DIM, lexical_weight=0.3, entries=len(self.ids), content=content)


def unit(rows: NDArray[np.float64]) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), np.float32)


def corpus(n: int, seed: int = 0) -> Corpus:
    rng = np.random.default_rng(seed)
    words = [rng.choice(WORDS, rng.integers(0, 9)).tolist() for _ in range(n)]
    words[0] = []  # an entry without one search word
    ids = [f"{seed}-{i}" for i in range(n)]
    return Corpus(ids, [f"h{i}" for i in ids], words, unit(rng.normal(size=(n, DIM))))


def empty(weight: float = 0.3) -> Shelf:
    return Shelf("cases", weight, DIM, "fake")


def queries(n: int = 5) -> list[Query]:
    rng = np.random.default_rng(99)
    return [Query(tuple(rng.choice(WORDS, 2).tolist()), unit(rng.normal(size=DIM))) for _ in range(n)]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A saved shelf of fifty entries."""
    folder = tmp_path / "index" / "cases"
    replace_folder(folder, corpus(50).into(empty()).save)
    return folder


def same(left: Shelf, right: Shelf) -> None:
    """Both hold the same entries and score them alike, whatever their order."""
    assert sorted(left.ids) == sorted(right.ids)
    assert left.content_hash() == right.content_hash()
    order = [right.ids.index(i) for i in left.ids]
    for query in queries():
        np.testing.assert_allclose(left.fused(query), right.fused(query)[order], atol=1e-4)


@pytest.mark.parametrize("k", [1, 8, 200, 500])
def test_equals_plain_numpy(k: int) -> None:
    """Without words, the best k are those of a matrix product, in its order; a small shelf gives fewer."""
    data = corpus(200)
    shelf = data.into(empty(weight=0.0))
    for query in queries():
        best = np.argsort(-(data.vectors @ query.vector), kind="stable")[:k]
        assert [hit.id for hit in shelf.search(query, k)] == [data.ids[i] for i in best]


def test_fusion_equals_its_formula() -> None:
    """The fused score is the weighted sum of both standard scores, on the scale of one."""
    data = corpus(120)
    shelf = data.into(empty(weight=0.5))
    for query in queries():
        halves = (data.vectors @ query.vector, np.sqrt(Bm25(data.words).scores(query.words)))
        dense, words = ((half - half.mean()) / half.std() for half in halves)
        np.testing.assert_allclose(shelf.fused(query), (dense + 0.5 * words) / np.sqrt(1.25), atol=1e-3)


def test_hits_are_in_order_and_bounded() -> None:
    """Scores fall from hit to hit and lie in [0, 1]; only allowed entries come."""
    shelf = corpus(80).into(empty())
    hits = shelf.search(queries()[0], 30, lambda i: int(i[2:]) % 2 == 0)
    scores = [hit.score for hit in hits]
    assert len(hits) == 30
    assert scores == sorted(scores, reverse=True)
    assert 0 <= scores[-1] <= scores[0] <= 1
    assert all(int(hit.id[2:]) % 2 == 0 for hit in hits)


@pytest.mark.parametrize("words", [(), ("没有这个词",)], ids=["none", "unknown"])
def test_query_without_known_words(words: tuple[str, ...]) -> None:
    """A question that shares no word is answered by vectors alone."""
    data = corpus(40)
    shelf, vector = data.into(empty()), queries()[0].vector
    assert shelf.search(Query(words, vector), 1)[0].id == data.ids[int(np.argmax(data.vectors @ vector))]


def test_empty_and_single() -> None:
    """No entry gives no hit, one entry gives that one."""
    shelf, query = empty(), queries()[0]
    assert shelf.search(query, 5) == []
    corpus(1).into(shelf)
    assert [hit.id for hit in shelf.search(query, 5)] == ["0-0"]


def test_changes_equal_a_rebuild() -> None:
    """Adding, replacing and removing in steps ends where building at once does."""
    old, new = corpus(60), corpus(30, seed=1)
    changed = Corpus(old.ids[:10], ["other"] * 10, new.words[:10], new.vectors[:10])
    shelf = old.into(empty())
    new.into(shelf)
    changed.into(shelf)
    shelf.remove({*old.ids[20:40], new.ids[0], "unknown"})
    fresh = empty()
    for part in (changed, old.rows([*range(10, 20), *range(40, 60)]), new.rows(list(range(1, 30)))):
        part.into(fresh)
    assert len(shelf) == 69
    same(shelf, fresh)


def test_a_copy_is_apart() -> None:
    """A change to a copy leaves the shelf that others are reading as it was."""
    shelf = corpus(20).into(empty())
    changed = copy.deepcopy(shelf)
    changed.remove({"0-3"})
    corpus(5, seed=1).into(changed)
    same(shelf, corpus(20).into(empty()))
    assert len(changed) == 24


def test_vectors_of_another_length() -> None:
    """Vectors that do not fit are refused before anything is changed."""
    shelf = corpus(5).into(empty())
    with pytest.raises(IndexMismatchError, match=r"holds vectors of length 16, got \(1, 8\) for 1 entries; run"):
        shelf.add(["0-1"], ["h"], [["路灯"]], np.ones((1, 8), np.float32))
    assert "0-1" in shelf.ids


def test_save_and_load(saved: Path) -> None:
    """A loaded shelf answers like the saved one, and goes on changing like it."""
    shelf, loaded = corpus(50).into(empty()), Shelf.load(saved, "cases", corpus(50).manifest)
    same(loaded, shelf)
    for each in (shelf, loaded):
        corpus(10, seed=2).into(each).remove({"0-0", "2-9"})
    same(loaded, shelf)


def test_empty_shelf_can_be_saved(tmp_path: Path) -> None:
    """A city without past cases has an index too."""
    empty().save(tmp_path)
    manifest = Manifest(model="fake", dim=DIM, lexical_weight=0.3, entries=0, content=content_hash([], []))
    assert len(Shelf.load(tmp_path, "cases", manifest)) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("model", "other"), ("dim", 32), ("content", "0" * 16), ("entries", 51), ("lexical_weight", 0.15), ("layout", 2)],
)
def test_manifest_mismatch_is_refused(saved: Path, field: str, value: object) -> None:
    """An index of another model, length, text or weight is refused; the message says which and what to do."""
    expected = corpus(50).manifest.model_copy(update={field: value})
    match = rf"the saved index 'cases' has {field} .*, this start needs {value!r}; run `xiaozheng knowledge build`"
    with pytest.raises(IndexMismatchError, match=match):
        Shelf.load(saved, "cases", expected)


def test_content_hash_sees_every_text() -> None:
    """Order does not matter to the hash; any changed, added or swapped text does."""
    assert content_hash("ab", "12") == content_hash("ba", "21")
    assert (
        len({content_hash("ab", "12"), content_hash("ab", "13"), content_hash("ab", "21"), content_hash("a", "1")}) == 4
    )


DAMAGE = {
    "gone": lambda path: path.unlink(),
    "emptied": lambda path: path.write_bytes(b""),
    "cut-off": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "other-json": lambda path: path.write_text('["no", "index"]', encoding="utf-8"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damaged_file_is_refused(saved: Path, tmp_path: Path, kind: str) -> None:
    """Whichever file of an index is lost or damaged, it is refused and the message says what to do."""
    names = [path.relative_to(saved) for path in saved.rglob("*") if path.is_file()]
    assert len(names) >= 8
    loaded = []
    for name in names:
        folder = tmp_path / "copy"
        shutil.copytree(saved, folder)
        DAMAGE[kind](folder / name)
        try:
            Shelf.load(folder, "cases", corpus(50).manifest)
            loaded.append(str(name))
        except IndexMismatchError as error:
            assert "run `xiaozheng knowledge build`" in str(error)  # noqa: PT017  every file is tried
        shutil.rmtree(folder)
    assert loaded == []


@pytest.mark.parametrize("name", ["entries.json", "vectors.faiss", "words.txt"])
def test_files_of_two_builds_are_refused(saved: Path, tmp_path: Path, name: str) -> None:
    """A file of another build, valid by itself, does not slip in."""
    corpus(40).into(empty()).save(tmp_path / "other")
    shutil.copy(tmp_path / "other" / name, saved / name)
    with pytest.raises(IndexMismatchError, match="is damaged"):
        Shelf.load(saved, "cases", corpus(50).manifest)


def test_crash_while_saving_keeps_the_old_index(saved: Path) -> None:
    """A writer that dies half-way leaves the old folder whole and no rubbish beside it."""

    def dying(folder: Path) -> None:
        (folder / "vectors.faiss").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        replace_folder(saved, dying)
    same(Shelf.load(saved, "cases", corpus(50).manifest), corpus(50).into(empty()))
    assert [path.name for path in saved.parent.iterdir()] == ["cases"]


def test_replacing_takes_the_old_files_away(saved: Path) -> None:
    """Nothing of the old folder is left in the new one."""
    (saved / "stray.bin").write_bytes(b"x")
    replace_folder(saved, corpus(20).into(empty()).save)
    assert not (saved / "stray.bin").exists()
    assert len(Shelf.load(saved, "cases", corpus(20).manifest)) == 20


def test_swapping_at_once(tmp_path: Path) -> None:
    """Several writers of one folder all succeed, and one of their versions stands there whole."""
    folder, failed = tmp_path / "shelf", []

    def write(value: str) -> None:
        def both(fresh: Path) -> None:
            (fresh / "a").write_text(value, encoding="utf-8")
            (fresh / "b").write_text(value, encoding="utf-8")

        try:
            for _ in range(20):
                replace_folder(folder, both)
        except OSError as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(str(i),)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert (folder / "a").read_text(encoding="utf-8") == (folder / "b").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["shelf"]


def test_questions_asked_together_score_as_alone() -> None:
    """One product for many questions gives what each gets alone, on every shelf and after a shelf has changed."""
    held, asked_for = corpus(40), corpus(5, seed=1)
    shelf, other = (part.into(Shelf("s", 0.3, DIM, "fake")) for part in (held, held.rows(list(range(9)))))
    asked = Asked(asked_for.vectors)
    for row, vector in enumerate(asked_for.vectors):
        together, alone = Query(("路灯",), vector, asked, row), Query(("路灯",), vector)
        for one in (shelf, other):
            np.testing.assert_allclose(one.fused(together), one.fused(alone), atol=1e-5)
    shelf.remove({held.ids[0]})
    assert len(shelf.cosines(Query((), asked_for.vectors[0], asked, 0))) == 39
