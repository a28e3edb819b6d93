"""The prompts, read from versioned files in `agent/prompts`.

They hold rules only; what a request is about is put beside them as data (`_data`). A change of wording that is meant
to change answers gets a new version, so that a suggestion's hash can be traced to its words.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import Field

from models.errors import SettingsError
from models.record import Record

SHIPPED = Path(__file__).parent.parent / "prompts"
REPLY, ARBITRATE, CONDENSE = "reply.v1", "arbitrate.v1", "condense.v1"


class Prompts(Record):
    """The system prompt of each task."""

    reply: str = Field(min_length=1)
    arbitrate: str = Field(min_length=1)
    condense: str = Field(min_length=1)

    @classmethod
    def load(cls, override: Path | None = None) -> Prompts:
        """Read the three files.

        Args:
            override: The user's own folder; a file there, e.g. `reply.v1.md`, replaces the shipped one.

        Raises:
            SettingsError: A file is missing, empty or not UTF-8; names the file.
        """
        return cls(
            reply=_read(REPLY, override), arbitrate=_read(ARBITRATE, override), condense=_read(CONDENSE, override)
        )

    @property
    def hash(self) -> str:
        """The first 12 hex digits of a SHA-256 over all prompts, for provenance."""
        digest = hashlib.sha256()
        for name, text in ((REPLY, self.reply), (ARBITRATE, self.arbitrate), (CONDENSE, self.condense)):
            content = text.encode("utf-8")
            # Name and length go in too, so that text moved from one prompt to the next changes the hash.
            digest.update(f"{name}:{len(content)}:".encode())
            digest.update(content)
        return digest.hexdigest()[:12]


def _read(name: str, override: Path | None) -> str:
    own = override / f"{name}.md" if override is not None else None
    path = own if own is not None and own.is_file() else SHIPPED / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read as UTF-8 text; restore or correct the file.") from error
    if not text:
        raise SettingsError(f"{path} is empty; write the prompt or remove the file.")
    return text
