"""What kind of sentence this is, by a small classifier over n-grams: an act told, a promise, a reproach, a plain one.

Word lists know the words that their writer thought of; this was fitted on sentences by several hands, pairs that
differ in two words among them (`agent.training.draft_sentences`). It reads one sentence, and knows neither complaint
nor record: the checks decide what a kind means.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np

from models.errors import ModelError
from models.linear import TextClassifier
from models.ngrams import Document

Label = Literal["act", "promise", "blame", "politics", "machine", "unsafe", "reveal", "other"]
ARTIFACT = Path(__file__).with_name("sentence_kinds.npz")
PREFIX = "kinds"
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_BLANK = re.compile(r"【[^】]*】")
_QUOTED = re.compile(r"“[^”]*”")
_TITLE = re.compile(r"《[^》]*》")
_CLAUSE = re.compile(r"[^，：—]+")
PART = 12  # characters from which on two clauses say enough by themselves
_SURE = 0.6  # chance from which on a sentence is of a kind
_SURE_OF_PART = 0.9  # the same for a part of a sentence, which lacks what it stands in
_PLAIN = 0.95  # chance of `other` from which on the parts of a sentence are not read, which takes most of the time
_WARY, _WARY_OF_PART = 0.3, 0.5


def plain(sentence: str) -> str:
    """A sentence as the classifier reads it: which number, law, quoted words or blank says nothing of its kind."""
    return _NUMBER.sub("0", _TITLE.sub("《》", _QUOTED.sub("“”", _BLANK.sub("▢", sentence))))


def of_kind(sentence: str, label: Label, *, wary: bool = False) -> str:
    """The words by which a folded sentence is of a kind: all of it, or two clauses; '' when it is not.

    Args:
        sentence: Folded.
        label: The kind.
        wary: The matter makes this kind likely and dear, so that less certainty will do.
    """
    whole, part = (_WARY, _WARY_OF_PART) if wary else (_SURE, _SURE_OF_PART)
    if chance(sentence, label) >= whole:
        return sentence
    if is_plain(sentence):
        return ""
    pieces = [*parts(sentence), *_long_clauses(sentence)] if wary else parts(sentence)
    return next((words for words in pieces if chance(words, label) >= part), "")


def is_plain(sentence: str) -> bool:
    """Whether a sentence is so surely of no kind that none of its parts need be read."""
    return chance(sentence, "other") >= _PLAIN


def parts(sentence: str) -> list[str]:
    """Every pair of neighbouring clauses of a sentence of three or more."""
    clauses = _CLAUSE.findall(sentence)
    pairs = ("，".join(pair) for pair in pairwise(clauses))
    return [pair for pair in pairs if len(pair) >= PART] if len(clauses) > 2 else []


def _long_clauses(sentence: str) -> list[str]:
    return [clause for clause in _CLAUSE.findall(sentence) if len(clause) >= PART]


@lru_cache(maxsize=4096)
def chance(sentence: str, label: Label) -> float:
    """Calibrated probability that a folded sentence is of a kind, in [0, 1].

    Raises:
        ModelError: the shipped artifact does not load.
    """
    return dict(_ranked(sentence))[label]


@lru_cache(maxsize=4096)
def _ranked(sentence: str) -> tuple[tuple[str, float], ...]:
    return _classifier().predict(Document("", plain(sentence))).ranked


@cache
def _classifier() -> TextClassifier:
    try:
        with np.load(ARTIFACT, allow_pickle=False) as data:
            return TextClassifier.from_arrays(PREFIX, dict(data))
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"{ARTIFACT.name} does not load ({error}); run `python -m agent.training.draft_sentences`"
        ) from error
