"""Writing what a backlog became: `.jsonl`, `.csv`, `.xlsx` or `.parquet`.

`.jsonl` is the contract, one Suggestion a line; the others are one flat table for people and spreadsheets.
Takes lines of `agent.batch.rendering`; the same lines give the same bytes, whoever wrote them and when.
The final name appears only when the file is whole: rows go to a hidden file beside it, renamed at the end.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from agent.batch._flat import Layout, Type, Value
from agent.batch.readers import Kind
from agent.schema import Duplicate
from models.errors import InputError

SHEET_ROWS = 1_048_576  # of one sheet, header included: Excel specifications and limits, Microsoft
_CELL_UNITS = 32_767  # UTF-16 units of one cell, same source
_CUT = "…（超出单元格上限，已截断）"
_PARQUET_ROWS = 1024
_BORN = dt.datetime(2000, 1, 1)  # creation date of every workbook: the same rows are the same bytes
# What a spreadsheet takes for a formula when it stands first (OWASP, "CSV Injection"), its full-width twins too.
_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_ARROW: dict[Type, pa.DataType] = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64()}


class ResultWriter(Protocol):
    """Takes the results of a backlog, one row at a time, in the order of the input."""

    def write(self, line: str, repeat: Duplicate | None) -> None:
        """Add one row.

        Args:
            line: The row as `agent.batch.rendering.make_line` made it for this format and layout.
            repeat: The earlier row that reports the same matter, None for none.
        """

    def close(self) -> None:
        """Finish the file; what was written is valid then."""


@contextmanager
def open_writer(path: Path, kind: Kind, layout: Layout) -> Iterator[ResultWriter]:
    """Open an output file for the length of a `with` block.

    After the block, or a Ctrl-C inside it, the file stands whole under its name; after any other error it
    does not appear, and a file that was there before stays as it was.

    Args:
        path: Where the result will be; its folder exists.
        kind: The format; `.xls` is read but not written.
        layout: What the output holds.

    Raises:
        InputError: The format cannot be written, or the folder is missing or closed to us.
    """
    if kind == "xls":
        raise InputError(f"不能写出 .xls，请把 {path.name} 的后缀改为 .xlsx。", code="unknown_format")
    # Not named after the output: a Chinese name of 80 characters leaves no room for a suffix.
    part = path.parent / f".xiaozheng-{uuid4().hex[:12]}.part"
    try:
        part.touch(exist_ok=False)
    except OSError as error:
        raise InputError(
            f"不能写入 {path.parent}（{error.strerror}），请换一个可写的文件夹。", code="unwritable"
        ) from error
    try:
        writer = _writer(part, kind, layout)
        try:
            yield writer
        except KeyboardInterrupt:
            writer.close()
            _rename(part, path)
            raise
        except BaseException:
            writer.close()
            raise
        writer.close()
        _rename(part, path)
    finally:
        part.unlink(missing_ok=True)


def neutralise(cell: str) -> str:
    """Keep a spreadsheet from running a cell: an apostrophe before `=1+1`; plain numbers stay as they are."""
    if cell[:1] in _FORMULA_STARTS and not _PLAIN_NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


class _JsonLines:
    def __init__(self, path: Path, layout: Layout) -> None:
        self._repeats = "repeats" in layout.keys
        self._file = path.open("w", encoding="utf-8", newline="\n")

    def write(self, line: str, repeat: Duplicate | None) -> None:
        if self._repeats:
            line = f'{line[:-1]},"repeats":{repeat.model_dump_json() if repeat else "null"}}}'
        self._file.write(line + "\n")

    def close(self) -> None:
        self._file.close()


class _Csv:
    def __init__(self, path: Path, layout: Layout) -> None:
        self._layout = layout
        # With the byte-order mark Excel and WPS know that it is UTF-8.
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._csv = csv.writer(self._file)
        self._csv.writerow([neutralise(name) for name in layout.header])

    def write(self, line: str, repeat: Duplicate | None) -> None:
        values = _values(self._layout, line, repeat)
        self._csv.writerow([neutralise(value) if isinstance(value, str) else value for value in values])

    def close(self) -> None:
        self._file.close()


class _Xlsx:
    """One sheet, and a further one whenever a sheet is full."""

    def __init__(self, path: Path, layout: Layout, sheet_rows: int = SHEET_ROWS) -> None:
        self._layout = layout
        self._types = layout.types()
        self._sheet_rows = sheet_rows
        # Rows lie on disk, not in memory, and no text of ours is ever taken for a formula, link or number.
        # That is a folder of ours: /tmp may be memory, and a kill would leave complaints there.
        self._scratch = TemporaryDirectory(prefix=".xiaozheng-", suffix=".part", dir=path.parent)
        options = {"constant_memory": True, "tmpdir": self._scratch.name, "strings_to_formulas": False}
        self._book = xlsxwriter.Workbook(str(path), {**options, "strings_to_urls": False, "strings_to_numbers": False})
        self._book.set_properties({"created": _BORN})
        self._book.use_zip64()  # used only by a sheet that unpacks to more than 4 GB
        self._bold = self._book.add_format({"bold": True, "bottom": 1})
        self._percent = self._book.add_format({"num_format": "0.0%"})
        self._start_sheet()

    def write(self, line: str, repeat: Duplicate | None) -> None:
        if self._next == self._sheet_rows:
            self._end_sheet()
            self._start_sheet()
        values = _values(self._layout, line, repeat)
        for column, (value, kind) in enumerate(zip(values, self._types, strict=True)):
            if isinstance(value, str):
                if value:
                    self._sheet.write_string(self._next, column, _sheet_text(value))
            elif value is not None:
                self._sheet.write_number(self._next, column, value, self._percent if kind == "number" else None)
        self._next += 1

    def close(self) -> None:
        self._end_sheet()
        with self._scratch:
            try:
                self._book.close()
            except FileCreateError as error:  # no OSError, but made of one
                raise InputError(f"不能写出工作簿（{error}），请检查磁盘空间后重新运行。", code="unwritable") from error

    def _start_sheet(self) -> None:
        number = len(self._book.worksheets()) + 1
        self._sheet = self._book.add_worksheet("研判结果" if number == 1 else f"研判结果{number}")
        for column, width in enumerate(self._layout.widths()):
            self._sheet.set_column(column, column, width)
        self._sheet.freeze_panes(1, 0)
        self._sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        for column, name in enumerate(self._layout.header):
            self._sheet.write_string(0, column, _sheet_text(name), self._bold)
        self._next = 1

    def _end_sheet(self) -> None:
        self._sheet.autofilter(0, 0, self._next - 1, len(self._layout.header) - 1)


class _Parquet:
    def __init__(self, path: Path, layout: Layout) -> None:
        self._layout = layout
        types = zip(layout.header, layout.types(), strict=True)
        self._schema = pa.schema([(name, _ARROW[kind]) for name, kind in types])
        self._file = pq.ParquetWriter(path, self._schema)
        self._rows: list[Sequence[Value]] = []

    def write(self, line: str, repeat: Duplicate | None) -> None:
        self._rows.append(_values(self._layout, line, repeat))
        if len(self._rows) == _PARQUET_ROWS:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        rows, self._rows = self._rows, []
        columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in self._layout.header]
        arrays = [pa.array(column, field.type) for column, field in zip(columns, self._schema, strict=True)]
        self._file.write_table(pa.Table.from_arrays(arrays, schema=self._schema))


def _writer(path: Path, kind: Kind, layout: Layout) -> ResultWriter:
    if kind == "jsonl":
        return _JsonLines(path, layout)
    if kind == "csv":
        return _Csv(path, layout)
    if kind == "xlsx":
        return _Xlsx(path, layout)
    return _Parquet(path, layout)


def _values(layout: Layout, line: str, repeat: Duplicate | None) -> list[Value]:
    values: list[Value] = json.loads(line)
    return layout.completed(values, repeat)


def _sheet_text(text: str) -> str:
    """A text as a cell can hold it."""
    safe = neutralise(text)
    # xlsxwriter copies what looks like its own rich text into the sheet unescaped.
    if safe.startswith("<r>"):
        safe = f"'{safe}"
    units = safe.encode("utf-16-le")
    if len(units) // 2 <= _CELL_UNITS:
        return safe
    return units[: 2 * (_CELL_UNITS - len(_CUT))].decode("utf-16-le", errors="ignore") + _CUT


def _rename(part: Path, path: Path) -> None:
    try:
        with part.open("r+b") as file:
            os.fsync(file.fileno())  # the name must not outlive a power cut without its bytes
        part.replace(path)
    except OSError as error:
        raise InputError(
            f"不能写入 {path}（{error.strerror}），请关闭打开着它的程序后重试。", code="unwritable"
        ) from error
