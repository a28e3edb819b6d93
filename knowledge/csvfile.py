"""One CSV file as rows that can name a bad cell by file, line and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.errors import TableError

# Asked here and not of `csv`, whose own limit is one for the whole process, and larger for backlogs.
_LONGEST = 131_072


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a table and the line it ends on; a wrong cell is named by file, line and column."""

    file: Path
    line: int
    cells: dict[str, str]

    def error(self, column: str, why: str) -> TableError:
        """The error for one cell of this row."""
        return TableError(f"{self.file}, line {self.line}, column {column!r}: {why}")

    def text(self, column: str, *, needed: bool = True) -> str:
        """The cell, stripped; an empty one is an error when it is needed."""
        value = self.cells[column].strip()
        if needed and not value:
            raise self.error(column, "is empty; fill it in")
        return value

    def words(self, column: str) -> tuple[str, ...]:
        """The cell split at semicolons of either width."""
        parts = self.cells[column].replace("；", ";").split(";")
        return tuple(part.strip() for part in parts if part.strip())

    def key(self, column: str, known: Container[str]) -> str:
        """The cell, which must be one of the known ids."""
        value = self.text(column)
        if value not in known:
            raise self.error(column, f"{value!r} is not a known id")
        return value

    def keys(self, column: str, known: Container[str]) -> tuple[str, ...]:
        """Several known ids; an empty cell is none."""
        values = self.words(column)
        for value in values:
            if value not in known:
                raise self.error(column, f"{value!r} is not a known id")
        return values


def read_table(path: Path, columns: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of one CSV file (UTF-8, with or without byte-order mark).

    Raises:
        TableError: the file cannot be read or decoded, lacks a column, or a line has too many or too few cells.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(f"{path} is not UTF-8 at byte {error.start}; save it as “CSV UTF-8”") from error
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror}") from error
    # not str.splitlines: it also cuts at U+2028 and its like, which may stand inside a cell
    # strict: a quote that is never closed would swallow the rows behind it without a word
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = next(reader, [])
        missing = [name for name in columns if name not in header]
        if missing:
            raise TableError(f"{path}, line 1: column {missing[0]!r} is missing; add it")
        for cells in reader:
            if not cells:
                continue
            if any(len(cell) > _LONGEST for cell in cells):
                where = f"{path}, line {reader.line_num}"
                raise TableError(f"{where}: field larger than {_LONGEST}; look for a quote that is never closed")
            if len(cells) != len(header):
                column = header[min(len(cells), len(header) - 1)]
                where = f"{path}, line {reader.line_num}, column {column!r}"
                raise TableError(f"{where}: {len(cells)} cells, expected {len(header)}; quote a cell that has commas")
            yield Row(path, reader.line_num, dict(zip(header, cells, strict=True)))
    except csv.Error as error:
        raise TableError(f"{path}, line {reader.line_num}: {error}; look for a quote that is never closed") from error
