"""When each login was last used: kept in memory, because a write to the ledger with every click would be one too many.

A restart forgets it and so gives every login a fresh period; the absolute end stands in the ledger. One process
serves the pages, so nobody else needs to know.
"""

from __future__ import annotations

import datetime as dt
import threading


class IdleTimes:
    """Last use by token hash; safe to call from several threads."""

    def __init__(self, longest: dt.timedelta) -> None:
        self._longest = longest
        self._seen: dict[str, dt.datetime] = {}
        self._lock = threading.Lock()

    def use(self, key: str, now: dt.datetime) -> bool:
        """Note a use; False when the one before lies too far back, and the key is forgotten then."""
        with self._lock:
            last = self._seen.get(key)
            if last is not None and now - last > self._longest:
                del self._seen[key]
                return False
            self._seen[key] = now
            return True

    def forget(self, key: str) -> None:
        """Drop one key."""
        with self._lock:
            self._seen.pop(key, None)

    def prune(self, now: dt.datetime, older_than: dt.timedelta) -> None:
        """Drop what no session can still refer to, so that memory does not grow with the years."""
        with self._lock:
            self._seen = {key: at for key, at in self._seen.items() if now - at <= older_than}
