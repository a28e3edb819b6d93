"""Signing in and out with a browser: the form, the cookie, and where to go next."""

from __future__ import annotations

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent.people import SignedIn, SignInError
from agent.people.people import LONGEST_LOGIN
from agent.web.gate import address_of
from agent.web.identity import COOKIE, identity_of
from agent.web.login_page import POLICY, demo_html, login_html
from agent.web.paths import local_path
from agent.web.problems import ProblemError
from agent.web.services import services_of

router = APIRouter(include_in_schema=False)
_SEE_OTHER = 303
_TOO_OFTEN = "尝试次数太多，请一分钟后再试。"


@router.get("/login")
async def show(request: Request, next: str = "/") -> Response:
    """The form, or straight on for who is signed in already."""
    identity = identity_of(request.scope)
    if identity is None:
        return _page(login_html(local_path(next)))
    if identity.how == "demo":
        return _page(demo_html())
    return RedirectResponse(local_path(next), _SEE_OTHER)


@router.post("/login")
async def sign_in(
    request: Request,
    name: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=256)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Open a session under a fresh token; one that came with the request is ended, never taken over."""
    services = services_of(request)
    target = local_path(next)
    try:
        await services.rates.sign_in(address_of(request.scope))
        signed = await services.doorman.run(services.people.sign_in, name, password)
    except ProblemError as error:
        return _page(login_html(target, name=name, note=_TOO_OFTEN), error.status, error.headers)
    except SignInError as error:
        return _page(login_html(target, name=name, note=str(error)), 401)
    await _end(request)
    response = RedirectResponse(target, _SEE_OTHER)
    _set_cookie(request, response, signed)
    return response


@router.post("/logout")
async def sign_out(request: Request) -> Response:
    """End the session, in the ledger and in the browser."""
    await _end(request)
    response = RedirectResponse("/login", _SEE_OTHER)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=_https(request))
    return response


async def _end(request: Request) -> None:
    token = request.cookies.get(COOKIE, "")
    if token:
        await anyio.to_thread.run_sync(services_of(request).people.sign_out, token)


def _set_cookie(request: Request, response: Response, signed: SignedIn) -> None:
    response.set_cookie(
        COOKIE,
        signed.token,
        max_age=int(LONGEST_LOGIN.total_seconds()),
        path="/",
        httponly=True,
        samesite="strict",
        secure=_https(request),
    )


def _https(request: Request) -> bool:
    return request.url.scheme == "https"


def _page(html: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return HTMLResponse(html, status, {**(headers or {}), "Content-Security-Policy": POLICY})
