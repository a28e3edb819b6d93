"""What scoring would do with a file, told before it is scored."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from agent.batch import score_file
from agent.batch._packed import check_packed
from agent.batch.preview import Preview, preview
from agent.batch.readers import open_table, read_rows
from agent.schema import Complaint, Suggestion
from models.errors import InputError
from tests.agent.batch.fakes import OneByOne
from tests.suggestions import suggestion

HEADER = ["工单编号", "标题", "来电时间", "联系电话", "诉求内容", "备注"]
ROWS = [
    ["A1", "路灯", "2026-03-14 20:05", "13700001234", "桐柏路路灯不亮，回电13700001234", "甲"],
    ["A2", "", "3月14日", "", "", "乙"],
    ["A3", "", "", "", "1234", "丙"],
]


def csv_file(folder: Path, header: list[str] = HEADER, rows: list[list[str]] = ROWS, above: str = "") -> Path:
    path = folder / "in.csv"
    lines = [",".join(header), *(",".join(row) for row in rows)]
    path.write_text(above + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def field(seen: Preview, name: str) -> tuple[str, ...]:
    return next(use.columns for use in seen.fields if use.field == name)


def test_mapping_and_counts(tmp_path: Path) -> None:
    """Header, fields, what is hidden, and the rows that will fail stand in the preview."""
    seen = preview(csv_file(tmp_path, above="三月工单,,,,,\n"))
    assert (seen.ready, seen.error, seen.header_at, seen.total, seen.checked) == (True, "", 2, 3, 3)
    assert [field(seen, name) for name in ("text", "title", "received_at", "channel", "order_no")] == [
        ("诉求内容",),
        ("标题",),
        ("来电时间",),
        (),
        ("工单编号",),
    ]
    assert [use.exported for use in seen.columns] == ["plain", "mask", "plain", "hide", "mask", "mask"]
    assert [(problem.number, problem.code) for problem in seen.problems] == [(2, "empty_text"), (3, "no_words")]
    assert (seen.failing, dict(seen.by_code), seen.without_time) == (2, {"empty_text": 1, "no_words": 1}, 2)


def test_odd_rows_are_counted_and_named(tmp_path: Path) -> None:
    """A number twice and a time without a day are remarked on row by row; every row without a time is counted."""
    rows = [
        ["A1", "路灯", "2026-03-14 20:05", "", "桐柏路路灯不亮", ""],
        ["A2", "路灯", "昨天", "", "桐柏路路灯不亮", ""],
        ["A1", "路灯", "", "", "桐柏路路灯不亮", ""],
        ["", "路灯", "打13700001234", "", "", ""],
        ["", "路灯", "2026-03-15", "", "桐柏路路灯不亮", ""],
    ]
    seen = preview(csv_file(tmp_path, rows=rows))
    assert [(row.number, row.code) for row in seen.remarks] == [
        (2, "bad_time"),
        (3, "duplicate_order"),
        (4, "bad_time"),
    ]
    assert (dict(seen.by_remark), seen.without_time) == ({"bad_time": 2, "duplicate_order": 1}, 3)
    assert "“昨天”" in seen.remarks[0].message
    assert "第 1 行" in seen.remarks[1].message
    assert "13700001234" not in seen.remarks[2].message
    assert (seen.failing, dict(seen.by_code)) == (1, {"empty_text": 1})


def test_rows_are_masked(tmp_path: Path) -> None:
    """No phone number is shown, neither from its own column nor from a text."""
    seen = preview(csv_file(tmp_path))
    assert "13700001234" not in repr(seen)
    assert seen.rows[0][3] == "【电话】"
    assert "桐柏路路灯不亮" in seen.rows[0][4]


def test_says_what_scoring_does(tmp_path: Path) -> None:
    """The rows that the preview calls failing are those that fail, with the same codes; the others do not."""
    path = csv_file(tmp_path, rows=[*ROWS, ["A4", '井"盖', "", "", '"井盖"缺失', ""]])
    seen = preview(path)

    def triage(complaint: Complaint, *, draft: bool) -> Suggestion:
        from agent.intake import check_text

        check_text(complaint.text)
        return suggestion(complaint.text)

    score_file(path, tmp_path / "out.csv", OneByOne(triage))
    codes = [row.cells["错误代码"] for row in read_rows(tmp_path / "out.csv")]
    assert {problem.number: problem.code for problem in seen.problems} == {
        number: code for number, code in enumerate(codes, start=1) if code
    }
    assert codes == ["", "empty_text", "no_words", "bad_row"]


@pytest.mark.parametrize(
    ("header", "code", "sentence"),
    [
        (["编号", "甲", "乙"], "no_text_column", "没有认出诉求内容在哪一列"),
        (["编号", "诉求内容", "问题描述"], "ambiguous_column", "“诉求内容”、“问题描述”都可能是诉求内容"),
        (["受理时间", "来电时间", "正文"], "ambiguous_column", "都可能是受理时间"),
    ],
    ids=["no-text", "two-texts", "two-times"],
)
def test_what_a_person_must_settle(tmp_path: Path, header: list[str], code: str, sentence: str) -> None:
    """An open question is part of the preview, with all columns to choose from; a choice settles it."""
    path = csv_file(tmp_path, header, [["甲1", "路灯不亮", "路灯不亮"]])
    seen = preview(path)
    assert (seen.ready, seen.code) == (False, code)
    assert sentence in seen.error
    assert [use.name for use in seen.columns] == header
    settled = preview(path, {"text": header[2], "received_at": header[0]})
    assert settled.ready
    assert [use.chosen for use in settled.fields if use.columns == (header[2],)] == [True]


def test_wrong_choice(tmp_path: Path) -> None:
    """A column that does not exist is one clear sentence."""
    with pytest.raises(InputError, match="不在表中"):
        preview(csv_file(tmp_path), {"text": "没有的列"})


def test_sheets(tmp_path: Path) -> None:
    """Of a workbook the sheets under the same header are read and named."""
    path = tmp_path / "in.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, header in (("一月", ["编号", "正文"]), ("说明", ["怎么填", "看这里"]), ("二月", ["编号", "正文"])):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, header)
            sheet.write_row(1, 0, ["A1", "路灯不亮"])
    seen = preview(path)
    assert (seen.sheets, seen.total, seen.header_at) == (("一月", "二月"), 2, 1)


def test_only_the_first_rows_are_looked_at(tmp_path: Path) -> None:
    """A long file is counted whole and checked in part."""
    path = csv_file(tmp_path, ["编号", "正文"], [[f"A{number}", ""] for number in range(40)])
    seen = preview(path, checked=10)
    assert (seen.total, seen.checked, seen.failing, len(seen.problems)) == (40, 10, 10, 10)


CELL = '<c r="{}" t="inlineStr"><is><t>诉求内容</t></is></c>'


@dataclass(frozen=True)
class Bomb:
    """A sheet's rows, and whether it is refused."""

    id: str
    sheet: str
    refused: bool


BOMBS = [
    Bomb("far-corner", f'<row r="1">{CELL.format("A1")}</row><row>{CELL.format("XFD1048576")}</row>', True),
    Bomb("two-arms", f"<row>{CELL.format('XFD1')}</row><row>{CELL.format('A1048576')}</row>", True),
    Bomb("odd-spelling", f"<row>{CELL.format('A1')}<c  t='n' r = 'xfd1048576'><v>1</v></c></row>", True),
    Bomb("prefixed", f"<row>{CELL.format('A1')}<x:c r='XFD1048576'><x:v>1</x:v></x:c></row>", True),
    Bomb("empty-styled-corner", f'<row>{CELL.format("A1")}<c r="XFD1048576" s="1"/></row>', False),
    Bomb("many-rows", f"<row>{CELL.format('A1')}</row><row>{CELL.format('AL1048576')}</row>", False),
]


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.id)
def test_sheet_bomb(tmp_path: Path, bomb: Bomb) -> None:
    """A sheet of a few cells that would allocate thousands of millions is refused before it is opened."""
    path = tmp_path / "in.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{bomb.sheet}</sheetData></worksheet>")
    if not bomb.refused:
        check_packed(path)
        return
    with pytest.raises(InputError, match="展开后过大"):
        open_table(path)


def test_zip_bomb_that_lies(tmp_path: Path) -> None:
    """What unpacks to more than allowed is refused, whatever size the zip states."""
    path = tmp_path / "in.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"\0" * 3_000_000)
    data = path.read_bytes()
    path.write_bytes(data.replace((3_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    with pytest.raises(InputError, match="展开后过大"):
        check_packed(path, unpacked=2_000_000)
    check_packed(path, unpacked=4_000_000)


def test_parts_of_a_cell_may_lie_in_two_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A far cell is found wherever the pieces are cut."""
    sheet = f"<row>{CELL.format('A1')}{CELL.format('XFD1048576')}</row>"
    path = tmp_path / "in.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    for size in (1, 7, 50):
        monkeypatch.setattr("agent.batch._packed._PIECE", size)
        with pytest.raises(InputError, match="展开后过大"):
            check_packed(path)


def hostile(folder: Path, kind: str) -> Path:
    path = folder / ("in.parquet" if kind == "parquet" else "in.xlsx")
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "html":
        path.write_text("<html><table><tr><td>诉求内容</td></tr></table></html>", encoding="utf-8")
    elif kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "hello")
    elif kind == "header-only":
        with xlsxwriter.Workbook(str(path)) as book:
            book.add_worksheet().write_row(0, 0, ["编号", "诉求内容"])
    else:
        pq.write_table(pa.table({"诉求内容": ["路灯不亮"]}), path)
        path.write_bytes(path.read_bytes()[:-20])
    return path


@pytest.mark.parametrize("kind", ["empty", "html", "zip", "header-only", "parquet"])
def test_unusable_file(tmp_path: Path, kind: str) -> None:
    """A file of no use is one sentence that says what to do."""
    with pytest.raises(InputError, match="请") as caught:
        preview(hostile(tmp_path, kind))
    assert str(caught.value).count("。") == 1
