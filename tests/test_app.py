"""`xiaozheng serve` before it listens: who may be served, on which port, and what is not loaded."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import app
from agent.ledger import Ledger
from agent.people import SYSTEM, People
from agent.people.passwords import Passwords
from models.errors import SettingsError

ROOT = Path(__file__).parents[1]


@pytest.fixture
def people(tmp_path: Path) -> People:
    return People(Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}"), passwords=Passwords())


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_loopback_needs_no_account(host: str, people: People) -> None:
    """One's own machine may do without accounts: a demonstration."""
    assert app.needs_no_account(host, people)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "hotline.example", ""])
def test_others_need_an_account(host: str, people: People) -> None:
    """A server that others can reach is never open, and the error says what to run."""
    with pytest.raises(SettingsError, match="xiaozheng user add NAME --role admin"):
        app.needs_no_account(host, people)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_an_account_ends_the_demonstration(host: str, people: People) -> None:
    """With the first account everybody signs in, wherever the server listens."""
    people.add("zhang.wei", "admin", "Geheim-und-lang-7", SYSTEM)
    assert not app.needs_no_account(host, people)


def test_serve_stops_before_it_loads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`serve --host 0.0.0.0` without an account is one line and exit code 2, before the agent is opened."""
    monkeypatch.setenv("XIAOZHENG_DATABASE_URL", f"sqlite:///{tmp_path / 'ledger.db'}")
    monkeypatch.setattr("agent.cli.console.open_agent", lambda settings: pytest.fail("the agent was opened"))
    result = CliRunner().invoke(app.command_line(), ["serve", "--host", "0.0.0.0"])
    assert result.exit_code == 2
    assert "xiaozheng user add NAME --role admin" in result.stderr
    assert "Traceback" not in result.output


def test_taken_port_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A port in use is one clear sentence, before the agent is opened."""
    monkeypatch.setenv("XIAOZHENG_DATABASE_URL", f"sqlite:///{tmp_path / 'ledger.db'}")
    monkeypatch.setattr("agent.cli.console.open_agent", lambda settings: pytest.fail("the agent was opened"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(app.command_line(), ["serve", "--port", str(port)])
    assert result.exit_code == 2
    assert f"port {port} on 127.0.0.1 cannot be used; choose another with --port" in " ".join(result.stderr.split())


def test_importing_app_leaves_gradio_alone() -> None:
    """Every command starts through this module; only `serve` pays the seconds that gradio takes."""
    code = "import sys, app, agent.workbench.operator; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
