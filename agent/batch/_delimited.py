"""CSV and JSON Lines as tables: encoding, delimiter, header and the rows that are broken."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

from agent.batch._source import HEADER_WITHIN, Nested, SourceRow, SourceTable, cell_text, find_header, whole_characters
from agent.batch.columns import header_score, unique_names
from models.errors import InputError

_SAMPLE = 4 << 20  # bytes; enough Chinese to tell the encodings apart
_DELIMITERS = (",", ";", "\t")


def read_csv(path: Path, wanted: Collection[str]) -> SourceTable:
    """Open a delimited text file.

    Args:
        path: UTF-8 with or without byte-order mark, UTF-16 with one, or GB 18030.
        wanted: Column names that the person gave; they help to find the header.

    Raises:
        InputError: There is no header, or nothing below it.
    """
    encoding = _encoding(path)
    delimiter, index = _shape(path, encoding, wanted)
    header = unique_names(next(islice(_records(path, encoding, delimiter), index, None))[1])

    def rows() -> Iterator[SourceRow]:
        number = 0
        for line, cells, problem in islice(_checked(path, encoding, delimiter), index + 1, None):
            filled = any(cell.strip() for cell in cells)
            if not filled and not problem:
                continue
            number += 1
            if any(cell.strip() for cell in cells[len(header) :]):
                problem = f"第 {line} 行有 {len(cells)} 格而表头只有 {len(header)} 列，请给含分隔符的单元格加上引号。"
            if problem:
                yield SourceRow(number, {}, problem)
                continue
            padded = [*cells, *[""] * (len(header) - len(cells))][: len(header)]
            yield SourceRow(number, dict(zip(header, padded, strict=True)))

    return SourceTable(header, rows, index + 1)


def read_jsonl(path: Path) -> SourceTable:
    """Open a file with one JSON object a line; its columns are all keys that occur, in order of appearance.

    Raises:
        InputError: No line is a JSON object.
    """
    encoding = _encoding(path)
    names: dict[str, None] = {}
    for _, cells in _objects(path, encoding):
        names.update(dict.fromkeys(cells or {}))
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

    return SourceTable(header, rows)


def _encoding(path: Path) -> str:
    """Name the encoding of a text file from its first bytes."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    text = codecs.getincrementaldecoder("utf-8")(errors="replace").decode(sample)
    chinese = sum(not char.isascii() for char in text)
    # A damaged byte or two leave UTF-8 what it is; GB 18030 read as UTF-8 is nearly all damage.
    return "utf-8-sig" if text.count("\N{REPLACEMENT CHARACTER}") * 5 <= chinese else "gb18030"


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    for line, cells, _ in _checked(path, encoding, delimiter):
        yield line, cells


def _checked(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """Line number, cells and problem of every record; strict, so that a stray quote is an error, not a merger."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        while True:
            first = reader.line_num + 1
            try:
                yield first, next(reader), ""
            except StopIteration:
                return
            except csv.Error:
                lines = f"第 {first} 行" if reader.line_num == first else f"第 {first}–{reader.line_num} 行"
                yield first, [], f"{lines}的引号不成对或单元格过长，请改正后重新导入。"


def _shape(path: Path, encoding: str, wanted: Collection[str]) -> tuple[str, int]:
    """The delimiter whose header is best, and the index of that header among the records."""
    best: tuple[tuple[int, int], str, int] | None = None
    for delimiter in _DELIMITERS:
        head = [cells for _, cells in islice(_records(path, encoding, delimiter), HEADER_WITHIN)]
        index = find_header(head, wanted)
        if index is None:
            continue
        quality = (header_score(head[index], wanted), len(head[index]))
        if best is None or quality > best[0]:
            best = (quality, delimiter, index)
    if best is None:
        raise InputError(f"{path.name} 是空的，没有表头，请换一个有内容的文件。", code="empty_file")
    return best[1], best[2]


def _objects(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, str] | None]]:
    """Line number and cells of every line that is not blank; None for a line that is no object."""
    with path.open(encoding=encoding, errors="replace") as file:
        for line, text in enumerate(file, start=1):
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
