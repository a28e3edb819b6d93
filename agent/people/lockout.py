"""When guessing locks an account, and for how long: arithmetic only.

Every fifth wrong password in a row locks; each lock is twice as long as the one before, up to a day. The count
starts anew with the right password. An administrator's new password opens a locked account at once.
"""

from __future__ import annotations

import datetime as dt

TRIES = 5
FIRST_LOCK = dt.timedelta(minutes=15)
LONGEST_LOCK = dt.timedelta(days=1)


def lock_after(failures: int) -> dt.timedelta | None:
    """How long an account is locked once this many passwords in a row were wrong; None for not at all."""
    if failures <= 0 or failures % TRIES:
        return None
    doublings = min(failures // TRIES - 1, 10)  # ten are past the longest lock already
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)
