"""No act of handling, result or finding without a record that tells it.

With a record a claim must be in it: of the same family of verbs, as done and not as ordered, about the same things,
not denied there, with the same dates and sums. What a claim is, is the business of `claims`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.drafting.guard import deeds
from agent.drafting.guard.case import Case, clauses_of, covered, grams, sentences_of
from agent.drafting.guard.claims import Claim, claims
from agent.drafting.guard.quantities import Amounts, read_amounts

_IN_RECORD = 0.34  # share of a clause's pairs from which on the record is about the same things
_SAME = 0.5  # share from which on a clause tells of one step of the record
_VERBATIM = 0.62  # share from which on a clause is the record's own
_PARTICLES = re.compile("对|该|进行|予以|了|的|已经?|均|并|也|某|其|向您?")
_OBJECT, _OBJECT_PAIRS = 12, 3  # characters after a verb that say of what, and pairs that make a thing
_MUCH = 5  # pairs that the record does not have, under which a clause may word it freely
_TWO_SIDED = re.compile("同意|认可|属实|发现|符合|合格|达标|满意|接受|达成|存在|愿意")
_NEGATED = re.compile("(?:不|未|没有?|无|拒绝|非|未能|未曾|并未)$")
_SUMS_UP = re.compile(r"^(?:本次|此次|以上|上述|所涉|综上|该问题|此事|目前)")
_CLOSED = re.compile(r"(?:均|现|业|都)?已(?:经)?(?:全部)?(?:办理|处理)(?:完毕|完成|到位)?[。；！]?$")
_EXACT_KINDS = frozenset({"money", "share", "level", "area", "length"})


@dataclass(frozen=True, slots=True)
class Step:
    """One clause of a record: what was done there, or only planned or ordered."""

    text: str
    done: frozenset[str]
    denied: bool
    amounts: Amounts


def acts(case: Case) -> Iterator[str]:
    """Clauses that tell of handling nobody recorded."""
    steps = tuple(_steps(case.record))
    record = grams(case.record)
    for claim in claims(case):
        objection = "没有记录的办理行为或结论"
        if steps:
            objection = "" if _CLOSED.search(claim.text) else _objection(claim, steps, record, case.record)
        if objection:
            yield f"{objection}“{claim.shown}”"


def _steps(record: str) -> Iterator[Step]:
    date = ""
    for sentence in sentences_of(record):
        ordered = False
        for clause in clauses_of(sentence):
            finished = bool(deeds.FINISHED.search(clause))
            ordered = ordered and not finished
            order, planned = deeds.ORDER.search(clause), deeds.PLANNED.search(clause)
            cut = min((m.end() for m in (order, planned) if m), default=len(clause))
            doing = "" if ordered else clause[:cut]
            found = read_amounts(clause, loose=True)
            date = found.dates[-1].text if found.dates else date
            yield Step(
                clause, frozenset(_families(doing)), bool(deeds.NOT.search(clause)),
                read_amounts(f"{date}，{clause}", loose=True),
            )  # fmt: skip
            ordered = ordered or (bool(order or planned) and not finished)


def _families(text: str) -> Iterator[str]:
    return (name for name, words in deeds.FAMILIES.items() if words.search(text))


def _objection(claim: Claim, steps: Sequence[Step], record: frozenset[str], told: str) -> str:
    """Why the record does not carry a claim; '' when it does."""
    clause = _PARTICLES.sub("，", claim.text)
    order = deeds.ORDER.search(clause)
    doing = clause[: order.end()] if order and not deeds.FINISHED.search(clause[order.end() :]) else clause
    wanted = set(_families(doing)) & deeds.GRAVE
    if not _carried(clause, wanted, steps, record):
        return "记录里没有的办理行为或结论"
    if _turned(clause, told):
        return "与记录相反的说法"
    pairs = grams(clause)
    nearest = max(steps, key=lambda step: len(pairs & grams(step.text)))
    said = read_amounts(f"{claim.date}，{clause}")
    if covered(nearest.text, pairs) >= _SAME or covered(clause, grams(nearest.text)) >= _SAME:
        dates = nearest.amounts.dates
        if dates and any(not any(date.within(other) for other in dates) for date in said.dates):
            return "与记录的日期不符"
    sums = {quantity.value for step in steps for quantity in step.amounts.quantities}
    exact = (quantity for quantity in said.quantities if quantity.kind in _EXACT_KINDS)
    return "与记录的数量不符" if any(quantity.value not in sums for quantity in exact) else ""


def _carried(clause: str, wanted: set[str], steps: Sequence[Step], record: frozenset[str]) -> bool:
    """Whether the record has the grave steps that a clause names, as done, and is about the same things."""
    share = covered(clause, record)
    done = {family for step in steps for family in step.done}
    if wanted - done and share < _VERBATIM:
        return False
    if wanted - {family for step in steps for family in _families(step.text)}:
        return False
    for family in wanted:
        found = deeds.FAMILIES[family].search(clause)
        thing = grams(clause[found.end() :]) if found else frozenset[str]()
        if len(thing) > _OBJECT_PAIRS and not thing & record:
            return False
    new = len(grams(clause) - record)
    return share >= _IN_RECORD or new < _MUCH or _SUMS_UP.search(clause) is not None


def _turned(clause: str, told: str) -> bool:
    """Whether a verb of agreeing or finding is affirmed where the record denies it of the same thing, or denied."""
    for found in _TWO_SIDED.finditer(clause):
        ours = _NEGATED.search(clause[: found.start()]) is not None
        about = grams(clause[found.end() : found.end() + _OBJECT])
        theirs = []
        for other in re.finditer(found[0], told):
            shared = len(about & grams(told[other.end() : other.end() + _OBJECT]))
            theirs.append((shared, _NEGATED.search(told[: other.start()]) is not None))
        most = max((shared for shared, _ in theirs), default=0)
        if theirs and all(denied != ours for shared, denied in theirs if shared == most):
            return True
    return False
