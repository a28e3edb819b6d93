"""The part of an article that answers a question, with the question's words marked."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from knowledge.vocabulary import Span

WIDTH = 90  # characters, about two lines of a terminal
_SENTENCE = re.compile(r"[^。；\n]+[。；]?")


@dataclass(frozen=True, slots=True)
class Snippet:
    """Some sentences of a text; `marks` are spans in `text`, in order and without overlap."""

    text: str
    marks: tuple[Span, ...]


def snippet(text: str, words: Collection[str]) -> Snippet:
    """The run of sentences that holds most of the words, cut to about `WIDTH` characters.

    Args:
        text: An article.
        words: Search words; those of one character mark nothing.
    """
    wanted = {word for word in words if len(word) > 1}
    sentences = [match.group().strip() for match in _SENTENCE.finditer(text)]
    sentences = [sentence for sentence in sentences if sentence]
    if not sentences:
        return Snippet("", ())
    runs = [_run(sentences, first) for first in range(len(sentences))]
    small = [run.lower() for run in runs]  # search words are small letters
    best = max(range(len(runs)), key=lambda at: (sum(word in small[at] for word in wanted), -at))
    shown = ("……" if best else "") + runs[best]
    return Snippet(shown, marks(shown, wanted))


def marks(text: str, words: Collection[str]) -> tuple[Span, ...]:
    """Where the words stand in the text; of overlapping ones the first, then the longest."""
    alternatives = sorted(filter(None, words), key=lambda word: (-len(word), word))
    if not alternatives:
        return ()
    # not in text.lower(), which can be longer than the text
    pattern = re.compile("|".join(map(re.escape, alternatives)), re.IGNORECASE)
    return tuple(Span(text=match[0], start=match.start(), end=match.end()) for match in pattern.finditer(text))


def _run(sentences: list[str], first: int) -> str:
    run = sentences[first]
    for sentence in sentences[first + 1 :]:
        if len(run) + len(sentence) > WIDTH:
            break
        run += sentence
    return run if len(run) <= 2 * WIDTH else run[: 2 * WIDTH - 2] + "……"
