"""Files as strangers send them, each made on the spot: what `tests/agent/test_dirt.py` reads."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

Maker = Callable[[Path], None]
Value = str | float | bool | dt.datetime | None
HEADER = "工单编号,来电时间,诉求内容"
LAMP = "A1,2026-03-14 20:05,陇海路与桐柏路口路灯不亮"
COVER = "A2,2026-03-15 08:30,农科路井盖缺失"
WATER = "A3,2026-03-16 09:00,嵩山路水管漏水"


def content(data: bytes | str, encoding: str = "utf-8") -> Maker:
    """A file with these bytes, or this text."""
    raw = data if isinstance(data, bytes) else data.encode(encoding)

    def make(path: Path) -> None:
        path.write_bytes(raw)

    return make


def table(*lines: str, end: str = "\n", encoding: str = "utf-8") -> Maker:
    """A text file of these lines."""
    return content(end.join(lines) + end, encoding)


def pasted(*parts: tuple[str, str]) -> Maker:
    """Lines, each in its own encoding."""
    return content(b"".join((text + "\n").encode(encoding) for text, encoding in parts))


def book(*sheets: list[list[Value]], hidden: int = -1, date_1904: bool = False) -> Maker:
    """A workbook; a text that begins with `=` is a formula that nobody has calculated."""

    def make(path: Path) -> None:
        with xlsxwriter.Workbook(str(path), {"date_1904": date_1904}) as made:
            moment = made.add_format({"num_format": "yyyy/m/d h:mm"})
            for index, rows in enumerate(sheets):
                sheet = made.add_worksheet()
                for at, row in enumerate(rows):
                    for column, value in enumerate(row):
                        if isinstance(value, dt.datetime):
                            sheet.write_datetime(at, column, value, moment)
                        elif isinstance(value, str) and value.startswith("="):
                            sheet.write_formula(at, column, value, None, "")
                        elif value is not None:
                            sheet.write(at, column, value)
                if index == hidden:
                    sheet.hide()

    return make


def merged_header(path: Path) -> None:
    """工单编号 over two rows, 诉求信息 over two columns with 标题 and 内容 below it."""
    with xlsxwriter.Workbook(str(path)) as made:
        plain = made.add_format()
        sheet = made.add_worksheet()
        sheet.merge_range("A1:D1", "郑州市三月工单", plain)
        sheet.merge_range("A2:A3", "工单编号", plain)
        sheet.merge_range("B2:C2", "诉求信息", plain)
        sheet.write_row("B3", ["标题", "内容"])
        sheet.merge_range("D2:D3", "来电时间", plain)
        sheet.write_row("A4", ["A1", "路灯", "陇海路与桐柏路口路灯不亮", "2026-03-14 20:05"])


def special_cells(path: Path) -> None:
    """Rich text, a formula with a result, a boolean and an error, one a row."""
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet()
        bold = made.add_format({"bold": True})
        sheet.write_row(0, 0, ["工单编号", "诉求内容"])
        sheet.write_column(1, 0, ["A1", "A2", "A3", "A4"])
        sheet.write_rich_string(1, 1, "陇海路", bold, "路灯", "不亮")
        sheet.write_formula(2, 1, '=A3&"井盖"', None, "农科路井盖缺失")
        sheet.write_boolean(3, 1, True)
        sheet.write_formula(4, 1, "=NA()", None, "#N/A")


def cut(maker: Maker, size: int) -> Maker:
    """The same file without its last bytes."""

    def make(path: Path) -> None:
        maker(path)
        path.write_bytes(path.read_bytes()[:-size])

    return make


def old_book(path: Path) -> None:
    """A real `.xls`, with a date cell and an order number of twenty digits."""
    xlwt = pytest.importorskip("xlwt")
    made = xlwt.Workbook()
    sheet = made.add_sheet("工单")
    for column, name in enumerate(HEADER.split(",")):
        sheet.write(0, column, name)
    sheet.write(1, 0, "00410100202603140001")
    sheet.write(1, 1, dt.datetime(2026, 3, 14, 20, 5), xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss"))
    sheet.write(1, 2, "陇海路与桐柏路口路灯不亮")
    stream = io.BytesIO()
    made.save(stream)
    path.write_bytes(stream.getvalue())


def page(encoding: str) -> Maker:
    """A web page under an Excel ending, as many systems export; with merged cells and markup."""
    text = (
        f'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="{encoding}">'
        "<style>td {mso-number-format:'\\@'}</style></head>\n<body><table border=1>"
        "<tr><td colspan=3>三月工单</td></tr>"
        '<tr><th rowspan="2">工单编号</th><th colspan="2">诉求信息</th></tr>\n'
        "<tr><th>标题</th><th>内容</th></tr>"
        "<tr><td>0012</td><td>路灯</td><td>陇海路<b>路灯</b>不亮<br>\n已三天 &lt;急&gt;</td></tr>\n"
        "<tr><td>0013<td>井盖<td>农科路井盖缺失\n</table></body></html>"
    )
    return content(text, encoding)


def protected(path: Path) -> None:
    """The smallest compound file with an EncryptedPackage in it, as Office writes for a password.

    Source: [MS-CFB] Compound File Binary File Format, sections 2.2 and 2.6.
    """
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0)
    head += struct.pack("<109I", 0, *[free] * 108)
    fat = struct.pack("<128I", 0xFFFFFFFD, end, *[free] * 126)

    def entry(name: str, kind: int, child: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        tail = struct.pack("<HBBIII", len(raw), kind, 1, free, free, child)
        return raw.ljust(64, b"\0") + tail + bytes(36) + struct.pack("<IQ", end, 0)

    path.write_bytes(head + fat + entry("Root Entry", 5, 1) + entry("EncryptedPackage", 2, free) + bytes(256))


def bomb(path: Path) -> None:
    """A sheet of two cells in opposite corners: seventeen thousand million cells for its reader."""
    cell = '<row><c r="{}" t="inlineStr"><is><t>诉求内容</t></is></c></row>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", cell.format("A1") + cell.format("XFD1048576"))


def archive(path: Path) -> None:
    """A zip that is no workbook."""
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("工单.csv", HEADER)


def nested_parquet(path: Path) -> None:
    """Lists, structures, repeated words as a dictionary, nulls, and times in nanoseconds."""
    pq.write_table(
        pa.table(
            {
                "id": pa.array([410100202603140001, None]),
                "text": pa.array(["陇海路路灯不亮", "农科路井盖缺失"]).dictionary_encode(),
                "received_at": pa.array([1773518700_000000001, None], pa.timestamp("ns")),
                "tags": pa.array([["急", "路灯"], None]),
                "place": pa.array([{"区": "金水区", "门牌": 12}, None]),
            }
        ),
        path,
    )


def folder(path: Path) -> None:
    """A folder with the name of a table."""
    path.mkdir()


def nothing(path: Path) -> None:
    """No file at all."""
    assert not path.exists()
