"""An account store in memory, which counts what was asked of it; the ledger's own is tested with the ledger."""

from __future__ import annotations

import datetime as dt

from agent.ledger.errors import ConflictError
from agent.ledger.records import Actor, Role, Session, SessionKind, User

START = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)


class Clock:
    """A time that only moves when told."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> dt.datetime:
        """Now."""
        return self.now

    def forward(self, **delta: float) -> None:
        """Let time pass, as `timedelta` counts it."""
        self.now += dt.timedelta(**delta)


class MemoryStore:
    """Satisfies `agent.people.store.AccountStore`."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.accounts: dict[str, User] = {}
        self.secrets: dict[str, str] = {}
        self.open: dict[str, Session] = {}

    def users(self) -> tuple[User, ...]:
        """As the protocol says."""
        return tuple(self.accounts.values())

    def user(self, name: str) -> User | None:
        """As the protocol says."""
        return self.accounts.get(name)

    def add_user(self, name: str, role: Role, secret_hash: str, actor: Actor) -> User:
        """As the protocol says."""
        if name in self.accounts:
            raise ConflictError(f"there is already an account {name!r}; choose another name", current=name)
        self.secrets[name] = secret_hash
        return self._put(User(name=name, role=role, created_at=self.clock()))

    def secret_hash(self, name: str) -> str | None:
        """As the protocol says."""
        return self.secrets.get(name)

    def set_secret(self, name: str, secret_hash: str, actor: Actor) -> User:
        """As the protocol says."""
        self.secrets[name] = secret_hash
        return self._change(name, failures=0, locked_until=None)

    def set_role(self, name: str, role: Role, actor: Actor) -> User:
        """As the protocol says."""
        return self._change(name, role=role)

    def set_active(self, name: str, active: bool, actor: Actor) -> User:
        """As the protocol says."""
        if not active:
            self.close_sessions(name)
        return self._change(name, active=active)

    def note_login(self, name: str, ok: bool, *, locked_until: dt.datetime | None = None) -> User:
        """As the protocol says."""
        failures = 0 if ok else self.accounts[name].failures + 1
        return self._change(name, failures=failures, locked_until=None if ok else locked_until)

    def open_session(
        self, token_hash: str, user: str, expires_at: dt.datetime, *, kind: SessionKind = "login", label: str = ""
    ) -> Session:
        """As the protocol says."""
        session = Session(
            id=str(len(self.open)),
            user=self.accounts[user],
            kind=kind,
            label=label,
            opened_at=self.clock(),
            expires_at=expires_at,
        )
        self.open[token_hash] = session
        return session

    def session(self, token_hash: str) -> Session | None:
        """As the protocol says."""
        found = self.open.get(token_hash)
        return found.model_copy(update={"user": self.accounts[found.user.name]}) if found is not None else None

    def close_session(self, token_hash: str, actor: Actor | None = None) -> bool:
        """As the protocol says."""
        return self.open.pop(token_hash, None) is not None

    def close_sessions(self, user: str, actor: Actor | None = None) -> int:
        """As the protocol says."""
        mine = [key for key, session in self.open.items() if session.user.name == user]
        for key in mine:
            del self.open[key]
        return len(mine)

    def _put(self, user: User) -> User:
        self.accounts[user.name] = user
        return user

    def _change(self, name: str, **update: object) -> User:
        return self._put(self.accounts[name].model_copy(update=update))
