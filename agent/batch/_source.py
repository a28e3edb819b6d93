"""A table of complaints as rows of text, whatever file it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from models.errors import InputError

MAX_COLUMNS = 16_384  # of a sheet: Excel specifications and limits, Microsoft; more is no table of complaints
REPEATED_HEADER = "这一行是重复的表头，不是诉求，已跳过；请在源表中删去。"
TOTAL_ROW = "这一行是合计，不是诉求，已跳过；请在源表中删去。"
_CODES = {REPEATED_HEADER: "repeated_header", TOTAL_ROW: "total_row"}


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of the input; a row that is no complaint says why in `error`.

    `number` counts data rows from 1 in every format, so that the same backlog gets the same numbers as CSV
    and as a workbook; blank rows are not counted.

    Attributes:
        cells: Text by column. A row that cannot be read has none: in a row that has slipped a phone number stands
            under some other name and would be exported as that.
        error: One sentence for a row that cannot be read, or that is a header or a sum among the data.
        uncalculated: Columns whose cell is a formula that nobody has calculated; it reads as empty.
        rounded: Columns whose cell is a number too long for its file, which has lost its last digits.
    """

    number: int
    cells: Mapping[str, str]
    error: str = ""
    uncalculated: frozenset[str] = frozenset()
    rounded: frozenset[str] = frozenset()

    @property
    def code(self) -> str:
        """What kind of `error` it is; the sentence tells, so that nothing is lost where only that is handed on."""
        return _CODES.get(self.error, "bad_row")


@dataclass(frozen=True, slots=True)
class SourceTable:
    """An opened input: its column names, and its rows as often as they are asked for.

    Attributes:
        header_at: Which record of the file the header is, from 1; 0 where there is none.
        sheets: Names of the sheets that are read, for a workbook.
        skipped: Names of sheets that are not, because no column of theirs holds complaints.
        counter: Counts the rows where that can be done without taking them apart.
        note: What a person must know of further sheets that are not read, one sentence; '' for nothing.
    """

    header: tuple[str, ...]
    rows: Callable[[], Iterator[SourceRow]]
    header_at: int = 0
    sheets: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    note: str = ""
    counter: Callable[[], int] | None = None

    def count(self) -> int:
        """Rows in the file, found by reading it through; as many as `rows` yields."""
        return self.counter() if self.counter is not None else sum(1 for _ in self.rows())


def check_width(name: str, columns: int) -> None:
    """Refuse a table that has lost its shape.

    Raises:
        InputError: It has more columns than a sheet can hold.
    """
    if columns > MAX_COLUMNS:
        raise InputError(
            f"{name} 超过 {MAX_COLUMNS} 列，不像是工单表，请检查分隔符或重新导出。", code="too_many_columns"
        )
