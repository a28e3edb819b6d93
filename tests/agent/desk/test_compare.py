"""Two versions over one backlog."""

from __future__ import annotations

import pytest

from agent import Settings, TriageAgent
from agent.desk import Desk, QueueFilter
from agent.desk.compare import mcnemar
from agent.ledger import Ledger
from agent.schema import Suggestion
from tests import suggestions
from tests.agent.desk.support import OPERATOR, REVIEWER, ScriptedAgent, complaint, suggestion_for

TEXTS = [f"金水区第{at}个路口：很浓的煤气味" for at in range(6)]


def said(*leads: str) -> dict[str, Suggestion]:
    """A lead for each text."""
    return {text: suggestion_for("", lead=lead) for text, lead in zip(TEXTS, leads, strict=True)}


def test_what_another_version_would_change(ledger: Ledger, real_agent: TriageAgent) -> None:
    """Six matters: the other version mends two leads, breaks one, and one matter nobody has judged."""
    this = ScriptedAgent(real_agent, said("cgj", "cgj", "cgj", "cgj", "cgj", "cgj"))
    other = ScriptedAgent(real_agent, said("cgj", "scj", "scj", "hbj", "hbj", "cgj"))
    desk = Desk(this, ledger, Settings())
    for text, right in zip(TEXTS, ("cgj", "scj", "scj", "cgj", "", "cgj"), strict=True):
        ticket = desk.take(complaint(text), OPERATOR)
        if right:
            choice = desk.choice_of(ticket.suggestion).model_copy(update={"lead": right, "assist": ()})
            desk.decide(ticket.matter_id, ticket.suggestion_id, "accept", choice, OPERATOR)
    found = desk.compare(other, QueueFilter(), 10)
    lead = found.fields[0]
    assert (lead.field, lead.n, lead.changed, lead.known) == ("lead", 6, 4, 5)
    assert (lead.this_right, lead.other_right, lead.only_this, lead.only_other) == (3, 4, 1, 2)
    assert lead.p == 1.0
    assert {change.differences[0].after for change in found.changes} == {"scj", "hbj"}
    assert len(found.changes) == 4
    assert [(one.route, one.this, one.other) for one in found.routes][1] == ("operator", 6, 6)
    assert desk.compare(other, QueueFilter(), 2).matters == 2


def test_erased_failed_and_taught_matters_are_told_apart(ledger: Ledger, real_agent: TriageAgent) -> None:
    """A matter without text, one that a version cannot read: counted, and not among right and wrong."""
    this = ScriptedAgent(real_agent, said("cgj", "cgj", "cgj", "cgj", "cgj", "cgj"))
    other = ScriptedAgent(real_agent, {TEXTS[1]: suggestions.error()})
    desk = Desk(this, ledger, Settings())
    tickets = [desk.take(complaint(text), OPERATOR) for text in TEXTS[:3]]
    ledger.erase([tickets[0].matter_id], REVIEWER, "本人申请")
    found = desk.compare(other, QueueFilter(), 10)
    assert (found.matters, found.erased, found.failed, found.taught) == (1, 1, 1, 0)


@pytest.mark.parametrize(
    ("only_this", "only_other", "p"),
    [(0, 0, 1.0), (3, 3, 1.0), (0, 5, 0.0625), (1, 9, 0.021484375), (2000, 2000, 1.0)],
    ids=["none", "even", "five", "nine-to-one", "many"],
)
def test_mcnemar(only_this: int, only_other: int, p: float) -> None:
    """Two-sided exact binomial probabilities, from the table of the fair coin."""
    assert mcnemar(only_this, only_other) == pytest.approx(p)
    assert mcnemar(only_other, only_this) == pytest.approx(p)
