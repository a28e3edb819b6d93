"""The part of the ledger's door that accounts and logins go through; `agent.people` is its only user."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from agent.ledger import people, records, rows
from agent.ledger.database import Database
from agent.ledger.tables import UserRow


class PeopleDoor:
    """Accounts, logins and API tokens."""

    _database: Database

    def users(self) -> tuple[records.User, ...]:
        """All accounts, by name."""
        with self._database.read() as session:
            return tuple(rows.user(row) for row in session.scalars(select(UserRow).order_by(UserRow.name)))

    def user(self, name: str) -> records.User | None:
        """One account."""
        with self._database.read() as session:
            row = session.get(UserRow, name)
            return None if row is None else rows.user(row)

    def secret_hash(self, name: str) -> str | None:
        """The password hash of an account."""
        with self._database.read() as session:
            row = session.get(UserRow, name)
            return None if row is None else row.secret_hash

    def add_user(self, name: str, role: records.Role, secret_hash: str, actor: records.Actor) -> records.User:
        """Write a new account.

        Raises:
            ConflictError: the name is taken.
            LedgerError: the name is empty or too long.
        """
        with self._database.write() as write:
            return people.add_user(write, name, role, secret_hash, actor.name)

    def set_secret(self, name: str, secret_hash: str, actor: records.Actor) -> records.User:
        """Give an account a new password and unlock it.

        Raises:
            NotFoundError: no such account.
        """
        with self._database.write() as write:
            return people.set_secret(write, name, secret_hash, actor.name)

    def set_role(self, name: str, role: records.Role, actor: records.Actor) -> records.User:
        """Give an account another role.

        Raises:
            NotFoundError: no such account.
        """
        with self._database.write() as write:
            return people.set_role(write, name, role, actor.name)

    def set_active(self, name: str, active: bool, actor: records.Actor) -> records.User:
        """Let an account in, or keep it out and end its logins and tokens.

        Raises:
            NotFoundError: no such account.
        """
        with self._database.write() as write:
            return people.set_active(write, name, active, actor.name)

    def note_login(self, name: str, ok: bool, *, locked_until: dt.datetime | None = None) -> records.User:
        """Count a wrong password, or start again at a right one.

        Raises:
            NotFoundError: no such account.
        """
        with self._database.write() as write:
            return people.note_login(write, name, ok, locked_until)

    def open_session(
        self,
        token_hash: str,
        user: str,
        expires_at: dt.datetime,
        *,
        kind: records.SessionKind = "login",
        label: str = "",
    ) -> records.Session:
        """Write a login or an API token.

        Raises:
            NotFoundError: no such account.
        """
        with self._database.write() as write:
            return people.open_session(write, token_hash, user, expires_at, kind, label)

    def session(self, token_hash: str) -> records.Session | None:
        """The login or token behind a hash; None when closed, over, or its account is kept out."""
        with self._database.read() as session:
            return people.live_session(session, token_hash, self._database.now())

    def sessions(self, user: str) -> tuple[records.Session, ...]:
        """What an account has open, oldest first."""
        with self._database.read() as session:
            return people.live_sessions(session, user, self._database.now())

    def close_session(self, token_hash: str, actor: records.Actor | None = None) -> bool:
        """End one login or token; False when none was open. Without `actor` its owner did it."""
        with self._database.write() as write:
            return people.close_session(write, token_hash, None if actor is None else actor.name)

    def close_sessions(self, user: str, actor: records.Actor | None = None) -> int:
        """End all logins and tokens of an account; how many there were."""
        with self._database.write() as write:
            return people.close_sessions(write, user, None if actor is None else actor.name)
