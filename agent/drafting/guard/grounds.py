"""What the product's own drafts may lean on beside their plan, collected from the city's tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent.drafting.guard.case import Grounds
from agent.drafting.guard.names import Place
from agent.drafting.plan import Plan
from knowledge.tables import Tables
from knowledge.vocabulary import Department


def own_grounds(plan: Plan, tables: Tables) -> Grounds:
    """The other names of the departments that a plan names, and the districts to know a wrong one by."""
    named = {lead.id for lead in (plan.lead, *(issue.lead for issue in plan.issues)) if lead is not None}
    wanted = [d for d in tables.departments if d.id in named or d.name in plan.assists]
    return Grounds(names=tuple(names_of(wanted)), places=districts_of(tables))


def names_of(departments: Iterable[Department]) -> Iterator[str]:
    """Official names with and without the city, and aliases."""
    for department in departments:
        yield department.name
        yield department.name.removeprefix("郑州市")
        yield from department.aliases


def districts_of(tables: Tables) -> tuple[Place, ...]:
    """The city's districts."""
    return tuple(Place(name=district.name, aliases=district.aliases) for district in tables.districts)
