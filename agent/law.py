"""Law for people: articles that answer a question or govern a complaint, and what the law named in a text is today.

Articles named by number come first, then those of the duty table, then what search finds. Everything is as of
one day. An empty list is better than a law about something else.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from agent.choose import Choice, Read
from agent.intake import mask
from agent.schema import QuotedLaw, RegulationHit
from knowledge.base import KnowledgeBase
from knowledge.citing import CheckedCitation
from knowledge.law_search import ArticleHit
from knowledge.snippets import snippet
from knowledge.vocabulary import Article, CitationState

REGULATIONS = 5  # what fits beside a card; judgement, not measured
# An article stands beside a card when its law is chosen with this chance, and it among all articles with that.
# Judgement, by looking at 35 messages: below these came laws about something else.
LAW_SURE, ARTICLE_SURE = 0.4, 0.08
_SHOWN_STATES = frozenset({CitationState.VERIFIED, CitationState.REPEALED, CitationState.NOT_YET_IN_FORCE})
_BARE_NUMBER = re.compile(r"(?<![第\d〇零一二三四五六七八九十百千])(\d+|[〇零一二三四五六七八九十百千]+)条")


def find_statutes(base: KnowledgeBase, read: Read, question: str, day: dt.date, k: int) -> tuple[RegulationHit, ...]:
    """The `k` articles that answer a plain-language question, best first.

    Args:
        base: The statutes and the index over them.
        read: The question as model and index see it.
        question: Its words, as typed.
        day: Day whose law counts.
        k: Most articles returned.
    """
    hits = list(_named(base, question, day))
    held = {(hit.law, hit.article) for hit in hits}
    found = base.law_search.search(read.query, day, k, categories=read.chances or None, text=question)
    hits += [
        _hit(base, found_hit.article, day, found_hit.score, read.query.words, _reason(base, found_hit, question))
        for found_hit in found
        if (found_hit.article.law, found_hit.article.number) not in held
    ]
    return tuple(hits[:k])


def words_search(base: KnowledgeBase, question: str, day: dt.date, k: int) -> tuple[RegulationHit, ...]:
    """The same by words alone: no encoding and no classifier, answered in milliseconds, and worse."""
    query = base.words(question)
    hits = list(_named(base, question, day))
    held = {(hit.law, hit.article) for hit in hits}
    hits += [
        _hit(base, hit.article, day, hit.score, query.words, _reason(base, hit, question))
        for hit in base.law_search.search(query, day, k, text=question)
        if (hit.article.law, hit.article.number) not in held
    ]
    return tuple(hits[:k])


def related_articles(base: KnowledgeBase, choice: Choice, day: dt.date) -> tuple[RegulationHit, ...]:
    """Articles in force on `day` that may govern the matter, best first.

    Args:
        base: The statutes and the index over them.
        choice: What was chosen for the complaint; its basis comes first, with score 1.
        day: Day the matter was received.
    """
    read, words = choice.read, choice.read.query.words
    hits = list(basis_articles(base, choice, day))
    held = {(hit.law, hit.article) for hit in hits}
    # without the text: a complaint that names another city is still ours, and that city's rules do not govern it
    found = base.law_search.search(read.query, day, REGULATIONS, categories=read.chances)
    hits += [
        _hit(base, hit.article, day, hit.score, words, _reason(base, hit, read.document.text))
        for hit in found
        if hit.law_score >= LAW_SURE and hit.score >= ARTICLE_SURE and (hit.article.law, hit.article.number) not in held
    ]
    return tuple(hits[:REGULATIONS])


def basis_articles(base: KnowledgeBase, choice: Choice, day: dt.date) -> tuple[RegulationHit, ...]:
    """The articles that the duty table names for the choice, without any search."""
    hits = []
    for cited in choice.dispatch.basis:
        article = base.regulations.find(cited.law, cited.article, day) if cited.text else None
        if article is not None:
            hits.append(_hit(base, article, day, 1.0, choice.read.query.words, "职责清单列为依据"))
    return tuple(hits)


def quoted_laws(base: KnowledgeBase, text: str, day: dt.date) -> tuple[QuotedLaw, ...]:
    """What a complaint cites, in order; of laws that are not held only that they cannot be checked.

    A “title” with personal data in it is left out: what stands here is exported.
    """
    fields = set(QuotedLaw.model_fields)
    found = [citation for citation in base.citations.check(text, day) if not mask(citation.text).found]
    return tuple(QuotedLaw.model_validate(citation.model_dump(include=fields)) for citation in found)


def _named(base: KnowledgeBase, question: str, day: dt.date) -> Iterable[RegulationHit]:
    """Articles that the question names by number: 民法典1254条 counts like 第1254条."""
    seen: set[tuple[str, str]] = set()
    for cited in base.citations.check(_BARE_NUMBER.sub(r"第\1条", question), day):
        key = (cited.law, cited.article)
        article = base.regulations.find(cited.law, cited.article, day) if cited.article else None
        if article is None or key in seen or cited.state not in _SHOWN_STATES:
            continue
        seen.add(key)
        yield _hit(base, article, day, 1.0, (), _naming(cited))


def _naming(cited: CheckedCitation) -> str:
    return f"按条号直接找到；{cited.note}" if cited.note else "按条号直接找到"


def _hit(
    base: KnowledgeBase, article: Article, day: dt.date, score: float, words: Sequence[str], reason: str
) -> RegulationHit:
    shown = snippet(article.text, words)
    return RegulationHit(
        law=article.law,
        article=article.number,
        text=article.text,
        status=base.regulations.article_status(article, day).value,
        effective=base.regulations.days(article).begin,
        score=round(score, 4),
        chapter=article.chapter,
        snippet=shown.text,
        marks=shown.marks,
        reason=reason,
    )


def _reason(base: KnowledgeBase, hit: ArticleHit, question: str) -> str:
    """Which everyday matter led to the article, else that its law or its words did."""
    if hit.matter >= 0:
        matters = base.law_search.rows[hit.matter].matters
        best = max(matters, key=lambda matter: len(set(matter) & set(question)))
        if len(set(best) & set(question)) > 1:
            return f"常见诉求“{best}”适用此条"
    return "与问题的用词和含义相近"
