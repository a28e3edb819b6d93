"""Accounts: passwords, sign-in, lock-out, sessions, tokens and roles."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY

from agent.ledger import ConflictError, Ledger
from agent.ledger.records import Actor, Role
from agent.people import DEMO, SYSTEM, AccountError, People, Permission, SignInError, allowed
from agent.people.lockout import lock_after
from agent.people.passwords import Passwords, check_password
from agent.people.roles import PERMISSIONS
from agent.people.store import AccountStore
from tests.agent.people.store import Clock, MemoryStore

GOOD = "梧桐树下的自行车26"
OTHER = "二七塔前卖风筝的老人家"
CHEAP = PasswordHasher.from_parameters(CHEAPEST)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> MemoryStore:
    return MemoryStore(clock)


@pytest.fixture
def people(store: MemoryStore, clock: Clock) -> People:
    accounts = People(store, passwords=Passwords(CHEAP), clock=clock)
    accounts.add("chief", "admin", GOOD, SYSTEM)
    accounts.add("wang", "operator", GOOD, SYSTEM)
    return accounts


def guess(people: People, times: int, name: str = "wang") -> None:
    for _ in range(times):
        with pytest.raises(SignInError):
            people.sign_in(name, "wrong password")


# ---------------------------------------------------------------- passwords


def test_hashes_follow_rfc_9106() -> None:
    """The stored hash is Argon2id with 64 MiB, 3 passes and 4 lanes."""
    stored = Passwords().hash(GOOD)
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY).verify(stored, GOOD)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "10"),
        ("a" * 300, "10"),
        ("1234567890", "常见"),
        ("Password-1234", "常见"),
        ("ＰＡＳＳＷＯＲＤ１２３４", "常见"),
        ("abababababab", "常见"),
        ("zhang.wei1", "账号名"),
        ("zhang.wei-12", "账号名"),
    ],
    ids=["short", "long", "digits", "common", "full-width", "repeated", "own-name", "name-and-digits"],
)
def test_weak_passwords_are_refused(password: str, words: str) -> None:
    """What is guessed first is not taken, and the message says why."""
    with pytest.raises(AccountError, match=words):
        check_password(password, "zhang.wei")


@pytest.mark.parametrize(
    "password", [GOOD, "correct horse battery", "li-lives-by-the-river"], ids=["zh", "en", "name-in"]
)
def test_good_passwords_are_taken(password: str) -> None:
    """A long password may hold the letters of a short name."""
    check_password(password, "li")


def test_one_password_has_one_spelling(people: People) -> None:
    """Full-width letters of an input method open the account too."""
    people.add("li", "operator", "Bicycle2026x", SYSTEM)
    assert people.sign_in("ＬＩ", "Ｂｉｃｙｃｌｅ２０２６ｘ").actor.name == "li"


def test_old_hashes_are_renewed(store: MemoryStore, clock: Clock) -> None:
    """A hash made with other parameters is replaced at the next right password, and only then."""
    old = People(store, passwords=Passwords(CHEAP), clock=clock)
    old.add("wang", "operator", GOOD, SYSTEM)
    newer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    new = People(store, passwords=Passwords(newer), clock=clock)
    before = store.secrets["wang"]
    guess(new, 1)
    assert store.secrets["wang"] == before
    new.sign_in("wang", GOOD)
    assert not newer.check_needs_rehash(store.secrets["wang"])


class CountingHasher(PasswordHasher):
    """Counts verifications."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.count = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        """As the real one does."""
        self.count += 1
        return super().verify(hash, password)


@pytest.mark.parametrize("name", ["nobody", "wang", "closed"], ids=["unknown", "known", "disabled"])
def test_every_refusal_costs_one_hash_and_reads_alike(store: MemoryStore, clock: Clock, name: str) -> None:
    """Neither the work nor the words tell whether a name exists."""
    hasher = CountingHasher()
    accounts = People(store, passwords=Passwords(hasher), clock=clock)
    accounts.add("wang", "operator", GOOD, SYSTEM)
    accounts.add("closed", "operator", GOOD, SYSTEM)
    accounts.disable("closed", SYSTEM)
    with pytest.raises(SignInError, match=r"^用户名或密码不对，或者账号已停用") as found:
        accounts.sign_in(name, "wrong password")
    assert (hasher.count, found.value.code) == (1, "sign_in")


# ---------------------------------------------------------------- lock-out


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, None), (1, None), (4, None), (5, 15), (6, None), (10, 30), (15, 60), (40, 1440), (500, 1440)],
    ids=str,
)
def test_locks_double(failures: int, minutes: int | None) -> None:
    """Every fifth wrong password locks, twice as long each time, a day at most."""
    assert lock_after(failures) == (dt.timedelta(minutes=minutes) if minutes is not None else None)


def test_five_wrong_passwords_lock_the_account(people: People, clock: Clock) -> None:
    """While it is locked even the right password is refused; after a quarter of an hour it opens."""
    guess(people, 5)
    with pytest.raises(SignInError):
        people.sign_in("wang", GOOD)
    clock.forward(minutes=15, seconds=1)
    assert people.sign_in("wang", GOOD).actor == Actor(name="wang", role="operator")


def test_the_second_lock_is_longer(people: People, clock: Clock) -> None:
    """Ten wrong passwords in a row cost half an hour, and what is tried while locked is not counted."""
    guess(people, 9)
    clock.forward(minutes=16)
    guess(people, 5)
    clock.forward(minutes=16)
    with pytest.raises(SignInError):
        people.sign_in("wang", GOOD)
    clock.forward(minutes=15)
    people.sign_in("wang", GOOD)


def test_a_right_password_starts_the_count_anew(people: People) -> None:
    """Four mistakes, then the right one, then four more lock nobody out."""
    guess(people, 4)
    people.sign_in("wang", GOOD)
    guess(people, 4)
    people.sign_in("wang", GOOD)


def test_other_accounts_stay_open(people: People) -> None:
    """Guessing one account locks no other."""
    guess(people, 5)
    assert people.sign_in("chief", GOOD).actor.role == "admin"


def test_a_new_password_opens_a_locked_account(people: People) -> None:
    """An administrator helps at once."""
    guess(people, 5)
    people.change_password("wang", OTHER, SYSTEM)
    assert people.sign_in("wang", OTHER).actor.name == "wang"


# ---------------------------------------------------------------- sessions and tokens


def test_only_the_hash_of_a_token_is_stored(people: People, store: MemoryStore) -> None:
    """A copy of the ledger opens no session; the token has 256 bits and does not show in a log."""
    signed = people.sign_in("wang", GOOD)
    assert list(store.open) == [hashlib.sha256(signed.token.encode()).hexdigest()]
    assert len(signed.token) == 43
    assert signed.token not in repr(signed)


def test_tokens_are_never_used_twice(people: People) -> None:
    """Each sign-in has a token of its own."""
    assert people.sign_in("wang", GOOD).token != people.sign_in("wang", GOOD).token


def test_a_session_ends_after_twelve_hours(people: People, clock: Clock) -> None:
    """However busy its holder is."""
    token = people.sign_in("wang", GOOD).token
    for _ in range(11):
        clock.forward(hours=1)
        assert people.recognise(token) is not None
    clock.forward(hours=1)
    assert people.recognise(token) is None


def test_a_session_ends_after_two_idle_hours(people: People, clock: Clock, store: MemoryStore) -> None:
    """And is closed in the store, so that it does not come back."""
    token = people.sign_in("wang", GOOD).token
    assert people.recognise(token) is not None
    clock.forward(hours=2, seconds=1)
    assert people.recognise(token) is None
    assert store.open == {}
    assert people.recognise(token) is None


@pytest.mark.parametrize("change", ["password", "role", "disable", "sign_out"])
def test_a_session_ends_with_a_change(people: People, change: str) -> None:
    """A new password, another role, a closed account and signing out end it."""
    token = people.sign_in("wang", GOOD).token
    api = people.issue_token("wang", "数字城管接口", 30).token
    changes: dict[str, Callable[[], object]] = {
        "password": lambda: people.change_password("wang", OTHER, SYSTEM),
        "role": lambda: people.change_role("wang", "reviewer", SYSTEM),
        "disable": lambda: people.disable("wang", SYSTEM),
        "sign_out": lambda: people.sign_out(token),
    }
    changes[change]()
    assert people.recognise(token) is None
    assert (people.recognise(api, "token") is None) == (change != "sign_out")


def test_a_token_is_no_cookie_and_a_cookie_no_token(people: People) -> None:
    """What was given to a program does not open the pages, nor the other way about."""
    token, api = people.sign_in("wang", GOOD).token, people.issue_token("wang", "test", 30).token
    assert (people.recognise(token, "token"), people.recognise(api, "login")) == (None, None)


def test_a_token_outlives_idle_hours_and_ends_in_time(people: People, clock: Clock) -> None:
    """A program may sleep over the weekend; its token still ends."""
    api = people.issue_token("wang", "test", 30).token
    clock.forward(days=29)
    assert people.recognise(api, "token") == Actor(name="wang", role="operator")
    clock.forward(days=1)
    assert people.recognise(api, "token") is None


@pytest.mark.parametrize(
    "token", ["", "x", "a" * 43, "a" * 43 + "\n", "' or 1=1 --", "\ud800", "中" * 43, "a" * 10_000]
)
def test_forged_tokens_are_nobody(people: People, token: str) -> None:
    """Whatever stands in the cookie."""
    assert people.recognise(token) is None


@pytest.mark.parametrize(
    ("name", "label"), [("nobody", "test"), ("wang", "  "), ("closed", "test")], ids=["unknown", "no-label", "closed"]
)
def test_tokens_need_an_open_account_and_a_label(people: People, name: str, label: str) -> None:
    """A token says whose it is and what it is for."""
    people.add("closed", "operator", GOOD, SYSTEM)
    people.disable("closed", SYSTEM)
    with pytest.raises(AccountError):
        people.issue_token(name, label, 30)


# ---------------------------------------------------------------- accounts and roles


@pytest.mark.parametrize("name", ["", "x", "demo", "SYSTEM", "a b", "a" * 33, "../etc", "<b>li</b>"], ids=range(8))
def test_bad_names_are_refused(people: People, name: str) -> None:
    """Names are plain, and those that the program acts under are taken."""
    with pytest.raises(AccountError, match="账号名"):
        people.add(name, "operator", GOOD, SYSTEM)


def test_a_name_is_taken_once(people: People) -> None:
    """Whatever its case."""
    with pytest.raises(ConflictError):
        people.add("WANG", "operator", GOOD, SYSTEM)


@pytest.mark.parametrize("change", ["disable", "role"])
def test_the_last_administrator_stays(people: People, change: str) -> None:
    """Nobody is locked out of the house."""
    with pytest.raises(AccountError, match="最后一个管理员"):
        people.disable("chief", SYSTEM) if change == "disable" else people.change_role("chief", "operator", SYSTEM)
    people.add("deputy", "admin", GOOD, SYSTEM)
    people.disable("chief", SYSTEM)


def test_a_closed_account_can_be_opened_again(people: People) -> None:
    """What it did stays on record, and so does its password."""
    people.disable("wang", SYSTEM)
    assert people.actor("wang") is None
    people.enable("wang", SYSTEM)
    assert people.sign_in("wang", GOOD).actor == people.actor("WANG")


ROLES: list[tuple[Role, set[str]]] = [
    ("operator", {"triage", "decide", "see_names"}),
    ("reviewer", {"triage", "decide", "review", "quality", "score"}),
    ("admin", {permission.value for permission in Permission}),
]


@pytest.mark.parametrize(("role", "rights"), ROLES, ids=[role for role, _ in ROLES])
def test_rights(role: Role, rights: set[str]) -> None:
    """Each role holds exactly these; a reviewer sees no names."""
    assert {str(permission) for permission in PERMISSIONS[role]} == rights
    assert allowed(role, Permission.SEE_NAMES) == (role != "reviewer")


def test_the_ledger_is_an_account_store(tmp_path: Path) -> None:
    """Sign-in, lock-out, tokens and the end of sessions work on the real tables."""
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    store: AccountStore = ledger
    people = People(store, passwords=Passwords(CHEAP))
    assert not people.exist()
    people.add("chief", "admin", GOOD, DEMO)
    token = people.sign_in("chief", GOOD).token
    assert people.recognise(token) == Actor(name="chief", role="admin")
    people.change_password("chief", OTHER, SYSTEM)
    assert people.recognise(token) is None
    api = people.issue_token("chief", "test", 1).token
    assert people.recognise(api, "token") is not None
    assert people.end_all("chief", SYSTEM) == 1
    guess(people, 5, "chief")
    with pytest.raises(SignInError):
        people.sign_in("chief", OTHER)
    assert ledger.verify().ok
    ledger.close()
