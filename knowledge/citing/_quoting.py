"""Whether quoted words stand in an article: forms of signs, blanks and punctuation do not count.

An ellipsis cuts a quotation into parts that must stand in the article in that order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from knowledge.citing._marks import fold
from knowledge.numerals import NUMERAL

SHORTEST = 6  # characters that count; below, it is a term such as “业主” and no quotation
_GAP = "\0"
_HEADING = re.compile(rf"第(?:{NUMERAL}{{1,9}}|\d{{1,5}})条(?:之{NUMERAL}{{1,3}})?")


@lru_cache(maxsize=1 << 14)
def _bare(char: str) -> str:
    """What of one character counts: '' for blanks and punctuation."""
    if char == "…":
        return _GAP
    return "".join(c for c in unicodedata.normalize("NFKC", char) if unicodedata.category(c)[0] not in "PZC").lower()


class Comparable:
    """A text by the characters that count; parts of it are found by their place in the original."""

    def __init__(self, text: str) -> None:
        pieces = [_bare(char) for char in fold(text)]
        self.text = "".join(pieces)
        self._offsets = [0, *accumulate(map(len, pieces))]

    def between(self, start: int, end: int) -> str:
        """What counts of the original's `start` to `end`."""
        return self.text[self._offsets[start] : self._offsets[end]]


def is_quotation(words: str) -> bool:
    """Whether comparable words are long enough to be judged."""
    return len(words) - words.count(_GAP) >= SHORTEST


def stands_in(words: str, articles: Sequence[str]) -> bool:
    """Whether comparable words stand in one of the comparable articles, or in several that follow each other."""
    return any(_in_order(words, article) for article in (*articles, "".join(articles)))


def _in_order(words: str, article: str) -> bool:
    position = 0
    for part in filter(None, words.split(_GAP)):
        part = part[_end_of_heading(part) :]
        found = article.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    return True


def _end_of_heading(part: str) -> int:
    """A quotation may begin with the article's own number, which its text does not hold."""
    match = _HEADING.match(part)
    return match.end() if match else 0
