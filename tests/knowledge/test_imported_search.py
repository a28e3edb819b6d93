"""Imported statutes in the index: found by words at once, by meaning once encoded, and encoded only once."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from knowledge.base import KnowledgeBase
from knowledge.entries import article_entries
from knowledge.importing import STATUTES, StatuteStore, import_folder
from knowledge.index import Query
from knowledge.law_features import ARTICLE_FEATURES, LAW_FEATURES
from knowledge.law_search import LawRankers
from knowledge.tables import Tables
from models.embedder import Vectors
from models.errors import IndexMismatchError, KnowledgeError, ModelError
from models.fakes import HashEmbedder
from models.ranker import Ranker

DAY = dt.date(2026, 5, 1)
LAMPS, COVERS, LIFTS = "郑州市路灯看护条例", "郑州市井盖养护办法", "中华人民共和国电梯养护法"
LAMP_LINES = (
    "为了看护路灯，制定本条例。", "路灯损坏的，看护人应当在二日内修复。", "撞断灯杆的，处二百元罚款。",
    "本条例自2020年5月1日起施行。",
)  # fmt: skip
COVER_LINES = ("井盖丢失的，应当立即围挡。", "井盖应当编号。", "本办法自2021年3月1日起施行。")
ALL = len(LAMP_LINES) + len(COVER_LINES)
_ARTICLE_WEIGHTS = dict.fromkeys(ARTICLE_FEATURES, 0.0) | {"law": 1.0, "vector": 1.0, "words": 0.5}
_LAW, _ARTICLE = (
    Ranker(names=LAW_FEATURES, weights=(1.0,) * len(LAW_FEATURES)),
    Ranker(names=ARTICLE_FEATURES, weights=tuple(_ARTICLE_WEIGHTS.values())),
)
HAND = LawRankers(law=_LAW, article=_ARTICLE, law_words=_LAW, article_words=_ARTICLE)
Opened = Callable[..., KnowledgeBase]


class Counting(HashEmbedder):
    """The fake encoder, which remembers what it encoded and can be stopped by the keyboard."""

    def __init__(self, dim: int = 64) -> None:
        super().__init__(dim)
        self.asked: list[str] = []
        self.stop_after: int | None = None

    def passages(self, texts: Sequence[str]) -> Vectors:
        """As the fake does, and noted."""
        if self.stop_after is not None and len(self.asked) + len(texts) > self.stop_after:
            raise KeyboardInterrupt
        self.asked.extend(texts)
        return super().passages(texts)


@pytest.fixture
def encoder() -> Counting:
    return Counting()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder, with two imported statutes."""
    folder = tmp_path / "data"
    put(folder, LAMPS, *LAMP_LINES)
    put(folder, COVERS, *COVER_LINES)
    return folder


@pytest.fixture
def opened(data: Path, tmp_path: Path, tables: Tables, encoder: Counting, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Opens the data folder with one shipped statute and small tables, each time anew."""
    duty = tables.duties[0]
    small = dataclasses.replace(
        tables, duties=(duty,), categories=(duty.category,), departments=(tables.department[duty.lead],)
    )
    shipped, own, seeds = shipped_database(tmp_path / "laws.db"), tmp_path / "own", tmp_path / "seeds"
    own.mkdir()
    (own / "bases.csv").write_text("topic,statute,articles,note\n", encoding="utf-8")
    (own / "law_matters.csv").write_text(f"law,articles,matters\n{LIFTS},1,被关在里面\n", encoding="utf-8")
    seeds.mkdir()
    monkeypatch.setattr("knowledge.regulations.database_path", lambda: shipped)
    monkeypatch.setattr("knowledge.base.load_tables", lambda _: small)
    monkeypatch.setattr("knowledge.vector_stores.VECTORS", tmp_path / "none.npz")

    def open_base(data_dir: Path | None = data, **changes: object) -> KnowledgeBase:
        fixed: dict[str, object] = {"knowledge_dir": own, "embedder": encoder, "seeds": seeds}
        return KnowledgeBase.open(data_dir, **(fixed | changes))  # type: ignore[arg-type]

    return open_base


def shipped_database(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("create table laws (law_id, law_name, level, issuing_body, effective_date, version_date, status)")
        db.execute(
            "create table articles (id integer primary key, law_id, law_name, article_no, article_text, chapter)"
        )
        row = ("lifts", LIFTS, "法律", "", "2012-01-01", "2012-01-01", "现行有效")
        db.execute("insert into laws values (?, ?, ?, ?, ?, ?, ?)", row)
        article = ("lifts", LIFTS, "第一条", "电梯困人的，应当在三十分钟内赶到。")
        db.execute("insert into articles values (1, ?, ?, ?, ?, '')", article)
    return path


def put(data: Path, title: str, *lines: str) -> None:
    """Import a statute of these articles, in place of its file's earlier text."""
    folder = data.parent / "statutes"
    folder.mkdir(exist_ok=True)
    articles = "\n".join(f"第{number}条 {line}" for number, line in zip("一二三四五六", lines, strict=False))
    (folder / f"{title}.txt").write_text(f"{title}\n{articles}\n", encoding="utf-8")
    import_folder(folder, StatuteStore(data / STATUTES))


def found(base: KnowledgeBase, query: Query) -> tuple[str, str]:
    """Title and number of the best article."""
    best = base.law_search_with(HAND).search(query, DAY, 1, text="郑州")[0].article
    return best.law, best.number


def passages(base: KnowledgeBase) -> list[str]:
    """What the encoder is asked for imported articles."""
    held = base.regulations
    return [entry.passage for entry in article_entries(a for a in held.articles if held.law[a.law_id].source)]


def test_found_by_words_at_once(opened: Opened, encoder: Counting) -> None:
    """Imported articles are found right after the import, before any of them has been encoded."""
    base = opened()
    assert base.waiting() == ALL == len(passages(base))
    assert not set(passages(base)) & set(encoder.asked)
    for query in (base.query("井盖丢失没人围挡"), base.words("井盖丢失没人围挡")):
        assert found(base, query) == (COVERS, "1")
    assert found(base, base.words("电梯困人多久赶到")) == (LIFTS, "1")


def test_shipped_weights_find_them_too(opened: Opened) -> None:
    """The search that `agent` uses holds imported and shipped articles, with true statutes behind them."""
    base = opened()
    hits = base.law_search.search(base.query("井盖丢失"), DAY, 50)
    assert {hit.article.law for hit in hits} == {LAMPS, COVERS, LIFTS}
    assert all(base.regulations.article[hit.article.id] == hit.article for hit in hits)


def test_encoded_once(opened: Opened, encoder: Counting) -> None:
    """Encoding encodes every waiting article and tells how far it is; a second run has nothing to do."""
    base, seen = opened(), list[tuple[str, int, int]]()
    encoder.asked.clear()
    assert base.encode_imported(lambda *at: seen.append(at)) == ALL
    assert sorted(encoder.asked) == sorted(passages(base))
    assert seen[-1] == ("imported", ALL, ALL)
    assert base.waiting() == 0
    encoder.asked.clear()
    assert base.encode_imported(lambda *at: pytest.fail("nothing to do")) == 0
    assert encoder.asked == []


def test_progress_grows(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress is told after every batch, over all writes of the file."""
    monkeypatch.setattr("knowledge.vector_stores._BATCH", 2)
    monkeypatch.setattr("knowledge.vector_stores._KEEP_EVERY", 3)
    seen: list[tuple[str, int, int]] = []
    opened().encode_imported(lambda *at: seen.append(at))
    assert [done for _, done, _ in seen] == [2, 3, 5, 6, 7]
    assert {(corpus, total) for corpus, _, total in seen} == {("imported", ALL)}


@pytest.mark.parametrize("reopened", [False, True], ids=["same-start", "next-start"])
def test_encoded_articles_are_found_by_meaning(opened: Opened, reopened: bool) -> None:
    """Once encoded, an article is found by its vector alone, which stands beside its own id."""
    base = opened()
    base.encode_imported()
    if reopened:
        base = opened()
    shelf = base.shelf("imported")
    for number, line in enumerate(LAMP_LINES, 1):
        query = Query((), base.query(f"{LAMPS} {line}").vector)
        best = base.regulations.article[shelf.ids[int(shelf.cosines(query).argmax())]]
        assert (best.law, best.number) == (LAMPS, str(number))
        assert found(base, query) == (LAMPS, str(number))


def test_reopening_encodes_nothing(opened: Opened, encoder: Counting) -> None:
    """After a restart, or a rebuild of the whole index, every vector is as it was."""
    base = opened()
    base.encode_imported()
    before = base.shelf("imported").vectors()
    for rebuild in (False, True):
        encoder.asked.clear()
        again = opened(rebuild=rebuild)
        assert again.waiting() == 0
        assert not set(encoder.asked) & set(passages(again))
        after = again.shelf("imported").vectors()
        assert after.keys() == before.keys()
        assert all(np.array_equal(after[digest], vector) for digest, vector in before.items())


def test_interrupted_encoding_goes_on(opened: Opened, encoder: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written before the interruption is not encoded again, and search works all the while."""
    monkeypatch.setattr("knowledge.vector_stores._BATCH", 1)
    monkeypatch.setattr("knowledge.vector_stores._KEEP_EVERY", 2)
    base = opened()
    encoder.asked.clear()
    encoder.stop_after = 5
    with pytest.raises(KeyboardInterrupt):
        base.encode_imported()
    kept = encoder.asked[:4]
    assert found(base, base.words("井盖丢失没人围挡")) == (COVERS, "1")
    encoder.stop_after = None
    base = opened()
    assert found(base, base.words("井盖丢失没人围挡")) == (COVERS, "1")
    encoder.asked.clear()
    base.encode_imported()
    assert sorted(encoder.asked + kept) == sorted(passages(base))
    assert base.waiting() == 0


def test_removed_statute_is_gone(opened: Opened, encoder: Counting, data: Path) -> None:
    """A statute that was removed is found no more after a restart, and the others need no encoding."""
    opened().encode_imported()
    assert StatuteStore(data / STATUTES).remove(COVERS) == 1
    base = opened()
    assert base.waiting() == 0
    assert {base.regulations.article[key].law for key in base.shelf("imported").ids} == {LAMPS}
    assert COVERS not in {hit.article.law for hit in base.law_search.search(base.query("井盖丢失"), DAY, 50)}
    assert found(base, base.query("路灯损坏看护人修复")) == (LAMPS, "2")


def test_statute_that_comes_back_is_known(opened: Opened, encoder: Counting, data: Path) -> None:
    """The vectors of a removed statute are kept: imported again, it waits for nothing."""
    opened().encode_imported()
    StatuteStore(data / STATUTES).remove(COVERS)
    opened()
    put(data, COVERS, *COVER_LINES)
    base = opened()
    assert base.waiting() == 0
    assert found(base, Query((), base.query(f"{COVERS} {COVER_LINES[0]}").vector)) == (COVERS, "1")


def test_added_statute_waits_alone(opened: Opened, encoder: Counting, data: Path) -> None:
    """A statute imported later is found by words at the next start, and only its articles are encoded then."""
    opened().encode_imported()
    put(data, "郑州市共享单车停放规定", "共享单车应当停放在白线内。", "本规定自2022年1月1日起施行。")
    base = opened()
    assert base.waiting() == 2
    assert found(base, base.query("共享单车停放白线")) == ("郑州市共享单车停放规定", "1")
    encoder.asked.clear()
    assert base.encode_imported() == 2
    assert {text.partition(" ")[0] for text in encoder.asked} == {"郑州市共享单车停放规定"}


def test_changed_article_waits_alone(opened: Opened, encoder: Counting, data: Path) -> None:
    """Of a statute whose file reads differently only the changed article is encoded anew."""
    opened().encode_imported()
    put(data, COVERS, "井盖丢失的，应当当日补齐。", *COVER_LINES[1:])
    base = opened()
    assert base.waiting() == 1
    encoder.asked.clear()
    base.encode_imported()
    assert encoder.asked == [f"{COVERS} 井盖丢失的，应当当日补齐。"]


def test_version_tells_what_was_imported(opened: Opened, data: Path) -> None:
    """The version changes with every imported statute, is back when it is gone, and does not heed encoding."""
    both = opened()
    first = both.version()
    both.encode_imported()
    assert opened().version() == first
    StatuteStore(data / STATUTES).remove(COVERS)
    one = opened().version()
    StatuteStore(data / STATUTES).remove(LAMPS)
    assert len({first, one, opened().version()}) == 3
    put(data, COVERS, *COVER_LINES)
    assert opened().version() == first


def test_vectors_of_another_encoder_are_not_mixed_in(opened: Opened) -> None:
    """A new encoder needs a rebuilt index, in which every imported article waits anew."""
    opened().encode_imported()
    with pytest.raises(IndexMismatchError, match="has model 'hash-64', this start needs 'hash-32'; run"):
        opened(embedder=Counting(32))
    base = opened(embedder=Counting(32), rebuild=True)
    assert base.waiting() == ALL
    assert base.encode_imported() == ALL
    assert opened(embedder=Counting(32)).waiting() == 0


def test_nothing_imported(opened: Opened, data: Path) -> None:
    """Without imported statutes, or without a data folder, nothing waits and shipped law is found."""
    (data / STATUTES).unlink()
    for base in (opened(), opened(None)):
        assert (base.waiting(), base.encode_imported()) == (0, 0)
        assert found(base, base.query("电梯困人多久赶到")) == (LIFTS, "1")


def test_damaged_vectors_are_named(opened: Opened, data: Path) -> None:
    """A damaged file of vectors stops the start with advice that helps: without the file it starts again."""
    opened().encode_imported()
    path = data / "index" / "imported-vectors.npz"
    path.write_bytes(b"PK half")
    for rebuild in (False, True):
        with pytest.raises(ModelError, match=r"imported-vectors\.npz is damaged; delete it and run"):
            opened(rebuild=rebuild)
    path.unlink()
    assert opened(rebuild=True).waiting() == ALL


def test_unwritable_vectors_are_named(opened: Opened, data: Path) -> None:
    """When the vectors cannot be written the file is named, and search goes on without them."""
    base = opened()
    (data / "index" / "imported-vectors.partial.npz").mkdir()
    with pytest.raises(KnowledgeError, match=r"imported-vectors\.npz cannot be written .*; free the disk"):
        base.encode_imported()
    assert found(base, base.query("井盖丢失没人围挡")) == (COVERS, "1")
