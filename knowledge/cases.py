"""Past cases: the shipped seed cases, and those that users add, in one repository.

Seeds are read-only JSON lines of the package; additions live in a SQLite file of the data folder and win
over a seed with the same id. Whatever comes in must already be masked. Another process's additions are seen
when the repository is opened anew. No search here: `knowledge.index`.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from knowledge.tables import DATA, Tables
from knowledge.vocabulary import PastCase
from models.errors import InputError, KnowledgeError

SEEDS = DATA / "cases"
_SCHEMA = "create table if not exists cases (id text primary key, body text not null)"


@dataclass(frozen=True, slots=True)
class CaseHit:
    """A past case found, with its score in [0, 1]."""

    case: PastCase
    score: float


class CaseRepository:
    """All past cases by id; safe to read while another thread adds or removes.

    Args:
        tables: Closed lists that every case must keep to.
        store: SQLite file for added cases; None keeps additions in memory (tests, dry runs).
        seeds: Folder of seed files.
    """

    def __init__(self, tables: Tables, store: Path | None, seeds: Path = SEEDS) -> None:
        self._tables = tables
        self._store = store
        self._seeds = {case.id: case for file in sorted(seeds.glob("*.jsonl")) for case in read_cases(file, tables)}
        # never changed in place: whoever iterates keeps the cases of that moment
        self._cases = self._seeds | {case.id: case for case in self._stored()}
        self._hash = ""
        self._lock = threading.Lock()  # one writer at a time

    def __len__(self) -> int:
        return len(self._cases)

    def __iter__(self) -> Iterator[PastCase]:
        return iter(self._cases.values())

    def __contains__(self, case_id: str) -> bool:
        return case_id in self._cases

    @property
    def shipped(self) -> tuple[PastCase, ...]:
        """The seed cases, replaced or not."""
        return tuple(self._seeds.values())

    def get(self, case_id: str) -> PastCase:
        """The case with this id.

        Raises:
            KnowledgeError: there is none.
        """
        try:
            return self._cases[case_id]
        except KeyError:
            raise KnowledgeError(f"no past case {case_id!r}") from None

    def is_added(self, case_id: str) -> bool:
        """Whether a person here added or corrected this case; False for a shipped seed as it came."""
        return case_id in self._cases and self._cases[case_id] is not self._seeds.get(case_id)

    def add(self, cases: Iterable[PastCase]) -> None:
        """Insert or replace; all or none.

        Raises:
            InputError: a case names a category or department that does not exist.
            KnowledgeError: the store cannot be written.
        """
        new = list(cases)
        for case in new:
            check_labels(case, self._tables)
        with self._lock:
            if self._store is not None:
                with _database(self._store) as db:
                    db.executemany("replace into cases values (?, ?)", [(c.id, c.model_dump_json()) for c in new])
            self._cases = self._cases | {case.id: case for case in new}
            self._hash = ""

    def remove(self, case_id: str) -> None:
        """Delete an added case; a seed that it replaced is back.

        Raises:
            KnowledgeError: there is no such case, it is a shipped seed, or the store cannot be written.
        """
        with self._lock:
            seed = self._seeds.get(case_id)
            if self.get(case_id) is seed:
                raise KnowledgeError(f"{case_id!r} is a shipped case and cannot be removed; replace it instead")
            if self._store is not None:
                with _database(self._store) as db:
                    db.execute("delete from cases where id = ?", (case_id,))
            rest = {known: case for known, case in self._cases.items() if known != case_id}
            self._cases = rest if seed is None else rest | {case_id: seed}
            self._hash = ""

    def content_hash(self) -> str:
        """Twelve hex digits over all cases, whatever their order; kept until a case changes."""
        with self._lock:
            if not self._hash:
                self._hash = self._digest()
            return self._hash

    def _digest(self) -> str:
        digests = sorted(hashlib.blake2b(c.model_dump_json().encode(), digest_size=8).digest() for c in self)
        return hashlib.sha256(b"".join(digests)).hexdigest()[:12]

    def _stored(self) -> list[PastCase]:
        if self._store is None or not self._store.exists():
            return []
        with _database(self._store) as db:
            rows = db.execute("select body from cases").fetchall()
        try:
            cases = [PastCase.model_validate_json(body) for (body,) in rows]
            for case in cases:
                check_labels(case, self._tables)  # the tables may have been replaced since
        except (ValidationError, InputError) as error:
            raise KnowledgeError(
                f"{self._store} holds a case that does not fit ({_short(error)}); mend it or move the file away"
            ) from error
        return cases


@contextmanager
def _database(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on the store; waits up to 30 s for another writer."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=30)) as db, db:
            db.execute(_SCHEMA)
            yield db
    except (OSError, sqlite3.Error) as error:
        raise KnowledgeError(
            f"{path} is no usable store of cases ({error}); move it away or mend its folder"
        ) from error


def read_cases(path: Path, tables: Tables) -> Iterator[PastCase]:
    """Yield the labelled cases of a JSON-lines file.

    A category may be a code or a path `一级/二级/三级`.

    Raises:
        InputError: a line is not such a case; names file and line.
    """
    try:
        # not str.splitlines: it also cuts at U+2028 and its like, which JSON allows inside a text
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as UTF-8 JSON lines: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            case = _parsed(line, tables)
        except (ValueError, InputError) as error:
            raise InputError(f"{path}, line {number}: {_short(error)}", code="case") from error
        yield case


def _parsed(line: str, tables: Tables) -> PastCase:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise InputError("is no JSON object; write one case a line")
    row["category"] = category_code(str(row.get("category", "")), tables)
    row["further"] = [category_code(str(further), tables) for further in row.get("further") or ()]
    case = PastCase.model_validate(row)
    check_labels(case, tables)
    return case


def category_code(value: str, tables: Tables) -> str:
    """The code of a category given as code or as path.

    Raises:
        InputError: there is no such category.
    """
    if value in tables.category:
        return value
    levels = tuple(part.strip() for part in value.replace("->", "/").replace(">", "/").split("/"))
    if len(levels) == 3 and levels in tables.category_code:
        return tables.category_code[levels]
    raise InputError(f"category {value!r} does not exist; use a code or 一级/二级/三级 of categories.csv")


def check_labels(case: PastCase, tables: Tables) -> None:
    """Refuse a case whose labels are outside the closed lists.

    Raises:
        InputError: names the label.
    """
    if case.category not in tables.category:
        raise InputError(f"case {case.id!r}: category {case.category!r} does not exist")
    for department in (case.lead, *case.assist):
        if department not in tables.department:
            raise InputError(f"case {case.id!r}: department {department!r} does not exist")


def _short(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error)
