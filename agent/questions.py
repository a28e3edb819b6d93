"""What to ask the caller before a matter is dispatched: the facts that a correct dispatch lacks.

Looked up in `rules/questions.toml` by kind, category and words; a question whose answer stands in the text or in the
address is not asked. Writes no sentence itself.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from agent.rules import Pattern, load_rules
from agent.schema import CategoryChoice
from knowledge.vocabulary import Address, Kind
from models.record import Record

# An operator with a caller on the line asks two or three things, not a form.
AT_MOST = 4
Fact = Literal["danger", "place", "who", "when", "before"]
_UNSENDABLE: frozenset[Fact] = frozenset({"danger", "place"})
# A place that was told and made unreadable before the text came here (K8县, A市, ***小区).
_HIDDEN_PLACE = re.compile(r"(?<![A-Za-z0-9])[A-Z]\d{0,2}[市县区](?![域间])|\*{2,}[\u4e00-\u9fff]{0,4}[路街区村院号]")


class Question(Record):
    """One question, the matters it fits, and what tells that it is answered."""

    id: str = Field(pattern=r"^[a-z-]+$")
    fact: Fact
    kinds: tuple[Kind, ...] = ()
    categories: tuple[str, ...] = ()
    words: Pattern | None = None
    unless: Pattern = Field(description="a pattern, or `place` or `district`: known from the address")
    text: str = Field(min_length=6, max_length=40, pattern=r"？$")

    def fits(self, kind: Kind, category: str, text: str) -> bool:
        """Whether the question has to do with the matter; `category` is its three names in one string."""
        if self.kinds and kind not in self.kinds:
            return False
        if any(name in category for name in self.categories):
            return True
        return self.words is not None and _compiled(self.words).search(text) is not None

    def answered(self, text: str, address: Address) -> bool:
        """Whether the caller has said it."""
        if self.unless == "district":
            return bool(address.district or address.street or address.community)
        if self.unless == "place":
            # a road's name alone is found by the handling unit only where the district is known too
            return bool(address.street or address.community or (address.place and address.district))
        return _compiled(self.unless).search(text) is not None


class QuestionRules(Record):
    """The whole of `questions.toml`."""

    question: tuple[Question, ...] = Field(min_length=1)

    @classmethod
    def load(cls, override_dir: Path | None = None) -> QuestionRules:
        """Read the table.

        Raises:
            SettingsError: The file is missing or a field of it is wrong.
        """
        return load_rules("questions", cls, override_dir)

    def choose(self, kind: Kind, category: CategoryChoice | None, text: str, address: Address) -> tuple[str, ...]:
        """What to ask, most pressing first; at most one question a fact, and few in all.

        Args:
            kind: Kind of the message.
            category: Its category, None when none is sure.
            text: Title and text as read.
            address: What is known of the place.
        """
        return tuple(self._open(kind, category, text, address).values())[:AT_MOST]

    def lacks_place(self, kind: Kind, category: CategoryChoice | None, text: str, address: Address) -> bool:
        """Whether nobody could be sent: a question about place or danger is open, and no place at all is told.

        Args:
            kind: Kind of the message.
            category: Its category, None when none is sure.
            text: Title and text as read.
            address: What is known of the place.
        """
        if address.city or address.district or address.street or address.community or address.place:
            return False
        return _HIDDEN_PLACE.search(text) is None and not _UNSENDABLE.isdisjoint(
            self._open(kind, category, text, address)
        )

    def _open(self, kind: Kind, category: CategoryChoice | None, text: str, address: Address) -> dict[Fact, str]:
        """The questions that fit and are not answered, by fact, most pressing first."""
        names = "" if category is None else f"{category.level1} {category.level2} {category.level3}"
        asked: dict[Fact, str] = {}
        settled: set[Fact] = set()
        for row in self.question:
            if row.fact in settled or not row.fits(kind, names, text):
                continue
            settled.add(row.fact)  # the most special row speaks for its fact, asked or answered
            if not row.answered(text, address):
                asked[row.fact] = row.text
        return asked


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
