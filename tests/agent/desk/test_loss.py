"""The order of the review queue, and the sentence that explains it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

import pytest

from agent.desk.facts import Facts
from agent.desk.loss import QUIET, standing
from knowledge.vocabulary import Risk
from tests.agent.desk.support import MORNING, facts

ACCEPTED = facts(0, chosen="cgj")


@dataclass(frozen=True)
class Pair:
    """Two matters that differ in one thing; the first must stand higher."""

    id: str
    first: dict[str, object]
    second: dict[str, object] = field(default_factory=dict)


PAIRS = [
    Pair("danger-before-quiet", {"urgency": 2}),
    Pair("danger-before-same-day", {"urgency": 2}, {"urgency": 1}),
    Pair("sensitive-before-dangerous", {"risks": (Risk.STABILITY,)}, {"risks": (Risk.FOOD_DRUG,)}),
    Pair("dangerous-before-repeated", {"risks": (Risk.FOOD_DRUG,)}, {"risks": (Risk.REPEATED,)}),
    Pair("two-risks-before-one", {"risks": (Risk.FOOD_DRUG, Risk.MINORS)}, {"risks": (Risk.FOOD_DRUG,)}),
    Pair("overdue-before-near", {"due": MORNING - dt.timedelta(hours=1)}, {"due": MORNING + dt.timedelta(hours=1)}),
    Pair("near-before-far", {"due": MORNING + dt.timedelta(hours=1)}, {"due": MORNING + dt.timedelta(days=9)}),
    Pair(
        "overdue-and-open-before-closed",
        {"due": MORNING - dt.timedelta(hours=1)},
        {"due": MORNING - dt.timedelta(hours=1), "finished": True},
    ),
    Pair("unsure-lead-before-sure", {"lead_confidence": 0.4}, {"lead_confidence": 0.8}),
    Pair("unsure-category-before-sure", {"category_confidence": 0.1}),
    Pair("unsure-lead-before-unsure-category", {"lead_confidence": 0.4}, {"category_confidence": 0.4}),
    Pair("changed-lead-before-category", {"changed": ("lead",)}, {"changed": ("category",)}),
    Pair("changed-category-before-accepted", {"changed": ("category",)}),
    Pair("returned-before-changed-lead", {"returned": True, "finished": True}, {"changed": ("lead",)}),
    Pair("unsolved-before-closed", {"unsolved": True, "finished": True}, {"finished": True}),
    Pair("failed-checks-before-passed", {"failed_checks": 1}),
    Pair("close-runner-up-before-far", {"runner_up": 0.8}, {"runner_up": 0.1}),
]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)
def test_order(pair: Pair) -> None:
    """What risks, doubts or contradicts more stands higher, other things equal."""
    higher, lower = (standing(replace(ACCEPTED, **one), MORNING) for one in (pair.first, pair.second))  # type: ignore[arg-type]  # fields of Facts
    assert higher.loss.value > lower.loss.value


def test_product_is_the_documented_formula() -> None:
    """Risk, doubt and disagreement of one matter, worked out by hand."""
    matter = facts(
        0,
        chosen="scj",
        urgency=1,
        risks=(Risk.WAGES,),
        lead_confidence=0.6,
        category_confidence=0.5,
        runner_up=0.3,
        returned=True,
        finished=True,
    )
    loss = standing(matter, MORNING).loss
    assert loss.risk == pytest.approx(1 - 0.9 * 0.6 * 0.7)
    assert loss.doubt == pytest.approx(1 - 0.6 * 0.75)
    # changed lead, returned, and a runner-up half as likely: 0.4 × 0.5
    assert loss.disagreement == pytest.approx(1 - 0.9 * 0.5 * 0.3 * 0.8)
    assert loss.value == pytest.approx(loss.risk * loss.doubt * loss.disagreement, abs=1e-5)


def test_no_factor_silences_the_others() -> None:
    """A sure, quiet, accepted matter still has a place in the list."""
    loss = standing(facts(0, chosen="cgj", lead_confidence=1.0, category_confidence=1.0), MORNING).loss
    assert loss.risk == pytest.approx(QUIET)
    assert loss.value > 0


WHYS: list[tuple[str, Facts, str]] = [
    ("quiet", facts(0, chosen="cgj"), "无风险信号；主办把握90%、类别把握90%；受理员照建议派出。"),
    ("undecided", facts(0, lead_confidence=0.2999), "无风险信号；主办把握29%、类别把握90%；尚无人办理。"),
    (
        "everything",
        facts(0, chosen="scj", urgency=2, risks=(Risk.GROUP,), returned=True, finished=True, lead_confidence=0.5),
        "须立即处置、涉及群体性；主办把握50%、类别把握90%；承办单位退回、受理员改了主办单位。",
    ),
    ("sent-back", facts(0, chosen="cgj", action="return"), "无风险信号；主办把握90%、类别把握90%；受理员退回未派。"),
]


@pytest.mark.parametrize(("matter", "why"), [pytest.param(m, w, id=i) for i, m, w in WHYS])
def test_sentence(matter: Facts, why: str) -> None:
    """The reason names what weighs, the weightiest first."""
    assert standing(matter, MORNING).why == why
