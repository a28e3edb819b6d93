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

from agent.batch._choosing import HeadedSheet, choose, headed
from agent.batch._formulas import CellPlace, sheet_parts, uncalculated
from agent.batch._packed import check_packed
from agent.batch._source import SourceRow, SourceTable, cell_text
from agent.batch.columns import unique_names
from models.errors import InputError

_BATCH = 1024  # Parquet rows held as text at a time


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
    found = [sheet for sheet in (headed(sheet, wanted) for sheet in _sheets(path)) if sheet is not None]
    if not found:
        raise InputError(f"{path.name} 里没有内容，请换一个有内容的文件。", code="empty_file")
    chosen = choose(found, wanted)
    parts = sheet_parts(path)
    holed = [_holed(path, parts.get(sheet.name, "")) for sheet in chosen.read]

    def rows() -> Iterator[SourceRow]:
        number = 0
        for sheet, part in zip(chosen.read, holed, strict=True):
            for cells, missing in _cells(sheet, uncalculated(path, part) if part else iter(())):
                number += 1
                yield SourceRow(number, cells, uncalculated=missing)

    first = chosen.read[0]
    names = tuple(sheet.name for sheet in chosen.read)
    return SourceTable(first.names, rows, first.at + 1, names, chosen.skipped, chosen.note)


def _holed(path: Path, part: str) -> str:
    """The part when a formula in it has no result, else '': most sheets are not read twice."""
    return part if part and next(uncalculated(path, part), None) is not None else ""


def _cells(sheet: HeadedSheet, holes: Iterator[CellPlace]) -> Iterator[tuple[dict[str, str], frozenset[str]]]:
    """The cells of every row that is not blank, and the columns of formulas without a result."""
    left = (sheet.sheet.start or (0, 0))[1]  # columns are counted from the first that holds anything
    hole = next(holes, None)
    for index, row in enumerate(sheet.sheet.iter_rows()):
        missing: set[str] = set()
        while hole is not None and hole.row <= index:
            if hole.row == index and 0 <= hole.column - left < len(sheet.names):
                missing.add(sheet.names[hole.column - left])
            hole = next(holes, None)
        cells = [cell_text(cell) for cell in row]
        if index > sheet.at and (missing or any(cell.strip() for cell in cells)):
            yield dict(zip(sheet.names, cells, strict=True)), frozenset(missing)


def read_parquet(path: Path) -> SourceTable:
    """Open a Parquet file; its columns are read a thousand rows at a time.

    Raises:
        InputError: The file is not Parquet.
    """
    try:
        with pq.ParquetFile(path) as file:
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
    with pq.ParquetFile(path) as file:
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


def _sheets(path: Path) -> list[CalamineSheet]:
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            return [
                workbook.get_sheet_by_name(sheet.name)
                for sheet in workbook.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
            ]
    except PasswordError as error:
        raise InputError(
            f"{path.name} 有打开密码，请在 Excel 或 WPS 中去掉密码后再导入。", code="password_protected"
        ) from error
    except (CalamineError, OSError) as error:
        raise InputError(
            f"{path.name} 不是可读的表格文件（可能是改了后缀的网页），请用 Excel 或 WPS 另存为 .xlsx。",
            code="unreadable_file",
        ) from error
