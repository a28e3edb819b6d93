"""Routes about the server itself: health, metrics, who am I, and the OpenAPI text."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from agent.people import Permission
from agent.people.roles import PERMISSIONS
from agent.web.bodies import Health, Me
from agent.web.identity import Triager, actor_with, identity_of
from agent.web.layers import is_loopback, is_loopback_host
from agent.web.problems import responses
from agent.web.services import Door
from models.errors import XiaozhengError

router = APIRouter(tags=["service"])
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
_NOT_READY: dict[int | str, dict[str, object]] = {503: {"model": Health, "description": "the ledger is out of reach"}}
_TEXT: dict[int | str, dict[str, object]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}


@router.get("/healthz", response_model=Health, responses=_NOT_READY)
def ready(door: Door) -> Response:
    """Whether this server can take work, and with which versions; no login."""
    try:
        demo = not door.people.exist() and door.demo
        found = Health(ready=True, mode="demo" if demo else "accounts", versions=door.versions())
    except XiaozhengError:
        found = Health(ready=False)
    return JSONResponse(found.model_dump(mode="json"), 200 if found.ready else 503)


@router.get("/healthz/live")
def live() -> dict[str, bool]:
    """Whether the process answers; no login, asks nothing else."""
    return {"live": True}


@router.get("/api/v1/me", responses=responses())
def me(request: Request, actor: Triager) -> Me:
    """Who is asking, and what that account may do."""
    identity = identity_of(request.scope)
    demo = identity is not None and identity.how == "demo"
    permissions = tuple(sorted(PERMISSIONS[actor.role]))
    return Me(name=actor.name, role=actor.role, permissions=permissions, demo=demo)


@router.get("/metrics", response_class=Response, responses={**responses(), **_TEXT})
def metrics(request: Request, door: Door) -> Response:
    """Numbers for Prometheus; for administrators, and for a scraper on this machine."""
    if not is_local(request):
        actor_with(request, Permission.READ_AUDIT)
    return Response(door.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request, actor: Triager) -> JSONResponse:
    """This API, described."""
    return JSONResponse(request.app.openapi())


def is_local(request: Request) -> bool:
    """Whether a request was made on this machine, and not passed on by a proxy that runs here."""
    client = request.client.host if request.client is not None else ""
    forwarded = any(name in request.headers for name in _FORWARDED)
    return is_loopback(client) and is_loopback_host(request.headers.get("host", "")) and not forwarded
