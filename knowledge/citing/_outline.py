"""The paragraphs (款) and items (项) of an article, as its text shows them.

In the database each paragraph is a line and each item a line of its own that begins with （一）. Words after the
items count as a paragraph, though now and then they end the one before: a 款 too many is let pass rather than a
right one doubted. Lines of tables count too, for the same reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.numerals import NUMERAL, to_int

_ITEM_LINE = re.compile(rf"\s*[（(]\s*({NUMERAL}{{1,4}}|\d{{1,3}})\s*[）)]")
_ITEM_WITHIN = re.compile(rf"[：:；;。，]\s*[（(]\s*({NUMERAL}{{1,4}}|\d{{1,3}})\s*[）)]")


@dataclass(frozen=True, slots=True)
class Outline:
    """For each paragraph of an article the numbers of its items."""

    paragraphs: tuple[frozenset[int], ...]

    def has_paragraph(self, number: int) -> bool:
        """Whether there is such a 款."""
        return 1 <= number <= len(self.paragraphs)

    def has_item(self, number: int, paragraph: int | None = None) -> bool:
        """Whether there is such a 项, in the paragraph when one is given, else anywhere."""
        if paragraph is None:
            return any(number in items for items in self.paragraphs)
        return self.has_paragraph(paragraph) and number in self.paragraphs[paragraph - 1]


def outline(text: str) -> Outline:
    """Read the lines of an article."""
    paragraphs: list[set[int]] = []
    for line in filter(str.strip, text.splitlines()):
        item = _ITEM_LINE.match(line)
        if item is None or not paragraphs:
            paragraphs.append(set())
        numbers = _ITEM_WITHIN.findall(line)
        paragraphs[-1].update(to_int(number) for number in ([item[1], *numbers] if item else numbers))
    return Outline(tuple(map(frozenset, paragraphs)))
