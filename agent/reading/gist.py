"""A title and a summary made of the complaint's own words.

Extractive: every character comes from the text, in the text's order. No model, no rewording; a drafter
who wants better prose has the whole text.
"""

from __future__ import annotations

from agent.reading._clauses import Piece, clauses, place_in, sentences

_MIN_TITLE = 6  # shorter clauses (对此, 谢谢) name nothing, unless they name a problem (楼顶漏水)
_EARLY = 0.02  # points lost a character from the start: people name the matter first
_MAX_SENTENCES = 3


def make_title(text: str, limit: int = 30) -> str:
    """Pick the clause that says most, after its place when it names none itself.

    Args:
        text: Cleaned, masked text; its first 4,000 characters are read.
        limit: Most characters of the title, at least 1.

    Returns:
        At most `limit` characters, all from `text`; '' for a text without words.
    """
    pieces = clauses(text)
    if not pieces:
        return ""
    best = max(range(len(pieces)), key=lambda i: _title_points(pieces[i], limit))
    title = pieces[best].text
    if not pieces[best].place:
        title = _with_place(title, pieces, best, text, limit)
    return _fit(_with_next(title, pieces, best, text, limit), limit)


def make_summary(text: str, limit: int = 120) -> str:
    """Pick one to three whole sentences: what is wrong, where, and what is asked.

    Args:
        text: Cleaned, masked text; its first 4,000 characters are read.
        limit: Most characters of the summary, at least 1.

    Returns:
        Sentences in the text's order; the leading clauses of the best one where even that is too
        long; '' for a text without words.
    """
    pieces = sentences(text)
    if not pieces:
        return ""
    order = sorted(range(len(pieces)), key=lambda i: (-_summary_points(pieces[i]), i))
    chosen: list[int] = []
    left = limit
    asked = False
    for i in order:
        piece = pieces[i]
        # One sentence of demand is enough; the other places go to what happened.
        repeats = asked and piece.demand and not piece.problem
        if len(piece.text) > left or len(chosen) == _MAX_SENTENCES or _is_filler(piece) or repeats:
            continue
        chosen.append(i)
        left -= len(piece.text)
        asked = asked or piece.demand
    if not chosen:
        return _fit(pieces[order[0]].text, limit)
    return "".join(pieces[i].text for i in sorted(chosen))


def _with_next(title: str, pieces: list[Piece], best: int, text: str, limit: int) -> str:
    """Add the clause after the comma where the chosen one names no problem yet and both fit."""
    if best + 1 == len(pieces) or pieces[best].problem > 1 or pieces[best].demand:
        return title
    after = pieces[best + 1]
    joined = f"{title}，{after.text}"
    adjoining = text[: after.start].endswith(f"{pieces[best].text}，")
    telling = not (after.filler or after.plea)
    return joined if adjoining and telling and len(joined) <= limit else title


def _title_points(piece: Piece, limit: int) -> float:
    points = 1.5 * min(2, piece.problem) + 1.2 * piece.place + 0.8 * (piece.demand and not piece.plea)
    points -= min(3.0, _EARLY * piece.start)
    if piece.filler:
        points -= 2.5
    if piece.dependent:
        points -= 1.2
    if piece.plea:
        points -= 1.0 if piece.place else 3.0  # 请修一下文化路的路灯 still names the matter
    if piece.address:
        points -= 2.0  # where, but not what: it goes in front of the clause that says what
    if len(piece.text) < _MIN_TITLE and not piece.problem:
        points -= 2.0
    return points - max(0, len(piece.text) - limit) * 0.1


def _summary_points(piece: Piece) -> float:
    points = 1.0 * piece.problem + 1.0 * piece.place + 0.8 * piece.demand
    return points - min(2.0, 0.004 * piece.start) - (3.0 if _is_filler(piece) else 0.0)


def _is_filler(sentence: Piece) -> bool:
    """Thanks or self-introduction; 我是某小区业主，电梯坏了 says something and stays."""
    return sentence.filler and not sentence.problem


def _with_place(title: str, pieces: list[Piece], best: int, text: str, limit: int) -> str:
    """Put the clause before, or only the place in one of the 3 clauses before, in front of the title."""
    for i in range(best - 1, max(-1, best - 4), -1):
        piece = pieces[i]
        if not (piece.place or piece.address):
            continue
        adjoining = i == best - 1 and text[: pieces[best].start].endswith(f"{piece.text}，")
        whole = piece.address or piece.text
        short = piece.address or place_in(piece.text)
        clause = f"{whole}，" if adjoining and (piece.address or not (piece.filler or piece.plea)) else short
        return next((front + title for front in (clause, short) if len(front) + len(title) <= limit), title)
    return title


def _fit(text: str, limit: int) -> str:
    """Cut at the last comma that fits, or hard when there is none."""
    if len(text) <= limit:
        return text
    head = text[: max(1, limit)]
    comma = max(head.rfind("，"), head.rfind(","), head.rfind("、"))
    return head[:comma] if comma >= limit // 2 else head
