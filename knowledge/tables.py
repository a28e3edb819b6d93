"""The city's tables, read from CSV into typed records.

Each table is one file of `knowledge/data`; a file of the same name in the user's own folder
(`XIAOZHENG_KNOWLEDGE_DIR`) replaces it whole. Every cell is checked, and that no id stands twice: a bad
one stops the start with file, line and column. No search here, and nothing is cached: `knowledge.base`
holds the loaded tables.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from knowledge.csvfile import Row, read_table
from knowledge.vocabulary import (
    Category,
    Community,
    Confidence,
    DeadlineFact,
    Department,
    District,
    Duty,
    Mode,
    Street,
)
from models.errors import TableError
from models.record import Record

DATA = Path(__file__).with_name("data")
T = TypeVar("T", bound=Record)
# Read by `knowledge.units`, `knowledge.workdays` and `knowledge.law_tables`, but part of the same hash.
_ELSEWHERE = ("units.csv", "holidays.csv", "bases.csv", "law_matters.csv")
_ARTICLE = re.compile(r"\d+(-\d+)?")


class CategoryLead(Record):
    """The department that usually leads in a category, and how sure that is."""

    category: str
    lead: str
    assist: tuple[str, ...]
    confidence: Confidence


@dataclass(frozen=True)
class Tables:
    """Every table of the city.

    Attributes:
        content_hash: Twelve hex digits over the bytes of every table file, taken when they were read.
    """

    categories: tuple[Category, ...]
    category_leads: tuple[CategoryLead, ...]
    departments: tuple[Department, ...]
    duties: tuple[Duty, ...]
    districts: tuple[District, ...]
    streets: tuple[Street, ...]
    communities: tuple[Community, ...]
    modes: tuple[Mode, ...]
    deadlines: tuple[DeadlineFact, ...]
    content_hash: str

    @cached_property
    def category(self) -> dict[str, Category]:
        """Categories by code."""
        return {c.code: c for c in self.categories}

    @cached_property
    def category_lead(self) -> dict[str, CategoryLead]:
        """The usual lead by category code."""
        return {c.category: c for c in self.category_leads}

    @cached_property
    def category_code(self) -> dict[tuple[str, str, str], str]:
        """Codes by the three level names."""
        return {(c.level1, c.level2, c.level3): c.code for c in self.categories}

    @cached_property
    def department(self) -> dict[str, Department]:
        """Departments by id."""
        return {d.id: d for d in self.departments}

    @cached_property
    def duty(self) -> dict[str, Duty]:
        """Duties by topic."""
        return {d.topic: d for d in self.duties}


def table_path(name: str, override: Path | None = None) -> Path:
    """Where a table lies: the user's own file where there is one, else the shipped one's place."""
    own = None if override is None else override / name
    return own if own is not None and own.is_file() else DATA / name


def load_tables(override: Path | None = None) -> Tables:
    """Read every table, the user's own file before the shipped one.

    Raises:
        TableError: a table is unusable; names file, line and column.
    """
    loader = _Loader(override)
    categories = loader.load("categories.csv", ("code", "level1", "level2", "level3"), _category, unique=("code",))
    codes = {c.code: c for c in categories}
    departments = loader.load(
        "departments.csv", ("id", "name", "aliases", "kind", "remit", "verified", "note"), _department, unique=("id",)
    )
    ids = {d.id for d in departments}
    districts = loader.load(
        "districts.csv", ("id", "name", "kind", "aliases", "governing_body"), _district, unique=("id",)
    )
    places = {d.id for d in districts}
    return Tables(
        categories=categories,
        category_leads=loader.load(
            "categories.csv", ("code", "lead", "assist", "confidence"), lambda r: _category_lead(r, ids)
        ),
        departments=departments,
        duties=loader.load("duties.csv", _DUTY_COLUMNS, lambda r: _duty(r, codes, ids), unique=("topic",)),
        districts=districts,
        streets=loader.load(
            "streets.csv", _STREET_COLUMNS, lambda r: _street(r, places), unique=("name", "district_id")
        ),
        communities=loader.load(
            "communities.csv", ("name", "kind", "street", "district_id"), lambda r: _community(r, places)
        ),
        modes=loader.load("modes.csv", ("id", "name", "when", "goal", "changes"), _mode, unique=("id",)),
        deadlines=loader.load("deadlines.csv", _DEADLINE_COLUMNS, _deadline, unique=("id",)),
        content_hash=loader.digest(),
    )


class _Loader:
    """Finds each table's file and turns its rows into records."""

    def __init__(self, override: Path | None) -> None:
        if override is not None and not override.is_dir():
            raise TableError(f"{override} is not a folder; set XIAOZHENG_KNOWLEDGE_DIR to one that exists")
        self._override = override
        self._used: list[str] = []

    def load(
        self, name: str, columns: Sequence[str], build: Callable[[Row], T], unique: Sequence[str] = ()
    ) -> tuple[T, ...]:
        self._used.append(name)
        rows = _distinct(read_table(table_path(name, self._override), columns), unique)
        return tuple(_built(row, build) for row in rows)

    def digest(self) -> str:
        digest = hashlib.sha256()
        for name in dict.fromkeys((*self._used, *_ELSEWHERE)):
            path = table_path(name, self._override)
            digest.update(name.encode() + b"\0" + (path.read_bytes() if path.is_file() else b""))
        return digest.hexdigest()[:12]


def _distinct(rows: Iterator[Row], unique: Sequence[str]) -> Iterator[Row]:
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row.text(column) for column in unique)
        if key and key in seen:
            raise row.error(unique[0], f"{key[0]!r} stands in line {seen[key]} already; remove one of the two")
        seen[key] = row.line
        yield row


def _built(row: Row, build: Callable[[Row], T]) -> T:
    try:
        return build(row)
    except ValidationError as error:
        first = error.errors()[0]
        raise row.error(str(first["loc"][0]), f"{first['input']!r}: {first['msg']}") from error


def _category(row: Row) -> Category:
    return Category(
        code=row.text("code"), level1=row.text("level1"), level2=row.text("level2"), level3=row.text("level3")
    )


def _category_lead(row: Row, departments: set[str]) -> CategoryLead:
    return CategoryLead.model_validate(
        {
            "category": row.text("code"),
            "lead": row.key("lead", departments),
            "assist": row.keys("assist", departments),
            "confidence": row.text("confidence"),
        }
    )


def _department(row: Row) -> Department:
    if row.text("verified") not in {"yes", "no"}:
        raise row.error("verified", "must be yes or no")
    return Department.model_validate(
        {
            "id": row.text("id"),
            "name": row.text("name"),
            "aliases": row.words("aliases"),
            "kind": row.text("kind"),
            "remit": row.text("remit"),
            "verified": row.text("verified") == "yes",
            "note": row.text("note", needed=False),
        }
    )


_DUTY_COLUMNS = (
    "topic", "category", "lead", "assist", "handled_at", "statute", "articles", "actor_in_law", "confidence",
    "mapping_confidence", "keywords", "note",
)  # fmt: skip


def _duty(row: Row, categories: dict[str, Category], departments: set[str]) -> Duty:
    return Duty.model_validate(
        {
            "topic": row.text("topic"),
            "category": categories[row.key("category", categories)],
            "lead": row.key("lead", departments),
            "assist": row.keys("assist", departments),
            "handled_at": row.text("handled_at"),
            "statute": row.text("statute", needed=False),
            "articles": _articles(row),
            "actor_in_law": row.text("actor_in_law", needed=False),
            "confidence": row.text("confidence"),
            "mapping_confidence": row.text("mapping_confidence", needed=False),
            "keywords": row.words("keywords"),
            "note": row.text("note", needed=False),
        }
    )


def _articles(row: Row) -> tuple[str, ...]:
    for number in row.words("articles"):
        if _ARTICLE.fullmatch(number) is None:
            raise row.error("articles", f"{number!r} is not an article number; write 278, or 133-1 for 之一")
    return row.words("articles")


def _district(row: Row) -> District:
    return District.model_validate(
        {
            "id": row.text("id"),
            "name": row.text("name"),
            "kind": row.text("kind"),
            "aliases": row.words("aliases"),
            "governing_body": row.text("governing_body"),
        }
    )


_STREET_COLUMNS = ("name", "kind", "district_id", "aliases", "zone", "zone_confidence")


def _street(row: Row, districts: set[str]) -> Street:
    return Street(
        name=row.text("name"),
        kind=row.text("kind"),
        district_id=row.key("district_id", districts),
        aliases=row.words("aliases"),
        zone=row.text("zone", needed=False),
        zone_confidence=row.text("zone_confidence", needed=False),
    )


def _community(row: Row, districts: set[str]) -> Community:
    return Community(
        name=row.text("name"),
        kind=row.text("kind"),
        street=row.text("street", needed=False),
        district_id=row.key("district_id", districts),
    )


def _mode(row: Row) -> Mode:
    return Mode.model_validate({c: row.text(c) for c in ("id", "name", "when", "goal", "changes")})


_DEADLINE_COLUMNS = (
    "id", "name", "value", "unit", "counted_from", "applies_to", "document", "article", "confidence", "note",
)  # fmt: skip


def _deadline(row: Row) -> DeadlineFact:
    return DeadlineFact.model_validate({c: row.text(c, needed=c in {"id", "name"}) for c in _DEADLINE_COLUMNS})
