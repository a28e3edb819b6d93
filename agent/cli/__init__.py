"""The command line; `app.main` adds `serve` and runs it."""

from agent.cli.main import cli as cli

__all__ = ["cli"]
