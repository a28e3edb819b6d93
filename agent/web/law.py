"""Routes of looking up: statutes, past cases, and citations checked."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query

from agent.schema import RegulationHit, SimilarCase
from agent.web.bodies import Day, TextIn
from agent.web.identity import Triager
from agent.web.problems import responses
from agent.web.services import Door
from knowledge.citing import CheckedCitation
from knowledge.workdays import SHANGHAI

router = APIRouter(prefix="/api/v1", tags=["knowledge"])
Question = Annotated[
    str,
    Query(
        min_length=1,
        max_length=500,
        pattern=r"\S",
        description="in everyday words, 1 to 500 characters",
        openapi_examples={"plain": {"value": "工地晚上能施工吗"}},
    ),
]
Many = Annotated[int, Query(ge=1, le=100, description="how many at most", examples=[5])]
AsOf = Annotated[Day | None, Query(description="day whose law counts; today when missing", examples=["2026-03-14"])]


@router.get("/search", responses=responses(503))
async def search(q: Question, door: Door, actor: Triager, as_of: AsOf = None, k: Many = 8) -> tuple[RegulationHit, ...]:
    """Articles in force that answer a plain-language question, best first."""
    return await door.workers.run(door.desk.search, q.strip(), as_of or today(), k)


@router.get("/similar", responses=responses(503))
async def similar(q: Question, door: Door, actor: Triager, k: Many = 5) -> tuple[SimilarCase, ...]:
    """Past cases like a text, and who took them."""
    return await door.workers.run(door.desk.similar, q.strip(), k)


@router.post("/cite-check", responses=responses(503))
async def cite_check(body: TextIn, door: Door, actor: Triager) -> tuple[CheckedCitation, ...]:
    """Every citation of law in a text: in force, article exists, quoted words stand in it."""
    return await door.workers.run(door.desk.cite_check, body.text, body.as_of or today())


def today() -> dt.date:
    """The day in Zhengzhou."""
    return dt.datetime.now(SHANGHAI).date()
