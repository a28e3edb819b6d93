"""What a file is, whatever its ending says: exports are renamed by hand, and systems call a web page `.xls`.

Looks at the first bytes only. Says what to do where content and ending disagree; what can be read all the same (a web
page or the other Excel format under an Excel ending) is left to the readers.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Literal

from models.errors import InputError

Nature = Literal["workbook", "archive", "old", "parquet", "html", "xml", "text", "unknown"]
Ending = Literal["jsonl", "csv", "xlsx", "xls", "parquet"]
_SAMPLE = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Excel, and new Excel with a password: [MS-CFB]
_PAGE = ("<html", "<!doctype html", "<table", "<head", "<meta", "<style", "<div")
_CONTROLS = bytes(set(range(32)) - set(b"\0\t\n\r\f\v\x1a\x1b"))
_FITTING: dict[Ending, tuple[Nature, ...]] = {
    "jsonl": ("text",),
    "csv": ("text",),
    "xlsx": ("workbook", "old", "html"),
    "xls": ("workbook", "old", "html"),
    "parquet": ("parquet",),
}
_ADVICE: dict[Nature, str] = {
    "workbook": "其实是 Excel 工作簿，请把后缀改为 .xlsx 再提交",
    "archive": "其实是压缩包，请解压后提交其中的表格文件",
    "old": "其实是旧版 Excel 工作簿，请把后缀改为 .xls 再提交",
    "parquet": "其实是 Parquet 文件，请把后缀改为 .parquet 再提交",
    "html": "其实是网页表格，请把后缀改为 .xls 再提交",
    "xml": "其实是 XML 文件，请用 Excel 或 WPS 打开后另存为 .xlsx",
    "text": "其实是文本文件，请把后缀改为 .csv（每行一个 JSON 对象的改为 .jsonl）再提交",
    "unknown": "不是可读的表格文件（不完整或已损坏），请重新导出",
}


def check_nature(path: Path, ending: Ending) -> Nature:
    """What the file is, when that can be read under its ending.

    Args:
        path: A file that is not empty.
        ending: The format that its ending tells.

    Raises:
        InputError: It is something else; says what to do (codes `wrong_ending` and `unreadable_file`).
    """
    nature = _nature(path)
    if nature in _FITTING[ending]:
        return nature
    code = "unreadable_file" if nature in ("unknown", "xml") else "wrong_ending"
    raise InputError(f"{path.name} {_ADVICE[nature]}。", code=code)


def _nature(path: Path) -> Nature:
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    if sample.startswith(b"PK\x03\x04"):
        return _packed(path)
    if sample.startswith(_OLE):
        return "old"
    if sample.startswith(b"PAR1"):
        return "parquet"
    # Of a page in UTF-16 the zeros are noise; tags are ASCII in every encoding.
    start = sample.replace(b"\0", b"").decode("ascii", "ignore").lstrip().casefold()
    if start.startswith(_PAGE) or (start.startswith("<?xml") and "<html" in start):
        return "html"
    if start.startswith(("<?xml", "mime-version:")):
        return "xml"
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    # UTF-16 has NULs and now and then a control character as half of a Chinese one; pictures have many.
    return "unknown" if controls * 14 > len(sample) else "text"


def _packed(path: Path) -> Nature:
    try:
        with zipfile.ZipFile(path) as archive:
            return "workbook" if any(name.startswith("xl/") for name in archive.namelist()) else "archive"
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "unknown"
