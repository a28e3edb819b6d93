"""What the knowledge page's script may ask; every input is checked here, answers are HTML that is already escaped."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Annotated, Protocol

from pydantic import Field, JsonValue

from agent.ledger.records import Actor
from agent.people.roles import Permission, allowed
from agent.schema import RegulationHit, SimilarCase
from agent.workbench.knowledge.held_html import cases_html, holdings_html, report_html
from agent.workbench.knowledge.holdings import Holdings
from agent.workbench.knowledge.law_html import articles_html, citations_html
from agent.workbench.shell import Answer
from agent.workbench.uploads import Upload, Uploads
from knowledge.citing import CheckedCitation
from knowledge.importing import ImportReport
from knowledge.tables import Tables
from knowledge.workdays import SHANGHAI
from models.errors import InputError
from models.record import Record

STATUTES = (".docx", ".pdf", ".md", ".txt")
_FOUND = 10
_CASES = 8
# What may stand in a file's name while a statute is read: its title and date help to tell what it is.
_ODD = re.compile(r"[^\w（）()《》〔〕·-]+")


class Library(Protocol):
    """The part of `Desk` that this page uses."""

    def search(self, question: str, day: dt.date | None = None, k: int = 8) -> tuple[RegulationHit, ...]:
        """Articles that answer a question."""

    def similar(self, question: str, k: int = 5) -> tuple[SimilarCase, ...]:
        """Past cases like a text."""

    def cite_check(self, text: str, day: dt.date | None = None) -> tuple[CheckedCitation, ...]:
        """Every citation of a text, judged."""


class _Asked(Record):
    """A question, and the day whose law counts."""

    question: str = Field(max_length=2_000)
    day: Annotated[dt.date | None, Field(ge=dt.date(1949, 10, 1), le=dt.date(2100, 12, 31))] = None


class _Text(Record):
    """A text with citations."""

    text: str = Field(max_length=200_000)
    day: Annotated[dt.date | None, Field(ge=dt.date(1949, 10, 1), le=dt.date(2100, 12, 31))] = None


class _Files(Record):
    """Uploaded files."""

    uploads: list[Annotated[str, Field(max_length=80)]] = Field(max_length=40)


class KnowledgeWork:
    """Questions to statutes and cases, and imports, for one page; safe to use from several threads."""

    def __init__(
        self,
        library: Library,
        tables: Tables,
        held: Callable[[], Holdings],
        importer: Callable[[Path], ImportReport],
        uploads: Uploads,
        note: Callable[[Actor, str, str], None] | None = None,
    ) -> None:
        """Join them.

        Args:
            library: Answers questions.
            tables: Departments and categories, for names.
            held: Counts what is held.
            importer: Imports a folder of statutes: `knowledge.importing.import_folder` on the store in use.
            uploads: Files that wait to be imported.
            note: Called with actor, action and detail after an import, for the audit.
        """
        self._library, self._held, self._importer = library, held, importer
        self.uploads, self._note = uploads, note
        self._departments = {department.id: department.name for department in tables.departments}
        self._categories = {c.code: " › ".join((c.level1, c.level2, c.level3)) for c in tables.categories}

    def search(self, actor: Actor, data: JsonValue) -> Answer:
        """Articles that answer a question, as of a day."""
        asked = _Asked.model_validate(data)
        day = asked.day or _today()
        return {"html": articles_html(self._library.search(_words(asked.question), day, _FOUND), day)}

    def similar(self, actor: Actor, data: JsonValue) -> Answer:
        """Past cases like a text."""
        found = self._library.similar(_words(_Asked.model_validate(data).question), _CASES)
        return {"html": cases_html(found, self._departments, self._categories)}

    def check(self, actor: Actor, data: JsonValue) -> Answer:
        """Every citation of a text, as of a day."""
        asked = _Text.model_validate(data)
        day = asked.day or _today()
        text = _words(asked.text)
        return {"html": citations_html(text, self._library.cite_check(text, day), day)}

    def status(self, actor: Actor, data: JsonValue) -> Answer:
        """What is held, and whether this person may add to it."""
        return {"html": holdings_html(self._held()), "imports": allowed(actor.role, Permission.IMPORT_KNOWLEDGE)}

    def add(self, actor: Actor, data: JsonValue) -> Answer:
        """Import uploaded statutes.

        Raises:
            InputError: a file is no longer there, or none was sent.
        """
        files = [self.uploads.get(token, actor.name) for token in _Files.model_validate(data).uploads]
        if not files:
            raise InputError("还没有选择文件，请先选择要导入的法规。")
        with tempfile.TemporaryDirectory(prefix="xiaozheng-") as folder:
            for upload in files:
                shutil.copyfile(upload.path, _place(Path(folder), upload))
            report = self._importer(Path(folder))
        for upload in files:
            self.uploads.drop(upload.token, actor.name)
        if self._note is not None:
            self._note(actor, "knowledge.imported", f"read {report.read}, new {report.new}, replaced {report.replaced}")
        return {"html": report_html(report)}


def _place(folder: Path, upload: Upload) -> Path:
    """Where a statute lies while it is read: under a name that is the sender's in letters and figures only."""
    stem = _ODD.sub("_", PurePath(upload.name).stem).strip("_")[:80] or "法规"
    path, number = folder / f"{stem}{upload.path.suffix}", 2
    while path.exists():
        path, number = folder / f"{stem}({number}){upload.path.suffix}", number + 1
    return path


def _words(text: str) -> str:
    if not text.strip():
        raise InputError("还没有写内容，请先写几个字。")
    return text


def _today() -> dt.date:
    return dt.datetime.now(SHANGHAI).date()
