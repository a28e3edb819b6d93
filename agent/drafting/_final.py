"""The final reply: the handling record's own sentences, and what it leaves open said to be open."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafting._compose import Paragraph, Slot
from agent.drafting._words import Words
from agent.drafting.demands import brief
from agent.drafting.phrases import final
from agent.drafting.record import record_sentences, still_open, unanswered

_BRIEF_RECORD = 60  # characters under which a reply has room, and need, for advice
_RECORD_CHARS = (
    50  # of the record for each of `Words.listed`; greeting, matter, what is open and the ending need the rest
)


def final_reply(words: Words) -> tuple[Paragraph, ...]:
    """The paragraphs of the reply that goes out when the handling unit has written its record."""
    plan = words.plan
    lead = words.lead
    intro = final.FINAL_INTRO if plan.lead is not None else final.FINAL_INTRO_OPEN
    return (
        tuple(words.opening()),
        (words.slot("intro", intro, lead=lead), *_told(words), *words.blanks()),
        (*_demands(words), *words.basis(), *(words.advice() if len(plan.record) < _BRIEF_RECORD else ())),
        (*words.confidential(), *words.ending(final.FINAL_CONTACT)),
    )


def _told(words: Words) -> Iterator[Slot]:
    """As many sentences as fit, those on what was asked and the last ones first; in the record's order."""
    plan = words.plan
    told = record_sentences(plan.record, [citation.law for citation in plan.citations])
    asked = [brief(demand) or demand.text for demand in plan.demands]
    # The first sentence says what was done at all, the last what came of it.
    order = sorted(range(len(told)), key=lambda i: (-_shared(told[i], asked), -i if i else -len(told)))
    kept: set[int] = set()
    left = _RECORD_CHARS * words.listed
    for i in order:
        if len(told[i]) <= left:
            kept.add(i)
            left -= len(told[i])
    yield from (Slot((told[i],)) for i in sorted(kept))
    if told and len(kept) < len(told):
        yield words.slot("rest", final.FINAL_REST, lead=words.lead).spared(5)


def _demands(words: Words) -> Iterator[Slot]:
    plan = words.plan
    open_ones = unanswered(plan.record, plan.demands)
    if open_ones:
        asks = words.asks(open_ones)
        wordings = final.FINAL_UNANSWERED if asks.words else final.FINAL_UNANSWERED_ALL
        yield words.slot("unanswered", wordings, lead=words.lead, **asks.facts)
    elif plan.demands:
        yield words.slot("answered", final.FINAL_ANSWERED).spared(2)
    if not open_ones and still_open(plan.record):
        yield words.slot("pending", final.FINAL_PENDING, lead=words.lead).spared(1)


def _shared(sentence: str, asked: list[str]) -> int:
    pairs = {sentence[i : i + 2] for i in range(len(sentence) - 1)}
    return max((len(pairs & {ask[i : i + 2] for i in range(len(ask) - 1)}) for ask in asked), default=0)
