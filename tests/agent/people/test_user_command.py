"""`xiaozheng user …`: accounts from the terminal, on a ledger in a fresh folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from argon2.profiles import CHEAPEST
from typer.testing import CliRunner, Result

from agent.cli.people import user
from agent.ledger import Ledger
from agent.people import People

PASSWORD = "梧桐树下的自行车26"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that the settings name."""
    for name in ("XIAOZHENG_DATABASE_URL", "XIAOZHENG_LLM__BASE_URL", "XIAOZHENG_LLM__PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XIAOZHENG_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("agent.people.passwords.RFC_9106_LOW_MEMORY", CHEAPEST)  # the real ones take 64 MiB each
    return tmp_path


def run(*arguments: str, typed: str = "") -> Result:
    """The command with these words and this standard input."""
    return CliRunner().invoke(user, arguments, input=typed)


def ledger(folder: Path) -> Ledger:
    """The ledger that the command wrote."""
    return Ledger.open(f"sqlite:///{folder / 'ledger.db'}")


def test_the_first_administrator(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password is asked for twice and never shown; the account can sign in."""
    monkeypatch.setattr("agent.cli.people.has_terminal", lambda: True)
    result = run("add", "chief", "--role", "admin", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    assert People(ledger(folder)).sign_in("chief", PASSWORD).actor.role == "admin"


def test_two_different_passwords_make_no_account(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks again, and gives up when there is nothing more to read."""
    monkeypatch.setattr("agent.cli.people.has_terminal", lambda: True)
    result = run("add", "chief", typed=f"{PASSWORD}\nanother one entirely\n")
    assert result.exit_code != 0
    assert ledger(folder).users() == ()


@pytest.mark.parametrize("arguments", [("add", "chief"), ("password", "chief")], ids=["add", "password"])
def test_no_terminal(folder: Path, arguments: tuple[str, ...]) -> None:
    """Piped input without --password-stdin is one line that names the option, and no ledger is made."""
    result = run(*arguments, typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 2
    assert "--password-stdin" in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert not (folder / "ledger.db").exists()


@pytest.mark.parametrize(
    ("arguments", "typed", "words"),
    [
        (("add", "li", "--password-stdin"), "short\n", "[password]"),
        (("add", "li", "--password-stdin", "--role", "king"), f"{PASSWORD}\n", "[input]"),
        (("add", "system", "--password-stdin"), f"{PASSWORD}\n", "[account]"),
        (("disable", "nobody"), "", "[account]"),
        (("disable", "chief"), "", "最后一个管理员"),
        (("token", "chief"), "", "标签"),
        (("password", "chief", "--password-stdin"), "1234567890\n", "[password]"),
    ],
    ids=["short", "role", "reserved", "unknown", "last-admin", "no-label", "common"],
)
def test_refusals_are_one_line(folder: Path, arguments: tuple[str, ...], typed: str, words: str) -> None:
    """Exit code 2, a reason, no traceback, nothing changed."""
    run("add", "chief", "--role", "admin", "--password-stdin", typed=f"{PASSWORD}\n")
    result = run(*arguments, typed=typed)
    assert result.exit_code == 2
    assert words in result.output
    assert "Traceback" not in result.output
    assert [(account.name, account.active) for account in ledger(folder).users()] == [("chief", True)]


def test_an_account_through_its_life(folder: Path) -> None:
    """Added, listed, promoted, given a token, revoked, closed, opened, given another password."""
    run("add", "chief", "--role", "admin", "--password-stdin", typed=f"{PASSWORD}\n")
    run("add", "王敏", "--password-stdin", typed=f"{PASSWORD}\n")
    assert "operator" in run("list").output
    assert run("role", "王敏", "reviewer").exit_code == 0
    issued = run("token", "王敏", "--label", "数字城管接口", "--days", "30")
    token = issued.output.splitlines()[0]
    people = People(ledger(folder))
    actor = people.recognise(token, "token")
    assert actor is not None
    assert (actor.name, actor.role) == ("王敏", "reviewer")
    assert "1 个" in run("token", "王敏", "--revoke").output
    assert people.recognise(token, "token") is None
    run("disable", "王敏")
    assert "停用" in run("list").output
    run("enable", "王敏")
    run("password", "王敏", "--password-stdin", typed="二七塔前卖风筝的老人家\n")
    assert people.sign_in("王敏", "二七塔前卖风筝的老人家").actor.name == "王敏"
    assert ledger(folder).verify().ok
