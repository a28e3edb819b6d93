"""What speaks for each law and each article as the answer to a question, in numbers; weighed in `law_search`.

Words and vectors of the articles, what citizens say about each law (`law_matters.csv`), and which laws the duty
table names for the question's category. Every score is standardised over its corpus, so that one weight means
the same whatever the question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.index import Query, Shelf, standard
from knowledge.law_layout import KINDS, Floats, Ints, Layout

LAW_FEATURES = ("articles", "matters", "words", "category", "level2")
ARTICLE_FEATURES = ("law", "vector", "words", "matter", "matter_words", *KINDS[1:])
_TOP = 3  # articles, or rows of matters, that speak for a law: one alone is chance
_NEAR = 1.0  # standard score above which an article speaks for its law at all
_UNSAID = -1.0  # score of a law that has no row of matters: below the mean one
_MOST = 6.0  # standard score of words at most: one rare word must not decide
# An article that waits for its vector is judged by its words, with caution.
_WAITING, _WAITING_MOST = 0.5, 2.5


@dataclass(frozen=True)
class Scores:
    """Standard scores of one question; `vector` and `matter` are those of words where words alone are asked.

    Attributes:
        vector: `(articles,)`.
        words: `(articles,)`.
        matter: `(matters,)`.
        matter_words: `(matters,)`.
        categories: `(categories,)` chances of the question's category; None when nobody guessed it.
    """

    vector: Floats
    words: Floats
    matter: Floats
    matter_words: Floats
    categories: Floats | None


def score_question(
    query: Query, shelves: Sequence[Shelf], matters: Shelf, encoded: NDArray[np.bool_], categories: Floats | None
) -> Scores:
    """Score every article and every matter.

    Args:
        query: The question; one without a vector is judged by its words alone.
        shelves: The shelves of articles, in the order of the layout.
        matters: The shelf of matters.
        encoded: Which articles have a vector.
        categories: Chances of each category, in the order of the tables.
    """
    words = np.minimum(standard(np.concatenate([shelf.word_scores(query.words) for shelf in shelves])), _MOST)
    said = np.minimum(standard(matters.word_scores(query.words)), _MOST)
    if not query.vector.size:
        return Scores(words, words, said, said, categories)
    cosines = np.concatenate([shelf.cosines(query) for shelf in shelves])
    vector = np.minimum(_WAITING * words, _WAITING_MOST)
    if encoded.any():
        held = cosines[encoded]
        vector[encoded] = (held - held.mean()) / (held.std() + 1e-9)
    return Scores(vector, words, standard(matters.cosines(query)), said, categories)


def law_features(layout: Layout, scores: Scores, in_force: NDArray[np.bool_]) -> Floats:
    """Shape `(titles, len(LAW_FEATURES))`, in that order."""
    none = np.zeros(len(layout.titles), np.float32)
    category, level2 = none, none
    if scores.categories is not None:
        category, level2 = scores.categories @ layout.by_category, scores.categories @ layout.by_level2
    columns = (
        _top_mean(layout, scores.vector, in_force),
        _best_matters(layout, scores.matter, _UNSAID),
        _best_matters(layout, scores.matter_words, 0.0),
        category,
        level2,
    )
    return np.stack(columns, axis=1).astype(np.float32)


def article_features(layout: Layout, scores: Scores, rows: Ints, law: Floats) -> Floats:
    """Features of some articles, shape `(len(rows), len(ARTICLE_FEATURES))`.

    Args:
        layout: The statutes.
        scores: Of the question.
        rows: The articles.
        law: Log-probability of every title, shape `(titles,)`.
    """
    matter, matter_words = tied(layout, scores.matter, _UNSAID), tied(layout, scores.matter_words, 0.0)
    columns = [law[layout.title_of[rows]], scores.vector[rows], scores.words[rows], matter[rows], matter_words[rows]]
    columns += [(layout.kind[rows] == kind).astype(np.float32) for kind in range(1, len(KINDS))]
    return np.stack(columns, axis=1).astype(np.float32)


def tied(layout: Layout, matter: Floats, missing: float) -> Floats:
    """Best score among the matters that name each article, shape `(articles,)`."""
    best = np.full(len(layout.articles), -np.inf, np.float32)
    np.maximum.at(best, layout.tie_article, matter[layout.tie_matter])
    return np.where(np.isneginf(best), np.float32(missing), best)


def _best_matters(layout: Layout, matter: Floats, missing: float) -> Floats:
    """Mean of each title's best rows of matters, of fewer where it has fewer; `missing` where it has none."""
    held = np.flatnonzero(layout.matter_title >= 0)
    rows = held[np.lexsort((-matter[held], layout.matter_title[held]))]
    best = rows[places(layout.matter_title[rows]) < _TOP]
    total = np.bincount(layout.matter_title[best], matter[best], len(layout.titles))
    found = np.bincount(layout.matter_title[best], minlength=len(layout.titles))
    return np.where(found > 0, total / np.maximum(found, 1), missing).astype(np.float32)


def places(groups: Ints) -> Ints:
    """Place of each row within its group, from 0; rows of one group stand together."""
    first = np.flatnonzero(np.diff(groups, prepend=-1))
    return np.asarray(np.arange(len(groups)) - np.repeat(first, np.diff(np.append(first, len(groups)))), np.intp)


def _top_mean(layout: Layout, scores: Floats, in_force: NDArray[np.bool_]) -> Floats:
    """Mean of each title's best articles in force; what is not well above the mean article counts as just that."""
    rows = np.flatnonzero(in_force & (scores > _NEAR))
    rows = rows[np.lexsort((-scores[rows], layout.title_of[rows]))]
    titles = layout.title_of[rows]
    best = places(titles) < _TOP
    above = np.bincount(titles[best], scores[rows[best]] - _NEAR, len(layout.titles))
    return np.asarray(_NEAR + above / _TOP, np.float32)


def category_chances(codes: Sequence[str], chances: Mapping[str, float]) -> Floats:
    """Chances by category code as an array in the order of `codes`; unnamed ones get 0."""
    return np.array([chances.get(code, 0.0) for code in codes], np.float32)
