"""Routes of the operator's work: triage, the history of a matter, decision and outcome."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query

from agent.desk.choices import choice_of
from agent.desk.records import Ticket
from agent.ledger.records import Actor, Choice, Decision, History, Outcome
from agent.people import Permission, allowed
from agent.web.bodies import ComplaintIn, DecisionIn, Identifier, OutcomeIn
from agent.web.identity import Decider, Triager
from agent.web.problems import ProblemError, responses
from agent.web.services import Door
from knowledge.workdays import SHANGHAI

router = APIRouter(prefix="/api/v1", tags=["matters"])
Recorded = Annotated[bool, Query(description="false: suggest only, write nothing", examples=[True])]
Language = Annotated[bool, Query(description="false: wait for no language model, where one is set", examples=[False])]


@router.post("/triage", responses=responses(503))
async def triage(
    body: ComplaintIn, door: Door, actor: Triager, record: Recorded = True, language: Language = True
) -> Ticket:
    """Suggest category, departments, urgency, deadline, law and reply for one complaint; a person decides."""
    complaint = body.complaint(dt.datetime.now(SHANGHAI).replace(microsecond=0))
    workers = door.waiters if door.has_language and language else door.workers
    ticket = await workers.run(door.desk.take, complaint, actor, record=record, language=language)
    door.metrics.triaged(ticket.suggestion)
    error = ticket.suggestion.error
    if error is not None:
        raise ProblemError(422, error.code, error.message)
    return ticket


@router.get("/matters/{matter_id}", responses=responses(404))
def history(matter_id: Identifier, door: Door, actor: Triager) -> History:
    """Everything that happened to one matter; personal data masked for roles that need no names."""
    return door.desk.history(matter_id, actor, names=allowed(actor.role, Permission.SEE_NAMES))


@router.post("/matters/{matter_id}/decisions", status_code=201, responses=responses(404, 409))
def decide(matter_id: Identifier, body: DecisionIn, door: Door, actor: Decider) -> Decision:
    """Accept, change or return a suggestion; accepting needs no choice.

    A second decision on the same matter must name the one that it replaces.
    """
    choice = body.choice or _as_suggested(door, matter_id, body, actor)
    return door.desk.decide(
        matter_id,
        body.suggestion_id,
        body.action,
        choice,
        actor,
        reason=body.reason,
        seconds=body.seconds,
        replaces=body.replaces,
    )


@router.post("/matters/{matter_id}/outcomes", status_code=201, responses=responses(404))
def outcome(matter_id: Identifier, body: OutcomeIn, door: Door, actor: Decider) -> Outcome:
    """Record what came back from the handling unit: returned and why, or closed and whether it was solved."""
    return door.desk.outcome(
        matter_id,
        body.kind,
        actor,
        unit=body.unit,
        reason=body.reason,
        record=body.record,
        solved=body.solved,
        satisfied=body.satisfied,
    )


def _as_suggested(door: Door, matter_id: str, body: DecisionIn, actor: Actor) -> Choice:
    """The choice that nobody wrote down: the suggestion's own, none for a matter that is sent back."""
    if body.action == "return":
        return Choice()
    # unmasked: the ledger compares with what was suggested, and nothing of it is in the answer but what was chosen
    for stored in door.desk.history(matter_id, actor, names=True).suggestions:
        if stored.id == body.suggestion_id:
            return choice_of(stored.suggestion)
    raise ProblemError(404, "not_found", "这件事项没有这条建议，请核对 suggestion_id。")
