"""Fits the weights of law search on questions written for it; run by hand when features or tables change.

    python -m agent.training.laws

The questions (`law_questions.jsonl`, 80, written by a language model's hand with the articles looked up) stay
here; those of `tests/bench/law_questions.jsonl` and real messages only measure. Writes
`knowledge/data/law_rankers.json`.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.settings import Settings
from agent.triage import TriageAgent
from knowledge.index import Query
from knowledge.law_features import ARTICLE_FEATURES, LAW_FEATURES
from knowledge.law_search import RANKERS, LawRankers, LawSearch
from models.errors import InputError
from models.ranker import Ranker, fit_ranker

QUESTIONS = Path(__file__).with_name("law_questions.jsonl")
_RIDGE = 1e-2  # 80 questions carry a dozen weights only when these are held near 0


@dataclass(frozen=True, slots=True)
class LawQuestion:
    """A plain-language question, its day, and the (title, number) of every article that answers it."""

    id: str
    question: str
    day: dt.date
    accepted: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Asked:
    question: LawQuestion
    query: Query
    chances: Mapping[str, float]


def read_questions(path: Path = QUESTIONS) -> list[LawQuestion]:
    """Read labelled questions.

    Raises:
        InputError: a line is not of the form.
    """
    questions = []
    for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(text)
            accepted = frozenset((law["law"], number) for law in row["accepted"] for number in law["articles"])
            questions.append(LawQuestion(row["id"], row["question"], dt.date.fromisoformat(row["day"]), accepted))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{path}, line {line} is no labelled question ({error}); see docs/model_card.md"
            ) from error
    return questions


def fit(agent: TriageAgent, questions: Iterable[LawQuestion]) -> LawRankers:
    """All four rankers: laws and articles, with vectors and by words alone."""
    asked = []
    for question in questions:
        read = agent.read(question.question)
        asked.append(_Asked(question, read.query, read.chances))
    blank = LawRankers(
        law=_flat(LAW_FEATURES), article=_flat(ARTICLE_FEATURES),
        law_words=_flat(LAW_FEATURES), article_words=_flat(ARTICLE_FEATURES),
    )  # fmt: skip
    search = agent.base.law_search_with(blank)
    law, article = _fit_pair(search, asked)
    words = [_Asked(a.question, Query(a.query.words, np.empty(0, np.float32)), {}) for a in asked]
    law_words, article_words = _fit_pair(search, words)
    return LawRankers(law=law, article=article, law_words=law_words, article_words=article_words)


def _fit_pair(search: LawSearch, asked: list[_Asked]) -> tuple[Ranker, Ranker]:
    layout = search.layout
    features, right = [], []
    for a in asked:
        laws = {law for law, _ in a.question.accepted}
        held = layout.titles_in_force(a.question.day)
        rows = search.candidates(a.query, a.question.day, a.chances).law
        features.append(np.where(held[:, None], rows, _never(len(LAW_FEATURES))))
        right.append(np.array([title in laws for title in layout.titles]) & held)
    law = _fitted(LAW_FEATURES, features, right)
    features, right = [], []
    for a in asked:
        found = search.candidates(a.query, a.question.day, a.chances, law)
        good = [(layout.articles[row].law, layout.articles[row].number) in a.question.accepted for row in found.rows]
        features.append(found.article)
        right.append(np.array(good))
    return law, _fitted(ARTICLE_FEATURES, features, right)


def _fitted(names: tuple[str, ...], features: list[NDArray[np.float32]], right: list[NDArray[np.bool_]]) -> Ranker:
    """One ranker over questions that have a right candidate; candidates are padded to one number."""
    usable = [(f, r) for f, r in zip(features, right, strict=True) if r.any()]
    most = max(len(f) for f, _ in usable)
    padded = [np.vstack([f, np.repeat(_never(f.shape[1]), most - len(f), axis=0)]) for f, _ in usable]
    flags = [np.append(r, np.zeros(most - len(r), np.bool_)) for _, r in usable]
    return fit_ranker(names, [p.astype(np.float32) for p in padded], flags, ridge=_RIDGE)


def _never(features: int) -> NDArray[np.float32]:
    """A row that is never chosen: its first feature, whose weight is surely positive, is out of reach."""
    row = np.zeros((1, features), np.float32)
    row[0, 0] = -50.0
    return row


def _flat(names: tuple[str, ...]) -> Ranker:
    return Ranker(names=names, weights=(1.0,) * len(names))


def main() -> None:
    """Fit on the shipped questions and write the weights."""
    rankers = fit(TriageAgent.from_settings(Settings.load()), read_questions())
    RANKERS.write_text(rankers.model_dump_json(indent=1) + "\n", encoding="utf-8")
    for name in type(rankers).model_fields:
        ranker: Ranker = getattr(rankers, name)
        weights = "  ".join(f"{n} {w:.2f}" for n, w in zip(ranker.names, ranker.weights, strict=True))
        sys.stdout.write(f"{name:14s} {weights}\n")


if __name__ == "__main__":
    main()
