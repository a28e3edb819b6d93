"""Import a folder of statutes, file by file; what one file breaks costs only that file.

The walk and the report; reading a file is `knowledge.importing.statute`, keeping it is `.store`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pydantic import Field

from knowledge.importing.statute import Statute, read_statute
from knowledge.importing.store import Added, StatuteStore
from knowledge.importing.texts import READERS
from models.errors import InputError
from models.record import Record

# statutes often come in these too: left out silently they would be missed
_UNREADABLE = frozenset({".doc", ".wps", ".rtf", ".ofd", ".html", ".htm", ".odt"})
Report = Callable[[int, int], None]


class Remark(Record):
    """One file and what is to be said about it, in Chinese: 「kind：detail」 or 「what is wrong：what to do」."""

    file: str = Field(description="relative to the imported folder")
    reason: str


class ImportReport(Record):
    """What one run of the importer did."""

    read: int = Field(0, ge=0, description="files that held a statute")
    new: int = Field(0, ge=0, description="statutes that were not held")
    replaced: int = Field(0, ge=0, description="held ones whose file now reads differently")
    unchanged: int = Field(0, ge=0, description="held ones, the same text from a second file included")
    ignored: int = Field(0, ge=0, description="files that are no statutes by their name or ending")
    appendices: int = Field(0, ge=0, description="statutes with annexes among those read")
    articles: int = Field(0, ge=0, description="articles of the statutes read")
    laws: int = Field(0, ge=0, description="statutes in the store afterwards")
    skipped: tuple[Remark, ...] = Field((), description="files left out, and why")
    doubtful: tuple[Remark, ...] = Field((), description="files taken in that a person should look at; one a doubt")

    def kinds(self) -> dict[str, int]:
        """How often each kind of doubt occurs, most frequent first."""
        return dict(Counter(remark.reason.partition("：")[0] for remark in self.doubtful).most_common())


def import_folder(folder: Path, store: StatuteStore, report: Report | None = None) -> ImportReport:
    """Import every statute below a folder, or one file.

    Args:
        folder: Folder or file; hidden files, names with `_` or `~` in front and other endings are ignored.
        store: Where the statutes go.
        report: Called with (files done, files in all) after each file.

    Raises:
        InputError: `folder` does not exist or holds no file of a known format.
        KnowledgeError: the store cannot be used.
    """
    root, files, ignored = _files(folder)
    added, skipped, doubtful, articles, appendices, read = Added(), [], [], 0, 0, 0
    for done, path in enumerate(files, 1):
        source = path.relative_to(root).as_posix()
        try:
            statute = _read(path, source)
        except InputError as error:
            skipped.append(Remark(file=source, reason=str(error)))
        else:
            read += 1
            articles += len(statute.articles)
            appendices += bool(statute.appendix)
            doubtful += [Remark(file=source, reason=doubt) for doubt in statute.doubts]
            added += store.add([statute])
        if report is not None:
            report(done, len(files))
    return ImportReport(
        read=read, new=added.new, replaced=added.replaced, unchanged=added.unchanged, ignored=ignored,
        appendices=appendices, articles=articles, laws=len(store.read()[0]),
        skipped=(*skipped, *(Remark(file=file, reason=reason) for file, reason in added.refused)),
        doubtful=(*doubtful, *(Remark(file=file, reason=reason) for file, reason in added.doubts)),
    )  # fmt: skip


def _read(path: Path, source: str) -> Statute:
    try:
        return read_statute(path, source)
    except InputError:
        raise
    except Exception as error:  # one file that nobody foresaw must not stop a thousand others
        raise InputError(f"读取时出错（{type(error).__name__}）：请另存为 .docx 或 .txt 后再导入") from error


def _files(folder: Path) -> tuple[Path, list[Path], int]:
    """The root that names are relative to, the files to read in a stable order, and how many were ignored."""
    if folder.is_file():
        return folder.parent, [folder], 0
    if not folder.is_dir():
        raise InputError(f"{folder} does not exist; give a folder with statutes, or one file")
    files, ignored = [], 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(names):
            path = Path(place, name)
            wanted = path.suffix.lower() in READERS or path.suffix.lower() in _UNREADABLE
            if wanted and not name.startswith((".", "_", "~")) and path.stem.lower() != "readme":
                files.append(path)
            else:
                ignored += 1
    if not files:
        raise InputError(f"{folder} holds no .docx, .pdf, .md or .txt file; give a folder with statutes")
    return folder, files, ignored
