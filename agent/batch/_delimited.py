"""CSV and JSON Lines as tables: delimiter, header and the rows that are broken."""

from __future__ import annotations

import csv
import json
import sys
from collections import deque
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

from agent.batch._cells import Nested, cell_text, whole_characters
from agent.batch._header import HEADER_WITHIN, Header, find_header
from agent.batch._lines import Encoding, encoding_of, lines
from agent.batch._source import MAX_COLUMNS, SourceRow, SourceTable, check_width
from agent.batch.columns import header_score
from models.errors import InputError

_DELIMITERS = (",", ";", "\t", "|")
_ALL = sys.maxsize  # lines down to the end of a header that nothing follows
_RECORD = 8 << 20  # characters of a record: how far the end of a quoted cell is looked for


def read_csv(path: Path, wanted: Collection[str]) -> SourceTable:
    """Open a delimited text file.

    Args:
        path: The file, in any encoding of `agent.batch._lines`.
        wanted: Column names that the person gave; they help to find the header.

    Raises:
        InputError: There is nothing in it, or it is no table.
    """
    encoding = encoding_of(path)
    delimiter, header, above = _shape(path, encoding, wanted)
    width = len(header.names)
    check_width(path.name, width)

    def rows() -> Iterator[SourceRow]:
        number = 0
        for line, cells, problem in _records(path, encoding, delimiter, width, above):
            if problem:
                number += 1
                yield SourceRow(number, {}, problem)
            elif not "".join(cells).strip():
                continue
            elif len(cells) > width and "".join(cells[width:]).strip():
                number += 1
                problem = f"第 {line} 行有 {len(cells)} 格而表头只有 {width} 列，请给含分隔符的单元格加上引号。"
                yield SourceRow(number, {}, problem)
            else:
                number += 1
                yield header.row(number, cells[:width] if len(cells) >= width else cells + [""] * (width - len(cells)))

    def count() -> int:
        found = _records(path, encoding, delimiter, width, above)
        return sum(1 for _, cells, problem in found if problem or "".join(cells).strip())

    return SourceTable(header.names, rows, header.at + 1, counter=count)


def read_jsonl(path: Path) -> SourceTable:
    """Open a file with one JSON object a line; its columns are all keys that occur, in order of appearance.

    Raises:
        InputError: No line is a JSON object, or there are more keys than a table has columns.
    """
    encoding = encoding_of(path)
    names: dict[str, None] = {}
    for _, cells in _objects(path, encoding):
        names.update(dict.fromkeys(cells or {}))
        check_width(path.name, len(names))
    if not names:
        raise InputError(
            f"{path.name} 里没有一行是 JSON 对象，请改为每行一个对象，或另存为 .csv 再导入。", code="not_jsonl"
        )
    header = tuple(names)

    def rows() -> Iterator[SourceRow]:
        for number, (line, cells) in enumerate(_objects(path, encoding), start=1):
            if cells is None:
                yield SourceRow(number, {}, f"第 {line} 行不是完整的 JSON 对象，请改正这一行。")
            else:
                yield SourceRow(number, {name: cells.get(name, "") for name in header})

    return SourceTable(header, rows, counter=lambda: sum(1 for line in lines(path, encoding) if line.strip()))


class _Lines:
    """Lines for `csv.reader` that can be given back: a stray quote must cost one row, not all that follow."""

    def __init__(self, found: Iterator[str], delimiter: str, width: int, number: int) -> None:
        self._found = found
        self._delimiter = delimiter
        self._width = width
        self._back: deque[str] = deque()
        self._taken: list[str] = []
        self._size = 0
        self.number = number  # of the line that comes next, or of the first one taken

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._found)
        self._taken.append(line)
        self._size += len(line)
        if self._size > _RECORD:
            raise csv.Error
        return line

    def accept(self) -> None:
        """What was taken is a record."""
        self._spend(len(self._taken))

    def refuse(self) -> str:
        """What was taken is no record: give back all from the next line that is one by itself; say which are lost."""
        lost = next((at for at in range(1, len(self._taken)) if self._whole(self._taken[at])), len(self._taken))
        self._back.extendleft(reversed(self._taken[lost:]))
        first, last = self.number, self.number + lost - 1
        self._spend(lost)
        return f"第 {first} 行" if lost < 2 else f"第 {first}–{last} 行"

    def _spend(self, count: int) -> None:
        self.number += count
        self._taken.clear()
        self._size = 0

    def _whole(self, line: str) -> bool:
        try:
            return (
                self._width > 1 and len(next(csv.reader([line], delimiter=self._delimiter, strict=True))) == self._width
            )
        except csv.Error:
            return False


def _records(
    path: Path, encoding: Encoding, delimiter: str, width: int = 0, above: int = 0
) -> Iterator[tuple[int, list[str], str]]:
    """Line number, cells and problem of every record; strict, so that a stray quote is an error, not a merger.

    Args:
        path: The file.
        encoding: Of its text.
        delimiter: Between cells.
        width: Cells of a record, by which the next one is found after an error; 0 when nobody knows.
        above: Lines to pass over.
    """
    csv.field_size_limit(_RECORD)  # the default, 128 KiB, tears a longer cell into rows of its own
    taken = _Lines(islice(lines(path, encoding), above, None), delimiter, width, above + 1)
    reader = csv.reader(taken, delimiter=delimiter, strict=True)
    while True:
        number = taken.number
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, [], f"{taken.refuse()}的引号不成对或单元格过长，请改正后重新导入。"
            continue
        taken.accept()
        yield number, cells, ""


def _shape(path: Path, encoding: Encoding, wanted: Collection[str]) -> tuple[str, Header, int]:
    """The delimiter whose header is best, that header, and the lines down to its end."""
    best: tuple[tuple[int, int], str, Header, int] | None = None
    for delimiter in _DELIMITERS:
        head = list(islice(_records(path, encoding, delimiter), HEADER_WITHIN + 1))
        header = find_header([cells[: MAX_COLUMNS + 1] for _, cells, _ in head[:HEADER_WITHIN]], wanted)
        if header is None:
            continue
        quality = (header_score(header.names, wanted), len(header.names))
        if best is None or quality > best[0]:
            below = head[header.at + 1 :]
            best = (quality, delimiter, header, below[0][0] - 1 if below else _ALL)
    if best is None:
        raise InputError(f"{path.name} 是空的，没有表头，请换一个有内容的文件。", code="empty_file")
    return best[1:]


def _objects(path: Path, encoding: Encoding) -> Iterator[tuple[int, dict[str, str] | None]]:
    """Line number and cells of every line that is not blank; None for a line that is no object."""
    for line, text in enumerate(lines(path, encoding), start=1):
        if text.strip():
            yield line, _object(text)


def _object(text: str) -> dict[str, str] | None:
    try:
        # Numbers stay as written: an order number of twenty digits is no float.
        value: Nested = json.loads(text, parse_int=str, parse_float=str, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    return {whole_characters(key): cell_text(cell) for key, cell in value.items()}
