"""Routes of the reviewer's work: the queue, and what is said of a decision."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from agent.desk.records import QueueFilter, QueueItem
from agent.ledger.records import Review
from agent.web.bodies import ReviewIn
from agent.web.identity import Reviewer
from agent.web.problems import responses
from agent.web.services import Door

router = APIRouter(prefix="/api/v1", tags=["reviews"])
Many = Annotated[int, Query(ge=1, le=500, description="how many at most", examples=[50])]
_WORD = 100


@router.get("/reviews", responses=responses())
def queue(
    door: Door,
    actor: Reviewer,
    k: Many = 50,
    department: Annotated[str, Query(max_length=_WORD, description="id of the lead", examples=["cgj"])] = "",
    category: Annotated[
        str, Query(pattern=r"^\d{0,6}$", description="first digits of the code", examples=["0102"])
    ] = "",
    channel: Annotated[str, Query(max_length=_WORD, description="where it came in", examples=["12345热线"])] = "",
    operator: Annotated[str, Query(max_length=_WORD, description="who decided", examples=["wangmin"])] = "",
    text: Annotated[str, Query(max_length=_WORD, description="occurs in the masked text", examples=["路灯"])] = "",
    days: Annotated[int | None, Query(ge=1, le=3650, description="recorded within so many days", examples=[30])] = None,
    decided: Annotated[
        bool | None, Query(description="false: matters that wait for their operator, too", examples=[True])
    ] = None,
    reviewed: Annotated[
        bool | None, Query(description="true: matters that were reviewed already, too", examples=[False])
    ] = None,
) -> tuple[QueueItem, ...]:
    """What to read first: matters by expected loss, masked."""
    chosen = QueueFilter(
        department=department,
        category=category,
        channel=channel,
        operator=operator,
        text=text,
        days=days,
        decided=decided,
        reviewed=reviewed,
    )
    return door.desk.queue(chosen, k)


@router.post("/reviews", status_code=201, responses=responses(404, 409))
def review(body: ReviewIn, door: Door, actor: Reviewer) -> Review:
    """Agree with a decision or correct it; a correction becomes a past case at once.

    A second review of the same decision must name the one that it replaces.
    """
    return door.desk.review(
        body.decision_id, body.verdict, body.choice, actor, reason=body.reason, replaces=body.replaces
    )
