"""Who must look before a suggestion goes out: nobody, an operator, or a reviewer."""

from __future__ import annotations

from collections.abc import Sequence

from agent.schema import CategoryGuess, ComplaintReading, Deadline, Decision, Dispatch, Draft, Track, UrgencyGuess
from agent.wording import percent, percent_needed
from knowledge.vocabulary import CitationState, Department, Risk

# Below this the runner-up is right nearly as often: an experienced eye should choose.
REVIEW_BELOW = 0.35
# A category below one half is more likely wrong than right, and deadlines and statistics hang on it.
CATEGORY_BELOW = 0.5
SENSITIVE = frozenset({Risk.STABILITY, Risk.OPINION})
DANGEROUS = frozenset({Risk.PERSONAL_SAFETY, Risk.PUBLIC_SAFETY, Risk.FOOD_DRUG, Risk.WAGES})


def decide(
    category: CategoryGuess,
    dispatch: Dispatch,
    urgency: UrgencyGuess,
    *,
    doubts: Sequence[str],
    lead_from: float,
) -> Decision:
    """Choose the route.

    Args:
        category: Best category, whether shown or not.
        dispatch: Chosen departments; its confidence is calibrated.
        urgency: Level and risks; a risk of harm keeps a matter from going out unseen, whatever its level.
        doubts: Further reasons for a person to look, in words for the operator.
        lead_from: Confidence of the lead from which on automatic dispatch keeps the precision wanted.
    """
    if urgency.level == 2:
        return Decision(route="reviewer", reason="涉及人身安全，须立即由复核员处置")
    sensitive = [risk.value for risk in urgency.risks if risk in SENSITIVE]
    if sensitive:
        return Decision(route="reviewer", reason=f"涉及{'、'.join(sensitive)}，须由复核员把关")
    if dispatch.confidence < REVIEW_BELOW:
        return Decision(route="reviewer", reason=f"主办单位把握不足（{percent(dispatch.confidence)}），须由复核员判断")
    reasons = list(doubts)
    if urgency.level == 1:
        reasons.append("须当日处置")
    dangerous = [risk.value for risk in urgency.risks if risk in DANGEROUS]
    if dangerous:
        reasons.append(f"涉及{'、'.join(dangerous)}")
    if category.confidence < CATEGORY_BELOW:
        reasons.append(f"事项类别把握{percent(category.confidence)}")
    if dispatch.confidence < lead_from:
        reasons.append(f"主办单位把握{percent(dispatch.confidence)}，未达自动派单所需的{percent_needed(lead_from)}")
    if reasons:
        return Decision(route="operator", reason="；".join(reasons) + "，请受理员确认")
    return Decision(route="auto", reason=f"主办单位把握{percent(dispatch.confidence)}，无风险信号，可自动派单")


def find_doubts(
    complaint: ComplaintReading,
    track: Track,
    deadline: Deadline,
    draft: Draft | None,
    *,
    lead: Department,
    outside: bool,
    precedent: bool,
    placeless: bool = False,
    manner: Sequence[str] = (),
) -> list[str]:
    """What, beside probabilities, a person should look at.

    Args:
        complaint: What was read.
        track: The track chosen.
        deadline: The time limit, or why there is none.
        draft: The reply draft, when one was written.
        lead: The department chosen.
        outside: Whether the place is not in 郑州.
        precedent: Whether a case decided here was followed.
        placeless: Whether the matter has a place and none is told.
        manner: What in the wording itself a person should see, in words for the operator.
    """
    wrong = any(c.state not in (CitationState.VERIFIED, CitationState.OUT_OF_CORPUS) for c in complaint.citations)
    several = len(complaint.issues)
    said = (
        (outside, "事发地不在郑州"),
        (placeless, "还缺事发地点"),
        (lead.id == "out", "可能不属热线受理范围"),
        (lead.kind == "属地" and not complaint.address.district, "属地单位未知，请问清区县和街道"),
        (several > 1, f"含{several}个独立事项"),
        (track == "督办快办", "列入督办"),
        (precedent, "参照了本地同类工单"),
        (bool(deadline.error and deadline.rule), "办理时限未能算出"),
        (wrong, "诉求引用的法规有误或已失效"),
        (draft is not None and not all(check.ok for check in draft.checks), "答复草稿有检查项未通过"),
    )
    return [*manner, *(words for doubtful, words in said if doubtful)]
