"""Formulas of an `.xlsx` that nobody has calculated: files written by programs hold the formula and no result.

The reader of workbooks gives such a cell as empty, which would be told to the person as "no text". Found in the XML
of the sheet, in pieces, so that a full sheet takes no room. Says nothing of a workbook that it cannot read: its
reader does.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

_PIECE = 1 << 20
_REST = 1 << 16  # bytes kept for a cell that is cut by the end of a piece; Excel's longest formula takes half of it
_INDEX = 4 << 20  # bytes of the list of sheets
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_END = b"c>"
# <c r="B2" s="1"><f>A1</f><v/></c>; with t="str" the result is the empty text, and that is one
_CELL = re.compile(
    rb"""<(?:[A-Za-z]{1,8}:)?c\s((?:[^<>]{0,200}?\s)?r="([A-Z]{1,3})([0-9]{1,7})"[^<>]{0,300})>\s{0,9}"""
    rb"""<(?:[A-Za-z]{1,8}:)?f(?:\s[^<>]{0,400})?(?:/>|>[^<]{0,40000}</(?:[A-Za-z]{1,8}:)?f>)\s{0,9}"""
    rb"""(?:<(?:[A-Za-z]{1,8}:)?v\s?/>|<(?:[A-Za-z]{1,8}:)?v></(?:[A-Za-z]{1,8}:)?v>)?\s{0,9}</(?:[A-Za-z]{1,8}:)?c>"""
)
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, KeyError)


@dataclass(frozen=True, slots=True, order=True)
class CellPlace:
    """Row and column of a cell, both from 0."""

    row: int
    column: int


def sheet_parts(path: Path) -> dict[str, str]:
    """The part of the zip that holds each sheet, by the sheet's name; empty for what is no `.xlsx`."""
    if not zipfile.is_zipfile(path):
        return {}
    try:
        with zipfile.ZipFile(path) as archive:
            targets = {
                found.get("Id", ""): posixpath.normpath(posixpath.join("/xl", found.get("Target", ""))).lstrip("/")
                for found in _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship")
            }
            sheets = _elements(archive, "xl/workbook.xml", "sheet")
            return {sheet.get("name", ""): targets.get(sheet.get(_RELATION, ""), "") for sheet in sheets}
    except (*_DAMAGED, ElementTree.ParseError):
        return {}


def uncalculated(path: Path, part: str) -> Iterator[CellPlace]:
    """Formulas without a result in one part of the zip, in its order."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(part) as file:
            rest = b""
            while piece := file.read(_PIECE):
                text = rest + piece
                whole = text.rfind(_END) + len(_END)
                yield from _places(text[:whole])
                rest = text[max(whole, len(text) - _REST) :]
    except _DAMAGED:
        return


def _places(text: bytes) -> Iterator[CellPlace]:
    for attributes, letters, row in _CELL.findall(text):
        if b't="str"' not in attributes:
            yield CellPlace(int(row) - 1, _column(letters))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _elements(archive: zipfile.ZipFile, part: str, name: str) -> list[ElementTree.Element]:
    with archive.open(part) as file:
        root = ElementTree.fromstring(file.read(_INDEX))
    return [element for element in root.iter() if element.tag.rpartition("}")[2] == name]
