"""Excel workbooks and Parquet files as tables of text."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
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

from agent.batch._packed import check_packed
from agent.batch._source import HEADER_WITHIN, SourceRow, SourceTable, cell_text, find_header
from agent.batch.columns import unique_names
from models.errors import InputError

_BATCH = 1024  # Parquet rows held as text at a time


def read_workbook(path: Path, wanted: Collection[str]) -> SourceTable:
    """Open an `.xlsx` or `.xls` file.

    The first visible sheet that holds anything is read, and then the later ones under the same header, as
    exports of more than a million rows have them.

    Args:
        path: The workbook; it is held in memory.
        wanted: Column names that the person gave; they help to find the header.

    Raises:
        InputError: The workbook is protected, damaged, blank, or unpacks to more than memory should hold.
    """
    check_packed(path)
    sheets = _sheets(path)
    headed = [(sheet, index) for sheet in sheets if (index := find_header(_head(sheet), wanted)) is not None]
    if not headed:
        raise InputError(f"{path.name} 里没有内容，请换一个有内容的文件。", code="empty_file")
    header = _names(*headed[0])
    same = [(sheet, index) for sheet, index in headed if _names(sheet, index) == header]

    def rows() -> Iterator[SourceRow]:
        number = 0
        for sheet, index in same:
            for row in islice(sheet.iter_rows(), index + 1, None):
                cells = [cell_text(cell) for cell in row]
                if any(cell.strip() for cell in cells):
                    number += 1
                    yield SourceRow(number, dict(zip(header, cells, strict=True)))

    return SourceTable(header, rows, headed[0][1] + 1, tuple(sheet.name for sheet, _ in same))


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


def _head(sheet: CalamineSheet) -> list[list[str]]:
    return [[cell_text(cell) for cell in row] for row in islice(sheet.iter_rows(), HEADER_WITHIN)]


def _names(sheet: CalamineSheet, index: int) -> tuple[str, ...]:
    return unique_names(_head(sheet)[index])
