"""Two versions of the agent over the same matters, before one takes the other's place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import get_args

from agent.desk.facts import LEVELS, Facts, Labels, labels_of
from agent.desk.lessons import case_id
from agent.desk.records import ComparedMatter, Comparison, Difference, FieldComparison, Measured, RouteShare
from agent.ledger.records import Entry
from agent.schema import Route, Suggestion
from agent.triage import TriageAgent

_SHOWN = 100  # matters listed
_MEASURED: tuple[Measured, ...] = get_args(Measured)
_ROUTES: tuple[Route, ...] = get_args(Route)
_NOTE = (
    "“对错”以复核结论为准，没有复核的以受理员决定为准；受理员看过的是当时版本的建议，这对与之相近的版本略有利。"
    "已成为以往工单的事项两边都能直接查到，不计入对错。"
)


@dataclass(frozen=True, slots=True)
class _Pair:
    """What two versions say of one matter, and what a person finally said."""

    matter_id: str
    title: str
    this: Labels
    other: Labels
    this_route: Route | None
    other_route: Route | None
    final: Labels | None


def compare(agent: TriageAgent, other: TriageAgent, entries: Iterable[Entry]) -> Comparison:
    """Triage the same matters with both, without drafts and without a language model.

    Args:
        agent: This version.
        other: The one that may take its place.
        entries: The matters.
    """
    pairs: list[_Pair] = []
    failed = erased = taught = 0
    for entry in entries:
        if not entry.matter.text:
            erased += 1
            continue
        complaint = entry.matter.complaint()
        mine = agent.triage(complaint, draft=False, language=False)
        theirs = other.triage(complaint, draft=False, language=False)
        if mine.status == "error" or theirs.status == "error":
            failed += 1
            continue
        own = case_id(entry.matter.id)
        learned = own in agent.base.cases or own in other.base.cases
        taught += learned
        pairs.append(_pair(entry, mine, theirs, learned=learned))
    return Comparison(
        this=agent.provenance(language=False),
        other=other.provenance(language=False),
        matters=len(pairs),
        failed=failed,
        erased=erased,
        taught=taught,
        fields=tuple(_field(pairs, field) for field in _MEASURED),
        routes=_routes(pairs),
        changes=tuple(_compared(pair) for pair in pairs if _differences(pair))[:_SHOWN],
        note=_NOTE,
    )


def mcnemar(only_this: int, only_other: int) -> float:
    """Chance of a split at least so uneven when both are right equally often: exact, two-sided.

    Source:
        Q. McNemar (1947); the exact form is the binomial test of the pairs on which the two differ.
    """
    n, few = only_this + only_other, min(only_this, only_other)
    if not n:
        return 1.0
    tail = sum(comb(n, k) for k in range(few + 1))
    return min(1.0, float(Fraction(2 * tail, 2**n)))


def _pair(entry: Entry, mine: Suggestion, theirs: Suggestion, *, learned: bool) -> _Pair:
    return _Pair(
        matter_id=entry.matter.id,
        title=mine.complaint.title if mine.complaint else "",
        this=labels_of(mine),
        other=labels_of(theirs),
        this_route=mine.decision.route if mine.decision else None,
        other_route=theirs.decision.route if theirs.decision else None,
        final=None if learned else Facts.of(entry).final,
    )


def _label(labels: Labels, field: Measured) -> str:
    if field == "lead":
        return labels.lead
    return str(labels.urgency) if field == "urgency" else labels.category[: LEVELS[field]]


def _field(pairs: Sequence[_Pair], field: Measured) -> FieldComparison:
    known = [(pair, _label(pair.final, field)) for pair in pairs if pair.final and _label(pair.final, field)]
    rights = [(_label(pair.this, field) == right, _label(pair.other, field) == right) for pair, right in known]
    only_this, only_other = rights.count((True, False)), rights.count((False, True))
    return FieldComparison(
        field=field,
        n=len(pairs),
        changed=sum(_label(pair.this, field) != _label(pair.other, field) for pair in pairs),
        known=len(known),
        this_right=sum(this for this, _ in rights),
        other_right=sum(other for _, other in rights),
        only_this=only_this,
        only_other=only_other,
        p=round(mcnemar(only_this, only_other), 4),
    )


def _routes(pairs: Sequence[_Pair]) -> tuple[RouteShare, ...]:
    this, other = Counter(pair.this_route for pair in pairs), Counter(pair.other_route for pair in pairs)
    return tuple(RouteShare(route=route, this=this[route], other=other[route]) for route in _ROUTES)


def _differences(pair: _Pair) -> tuple[Difference, ...]:
    shown = (
        ("category", pair.this.category, pair.other.category),
        ("lead", pair.this.lead, pair.other.lead),
        ("urgency", str(pair.this.urgency), str(pair.other.urgency)),
        ("route", pair.this_route or "", pair.other_route or ""),
    )
    return tuple(Difference(field=name, before=one, after=two) for name, one, two in shown if one != two)


def _compared(pair: _Pair) -> ComparedMatter:
    final = pair.final
    return ComparedMatter(
        matter_id=pair.matter_id,
        title=pair.title,
        differences=_differences(pair),
        right_category=final.category if final else "",
        right_lead=final.lead if final else "",
    )
