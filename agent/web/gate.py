"""The gate: nobody passes without an account, save to the login page and the health check.

Finds out who sends a request (session cookie, API token, or the demonstration), refuses requests that another site
made a browser send, and counts against budgets. What an account may do is each route's business (`identity.needs`).
"""

from __future__ import annotations

from functools import partial
from typing import Literal
from urllib.parse import quote, urlsplit

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from agent.people import DEMO, People
from agent.web.identity import CHALLENGE, COOKIE, Identity, remember
from agent.web.paths import HEALTH, PUBLIC, for_programs, is_asset
from agent.web.problems import ProblemError, problem, status_of
from agent.web.rates import RateLimiter
from models.errors import XiaozhengError

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_BEARER = "bearer "
Origin = Literal["ours", "foreign", "unknown"]


class GateLayer:
    """Authentication and what depends on it, before any route."""

    def __init__(self, app: ASGIApp, *, people: People, rates: RateLimiter, demo: bool) -> None:
        self.app, self._people, self._rates, self._demo = app, people, rates, demo

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with an identity, or answer."""
        if scope["type"] == "lifespan" or scope.get("path") in HEALTH:
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # no page of ours opens a WebSocket
            await send({"type": "websocket.close", "code": 1008})
            return
        try:
            identity = await self._identity(scope)
            await self._check(scope, identity)
        except ProblemError as error:
            await problem(error.status, error.code, error.detail, headers=error.headers)(scope, receive, send)
            return
        except XiaozhengError as error:  # the ledger is out of reach
            await problem(status_of(error), error.code, str(error))(scope, receive, send)
            return
        if identity is not None:
            remember(scope, identity)
        elif scope["path"] not in PUBLIC:
            await self._refuse(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _identity(self, scope: Scope) -> Identity | None:
        """Who it is; a token in the header counts before a cookie, and a wrong one is never passed over."""
        connection = HTTPConnection(scope)
        header = connection.headers.get("authorization", "")
        if header:
            token = header[len(_BEARER) :].strip() if header.lower().startswith(_BEARER) else ""
            actor = await anyio.to_thread.run_sync(partial(self._people.recognise, token, "token"))
            if actor is None:
                await self._rates.stranger(address_of(scope))
                raise ProblemError(401, "bad_token", "接口令牌不对、已作废或已到期。", CHALLENGE)
            return Identity(actor, "token")
        cookie = connection.cookies.get(COOKIE, "")
        if cookie:
            actor = await anyio.to_thread.run_sync(partial(self._people.recognise, cookie, "login"))
            if actor is not None:
                return Identity(actor, "cookie")
        if self._demo and not await anyio.to_thread.run_sync(self._people.exist):
            return Identity(DEMO, "demo")
        return None

    async def _check(self, scope: Scope, identity: Identity | None) -> None:
        """Budget and origin.

        Raises:
            ProblemError: 429, or 403 for what another site sent.
        """
        path = str(scope["path"])
        if scope["method"] not in _SAFE and (identity is None or identity.how != "token"):
            origin = origin_of(scope)
            # A cookie comes along by itself, so the browser must say where the request was made. Without a cookie
            # a program that says nothing does no harm; browsers say it always.
            if origin == "foreign" or (origin == "unknown" and identity is not None and identity.how == "cookie"):
                raise ProblemError(403, "cross_site", "这个请求来自别的网站的页面，已拒绝。")
        if is_asset(path):
            return
        if identity is not None:
            await self._rates.account(identity.actor.name)
        else:
            await self._rates.stranger(address_of(scope))

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope["path"])
        accepts = Headers(scope=scope).get("accept", "")
        if scope["method"] == "GET" and "text/html" in accepts and not for_programs(path):
            query = scope["query_string"].decode("latin-1")
            target = quote(path + (f"?{query}" if query else ""), safe="/")
            response = RedirectResponse(f"/login?next={target}" if target != "/" else "/login", 303)
            await response(scope, receive, send)
            return
        await problem(401, "login_required", "请登录，或者发送接口令牌。", headers=CHALLENGE)(scope, receive, send)


def origin_of(scope: Scope) -> Origin:
    """Which site's page made a request, as the browser says; `unknown` for what is no browser.

    Sec-Fetch-Site is set by the browser alone and survives proxies that rewrite Host; on plain HTTP, where it is
    not sent, Origin must name the host that was asked.
    """
    headers = Headers(scope=scope)
    fetched = headers.get("sec-fetch-site")
    if fetched is not None:
        return "ours" if fetched in {"same-origin", "none"} else "foreign"
    origin = headers.get("origin")
    if origin is None:
        return "unknown"
    return "ours" if urlsplit(origin).netloc.lower() == headers.get("host", "").lower() != "" else "foreign"


def address_of(scope: Scope) -> str:
    """The caller's address, as the server saw it (uvicorn puts a trusted proxy's word there)."""
    client = scope.get("client")
    return str(client[0]) if client else "unknown"
