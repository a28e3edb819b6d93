from __future__ import annotations

import datetime as dt

import pytest

from agent.ledger import ConflictError, Ledger, LedgerError, NotFoundError
from agent.ledger.database import now
from tests.agent.ledger.helping import BOSS

HOUR = dt.timedelta(hours=1)


def test_accounts(ledger: Ledger) -> None:
    """An account is added once, changed, kept out; its secret is read only by name."""
    added = ledger.add_user("石榴", "operator", "$argon2id$1", BOSS)
    with pytest.raises(ConflictError, match="already"):
        ledger.add_user("石榴", "admin", "$argon2id$2", BOSS)
    assert (ledger.user("石榴"), ledger.users()) == (added, (added,))
    ledger.set_secret("石榴", "$argon2id$3", BOSS)
    ledger.set_role("石榴", "reviewer", BOSS)
    changed = ledger.set_active("石榴", False, BOSS)
    assert (changed.role, changed.active, ledger.secret_hash("石榴")) == ("reviewer", False, "$argon2id$3")
    assert ledger.secret_hash("谁") is None
    assert "argon" not in "".join(event.model_dump_json() for event in ledger.audit())
    assert ledger.verify().ok


@pytest.mark.parametrize("name", ["", " ", "长" * 65], ids=["empty", "blank", "too-long"])
def test_names_of_accounts(ledger: Ledger, name: str) -> None:
    """A name that the column cannot hold is refused before it gets there."""
    with pytest.raises(LedgerError, match="1 to 64"):
        ledger.add_user(name, "operator", "x", BOSS)


def test_wrong_passwords_are_counted(ledger: Ledger) -> None:
    """Failures add up until a right password or a new one; a lock has an end."""
    ledger.add_user("石榴", "operator", "x", BOSS)
    until = now() + HOUR
    assert ledger.note_login("石榴", False).failures == 1
    locked = ledger.note_login("石榴", False, locked_until=until)
    assert (locked.failures, locked.locked_until) == (2, until)
    assert ledger.note_login("石榴", True) == ledger.user("石榴")
    assert [event.action for event in ledger.audit(after=1)] == ["user.failed", "user.locked", "user.login"]
    ledger.note_login("石榴", False, locked_until=until)
    ledger.set_secret("石榴", "y", BOSS)
    unlocked = ledger.user("石榴")
    assert unlocked is not None
    assert (unlocked.failures, unlocked.locked_until) == (0, None)
    with pytest.raises(NotFoundError):
        ledger.note_login("谁", False)


def test_sessions_end(ledger: Ledger) -> None:
    """A login is good until it is closed or over; closing twice closes nothing."""
    ledger.add_user("石榴", "operator", "x", BOSS)
    opened = ledger.open_session("h1", "石榴", now() + HOUR)
    token = ledger.open_session("h2", "石榴", now() + HOUR, kind="token", label="夜间批量")
    ledger.open_session("h3", "石榴", now() - HOUR)
    assert (ledger.session("h1"), ledger.session("h2"), ledger.session("h3")) == (opened, token, None)
    assert ledger.sessions("石榴") == (opened, token)
    assert ledger.close_session("h1")
    assert not ledger.close_session("h1")
    assert (ledger.session("h1"), ledger.sessions("石榴")) == (None, (token,))
    assert ledger.close_sessions("石榴", BOSS) == 2
    assert ledger.sessions("石榴") == ()
    assert ledger.verify().ok


def test_who_is_kept_out_has_no_session(ledger: Ledger) -> None:
    """Keeping an account out ends its logins and tokens at once."""
    ledger.add_user("石榴", "operator", "x", BOSS)
    ledger.open_session("h1", "石榴", now() + HOUR)
    ledger.set_active("石榴", False, BOSS)
    ledger.set_active("石榴", True, BOSS)
    assert ledger.session("h1") is None


def test_a_session_needs_an_account(ledger: Ledger) -> None:
    """There is no login of nobody."""
    with pytest.raises(NotFoundError):
        ledger.open_session("h1", "谁", now() + HOUR)


def test_a_note_is_an_event(ledger: Ledger) -> None:
    """What changes no row can be noted too, and does not disturb the check of rows."""
    ledger.add_user("石榴", "operator", "x", BOSS)
    event = ledger.note(BOSS, "report.exported", table="users", row="石榴", detail="月报")
    assert list(ledger.audit(after=1)) == [event]
    assert ledger.verify().ok
