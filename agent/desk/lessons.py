"""What the system learns from a review: a past case, found by the next similar complaint at once.

Which reviews teach:

- every correction, for memory would repeat the mistake;
- agreement with an operator who changed lead or category: the suggestion was wrong, the operator is confirmed;
- agreement with a suggestion that was right by luck: its lead or its category was not sure enough to go out alone,
  and memory held nothing nearly the same;
- every later review of a matter that is already a case, so that the case says what was said last.

Agreement with a sure suggestion teaches nothing: the case would only repeat what is known. A matter that was
returned to the caller, lacks a label or was erased cannot be a case.
"""

from __future__ import annotations

from typing import Literal

from agent.decide import CATEGORY_BELOW
from agent.desk.choices import judged
from agent.intake import mask
from agent.ledger.records import Choice, Decision, History, Matter, Review
from agent.schema import Suggestion
from knowledge.cases import CaseRepository
from knowledge.vocabulary import PastCase

AUTHOR = "review"
_PREFIX = "rv-"
_BLANK = "【承办单位填写"


def case_id(matter_id: str) -> str:
    """The id of the one case that a matter can become."""
    return f"{_PREFIX}{matter_id}"


def matter_of(case: PastCase) -> str:
    """The matter behind a case of ours; '' for any other case."""
    return case.id.removeprefix(_PREFIX) if case.author == AUTHOR and case.id.startswith(_PREFIX) else ""


def teaches(
    verdict: Literal["agree", "correct"],
    suggestion: Suggestion,
    decision: Decision,
    *,
    lead_from: float,
    known: bool,
) -> bool:
    """Whether a review is worth a past case.

    Args:
        verdict: What the reviewer said.
        suggestion: What the operator saw.
        decision: What the operator did.
        lead_from: Confidence of the lead from which on a suggestion may go out alone.
        known: The matter is a case already.
    """
    if verdict == "correct" or known:
        return True
    if {"lead", "category"} & set(judged(decision.changes)):
        return True
    sure = suggestion.dispatch is not None and suggestion.dispatch.confidence >= lead_from
    named = suggestion.category is not None and suggestion.category.confidence >= CATEGORY_BELOW
    return not (sure and named) and not suggestion.duplicates


def case_of(matter: Matter, suggestion: Suggestion, right: Choice) -> PastCase | None:
    """The past case of a matter with the labels that a reviewer confirmed; None where it cannot be one.

    The same matter, suggestion and labels always give the same case: replay relies on it.
    """
    reading = suggestion.complaint
    if reading is None or not reading.masked_text or not right.lead or not right.category:
        return None
    reply = mask(right.reply).text
    return PastCase(
        id=case_id(matter.id),
        title=reading.title,
        text=reading.masked_text,
        kind=reading.kind,
        category=right.category,
        lead=right.lead,
        assist=right.assist,
        urgency=right.urgency,
        risks=suggestion.urgency.risks if suggestion.urgency else (),
        channel=matter.channel,
        district=reading.address.district,
        street=reading.address.street,
        community=reading.address.community,
        reply="" if _BLANK in reply else reply,  # a reply with blanks is no example of one
        received_at=matter.received_at,
        author=AUTHOR,
    )


def lesson(history: History, review: Review) -> PastCase | None:
    """The case that a review makes of its matter, with the text that the operator saw."""
    seen = next(one.suggestion_id for one in history.decisions if one.id == review.decision_id)
    suggestion = next(one.suggestion for one in history.suggestions if one.id == seen)
    return case_of(history.matter, suggestion, review.choice)


def learned_of(cases: CaseRepository) -> tuple[PastCase, ...]:
    """The cases that reviews of this ledger left."""
    return tuple(case for case in cases if matter_of(case))
