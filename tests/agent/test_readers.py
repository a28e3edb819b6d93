"""Opening a backlog: four formats, odd headers, broken rows, unusable files."""

from __future__ import annotations

import datetime as dt
import json
import struct
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from agent.batch.readers import SourceRow, open_table, parse_time, read_rows
from knowledge.workdays import SHANGHAI
from models.errors import InputError

HEADER = ["工单编号", "来电时间", "诉求内容"]
ROWS = [
    ["410100202603140001", "2026-03-14 20:05:00", "陇海路与桐柏路口路灯不亮"],
    ["410100202603140002", "2026-03-15 08:30:00", "农科路烧烤店占道，\n油烟很大"],
]
Sheet = list[list[str | float | dt.datetime | None]]


def workbook(path: Path, sheets: dict[str, Sheet]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        moment = book.add_format({"num_format": "yyyy/m/d h:mm:ss"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, dt.datetime):
                        sheet.write_datetime(at, column, value, moment)
                    elif value is not None:
                        sheet.write(at, column, value)
            if name == "隐藏":
                sheet.hide()
    return path


def text_file(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def csv_text(delimiter: str = ",") -> str:
    return "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in [HEADER, *ROWS]) + "\r\n"


def values(path: Path) -> list[list[str]]:
    return [list(row.cells.values()) for row in read_rows(path)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_csv(tmp_path: Path, encoding: str, delimiter: str) -> None:
    """Encoding and delimiter are found, and a line break inside a cell stays inside."""
    path = text_file(tmp_path / "a.csv", csv_text(delimiter), encoding)
    assert open_table(path).header == tuple(HEADER)
    assert values(path) == ROWS


def test_csv_with_damaged_byte(tmp_path: Path) -> None:
    """One bad byte does not turn a UTF-8 file into another encoding."""
    path = tmp_path / "a.csv"
    path.write_bytes(csv_text().encode() + b'"X1","","\xff \xe5\x9c\xb0\xe9\x93\x81\xe7\xab\x99"\r\n')
    assert values(path)[0] == ROWS[0]
    assert values(path)[2][2].endswith("地铁站")


def test_csv_header_hunt(tmp_path: Path) -> None:
    """Title, period and blank lines above the header are passed over; blank rows below are not counted."""
    text = "郑州市工单导出\n\n统计周期,2026年3月\n工单编号,,诉求内容,诉求内容\nA1,x,路灯不亮,y\n,,,\nA2\n"
    rows = list(read_rows(text_file(tmp_path / "a.csv", text)))
    assert list(rows[0].cells) == ["工单编号", "列2", "诉求内容", "诉求内容(2)"]
    assert [(row.number, row.cells["工单编号"], row.error) for row in rows] == [(1, "A1", ""), (2, "A2", "")]


def test_csv_wanted_header(tmp_path: Path) -> None:
    """A header that nobody knows is found by the column that the person named."""
    path = text_file(tmp_path / "a.csv", "甲表,乙表\n编,话\n1,路灯不亮\n")
    assert open_table(path).header == ("甲表", "乙表")
    assert open_table(path, wanted=["话"]).header == ("编", "话")


def test_csv_broken_rows(tmp_path: Path) -> None:
    """A row that is too long or badly quoted is an error row, and the rows after it are read."""
    text = '工单编号,诉求内容\nA1,路灯,不亮\nA2,"井盖"缺失\nA3,水管漏水\n'
    rows = list(read_rows(text_file(tmp_path / "a.csv", text)))
    assert [(bool(row.error), bool(row.cells)) for row in rows] == [(True, False), (True, False), (False, True)]
    assert "第 2 行" in rows[0].error
    assert "第 3 行" in rows[1].error
    assert rows[2].cells["诉求内容"] == "水管漏水"


def test_jsonl(tmp_path: Path) -> None:
    """A bad line is an error row; keys that come late are columns; numbers stay as written."""
    lines = [
        '{"id": 41010020260314000123456, "text": "路灯不亮"}',
        "{broken",
        "",
        '["a list"]',
        '{"id": "A2", "text": "井盖缺失\\ud800", "tags": ["市政", 1.50], "solved": null, "old": true}',
    ]
    path = text_file(tmp_path / "a.jsonl", "\n".join(lines))
    rows = list(read_rows(path))
    assert open_table(path).header == ("id", "text", "tags", "solved", "old")
    assert [bool(row.error) for row in rows] == [False, True, True, False]
    assert rows[0].cells["id"] == "41010020260314000123456"
    assert "第 2 行" in rows[1].error
    assert list(rows[3].cells.values()) == ["A2", "井盖缺失\ufffd", '["市政", "1.50"]', "", "TRUE"]


def test_xlsx(tmp_path: Path) -> None:
    """Header under a title, long numbers whole, dates in ISO form, blank rows and unnamed columns."""
    rows: Sheet = [
        ["郑州市工单导出"],
        [],
        ["工单编号", "来电时间", None, "诉求内容", "得分"],
        [202603140000125.0, dt.datetime(2026, 3, 14, 20, 5), "x", "路灯不亮", 0.25],
        [],
        ["0012", 45366.5, None, "井盖缺失", None],
    ]
    got = list(read_rows(workbook(tmp_path / "a.xlsx", {"一": rows})))
    assert [list(row.cells.values()) for row in got] == [
        ["202603140000125", "2026-03-14 20:05:00", "x", "路灯不亮", "0.25"],
        ["0012", "45366.5", "", "井盖缺失", ""],
    ]
    assert list(got[0].cells)[2] == "列3"
    assert [row.number for row in got] == [1, 2]


def test_xlsx_large_number_has_no_exponent(tmp_path: Path) -> None:
    """An order number that Excel kept as a number comes out in digits."""
    path = workbook(tmp_path / "a.xlsx", {"一": [["编号", "内容"], [1.2e18, "路灯不亮"]]})
    assert values(path) == [["1200000000000000000", "路灯不亮"]]


def test_xlsx_sheets(tmp_path: Path) -> None:
    """Sheets under the same header are one backlog; hidden ones and other tables are not mixed in."""
    sheets: dict[str, Sheet] = {
        "空": [],
        "三月": [["编号", "内容"], ["A1", "路灯不亮"]],
        "说明": [["项目", "解释"], ["x", "y"]],
        "隐藏": [["编号", "内容"], ["A0", "旧工单"]],
        "四月": [["四月工单"], ["编号", "内容"], ["A2", "井盖缺失"]],
    }
    assert values(workbook(tmp_path / "a.xlsx", sheets)) == [["A1", "路灯不亮"], ["A2", "井盖缺失"]]


def test_parquet(tmp_path: Path) -> None:
    """Typed columns come as text, over more than one row group; times are rounded to the second."""
    table = pa.table(
        {
            "id": pa.array([410100202603140001, None, 3]),
            "text": ["路灯不亮", "井盖缺失", "水管漏水"],
            "received_at": pa.array([1773518700_000000001, None, 1773518699_999999999], pa.timestamp("ns")),
            "score": [0.5, float("nan"), 2.0],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=2)
    assert values(tmp_path / "a.parquet") == [
        ["410100202603140001", "路灯不亮", "2026-03-14 20:05:00", "0.5"],
        ["", "井盖缺失", "", ""],
        ["3", "水管漏水", "2026-03-14 20:05:00", "2"],
    ]


def protected_workbook() -> bytes:
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

    return head + fat + entry("Root Entry", 5, 1) + entry("EncryptedPackage", 2, free) + bytes(256)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.docx", b"x", "unknown_format"),
        ("a.csv", None, "no_such_file"),
        ("a.csv", b"", "empty_file"),
        ("a.csv", b"\r\n , \r\n", "empty_file"),
        ("a.csv", "编号,内容\n".encode(), "empty_file"),
        ("a.jsonl", b"{broken\n", "not_jsonl"),
        ("a.xlsx", b"<html><table></table></html>", "empty_file"),
        ("a.xls", b"<html><table></table></html>", "empty_file"),
        ("a.parquet", b"PAR1", "unreadable_file"),
        ("a.xlsx", protected_workbook(), "password_protected"),
    ],
    ids=[
        "ending",
        "missing",
        "empty",
        "blank",
        "header-only",
        "no-json",
        "html-xlsx",
        "html-xls",
        "parquet",
        "password",
    ],
)
def test_unusable(tmp_path: Path, name: str, content: bytes | None, code: str) -> None:
    """An unusable file is one sentence that names it and says what to do."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.\w+.*，.*。$") as caught:
        open_table(path)
    assert caught.value.code == code


def test_folder(tmp_path: Path) -> None:
    """A folder with a table's name is refused."""
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(InputError, match="文件夹"):
        open_table(tmp_path / "a.csv")


def test_empty_workbook(tmp_path: Path) -> None:
    """A workbook without a cell is refused."""
    with pytest.raises(InputError, match="没有内容"):
        open_table(workbook(tmp_path / "a.xlsx", {"一": []}))


@given(st.lists(st.dictionaries(st.text(min_size=1, max_size=4), st.text(max_size=8), min_size=1), min_size=1))
def test_jsonl_any_text(rows: list[dict[str, str]]) -> None:
    """Any strings come back as they were written."""
    # hypothesis runs many examples within one tmp_path, so each makes a folder of its own.
    with tempfile.TemporaryDirectory() as folder:
        path = text_file(Path(folder) / "a.jsonl", "\n".join(json.dumps(row) for row in rows))
        got = [
            {name: row.cells[name] for name in given_row} for row, given_row in zip(read_rows(path), rows, strict=True)
        ]
    assert got == rows


def test_table_counts_and_rereads(tmp_path: Path) -> None:
    """A table counts its rows and yields them again from the start."""
    table = open_table(text_file(tmp_path / "a.csv", csv_text()))
    assert table.count() == 2
    assert next(table.rows()) == SourceRow(1, dict(zip(HEADER, ROWS[0], strict=True)))


TIMES = {
    "chinese": ("2024年12月31日23:59", (2024, 12, 31, 23, 59, 0)),
    "slashes": ("2024/2/14 20:00:00", (2024, 2, 14, 20, 0, 0)),
    "iso-fraction": ("2024-02-14T20:00:00.123", (2024, 2, 14, 20, 0, 0)),
    "iso-utc": ("2024-02-14T12:00:00Z", (2024, 2, 14, 20, 0, 0)),
    "iso-offset": ("2024-02-14T21:00:00+09:00", (2024, 2, 14, 20, 0, 0)),
    "dots": ("2024.2.14", (2024, 2, 14, 0, 0, 0)),
    "full-width": ("２０２４－０２－１４ ８：０５", (2024, 2, 14, 8, 5, 0)),
    "weekday-afternoon": ("2024年2月14日 星期三 下午3点", (2024, 2, 14, 15, 0, 0)),
    "afternoon-seconds": ("2024年2月14日下午3时20分05秒", (2024, 2, 14, 15, 20, 5)),
    "midnight-in-words": ("2024年2月14日晚上12点", (2024, 2, 15, 0, 0, 0)),
    "after-midnight": ("2024年2月14日凌晨12点10分", (2024, 2, 14, 0, 10, 0)),
    "english-pm": ("2024/2/14 8:00:00 PM", (2024, 2, 14, 20, 0, 0)),
    "24-00": ("2024-12-31 24:00", (2025, 1, 1, 0, 0, 0)),
    "8-digits": ("20240214", (2024, 2, 14, 0, 0, 0)),
    "half-past": ("2024年2月14日下午3点半", (2024, 2, 14, 15, 30, 0)),
    "on-the-hour": ("2024年2月14日 15点整", (2024, 2, 14, 15, 0, 0)),
    "milliseconds": ("1707912000000", (2024, 2, 14, 20, 0, 0)),
    "12-digits": ("202402142005", (2024, 2, 14, 20, 5, 0)),
    "14-digits": ("20240214200559", (2024, 2, 14, 20, 5, 59)),
    "serial": ("45336", (2024, 2, 14, 0, 0, 0)),
    "serial-fraction": ("45336.8333333333", (2024, 2, 14, 20, 0, 0)),
}


@pytest.mark.parametrize(("text", "want"), TIMES.values(), ids=TIMES)
def test_times(text: str, want: tuple[int, int, int, int, int, int]) -> None:
    """Every way in which channels write a complete time is read, as Shanghai time."""
    assert parse_time(text) == dt.datetime(*want, tzinfo=SHANGHAI)


UNKNOWN_TIMES = {
    "empty": "",
    "no-year": "2月14日",
    "no-year-digits": "12-31 23:59",
    "clock-only": "下午3点",
    "two-digit-year": "24年2月14日",
    "impossible-digits": "20240231",
    "impossible-day": "2024-02-30",
    "impossible-hour": "2024-02-14 25:00",
    "after-midnight-of-24": "2024-02-14 24:30",
    "morning-at-15": "2024-02-14 上午15点",
    "phone": "13812345678",
    "ten-digits": "2024021420",
    "small-number": "9999",
    "small-fraction": "12.5",
    "year-only": "2024",
    "relative": "昨天",
    "far-future": "99991231",
}


@pytest.mark.parametrize("text", UNKNOWN_TIMES.values(), ids=UNKNOWN_TIMES)
def test_unknown_times(text: str) -> None:
    """A time without its year, or an impossible one, stays unknown."""
    assert parse_time(text) is None


@given(st.text(max_size=24))
def test_times_never_fail(text: str) -> None:
    """No cell makes the reader raise, and what it reads knows its zone."""
    moment = parse_time(text)
    assert moment is None or moment.utcoffset() is not None
