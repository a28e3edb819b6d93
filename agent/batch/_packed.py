"""Workbooks that would fill the memory, refused before anything reads them.

An `.xlsx` is a zip: a few kilobytes may unpack to gigabytes, and one cell in the last corner of a sheet makes its
reader allocate seventeen thousand million cells (measured with python-calamine: the process is killed). What the zip
says of itself is not believed: the parts are unpacked in pieces and counted.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from models.errors import InputError

MAX_UNPACKED = 1 << 30  # bytes; a full sheet of a million complaints is about half of that
MAX_CELLS = 40_000_000  # of the rectangle that holds all cells of a sheet; a full sheet with 38 columns
_MAX_PARTS = 10_000
_PIECE = 1 << 20
_OVERLAP = 600  # bytes: longer than a cell's opening tag
# `<c r="AB12" t="s">`: column, row, and the slash of a cell that closes itself: it is empty and takes no room
_CELL = re.compile(
    rb"""<(?:[A-Za-z]{1,8}:)?c\s(?:[^<>]{0,200}?\s)?r\s{0,9}=\s{0,9}["']([A-Za-z]{1,4})([0-9]{1,10})["'][^<>]{0,300}?(/?)>"""
)


def check_packed(path: Path, *, unpacked: int = MAX_UNPACKED, cells: int = MAX_CELLS) -> None:
    """Refuse an `.xlsx` that is far larger than it looks; anything that is no zip is not judged.

    Args:
        path: The workbook.
        unpacked: Most bytes of all its parts together.
        cells: Most cells of the rectangle around the filled ones of a sheet.

    Raises:
        InputError: It is too large.
    """
    if not zipfile.is_zipfile(path):
        return
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > _MAX_PARTS:
                raise _too_large(path)
            for part in parts:
                corner = _Corner()
                # the size that the zip states would end the reading there; without a checksum nothing complains
                part.file_size, part.CRC = unpacked + 1, None  # type: ignore[assignment]
                for piece in _pieces(archive, part):
                    total += len(piece)
                    if total > unpacked:
                        raise _too_large(path)
                    if corner.after(piece) > cells:
                        raise _too_large(path)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        return  # damaged or locked: the reader of workbooks says so in its own words


class _Corner:
    """The last row and column that hold a filled cell, over the pieces of one part."""

    def __init__(self) -> None:
        self._rest = b""
        self._row = self._column = 0

    def after(self, piece: bytes) -> int:
        """Cells of the rectangle, this piece included."""
        text = self._rest + piece
        filled = [(letters, row) for letters, row, empty in _CELL.findall(text) if not empty]
        if filled:
            self._column = max(self._column, *map(_column, {letters for letters, _ in filled}))
            self._row = max(self._row, *(int(row) for _, row in filled))
        self._rest = text[-_OVERLAP:]
        return self._row * self._column


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as file:
        while piece := file.read(_PIECE):
            yield piece


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _too_large(path: Path) -> InputError:
    return InputError(
        f"{path.name} 展开后过大，不像是工单表；请删去多余的行列和图片，或另存为 .csv 再提交。", code="too_large"
    )
