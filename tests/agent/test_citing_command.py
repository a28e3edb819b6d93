"""`cite-check` from the command line: JSON for programs, a table for people, one line for errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner, Result

from agent.cli.law import cite_check

TEXT = "依据《民法典》第278条第九款、噪声污染防治法第61条"
FIELDS = "law article state start end text paragraph item article_text note replaced_by"


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    app = typer.Typer()
    app.command()(cite_check)
    return CliRunner().invoke(app, [*arguments], input=stdin)


def test_json_lists_every_citation_with_its_place() -> None:
    """One object a citation with the fields of the contract; places count characters of the input."""
    result = run("-", "--as-of", "2026-08-20", "--json", stdin=TEXT)
    assert result.exit_code == 0
    rows = json.loads(result.stdout)
    assert [(row["article"], row["state"], row["paragraph"]) for row in rows] == [
        ("278", "PARTIAL", 9), ("61", "REPEALED", None),
    ]  # fmt: skip
    assert all(row["text"] == TEXT[row["start"] : row["end"]] for row in rows)
    assert all(set(row) == set(FIELDS.split()) for row in rows)


def test_table_says_it_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """State and note are words, and hostile signs of the text are made visible."""
    monkeypatch.setattr("agent.cli.law.out", Console(width=200))
    file = tmp_path / "reply.txt"
    file.write_text("《民法典》第278\u200b条、《养\x1b[31m猫条例》第三条[red]", encoding="gb18030")
    result = run(str(file), "--as-of", "2026-06-01")
    assert result.exit_code == 0
    assert "已核，现行有效" in result.stdout
    assert "库外法规" in result.stdout
    assert "\x1b" not in result.stdout


def test_text_without_law_is_no_error() -> None:
    """An empty list, or a sentence that says so; exit code 0 whatever was found."""
    assert run("--json", stdin="第三条胡同停水").stdout.strip() == "[]"
    result = run(stdin="第三条胡同停水")
    assert (result.exit_code, result.stdout.strip()) == (0, "没有找到法律引用")


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        (("no-such-file.txt",), None, "找不到文件"),
        (("-", "--as-of", "soon"), "x", "ISO 8601"),
        (("-",), b"\xff\xff\xff", "neither UTF-8 nor GB18030"),
    ],
    ids=["missing-file", "bad-date", "not-text"],
)
def test_unusable_input_is_one_line_and_exit_code_2(
    arguments: tuple[str, ...], stdin: str | bytes | None, says: str
) -> None:
    """One clear line on standard error, no traceback."""
    result = run(*arguments, stdin=stdin)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.output
