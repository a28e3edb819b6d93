"""`xiaozheng score` as a person or a scheduler runs it: exit codes, options, and what is said where."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from agent.batch.readers import read_rows
from agent.cli import cli
from agent.schema import Complaint, Suggestion
from tests.agent.batch.backlogs import ROWS, answer, write_backlog
from tests.agent.batch.fakes import OneByOne

ERRORS = 13  # of `write_backlog`
SECRET = "坏模型"


class Office(OneByOne):
    """An agent with the names of one category and one department."""

    base = SimpleNamespace(
        tables=SimpleNamespace(
            categories=(SimpleNamespace(code="010202", level3="城管执法"),),
            departments=(SimpleNamespace(id="cgj", name="市城市管理局"),),
        )
    )


@dataclass
class Shell:
    """Runs the command over one backlog; a signal may come at one of its rows."""

    folder: Path
    signal_at: str = ""
    signal: signal.Signals = signal.SIGTERM
    agent: Office = field(init=False)
    process: int = field(default_factory=os.getpid)

    def __post_init__(self) -> None:
        self.source = write_backlog(self.folder / "in.csv")
        self.agent = Office(self.answer)

    def answer(self, complaint: Complaint, *, draft: bool = True) -> Suggestion:
        """Answer; before the signal wait until the rows before are kept, and after it to be ended."""
        if complaint.id == self.signal_at:
            time.sleep(1)
            os.kill(self.process, self.signal)
            time.sleep(60)
        return answer(complaint, draft=draft)

    def run(self, *arguments: str, output: str = "out.csv") -> Result:
        """Run the command."""
        return CliRunner().invoke(cli, ["score", str(self.source), "-o", str(self.folder / output), *arguments])


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    made = Shell(tmp_path)
    monkeypatch.setenv("XIAOZHENG_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("agent.cli.score.open_agent", lambda *_: made.agent)
    return made


def test_summary(shell: Shell) -> None:
    """At the end people read the counts, with names; exit code 1 says that rows failed."""
    result = shell.run()
    assert result.exit_code == 1
    assert f"{ROWS} 行，成功 {ROWS - ERRORS}，失败 {ERRORS}，每秒" in result.stderr
    assert f"分类：城管执法 {ROWS - ERRORS}" in result.stderr
    assert f"主办：市城市管理局 {ROWS - ERRORS}" in result.stderr
    assert f"处置：请复核员判断 {ROWS - ERRORS}" in result.stderr
    assert "失败：model 8、empty_text 5" in result.stderr
    kept = json.loads((shell.folder / "out.csv.job" / "summary.json").read_text("utf-8"))
    assert (kept["rows"], kept["errors"], kept["by_error"]) == (ROWS, ERRORS, {"model": 8, "empty_text": 5})


def test_json_progress(shell: Shell) -> None:
    """For a scheduler standard error is JSON lines: progress that ends at the last row, and the summary."""
    result = shell.run("--progress", "json")
    events = [json.loads(line) for line in result.stderr.splitlines()]
    assert {event["event"] for event in events[:-1]} == {"progress"}
    assert (events[-2]["done"], events[-2]["total"], events[-2]["errors"]) == (ROWS, ROWS, ERRORS)
    assert (events[-1]["event"], events[-1]["rows"], events[-1]["by_lead"]) == ("summary", ROWS, {"cgj": ROWS - ERRORS})
    assert SECRET not in result.output


def test_quiet(shell: Shell) -> None:
    """Quiet is quiet; the exit code and the summary in the job folder remain."""
    result = shell.run("--progress", "quiet")
    assert (result.exit_code, result.output) == (1, "")


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT], ids=["sigterm", "ctrl-c"])
def test_interrupted(shell: Shell, by: signal.Signals) -> None:
    """Interrupted by hand or by a scheduler: exit code 3, a valid part of the output, and `--resume` goes on."""
    shell.signal_at, shell.signal = "A40", by
    handler = signal.getsignal(signal.SIGTERM)
    result = shell.run()
    assert result.exit_code == 3
    assert "--resume" in result.stderr
    assert signal.getsignal(signal.SIGTERM) == handler
    kept = [row.cells["记录编号"] for row in read_rows(shell.folder / "out.csv")]
    assert kept == [f"A{n}" for n in range(1, len(kept) + 1)]
    assert len(kept) in {16, 32}  # whole chunks before the one with the signal; the second may still be on its way
    shell.signal_at = ""
    refused = shell.run()
    assert (refused.exit_code, "[unfinished_job]" in refused.stderr) == (2, True)
    again = shell.run("--resume")
    assert again.exit_code == 1
    assert "其中 32 行是此前做好的" in again.stderr
    shell.run(output="whole.csv")
    assert (shell.folder / "out.csv").read_bytes() == (shell.folder / "whole.csv").read_bytes()


def test_finished_job_again(shell: Shell) -> None:
    """A finished job that is resumed prints its counts, with the same exit code, and asks nothing."""
    first = shell.run()
    asked = shell.agent.rows
    again = shell.run("--resume")
    assert (again.exit_code, again.stderr, shell.agent.rows) == (1, first.stderr, asked)


def test_workers(shell: Shell) -> None:
    """Two processes give the bytes of one."""
    shell.run(output="one.jsonl")
    assert shell.run("--workers", "2", output="two.jsonl").exit_code == 1
    assert (shell.folder / "one.jsonl").read_bytes() == (shell.folder / "two.jsonl").read_bytes()


def test_options(shell: Shell) -> None:
    """Fields, profile, drafts and job folder are what the run uses."""
    job = shell.folder / "jobs" / "march"
    job.parent.mkdir()
    shell.run("--fields", "编号,建议主办", "--profile", "fast", "--no-draft", "--job-dir", str(job))
    assert list(next(read_rows(shell.folder / "out.csv")).cells) == ["编号", "建议主办"]
    assert {asked[:2] for asked in shell.agent.asked} == {(False, "fast")}
    assert (job / "summary.json").exists()
    assert not (shell.folder / "out.csv.job").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--fields", "建议主班"), "unknown_field"),
        (("--address", "10.0.0.1:6379"), "--engine ray"),
        (("--profile", "slow"), "slow"),
        (("--workers", "0"), "greater than"),
        (("--progress", "loud"), "loud"),
        (("--columns", "text=没有的列"), "no_such_column"),
        (("--job-dir", "/dev/null/x"), "--job-dir"),
    ],
    ids=["field", "address", "profile", "workers", "progress", "column", "job-dir"],
)
def test_unusable_options(shell: Shell, arguments: tuple[str, ...], says: str) -> None:
    """What cannot be done is refused with exit code 2, and nothing is written."""
    result = shell.run(*arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert not (shell.folder / "out.csv").exists()
    assert shell.agent.rows == 0


def test_preview_of_a_table_that_has_to_be_settled(shell: Shell) -> None:
    """Two columns that could be the text are unusable arguments, exit code 2, as they are without `--dry-run`."""
    shell.source.write_text("诉求内容,问题描述\n路灯不亮,停水两天\n", encoding="utf-8")
    for arguments in (("--dry-run",), ()):
        result = shell.run(*arguments)
        assert (result.exit_code, "[ambiguous_column]" in result.stderr) == (2, True)


def test_no_header_says_nothing_of_the_complaint(shell: Shell) -> None:
    """Where the first row is no header but a complaint, the error shows no telephone and no whole sentence of it."""
    told = "金水区花园路的路灯坏了三天，晚上看不见路，老人摔倒过两次"
    shell.source.write_text(f"13838381234李建国,{told}\n13838381235王某,停水两天\n", encoding="utf-8")
    result = shell.run()
    assert result.exit_code == 2
    assert "1383838" not in result.output
    assert told not in result.output


def test_a_finished_job_of_another_file_is_kept(shell: Shell) -> None:
    """A job folder that holds the record of another file's job is not taken over without leave."""
    shell.run("--job-dir", str(shell.folder / "job"))
    shell.source.write_text("工单编号,诉求内容\nB1,停水两天没有人来修\n", encoding="utf-8")
    refused = shell.run("--job-dir", str(shell.folder / "job"), output="other.csv")
    assert (refused.exit_code, "[other_job]" in refused.stderr) == (2, True)
    assert shell.run("--job-dir", str(shell.folder / "job"), "--overwrite", output="other.csv").exit_code == 0
