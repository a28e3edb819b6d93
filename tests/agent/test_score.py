"""A backlog through a triage: order kept, failures as rows, no text in messages."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path

import pytest

from agent.batch.progress import Progress
from agent.batch.readers import open_table, read_rows
from agent.batch.run import BatchOptions, score_file
from agent.schema import Complaint, Decision, Dispatch, Draft, Suggestion, Unit
from knowledge.workdays import SHANGHAI
from models.errors import InputError, ModelError
from tests.agent.batch.fakes import OneByOne

SECRET = "郑州某小区三号楼电梯困人"
ROW_BY_ROW = BatchOptions(chunk_rows=1)


class FakeTriage:
    """Proposes one unit for everything, and fails on the words that ask for it."""

    def __init__(self) -> None:
        self.seen: list[Complaint] = []

    def __call__(self, complaint: Complaint, *, draft: bool = True) -> Suggestion:
        """Remember the complaint and answer it."""
        self.seen.append(complaint)
        if "坏模型" in complaint.text:
            raise ModelError("模型没有应答，请稍后重试。")
        if "意外" in complaint.text:
            raise ZeroDivisionError(complaint.text)
        if "中断" in complaint.text:
            raise KeyboardInterrupt
        unit = Unit(id="slj", name="市水利局", unit="市水利局") if "河" in complaint.text else LIGHTS
        return Suggestion(
            id=complaint.id,
            status="ok",
            dispatch=Dispatch(lead=unit, confidence=0.9, reason="职责清单"),
            draft=Draft(text="您好", generator="template"),
            decision=Decision(route="auto" if unit is LIGHTS else "reviewer", reason="示例"),
        )


LIGHTS = Unit(id="cgj", name="市城市管理局", unit="市城市管理局")


@pytest.fixture
def triage() -> FakeTriage:
    return FakeTriage()


def csv_file(folder: Path, *rows: str, header: str = "工单编号,标题,来电时间,受理渠道,诉求内容") -> Path:
    path = folder / "in.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def results(path: Path) -> list[Suggestion]:
    return [Suggestion.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_row_becomes_complaint(tmp_path: Path, triage: FakeTriage) -> None:
    """Number, title, time and channel of the row reach the triage; an order number stays text."""
    source = csv_file(tmp_path, "0041010020260314000123,路灯,2026年3月14日20:05,热线,桐柏路路灯不亮")
    score_file(source, tmp_path / "out.jsonl", OneByOne(triage))
    assert triage.seen == [
        Complaint(
            id="0041010020260314000123",
            text="桐柏路路灯不亮",
            title="路灯",
            received_at=dt.datetime(2026, 3, 14, 20, 5, tzinfo=SHANGHAI),
            channel="热线",
        )
    ]


def test_unknown_time_stays_unknown(tmp_path: Path, triage: FakeTriage) -> None:
    """A time without its year is not completed, and does not fail the row."""
    score_file(csv_file(tmp_path, "A1,,3月14日,,路灯不亮"), tmp_path / "out.jsonl", OneByOne(triage))
    assert triage.seen[0].received_at is None


@pytest.mark.parametrize("ending", ["jsonl", "csv", "xlsx", "parquet"])
def test_order_ids_and_counts(tmp_path: Path, triage: FakeTriage, ending: str) -> None:
    """Every row is in the output, in the order of the input; a row without number gets its place."""
    rows = ["B9,,,,路灯不亮", ",,,,坏模型", "A1,,,,河水发黑", "A2,,,,", "A3,,,,意外"]
    output = tmp_path / f"out.{ending}"
    summary = score_file(csv_file(tmp_path, *rows), output, OneByOne(triage))
    column = "id" if ending == "jsonl" else "记录编号"
    assert [row.cells[column] for row in read_rows(output)] == ["B9", "2", "A1", "A2", "A3"]
    assert (summary.rows, summary.ok, summary.errors) == (5, 2, 3)
    assert dict(summary.by_route) == {"auto": 1, "reviewer": 1}
    assert dict(summary.by_lead) == {"cgj": 1, "slj": 1}
    assert summary.top_leads(1) == ["cgj"]


def test_failed_rows(tmp_path: Path, triage: FakeTriage, caplog: pytest.LogCaptureFixture) -> None:
    """Errors carry their code; an unexpected one only its type, and neither log nor file quotes the citizen."""
    rows = ["A1,,,,坏模型", f"A2,,,,意外{SECRET}", "A3,,,,", 'A4,,,,"井盖"缺失', "A5,,,,路灯不亮"]
    with caplog.at_level(logging.DEBUG):
        score_file(csv_file(tmp_path, *rows), tmp_path / "out.jsonl", OneByOne(triage))
    got = results(tmp_path / "out.jsonl")
    codes = [result.error.code if result.error else "" for result in got]
    assert codes == ["model", "internal", "empty_text", "bad_row", ""]
    assert got[1].error is not None
    assert "ZeroDivisionError" in got[1].error.message
    assert "ZeroDivisionError" in caplog.text
    assert SECRET not in (tmp_path / "out.jsonl").read_text(encoding="utf-8") + caplog.text


def test_draft_left_out(tmp_path: Path, triage: FakeTriage) -> None:
    """Without drafts no draft is written, whatever the triage made."""
    score_file(
        csv_file(tmp_path, "A1,,,,路灯不亮"), tmp_path / "out.jsonl", OneByOne(triage), BatchOptions(draft=False)
    )
    assert results(tmp_path / "out.jsonl")[0].draft is None


def test_progress(tmp_path: Path, triage: FakeTriage) -> None:
    """Progress comes at the start and after every chunk, and knows the whole."""
    seen: list[Progress] = []
    source = csv_file(tmp_path, "A1,,,,路灯不亮", "A2,,,,坏模型")
    score_file(source, tmp_path / "out.jsonl", OneByOne(triage), ROW_BY_ROW, on_progress=seen.append)
    assert seen == [Progress(0, 0, 2), Progress(1, 0, 2), Progress(2, 1, 2)]


def test_columns_option(tmp_path: Path, triage: FakeTriage) -> None:
    """A column that nobody knows is the text when the person says so, even under two lines of title."""
    source = csv_file(tmp_path, "导出,", "话,编号", "路灯不亮,A1", header="甲,乙")
    score_file(source, tmp_path / "out.jsonl", OneByOne(triage), BatchOptions(columns={"text": "话"}))
    assert [(complaint.id, complaint.text) for complaint in triage.seen] == [("A1", "路灯不亮")]


def test_export_names_nobody(tmp_path: Path, triage: FakeTriage) -> None:
    """The real mask is at work: phone, caller and a number within the text do not reach the export."""
    source = csv_file(
        tmp_path, "A1,王小明,13700001234,请回电13700001234,其他13700001234", header="编号,来电人,电话,内容,附注"
    )
    score_file(source, tmp_path / "out.csv", OneByOne(triage))
    text = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert "13700001234" not in text
    assert "王小明" not in text
    assert "【电话】" in text


def test_interrupt(tmp_path: Path, triage: FakeTriage) -> None:
    """Ctrl-C ends the run, and the rows finished before it are in a valid file."""
    source = csv_file(tmp_path, "A1,,,,路灯不亮", "A2,,,,中断", "A3,,,,路灯不亮")
    with pytest.raises(KeyboardInterrupt):
        score_file(source, tmp_path / "out.xlsx", OneByOne(triage), ROW_BY_ROW)
    assert [row.cells["记录编号"] for row in read_rows(tmp_path / "out.xlsx")] == ["A1"]


def test_dirty_jsonl(tmp_path: Path, triage: FakeTriage) -> None:
    """Bad lines fail alone, with their place in the file."""
    source = tmp_path / "in.jsonl"
    source.write_text(
        '{"id":"A1","text":"路灯不亮"}\n{oops\nnull\n{"id":"A4","text":null}\n{"text":"河水发黑"}\n', "utf-8"
    )
    summary = score_file(source, tmp_path / "out.jsonl", OneByOne(triage))
    got = results(tmp_path / "out.jsonl")
    assert [result.id for result in got] == ["A1", "2", "3", "A4", "5"]
    assert [result.status for result in got] == ["ok", "error", "error", "error", "ok"]
    assert summary.errors == 3


def test_output_is_input(tmp_path: Path, triage: FakeTriage) -> None:
    """A backlog is never overwritten by its own result, not even with leave to overwrite."""
    source = csv_file(tmp_path, "A1,,,,路灯不亮")
    with pytest.raises(InputError, match="输出文件就是输入文件"):
        score_file(source, tmp_path / "." / "in.csv", OneByOne(triage), BatchOptions(overwrite=True))
    assert open_table(source).count() == 1


def test_existing_output(tmp_path: Path, triage: FakeTriage) -> None:
    """An existing output is refused before any work, and replaced when that is allowed."""
    source, output = csv_file(tmp_path, "A1,,,,路灯不亮"), tmp_path / "out.jsonl"
    output.write_text("earlier", encoding="utf-8")
    with pytest.raises(InputError, match="已经存在"):
        score_file(source, output, OneByOne(triage))
    assert (output.read_text(encoding="utf-8"), triage.seen) == ("earlier", [])
    score_file(source, output, OneByOne(triage), BatchOptions(overwrite=True))
    assert results(output)[0].id == "A1"


@pytest.mark.parametrize("name", ["out.docx", "out.xls", "no/out.csv"], ids=["ending", "xls", "folder"])
def test_unusable_output(tmp_path: Path, triage: FakeTriage, name: str) -> None:
    """An output that cannot be written is an error before the first complaint is read."""
    with pytest.raises(InputError):
        score_file(csv_file(tmp_path, "A1,,,,路灯不亮"), tmp_path / name, OneByOne(triage))
    assert triage.seen == []
