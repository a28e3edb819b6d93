"""A table of complaints as rows of text, whatever file it came from; and the header among its first rows."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from agent.batch.columns import header_score

HEADER_WITHIN = 20  # rows; exports put a title, a period and a department above the header
Cell = str | int | float | bool | decimal.Decimal | dt.datetime | dt.date | dt.time | dt.timedelta | bytes | None
Nested = Cell | list["Nested"] | dict[str, "Nested"]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of the input; a row that cannot be read says why in `error` and has no cells.

    No cells, because in a row that has slipped a phone number stands under some other name and would be
    exported as that.

    `number` counts data rows from 1 in every format, so that the same backlog gets the same numbers as CSV
    and as a workbook; blank rows are not counted. `uncalculated` names the columns whose cell is a formula that
    nobody has calculated; it reads as empty.
    """

    number: int
    cells: Mapping[str, str]
    error: str = ""
    uncalculated: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SourceTable:
    """An opened input: its column names, and its rows as often as they are asked for.

    Attributes:
        header_at: Which record of the file the header is, from 1; 0 where the format knows no header row.
        sheets: Names of the sheets that are read, for a workbook.
        skipped: Names of sheets that are not, because no column of theirs holds complaints.
        note: What a person must know of further sheets that are not read, one sentence; '' for nothing.
    """

    header: tuple[str, ...]
    rows: Callable[[], Iterator[SourceRow]]
    header_at: int = 0
    sheets: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    note: str = ""

    def count(self) -> int:
        """Rows in the file, found by reading it through."""
        return sum(1 for _ in self.rows())


def find_header(rows: Sequence[Sequence[str]], wanted: Collection[str]) -> int | None:
    """Index of the header among the first rows; None when they are all blank.

    The row with the most known names wins, the earlier one at a tie; where no row has any, the first row
    with two filled cells, since a title above a table fills one.
    """
    scores = [header_score(row, wanted) for row in rows]
    if max(scores, default=0):
        return scores.index(max(scores))
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    wide = [index for index, count in enumerate(filled) if count > 1]
    return next(iter(wide or [index for index, count in enumerate(filled) if count]), None)


def cell_text(value: Nested) -> str:
    """Write any cell as text: whole numbers without exponent, times in ISO form, nothing as ''."""
    if value is None:
        return ""
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | decimal.Decimal):
        return _number(value)
    if isinstance(value, dt.datetime):
        # A serial is a binary fraction of a day: 20:00:00 may come back as 19:59:59.999999.
        whole = value if value.year == dt.MAXYEAR else value + dt.timedelta(microseconds=500_000)
        return whole.replace(microsecond=0).isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return whole_characters(value.decode("utf-8", errors="replace"))
    if isinstance(value, list | dict):
        return whole_characters(json.dumps(value, ensure_ascii=False, default=str))
    return str(value)


def whole_characters(text: str) -> str:
    """Replace half characters (a lone surrogate, from broken JSON), which no file can hold."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _number(value: float | decimal.Decimal) -> str:
    if not math.isfinite(value):
        return ""
    if value == int(value):
        return str(int(value))
    return f"{decimal.Decimal(str(value)):f}"
