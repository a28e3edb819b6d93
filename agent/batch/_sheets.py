"""Excel workbooks and Parquet files as tables of text."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from agent.batch._cells import cell_text
from agent.batch._choosing import HeadedSheet, choose, headed
from agent.batch._formulas import CellPlace, sheet_parts, uncalculated
from agent.batch._packed import check_packed
from agent.batch._source import SourceRow, SourceTable, check_width
from agent.batch.columns import unique_names
from models.errors import InputError

_BATCH = 1024  # Parquet rows held as text at a time
_LOCKED = "EncryptedPackage".encode("utf-16-le")  # the stream that holds a workbook with a password: [MS-OFFCRYPTO]
_BUFFER = 1 << 20  # bytes; without it a whole row group lies in memory
_EXACT = 1e15  # Excel specifications and limits, Microsoft: fifteen digits


def read_workbook(path: Path, wanted: Collection[str]) -> SourceTable:
    """Open an `.xlsx` or `.xls` file.

    All visible sheets with complaints under one header are read, one after the other; see `agent.batch._choosing`.

    Args:
        path: The workbook; it is held in memory.
        wanted: Column names that the person gave; they help to find the header.

    Raises:
        InputError: The workbook is protected, damaged, blank, or unpacks to more than memory should hold.
    """
    check_packed(path)
    heads = [headed(sheet, wanted, hidden=hidden) for sheet, hidden in _sheets(path)]
    found = [sheet for sheet in heads if sheet is not None]
    if all(sheet.hidden for sheet in found):
        what = "的工作表都是隐藏的，请取消隐藏后再提交" if found else "里没有内容，请换一个有内容的文件"
        raise InputError(f"{path.name} {what}。", code="empty_file")
    chosen = choose(found, wanted)
    parts = sheet_parts(path)
    holed = [_holed(path, parts.get(sheet.name, "")) for sheet in chosen.read]

    def rows() -> Iterator[SourceRow]:
        number = 0
        for sheet, part in zip(chosen.read, holed, strict=True):
            for cells, missing, rounded in _cells(sheet, uncalculated(path, part) if part else iter(())):
                number += 1
                yield sheet.header.row(number, cells, missing, rounded)

    first = chosen.read[0]
    names = tuple(sheet.name for sheet in chosen.read)
    return SourceTable(first.names, rows, first.header.at + 1, names, chosen.skipped, chosen.note)


def _holed(path: Path, part: str) -> str:
    """The part when a formula in it has no result, else '': most sheets are not read twice."""
    return part if part and next(uncalculated(path, part), None) is not None else ""


def _cells(
    sheet: HeadedSheet, holes: Iterator[CellPlace]
) -> Iterator[tuple[list[str], frozenset[str], frozenset[str]]]:
    """The cells of every row that is not blank, the columns of formulas without a result, and of rounded numbers."""
    left = (sheet.sheet.start or (0, 0))[1]  # columns are counted from the first that holds anything
    hole = next(holes, None)
    for index, row in enumerate(sheet.sheet.iter_rows()):
        missing: set[str] = set()
        while hole is not None and hole.row <= index:
            if hole.row == index and 0 <= hole.column - left < len(sheet.names):
                missing.add(sheet.names[hole.column - left])
            hole = next(holes, None)
        cells = [cell_text(cell) for cell in row]
        if index > sheet.header.at and (missing or any(cell.strip() for cell in cells)):
            rounded = (name for name, cell in zip(sheet.names, row, strict=True) if _is_rounded(cell))
            yield cells, frozenset(missing), frozenset(rounded)


def _is_rounded(cell: object) -> bool:
    """A whole number of more digits than a spreadsheet keeps: what stands behind the fifteenth is lost."""
    return isinstance(cell, float) and abs(cell) >= _EXACT


def read_parquet(path: Path) -> SourceTable:
    """Open a Parquet file; its columns are read a thousand rows at a time.

    Raises:
        InputError: The file is not Parquet.
    """
    try:
        with pq.ParquetFile(path) as file:
            check_width(path.name, len(file.schema_arrow.names))
            header = unique_names(file.schema_arrow.names)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{path.name} 不是可读的 Parquet 文件，请重新导出。", code="unreadable_file") from error

    def rows() -> Iterator[SourceRow]:
        number = 0
        for cells in _parquet_cells(path):
            if any(cell.strip() for cell in cells):
                number += 1
                yield SourceRow(number, dict(zip(header, cells, strict=True)))

    return SourceTable(header, rows)


def _parquet_cells(path: Path) -> Iterator[list[str]]:
    with pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False) as file:
        batches = file.iter_batches(batch_size=_BATCH)
        while True:
            try:
                batch = next(batches)
                columns = [_microseconds(column).to_pylist() for column in batch.columns]
            except StopIteration:
                return
            except pa.ArrowException as error:
                raise InputError(f"{path.name} 中途损坏，请重新导出。", code="unreadable_file") from error
            for values in zip(*columns, strict=True):
                yield [cell_text(value) for value in values]


def _microseconds(column: pa.Array) -> pa.Array:
    """Python's clock has no nanoseconds, and a cell that has some would stop the file."""
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        return column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
    return column


def _sheets(path: Path) -> list[tuple[CalamineSheet, bool]]:
    """All sheets with cells in them, and whether they are hidden."""
    try:
        # by content and not by ending: old and new workbooks are renamed into each other
        with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as workbook:
            return [
                (workbook.get_sheet_by_name(sheet.name), sheet.visible != SheetVisibleEnum.Visible)
                for sheet in workbook.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet
            ]
    except (CalamineError, OSError) as error:  # a PasswordError is one
        if isinstance(error, PasswordError) or _LOCKED in path.read_bytes():
            raise InputError(
                f"{path.name} 有打开密码，请在 Excel 或 WPS 中去掉密码后再导入。", code="password_protected"
            ) from error
        raise InputError(
            f"{path.name} 不是可读的表格文件（不完整或已损坏），请重新导出，或用 Excel、WPS 另存为 .xlsx。",
            code="unreadable_file",
        ) from error
