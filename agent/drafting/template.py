"""A reply draft from a plan alone: sentences chosen by a hash of the seed, no model.

States what the plan holds and leaves the rest as 【承办单位填写：…】 for the unit that signs. Which wordings exist
is `phrases`, how they are put together `_compose`; whether a text may go out is for the guard.
"""

from __future__ import annotations

from agent.drafting._compose import count_chars as count_chars
from agent.drafting._compose import fit
from agent.drafting._final import final_reply
from agent.drafting._first import first_reply
from agent.drafting._words import Words
from agent.drafting._words import cite as cite
from agent.drafting._words import mark as mark
from agent.drafting.plan import MAX_CHARS, MIN_CHARS, Plan
from agent.schema import Draft
from knowledge.numerals import article_label
from knowledge.vocabulary import Citation

GENERATOR = "template"
# Demands named by their own words, and issues listed: tried in this order until the draft is short enough.
_TIGHTER = ((3, 4), (2, 4), (1, 4), (0, 3), (0, 2))


def write_draft(plan: Plan, seed: str) -> Draft:
    """Word the reply to one complaint.

    Args:
        plan: All that may be said; its `form` decides between the receipt now and the reply after handling.
        seed: Chooses among wordings, e.g. the complaint's id; the same seed and plan give the same text.

    Returns:
        A draft of at most 350 characters in short paragraphs; `blanks` holds the words of each blank in it.
        `checks` is empty: they need the complaint (`check_draft`).
    """
    reply = final_reply if plan.form == "final" else first_reply
    text = ""
    for named, listed in _TIGHTER:
        text = fit(reply(Words(plan, seed, named, listed)), MIN_CHARS, MAX_CHARS)
        if count_chars(text) <= MAX_CHARS:
            break
    return Draft(
        text=text,
        generator=GENERATOR,
        citations=tuple(citation for citation in plan.citations if _cited(citation, text)),
        blanks=tuple(blank for blank in plan.blanks if mark(blank) in text),
    )


def _cited(citation: Citation, text: str) -> bool:
    return f"《{citation.law}》" in text and article_label(citation.article) in text
