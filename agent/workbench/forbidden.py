"""A page that is not theirs answers 403: the page itself says so to people, the status to programs and logs.

Only a status: what a page shows and does is guarded by `Shell` at every question.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.people.roles import allowed
from agent.web.identity import identity_of
from agent.workbench.shell import Page


class ForbiddenLayer:
    """Turns 200 into 403 where a page is asked for by a role that may not use it."""

    def __init__(self, app: ASGIApp, *, pages: Sequence[Page]) -> None:
        self.app = app
        self._needs = {f"/{page.path}": page.permission for page in pages}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; the gate further in finds out who asks before the answer starts."""
        needed = self._needs.get(scope.get("path", "")) if scope["type"] == "http" else None
        if needed is None:
            await self.app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            identity = identity_of(scope)
            foreign = identity is not None and not allowed(identity.actor.role, needed)
            if foreign and message["type"] == "http.response.start" and message["status"] == 200:
                message = {**message, "status": 403}
            await send(message)

        await self.app(scope, receive, answer)
