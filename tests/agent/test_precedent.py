"""A sentence of procedure is taken from similar replies; the facts of another case never are."""

from __future__ import annotations

import pytest

from agent.drafting import build_plan
from agent.drafting.precedent import procedure
from agent.schema import ComplaintReading, Dispatch, Unit, UrgencyGuess
from knowledge.vocabulary import Address, Kind

QUESTION = "灵活就业人员医疗保险断缴怎么补缴"
RULE = "灵活就业人员医疗保险断缴的，可凭身份证到医保经办窗口申请补缴"


@pytest.mark.parametrize(
    ("reply", "want"),
    [
        (f"医保部门答复：{RULE}。祝您生活愉快。", RULE),
        ("该灵活就业人员医疗保险断缴已于窗口申请补缴，可联系承办人。", ""),
        ("灵活就业人员医疗保险断缴的，可凭身份证到中原区窗口申请补缴。", ""),
        ("灵活就业人员医疗保险断缴满3个月的，可申请补缴。", ""),
        ("公园长椅损坏的，可向园林部门申请更换并登记位置。", ""),
        ("灵活就业人员医疗保险断缴补缴的事情我们很重视。", ""),
        ("", ""),
    ],
    ids=["rule", "act", "place", "number", "other-matter", "no-rule", "empty"],
)
def test_only_a_general_rule_of_the_same_matter_is_taken(reply: str, want: str) -> None:
    """No act, place, number or person of the other case, and nothing about another matter."""
    assert procedure(QUESTION, [reply]) == want


def test_the_best_reply_that_has_a_rule_is_used() -> None:
    """Replies are read in their order; one without a rule is passed by."""
    other = "灵活就业人员医疗保险断缴的，须先到税务窗口核对缴费记录"
    assert procedure(QUESTION, ["已办结。", f"{RULE}。", f"{other}。"]) == RULE


@pytest.mark.parametrize("kind", ["咨询", "投诉"], ids=["question", "complaint"])
def test_a_question_is_told_how_others_were_answered(kind: Kind) -> None:
    """A 咨询 gets the sentence as advice with its source; other kinds do not."""
    complaint = ComplaintReading(title="", summary="", kind=kind, masked_text=f"请问{QUESTION}？", address=Address())
    lead = Unit(id="ybj", name="郑州市医疗保障局", unit="郑州市医疗保障局")
    sent = Dispatch(lead=lead, confidence=0.9, reason="")
    urgency = UrgencyGuess(level=0, confidence=0.9)
    plan = build_plan(complaint, sent, urgency, None, None, precedents=[f"{RULE}。"])
    told = [sentence for sentence in plan.advice if RULE in sentence]
    assert told == ([f"据同类咨询的答复，{RULE}，供您参考。"] if kind == "咨询" else [])
