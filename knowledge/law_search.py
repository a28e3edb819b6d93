"""Finds the articles that answer a plain-language question, in force on a day.

First the law, then the article in it, each by a conditional logit with a handful of weights that are fitted on
questions written for it (`agent.training.laws`) and stored as readable JSON. People do not speak like statutes:
what citizens say about each law weighs as much as the statute's own words. Other cities' rules stand last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from knowledge.index import Query, Shelf
from knowledge.law_features import (
    ARTICLE_FEATURES,
    LAW_FEATURES,
    Scores,
    article_features,
    category_chances,
    law_features,
    places,
    score_question,
)
from knowledge.law_layout import Floats, Ints, Layout
from knowledge.law_tables import LawMatters
from knowledge.tables import DATA
from knowledge.vocabulary import Article
from models.errors import KnowledgeError
from models.ranker import Ranker
from models.record import Record

RANKERS = DATA / "law_rankers.json"
LAWS = 30  # whose articles are ranked; the right law is among the first 10 nearly always
_SAME_LAW = 2  # articles of one law before the next law gets its turn: who is not sure of the law wants to see others
_ELSEWHERE = 8.0  # log-odds taken from rules of other cities: they govern nothing here


class LawRankers(Record):
    """The fitted weights, with vectors and for words alone."""

    law: Ranker
    article: Ranker
    law_words: Ranker
    article_words: Ranker


@dataclass(frozen=True, slots=True)
class ArticleHit:
    """An article found.

    Attributes:
        article: The article.
        score: Its chance among the candidates, in [0, 1].
        law_score: Chance of its law among all laws in force.
        matter: Number of the row of matters that names the article and fits best; -1 for none.
    """

    article: Article
    score: float
    law_score: float
    matter: int = -1


@dataclass(frozen=True)
class Candidates:
    """What was ranked for one question: for the fit, which needs features and not answers."""

    law: Floats
    rows: Ints
    article: Floats


def load_rankers(path: Path = RANKERS) -> LawRankers:
    """Read the weights.

    Raises:
        KnowledgeError: the file is missing or not of this shape.
    """
    try:
        rankers = LawRankers.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise KnowledgeError(f"{path} holds no weights for law search; restore it or reinstall the package") from error
    laws, articles = (rankers.law, rankers.law_words), (rankers.article, rankers.article_words)
    for group, names in ((laws, LAW_FEATURES), (articles, ARTICLE_FEATURES)):
        wrong = next((ranker.names for ranker in group if ranker.names != names), None)
        if wrong is not None:
            raise KnowledgeError(f"{path} weighs {wrong}, this version asks for {names}; reinstall the package")
    return rankers


class LawSearch:
    """Search over one state of the index; make a new one when statutes are added.

    Args:
        layout: The statutes as arrays, articles in the order of `shelves`.
        shelves: The shelves of articles.
        matters: The shelf of matters, one entry a row of `rows`.
        rows: What citizens bring under each law.
        codes: Category codes in the order of the tables.
        rankers: Fitted weights.
    """

    def __init__(
        self,
        layout: Layout,
        shelves: Sequence[Shelf],
        matters: Shelf,
        rows: Sequence[LawMatters],
        codes: Sequence[str],
        rankers: LawRankers,
    ) -> None:
        self.layout, self.rows = layout, rows
        self._shelves, self._matters = shelves, matters
        self._codes, self._rankers = codes, rankers

    @cached_property
    def _encoded(self) -> NDArray[np.bool_]:
        return np.concatenate([shelf.encoded() for shelf in self._shelves])

    def search(
        self, query: Query, day: dt.date, k: int = 8, *, categories: Mapping[str, float] | None = None, text: str = ""
    ) -> list[ArticleHit]:
        """The `k` articles in force on `day` that answer best, best first, two of a law before others get a turn.

        Args:
            query: Words and vector of the question; an empty vector asks for words alone.
            day: Day whose law counts.
            k: Most articles returned.
            categories: Chances by category code, where a model has guessed them.
            text: The question itself; a city that it names is not held against that city's rules.
        """
        scores = self._scores(query, categories)
        law = self._laws(scores, day, text, words_only=not query.vector.size)
        rows = self._candidates(law, day)
        if not rows.size:
            return []
        ranker = self._rankers.article if query.vector.size else self._rankers.article_words
        chances = ranker.log_proba(article_features(self.layout, scores, rows, law))
        best = self._in_order(rows, chances, text)[:k]
        return [self._hit(int(rows[i]), float(chances[i]), law, scores) for i in best]

    def candidates(
        self, query: Query, day: dt.date, categories: Mapping[str, float] | None, ranker: Ranker | None = None
    ) -> Candidates:
        """Features of all laws, and of the articles that are ranked when laws are weighed by `ranker`."""
        scores = self._scores(query, categories)
        features = self._law_features(scores, day)
        law = np.asarray(features[:, 0] if ranker is None else ranker.log_proba(features), np.float32)
        rows = self._candidates(law, day)
        return Candidates(features, rows, article_features(self.layout, scores, rows, law))

    def _scores(self, query: Query, categories: Mapping[str, float] | None) -> Scores:
        chances = None if categories is None else category_chances(self._codes, categories)
        return score_question(query, self._shelves, self._matters, self._encoded, chances)

    def _law_features(self, scores: Scores, day: dt.date) -> Floats:
        return law_features(self.layout, scores, self.layout.in_force(day))

    def _laws(self, scores: Scores, day: dt.date, text: str, *, words_only: bool) -> Floats:
        """Log-probability of every title; -inf where nothing of it is in force."""
        ranker = self._rankers.law_words if words_only else self._rankers.law
        held = self.layout.titles_in_force(day)
        logits = self._law_features(scores, day) @ np.array(ranker.weights, np.float32) / ranker.temperature
        logits = np.where(held, logits - _ELSEWHERE * self._away(text), -np.inf)
        if not held.any():
            return np.asarray(logits, np.float32)
        top = logits.max()
        return np.asarray(logits - top - np.log(np.exp(logits - top).sum()), np.float32)

    def _in_order(self, rows: Ints, chances: Floats, text: str) -> Ints:
        """Places in `rows`, best first; what governs here before all else, and a law's third article after others."""
        order = np.argsort(-chances, kind="stable")
        titles = self.layout.title_of[rows[order]]
        by_title = np.argsort(titles, kind="stable")
        late = np.empty(len(rows), np.bool_)
        late[by_title] = places(titles[by_title]) >= _SAME_LAW
        return np.asarray(order[np.lexsort((late, self._away(text)[titles]))], np.intp)

    def _away(self, text: str) -> NDArray[np.bool_]:
        """Which titles are rules of a city other than ours that the question does not name."""
        away = ~self.layout.home
        away[[row for row in np.flatnonzero(away) if self.layout.places[row] in text]] = False
        return away

    def _candidates(self, law: Floats, day: dt.date) -> Ints:
        best = np.argsort(-law, kind="stable")[:LAWS]
        chosen = np.zeros(len(law), np.bool_)
        chosen[best[np.isfinite(law[best])]] = True
        return np.flatnonzero(chosen[self.layout.title_of] & self.layout.in_force(day))

    def _hit(self, row: int, chance: float, law: Floats, scores: Scores) -> ArticleHit:
        layout = self.layout
        tied = layout.tie_matter[layout.tie_article == row]
        matter = int(tied[scores.matter[tied].argmax()]) if tied.size else -1
        law_score = float(np.exp(law[layout.title_of[row]]))
        return ArticleHit(layout.articles[row], round(float(np.exp(chance)), 4), round(law_score, 4), matter)
