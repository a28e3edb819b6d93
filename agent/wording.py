"""What every card shares: Chinese words for codes, and complaint text made safe to look at.

Knows no screen: `agent.card` prints to a terminal, `agent.workbench` writes HTML. Decides nothing.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from agent.schema import CategoryChoice, Deadline, Route
from knowledge.numerals import article_label
from knowledge.vocabulary import Address, CitationState, ModeId, Span, Urgency

ROUTE_NAMES: Mapping[Route, str] = {"auto": "可自动派单", "operator": "请受理员确认", "reviewer": "请复核员判断"}
URGENCY_NAMES: Mapping[Urgency, str] = {0: "一般", 1: "当日处置", 2: "立即处置"}
MODE_NAMES: Mapping[ModeId, str] = {
    "daily": "日常",
    "holiday": "重要节假日",
    "major": "重大任务",
    "emergency": "应急",
}
STATE_NAMES: Mapping[CitationState, str] = {
    CitationState.VERIFIED: "已核，现行有效",
    CitationState.CONTENT_MISMATCH: "内容与条文不符",
    CitationState.REPEALED: "已废止",
    CitationState.NOT_YET_IN_FORCE: "尚未施行",
    CitationState.PARTIAL: "仅部分核实",
    CitationState.NOT_FOUND: "查无此条",
    CitationState.OUT_OF_CORPUS: "库外法规，未核条文",
}
_WEEKDAYS = "一二三四五六日"
# They reorder or hide what is seen without being control characters (Unicode UAX 9, "Trojan Source").
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_KEPT = frozenset("\n\t")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is either evidence or not."""

    text: str
    marked: bool


def visible(text: str) -> str:
    r"""Write control, reordering and surrogate characters as escapes, such as `\x1b`; keep newline and tab."""
    return "".join(_escape(char) if _is_hidden(char) else char for char in text.replace("\r\n", "\n"))


def _is_hidden(char: str) -> bool:
    return char not in _KEPT and (char in _BIDI or unicodedata.category(char) in _HIDDEN_CATEGORIES)


def _escape(char: str) -> str:
    return f"\\x{ord(char):02x}" if ord(char) < 0x100 else f"\\u{ord(char):04x}"


def cut_at_evidence(text: str, spans: Sequence[Span]) -> tuple[Piece, ...]:
    """Cut a text into marked and unmarked pieces that together are the text.

    Args:
        text: The input as given, not cleaned.
        spans: Evidence; overlapping spans are joined, and one whose words are not at its place is left out,
            because marking the wrong words is worse than marking none.
    """
    pieces, done = [], 0
    for start, end in _joined(text, spans):
        pieces += [Piece(text[done:start], marked=False), Piece(text[start:end], marked=True)]
        done = end
    pieces.append(Piece(text[done:], marked=False))
    return tuple(piece for piece in pieces if piece.text)


def _joined(text: str, spans: Sequence[Span]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda span: span.start):
        if not span.text or text[span.start : span.end] != span.text:
            continue
        if joined and span.start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], span.end))
        else:
            joined.append((span.start, span.end))
    return joined


def shorten(text: str, length: int) -> str:
    """Cut a text after `length` characters, with … for what is left out; line breaks become spaces."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"


def category_path(category: CategoryChoice) -> str:
    """The three levels: 城乡建设 › 城市建设和市政管理 › 城管执法."""
    return " › ".join((category.level1, category.level2, category.level3))


def percent(share: float, places: int = 0) -> str:
    """A share or confidence, cut off, not rounded: 94.9 % must not read as the 95 % that it misses.

    Never 100 % for what is less than certain, nor 0 % for what is possible.

    Args:
        share: In [0, 1].
        places: Decimal places.
    """
    unit = 10**places
    full = 100 * unit
    steps = floor(_steps(share, full))
    if steps == 0 and share > 0:
        return f"<{1 / unit:.{places}f}%"
    if steps == full - 1 and _steps(share, full) > steps:
        return f">{steps / unit:.{places}f}%"
    return f"{steps / unit:.{places}f}%"


def percent_range(low: float, high: float) -> str:
    """The ends of an interval in whole percent, widened where they are cut: 90%–95% for 0.904 to 0.946."""
    return f"{floor(_steps(low, 100))}%–{percent_needed(high)}"


def percent_needed(share: float) -> str:
    """A threshold or upper end in whole percent, rounded up: what reaches the printed number reaches it."""
    return f"{ceil(_steps(share, 100))}%"


def _steps(share: float, full: int) -> float:
    """So many steps of `full`; binary fractions such as 0.29 lie a hair beside the whole number they mean."""
    return round(share * full, 6)


def article_name(law: str, article: str) -> str:
    """《郑州市燃气管理条例》第四十六条; a number that is not in our short form stays as it is."""
    label = article_label(article) if re.fullmatch(r"\d{1,4}(-\d{1,4})?", article) else article
    return f"《{law}》{label}"


def address_line(address: Address) -> str:
    """The parts of an address that are known, from large to small; '' when none is."""
    parts = (address.city, address.district, address.street, address.community, address.place)
    return " ".join(part for part in parts if part)


def deadline_line(deadline: Deadline) -> str:
    """The due time with its weekday, or why there is none."""
    if deadline.due is None:
        return deadline.error or "未能计算"
    return moment(deadline.due)


def moment(when: dt.datetime) -> str:
    """2026-03-05（周四）17:30, in the time zone that `when` carries."""
    return f"{when:%Y-%m-%d}（周{_WEEKDAYS[when.weekday()]}）{when:%H:%M}"
