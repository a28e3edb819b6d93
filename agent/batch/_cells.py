"""One cell of any file as text, and the wrappings that programs put around the text of a cell.

Knows nothing of columns. A cell is kept as it came; `unwrapped` is what a complaint is built from.
"""

from __future__ import annotations

import datetime as dt
import decimal
import json
import math
import re

Cell = str | int | float | bool | decimal.Decimal | dt.datetime | dt.date | dt.time | dt.timedelta | bytes | None
Nested = Cell | list["Nested"] | dict[str, "Nested"]
# ="0012" keeps a spreadsheet from eating the zeros; of a link in a formula only the words are shown
_QUOTED = re.compile(r'="([^"]*)"')
# soft hyphen, marks of direction, word joiners, byte-order mark; not the joiners, which emoji and scripts need
_NO_WIDTH = dict.fromkeys((0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF))
_LINK = re.compile(r'=HYPERLINK\("[^"]*"[,;]\s?"([^"]*)"\)', re.IGNORECASE)


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


def unwrapped(cell: str) -> str:
    """What a cell says, without what programs put around it.

    Args:
        cell: As it came, e.g. `'0012`, `="0012"`, `=HYPERLINK("http://…","桐柏路")`, or with invisible characters.

    Returns:
        The stripped words: `0012`, `0012`, `桐柏路`.
    """
    text = cell.strip()
    if not text.isascii():
        text = visible(text).strip()
    if text.startswith("="):
        found = _QUOTED.fullmatch(text) or _LINK.fullmatch(text)
        return found[1].strip() if found else text
    # the apostrophe by which a person, or an earlier result of ours, marks a cell as text
    return text[1:].strip() if text.startswith("'") and text.count("'") == 1 else text


def visible(text: str) -> str:
    """A text without characters of no width, such as a byte-order mark in the middle of it."""
    return text.translate(_NO_WIDTH)


def _number(value: float | decimal.Decimal) -> str:
    if not math.isfinite(value):
        return ""
    if value == int(value):
        return str(int(decimal.Decimal(str(value))))  # by its shortest form: zeros, not digits that nobody wrote
    return f"{decimal.Decimal(str(value)):f}"
