"""Everything the city knows, opened together: tables, statutes, past cases and the index over them.

The one object that `agent` talks to. Opening reads tables and checks the saved index against them; a
missing index is built (seconds: vectors ship with the project), a foreign or stale one is refused.
"""

from __future__ import annotations

import copy
import datetime as dt
import threading
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from knowledge.cases import SEEDS, CaseHit, CaseRepository
from knowledge.citing import CitationChecker
from knowledge.entries import case_entries
from knowledge.importing import STATUTES
from knowledge.index import Asked, Query, Shelf
from knowledge.law_layout import Layout
from knowledge.law_search import LawRankers, LawSearch, load_rankers
from knowledge.law_tables import Basis, LawMatters, load_bases, load_matters
from knowledge.places import Gazetteer
from knowledge.regulations import Regulations, load_regulations
from knowledge.shelves import all_matters, build_shelf, corpora, open_shelf, put_entries, save_shelf
from knowledge.tables import Tables, load_tables, table_path
from knowledge.units import UnitPattern, load_unit_patterns
from knowledge.vector_stores import Report, Stores
from knowledge.vocabulary import Citation, CitationState, Duty, PastCase
from knowledge.workdays import WorkCalendar, load_holidays
from models.embedder import BUNDLED, Embedder, QueryEncoder, Vectors, load_embedder
from models.lexical import tokens
from models.vectors import VectorStore, embed_passages

_USABLE = frozenset({CitationState.VERIFIED, CitationState.OUT_OF_CORPUS})
_MOST_BASES = 5  # articles: the duty table names up to three, and more are not read


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
        bases: tuple[Basis, ...],
        matters: tuple[LawMatters, ...],
    ) -> None:
        self.tables, self.regulations, self.cases, self.embedder = tables, regulations, cases, embedder
        self.unit_patterns, self.calendar = unit_patterns, calendar
        self.bases, self.matters = bases, matters
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
        imported = None if data_dir is None else data_dir / STATUTES
        tables, regulations = load_tables(knowledge_dir), load_regulations(imported=imported)
        # small, and a wrong line has to stop the start, not the first complaint
        patterns = load_unit_patterns(table_path("units.csv", knowledge_dir))
        bases = load_bases(table_path("bases.csv", knowledge_dir), tables.duty)
        matters = all_matters(load_matters(table_path("law_matters.csv", knowledge_dir)), tables.duties)
        holidays = table_path("holidays.csv", knowledge_dir)
        calendar = WorkCalendar(load_holidays(holidays) if holidays.is_file() else {})
        cases = CaseRepository(tables, data_dir / "cases.sqlite" if data_dir else None, seeds)
        loaded = load_embedder(embedder) if isinstance(embedder, str) else embedder
        index_dir = data_dir / "index" if data_dir else None
        stores = Stores.open(index_dir)
        shelves = {}
        for name, entries in corpora(tables, regulations, matters, cases).items():
            saved = index_dir / name if index_dir else None
            shelves[name] = open_shelf(name, entries, loaded, stores, saved, rebuild=rebuild, report=report)
        return cls(tables, regulations, cases, loaded, shelves, index_dir, patterns, calendar, bases, matters)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Finds official places in free text."""
        return Gazetteer(self.tables.districts, self.tables.streets, self.tables.communities)

    def query(self, text: str) -> Query:
        """Words and vector of a question; the one encoding of a suggestion."""
        return self.queries([text], self.embedder)[0]

    def queries(self, texts: Sequence[str], encoder: QueryEncoder) -> list[Query]:
        """The same for many questions that are asked together, with vectors of any encoder of the same space."""
        vectors = encoder.queries(texts)
        asked = Asked(vectors) if len(texts) > 1 else None
        return [Query(tuple(tokens(text)), vectors[row], asked, row) for row, text in enumerate(texts)]

    def words(self, text: str) -> Query:
        """The words alone, without encoding; for search that must answer in milliseconds."""
        return Query(tuple(tokens(text)), np.empty(0, np.float32))

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

    @cached_property
    def citations(self) -> CitationChecker:
        """Checks citations against the statutes of this start."""
        return CitationChecker(self.regulations)

    @cached_property
    def law_search(self) -> LawSearch:
        """Search over the statutes of this start, with the shipped weights."""
        return self.law_search_with(load_rankers())

    def law_search_with(self, rankers: LawRankers) -> LawSearch:
        """The same with other weights, for fitting them."""
        shelves = [self._shelves["articles"], self._shelves["imported"]]
        articles = [self.regulations.article[article_id] for shelf in shelves for article_id in shelf.ids]
        layout = Layout.of(articles, self.regulations, self.tables, self.bases, self.matters)
        codes = [category.code for category in self.tables.categories]
        return LawSearch(layout, shelves, self._shelves["matters"], self.matters, codes, rankers)

    def waiting(self) -> int:
        """How many imported articles have no vector yet."""
        return int((~self._shelves["imported"].encoded()).sum())

    def encode_imported(self, report: Report | None = None) -> int:
        """Encode the imported articles that still wait for a vector; found vectors are kept when it is interrupted.

        Returns:
            How many were encoded.

        Raises:
            KnowledgeError: the data folder cannot be written.
        """
        if self._index_dir is None:
            return 0
        shelf = self._shelves["imported"]
        waiting = [row for row, held in enumerate(shelf.encoded()) if not held]
        if waiting:
            entries = corpora(self.tables, self.regulations, self.matters, ())["imported"]
            stores = Stores.open(self._index_dir)
            by_id = {entry.id: entry for entry in entries}
            texts = [by_id[shelf.ids[row]].passage for row in waiting]
            encoded = stores.encode(self.embedder, texts, report)
            self._replace(build_shelf("imported", entries, self.embedder, stores, {}))
            self.__dict__.pop("law_search", None)  # made anew over the new shelf when next asked for
            return encoded
        return 0

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
            put_entries(shelf, entries, vectors)
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
                put_entries(shelf, entries, embed_passages(self.embedder, None, [e.passage for e in entries]))
            self._replace(shelf)

    def law_of(self, duty: Duty, day: dt.date) -> tuple[Citation, ...]:
        """What the duty table and `bases.csv` name for a topic: who is in charge, then the rule itself.

        Only citations that hold on the day, or whose text is not held at all. Of a topic whose law is newer than the
        matter, `bases.csv` names the law of the time; where the duty table itself doubts its row, `bases.csv` alone
        speaks if it can.
        """
        named = [(row.statute, number) for row in self.bases if row.topic == duty.topic for number in row.articles]
        if duty.statute and not (named and duty.confidence == "low"):
            named = [*((duty.statute, number) for number in duty.articles), *named]
        checked = (self.citations.cite(statute, number, day) for statute, number in dict.fromkeys(named))
        return tuple(citation for citation in checked if citation.state in _USABLE)[:_MOST_BASES]

    def version(self) -> str:
        """Hashes of tables, statutes and cases, for provenance."""
        return f"tables:{self.tables.content_hash} laws:{self.regulations.version} cases:{self.cases.content_hash()}"

    def _replace(self, shelf: Shelf) -> None:
        self._shelves[shelf.name] = shelf
        if self._index_dir is not None:
            save_shelf(shelf, self._index_dir / shelf.name)


def ship_vectors(base: KnowledgeBase) -> VectorStore:
    """All passages of the shipped corpora with their vectors, for `knowledge/data/vectors.npz`."""
    vectors: dict[str, Vectors] = {}
    for name, entries in corpora(base.tables, base.regulations, base.matters, base.cases.shipped).items():
        if name != "imported":
            held = base.shelf(name).vectors()
            vectors.update((entry.passage, held[entry.digest]) for entry in entries)
    return VectorStore.build(base.embedder.name, list(vectors), np.stack(list(vectors.values())))
