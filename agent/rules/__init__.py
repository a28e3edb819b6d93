"""The editable rule files of the agent, read into typed records.

Each file is TOML beside this module; a file of the same name in the user's own folder replaces it whole.
Nothing is read at import and nothing is cached. What a rule means is said in the module that uses it.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from agent.rules.patterns import Pattern as Pattern
from models.errors import SettingsError
from models.record import Record

RULES = Path(__file__).parent
NAMES = ("advice", "deadlines", "dispatch", "questions", "tracks", "urgency")  # those that a user may replace
T = TypeVar("T", bound=Record)


def load_rules(name: str, model: type[T], override_dir: Path | None = None) -> T:
    """Read one rule file and check every field of it.

    Args:
        name: File name without ending, one of `NAMES`.
        model: The record that the file must fit.
        override_dir: The user's own folder; its file wins over the shipped one when it exists.

    Returns:
        The whole file as one frozen record.

    Raises:
        SettingsError: The file is missing, is not TOML, or a field is wrong; names file and field.
    """
    path = _path(name, override_dir)
    try:
        data = tomllib.loads(_read(path).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML in UTF-8 ({error}); correct it or remove it.") from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "(whole file)"
        raise SettingsError(f"{path}: field {field} is wrong: {first['msg']}; correct it.") from error


def rules_hash(override_dir: Path | None = None) -> str:
    """Name the exact rules in force, for the provenance of a suggestion.

    Args:
        override_dir: The user's own folder, as for `load_rules`.

    Returns:
        The first 12 hex digits of a SHA-256 over all rule files, in the order of their names.

    Raises:
        SettingsError: A rule file cannot be read.
    """
    digest = hashlib.sha256()
    for name in NAMES:
        content = _read(_path(name, override_dir))
        # Name and length go in too, so that text moved from one file to the next changes the hash.
        digest.update(f"{name}:{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


def _path(name: str, override_dir: Path | None) -> Path:
    if name not in NAMES:
        raise SettingsError(f"There is no rule file {name!r}; use one of {', '.join(NAMES)}.")
    own = override_dir / f"{name}.toml" if override_dir is not None else None
    return own if own is not None and own.is_file() else RULES / f"{name}.toml"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path} cannot be read ({error.strerror}); restore the file.") from error
