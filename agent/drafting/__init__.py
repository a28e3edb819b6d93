"""Drafting: what may be said becomes a plan, the plan becomes a reply, the reply is checked."""

from agent.drafting.demands import Demand as Demand
from agent.drafting.guard import check_draft as check_draft
from agent.drafting.plan import Plan as Plan
from agent.drafting.plan import PlanIssue as PlanIssue
from agent.drafting.plan import build_plan as build_plan
from agent.drafting.template import write_draft as write_draft

__all__ = ["Demand", "Plan", "PlanIssue", "build_plan", "check_draft", "write_draft"]
