from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli.ledger import ledger as commands
from agent.ledger import Ledger
from tests.agent.ledger.helping import TEXT, Books, decide, record


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The commands on a ledger in a fresh data folder."""
    for name in ("XIAOZHENG_DATABASE_URL", "XIAOZHENG_KNOWLEDGE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XIAOZHENG_DATA_DIR", str(tmp_path))
    return CliRunner()


@pytest.fixture
def book(tmp_path: Path) -> Books:
    """The same ledger, from the other side."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    return Books(Ledger.open(url), url)


def call(run: CliRunner, *words: str) -> Result:
    return run.invoke(commands, list(words))


def test_verify(run: CliRunner, book: Books) -> None:
    """Whole: exit 0 and the head to note; tampered: exit 1 and the row named."""
    made = record(book.ledger)
    whole = call(run, "verify")
    head = book.ledger.status().head
    assert (whole.exit_code, head in whole.output) == (0, True)
    assert call(run, "verify", "--expect", head).exit_code == 0
    assert call(run, "verify", "--expect", "f" * 64).exit_code == 1
    book.tamper("UPDATE matters SET title = '别的'")
    found = call(run, "verify")
    assert (found.exit_code, f"matters {made.matter.id}" in found.output) == (1, True)
    assert json.loads(call(run, "verify", "--json").output)["faults"][0]["kind"] == "row_changed"


def test_status(run: CliRunner, book: Books) -> None:
    """The counts, as a table and as JSON."""
    decide(book.ledger, record(book.ledger))
    assert json.loads(call(run, "status", "--json").output)["matters"] == {"decided": 1}
    assert "处置决定" in call(run, "status").output


def test_find_and_erase(run: CliRunner, book: Books) -> None:
    """A person is found by phone, erased with a reason, and not found again; the output shows no number."""
    made = record(book.ledger)
    found = call(run, "find", "139 0000 1234")
    assert made.matter.id in found.output
    assert "13900001234" not in found.output
    assert call(run, "erase", made.matter.id).exit_code == 2
    assert "1 件" in call(run, "erase", made.matter.id, "--reason", "本人申请第7号").output
    assert made.matter.id not in call(run, "find", "13900001234").output
    assert list(book.ledger.audit())[-1].detail == "本人申请第7号"


def test_retain(run: CliRunner, book: Books) -> None:
    """What is older than the day is emptied; a day in the future is refused."""
    key = record(book.ledger).matter.id
    assert "0 件" in call(run, "retain", "--before", "2020-01-01").output
    assert book.ledger.matter(key).text == TEXT
    later = (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).isoformat()
    assert call(run, "retain", "--before", later).exit_code == 2
    assert "1 件" in call(run, "retain", "--before", dt.datetime.now(dt.UTC).isoformat()).output
    assert book.ledger.matter(key).text == ""


def test_a_wrong_id(run: CliRunner, book: Books) -> None:
    """One line and exit code 2."""
    result = call(run, "erase", "nothing", "--reason", "本人申请")
    assert result.exit_code == 2
    assert "Traceback" not in result.output
