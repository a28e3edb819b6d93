"""A plan as the JSON that a model words: all that may be said, nothing else.

Words that come from a citizen or a unit are made safe; official names and articles come from our own tables and only
lose delimiters.
"""

from __future__ import annotations

import json

from agent.drafting.demands import brief
from agent.drafting.phrases import ending
from agent.drafting.plan import MAX_CHARS, MIN_CHARS, Plan, PlanIssue
from agent.drafting.template import cite, mark
from agent.wording_model._data import fenced, safe

_MAX_LAWS = 3
_MAX_ARTICLE = 300  # characters of one article shown
_MAX_RECORD = 1200


def say_points(plan: Plan) -> str:
    """The points as indented JSON; a point that the plan does not have is left out."""
    final = plan.form == "final"
    points: dict[str, object] = {
        "类型": plan.kind,
        "阶段": "办结答复" if final else "收到后的首次回复",
        "事项": safe(plan.matter),
        "地点": safe(plan.place),
        "诉求": [safe(demand.text) for demand in plan.demands],
        "可引诉求": [safe(words) for demand in plan.demands if (words := brief(demand))],
        **_who(plan),
        "依据": [
            {"条款": cite((citation,)), "原文": fenced(citation.text)[:_MAX_ARTICLE]}
            for citation in plan.citations[:_MAX_LAWS]
        ],
        "办理期限": "" if final else plan.due_text,
        "安全提示": [ending.HAZARD[hazard] for hazard in plan.hazards] if plan.urgent else [],
        "可给建议": [fenced(sentence) for sentence in plan.advice],
        "空缺": [mark(blank) for blank in plan.blanks],
        "办理记录": safe(plan.record)[:_MAX_RECORD] if final else "",
        "字数": f"{MIN_CHARS}至{MAX_CHARS}字",
    }
    return json.dumps({name: point for name, point in points.items() if point}, ensure_ascii=False, indent=1)


def _who(plan: Plan) -> dict[str, object]:
    """Who acts; a body outside of the city or the hotline takes the place of a unit."""
    if plan.outside_city:
        return {"不属郑州": f"事情发生在{safe(plan.outside_city)}，请市民向当地反映"}
    if plan.excluded and not plan.issues:
        return {"热线不受理": f"请市民向{fenced(plan.authority) or ending.ANY_AUTHORITY}反映"}
    return {
        "主办单位": plan.lead.unit if plan.lead is not None and not plan.issues else "",
        "协办单位": list(plan.assists),
        "分项": [_issue(issue) for issue in plan.issues],
    }


def _issue(issue: PlanIssue) -> dict[str, str]:
    return {"事项": safe(issue.matter), "主办单位": issue.lead.unit if issue.lead is not None else "待确定"}
