"""The first reply: received, who acts, what was asked, by when, what to do meanwhile; or where to go instead."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafting._compose import Paragraph, Slot
from agent.drafting._place import is_proper
from agent.drafting._words import Words
from agent.drafting.phrases import ending, handling, opening


def first_reply(words: Words) -> tuple[Paragraph, ...]:
    """The paragraphs of the reply that goes out before anything is done."""
    if words.plan.outside_city:
        return _other_city(words)
    if words.plan.issues:
        return _several(words)
    if words.plan.excluded:
        return _other_authority(words)
    return _single(words)


def _single(words: Words) -> tuple[Paragraph, ...]:
    return (
        (*words.opening(), *words.safety()),
        (_lead(words), *words.impartial(), *words.asked(), *_early(words), *words.basis()),
        (_next(words), *words.blanks()),
        (*words.confidential(), *words.advice(), *_place(words), *words.ending(ending.CONTACT[words.plan.kind])),
    )


def _several(words: Words) -> tuple[Paragraph, ...]:
    plan = words.plan
    facts = {"matter": plan.matter}
    whole = bool(plan.matter) and words.named > 0 and all(issue.matter != plan.matter for issue in plan.issues)
    received = opening.RECEIVED_SEVERAL_ABOUT if whole else opening.RECEIVED_SEVERAL
    return (
        (words.slot("greeting", opening.GREETING), words.slot("several", received, **facts)),
        *((Slot((line,)),) for line in words.issue_lines()),
        tuple(words.safety()),
        (*words.impartial(), *words.asked(), *_early(words), *words.basis()),
        (_next(words), *words.blanks()),
        (*words.confidential(), *words.advice(), *words.ending(ending.CONTACT[words.plan.kind])),
    )


def _other_city(words: Words) -> tuple[Paragraph, ...]:
    city = words.plan.outside_city
    return (
        (*words.opening(), *words.safety()),
        (words.slot("outside", ending.OUTSIDE, city=city),),
        (words.slot("outside_where", ending.OUTSIDE_WHERE, city=city), *words.asked_elsewhere()),
        (
            words.slot("outside_mistaken", ending.OUTSIDE_MISTAKEN),
            words.slot("referral_closing", ending.REFERRAL_CLOSING).spared(8),
        ),
    )


def _other_authority(words: Words) -> tuple[Paragraph, ...]:
    authority = words.plan.authority or ending.ANY_AUTHORITY
    return (
        (*words.opening(), *words.safety()),
        (
            words.slot("excluded", ending.EXCLUDED),
            words.slot("excluded_where", ending.EXCLUDED_WHERE, authority=authority),
            *words.asked_elsewhere(),
        ),
        (
            *(Slot((advice,), spare=3) for advice in words.plan.advice),
            words.slot("excluded_advice", ending.EXCLUDED_ADVICE),
        ),
        (
            words.slot("excluded_else", ending.EXCLUDED_ELSE).spared(4),
            words.slot("referral_closing", ending.REFERRAL_CLOSING).spared(8),
        ),
    )


def _lead(words: Words) -> Slot:
    plan = words.plan
    if plan.lead is None:
        return words.slot("lead", handling.LEAD_OPEN_URGENT if plan.urgent else handling.LEAD_OPEN)
    wordings = handling.LEAD_URGENT if plan.urgent else handling.LEAD[plan.kind]
    return words.slot("lead", wordings, lead=plan.lead.unit, assist=words.assists())


def _early(words: Words) -> Iterator[Slot]:
    plan = words.plan
    if plan.urgent and plan.issues:
        yield words.slot("early", handling.SEVERAL_URGENT)
    if plan.urgency == 1 and plan.kind in ("投诉", "求助", "举报"):
        yield words.slot("early", handling.EARLY).spared(3)
    if plan.track == "督办快办" and plan.kind != "表扬":
        yield words.slot("supervised", handling.SUPERVISED).spared(4)


def _next(words: Words) -> Slot:
    plan = words.plan
    due = plan.due_text
    dated = handling.NEXT_URGENT if plan.urgent else handling.NEXT[plan.kind]
    return words.slot("next", dated if due else handling.NEXT_UNDATED[plan.kind], due=due)


def _place(words: Words) -> Iterator[Slot]:
    plan = words.plan
    if plan.kind not in ("投诉", "求助", "举报"):
        return
    if plan.place not in plan.matter and is_proper(plan.place):
        yield words.slot("place", ending.PLACE, place=plan.place).spared(5)
