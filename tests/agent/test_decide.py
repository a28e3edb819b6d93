"""Who must look: the route and its reason."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from agent.decide import decide
from agent.schema import CategoryGuess, Dispatch, Route, Unit, UrgencyGuess
from knowledge.vocabulary import Risk, Urgency


@dataclass(frozen=True)
class Case:
    """One situation and the route it must take."""

    id: str
    route: Route
    confidence: float = 0.97
    level: Urgency = 0
    risks: tuple[Risk, ...] = ()
    category: float = 0.9
    doubts: tuple[str, ...] = ()
    says: str = ""


CASES = (
    Case("sure-and-plain", "auto", says="可自动派单"),
    Case("not-sure-enough", "operator", confidence=0.94, says="未达自动派单所需的95%"),
    Case("hardly-sure", "reviewer", confidence=0.2, says="把握不足"),
    Case("danger-to-life", "reviewer", level=2, says="人身安全"),
    Case("same-day", "operator", level=1, says="当日"),
    Case("stability", "reviewer", risks=(Risk.STABILITY,), says="涉稳"),
    Case("press", "reviewer", risks=(Risk.OPINION,), says="舆情"),
    Case("ordinary-risk-alone", "auto", risks=(Risk.MINORS,)),
    Case("risk-of-harm-at-level-0", "operator", risks=(Risk.PERSONAL_SAFETY,), says="人身安全"),
    Case("just-below-the-target", "operator", confidence=0.9499, says="把握94%，未达自动派单所需的95%"),
    Case("category-in-doubt", "operator", category=0.4, says="事项类别把握40%"),
    Case("another-doubt", "operator", doubts=("事发地不在郑州",), says="不在郑州"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_route(case: Case) -> None:
    """Nothing goes automatically that is dangerous, sensitive, doubtful or more than one matter."""
    category = CategoryGuess(
        code="010202", level1="城乡建设", level2="城市建设和市政管理", level3="城管执法", confidence=case.category
    )
    dispatch = Dispatch(lead=Unit(id="cgj", name="甲", unit="甲"), confidence=case.confidence, reason="")
    decision = decide(
        category,
        dispatch,
        UrgencyGuess(level=case.level, confidence=0.9, risks=case.risks),
        doubts=case.doubts,
        lead_from=0.95,
    )
    assert decision.route == case.route
    assert case.says in decision.reason
