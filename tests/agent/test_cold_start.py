"""What the command line must not load before a command asks for it."""

from __future__ import annotations

import subprocess
import sys

LATER = ("sqlalchemy", "alembic", "argon2", "fastapi", "gradio", "torch", "mcp", "agent.desk")


def test_commands_start_without_server_and_database() -> None:
    """Every command waits for what is imported here; ledger, server and PyTorch come with their own commands."""
    code = "import sys, app; app.command_line(); print([name for name in sys.argv[1:] if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code, *LATER], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
