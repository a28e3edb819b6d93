"""The sentences of a complaint that matter, chosen by a model and found again word for word.

Extracts and never rephrases: a sentence counts only where it stands in the text between two marks, so that no cut
can turn 不同意退款 into 同意退款.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from agent.wording_model._ask import Failure, ask
from agent.wording_model._data import block, safe
from agent.wording_model.prompts import Prompts
from models.llm import Cancel, LanguageModel, Request
from models.record import Record

_MAX_TEXT = 4000  # characters
_MAX_SENTENCES = 12
_MAX_TOKENS = 1024
_MARKS = frozenset('，。！？；：,.!?;:、…—（）()“”"')
_ENDS = "。！？；!?;"


class _Chosen(Record):
    sentences: tuple[str, ...] = Field(min_length=1, max_length=_MAX_SENTENCES)


@dataclass(frozen=True, slots=True)
class _Folded:
    """A text without white space, and the places where a sentence may begin or end."""

    text: str
    edges: frozenset[int]


def condense(
    model: LanguageModel, prompts: Prompts, masked_text: str, limit: int, *, cancel: Cancel | None = None
) -> str | None:
    """Ask for the sentences that tell the matter; never raises because of the model.

    Args:
        model: Asked once.
        prompts: Its `condense` is used.
        masked_text: The complaint; masked again here, its first 4,000 characters are read.
        limit: Longest result in characters, at least 1.
        cancel: Calls the request off.

    Returns:
        Sentences of the text in its order, white space left out; None when the model gave no usable answer, one
        sentence does not stand in the text, or all together are longer than `limit`.
    """
    source = safe(masked_text)[:_MAX_TEXT]
    request: Request[_Chosen] = Request(
        system=prompts.condense,
        user="\n\n".join((block("字数上限", str(limit)), block("投诉原文", source))),
        output=_Chosen,
        max_tokens=_MAX_TOKENS,
    )
    answer = ask(model, request, cancel)
    if isinstance(answer, Failure):
        return None
    chosen = _joined(answer.parsed.sentences, _fold(source))
    return chosen if chosen is not None and 0 < len(chosen) <= limit else None


def _joined(sentences: Sequence[str], source: _Folded) -> str | None:
    """The sentences in the order of the text, overlapping ones once; None when one of them is not there."""
    places: list[tuple[int, int]] = []
    for sentence in sentences:
        words = "".join(sentence.split())
        start = _find(words, source)
        if start < 0:
            return None
        places.append((start, start + len(words)))
    kept: list[str] = []
    done = 0
    for start, end in sorted(places):
        if start >= done:
            kept.append(_closed(source.text[start:end]))
            done = end
    return "".join(kept)


def _find(words: str, source: _Folded) -> int:
    """Where the words stand between two edges, -1 when nowhere."""
    start = source.text.find(words) if words else -1
    while start >= 0 and not (start in source.edges and start + len(words) in source.edges):
        start = source.text.find(words, start + 1)
    return start


def _fold(text: str) -> _Folded:
    kept: list[str] = []
    edges = {0}
    for at, char in enumerate(text):
        if char.isspace():
            if char == "\n":
                edges.add(len(kept))
            continue
        if char in _MARKS and not _in_number(text, at):  # before the mark and after it
            edges.update((len(kept), len(kept) + 1))
        kept.append(char)
    return _Folded("".join(kept), frozenset(edges | {len(kept)}))


def _in_number(text: str, at: int) -> bool:
    """Whether digits stand on both sides: 3.5米, 22：30."""
    return text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()


def _closed(sentence: str) -> str:
    """The sentence with an end of its own, so that two do not run into one."""
    return sentence if sentence.endswith(tuple(_ENDS)) else f"{sentence.rstrip('，,、：:')}。"
