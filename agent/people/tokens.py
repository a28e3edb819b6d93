"""Session and API tokens: 256 random bits that only their holder knows.

The ledger keeps a SHA-256 of them: a copy of the database opens nothing. A plain hash is enough, because what is
random to begin with cannot be guessed from it.
"""

from __future__ import annotations

import hashlib
import re
import secrets

BYTES = 32
_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """A fresh token, 43 characters that are safe in cookies and headers."""
    return secrets.token_urlsafe(BYTES)


def token_hash(token: str) -> str | None:
    """What the ledger knows a token by; None for what cannot be a token and need not be looked up."""
    return hashlib.sha256(token.encode("ascii")).hexdigest() if _SHAPE.fullmatch(token) else None
