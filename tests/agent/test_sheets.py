"""Which sheets of a workbook are a backlog, and formulas that nobody has calculated: preview and score alike."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
import xlsxwriter

from agent.batch import score_file
from agent.batch._formulas import CellPlace, sheet_parts, uncalculated
from agent.batch.preview import preview
from agent.batch.readers import read_rows
from agent.schema import Complaint, Suggestion
from models.errors import InputError
from tests.agent.batch.fakes import OneByOne
from tests.suggestions import suggestion

Sheet = list[list[str]]
HEADER = ["工单编号", "受理时间", "诉求内容"]
COVER: Sheet = [["三月工单说明"], ["项目", "内容"], ["导出时间", "2026-04-01"]]
PLAIN: Sheet = [["填表说明"], ["每行一件", "不要合并单元格"]]
MARCH: Sheet = [HEADER, ["A1", "2026-03-14 20:05", "陇海路路灯不亮"]]
APRIL: Sheet = [["四月"], HEADER, ["A2", "2026-04-02 09:00", "农科路井盖缺失"]]
TURNED: Sheet = [["诉求内容", "工单编号", "受理时间"], ["桐柏路漏水", "A3", "2026-04-03 10:00"]]
GROUPED: Sheet = [["工单编号", "来电", ""], ["", "受理时间", "诉求内容"]]
OTHER: Sheet = [["编号", "来电内容", "办理结果"], ["B1", "占道经营", "已劝离"]]


@dataclass(frozen=True)
class Book:
    """Sheets by name, and what is made of them."""

    id: str
    sheets: dict[str, Sheet]
    read: tuple[str, ...]
    numbers: list[str]
    skipped: tuple[str, ...] = ()
    note: str = ""


BOOKS = [
    Book("cover-first", {"说明": PLAIN, "工单": MARCH}, ("工单",), ["A1"], ("说明",)),
    Book("cover-in-columns", {"说明": COVER, "工单": MARCH}, ("工单",), ["A1"], note="“说明”"),
    Book("months", {"三月": MARCH, "说明": PLAIN, "四月": APRIL}, ("三月", "四月"), ["A1", "A2"], ("说明",)),
    Book("columns-turned", {"三月": MARCH, "补": TURNED}, ("三月", "补"), ["A1", "A3"]),
    Book("empty-template-first", {"模板": [["编号", "内容"]], "工单": MARCH}, ("工单",), ["A1"], ("模板",)),
    Book("another-header", {"工单": MARCH, "回访": OTHER}, ("工单",), ["A1"], note="只读工作表“工单”；“回访”"),
    Book("two-rows-of-header", {"工单": [*GROUPED, *MARCH[1:]]}, ("工单",), ["A1"]),
    Book("hidden", {"工单": MARCH, "隐藏": APRIL}, ("工单",), ["A1"], note="“隐藏”是隐藏的"),
    Book("hidden-list", {"工单": MARCH, "隐藏": [["投诉"], ["咨询"]]}, ("工单",), ["A1"]),
    Book("blank-sheet", {"空": [], "工单": MARCH}, ("工单",), ["A1"]),
]


def workbook(path: Path, sheets: dict[str, Sheet]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
            if name == "隐藏":
                sheet.hide()
    return path


def triage(complaint: Complaint, *, draft: bool) -> Suggestion:
    return suggestion(complaint.text).model_copy(update={"id": complaint.id})


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.id)
def test_sheets_that_are_read(tmp_path: Path, book: Book) -> None:
    """Preview and score read the same sheets, name what is skipped, and say what to do about another header."""
    path = workbook(tmp_path / "in.xlsx", book.sheets)
    seen = preview(path)
    assert (seen.ready, seen.sheets, seen.skipped, seen.total) == (True, book.read, book.skipped, len(book.numbers))
    assert book.note in seen.note
    assert bool(book.note) == bool(seen.note)
    assert seen.note.count("。") == bool(seen.note)
    summary = score_file(path, tmp_path / "out.csv", OneByOne(triage))
    assert (summary.rows, summary.errors, summary.note) == (seen.total, 0, seen.note)
    assert [row.cells["工单编号"] for row in read_rows(tmp_path / "out.csv")] == book.numbers


def test_a_named_column_chooses_the_sheet(tmp_path: Path) -> None:
    """The sheets that have the column that the person named come before those that would be read by themselves."""
    path = workbook(tmp_path / "in.xlsx", {"工单": MARCH, "回访": OTHER})
    assert preview(path, {"text": "来电内容"}).sheets == ("回访",)


def test_no_sheet_with_a_known_text_column(tmp_path: Path) -> None:
    """Where nobody knows the column, the preview asks for it over the first sheet with rows."""
    path = workbook(tmp_path / "in.xlsx", {"封面": [["甲乙"]], "表": [["编", "话"], ["1", "路灯不亮"]]})
    seen = preview(path)
    assert (seen.code, seen.sheets) == ("no_text_column", ("表",))
    assert preview(path, {"text": "话"}).ready


def holed(path: Path) -> Path:
    """A workbook whose formulas have a result only where one is written."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("说明").write(0, 0, "由系统导出")
        sheet = book.add_worksheet("工单")
        sheet.write_row(2, 1, ["工单编号", "受理时间", "诉求内容", "备注"])
        for at in range(3, 7):
            sheet.write_row(at, 1, [f"A{at}", "2026-03-14", "陇海路路灯不亮", "甲"])
        sheet.write_formula(4, 3, '=B5&"路灯"', None, "")
        sheet.write_formula(5, 2, "=TODAY()", None, "")
        sheet.write_formula(5, 4, "=B1", None, "")
        sheet.write_formula(6, 3, '=B7&"井盖"', None, "陇海路井盖缺失")
    return path


def test_formulas_without_a_result(tmp_path: Path) -> None:
    """A text that was never calculated fails under its own name; other cells are remarked on; a result is read."""
    path = holed(tmp_path / "in.xlsx")
    seen = preview(path)
    assert [(row.number, row.code) for row in seen.problems] == [(2, "no_result")]
    assert "公式没有计算结果" in seen.problems[0].message
    assert [(row.number, row.code) for row in seen.remarks] == [(3, "no_result")]
    assert "“受理时间”、“备注”" in seen.remarks[0].message
    assert (dict(seen.by_code), dict(seen.by_remark), seen.without_time) == ({"no_result": 1}, {"no_result": 1}, 1)
    assert score_file(path, tmp_path / "out.csv", OneByOne(triage)).by_error == {"no_result": 1}


CELLS = {
    "openpyxl": (b'<c r="B2"><f>A1</f><v /></c>', True),
    "empty-value": (b'<c r="B2" s="3"><f>A1</f><v></v></c>', True),
    "no-value": (b'<c r="B2"><f t="shared" si="0"/></c>', True),
    "prefixed": (b'<x:c r="B2"><x:f>A1</x:f><x:v/></x:c>', True),
    "result": (b'<c r="B2"><f>A1</f><v>7</v></c>', False),
    "empty-text": (b'<c r="B2" t="str"><f>A1</f><v></v></c>', False),
    "no-formula": (b'<c r="B2"><v></v></c>', False),
}


@pytest.mark.parametrize("piece", [3, 1 << 20], ids=["small-pieces", "whole"])
@pytest.mark.parametrize(("cell", "found"), CELLS.values(), ids=CELLS)
def test_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cell: bytes, found: bool, piece: int) -> None:
    """Every way in which programs leave a result out is seen, wherever the pieces are cut."""
    monkeypatch.setattr("agent.batch._formulas._PIECE", piece)
    path = tmp_path / "in.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("s.xml", b"<sheetData><row><c r='A2'/>" + cell + b"</row></sheetData>")
    assert list(uncalculated(path, "s.xml")) == ([CellPlace(1, 1)] if found else [])


def test_parts_of_what_is_no_workbook(tmp_path: Path) -> None:
    """A file that is no zip, or a zip that is no workbook, has no parts and no formulas; its reader complains."""
    text, archive = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    text.write_bytes(b"<html></html>")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("xl/workbook.xml", "<broken")
    assert (sheet_parts(text), sheet_parts(archive), list(uncalculated(archive, "none.xml"))) == ({}, {}, [])
    with pytest.raises(InputError, match="不是可读的表格文件"):
        preview(archive)
