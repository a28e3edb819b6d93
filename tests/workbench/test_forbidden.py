"""The status of a page that is not theirs."""

from __future__ import annotations

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from agent.ledger.records import Actor, Role
from agent.people.roles import Permission
from agent.web.identity import Identity, remember
from agent.workbench.forbidden import ForbiddenLayer
from agent.workbench.shell import Page, Shell


def nothing(shell: Shell) -> None:
    """A page without anything on it."""


PAGES = (Page("", "受理台", Permission.DECIDE, nothing), Page("review", "复核台", Permission.REVIEW, nothing))


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("operator", "/", 200),
        ("operator", "/review", 403),
        ("operator", "/other", 200),
        ("reviewer", "/review", 200),
        (None, "/review", 200),
    ],
    ids=["own", "foreign", "no-page", "reviewer", "unknown"],
)
def test_status_of_a_page(role: Role | None, path: str, status: int) -> None:
    """403 only for a page whose right the role lacks; who is unknown is the gate's business."""

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        if role is not None:
            remember(scope, Identity(Actor(name="x", role=role), "cookie"))
        await PlainTextResponse("page")(scope, receive, send)

    answer = TestClient(ForbiddenLayer(inner, pages=PAGES)).get(path)
    assert (answer.status_code, answer.text) == (status, "page")
