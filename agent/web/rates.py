"""How many requests a minute: one budget an account, a small one for each address that is not signed in.

In memory, because one process serves the pages; the algorithm is that of the `limits` library (a moving window).
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from agent.web.problems import ProblemError

DEFAULT_PER_MINUTE = 120


@dataclass(frozen=True, slots=True)
class Rates:
    """Requests a minute."""

    account: int = DEFAULT_PER_MINUTE
    stranger: int = 60  # the login page and what comes with a wrong token, by address
    sign_in: int = 10  # passwords tried, by address


class RateLimiter:
    """Counts; used from one event loop."""

    def __init__(self, rates: Rates) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._account = RateLimitItemPerMinute(rates.account)
        self._stranger = RateLimitItemPerMinute(rates.stranger)
        self._sign_in = RateLimitItemPerMinute(rates.sign_in)

    async def account(self, name: str) -> None:
        """Count a request of an account; raises ProblemError 429 past its budget."""
        await self._hit(self._account, "account", name)

    async def stranger(self, address: str) -> None:
        """Count a request of somebody unknown; raises ProblemError 429."""
        await self._hit(self._stranger, "stranger", address)

    async def sign_in(self, address: str) -> None:
        """Count a password tried; raises ProblemError 429."""
        await self._hit(self._sign_in, "sign_in", address)

    async def _hit(self, item: RateLimitItemPerMinute, kind: str, key: str) -> None:
        if await self._limiter.hit(item, kind, key):
            return
        stats = await self._limiter.get_window_stats(item, kind, key)
        wait = max(1, math.ceil(stats.reset_time - time.time()))
        detail = f"一分钟内超过 {item.amount} 次请求，请 {wait} 秒后再试。"
        raise ProblemError(429, "rate_limited", detail, {"Retry-After": str(wait)})
