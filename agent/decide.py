"""Who must look before a suggestion goes out: nobody, an operator, or a reviewer."""

from __future__ import annotations

from agent.schema import CategoryGuess, Decision, Dispatch, UrgencyGuess
from knowledge.vocabulary import Risk

# Below this the runner-up is right nearly as often: an experienced eye should choose.
REVIEW_BELOW = 0.35
SENSITIVE = frozenset({Risk.STABILITY, Risk.OPINION})


def decide(
    category: CategoryGuess,
    dispatch: Dispatch,
    urgency: UrgencyGuess,
    *,
    issues: int,
    outside: bool,
    target_precision: float,
) -> Decision:
    """Choose the route.

    Args:
        category: Chosen category.
        dispatch: Chosen departments; its confidence is calibrated, so among matters above
            `target_precision` at least that share is right.
        urgency: Level and risks.
        issues: Separate matters in the complaint.
        outside: The matter lies outside 郑州.
        target_precision: Precision wanted of automatic dispatch.
    """
    if urgency.level == 2:
        return Decision(route="reviewer", reason="涉及人身安全，须立即由复核员处置")
    sensitive = [risk.value for risk in urgency.risks if risk in SENSITIVE]
    if sensitive:
        return Decision(route="reviewer", reason=f"涉及{'、'.join(sensitive)}，须由复核员把关")
    if dispatch.confidence < REVIEW_BELOW:
        return Decision(route="reviewer", reason=f"主办单位把握不足（{dispatch.confidence:.0%}），须由复核员判断")
    doubts = []
    if outside:
        doubts.append("事发地不在郑州")
    if dispatch.lead.id == "out":
        doubts.append("可能不属热线受理范围")
    if issues > 1:
        doubts.append(f"含{issues}个独立事项")
    if urgency.level == 1:
        doubts.append("须当日处置")
    if dispatch.confidence < target_precision:
        doubts.append(f"主办单位把握{dispatch.confidence:.0%}，未达{target_precision:.0%}")
    if doubts:
        return Decision(route="operator", reason="；".join(doubts) + "，请受理员确认")
    return Decision(route="auto", reason=f"主办单位把握{dispatch.confidence:.0%}，无风险信号，可自动派单")
