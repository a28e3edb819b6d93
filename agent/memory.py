"""What past cases show beside their vote: those alike, and those that report the very same matter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from agent.schema import Duplicate, SimilarCase
from knowledge.cases import CaseHit
from models.ngrams import Buckets, ngram_counts

# Share of the shorter text's n-grams found in the other from which two matters count as one.
DUPLICATE_FROM = 0.6


def similar_cases(hits: Sequence[CaseHit]) -> tuple[SimilarCase, ...]:
    """The cases found, as a suggestion shows them."""
    return tuple(
        SimilarCase(
            id=hit.case.id,
            score=round(hit.score, 4),
            title=hit.case.title,
            category=hit.case.category,
            lead=hit.case.lead,
            reply=hit.case.reply,
        )
        for hit in hits
    )


def duplicates(text: str, hits: Sequence[CaseHit]) -> tuple[Duplicate, ...]:
    """Those of the found cases that say nearly the same words as `text`, most alike first."""
    own = ngram_counts(text)[0]
    found = []
    for hit in hits:
        other = _ngrams(hit.case.text)
        both = np.intersect1d(own, other, assume_unique=True)
        share = len(both) / max(min(len(own), len(other)), 1)
        if share >= DUPLICATE_FROM:
            found.append(Duplicate(id=hit.case.id, score=round(share, 4)))
    return tuple(sorted(found, key=lambda duplicate: -duplicate.score))


@lru_cache(maxsize=4096)  # a backlog meets the same few thousand cases again and again
def _ngrams(text: str) -> Buckets:
    return ngram_counts(text)[0]
