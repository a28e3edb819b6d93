"""Whether one named article holds on a given day.

The whole checker of free text (titles in sentences, ranges, quotations) builds on this; here the law and the
article number are already known. A title is never matched by part of it.
"""

from __future__ import annotations

import datetime as dt
import re

from knowledge.regulations import PREFIX, InForce, Regulations, plain_title
from knowledge.vocabulary import Citation, CitationState

# Bodies of law that the database holds whole: a title of this form that is missing does not exist.
_WHOLE = re.compile(rf"{PREFIX}.*(?:法|法典)")
_STATES = {
    InForce.YES: CitationState.VERIFIED,
    InForce.REPEALED: CitationState.REPEALED,
    InForce.SUPERSEDED: CitationState.REPEALED,
    InForce.FUTURE: CitationState.NOT_YET_IN_FORCE,
}


def cite(regulations: Regulations, title: str, number: str, day: dt.date) -> Citation:
    """Check one article as of `day`.

    Args:
        regulations: The statutes held.
        title: Full or short title, with or without 《》.
        number: `'278'` or `'133-1'`.
        day: Day the matter was received.

    Returns:
        The citation under its full title, with the article's text when it was found.
    """
    full = regulations.full_title(title)
    if not full:
        return Citation(law=plain_title(title), article=number, state=_without_text(regulations, title, day))
    article = regulations.find(full, number, day)
    if article is None:
        return Citation(law=full, article=number, state=CitationState.NOT_FOUND)
    state = _STATES[regulations.status(regulations.law[article.law_id], day)]
    return Citation(law=full, article=number, state=state, text=article.text)


def _without_text(regulations: Regulations, title: str, day: dt.date) -> CitationState:
    """State of a law that is not held: repealed by one that is, or not of the corpus, or of nothing."""
    end = regulations.ended(title)
    if end is not None:
        return CitationState.REPEALED if end <= day else CitationState.OUT_OF_CORPUS
    return CitationState.NOT_FOUND if _WHOLE.fullmatch(plain_title(title)) else CitationState.OUT_OF_CORPUS
