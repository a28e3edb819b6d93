"""Accounts: who may sign in, as what, and for how long.

Rules of sign-in live here and in the small modules beside; where accounts are stored is `store.AccountStore`, how a
token travels (cookie, header) is `agent.web`.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from agent.ledger.records import Actor, Role, SessionKind, User
from agent.people.errors import AccountError, SignInError
from agent.people.idle import IdleTimes
from agent.people.lockout import lock_after
from agent.people.passwords import Passwords, check_password
from agent.people.store import AccountStore
from agent.people.tokens import new_token, token_hash

LONGEST_LOGIN = dt.timedelta(hours=12)  # a shift
LONGEST_IDLE = dt.timedelta(hours=2)
SYSTEM = Actor(name="system", role="admin")
DEMO = Actor(name="demo", role="admin")
_NAME = re.compile(r"\w[\w.-]{1,31}")
_RESERVED = frozenset({SYSTEM.name, DEMO.name})
_REFUSED = (
    "用户名或密码不对，或者账号已停用、因连续输错暂时锁定。连续输错 5 次会锁定 15 分钟以上；忘记密码请找管理员重设。"
)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session; the token is shown once and stored nowhere."""

    token: str = field(repr=False)
    actor: Actor
    expires_at: dt.datetime


class People:
    """The accounts of one ledger; safe to call from several threads."""

    def __init__(
        self, store: AccountStore, *, passwords: Passwords | None = None, clock: Callable[[], dt.datetime] = _now
    ) -> None:
        self._store = store
        self._passwords = passwords or Passwords()
        self._clock = clock
        self._idle = IdleTimes(LONGEST_IDLE)
        # One password is checked at a time: each takes 64 MiB, and tries sent at once must not all count as the first.
        self._checking = threading.Lock()

    # ---- accounts

    def exist(self) -> bool:
        """Whether there is any account: without one, a machine of one's own runs as a demonstration."""
        return bool(self._store.users())

    def all(self) -> tuple[User, ...]:
        """Every account, by name."""
        return self._store.users()

    def actor(self, name: str) -> Actor | None:
        """The account as one who acts; None when there is no such open account."""
        user = self._store.user(account_name(name))
        return Actor(name=user.name, role=user.role) if user is not None and user.active else None

    def add(self, name: str, role: Role, password: str, actor: Actor) -> User:
        """Make an account.

        Raises:
            AccountError: the name or the password cannot be taken.
            ConflictError: the name is taken already.
        """
        checked = account_name(name)
        if not _NAME.fullmatch(checked) or checked in _RESERVED:
            raise AccountError("账号名须为 2 至 32 个字母、汉字、数字或 . - _，且不能是 demo 或 system")
        check_password(password, checked)
        return self._store.add_user(checked, role, self._passwords.hash(password), actor)

    def change_password(self, name: str, password: str, actor: Actor) -> User:
        """Set another password, open a locked account, and end all its sessions.

        Raises:
            AccountError: there is no such account, or the password cannot be taken.
        """
        user = self._known(name)
        check_password(password, user.name)
        changed = self._store.set_secret(user.name, self._passwords.hash(password), actor)
        self._store.close_sessions(user.name, actor)
        return changed

    def change_role(self, name: str, role: Role, actor: Actor) -> User:
        """Set another role and end all sessions of the account.

        Raises:
            AccountError: there is no such account, or it is the last administrator.
        """
        user = self._known(name)
        if role != "admin":
            self._keep_an_admin(user)
        changed = self._store.set_role(user.name, role, actor)
        self._store.close_sessions(user.name, actor)
        return changed

    def disable(self, name: str, actor: Actor) -> User:
        """Close an account and end all its sessions; what it did stays on record.

        Raises:
            AccountError: there is no such account, or it is the last administrator.
        """
        user = self._known(name)
        self._keep_an_admin(user)
        return self._store.set_active(user.name, False, actor)

    def enable(self, name: str, actor: Actor) -> User:
        """Open a closed account again.

        Raises:
            AccountError: there is no such account.
        """
        return self._store.set_active(self._known(name).name, True, actor)

    # ---- sessions

    def sign_in(self, name: str, password: str) -> SignedIn:
        """Open a session of at most 12 hours.

        Raises:
            SignInError: it was not opened; see the class for what is not told.
        """
        with self._checking:
            user = self._checked(account_name(name), password)
        now = self._clock()
        self._idle.prune(now, LONGEST_LOGIN)
        return self._open(user, now + LONGEST_LOGIN, "login")

    def sign_out(self, token: str) -> None:
        """End the session of a token, if there is one."""
        key = token_hash(token)
        if key is not None:
            self._idle.forget(key)
            self._store.close_session(key)

    def recognise(self, token: str, kind: SessionKind = "login") -> Actor | None:
        """Who holds a token of this kind; None for a wrong, ended, expired or long unused one."""
        key = token_hash(token)
        session = self._store.session(key) if key is not None else None
        if key is None or session is None or session.kind != kind or not session.user.active:
            return None
        now = self._clock()
        if session.expires_at <= now:
            return None
        if kind == "login" and not self._idle.use(key, now):
            self._store.close_session(key)
            return None
        return Actor(name=session.user.name, role=session.user.role)

    def issue_token(self, name: str, label: str, days: int) -> SignedIn:
        """A token for a program that acts as this account; it has the account's rights and ends with its sessions.

        Raises:
            AccountError: there is no such open account, or the token has no label.
        """
        user = self._known(name)
        if not user.active:
            raise AccountError(f"账号 {user.name} 已停用；请先启用")
        if not label.strip():
            raise AccountError("令牌须有一个说明用途的标签，例如 数字城管接口")
        return self._open(user, self._clock() + dt.timedelta(days=days), "token", label.strip())

    def end_all(self, name: str, actor: Actor) -> int:
        """End all logins and tokens of an account; how many there were.

        Raises:
            AccountError: there is no such account.
        """
        return self._store.close_sessions(self._known(name).name, actor)

    # ---- inside

    def _open(self, user: User, until: dt.datetime, kind: SessionKind, label: str = "") -> SignedIn:
        token = new_token()
        key = token_hash(token)
        if key is None:  # the shape of our own tokens is tested
            raise SignInError("a fresh token has an unexpected shape")
        self._store.open_session(key, user.name, until, kind=kind, label=label)
        return SignedIn(token, Actor(name=user.name, role=user.role), until)

    def _checked(self, name: str, password: str) -> User:
        """The account whose password this is; a wrong one is counted.

        Raises:
            SignInError: always the same, after the same work.
        """
        user = self._store.user(name)
        verdict = self._passwords.verify(self._store.secret_hash(name) if user is not None else None, password)
        now = self._clock()
        if user is None or not user.active or (user.locked_until is not None and user.locked_until > now):
            raise SignInError(_REFUSED)  # a locked account takes no password, and counts none
        if not verdict.ok:
            locked = lock_after(user.failures + 1)
            self._store.note_login(name, False, locked_until=now + locked if locked is not None else None)
            raise SignInError(_REFUSED)
        if verdict.rehash:
            self._store.set_secret(name, self._passwords.hash(password), SYSTEM)
        return self._store.note_login(name, True)

    def _known(self, name: str) -> User:
        user = self._store.user(account_name(name))
        if user is None:
            raise AccountError(f"没有账号 {name!r}；用 xiaozheng user list 查看")
        return user

    def _keep_an_admin(self, user: User) -> None:
        others = [u for u in self._store.users() if u.active and u.role == "admin" and u.name != user.name]
        if user.role == "admin" and user.active and not others:
            raise AccountError(f"{user.name} 是最后一个管理员；请先设另一个管理员")


def account_name(name: str) -> str:
    """One spelling for one account: without case and in one width."""
    return unicodedata.normalize("NFKC", name).strip().casefold()
