"""A suggestion without its words: what was chosen and how surely stays, what anyone said goes.

Built from a list of what is kept, so that a field that a later version adds is dropped until someone decides that
it may stay.
"""

from __future__ import annotations

from agent.schema import (
    Assist,
    Check,
    ComplaintReading,
    Decision,
    Dispatch,
    Draft,
    ErrorInfo,
    Issue,
    Suggestion,
    UrgencyGuess,
)
from knowledge.vocabulary import Address, Citation


def blank_suggestion(whole: Suggestion) -> Suggestion:
    """Labels, probabilities, deadline, versions and times of a suggestion; no text that names a person or a spot."""
    return Suggestion(
        id=whole.id,
        status=whole.status,
        error=None if whole.error is None else ErrorInfo(code=whole.error.code, message=""),
        complaint=None if whole.complaint is None else _reading(whole.complaint),
        category=whole.category,
        dispatch=_dispatch(whole.dispatch),
        urgency=None if whole.urgency is None else _urgency(whole.urgency),
        track=whole.track,
        mode=whole.mode,
        deadline=whole.deadline,
        draft=None if whole.draft is None else _draft(whole.draft),
        decision=None if whole.decision is None else Decision(route=whole.decision.route, reason=""),
        provenance=whole.provenance,
        timing_ms=whole.timing_ms,
    )


def _reading(whole: ComplaintReading) -> ComplaintReading:
    address = whole.address
    return ComplaintReading(
        title="",
        summary="",
        kind=whole.kind,
        masked_text="",
        address=Address(city=address.city, district=address.district, street=address.street),
        issues=tuple(
            Issue(text="", category=issue.category, dispatch=_dispatch(issue.dispatch), urgency=_urgency(issue.urgency))
            for issue in whole.issues
        ),
    )


def _urgency(whole: UrgencyGuess) -> UrgencyGuess:
    return UrgencyGuess(level=whole.level, confidence=whole.confidence, risks=whole.risks)


def _dispatch(whole: Dispatch | None) -> Dispatch | None:
    if whole is None:
        return None
    return Dispatch(
        lead=whole.lead,
        confidence=whole.confidence,
        alternatives=whole.alternatives,
        assist=tuple(Assist(id=one.id, name=one.name, reason="") for one in whole.assist),
        basis=_citations(whole.basis),
        reason="",
    )


def _draft(whole: Draft) -> Draft:
    checks = tuple(Check(name=check.name, ok=check.ok) for check in whole.checks)
    return Draft(text="", generator=whole.generator, citations=_citations(whole.citations), checks=checks)


def _citations(whole: tuple[Citation, ...]) -> tuple[Citation, ...]:
    return tuple(Citation(law=one.law, article=one.article, state=one.state) for one in whole)
