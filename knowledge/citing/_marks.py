"""The marks of a text: folded to one form each, and brackets and quotation marks found in pairs.

Folding keeps every character at its place, so that positions in the folded text are positions in the input.
Linear: each mark is pushed and popped once. What stands between the marks is not understood here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from itertools import pairwise

# One character to one character, or spans would move.
_SAME = {
    "（": "([［〔﹙❨",
    "）": ")]］〕﹚❩",
    "《": "⟪≪«︽",
    "》": "⟫≫»︾",
    "〈": "<＜‹⟨︿﹤",
    "〉": ">＞›⟩﹀﹥",
    "「": "﹁｢",
    "」": "﹂｣",
    '"': "＂〝〞",
    "，": ",﹐",
    "：": ":﹕∶",
    "；": ";﹔",
    "—": "-–－~～―─‐‑−﹣〜",
    "！": "!",
    "？": "?",
    " ": "\t\u00a0\u2002\u2003\u2009\u200b\u200c\u200d\u2060\u3000\ufeff",
    "\n": "\r\v\f\x85\u2028\u2029",
    "条": "條",
    "项": "項",
    "规": "規",
    "编": "編",
    "节": "節",
    "该": "該",
}
_FOLD = str.maketrans(
    {old: new for new, olds in _SAME.items() for old in olds} | {chr(0xFF10 + digit): str(digit) for digit in range(10)}
)
_DOTS = re.compile(r"\.{3,}|。{2,}|·{3,}|⋯+|（略）")

LONGEST_TITLE = 120  # characters; the longest held title has 83
_NO_TITLE = re.compile(r"[。！？]|\n\s*\n")
CLOSING = {"“": "”", "‘": "’", "「": "」", "『": "』", '"': '"', "【": "】"}


def fold(text: str) -> str:
    """The text with full-width digits, half-width and traditional brackets in one form; same length."""
    folded = text.translate(_FOLD)
    return _DOTS.sub(lambda match: "…" * len(match[0]), folded)


def title_pairs(text: str) -> dict[int, int]:
    """Start → end (exclusive) of what 《》 or 〈〉 enclose and may be a title; nested pairs too."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    waiting = {"《": 0, "〈": 0}
    for match in re.finditer("[《》〈〉]", text):
        mark, at = match[0], match.start()
        if mark in waiting:
            stack.append(at)
            waiting[mark] += 1
            continue
        opening = "《" if mark == "》" else "〈"
        while waiting[opening] and stack:
            start = stack.pop()
            waiting[text[start]] -= 1
            if text[start] == opening:
                if _may_be_title(text, start, at):
                    pairs[start] = at + 1
                break
    return pairs


def _may_be_title(text: str, start: int, close: int) -> bool:
    return 1 < close - start <= LONGEST_TITLE and _NO_TITLE.search(text, start, close) is None


def quote_pairs(text: str) -> dict[int, int]:
    """Position of an opening quotation mark → that of its closing one; nested ones too.

    A mark of the wrong direction (“……“) closes an opening one that nothing else closes. Of straight marks every
    one opens up to the next, for which of them opens is known only to who asks.
    """
    pairs: dict[int, int] = {}
    for opening, closing in CLOSING.items():
        marks = [match.start() for match in re.finditer(f"[{opening}{closing}]", text)]
        if opening == closing:
            pairs |= dict(pairwise(marks))
            continue
        stack: list[int] = []
        for at in marks:
            if text[at] == opening:
                stack.append(at)
            elif stack:
                pairs[stack.pop()] = at
        pairs |= _closed_by_next(stack, marks)
    return pairs


def _closed_by_next(unclosed: list[int], marks: list[int]) -> Mapping[int, int]:
    found = {}
    for at in unclosed:
        following = bisect_right(marks, at)
        if following < len(marks):
            found[at] = marks[following]
    return found
