"""Put the server together: routes, layers, tools. The pages are mounted by `app.py`, behind the same gate.

Knows no widget and starts no server; opening it does no work but a look for accounts.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts
from pydantic import JsonValue
from starlette.responses import Response
from starlette.routing import Route

from agent.people import People
from agent.schema import Provenance
from agent.web import law, login, matters, reviews, scoring, service
from agent.web.gate import GateLayer
from agent.web.headers import HeadersLayer
from agent.web.layers import BodyLayer, CatchLayer, HostLayer, is_loopback
from agent.web.mcp_tools import PATH, McpEndpoint
from agent.web.metrics import Metrics, MetricsLayer
from agent.web.ports import Desk, Jobs
from agent.web.problems import Problem, handle_errors, problem
from agent.web.rates import RateLimiter, Rates
from agent.web.services import Services, attach
from agent.web.work import Workers
from models.errors import SettingsError

BODY_LIMIT = 4 * 1024 * 1024  # a million characters of Chinese text, as JSON
_DESCRIPTION = "研判一条诉求：分类、主办协办、紧急程度、时限、法条依据、相似工单和回复初稿；由人决定。"
_RATES = Rates()
_WAITERS = 8  # threads that wait for a language model at once
_UNMATCHED = APIRouter(include_in_schema=False)
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


def build_web(
    desk: Desk,
    people: People,
    jobs: Jobs,
    *,
    host: str,
    demo: bool,
    versions: Callable[[], Provenance],
    inbox: Path,
    rates: Rates = _RATES,
    upload_limit: int = 50 * 1024 * 1024,
    workers: Workers | None = None,
    has_language: bool = False,
) -> FastAPI:
    """The one ASGI application of the server.

    Args:
        desk: The work.
        people: The accounts.
        jobs: Backlogs scored in the background.
        host: Address that will be listened on.
        demo: Everybody acts as administrator as long as there is no account; on loopback only.
        versions: What suggestions rest on now, for health checks.
        inbox: Folder for uploads until a job takes them.
        rates: Requests a minute.
        upload_limit: Largest file, in bytes.
        workers: Bound on heavy work; one thread a core when None.
        has_language: Whether a language model is set; a triage that waits for it then holds up no other.

    Returns:
        The application; mount pages with `gr.mount_gradio_app(app, blocks, path="/", auth_dependency=page_user)`.

    Raises:
        SettingsError: a demonstration others could reach, or no account where one is needed.
    """
    if demo and not is_loopback(host):
        raise SettingsError(f"{host} can be reached by others: make an account with `xiaozheng user add`, then serve")
    metrics = Metrics()
    metrics.describe(versions())
    metrics.watch(jobs)
    services = Services(
        desk=desk,
        people=people,
        jobs=jobs,
        workers=workers or Workers(),
        waiters=Workers(_WAITERS),
        doorman=Workers(1),
        rates=RateLimiter(rates),
        metrics=metrics,
        versions=versions,
        inbox=inbox,
        demo=demo,
        has_language=has_language,
    )
    return _guarded(_routes(services), services, upload_limit)


def _guarded(app: FastAPI, services: Services, upload_limit: int) -> FastAPI:
    """The application behind its layers; the last one added is the first one met."""
    app.add_middleware(GateLayer, people=services.people, rates=services.rates, demo=services.demo)
    app.add_middleware(BodyLayer, limit=BODY_LIMIT, upload_limit=upload_limit)
    app.add_middleware(HostLayer, loopback_only=services.demo)
    app.add_middleware(CatchLayer)
    app.add_middleware(MetricsLayer, metrics=services.metrics)
    app.add_middleware(HeadersLayer)
    return app


def _routes(services: Services) -> FastAPI:
    """The application without its layers."""
    version = services.versions().version
    tools = McpEndpoint(services, version)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with tools.running():
            yield

    app = FastAPI(
        title="AI小郑",
        version=version,
        description=_DESCRIPTION,
        openapi_url=None,  # served behind the gate by `service`; the usual docs pages load scripts from elsewhere
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    attach(app, services)
    handle_errors(app)
    for part in (matters, reviews, scoring, law, service, login):
        app.include_router(part.router)
    app.router.routes.append(Route(PATH, tools))
    app.include_router(_UNMATCHED)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # FastAPI's own way to extend it
    return app


def _openapi(app: FastAPI) -> dict[str, JsonValue]:
    """FastAPI's text with the shape of errors, which no route names as its model."""
    if not app.openapi_schema:
        text = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = text["components"]["schemas"]
        problem_schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(problem_schema.pop("$defs", {}))
        schemas["Problem"] = problem_schema
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)  # FastAPI's own shape of 422, which ours replaces
        app.openapi_schema = text
    return app.openapi_schema


@_UNMATCHED.api_route("/api", methods=_METHODS)
@_UNMATCHED.api_route("/api/{rest:path}", methods=_METHODS)
@_UNMATCHED.api_route("/v1/{rest:path}", methods=_METHODS)
@_UNMATCHED.api_route("/mcp/{rest:path}", methods=_METHODS)
@_UNMATCHED.api_route("/docs", methods=_METHODS)
@_UNMATCHED.api_route("/redoc", methods=_METHODS)
@_UNMATCHED.api_route("/healthz", methods=_METHODS)
@_UNMATCHED.api_route("/healthz/{rest:path}", methods=_METHODS)
@_UNMATCHED.api_route("/login", methods=_METHODS)
@_UNMATCHED.api_route("/logout", methods=_METHODS)
@_UNMATCHED.api_route("/metrics", methods=_METHODS)
@_UNMATCHED.api_route("/metrics/{rest:path}", methods=_METHODS)
@_UNMATCHED.api_route("/openapi.json", methods=_METHODS)
@_UNMATCHED.api_route("/openapi.json/{rest:path}", methods=_METHODS)
def _unmatched(request: Request) -> Response:
    """Say 405 for a known path and 404 for an unknown one; the pages mounted at `/` would answer in HTML."""
    path = request.url.path
    known: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        pattern = getattr(route, "path_regex", None)
        if pattern is not None and pattern.match(path) and route.endpoint is not _unmatched:
            known |= route.methods or set()
    if known:
        return problem(405, "method_not_allowed", headers={"Allow": ", ".join(sorted(known))})
    return problem(404, "not_found", "没有这个接口，全部接口见 /openapi.json。")
