"""The header among the first rows of a table, over one row or two, and rows below it that are no data.

Knows rows of text, not files. A file without a header is a table all the same: its columns are 列1, 列2 ...
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from agent.batch._cells import unwrapped
from agent.batch._source import REPEATED_HEADER, TOTAL_ROW, SourceRow
from agent.batch._times import parse_time
from agent.batch.columns import header_score, unique_names

HEADER_WITHIN = 20  # rows; exports put a title, a period and a department above the header
_LONGEST_NAME = 30  # characters; a name of a column is shorter, a complaint is not
_SUM = re.compile(r"(?:本页|本表|全部|以上)?(?:合计|总计|小计|共计|累计|总数)[:：]?\d{0,9}[件条个宗]?")
_AMOUNT = re.compile(r"[0-9.,%]{1,20}[件条个宗]?")


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table.

    Attributes:
        at: Index of the header's last row among the records; -1 where the file has none.
        names: Of the columns, all different.
        cells: The header as it stands in the file, for finding it again further down.
    """

    at: int
    names: tuple[str, ...]
    cells: tuple[str, ...]

    def row(
        self,
        number: int,
        cells: Sequence[str],
        uncalculated: frozenset[str] = frozenset(),
        rounded: frozenset[str] = frozenset(),
    ) -> SourceRow:
        """A row of data, or of what stands among data where exports were pasted together.

        Args:
            number: Of the row, from 1.
            cells: As many as there are columns, not all blank.
            uncalculated: Columns of formulas without a result.
            rounded: Columns of numbers that lost digits.
        """
        named = dict(zip(self.names, cells, strict=True))
        if self._again(cells):
            return SourceRow(number, named, REPEATED_HEADER)
        if _is_sum(cells):
            return SourceRow(number, named, TOTAL_ROW)
        return SourceRow(number, named, uncalculated=uncalculated, rounded=rounded)

    def _again(self, cells: Sequence[str]) -> bool:
        if self.at < 0:
            return False
        filled = 0
        for cell, name in zip(cells, self.cells, strict=True):
            if cell and not cell.isspace():
                if cell.strip() != name:
                    return False
                filled += 1
        return filled > 1 or len(self.names) == 1


def find_header(rows: Sequence[Sequence[str]], wanted: Collection[str]) -> Header | None:
    """Find the header among the first rows.

    The row with the most known names wins, the earlier one at a tie; with the row above or below it where the two
    make one header of merged cells. Where no row has a known name, the first row with two filled cells, since a
    title above a table fills one; unless that is plainly data.

    Args:
        rows: The first rows of a file.
        wanted: Column names that the person gave.

    Returns:
        The header; None when all rows are blank.
    """
    scores = [header_score(row, wanted) for row in rows]
    best = max(scores, default=0)
    if best:
        at = scores.index(best)
        return _merged(rows, at, best, wanted) or _header(at, rows[at])
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    wide = [index for index, count in enumerate(filled) if count > 1]
    at = next(iter(wide or [index for index, count in enumerate(filled) if count]), -1)
    if at < 0:
        return None
    if any(_is_data(cell) for cell in rows[at]):
        return Header(-1, unique_names([""] * max(map(len, rows))), ())
    return _header(at, rows[at])


def _header(at: int, cells: Sequence[str]) -> Header:
    return Header(at, unique_names(cells), tuple(cell.strip() for cell in cells))


def _merged(rows: Sequence[Sequence[str]], at: int, best: int, wanted: Collection[str]) -> Header | None:
    """The header of two rows, e.g. 诉求信息 above 标题 and 内容; None when one row says as much alone.

    Of merged cells only the first keeps its text. The lower name is the column's; the upper one holds where the
    cell below is blank, being one cell of two rows.
    """
    for upper, lower in ((at - 1, at), (at, at + 1)):
        if upper < 0 or lower >= len(rows):
            continue
        above = list(rows[upper]) + [""] * (len(rows[lower]) - len(rows[upper]))
        below = list(rows[lower]) + [""] * (len(above) - len(rows[lower]))
        both = [low if low.strip() else high for high, low in zip(above, below, strict=True)]
        # both must be names: not the filter of an export above, not the first row of data below
        names = sum(1 for cell in below if cell.strip()) > 1 and not any(map(_is_data, (*above, *below)))
        if names and header_score(both, wanted) > best:
            return _header(lower, both)
    return None


def _is_data(cell: str) -> bool:
    """A cell that is no name: a time, a long number or a long text."""
    if len(cell) > 2 * _LONGEST_NAME:
        return True
    text = unwrapped(cell)
    return len(text) > _LONGEST_NAME or (text.isdecimal() and len(text) > 4) or parse_time(text) is not None


def _is_sum(cells: Sequence[str]) -> bool:
    """Whether a row begins with 合计 and holds numbers only."""
    first = next(cell for cell in cells if cell and not cell.isspace())
    if len(first) > _LONGEST_NAME or not _SUM.fullmatch("".join(first.split())):
        return False
    filled = ["".join(cell.split()) for cell in cells if cell and not cell.isspace()]
    return all(_AMOUNT.fullmatch(cell) for cell in filled[1:])
