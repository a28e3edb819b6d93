"""Why a department is proposed: the strongest ground there is, in one sentence that an operator can check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.classify.firm import FirmRule
from agent.schema import CategoryGuess
from agent.wording import percent
from knowledge.cases import CaseHit
from knowledge.numerals import article_label
from knowledge.vocabulary import Citation, Department, Duty, PastCase


@dataclass(frozen=True, slots=True)
class Grounds:
    """What stands behind the chosen lead, strongest first."""

    precedent: PastCase | None
    rule: FirmRule | None
    duty: Duty | None


def assist_reason(helper: str, duty: Duty | None, cases: Sequence[CaseHit], chance: float) -> str:
    """Why a department should help: the duty table, else similar cases, else habit and its chance."""
    if duty is not None and helper == duty.lead:
        return f"职责清单“{duty.topic}”列为主办"
    if duty is not None and helper in duty.assist:
        return f"职责清单“{duty.topic}”列为协办"
    alike = sum(helper in {hit.case.lead, *hit.case.assist} for hit in cases)
    if alike:
        return f"{alike}件相似工单由其主办或协办"
    return f"按文本特征和同类工单的协办习惯（把握{percent(chance)}）"


def lead_reason(
    lead: Department,
    grounds: Grounds,
    basis: tuple[Citation, ...],
    category: CategoryGuess,
    cases: tuple[CaseHit, ...],
) -> str:
    """One sentence an operator can check: the strongest ground there is."""
    name, duty = lead.name, grounds.duty
    if grounds.precedent is not None:
        return f"与本地已办工单 {grounds.precedent.id} 属同类事项，参照由{name}主办。"
    if grounds.rule is not None:
        return f"按规则由{name}先行处置：{grounds.rule.source}。"
    if duty is not None:
        law = next((c for c in basis if c.article), None)
        source = f"（依据《{law.law}》{article_label(law.article)}）" if law is not None else ""
        if duty.lead != lead.id:
            learned = f"清单列{name}为协办，按文本特征和相似工单建议由其主办，请核对"
            return f"事项与职责清单“{duty.topic}”相符{source}，{learned}。"
        sure = "" if duty.safe else "，该职责划分尚需核实"
        return f"事项与职责清单“{duty.topic}”相符，由{name}主办{source}{sure}。"
    same = sum(hit.case.category == category.code for hit in cases)
    if same:
        return f"归入“{category.level3}”，有{same}件同类相似工单可参照，建议由{name}主办。"
    return f"职责清单中没有直接对应的事项，按文本特征建议由{name}主办，请人工核对。"
