"""Numbers for Prometheus: requests, their times, what became of complaints, and jobs. No label holds a citizen's word.

Each application has a registry of its own, so that two of them in one process (tests) do not add up.
"""

from __future__ import annotations

from functools import partial
from time import perf_counter
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.schema import Provenance, Suggestion
from agent.web.ports import Jobs, JobState

# A triage takes about 0.15 s, a page less, a language model up to half a minute.
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 6.0, 15.0, 30.0)


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route")
        self._requests = Counter("xiaozheng_requests", "Requests answered", (*labels, "status"), registry=self.registry)
        self._seconds = Histogram(
            "xiaozheng_request_seconds",
            "Time to the end of the answer",
            labels,
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._triages = Counter(
            "xiaozheng_triages", "Complaints triaged, by who must look", ("route",), registry=self.registry
        )

    def describe(self, provenance: Provenance) -> None:
        """Name the versions behind the numbers."""
        info = Info("xiaozheng_build", "Versions that suggestions rest on", registry=self.registry)
        info.info({name: str(value) for name, value in provenance.model_dump().items()})

    def watch(self, jobs: Jobs) -> None:
        """Count backlogs by state whenever somebody looks."""
        gauge = Gauge("xiaozheng_jobs", "Backlogs by state", ("state",), registry=self.registry)
        state: JobState
        for state in get_args(JobState):
            gauge.labels(state).set_function(partial(jobs.count, state))

    def triaged(self, suggestion: Suggestion) -> None:
        """Count one suggestion by its route."""
        route = suggestion.decision.route if suggestion.decision is not None else suggestion.status
        self._triages.labels(route).inc()

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def text(self) -> bytes:
        """The exposition format of Prometheus."""
        return generate_latest(self.registry)


class MetricsLayer:
    """Counts every request that passes."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and count when the answer is out."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            self._metrics.answered(_method(scope), _route(scope), status, perf_counter() - started)


def _method(scope: Scope) -> str:
    """A known method: a caller's invention must not become a label."""
    known = scope["method"] in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return str(scope["method"]) if known else "other"


def _route(scope: Scope) -> str:
    """The route's template, never the path: ids in labels grow without end."""
    path = getattr(scope.get("route"), "path", "")
    return str(path) if path else "other"
