"""A call transcript turned into the caller's statement.

Recognises speaker labels (`_labels`), decides whether they make a conversation, and keeps what the
caller said, in order; a short answer is kept with the question that gives it meaning. Greetings, thanks
and hold phrases go. It changes no word: every piece is a substring of the cleaned text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.intake._labels import Role, find_turns
from agent.intake._labels import Turn as Turn
from agent.intake._words import words
from agent.intake.clean import CleanText
from knowledge.vocabulary import Span

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*|[。！？!?；;\n]+")
_CLAUSE = re.compile(r"[^，,、 ]+[，,、 ]*|[，,、 ]+")
_MARKS = "，,、。！？!?；;：:~～…. \n"
_ENDS = "。！？!?；;，,：:、…\n"
_FILLERS = words(
    """
    喂 你好 您好 喂你好 喂您好 你好啊 您好啊 嗯 嗯嗯 哦 哦哦 噢 啊 呃 额 哎 唉 诶 好 好的 好嘞 好吧 行 行吧
    可以 ok OK 那行 那好 好好好 嗯好 嗯好的 哦好 哦好的 谢谢 谢谢你 谢谢您 谢谢啊 谢谢了 好的谢谢 好谢谢
    嗯谢谢 多谢 感谢 非常感谢 麻烦你 麻烦您 麻烦你了 麻烦您了 麻烦了 辛苦了 辛苦你了 辛苦您了 再见 拜拜
    好再见 好的再见 知道了 我知道了 明白 明白了 没有了 没了 没别的了 没有其他了 没其他了 不客气 不用谢 稍等
    请稍等 您稍等 请您稍等 稍等一下 好的稍等 请讲 您请讲 请说 您说 您请说 是这样的 是这样 那个 就是
    """
)
_YES_NO = words(
    """
    对 对的 对对 对对对 是 是的 是啊 是呀 对啊 对呀 没错 有 有的 没有 没 不是 不是的 不 还没 还没有 没有呢
    嗯对 嗯是的 嗯 确认 不对
    """
)
_ASKS = re.compile(
    r"[哪几吗嘛]|什么|多少|多久|怎么|是不是|有没有|是否|何时|谁|贵姓|姓名|电话|号码|地址|位置|时间|方便|具体"
)
_CLOSING_QUESTION = re.compile(
    r"其他|别的|什么事|反映什么|什么问题|怎么了|还有什么|听(?:得)?清|听得到|在(?:听)?吗|需要(?:什么|帮)|帮您|帮到|为您|对吗？?$|满意|回访"
)
_SHORT = 20  # meaningful characters of an answer that may need its question


@dataclass(frozen=True, slots=True)
class _Piece:
    """`Statement.text[at:at + size]` is `CleanText.text[start:start + size]` of one turn."""

    at: int
    start: int
    size: int
    turn: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What the caller said, as one text, with the way back to the raw input."""

    text: str
    turns: tuple[Turn, ...]
    clean: CleanText
    pieces: tuple[_Piece, ...]

    def span(self, start: int, end: int) -> Span:
        """The raw substring that `text[start:end]` came from.

        Args:
            start: First position in `text`; positions outside are moved to its edge.
            end: Position after the last one.

        Returns:
            A span of the raw input. When the range covers several turns, only the turn with most of it
            counts; marks put in between the turns have no origin and give an empty span.
        """
        inside: dict[int, list[tuple[int, int]]] = {}
        for piece in self.pieces:
            low, high = max(start, piece.at), min(end, piece.at + piece.size)
            if low < high:
                shift = piece.start - piece.at
                inside.setdefault(piece.turn, []).append((low + shift, high + shift))
        if not inside:
            edge = next((piece.start for piece in self.pieces if piece.at >= start), len(self.clean.text))
            return self.clean.span(edge, edge)
        parts = max(inside.values(), key=lambda ranges: sum(high - low for low, high in ranges))
        return self.clean.span(parts[0][0], parts[-1][1])


def read_transcript(clean: CleanText) -> Statement | None:
    """Turn a call transcript into the caller's statement.

    Args:
        clean: The cleaned text; its newlines matter.

    Returns:
        None when the text is no transcript, or when the caller says nothing in it.
    """
    turns = find_turns(clean.text)
    if not turns:
        return None
    return _join(clean, turns, list(_kept(clean.text, turns)))


def _kept(text: str, turns: tuple[Turn, ...]) -> Iterator[tuple[int, int, int]]:
    """Start, end and turn number of what stays, in order."""
    previous: tuple[Role | None, Turn | None] = (None, None)
    for number, turn in enumerate(turns):
        if turn.role == "caller":
            question = previous[1] if previous[0] == "agent" else None
            asked = _question(text, question) if question else None
            said = list(_said(text, turn, answering=asked is not None))
            if asked and said and sum(len(text[a:b].strip(_MARKS)) for a, b in said) <= _SHORT:
                yield asked[0], asked[1], number - 1
            yield from ((start, end, number) for start, end in said)
        previous = (turn.role, turn)


def _said(text: str, turn: Turn, *, answering: bool) -> Iterator[tuple[int, int]]:
    """The sentences of a caller's turn, without fillers; yes and no count only as an answer."""
    for sentence in _SENTENCE.finditer(text, turn.start, turn.end):
        start = _after_fillers(text, sentence.start(), sentence.end(), keep=_YES_NO if answering else frozenset())
        end = start + len(text[start : sentence.end()].rstrip())
        words = text[start:end].strip(_MARKS)
        if words and (answering or words not in _YES_NO):
            yield start, end


def _after_fillers(text: str, start: int, end: int, *, keep: frozenset[str]) -> int:
    """Where the first clause begins that says something; `end` when none does."""
    for clause in _CLAUSE.finditer(text, start, end):
        words = clause[0].strip(_MARKS)
        if words and (words not in _FILLERS or words in keep):
            return clause.start() + len(clause[0]) - len(clause[0].lstrip(_MARKS))
    return end


def _question(text: str, turn: Turn) -> tuple[int, int] | None:
    """The last sentence of an agent's turn when it asks for something about the matter."""
    sentences = list(_SENTENCE.finditer(text, turn.start, turn.end))
    for sentence in reversed(sentences):
        start = _after_fillers(text, sentence.start(), sentence.end(), keep=frozenset())
        asked = text[start : sentence.end()].rstrip()
        if not asked.strip(_MARKS):
            continue
        return (start, start + len(asked)) if _ASKS.search(asked) and not _CLOSING_QUESTION.search(asked) else None
    return None


def _join(clean: CleanText, turns: tuple[Turn, ...], kept: list[tuple[int, int, int]]) -> Statement | None:
    if not kept:
        return None
    parts: list[str] = []
    pieces: list[_Piece] = []
    at = 0
    for order, (start, end, number) in enumerate(kept, 1):
        body = clean.text[start:end]
        pieces.append(_Piece(at, start, end - start, number))
        mark = "" if order == len(kept) or body[-1] in _ENDS else "？" if turns[number].role == "agent" else "。"
        parts += [body, mark]
        at += len(body) + len(mark)
    return Statement("".join(parts), turns, clean, tuple(pieces))
