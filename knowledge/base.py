"""Everything the city knows, opened together: tables, statutes, past cases and the index over them.

The one object that `agent` talks to. Opening reads tables and checks the saved index against them; a
missing index is built (seconds: vectors ship with the project), a foreign or stale one is refused.
"""

from __future__ import annotations

import copy
import datetime as dt
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from knowledge.cases import SEEDS, CaseRepository
from knowledge.entries import (
    Entry,
    article_entries,
    case_entries,
    category_entries,
    department_entries,
    duty_entries,
)
from knowledge.index import Hit, Manifest, Query, Shelf, content_hash, replace_folder
from knowledge.places import Gazetteer
from knowledge.regulations import InForce, Regulations, load_regulations
from knowledge.tables import DATA, Tables, load_tables, table_path
from knowledge.units import UnitPattern, load_unit_patterns
from knowledge.vocabulary import Article, PastCase
from knowledge.workdays import WorkCalendar, load_holidays
from models.embedder import BUNDLED, Embedder, Vectors, load_embedder
from models.errors import IndexMismatchError, KnowledgeError
from models.lexical import tokens
from models.vectors import Progress, VectorStore, embed_passages

VECTORS = DATA / "vectors.npz"
# Weight of words against vectors in each corpus's score; docs/adr/0004 has the measurements.
LEXICAL_WEIGHT = {"articles": 0.15, "cases": 0.3, "duties": 0.5, "categories": 0.3, "departments": 0.5}
Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class ArticleHit:
    """An article found, with its score in [0, 1]."""

    article: Article
    score: float


@dataclass(frozen=True, slots=True)
class CaseHit:
    """A past case found, with its score in [0, 1]."""

    case: PastCase
    score: float


class KnowledgeBase:
    """Open tables, statutes, cases and index; see `open`.

    Searching is safe from several threads, also while another adds or removes cases: a changed shelf takes
    the old one's place whole, and who holds the old one keeps it.
    """

    def __init__(
        self,
        tables: Tables,
        regulations: Regulations,
        cases: CaseRepository,
        embedder: Embedder,
        shelves: dict[str, Shelf],
        index_dir: Path | None,
        unit_patterns: tuple[UnitPattern, ...],
        calendar: WorkCalendar,
    ) -> None:
        self.tables, self.regulations, self.cases, self.embedder = tables, regulations, cases, embedder
        self.unit_patterns, self.calendar = unit_patterns, calendar
        self._shelves, self._index_dir = shelves, index_dir
        self._lock = threading.RLock()

    @classmethod
    def open(
        cls,
        data_dir: Path | None,
        *,
        knowledge_dir: Path | None = None,
        embedder: Embedder | str = BUNDLED,
        seeds: Path = SEEDS,
        rebuild: bool = False,
        report: Report | None = None,
    ) -> KnowledgeBase:
        """Open what `data_dir` holds, building the index where there is none.

        Args:
            data_dir: Folder of index and added cases; None keeps everything in memory.
            knowledge_dir: The user's own tables, which replace shipped ones of the same name.
            embedder: A loaded encoder, or the name of one.
            seeds: Folder of the cases that count as shipped.
            rebuild: Build anew even when the saved index fits.
            report: Called with (corpus, done, total) while texts are encoded.

        Raises:
            TableError: a table is wrong; names file, line and column.
            IndexMismatchError: the saved index was made from other texts or by another model.
            KnowledgeError: the statutes are missing, or the data folder cannot be read or written.
            ModelError: the encoder, or the file of shipped vectors, cannot be loaded.
        """
        tables, regulations = load_tables(knowledge_dir), load_regulations()
        # small, and a wrong line has to stop the start, not the first complaint
        patterns = load_unit_patterns(table_path("units.csv", knowledge_dir))
        holidays = table_path("holidays.csv", knowledge_dir)
        calendar = WorkCalendar(load_holidays(holidays) if holidays.is_file() else {})
        cases = CaseRepository(tables, data_dir / "cases.sqlite" if data_dir else None, seeds)
        loaded = load_embedder(embedder) if isinstance(embedder, str) else embedder
        index_dir = data_dir / "index" if data_dir else None
        store = VectorStore.load(VECTORS) if VECTORS.exists() else None
        corpora = _corpora(tables, regulations, cases)
        shelves = {}
        for name, entries in corpora.items():
            saved = index_dir / name if index_dir else None
            held = None if saved is None or rebuild else _loaded(saved, name, _expected(name, entries, loaded))
            shelf = held if isinstance(held, Shelf) else None
            if shelf is None:
                known = held if isinstance(held, dict) else {}
                shelf = _built(name, entries, loaded, store, known, report)
                if saved is not None:
                    _save(shelf, saved)
            shelves[name] = shelf
        return cls(tables, regulations, cases, loaded, shelves, index_dir, patterns, calendar)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Finds official places in free text."""
        return Gazetteer(self.tables.districts, self.tables.streets, self.tables.communities)

    def query(self, text: str) -> Query:
        """Words and vector of a question; the one encoding of a suggestion."""
        return Query(tuple(tokens(text)), self.embedder.queries([text])[0])

    def query_of(self, text: str, vector: Vectors) -> Query:
        """The same for a text whose vector is already known."""
        return Query(tuple(tokens(text)), vector)

    def shelf(self, name: str) -> Shelf:
        """One corpus of the index: articles, cases, duties, categories or departments; read it only."""
        return self._shelves[name]

    def search_cases(self, query: Query, k: int = 5) -> list[CaseHit]:
        """The `k` past cases most like the query, best first."""
        with self._lock:  # a hit must not be removed before it is looked up
            return [CaseHit(self.cases.get(hit.id), hit.score) for hit in self._shelves["cases"].search(query, k)]

    def search_articles(
        self, query: Query, day: dt.date, k: int = 8, laws: Collection[str] | None = None
    ) -> list[ArticleHit]:
        """The `k` articles in force on `day` that fit best, best first.

        Args:
            query: Words and vector of the question.
            day: Day whose law counts.
            k: Most articles returned.
            laws: Full titles to stay within; None searches all.
        """
        regulations = self.regulations

        def in_force(article_id: str) -> bool:
            law = regulations.law[regulations.article[article_id].law_id]
            return (laws is None or law.title in laws) and regulations.status(law, day) is InForce.YES

        hits: list[Hit] = self._shelves["articles"].search(query, k, in_force)
        return [ArticleHit(regulations.article[hit.id], hit.score) for hit in hits]

    def laws_of(self, category: str, lead: str) -> frozenset[str]:
        """Full titles of the held laws that the duty table names for a second level or a department.

        Articles are short and general; without this the encoder finds 长江保护法 for a broken lamp in 长江路.
        """
        named = (d.statute for d in self.tables.duties if d.category.code[:4] == category[:4] or d.lead == lead)
        return frozenset(filter(None, (self.regulations.full_title(title) for title in set(named) if title)))

    def add_cases(self, cases: Iterable[PastCase]) -> int:
        """Add or replace past cases; the next suggestion sees them.

        Returns:
            How many; of several with one id only the last counts.

        Raises:
            InputError: a case names a category or department that does not exist; none was added.
            KnowledgeError: the data folder cannot be written.
        """
        new = list({case.id: case for case in cases}.values())
        entries = case_entries(new)
        vectors = embed_passages(self.embedder, None, [e.passage for e in entries])
        with self._lock:
            self.cases.add(new)
            shelf = copy.deepcopy(self._shelves["cases"])
            _put(shelf, entries, vectors)
            self._replace(shelf)
        return len(new)

    def remove_case(self, case_id: str) -> None:
        """Forget an added case; a shipped one that it replaced is back.

        Raises:
            KnowledgeError: there is none, it is shipped, or the data folder cannot be written.
        """
        with self._lock:
            self.cases.remove(case_id)
            shelf = copy.deepcopy(self._shelves["cases"])
            shelf.remove({case_id})
            if case_id in self.cases:
                entries = case_entries([self.cases.get(case_id)])
                _put(shelf, entries, embed_passages(self.embedder, None, [e.passage for e in entries]))
            self._replace(shelf)

    def version(self) -> str:
        """Hashes of tables, statutes and cases, for provenance."""
        return f"tables:{self.tables.content_hash} laws:{self.regulations.version} cases:{self.cases.content_hash()}"

    def _replace(self, shelf: Shelf) -> None:
        self._shelves[shelf.name] = shelf
        if self._index_dir is not None:
            _save(shelf, self._index_dir / shelf.name)


def _corpora(tables: Tables, regulations: Regulations, cases: Iterable[PastCase]) -> dict[str, list[Entry]]:
    return {
        "articles": article_entries(regulations),
        "cases": case_entries(cases),
        "duties": duty_entries(tables),
        "categories": category_entries(tables),
        "departments": department_entries(tables),
    }


def _expected(name: str, entries: Sequence[Entry], embedder: Embedder) -> Manifest:
    return Manifest(
        model=embedder.name,
        dim=embedder.dim,
        lexical_weight=LEXICAL_WEIGHT[name],
        entries=len(entries),
        content=content_hash([e.id for e in entries], [e.digest for e in entries]),
    )


def _loaded(saved: Path, name: str, expected: Manifest) -> Shelf | dict[str, Vectors] | None:
    """The saved shelf; None where there is none; its vectors by text where only cases have come or gone since.

    Another process may have added cases, or have died between the database and the index: the database is
    the truth, and the few new cases are encoded. Any other difference is refused.
    """
    if not saved.exists():
        return None
    try:
        return Shelf.load(saved, name, expected)
    except IndexMismatchError:
        if name == "cases" and Shelf.differs_only_in_content(saved, expected):
            return Shelf.saved_vectors(saved, name)
        raise


def _built(
    name: str,
    entries: Sequence[Entry],
    embedder: Embedder,
    store: VectorStore | None,
    known: Mapping[str, Vectors],
    report: Report | None,
) -> Shelf:
    shelf = Shelf(name, LEXICAL_WEIGHT[name], embedder.dim, embedder.name)
    progress: Progress | None = None if report is None else lambda done, total: report(name, done, total)
    new = [e for e in entries if e.digest not in known]
    fresh = embed_passages(embedder, store, [e.passage for e in new], progress)
    vectors = {**known, **{e.digest: vector for e, vector in zip(new, fresh, strict=True)}}
    stacked = np.stack([vectors[e.digest] for e in entries]) if entries else np.empty((0, embedder.dim), np.float32)
    _put(shelf, entries, stacked)
    return shelf


def _put(shelf: Shelf, entries: Sequence[Entry], vectors: Vectors) -> None:
    shelf.add([e.id for e in entries], [e.digest for e in entries], [tokens(e.words) for e in entries], vectors)


def _save(shelf: Shelf, folder: Path) -> None:
    try:
        replace_folder(folder, shelf.save)
    except (OSError, RuntimeError) as error:  # faiss says RuntimeError when it cannot write
        raise KnowledgeError(f"{folder} cannot be written ({error}); point XIAOZHENG_DATA_DIR elsewhere") from error


def ship_vectors(base: KnowledgeBase) -> VectorStore:
    """All passages of the shipped corpora with their vectors, for `knowledge/data/vectors.npz`."""
    store = VectorStore.load(VECTORS) if VECTORS.exists() else None
    shipped = base.cases.shipped
    passages = [e.passage for part in _corpora(base.tables, base.regulations, shipped).values() for e in part]
    texts = list(dict.fromkeys(passages))
    return VectorStore.build(base.embedder.name, texts, embed_passages(base.embedder, store, texts))
