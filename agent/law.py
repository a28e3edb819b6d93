"""The articles shown beside a suggestion: first what the duty table names, then what search finds in its field."""

from __future__ import annotations

import datetime as dt

from agent.choose import Choice
from agent.schema import RegulationHit
from knowledge.base import KnowledgeBase

REGULATIONS = 5  # what fits beside a card; judgement, not measured
# Three standard deviations above the mean article; an empty list is better than a law about something else.
RELEVANT = 0.5


def related_articles(base: KnowledgeBase, choice: Choice, day: dt.date) -> tuple[RegulationHit, ...]:
    """Articles in force on `day` that may govern the matter, best first.

    Args:
        base: The statutes and the index over them.
        choice: What was chosen for the complaint; its basis comes first, with score 1.
        day: Day the matter was received.
    """
    regulations = base.regulations
    hits = []
    for cited in choice.dispatch.basis:
        article = regulations.find(cited.law, cited.article, day) if cited.text else None
        if article is not None:
            hits.append((article, 1.0))
    held = {article.id for article, _ in hits}
    laws = base.laws_of(choice.category.code, choice.dispatch.lead.id)
    found = base.search_articles(choice.query, day, REGULATIONS, laws)
    hits.extend((hit.article, hit.score) for hit in found if hit.article.id not in held and hit.score >= RELEVANT)
    return tuple(
        RegulationHit(
            law=article.law,
            article=article.number,
            text=article.text,
            status=regulations.status(regulations.law[article.law_id], day).value,
            effective=regulations.law[article.law_id].valid_from,
            score=round(score, 4),
        )
        for article, score in hits[:REGULATIONS]
    )
