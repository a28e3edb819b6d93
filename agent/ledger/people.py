"""Accounts and their logins as rows; what a right password is, and who may do what, is `agent.people`."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.ledger import records, rows
from agent.ledger.chain import Write
from agent.ledger.errors import ConflictError, LedgerError
from agent.ledger.ids import new_id
from agent.ledger.tables import SessionRow, UserRow

_NAME_LENGTH = 64  # of the column


def add_user(write: Write, name: str, role: records.Role, secret_hash: str, actor: str) -> records.User:
    """Write a new account."""
    if not name.strip() or len(name) > _NAME_LENGTH:
        raise LedgerError(f"an account's name has 1 to {_NAME_LENGTH} characters")
    if write.session.get(UserRow, name) is not None:
        raise ConflictError(f"there is already an account {name!r}; choose another name", current=name)
    row = UserRow(name=name, role=role, secret_hash=secret_hash, active=True, created_at=write.now, failures=0)
    write.seal(row, actor, "user.added", role)
    return rows.user(row)


def set_secret(write: Write, name: str, secret_hash: str, actor: str) -> records.User:
    """A new password; the account is no longer locked."""
    row = write.load(UserRow, name)
    row.secret_hash, row.failures, row.locked_until = secret_hash, 0, None
    write.seal(row, actor, "user.secret_set")
    return rows.user(row)


def set_role(write: Write, name: str, role: records.Role, actor: str) -> records.User:
    """Another role."""
    row = write.load(UserRow, name)
    row.role = role
    write.seal(row, actor, "user.role_set", role)
    return rows.user(row)


def set_active(write: Write, name: str, active: bool, actor: str) -> records.User:
    """Let an account in or keep it out; kept out, its logins and tokens end."""
    row = write.load(UserRow, name)
    row.active = active
    write.seal(row, actor, "user.enabled" if active else "user.disabled")
    if not active:
        close_sessions(write, name, actor)
    return rows.user(row)


def note_login(write: Write, name: str, ok: bool, locked_until: dt.datetime | None) -> records.User:
    """Count a wrong password, or start again at a right one."""
    row = write.load(UserRow, name)
    row.failures = 0 if ok else row.failures + 1
    row.locked_until = None if ok else locked_until
    write.seal(row, name, "user.login" if ok else "user.locked" if locked_until else "user.failed")
    return rows.user(row)


def open_session(
    write: Write, token_hash: str, user: str, expires_at: dt.datetime, kind: records.SessionKind, label: str
) -> records.Session:
    """Write a login or an API token."""
    owner = write.load(UserRow, user)
    row = SessionRow(
        id=new_id(),
        token_hash=token_hash,
        user_name=user,
        kind=kind,
        label=label,
        opened_at=write.now,
        expires_at=expires_at,
    )
    write.seal(row, user, "session.opened", kind)
    return rows.session(row, owner)


def live_session(session: Session, token_hash: str, now: dt.datetime) -> records.Session | None:
    """The login or token behind a hash, unless it is closed, over, or its account is kept out."""
    query = (
        select(SessionRow, UserRow)
        .join(UserRow, UserRow.name == SessionRow.user_name)
        .where(SessionRow.token_hash == token_hash, SessionRow.closed_at.is_(None), SessionRow.expires_at > now)
        .where(UserRow.active)
    )
    found = session.execute(query).one_or_none()
    return None if found is None else rows.session(found[0], found[1])


def live_sessions(session: Session, user: str, now: dt.datetime) -> tuple[records.Session, ...]:
    """What an account has open, oldest first."""
    query = (
        select(SessionRow, UserRow)
        .join(UserRow, UserRow.name == SessionRow.user_name)
        .where(SessionRow.user_name == user, SessionRow.closed_at.is_(None), SessionRow.expires_at > now)
        .order_by(SessionRow.id)
    )
    return tuple(rows.session(row, owner) for row, owner in session.execute(query))


def close_session(write: Write, token_hash: str, actor: str | None) -> bool:
    """End one login or token; False when there is none open."""
    query = select(SessionRow.id).where(SessionRow.token_hash == token_hash, SessionRow.closed_at.is_(None))
    found = write.session.scalar(query)
    if found is None:
        return False
    _close(write, found, actor)
    return True


def close_sessions(write: Write, user: str, actor: str | None) -> int:
    """End all logins and tokens of an account."""
    query = select(SessionRow.id).where(SessionRow.user_name == user, SessionRow.closed_at.is_(None))
    found = write.session.scalars(query).all()
    for key in found:
        _close(write, key, actor)
    return len(found)


def _close(write: Write, key: str, actor: str | None) -> None:
    row = write.load(SessionRow, key)
    row.closed_at = write.now
    write.seal(row, actor or row.user_name, "session.closed", row.kind)
