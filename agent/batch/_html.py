"""Tables of web pages: what many systems export as `.xls`. Excel opens it with a warning, so it must be read here too.

Reads rows and cells in pieces, wherever they stand in the page; no style, no script, no link. Merged cells keep their
text in the first place, as in a workbook.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from agent.batch._header import HEADER_WITHIN, find_header
from agent.batch._lines import encoding_of, lines
from agent.batch._source import MAX_COLUMNS, SourceRow, SourceTable, check_width
from models.errors import InputError

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,20})([^<>]{0,4000})>|<!--[^<>]{0,4000}-->")
_SPAN = re.compile(r"""(col|row)span\s{0,9}=\s{0,9}["']?\s{0,9}([0-9]{1,5})""", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_BREAKS = frozenset({"br", "p", "div", "li"})
_REST = 8_000  # characters kept for a tag that the end of a line cuts
_PIECE = 1 << 16  # characters looked at together


def read_html(path: Path, wanted: Collection[str]) -> SourceTable:
    """Open a web page as a table.

    Args:
        path: The page.
        wanted: Column names that the person gave; they help to find the header.

    Raises:
        InputError: No table of it has anything in it.
    """
    header = find_header(list(islice(_rows(path), HEADER_WITHIN)), wanted)
    if header is None:
        raise InputError(f"{path.name} 是网页，里面没有表格内容，请换一个有内容的文件。", code="empty_file")
    width = len(header.names)
    check_width(path.name, width)

    def rows() -> Iterator[SourceRow]:
        number = 0
        for cells in islice(_rows(path), header.at + 1, None):
            if not any(cell.strip() for cell in cells):
                continue
            number += 1
            if any(cell.strip() for cell in cells[width:]):
                problem = f"第 {number} 行有 {len(cells)} 格而表头只有 {width} 列，请检查合并的单元格。"
                yield SourceRow(number, {}, problem)
            else:
                yield header.row(number, [*cells, *[""] * (width - len(cells))][:width])

    return SourceTable(header.names, rows, header.at + 1)


@dataclass
class _Page:
    """The row that is being read."""

    cells: list[str] = field(default_factory=list)
    words: list[str] | None = None  # of the open cell
    span: int = 1
    held: dict[int, int] = field(default_factory=dict)  # column to rows below that a cell from above still takes

    def tag(self, closing: bool, name: str, attributes: str) -> list[str] | None:
        """Take one tag; the row when it ends one."""
        if name in ("td", "th"):
            self._end_cell()
            if not closing:
                self._start_cell(attributes)
        elif name in ("tr", "table"):
            return self.end_row()
        elif name in _BREAKS and self.words is not None:
            self.words.append("\n")
        return None

    def text(self, words: str) -> None:
        """Take what stands between two tags."""
        if self.words is not None and words:
            self.words.append(_SPACE.sub(" ", words))

    def end_row(self) -> list[str] | None:
        """The cells so far, None for no row."""
        self._end_cell()
        if not self.cells:
            return None
        self._pass_held()
        row, self.cells = self.cells, []
        return row

    def _start_cell(self, attributes: str) -> None:
        self._pass_held()
        spans = {name.lower(): int(size) for name, size in _SPAN.findall(attributes)}
        self.span = max(1, min(spans.get("col", 1), MAX_COLUMNS + 1 - len(self.cells)))
        if spans.get("row", 1) > 1:
            self.held.update(dict.fromkeys(range(len(self.cells), len(self.cells) + self.span), spans["row"] - 1))
        self.words = []

    def _end_cell(self) -> None:
        if self.words is None:
            return
        lines = "".join(self.words).split("\n")
        text = html.unescape("\n".join(line.strip() for line in lines).strip())
        self.cells += [text, *[""] * (self.span - 1)][: MAX_COLUMNS + 1 - len(self.cells)]
        self.words = None

    def _pass_held(self) -> None:
        while self.held.get(len(self.cells), 0):
            self.held[len(self.cells)] -= 1
            self.cells.append("")


def _rows(path: Path) -> Iterator[list[str]]:
    page = _Page()
    for text, closing, name, attributes in _tokens(path):
        page.text(text)
        row = page.tag(bool(closing), name.lower(), attributes) if name else None
        if row is not None:
            yield row
    last = page.end_row()
    if last is not None:
        yield last


def _tokens(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """The text before each tag, and the tag: slash, name, attributes."""
    rest = ""
    for piece in _pieces(path):
        text, done = rest + piece, 0
        for tag in _TAG.finditer(text):
            yield text[done : tag.start()], tag[1] or "", tag[2] or "", tag[3] or ""
            done = tag.end()
        cut = text.rfind("<", max(done, len(text) - _REST))
        end = len(text) if cut < 0 else cut
        yield text[done:end], "", "", ""
        rest = text[end:]
    yield rest, "", "", ""


def _pieces(path: Path) -> Iterator[str]:
    held: list[str] = []
    size = 0
    for line in lines(path, encoding_of(path)):
        held.append(line)
        size += len(line)
        if size >= _PIECE:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)
