"""Which sheets of a workbook are the backlog: those with complaints in them, and only under one header.

Workbooks come with a cover sheet, a page of explanations, a sheet a month. Knows sheets and headers, not cells.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice

from python_calamine import CalamineSheet

from agent.batch._cells import cell_text
from agent.batch._header import HEADER_WITHIN, Header, find_header
from agent.batch.columns import find_columns, fold, header_score


@dataclass(frozen=True, slots=True)
class HeadedSheet:
    """A sheet that is not blank."""

    sheet: CalamineSheet
    header: Header
    hidden: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Of its columns."""
        return self.header.names

    @property
    def name(self) -> str:
        """What stands on its tab."""
        return self.sheet.name

    @property
    def has_text(self) -> bool:
        """One of its columns is known to hold complaints."""
        return "text" in find_columns(self.names).fields

    @property
    def has_rows(self) -> bool:
        """Something stands below the header."""
        below = islice(self.sheet.iter_rows(), self.header.at + 1, None)
        return any(cell_text(cell).strip() for row in below for cell in row)


@dataclass(frozen=True, slots=True)
class ChosenSheets:
    """The sheets that are read, in their order, all with the columns of the first.

    Attributes:
        skipped: Names of sheets without a column of complaints.
        others: Names of sheets with complaints under another header.
        hidden: Names of hidden sheets with complaints.
    """

    read: tuple[HeadedSheet, ...]
    skipped: tuple[str, ...]
    others: tuple[str, ...]
    hidden: tuple[str, ...]

    @property
    def note(self) -> str:
        """What a person must know of sheets that are left out, '' for nothing."""
        parts = [f"只读工作表{_listed([sheet.name for sheet in self.read])}"] if self.others or self.hidden else []
        if self.others:
            parts.append(f"{_listed(self.others)}的表头不同，这次不读，其中若有诉求请另存为单独的文件再提交")
        if self.hidden:
            parts.append(f"{_listed(self.hidden)}是隐藏的，这次不读，其中若有诉求请取消隐藏后再提交")
        return "；".join(parts) + "。" if parts else ""


def headed(sheet: CalamineSheet, wanted: Collection[str], *, hidden: bool = False) -> HeadedSheet | None:
    """A sheet with its header; None for a blank one."""
    header = find_header(
        [[cell_text(cell) for cell in row] for row in islice(sheet.iter_rows(), HEADER_WITHIN)], wanted
    )
    return None if header is None else HeadedSheet(sheet, header, hidden)


def choose(found: Sequence[HeadedSheet], wanted: Collection[str]) -> ChosenSheets:
    """Choose what to read.

    Args:
        found: At least one that is not hidden.
        wanted: Column names that the person gave: the sheets that have them all come before any other.
    """
    asked = {fold(name) for name in wanted}
    sheets = [sheet for sheet in found if not sheet.hidden]
    hidden = tuple(sheet.name for sheet in found if sheet.hidden and sheet.has_text and sheet.has_rows)
    named = [sheet for sheet in sheets if asked and asked <= {fold(name) for name in sheet.names}]
    with_text = [sheet for sheet in sheets if sheet.has_text or sheet in named]
    first = _first(named or with_text or sheets, wanted)
    same = tuple(sheet for sheet in sheets if set(sheet.names) == set(first.names))
    left = [sheet for sheet in sheets if sheet not in same]
    others = tuple(sheet.name for sheet in left if sheet in with_text and sheet.has_rows)
    skipped = tuple(sheet.name for sheet in left if sheet.name not in others)
    return ChosenSheets(same, skipped, others, hidden)


def _first(sheets: Sequence[HeadedSheet], wanted: Collection[str]) -> HeadedSheet:
    """The first sheet with rows and a header that is none by chance (项目, 内容 of a page of explanations)."""
    filled = [sheet for sheet in sheets if sheet.has_rows] or list(sheets)
    scores = [header_score(sheet.names, wanted) for sheet in filled]
    return next((sheet for sheet, score in zip(filled, scores, strict=True) if score > 1), filled[_best(scores)])


def _best(scores: Sequence[int]) -> int:
    return scores.index(max(scores))


def _listed(names: Sequence[str]) -> str:
    return "、".join(f"“{name}”" for name in names)
