"""Dirt: whatever a stranger sends is read as far as it can be, or refused in one sentence that says what to do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.batch import BatchOptions, score_file
from agent.batch._complaint import complaint_text
from agent.batch.columns import map_columns
from agent.batch.preview import preview
from agent.batch.readers import open_table, read_rows
from agent.intake import check_text
from agent.schema import Complaint, Suggestion
from models.errors import InputError
from tests.agent.batch import dirty
from tests.agent.batch.dirty import COVER, HEADER, LAMP, WATER, Maker, Value, book, content, pasted, table
from tests.agent.batch.fakes import OneByOne

LAMP_ROW, COVER_ROW, WATER_ROW = "A1 陇海路与桐柏路口路灯不亮", "A2 农科路井盖缺失", "A3 嵩山路水管漏水"
NAMES: list[Value] = ["工单编号", "来电时间", "诉求内容"]
LAMP_CELLS: list[Value] = ["A1", "2026-03-14 20:05", "陇海路与桐柏路口路灯不亮"]
COVER_CELLS: list[Value] = ["A2", "2026-03-15 08:30", "农科路井盖缺失"]
LONG = "桐柏路路灯不亮，" * 2_500


@dataclass(frozen=True)
class Dirt:
    """One kind of dirt and its outcome: rows as `id text` or `id !code`, or the code of the file.

    `remarks` are the codes by which the preview warns of rows that are scored all the same.
    """

    id: str
    name: str
    make: Maker
    rows: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    code: str = ""
    says: str = ""


def csv(id: str, make: Maker, *rows: str, remarks: tuple[str, ...] = ()) -> Dirt:
    return Dirt(id, "a.csv", make, rows or (LAMP_ROW,), remarks)


def xlsx(id: str, make: Maker, *rows: str, remarks: tuple[str, ...] = ()) -> Dirt:
    return Dirt(id, "a.xlsx", make, rows or (LAMP_ROW,), remarks)


def jsonl(id: str, text: str, *rows: str, remarks: tuple[str, ...] = ()) -> Dirt:
    return Dirt(id, "a.jsonl", content(text), rows, remarks)


def refused(id: str, name: str, make: Maker, code: str, says: str) -> Dirt:
    return Dirt(id, name, make, code=code, says=says)


ENCODINGS = [
    csv("utf8", table(HEADER, LAMP)),
    csv("utf8-mark", table(HEADER, LAMP, encoding="utf-8-sig")),
    csv("utf16-mark", table(HEADER, LAMP, encoding="utf-16")),
    csv("utf16-be-mark", content(f"\ufeff{HEADER}\n{LAMP}\n", "utf-16-be")),
    csv("utf16-no-mark", table(HEADER, LAMP, encoding="utf-16-le")),
    csv("utf16-be-no-mark", table(HEADER, LAMP, encoding="utf-16-be")),
    csv("gb18030-rare", table(HEADER, "A1,,𠮷祥路㐀记饭店油烟大", encoding="gb18030"), "A1 𠮷祥路㐀记饭店油烟大"),
    csv(
        "damaged-byte",
        content(f"{HEADER}\n{COVER}\nA1,,陇海路".encode() + b"\xff" + "路灯不亮\n".encode()),
        COVER_ROW,
        "A1 陇海路\N{REPLACEMENT CHARACTER}路灯不亮",
        remarks=("damaged_text",),
    ),
    csv(
        "utf8-with-gb-lines",
        pasted((HEADER, "utf-8"), (LAMP, "utf-8"), (COVER, "gb18030"), (WATER, "utf-8")),
        *(LAMP_ROW, COVER_ROW, WATER_ROW),
    ),
    csv(
        "gb-with-utf8-lines",
        pasted((HEADER, "gb18030"), (LAMP, "gb18030"), (COVER, "utf-8"), (WATER, "gb18030")),
        *(LAMP_ROW, COVER_ROW, WATER_ROW),
    ),
    csv("nul", content(f"{HEADER}\n{LAMP}\n".replace("路口", "路\0口"))),
    csv("lone-cr", table(HEADER, LAMP, COVER, end="\r"), LAMP_ROW, COVER_ROW),
    csv("mixed-line-ends", content(f"{HEADER}\r\n{LAMP}\r{COVER}\n{WATER}"), LAMP_ROW, COVER_ROW, WATER_ROW),
]

QUOTES = [
    csv("line-break-in-cell", table(HEADER, 'A1,,"陇海路\n路灯不亮"', COVER), "A1 陇海路\n路灯不亮", COVER_ROW),
    csv("open-quote", table(HEADER, 'A1,,"陇海路路灯', COVER, WATER), "1 !bad_row", COVER_ROW, WATER_ROW),
    csv("open-quote-at-end", table(HEADER, LAMP, 'A2,,"农科路井盖'), LAMP_ROW, "2 !bad_row"),
    csv("text-behind-quote", table(HEADER, 'A1,,"路灯"不亮', COVER), "1 !bad_row", COVER_ROW),
    csv(
        "quotes-around-all",
        table('"工单编号","诉求内容"', '"A1","路灯\n', '"A2","井盖缺失"'),
        "1 !bad_row",
        "A2 井盖缺失",
    ),
]

SHAPES = [
    csv("short-row", table(HEADER, "A9", LAMP), "A9 !empty_text", LAMP_ROW),
    csv("long-row", table(HEADER, "A9,,路灯,不亮", LAMP), "1 !bad_row", LAMP_ROW),
    csv("trailing-separators", table(HEADER, LAMP + ",,,")),
    csv("semicolon", table(HEADER.replace(",", ";"), LAMP.replace(",", ";"))),
    csv("tab", table(HEADER.replace(",", "\t"), LAMP.replace(",", "\t"))),
    csv("bar", table(HEADER.replace(",", "|"), LAMP.replace(",", "|"))),
    csv("header-in-row-7", table("郑州市工单", "", "时段,三月", "", "", "制表：热线科", HEADER, LAMP)),
    csv(
        "two-header-rows",
        table("工单编号,诉求信息,,", ",标题,内容,来电时间", "A1,路灯,陇海路路灯不亮,"),
        "A1 陇海路路灯不亮",
    ),
    csv("repeated-other-name", table("备注,工单编号,备注,诉求内容", "x,A1,y,路灯一直不亮"), "A1 路灯一直不亮"),
    csv("empty-names", table(",工单编号,,诉求内容,", "x,A1,y,路灯一直不亮,z"), "A1 路灯一直不亮"),
    csv("blank-rows", table(HEADER, "", ",,", LAMP, " , ,", COVER, ""), LAMP_ROW, COVER_ROW),
    csv("header-again", table(HEADER, LAMP, HEADER, COVER), LAMP_ROW, "工单编号 !repeated_header", COVER_ROW),
    csv("sum-below", table(HEADER, LAMP, "合计：1件,,1"), LAMP_ROW, "合计：1件 !total_row"),
    csv("million-cells-in-row", table(HEADER, "A9," + "x," * 1_000_000, LAMP), "1 !bad_row", LAMP_ROW),
    refused("million-columns", "a.csv", table(HEADER + ",x" * 1_000_000, LAMP), "too_many_columns", "超过 16384 列"),
    refused("no-header", "a.csv", table(LAMP, COVER), "no_text_column", "表中有：列1、列2、列3"),
    refused("repeated-text-name", "a.csv", table("诉求内容,诉求内容", "甲,乙"), "ambiguous_column", "诉求内容(2)"),
    refused("header-only", "a.csv", table(HEADER), "empty_file", "只有表头"),
    refused("empty", "a.csv", content(b""), "empty_file", "空文件"),
    refused("mark-only", "a.csv", content(b"\xef\xbb\xbf"), "empty_file", "没有表头"),
    refused("blank", "a.csv", table("", " , ", ""), "empty_file", "换一个有内容的文件"),
    refused("folder", "a.csv", dirty.folder, "not_a_file", "是文件夹"),
    refused("missing", "a.csv", dirty.nothing, "no_such_file", "找不到"),
]

CELLS = [
    csv("five-megabytes", table(HEADER, "A9,," + "路灯不亮" * 420_000, LAMP), "A9 !too_long", LAMP_ROW),
    csv(
        "five-megabytes-of-lines",
        table(HEADER, 'A9,,"' + "路灯不亮\n" * 390_000 + '"', LAMP),
        "A9 !too_long",
        LAMP_ROW,
    ),
    csv("markup", table(HEADER, "A1,,<p>陇海路<br/>路灯&nbsp;不亮</p>"), "A1 <p>陇海路<br/>路灯&nbsp;不亮</p>"),
    csv("link-formula", table(HEADER, 'A1,,"=HYPERLINK(""http://x"",""陇海路路灯不亮"")"'), "A1 陇海路路灯不亮"),
    csv("no-width", table("工单\u200b编号,\ufeff诉求内容", "A\u200b1,路\u200b灯\ufeff一直不亮"), "A1 路灯一直不亮"),
    csv("apostrophes", table(HEADER, "'0012,'2026-03-14,'路灯一直不亮"), "0012 路灯一直不亮"),
    csv("text-as-formula", table(HEADER, '"=""0012""","=""2026-03-14""",路灯一直不亮'), "0012 路灯一直不亮"),
    csv("full-width-digits", table(HEADER, "１２,２０２６－０３－１４,路灯一直不亮"), "１２ 路灯一直不亮"),
    csv(
        "scientific-number",
        table("工单编号,联系电话,诉求内容", "4.101E+17,1.38E+10,路灯一直不亮"),
        "4.101E+17 路灯一直不亮",
        remarks=("lost_digits",),
    ),
    csv("time-without-year", table(HEADER, "A1,3月14日,路灯一直不亮"), "A1 路灯一直不亮", remarks=("bad_time",)),
    csv("same-number-twice", table(HEADER, LAMP, LAMP), LAMP_ROW, LAMP_ROW, remarks=("duplicate_order",)),
    csv("row-counter", table("序号,诉求内容", "1,路灯一直不亮", "1,井盖缺失了"), "1 路灯一直不亮", "1 井盖缺失了"),
    csv("emoji", table(HEADER, "A1,,😡😡", "A2,,路灯😡一直不亮"), "A1 !no_words", "A2 路灯😡一直不亮"),
    csv("no-text", table(HEADER, "A1,2026-03-14,"), "A1 !empty_text"),
]

WORKBOOKS = [
    xlsx("merged-header", dirty.merged_header),
    xlsx("empty-sheet", book([], [NAMES, LAMP_CELLS])),
    xlsx("hidden-sheet", book([NAMES, LAMP_CELLS], [NAMES, COVER_CELLS], hidden=1)),
    xlsx("sheet-a-month", book([NAMES, LAMP_CELLS], [["四月"], NAMES, COVER_CELLS]), LAMP_ROW, COVER_ROW),
    xlsx("header-again-in-sheet", book([NAMES, NAMES, LAMP_CELLS]), "工单编号 !repeated_header", LAMP_ROW),
    xlsx("special-cells", dirty.special_cells, "A1 陇海路路灯不亮", "A2 农科路井盖缺失", "A3 TRUE", "A4 !empty_text"),
    xlsx("not-calculated", book([NAMES, ["A1", None, '="路"&"灯"'], COVER_CELLS]), "A1 !no_result", COVER_ROW),
    xlsx("date-cell", book([NAMES, ["A1", dt.datetime(2026, 3, 14, 20, 5), LAMP_CELLS[2]]])),
    xlsx("date-cell-1904", book([NAMES, ["A1", dt.datetime(2026, 3, 14, 20, 5), LAMP_CELLS[2]]], date_1904=True)),
    xlsx("serial-as-number", book([NAMES, ["A1", 46095.836805555555, LAMP_CELLS[2]]])),
    xlsx("full-cell", book([NAMES, ["A1", None, LONG], COVER_CELLS]), f"A1 {LONG}", COVER_ROW),
    xlsx("more-than-we-take", book([NAMES, ["A1", None, LONG + "急"]]), "A1 !too_long"),
    xlsx(
        "order-numbers",
        book(
            [
                NAMES,
                ["0012", None, "路灯一直不亮"],
                ["41010020260314000125", None, "井盖缺失了"],
                [13.0, None, "水管漏水了"],
            ]
        ),
        *("0012 路灯一直不亮", "41010020260314000125 井盖缺失了", "13 水管漏水了"),
    ),
    xlsx(
        "order-number-as-number",
        book([NAMES, [410100202603140125.0, None, "路灯一直不亮"]]),
        "410100202603140100 路灯一直不亮",
        remarks=("lost_digits",),
    ),
    xlsx(
        "phone-as-number",
        book([["联系电话", "工单编号", "诉求内容"], [13812345678.0, "A1", "路灯一直不亮"]]),
        "A1 路灯一直不亮",
    ),
    xlsx("old-book-renamed", dirty.old_book, "00410100202603140001 陇海路与桐柏路口路灯不亮"),
    Dirt("old-book", "a.xls", dirty.old_book, ("00410100202603140001 陇海路与桐柏路口路灯不亮",)),
    Dirt("book-as-xls", "a.xls", book([NAMES, LAMP_CELLS]), (LAMP_ROW,)),
    Dirt("page-as-xls", "a.xls", dirty.page("utf-8"), ("0012 陇海路路灯不亮\n已三天 <急>", "0013 农科路井盖缺失")),
    Dirt("gb-page-as-xls", "a.xls", dirty.page("gb18030"), ("0012 陇海路路灯不亮\n已三天 <急>", "0013 农科路井盖缺失")),
    refused("blank-book", "a.xlsx", book([]), "empty_file", "里没有内容"),
    refused("all-hidden", "a.xlsx", book([["说明"]], [NAMES, LAMP_CELLS], hidden=1), "empty_file", "只有表头"),
    refused("password", "a.xlsx", dirty.protected, "password_protected", "去掉密码"),
    refused("password-as-xls", "a.xls", dirty.protected, "password_protected", "去掉密码"),
    refused("zip-bomb", "a.xlsx", dirty.bomb, "too_large", "展开后过大"),
    refused("cut-off", "a.xlsx", dirty.cut(book([NAMES, LAMP_CELLS]), 300), "unreadable_file", "不完整或已损坏"),
    refused("cut-off-old", "a.xls", dirty.cut(dirty.old_book, 3000), "unreadable_file", "不完整或已损坏"),
]

RENAMED = [
    refused("csv-as-xlsx", "a.xlsx", table(HEADER, LAMP), "wrong_ending", "后缀改为 .csv"),
    refused(
        "tabs-as-xls", "a.xls", table(HEADER.replace(",", "\t"), encoding="gb18030"), "wrong_ending", "后缀改为 .csv"
    ),
    refused("book-as-csv", "a.csv", book([NAMES, LAMP_CELLS]), "wrong_ending", "后缀改为 .xlsx"),
    refused("book-as-jsonl", "a.jsonl", book([NAMES, LAMP_CELLS]), "wrong_ending", "后缀改为 .xlsx"),
    refused("old-book-as-csv", "a.csv", dirty.old_book, "wrong_ending", "后缀改为 .xls"),
    refused("parquet-as-csv", "a.csv", dirty.nested_parquet, "wrong_ending", "后缀改为 .parquet"),
    refused("page-as-csv", "a.csv", dirty.page("utf-8"), "wrong_ending", "后缀改为 .xls"),
    refused("csv-as-parquet", "a.parquet", table(HEADER, LAMP), "wrong_ending", "后缀改为 .csv"),
    refused("zip-as-xlsx", "a.xlsx", dirty.archive, "wrong_ending", "请解压"),
    refused("xml-as-xls", "a.xls", table('<?xml version="1.0"?>', "<Workbook/>"), "unreadable_file", "另存为 .xlsx"),
    refused("picture-as-csv", "a.csv", content(bytes(range(256)) * 20), "unreadable_file", "已损坏"),
    refused("unknown-ending", "a.docx", content(b"x"), "unknown_format", "后缀"),
]

RECORDS = [
    jsonl(
        "broken-lines",
        '{"id":"A1","text":"路灯一直不亮"}\n{"id":"A2","te\n["A3"]\n\n"A4"\n{"id":"A5","text":"井盖缺失了"}\n',
        *("A1 路灯一直不亮", "2 !bad_row", "3 !bad_row", "4 !bad_row", "A5 井盖缺失了"),
    ),
    jsonl("nested", '{"id":"A1","text":"路灯一直不亮","place":{"区":["金水区",12]}}\n', "A1 路灯一直不亮"),
    jsonl("long-number", '{"id":41010020260314000125,"text":"路灯一直不亮"}\n', "41010020260314000125 路灯一直不亮"),
    jsonl(
        "half-character",
        '{"id":"A1","text":"\\ud83d路灯一直不亮"}\n',
        "A1 \N{REPLACEMENT CHARACTER}路灯一直不亮",
        remarks=("damaged_text",),
    ),
    jsonl(
        "other-keys", '{"id":"A1","text":"路灯一直不亮"}\n{"id":"A2","memo":1}\n', "A1 路灯一直不亮", "A2 !empty_text"
    ),
    jsonl(
        "deep",
        '{"id":"A1","text":' + "[" * 100_000 + '\n{"id":"A2","text":"井盖缺失了"}',
        "1 !bad_row",
        "A2 井盖缺失了",
    ),
    refused("one-array", "a.jsonl", content('[{"id":"A1","text":"路灯"}]'), "not_jsonl", "每行一个对象"),
    refused(
        "million-keys",
        "a.jsonl",
        content("{" + ",".join(f'"k{at}":1' for at in range(20_000)) + "}"),
        "too_many_columns",
        "超过 16384 列",
    ),
    Dirt(
        "nested-parquet", "a.parquet", dirty.nested_parquet, ("410100202603140001 陇海路路灯不亮", "2 农科路井盖缺失")
    ),
    refused("cut-off-parquet", "a.parquet", dirty.cut(dirty.nested_parquet, 20), "unreadable_file", "重新导出"),
]

DIRT = [*ENCODINGS, *QUOTES, *SHAPES, *CELLS, *WORKBOOKS, *RENAMED, *RECORDS]
READABLE = [dirt for dirt in DIRT if not dirt.code]


def outcome(path: Path) -> tuple[str, ...]:
    """What scoring makes of each row, without scoring it."""
    opened = open_table(path)
    columns = map_columns(opened.header)
    rows = []
    for row in opened.rows():
        identity = columns.value("order_no", row.cells) or str(row.number)
        try:
            text = complaint_text(row, columns)
            check_text(text)
        except InputError as error:
            text = f"!{error.code}"
        rows.append(f"{identity} {text}")
    return tuple(rows)


@pytest.mark.parametrize("dirt", READABLE, ids=lambda dirt: dirt.id)
def test_read(tmp_path: Path, dirt: Dirt) -> None:
    """Every row is there, mended or with the code of what is wrong with it; what is doubtful is remarked on."""
    dirt.make(tmp_path / dirt.name)
    assert outcome(tmp_path / dirt.name) == dirt.rows
    assert tuple(preview(tmp_path / dirt.name).by_remark) == dirt.remarks
    assert open_table(tmp_path / dirt.name).count() == len(dirt.rows)


@pytest.mark.parametrize("dirt", [dirt for dirt in DIRT if dirt.code], ids=lambda dirt: dirt.id)
def test_refused(tmp_path: Path, dirt: Dirt) -> None:
    """What is hopeless is one sentence with its code and what to do."""
    dirt.make(tmp_path / dirt.name)
    with pytest.raises(InputError) as caught:
        outcome(tmp_path / dirt.name)
    message = str(caught.value)
    assert (caught.value.code, message.count("。"), "\n" in message) == (dirt.code, 1, False)
    assert dirt.says in message
    assert "请" in message


def triage(complaint: Complaint, *, draft: bool) -> Suggestion:
    check_text(complaint.text)
    return Suggestion(id=complaint.id, status="ok")


@pytest.mark.parametrize("dirt", READABLE, ids=lambda dirt: dirt.id)
def test_scored(tmp_path: Path, dirt: Dirt) -> None:
    """The result, a workbook, can be opened again and has one row for each, with the same codes."""
    dirt.make(tmp_path / dirt.name)
    score_file(tmp_path / dirt.name, tmp_path / "out.xlsx", OneByOne(triage), BatchOptions(draft=False))
    codes = [row.cells["错误代码"] for row in read_rows(tmp_path / "out.xlsx")]
    assert codes == [row.partition(" !")[2] for row in dirt.rows]


def test_kinds() -> None:
    """There are many kinds of dirt, each under its own name."""
    assert len({dirt.id for dirt in DIRT}) == len(DIRT) >= 40
