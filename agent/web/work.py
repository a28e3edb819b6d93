"""A bound on heavy work: so many at once, so many waiting, and an honest refusal beyond that.

A triage keeps a core busy; a hundred at once would make all of them slow and the pages with them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

import anyio
import anyio.to_thread

from agent.web.problems import ProblemError

P = ParamSpec("P")
R = TypeVar("R")
RETRY_AFTER = 2  # seconds; a triage takes a fraction of one


class Workers:
    """Threads for heavy calls; used from one event loop."""

    def __init__(self, at_once: int | None = None, waiting: int = 32) -> None:
        self._limiter = anyio.CapacityLimiter(at_once or os.cpu_count() or 1)
        self._waiting = waiting

    async def run(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The result of a synchronous call, made in a thread as soon as one is free.

        Raises:
            ProblemError: 503 with Retry-After, when too many are waiting already.
        """
        if self._limiter.statistics().tasks_waiting >= self._waiting:
            headers = {"Retry-After": str(RETRY_AFTER)}
            raise ProblemError(503, "busy", f"等待的请求太多，请 {RETRY_AFTER} 秒后再试。", headers)
        return await anyio.to_thread.run_sync(partial(call, *args, **kwargs), limiter=self._limiter)
