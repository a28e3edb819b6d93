"""What accounts need of the ledger; `agent.ledger.Ledger` satisfies it, and so does a test's fake."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from agent.ledger.records import Actor, Role, Session, SessionKind, User


class AccountStore(Protocol):
    """Accounts, their secrets and their sessions; every change is committed and audited when the call returns."""

    def users(self) -> tuple[User, ...]:
        """All accounts, by name."""

    def user(self, name: str) -> User | None:
        """One account."""

    def add_user(self, name: str, role: Role, secret_hash: str, actor: Actor) -> User:
        """A new account; raises ConflictError when the name is taken."""

    def secret_hash(self, name: str) -> str | None:
        """The stored hash of an account's password."""

    def set_secret(self, name: str, secret_hash: str, actor: Actor) -> User:
        """Another password hash; the account is no longer locked."""

    def set_role(self, name: str, role: Role, actor: Actor) -> User:
        """Another role."""

    def set_active(self, name: str, active: bool, actor: Actor) -> User:
        """Open or close an account; closed, its sessions end."""

    def note_login(self, name: str, ok: bool, *, locked_until: dt.datetime | None = None) -> User:
        """A right password sets the failures to zero, a wrong one adds to them."""

    def open_session(
        self, token_hash: str, user: str, expires_at: dt.datetime, *, kind: SessionKind = "login", label: str = ""
    ) -> Session:
        """A login or an API token."""

    def session(self, token_hash: str) -> Session | None:
        """The session of a token unless it expired or was closed."""

    def close_session(self, token_hash: str, actor: Actor | None = None) -> bool:
        """End one session; False when none was open. Without `actor` its owner did it."""

    def close_sessions(self, user: str, actor: Actor | None = None) -> int:
        """End all logins and API tokens of an account; how many there were."""
