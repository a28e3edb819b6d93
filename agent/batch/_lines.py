"""The lines of a text file, decoded one by one: files pasted together hold two encodings.

UTF-8 with or without byte-order mark, GB 18030, UTF-16 with a mark or without. Memory holds one line.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from models.errors import InputError

Encoding = Literal["utf-8", "gb18030", "utf-16-le", "utf-16-be"]
_SAMPLE = 1 << 20  # bytes; enough Chinese to tell the encodings apart
_BLOCK = 1 << 20
_LONGEST = 64 << 20  # bytes of a line; a file without line ends would fill the memory
_SURE = 4  # Chinese characters in UTF-8 that are no accident of two-byte text (12 bytes, six characters of GB 18030)
_WIDE: dict[bytes, Encoding] = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def encoding_of(path: Path) -> Encoding:
    """Name the encoding of a text file from its first bytes; of a mixed one, the encoding of most of it."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    if sample[:2] in _WIDE:
        return _WIDE[sample[:2]]
    # Digits, commas and line ends are half zeros in UTF-16, on one side; a stray NUL is on either.
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 40 > len(sample) and min(even, odd) * 10 < max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8" if _is_utf8(sample) else "gb18030"


def lines(path: Path, encoding: Encoding) -> Iterator[str]:
    r"""The lines with their ends (`\n`, `\r` or both), without byte-order mark and without NUL.

    Raises:
        InputError: A line is longer than any table has.
    """
    found = _narrow(path, encoding) if encoding in ("utf-8", "gb18030") else _wide(path, encoding)
    for index, line in enumerate(found):
        whole = line.removeprefix("\ufeff") if index == 0 else line
        yield whole.replace("\0", "") if "\0" in whole else whole


def _narrow(path: Path, encoding: Encoding) -> Iterator[str]:
    for piece in _pieces(path):
        yield piece.decode("ascii") if piece.isascii() else _decoded(piece, encoding)


def _wide(path: Path, encoding: Encoding) -> Iterator[str]:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        while line := file.readline(_LONGEST):
            if len(line) == _LONGEST:
                raise _too_long(path)
            yield line


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        rest = b""
        while block := file.read(_BLOCK):
            *found, rest = (rest + block).splitlines(keepends=True)  # of bytes: \n, \r and \r\n only
            if len(rest) > _LONGEST:
                raise _too_long(path)
            yield from found
        if rest:
            yield rest


def _decoded(piece: bytes, encoding: Encoding) -> str:
    """One line: in the encoding of the file unless it is plainly in the other."""
    text = _strict(piece, "utf-8")
    if encoding == "gb18030":
        sure = text is not None and sum(char > "\u07ff" for char in text) >= _SURE
        return text if text is not None and sure else piece.decode("gb18030", "replace")
    if text is None and not _is_utf8(piece):
        text = _strict(piece, "gb18030")
    return piece.decode("utf-8", "replace") if text is None else text


def _strict(piece: bytes, encoding: Encoding) -> str | None:
    try:
        return piece.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8: a damaged byte or two leave it what it is; GB 18030 as UTF-8 is nearly all damage."""
    text = codecs.getincrementaldecoder("utf-8")(errors="replace").decode(data)
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return text.count("\N{REPLACEMENT CHARACTER}") * 5 <= foreign


def _too_long(path: Path) -> InputError:
    return InputError(
        f"{path.name} 有一行超过 {_LONGEST >> 20} MB，不像是工单表，请检查换行或重新导出。", code="too_large"
    )
