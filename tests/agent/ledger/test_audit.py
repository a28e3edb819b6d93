from __future__ import annotations

from dataclasses import dataclass

import pytest

from agent.ledger import Ledger, LedgerError
from agent.ledger.records import FaultKind
from tests.agent.ledger.helping import ANNA, BOSS, CHOICE, RITA, Books, decide, record


def fill(ledger: Ledger) -> None:
    """A row or two in every table."""
    ledger.add_user("安娜", "operator", "$argon2id$x", BOSS)
    ledger.add_user("本", "operator", "$argon2id$y", BOSS)
    for _ in range(2):
        made = record(ledger)
        decided = decide(ledger, made)
        ledger.review(made.matter.id, decided.id, "agree", CHOICE, RITA, changes=[])
        ledger.outcome(made.matter.id, "closed", ANNA, solved=True)


@dataclass(frozen=True)
class Case:
    """What someone does behind the program's back, and what a check must say."""

    id: str
    statements: tuple[str, ...]
    kinds: frozenset[FaultKind]


def case(name: str, *statements: str, kinds: tuple[FaultKind, ...]) -> Case:
    return Case(name, statements, frozenset(kinds))


_LAST = "(SELECT max(seq) FROM audit)"
CASES = [
    case("matter-changed", "UPDATE matters SET text = '另一件事'", kinds=("row_changed",)),
    case("choice-changed", "UPDATE decisions SET lead = 'hbj'", kinds=("row_changed",)),
    case("review-emptied", "UPDATE reviews SET reason = '', verdict = 'correct'", kinds=("row_changed",)),
    case("outcome-nulled", "UPDATE outcomes SET solved = NULL", kinds=("row_changed",)),
    case("role-raised", "UPDATE users SET role = 'admin' WHERE name = '本'", kinds=("row_changed",)),
    case("body-not-json", "UPDATE suggestions SET settings = '[1]'", kinds=("row_changed",)),
    case("row-deleted", "DELETE FROM reviews", kinds=("row_missing",)),
    case(
        "row-added",
        "INSERT INTO users (name, role, secret_hash, active, created_at, failures) "
        "SELECT 'intruder', 'admin', secret_hash, active, created_at, 0 FROM users WHERE name = '本'",
        kinds=("row_unrecorded",),
    ),
    case("event-changed", "UPDATE audit SET actor = '别人' WHERE seq = 3", kinds=("event_changed",)),
    case(
        "event-deleted", "DELETE FROM audit WHERE seq = 3", kinds=("event_missing", "row_unrecorded", "event_changed")
    ),
    case("first-event-deleted", "DELETE FROM audit WHERE seq = 1", kinds=("event_missing", "row_unrecorded")),
    case("tail-cut", f"DELETE FROM audit WHERE seq = {_LAST}", kinds=("head_differs", "row_unrecorded")),
    case("head-moved", "UPDATE audit_head SET count = count - 1", kinds=("head_differs",)),
    case("head-deleted", "DELETE FROM audit_head", kinds=("head_differs",)),
    case(
        "events-reordered",
        "UPDATE audit SET seq = 1000 WHERE seq = 3",
        "UPDATE audit SET seq = 3 WHERE seq = 4",
        "UPDATE audit SET seq = 4 WHERE seq = 1000",
        kinds=("event_changed",),
    ),
]


def test_an_untouched_ledger_is_whole(ledger: Ledger) -> None:
    """Nothing is reported where nobody tampered; all rows and events are counted."""
    fill(ledger)
    report = ledger.verify()
    assert (report.ok, report.faults, report.rows) == (True, (), 12)
    assert report.events == ledger.status().events == len(list(ledger.audit()))
    assert report.head == list(ledger.audit())[-1].hash == ledger.status().head


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.id)
def test_tampering_is_found(books: Books, one: Case) -> None:
    """Whatever is changed, added, deleted or moved behind the program's back shows, and where."""
    fill(books.ledger)
    books.tamper(*one.statements)
    report = books.ledger.verify()
    assert not report.ok
    assert {fault.kind for fault in report.faults} & one.kinds
    assert {fault.kind for fault in report.faults} <= one.kinds


def test_nonsense_in_a_column_is_a_fault_not_a_crash(books: Books) -> None:
    """A row that cannot be read any more is named; the others are still checked."""
    if not books.sqlite:
        pytest.skip("PostgreSQL refuses such values itself")
    fill(books.ledger)
    books.tamper(
        "UPDATE suggestions SET body = 'no json' WHERE id = (SELECT min(id) FROM suggestions)",
        "UPDATE matters SET recorded_at = 'yesterday' WHERE id = (SELECT max(id) FROM matters)",
    )
    report = books.ledger.verify()
    assert {(fault.kind, fault.table) for fault in report.faults} == {
        ("row_changed", "suggestions"),
        ("row_changed", "matters"),
    }


def test_a_tail_cut_with_its_head_needs_a_noted_head(books: Books) -> None:
    """Who cuts the last event, its row and moves the head back is found by a head noted elsewhere."""
    fill(books.ledger)
    kept = books.ledger.verify().head
    books.ledger.note(ANNA, "report.read")
    noted = books.ledger.verify().head
    books.tamper(
        f"DELETE FROM audit WHERE seq = {_LAST}",
        f"UPDATE audit_head SET count = count - 1, hash = (SELECT hash FROM audit WHERE seq = {_LAST})",
    )
    assert books.ledger.verify().ok
    assert books.ledger.verify(expect=kept).ok
    assert [fault.kind for fault in books.ledger.verify(expect=noted).faults] == ["head_unknown"]


def test_a_noted_head_stays_good(ledger: Ledger) -> None:
    """A head noted yesterday is still found after today's work."""
    fill(ledger)
    noted = ledger.status().head
    record(ledger)
    assert ledger.verify(expect=noted).ok


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"], ids=["update", "delete"])
def test_the_audit_table_refuses_change(books: Books, statement: str) -> None:
    """The database itself refuses to change or delete events."""
    fill(books.ledger)
    with pytest.raises(Exception, match="append-only"):
        books.run(statement)
    assert books.ledger.verify().ok


def test_a_tampered_row_is_not_sealed_by_the_next_write(books: Books) -> None:
    """Writing to a row that was changed behind the program's back is refused, so that the trace stays."""
    made = record(books.ledger)
    books.tamper("UPDATE matters SET title = '别的'")
    with pytest.raises(LedgerError, match="outside this program") as told:
        decide(books.ledger, made)
    assert told.value.code == "tampered"
    assert not books.ledger.verify().ok


def test_every_write_tells_of_itself(ledger: Ledger) -> None:
    """Each step leaves its event with actor and row; none holds a word of the complaint."""
    made = record(ledger)
    decided = decide(ledger, made)
    ledger.review(made.matter.id, decided.id, "agree", CHOICE, RITA, changes=[])
    ledger.outcome(made.matter.id, "closed", ANNA)
    events = list(ledger.audit())
    assert [event.action for event in events] == [
        "matter.recorded",
        "suggestion.made",
        "decision.made",
        "matter.decided",
        "review.made",
        "matter.reviewed",
        "outcome.recorded",
    ]
    assert events[2].row == decided.id
    assert (events[2].table, events[2].actor) == ("decisions", ANNA.name)
    assert "混凝土" not in "".join(event.model_dump_json() for event in events)


def test_audit_is_read_in_pages(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Events come in order, after a number, up to a limit."""
    monkeypatch.setattr("agent.ledger.care_door._EVENTS", 3)
    monkeypatch.setattr("agent.ledger.verify._EVENTS", 3)
    monkeypatch.setattr("agent.ledger.verify._ROWS", 1)
    fill(ledger)
    every = [event.seq for event in ledger.audit()]
    assert every == list(range(1, 17))
    assert [event.seq for event in ledger.audit(after=2, limit=4)] == [3, 4, 5, 6]
    assert ledger.verify().ok
