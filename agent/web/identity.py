"""Who sends a request, as the gate found out, and how a route asks for a right.

The gate (`agent.web.gate`) writes it into the scope; nothing else does, and no route reads a cookie or a header.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.types import Scope

from agent.ledger.records import Actor
from agent.people import Permission, allowed
from agent.web.problems import ProblemError

COOKIE = "xz_session"
CHALLENGE = {"WWW-Authenticate": "Bearer"}
_KEY = "xz_identity"
# For the OpenAPI text only: the gate has checked both before a route is reached.
_Session = Annotated[object, Security(APIKeyCookie(name=COOKIE, scheme_name="session", auto_error=False))]
_Token = Annotated[object, Security(HTTPBearer(scheme_name="token", auto_error=False))]


@dataclass(frozen=True, slots=True)
class Identity:
    """An account, and what showed it."""

    actor: Actor
    how: Literal["cookie", "token", "demo"]


def remember(scope: Scope, identity: Identity) -> None:
    """Note who sends this request."""
    scope.setdefault("state", {})[_KEY] = identity


def identity_of(scope: Scope) -> Identity | None:
    """Who sends this request; None for somebody unknown."""
    found = scope.get("state", {}).get(_KEY)
    return found if isinstance(found, Identity) else None


def page_user(request: Request) -> str | None:
    """The account's name, for `gr.mount_gradio_app(..., auth_dependency=page_user)`."""
    identity = identity_of(request.scope)
    return identity.actor.name if identity is not None else None


def actor_with(request: Request, permission: Permission) -> Actor:
    """Who acts, if they hold a right.

    Raises:
        ProblemError: 401 for somebody unknown, 403 for a role without that right.
    """
    identity = identity_of(request.scope)
    if identity is None:
        raise ProblemError(401, "login_required", "请登录，或者发送接口令牌。", CHALLENGE)
    if not allowed(identity.actor.role, permission):
        raise ProblemError(403, "forbidden", f"{identity.actor.role} 角色没有 {permission.value} 权限。")
    return identity.actor


def needs(permission: Permission) -> Callable[..., Actor]:
    """A dependency that gives the actor, or stops the request."""

    def actor(request: Request, _session: _Session, _token: _Token) -> Actor:
        return actor_with(request, permission)

    return actor


Triager = Annotated[Actor, Depends(needs(Permission.TRIAGE))]
Decider = Annotated[Actor, Depends(needs(Permission.DECIDE))]
Reviewer = Annotated[Actor, Depends(needs(Permission.REVIEW))]
Scorer = Annotated[Actor, Depends(needs(Permission.SCORE))]
