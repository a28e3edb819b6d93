"""Imported statutes in one SQLite file: added once, replaced when their file changed, removed by title.

Holds what was imported and nothing else; the shipped statutes stay in their package. A statute is written in
one transaction, so that a crash loses at most the one being written.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from knowledge.importing.statute import Statute, content_hash
from knowledge.vocabulary import Article, Law
from models.errors import KnowledgeError

STATUTES = "statutes.sqlite"  # name of the file in the data folder
_APPLICATION = 0x785A5354  # "xzST": tells our file from any other SQLite file
_FORMAT = 1
_SCHEMA = """
create table laws (
    id text primary key, title text not null, level text not null, issuer text not null, effective text,
    version text, place text not null, source text not null, text_hash text not null, appendix text not null
) without rowid;
create index laws_title on laws (title);
create table articles (
    law_id text not null references laws (id) on delete cascade, position integer not null,
    number text not null, text text not null, chapter text not null, primary key (law_id, position)
);
"""
_LAW_COLUMNS = "id, title, level, issuer, effective, version, place, source"


@dataclass(frozen=True, slots=True)
class Added:
    """What `StatuteStore.add` did.

    Attributes:
        new: Statutes that were not held.
        replaced: Held ones whose own file now reads differently.
        unchanged: Held ones, the same text from another file included.
        refused: (source, Chinese reason) of statutes that contradict a held one and were left out.
        doubts: (source, Chinese reason) of statutes held under another date.
    """

    new: int = 0
    replaced: int = 0
    unchanged: int = 0
    refused: tuple[tuple[str, str], ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: Added) -> Added:
        return Added(
            self.new + other.new,
            self.replaced + other.replaced,
            self.unchanged + other.unchanged,
            self.refused + other.refused,
            self.doubts + other.doubts,
        )


class StatuteStore:
    """The statutes in one file; making the object opens and creates nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, statutes: Iterable[Statute]) -> Added:
        """Add statutes; the same ones again change nothing.

        Raises:
            KnowledgeError: the file is damaged, of another program or of another format.
        """
        added = Added()
        with self._open(create=True) as db:
            for statute in statutes:
                with db:
                    added += _put(db, statute)
        return added

    def remove(self, title: str) -> int:
        """Remove every version of a title and say how many there were.

        Raises:
            KnowledgeError: as `add`.
        """
        if not self.path.is_file():
            return 0
        with self._open() as db, db:
            return db.execute("delete from laws where title = ?", (title,)).rowcount

    def read(self) -> tuple[tuple[Law, ...], tuple[Article, ...]]:
        """Everything held: laws by title and version, articles in the order of their laws; empty without a file.

        Raises:
            KnowledgeError: as `add`.
        """
        if not self.path.is_file():
            return (), ()
        with self._open() as db:
            laws = tuple(
                _law(row) for row in db.execute(f"select {_LAW_COLUMNS} from laws order by title, version, id")
            )
            rows = db.execute(
                "select law_id, title, number, text, chapter from articles join laws on laws.id = law_id"
                " order by title, version, law_id, position"
            )
            articles = tuple(
                Article(id=f"{law}:{number}", law_id=law, law=title, number=number, text=text, chapter=chapter)
                for law, title, number, text, chapter in rows
            )
        return laws, articles

    def appendix(self, law_id: str) -> str:
        """The annexes of one version, '' for none.

        Raises:
            KnowledgeError: as `add`.
        """
        if not self.path.is_file():
            return ""
        with self._open() as db:
            row = db.execute("select appendix from laws where id = ?", (law_id,)).fetchone()
        return str(row[0]) if row else ""

    @property
    def version(self) -> str:
        """Twelve hex digits over all that is held, '' when nothing is or the file does not exist.

        Raises:
            KnowledgeError: as `add`.
        """
        if not self.path.is_file():
            return ""
        with self._open() as db:
            rows = db.execute(f"select {_LAW_COLUMNS}, text_hash from laws order by id").fetchall()
        return hashlib.sha256(repr(rows).encode()).hexdigest()[:12] if rows else ""

    @contextmanager
    def _open(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        if create:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        uri = f"{self.path.resolve().as_uri()}?mode={'rwc' if create else 'rw'}"
        try:
            with closing(sqlite3.connect(uri, uri=True, timeout=30)) as db:
                _prepare(db, self.path)
                yield db
        except sqlite3.Error as error:
            raise KnowledgeError(
                f"{self.path} cannot be used ({error}); if it is damaged, delete it and import the statutes again"
            ) from error


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    """Check that the file is ours, and lay out an empty one."""
    (application,) = db.execute("pragma application_id").fetchone()
    (form,) = db.execute("pragma user_version").fetchone()
    (tables,) = db.execute("select count(*) from sqlite_master").fetchone()
    if (application, tables) == (0, 0):
        db.execute("pragma journal_mode = wal")
        db.executescript(
            f"begin; {_SCHEMA} pragma application_id = {_APPLICATION}; pragma user_version = {_FORMAT}; commit;"
        )
    elif application != _APPLICATION:
        raise KnowledgeError(f"{path} is a database of another program; move it away and import the statutes again")
    elif form != _FORMAT:
        raise KnowledgeError(f"{path} has format {form}, not {_FORMAT}; delete it and import the statutes again")
    db.execute("pragma foreign_keys = on")
    db.execute("pragma synchronous = normal")


def _put(db: sqlite3.Connection, statute: Statute) -> Added:
    law, text_hash = statute.law, content_hash(statute.law, statute.articles)
    held = db.execute(
        "select id, source, version, text_hash from laws where title = ? and (text_hash = ? or version is ?)"
        " order by text_hash = ? desc",
        (law.title, text_hash, _iso(law.version), text_hash),
    ).fetchone()
    if held is None:
        _insert(db, statute, text_hash)
        return Added(new=1)
    old_id, source, version, old_hash = map(str, held)
    if source == law.source:
        if _written(db, old_id) == _rows(statute, text_hash):
            return Added(unchanged=1)
        db.execute("delete from laws where id = ?", (old_id,))
        _insert(db, statute, text_hash)
        return Added(replaced=1)
    if old_hash != text_hash:
        reason = f"同名同日期的另一文本已在库中（来自 {source}）：请核对，保留一份后重新导入"
        return Added(refused=((law.source, reason),))
    if version != str(_iso(law.version)):
        reason = f"同文不同日期：与 {source}（{version}）文字相同，只保留先导入的一份"
        return Added(unchanged=1, doubts=((law.source, reason),))
    return Added(unchanged=1)


def _rows(statute: Statute, text_hash: str) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    law = statute.law
    row = (
        law.id, law.title, law.level, law.issuer, _iso(law.effective), _iso(law.version), law.place, law.source,
        text_hash, statute.appendix,
    )  # fmt: skip
    return [row], [(law.id, i, a.number, a.text, a.chapter) for i, a in enumerate(statute.articles)]


def _written(db: sqlite3.Connection, law_id: str) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    return (
        db.execute("select * from laws where id = ?", (law_id,)).fetchall(),
        db.execute("select * from articles where law_id = ? order by position", (law_id,)).fetchall(),
    )


def _insert(db: sqlite3.Connection, statute: Statute, text_hash: str) -> None:
    laws, articles = _rows(statute, text_hash)
    db.executemany("insert into laws values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", laws)
    db.executemany("insert into articles values (?, ?, ?, ?, ?)", articles)


def _law(row: tuple[str | None, ...]) -> Law:
    law_id, title, level, issuer, effective, version, place, source = (value or "" for value in row)
    return Law(
        id=law_id, title=title, level=level, issuer=issuer, place=place, source=source,
        effective=_day(effective), version=_day(version), valid_from=None, valid_to=None,
    )  # fmt: skip


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
