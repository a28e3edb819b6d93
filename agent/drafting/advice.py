"""What a citizen can do meanwhile, and which body takes what a hotline may not: looked up in `rules/advice.toml`.

Chooses sentences by kind, category and words; writes none itself.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from agent.rules import Pattern, load_rules
from agent.schema import CategoryChoice
from knowledge.vocabulary import Kind
from models.record import Record

Part = Literal["evidence", "ask"]
_PARTS: tuple[Part, ...] = ("evidence", "ask")


class Advice(Record):
    """One sentence to the citizen and the matters it fits."""

    id: str = Field(pattern=r"^[a-z-]+$")
    part: Part
    kinds: tuple[Kind, ...] = ()
    categories: tuple[str, ...] = ()
    words: Pattern | None = None
    text: str = Field(min_length=8, max_length=60, pattern=r"。$")

    def fits(self, kind: Kind, category: str, text: str) -> bool:
        """Whether it may be said; `category` is the three names of the category in one string."""
        if self.kinds and kind not in self.kinds:
            return False
        named = any(name in category for name in self.categories)
        if self.words is None:
            return named or not self.categories
        return named or _compiled(self.words).search(text) is not None


class Referral(Record):
    """Who takes a matter that a hotline may not, and how to go there."""

    id: str = Field(pattern=r"^[a-z-]+$")
    words: Pattern
    body: str = Field(min_length=4, max_length=30)
    advice: str = Field(min_length=8, max_length=60, pattern=r"。$")

    def fits(self, text: str) -> bool:
        """Whether the words of the complaint name this way."""
        return _compiled(self.words).search(text) is not None


class AdviceRules(Record):
    """The whole of `advice.toml`."""

    advice: tuple[Advice, ...] = Field(min_length=1)
    referral: tuple[Referral, ...] = Field(min_length=1)

    @classmethod
    def load(cls, override_dir: Path | None = None) -> AdviceRules:
        """Read the table.

        Raises:
            SettingsError: The file is missing or a field of it is wrong.
        """
        return load_rules("advice", cls, override_dir)

    def choose(self, kind: Kind, category: CategoryChoice | None, text: str) -> tuple[str, ...]:
        """At most one sentence of each part, what to keep first.

        Args:
            kind: Kind of the message.
            category: Its category, None when none is sure.
            text: Title and masked text.
        """
        names = "" if category is None else f"{category.level1} {category.level2} {category.level3}"
        first: dict[Part, str] = {}
        for row in self.advice:
            if row.part not in first and row.fits(kind, names, text):
                first[row.part] = row.text
        return tuple(first[part] for part in _PARTS if part in first)

    def refer(self, text: str) -> Referral | None:
        """The body that takes the matter, None where the words name no way."""
        return next((row for row in self.referral if row.fits(text)), None)


@lru_cache(maxsize=1)
def shipped_advice() -> AdviceRules:
    """The table that comes with the project, read once."""
    return AdviceRules.load()


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
