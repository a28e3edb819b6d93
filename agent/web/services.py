"""What the routes work with, put together once by `agent.web.build` and found through the request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, Request

from agent.people import People
from agent.schema import Provenance
from agent.web.metrics import Metrics
from agent.web.ports import Desk, Jobs
from agent.web.rates import RateLimiter
from agent.web.work import Workers


@dataclass(frozen=True, slots=True)
class Services:
    """Everything behind the routes."""

    desk: Desk
    people: People
    jobs: Jobs
    workers: Workers  # for what keeps a core busy
    waiters: Workers  # for what waits for a language model, so that it holds up nothing else
    doorman: Workers  # for passwords, checked one at a time
    rates: RateLimiter
    metrics: Metrics
    versions: Callable[[], Provenance]  # cheap: asked by every health check
    inbox: Path  # where uploads wait for their job
    demo: bool  # whether it may run without accounts
    has_language: bool  # whether a triage may wait for a language model


def attach(app: FastAPI, services: Services) -> None:
    """Put them where `services_of` finds them."""
    app.state.xz_services = services


def services_of(request: Request) -> Services:
    """The services of the application that a request came to."""
    found = request.app.state.xz_services
    if not isinstance(found, Services):
        raise TypeError("this application was not made by agent.web.build_web")
    return found


Door = Annotated[Services, Depends(services_of)]
