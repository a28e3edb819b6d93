"""A complaint as it came in, turned into text that the rest of the agent can read.

Complaints are hostile input: pasted HTML, Excel escapes, invisible characters, walls of ！！！！.
`clean` takes all that out and remembers where every character came from, so that evidence can be
quoted from the raw input. It judges nothing but whether there is a text (`check_text`) and masks
nothing (see `agent.intake.privacy`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache

import opencc

from agent.intake._markup import decode
from knowledge.vocabulary import Span
from models.errors import InputError

_MAX_REPEAT = {
    **dict.fromkeys("！？。，、；：!?,;～~", 1),
    **dict.fromkeys("…—", 2),  # …… and —— are two characters in Chinese typesetting
    **dict.fromkeys(".-=_", 3),
}
_BREAKS = frozenset("\n\r\v\f\x85\u2028\u2029")
_BLANKS = frozenset("\t\u2800\u3164\uffa0\u115f\u1160")  # the last five print nothing but are no blanks to Unicode
_DROPPED = frozenset(["Cc", "Cf", "Cs", "Co"])
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u034f\u180b-\u180f\ufffe\uffff]")
_LOOKALIKE = re.compile("[\u2f00-\u2fdf\uf900-\ufaff]")  # radicals and compatibility forms that PDFs paste
_STILL_A_TAG = re.compile(r"<(?=/?[A-Za-z][A-Za-z0-9:-]{0,30}(?:>|[\s/][^<>]*[>=])|[!?])")
_SURROGATE = re.compile("[\ud800-\udfff]")
_RAW_FACTOR = 10  # a raw text may be this many times the limit (markup) before it is refused unread
_NOISE_CHARS = 200  # nobody laughs longer, and what is longer is read
_NOISE = re.compile(
    r"(?:[哈呵嘿嘻呃嗯额]|测试|试一试|试试|test(?:ing)?|asdf?|[df]?ghjk?l?|jkl|qwe(?:rty)?|uiop|zxcv?|vbnm?|abcd?|xyz)++"
)
_PIECE = 100  # characters; opencc recurses once a match, and phrases are shorter than 10


@dataclass(frozen=True, slots=True)
class CleanText:
    """A cleaned text and the way back to the raw one.

    `starts[i]` and `ends[i]` are the raw range (code points) that `text[i]` came from.
    """

    raw: str
    text: str
    starts: tuple[int, ...] = field(repr=False)
    ends: tuple[int, ...] = field(repr=False)

    def span(self, start: int, end: int) -> Span:
        """The raw substring that `text[start:end]` came from.

        Args:
            start: First position in `text`; positions outside the text are moved to its edge.
            end: Position after the last one.

        Returns:
            A span with `raw[span.start:span.end] == span.text`, empty for an empty range. A range that
            covers a lone surrogate, which no JSON can carry, gives its longest part without one.
        """
        start = min(max(start, 0), len(self.text))
        end = min(max(end, start), len(self.text))
        if start == end:
            here = self.starts[start] if start < len(self.text) else len(self.raw)
            return Span(text="", start=here, end=here)
        first, last = self.starts[start], self.ends[end - 1]
        if _SURROGATE.search(self.raw, first, last):
            first, last = _longest_part(self.raw, first, last)
        return Span(text=self.raw[first:last], start=first, end=last)


def _longest_part(raw: str, first: int, last: int) -> tuple[int, int]:
    best = (first, first)
    for edge in [*(found.start() for found in _SURROGATE.finditer(raw, first, last)), last]:
        if edge - first > best[1] - best[0]:
            best = (first, edge)
        first = edge + 1
    return best


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    """What one raw character becomes: itself, a half-width one, a blank, a newline or nothing."""
    if "\u4e00" <= char <= "\u9fff" or "!" <= char <= "~":
        return char
    if char in _BREAKS:
        return "\n"
    category = unicodedata.category(char)
    if char in _BLANKS or category == "Zs":
        return " "
    if category in _DROPPED or _VARIATION.match(char):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category in ("Lu", "Ll") or _LOOKALIKE.match(char):
        folded = unicodedata.normalize("NFKC", char)
        if len(folded) == 1 and (folded.isascii() or _LOOKALIKE.match(char)):
            return folded
    return char


class _Builder:
    """Collects cleaned characters with their raw ranges and collapses runs."""

    def __init__(self) -> None:
        self.chars: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self._run = 0

    def add(self, char: str, start: int, end: int) -> None:
        char = _fold(char)
        if not char:
            return
        last = self.chars[-1] if self.chars else "\n"
        self._run = self._run + 1 if char == last else 1
        if char in " \n" and last in " \n":
            if self.chars:
                self.ends[-1] = end
                self.chars[-1] = "\n" if char == "\n" else last
        elif self._run > _MAX_REPEAT.get(char, self._run):
            self.ends[-1] = end
        else:
            self.chars.append(char)
            self.starts.append(start)
            self.ends.append(end)

    def build(self, raw: str) -> CleanText:
        size = len(self.chars)
        if size and self.chars[-1] in " \n":
            size -= 1
        # a tag put together by what was dropped or decoded is only text: make it look like text
        text = _STILL_A_TAG.sub("＜", "".join(self.chars[:size]))
        return CleanText(raw, text, tuple(self.starts[:size]), tuple(self.ends[:size]))


def clean(raw: str) -> CleanText:
    """Take markup, escapes, invisible characters and runs out of a raw text.

    Args:
        raw: Anything; lone surrogates and NUL included.

    Returns:
        The cleaned text: no tags, entities decoded, letters and digits half-width, Chinese punctuation
        kept, single blanks and newlines. Time is linear in `len(raw)`.
    """
    builder = _Builder()
    for chunk in decode(raw):
        if chunk.literal:
            for position, char in enumerate(chunk.text, chunk.start):
                builder.add(char, position, position + 1)
        else:
            for char in chunk.text:
                builder.add(char, chunk.start, chunk.end)
    return builder.build(raw)


def check_text(raw: str, limit: int = 20_000) -> CleanText:
    """Clean a raw text and refuse it when there is nothing to read.

    Args:
        raw: The text as it came in.
        limit: Most characters of the cleaned text.

    Returns:
        The cleaned text.

    Raises:
        InputError: `code` is 'empty_text', 'no_words', 'too_short' or 'too_long'.
    """
    if len(raw) > limit * _RAW_FACTOR:
        raise _too_long(len(raw), limit)
    cleaned = clean(raw)
    if not cleaned.text:
        raise InputError("没有可读的文字，请填写诉求内容后再提交。", code="empty_text")
    if len(cleaned.text) > limit:
        raise _too_long(len(cleaned.text), limit)
    words = sum(char.isalpha() for char in cleaned.text)
    if words == 0:
        raise InputError("只有数字、标点或表情，没有文字，请用文字说明反映的问题。", code="no_words")
    if words < 2:
        raise InputError("内容太短，请至少用几个字说明反映的问题。", code="too_short")
    if _says_nothing(cleaned.text):
        raise InputError("没有识别出诉求，请用文字说明反映的问题。", code="no_words")
    return cleaned


def _says_nothing(text: str) -> bool:
    """Whether a text is laughter, a test or fingers on the keyboard, and nothing else."""
    if len(text) > _NOISE_CHARS:
        return False
    letters = "".join(char for char in text.lower() if char.isalpha())
    return _NOISE.fullmatch(letters) is not None or (len(letters) > 2 and len(set(letters)) == 1)


def _too_long(size: int, limit: int) -> InputError:
    return InputError(f"内容有 {size} 字，超过 {limit} 字的上限，请删减或拆成几件后再提交。", code="too_long")


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _traditional() -> frozenset[str]:
    """Every character that some entry of the conversion table changes."""
    changed: set[str] = set()
    for _, _, table in _converter().dict_cache.values():
        for old, new in table.items():
            changed.update(old if len(old) != len(new) else (a for a, b in zip(old, new, strict=True) if a != b))
    return frozenset(changed)


def simplify(text: str) -> str:
    """Traditional characters made simplified, FOR MATCHING ONLY: never show or store the result.

    Returns:
        A text of the same length, so that offsets found in it hold in `text`.
    """
    if text.isascii() or _traditional().isdisjoint(text):
        return text
    pieces = (text[at : at + _PIECE] for at in range(0, len(text), _PIECE))
    return "".join(piece if _traditional().isdisjoint(piece) else _simplify_piece(piece) for piece in pieces)


def _simplify_piece(piece: str) -> str:
    converted = str(_converter().convert(piece))
    if len(converted) == len(piece):
        return converted
    singles = (str(_converter().convert(char)) for char in piece)
    return "".join(new if len(new) == 1 else old for old, new in zip(piece, singles, strict=True))
