"""The commands that people type, end to end, with the shipped knowledge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent import Suggestion, TriageAgent
from agent.cli import cli
from agent.cli import console as shell

NOISE = "管城回族区南关街道楼下烧烤摊每晚摆到凌晨两点，划拳声很大，孩子没法睡"


@pytest.fixture
def run(real_agent: TriageAgent, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Runs a command against the agent's own data folder; knowledge is opened once for the whole run."""
    monkeypatch.setenv("XIAOZHENG_DATA_DIR", str(data_dir))
    monkeypatch.setattr("agent.cli.main.open_agent", lambda *_: real_agent)
    monkeypatch.setattr("agent.cli.score.open_agent", lambda *_: real_agent)
    monkeypatch.setattr("agent.cli.law.open_agent", lambda *_: real_agent)
    monkeypatch.setattr("agent.cli.law.open_base", lambda *_, **__: real_agent.base)
    monkeypatch.setattr("agent.cli.main.open_base", lambda *_, **__: real_agent.base)

    def invoke(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(cli, list(arguments), input=stdin)

    return invoke


class Run:
    """The type of the `run` fixture."""

    def __call__(self, *arguments: str, stdin: str | None = None) -> Result:
        """Run one command."""
        raise NotImplementedError


def test_triage_prints_one_suggestion_as_json(run: Run) -> None:
    """`--json` gives exactly one Suggestion of the contract."""
    result = run("triage", "--json", "--received-at", "2026-03-14T09:30", NOISE)
    assert result.exit_code == 0
    suggestion = Suggestion.model_validate_json(result.stdout)
    assert suggestion.complaint is not None
    assert suggestion.complaint.address.district == "管城回族区"
    assert suggestion.deadline is not None
    assert suggestion.deadline.due is not None


def test_triage_reads_standard_input_and_prints_a_card(run: Run) -> None:
    """A pipe works, and the card names category and lead."""
    result = run("triage", stdin=NOISE)
    assert result.exit_code == 0
    assert "主办单位" in result.stdout
    assert "事项类别" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("triage", ""), "empty_text"),
        (("triage", NOISE, "--file", "x.txt"), "not both"),
        (("triage", "--file", "no-such-file.txt"), "找不到文件 no-such-file.txt"),
        (("triage", NOISE, "--mode", "party"), "is no mode"),
        (("triage", NOISE, "--received-at", "yesterday"), "ISO 8601"),
        (("search", "  "), "query is empty"),
        (("search", "噪声", "--as-of", "soon"), "ISO 8601"),
        (("score", "no-such-file.csv", "-o", "out.csv"), "no-such-file.csv"),
        (("knowledge", "add-cases", "no-such-file.jsonl"), "找不到文件"),
        (("train", "--cases", "no-such-file.jsonl", "-o", "m.npz"), "找不到文件"),
    ],
    ids=[
        "empty", "two-inputs", "missing-file", "bad-mode", "bad-time", "blank-query", "bad-date", "missing-backlog",
        "missing-cases", "missing-training",
    ],
)  # fmt: skip
def test_unusable_input_is_one_line_and_exit_code_2(run: Run, arguments: tuple[str, ...], says: str) -> None:
    """One clear line on standard error, no traceback."""
    result = run(*arguments)
    assert result.exit_code == shell.UNUSABLE
    assert len(result.stderr.strip().splitlines()) == 1
    assert says in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("score", "no.csv", "-o", "out.csv"),
        ("score", "no.csv", "--dry-run"),
        ("draft-check", "no.jsonl"),
        ("evaluate", "no.jsonl"),
        ("train", "--cases", "no.jsonl", "-o", "m.npz"),
        ("triage", "--file", "no.txt"),
        ("triage", "路灯不亮", "--record", "no.txt"),
        ("cite-check", "no.txt"),
        ("knowledge", "add-cases", "no.jsonl"),
        ("knowledge", "add-regulations", "no"),
    ],
    ids=lambda arguments: "-".join(word for word in arguments[:2] if "." not in word and word.isascii()),
)
def test_a_missing_file_is_refused_before_anything_is_loaded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """No knowledge and no model is opened for an input that is not there."""

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("opened")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XIAOZHENG_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("knowledge.base.KnowledgeBase.open", opened)
    monkeypatch.setattr("agent.triage.TriageAgent.from_settings", opened)
    result = CliRunner().invoke(cli, list(arguments))
    assert result.exit_code == shell.UNUSABLE, result.exception
    assert len(result.stderr.strip().splitlines()) == 1


def test_misspelt_setting_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong XIAOZHENG_ name is not silently the default."""
    monkeypatch.setenv("XIAOZHENG_DATADIR", "/tmp/x")
    result = CliRunner().invoke(cli, ["knowledge", "status"])
    assert result.exit_code == shell.UNUSABLE
    assert "XIAOZHENG_DATADIR is no setting" in result.stderr


def test_search_and_similar_answer_in_json(run: Run) -> None:
    """Both give lists that a program can read, law in force only."""
    articles = json.loads(run("search", "--json", "-k", "3", "工地半夜施工吵人可以吗").stdout)
    assert len(articles) == 3
    assert {"law", "article", "text", "status", "score"} <= set(articles[0])
    cases = json.loads(run("similar", "--json", "-k", "2", NOISE).stdout)
    assert len(cases) == 2
    assert {"id", "score", "title", "category", "lead", "reply"} <= set(cases[0])


def test_score_keeps_rows_in_order_and_reports_failures(run: Run, tmp_path: Path) -> None:
    """A bad row is an error row with a code; exit code 1 says so; the rest is scored."""
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    rows = [{"id": "a", "text": NOISE}, {"id": "b", "text": ""}, {"id": "c", "title": "路灯", "text": "路灯坏了没人修"}]
    source.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    result = run("score", str(source), "-o", str(output), "--no-draft")
    scored = [Suggestion.model_validate_json(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert result.exit_code == 1
    assert [(s.id, s.status) for s in scored] == [("a", "ok"), ("b", "error"), ("c", "ok")]
    assert scored[1].error is not None
    assert scored[1].error.code == "empty_text"
    assert scored[0].draft is None
    assert scored[0].deadline is not None
    assert scored[0].deadline.due is None


def test_dry_run_shows_what_would_fail_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    """Columns, failing rows with their code, exit code 1; without -o and without --dry-run it asks for one."""
    source = tmp_path / "in.csv"
    source.write_text("工单编号,来电人,诉求内容\n1,王先生,金水区路灯坏了三天\n2,李女士,\n", encoding="utf-8")
    shown = run("score", str(source), "--dry-run", "--json")
    assert shown.exit_code == 1
    found = json.loads(shown.stdout)
    assert (found["total"], found["failing"], found["by_code"]) == (2, 1, {"empty_text": 1})
    assert {column["name"]: column["exported"] for column in found["columns"]}["来电人"] == "hide"
    table = run("score", str(source), "--dry-run")
    assert "empty_text" in table.stdout
    assert "整列遮盖" in table.stdout
    assert [path.name for path in tmp_path.glob("in*")] == ["in.csv"]
    assert run("score", str(source)).exit_code == 2


def test_knowledge_status_counts_everything(run: Run) -> None:
    """Counts, versions and hashes of all tables, statutes, cases and shelves."""
    result = run("knowledge", "status")
    assert result.exit_code == 0
    for count in ("517", "69", "403", "16", "213", "3084", "378"):
        assert count in result.stdout
