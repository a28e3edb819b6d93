"""The command `xiaozheng knowledge add-regulations`: what it prints, writes and exits with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from agent.cli.regulations import add_regulations
from knowledge.importing import STATUTES, ImportReport, StatuteStore

TEXT = "# 郑州市路灯看护办法\n\n第一条 灯。\n\n第二条 本办法自2023年1月1日起施行。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One statute."""
    made = tmp_path / "in"
    made.mkdir()
    (made / "郑州市路灯看护办法(2022-11-01).md").write_text(TEXT, encoding="utf-8")
    return made


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder that the settings name."""
    monkeypatch.setenv("XIAOZHENG_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def run(*arguments: object) -> Result:
    app = typer.Typer()
    app.command("add-regulations")(add_regulations)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_clean_import_exits_0_and_a_second_says_that_nothing_changed(folder: Path, data: Path) -> None:
    """Statutes land in the data folder; the same folder again is no change."""
    first, second = run(folder), run(folder)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "新增法规" in first.stdout
    assert "没有变化" not in first.stdout
    assert "没有变化" in second.stdout
    assert [law.title for law in StatuteStore(data / STATUTES).read()[0]] == ["郑州市路灯看护办法"]


def test_skipped_files_exit_1_and_are_written_to_the_report(folder: Path, data: Path, tmp_path: Path) -> None:
    """Twenty on screen, all in the report file."""
    for i in range(25):
        (folder / f"空{i:02}.md").write_text("没有条文。", encoding="utf-8")
    result = run(folder, "--report", tmp_path / "r.json")
    assert result.exit_code == 1
    assert result.stdout.count("没有找到条文") == 20
    assert "另有 5 条跳过" in result.stdout
    report = ImportReport.model_validate_json((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert (len(report.skipped), report.new) == (25, 1)


def test_json_prints_the_report_alone(folder: Path, data: Path) -> None:
    """`--json` gives one object that the report's own model reads back."""
    result = run(folder, "--json")
    report = ImportReport.model_validate(json.loads(result.stdout))
    assert (report.read, report.articles, report.laws) == (1, 2, 1)
    assert report.kinds() == {remark.reason.partition("：")[0]: 1 for remark in report.doubtful}


@pytest.mark.parametrize("case", ["nothing-usable", "empty", "missing", "no-report-folder"])
def test_nothing_usable_exits_2(folder: Path, data: Path, tmp_path: Path, case: str) -> None:
    """Without a single statute, or with a path that is not there, one line says so."""
    arguments: list[object] = [folder]
    if case == "no-report-folder":
        arguments += ["--report", tmp_path / "none" / "r.json"]
    elif case == "missing":
        arguments = [tmp_path / "none"]
    else:
        for path in folder.iterdir():
            path.unlink()
        if case == "nothing-usable":
            (folder / "a.md").write_text("没有条文。", encoding="utf-8")
    result = run(*arguments)
    assert result.exit_code == 2
    assert "xiaozheng: " in result.stderr
    assert "Traceback" not in result.stderr
