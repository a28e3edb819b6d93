"""What can go wrong with the ledger; a leaf is a reaction.

LedgerError              the ledger cannot be opened, read or written, or the step is not allowed
├── NotFoundError        there is no such matter, suggestion, decision or account
└── ConflictError        someone else was quicker: look again, then name what you replace
"""

from __future__ import annotations

from models.errors import XiaozhengError


class LedgerError(XiaozhengError):
    """The ledger is unreachable, newer than this program, or the step is not allowed now."""

    code = "ledger"


class NotFoundError(LedgerError):
    """Nothing in the ledger has this id or name."""

    code = "not_found"


class ConflictError(LedgerError):
    """The row was written by someone else first; `current` is the id of what stands there now."""

    code = "conflict"

    def __init__(self, message: str, *, code: str | None = None, current: str = "") -> None:
        super().__init__(message, code=code)
        self.current = current
