from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.ledger import ConflictError, Ledger, LedgerError, NotFoundError
from agent.ledger.records import Action, Choice, EntryFilter, MatterState
from agent.schema import Complaint
from tests.agent.ledger.helping import ANNA, BEN, CHOICE, MASKED, RITA, TEXT, decide, record
from tests.suggestions import CHINA, error, suggestion


def test_what_is_recorded_is_read_back(ledger: Ledger) -> None:
    """A matter and its suggestion come back equal, times in Asia/Shanghai."""
    received = dt.datetime(2026, 3, 1, 1, 30, tzinfo=dt.UTC)
    complaint = Complaint(
        id="zz-9", text=TEXT, title="夜间施工", received_at=received, mode="holiday", channel="郑好拍"
    )
    made = ledger.record(complaint, suggestion(), ANNA, {"rules": "r-1"})
    matter = ledger.matter(made.matter.id)
    assert matter == made.matter
    assert matter.complaint() == complaint
    assert (matter.received_at, str(matter.recorded_at.tzinfo)) == (received, "Asia/Shanghai")
    assert matter.received_at is not None
    assert matter.received_at.isoformat() == "2026-03-01T09:30:00+08:00"
    assert ledger.suggestion(made.suggestion.id) == made.suggestion
    assert made.suggestion.suggestion == suggestion()
    assert made.suggestion.settings == {"rules": "r-1"}


def test_a_naive_time_is_local(ledger: Ledger) -> None:
    """A time without a zone is taken as Asia/Shanghai, on return as in storage."""
    made = ledger.record(Complaint(text=TEXT, received_at=dt.datetime(2026, 3, 1, 9, 30)), suggestion(), ANNA)
    expected = dt.datetime(2026, 3, 1, 9, 30, tzinfo=CHINA)
    assert made.matter.received_at == ledger.matter(made.matter.id).received_at == expected


def test_characters_that_a_database_refuses(ledger: Ledger) -> None:
    """NUL becomes one other character, so spans still fit; everything else stays."""
    made = record(ledger, "烟味\x00大'\"\\%_😀𠮷\r\n\t，请管管")
    assert ledger.matter(made.matter.id).text == made.matter.text == "烟味\ufffd大'\"\\%_😀𠮷\r\n\t，请管管"
    assert ledger.verify().ok


def test_a_failed_suggestion_is_recorded_too(ledger: Ledger) -> None:
    """A complaint that the agent could not read is a matter all the same."""
    made = ledger.record(Complaint(text=""), error(), ANNA)
    assert ledger.history(made.matter.id).suggestions[0].suggestion == error()


def test_the_way_of_a_matter(ledger: Ledger) -> None:
    """Open, decided, returned, reviewed; everything stays in the history, in order."""
    made = record(ledger)
    states: list[MatterState] = [made.matter.state]
    later = ledger.suggest_again(made.matter.id, suggestion(), BEN)
    first = decide(ledger, made)
    states.append(ledger.matter(made.matter.id).state)
    second = ledger.decide(
        made.matter.id, later.id, "return", CHOICE, BEN, changes=[], reason="不属本市", replaces=first.id
    )
    states.append(ledger.matter(made.matter.id).state)
    judged = ledger.review(made.matter.id, second.id, "correct", CHOICE, RITA, changes=[], case_id="c-9")
    states.append(ledger.matter(made.matter.id).state)
    came_back = ledger.outcome(made.matter.id, "returned", BEN, unit="cgj", reason="不归我局", solved=False)
    history = ledger.history(made.matter.id)
    assert states == ["open", "decided", "returned", "reviewed"]
    assert history.suggestions == (made.suggestion, later)
    assert history.decisions == (first, second)
    assert history.reviews == (judged,)
    assert history.outcomes == (came_back,)


def test_deciding_again_asks_for_a_new_review(ledger: Ledger) -> None:
    """A review belongs to one decision; a later decision is not reviewed yet."""
    made = record(ledger)
    first = decide(ledger, made)
    ledger.review(made.matter.id, first.id, "agree", CHOICE, RITA, changes=[])
    decide(ledger, made, replaces=first.id)
    entry = next(ledger.entries())
    assert (entry.matter.state, entry.review) == ("decided", None)


def test_the_second_operator_is_told(ledger: Ledger) -> None:
    """Who decides without naming the decision that stands gets a conflict that names it, and nothing is stored."""
    made = record(ledger)
    first = decide(ledger, made)
    with pytest.raises(ConflictError, match=first.id) as told:
        ledger.decide(made.matter.id, made.suggestion.id, "accept", CHOICE, BEN, changes=[])
    assert (told.value.current, told.value.code) == (first.id, "conflict")
    assert ledger.history(made.matter.id).decisions == (first,)
    second = decide(ledger, made, replaces=first.id)
    with pytest.raises(ConflictError, match=second.id):
        decide(ledger, made, replaces=first.id)


def test_replacing_what_is_not_there(ledger: Ledger) -> None:
    """A first decision that claims to replace one is a conflict."""
    with pytest.raises(ConflictError):
        decide(ledger, record(ledger), replaces="01900000-0000-7000-8000-000000000000")


def test_a_review_needs_the_decision_that_counts(ledger: Ledger) -> None:
    """Undecided matters, replaced decisions and second reviews are refused."""
    made = record(ledger)
    with pytest.raises(LedgerError, match="not decided"):
        ledger.review(made.matter.id, "x", "agree", CHOICE, RITA, changes=[])
    first = decide(ledger, made)
    second = decide(ledger, made, replaces=first.id)
    with pytest.raises(ConflictError, match=second.id):
        ledger.review(made.matter.id, first.id, "agree", CHOICE, RITA, changes=[])
    judged = ledger.review(made.matter.id, second.id, "agree", CHOICE, RITA, changes=[])
    with pytest.raises(ConflictError, match=judged.id):
        ledger.review(made.matter.id, second.id, "agree", CHOICE, BEN, changes=[])


def test_what_belongs_to_another_matter(ledger: Ledger) -> None:
    """A suggestion or decision of another matter is not taken."""
    one, other = record(ledger), record(ledger)
    decided = decide(ledger, one)
    with pytest.raises(NotFoundError):
        ledger.decide(other.matter.id, one.suggestion.id, "accept", CHOICE, ANNA, changes=[])
    decide(ledger, other)
    with pytest.raises(NotFoundError):
        ledger.review(other.matter.id, decided.id, "agree", CHOICE, RITA, changes=[])


def test_what_is_not_there(ledger: Ledger) -> None:
    """Unknown ids raise NotFoundError with its own code; `find` and `user` give None."""
    for look in (ledger.matter, ledger.suggestion, ledger.history):
        with pytest.raises(NotFoundError) as told:
            look("nothing")
        assert told.value.code == "not_found"
    with pytest.raises(NotFoundError):
        ledger.outcome("nothing", "closed", ANNA)
    assert (ledger.find(external_id="nothing"), ledger.user("nobody")) == (None, None)


def test_find_by_the_number_of_another_system(ledger: Ledger) -> None:
    """The latest matter with a number is found."""
    record(ledger, number="gd-1")
    later = record(ledger, number="gd-1")
    assert ledger.find(external_id="gd-1") == later.matter


def test_ids_sort_by_time(ledger: Ledger) -> None:
    """Entries come newest first, which is the order of ids turned round."""
    made = [record(ledger).matter.id for _ in range(5)]
    assert made == sorted(made)
    assert [entry.matter.id for entry in ledger.entries()] == made[::-1]
    assert [entry.matter.id for entry in ledger.entries(limit=2)] == made[:2:-1]


@dataclass(frozen=True)
class Case:
    """One filter and which of the four matters pass it."""

    id: str
    filter: EntryFilter
    want: str


CASES = [
    Case("all", EntryFilter(), "abcd"),
    Case("state", EntryFilter(states=("decided", "returned")), "bc"),
    Case("operator", EntryFilter(operator=ANNA.name), "b"),
    Case("lead", EntryFilter(lead="scj"), "c"),
    Case("category-of-decision-or-else-suggestion", EntryFilter(category="0102"), "abd"),
    Case("category-of-decision", EntryFilter(category="04"), "c"),
    Case("channel", EntryFilter(channel="郑好拍"), "a"),
    Case("reviewed", EntryFilter(reviewed=True), "d"),
    Case("not-reviewed", EntryFilter(reviewed=False), "abc"),
    Case("text", EntryFilter(text="北龙湖"), "c"),
    Case("text-is-no-pattern", EntryFilter(text="%"), ""),
    Case("text-as-given-is-not-searched", EntryFilter(text="祝小满"), ""),
    Case("together", EntryFilter(states=("decided",), operator=ANNA.name, channel="12345"), "b"),
]


@pytest.fixture
def named(ledger: Ledger) -> dict[str, str]:
    """Four matters: a open, b decided by 安娜, c returned by 本 to another lead, d reviewed."""
    a = record(ledger, channel="郑好拍")
    b = record(ledger)
    decide(ledger, b)
    c = record(ledger, masked="北龙湖边的饭店油烟大")
    other = Choice(category="040201", lead="scj")
    ledger.decide(c.matter.id, c.suggestion.id, "return", other, BEN, changes=[])
    d = record(ledger)
    decided = ledger.decide(d.matter.id, d.suggestion.id, "accept", CHOICE, BEN, changes=[])
    ledger.review(d.matter.id, decided.id, "agree", CHOICE, RITA, changes=[])
    return {a.matter.id: "a", b.matter.id: "b", c.matter.id: "c", d.matter.id: "d"}


def test_filters(ledger: Ledger, named: dict[str, str]) -> None:
    """Each filter lets through what it says, and several must all hold."""
    found = {case.id: "".join(sorted(named[e.matter.id] for e in ledger.entries(case.filter))) for case in CASES}
    assert found == {case.id: case.want for case in CASES}


def test_filter_by_time(ledger: Ledger) -> None:
    """`since` is inclusive and `until` exclusive, whatever the zone they are given in."""
    made = [record(ledger).matter for _ in range(3)]
    middle = made[1].recorded_at.astimezone(dt.UTC)
    later = [entry.matter.id for entry in ledger.entries(EntryFilter(since=middle))]
    earlier = [entry.matter.id for entry in ledger.entries(EntryFilter(until=middle))]
    assert (later, earlier) == ([made[2].id, made[1].id], [made[0].id])


def test_entries_beyond_one_page(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages join without a gap or a double, and with a limit in between."""
    monkeypatch.setattr("agent.ledger.entries._PAGE", 2)
    made = [record(ledger).matter.id for _ in range(5)][::-1]
    assert [entry.matter.id for entry in ledger.entries()] == made
    assert [entry.matter.id for entry in ledger.entries(limit=3)] == made[:3]
    assert list(ledger.entries(limit=0)) == []


def test_an_entry_holds_what_counts(ledger: Ledger) -> None:
    """The latest suggestion, decision and review, and all outcomes."""
    made = record(ledger)
    later = ledger.suggest_again(made.matter.id, suggestion(MASKED, "工地"), ANNA)
    first = decide(ledger, made)
    second = decide(ledger, made, replaces=first.id)
    judged = ledger.review(made.matter.id, second.id, "agree", CHOICE, RITA, changes=[])
    outcomes = (ledger.outcome(made.matter.id, "returned", BEN), ledger.outcome(made.matter.id, "closed", BEN))
    entry = next(ledger.entries())
    assert (entry.suggestion, entry.decision, entry.review, entry.outcomes) == (later, second, judged, outcomes)


@pytest.mark.parametrize("action", ["accept", "change", "return"])
def test_a_decision_is_read_back(ledger: Ledger, action: Action) -> None:
    """Every field of a decision comes back as it was given."""
    made = record(ledger)
    due = dt.datetime(2026, 3, 5, 17, 30, tzinfo=CHINA)
    choice = CHOICE.model_copy(update={"due": due, "place": "商都路", "track": "一键快办"})
    given = ledger.decide(
        made.matter.id, made.suggestion.id, action, choice, ANNA, changes=[], reason="按职责清单", seconds=7
    )
    assert ledger.history(made.matter.id).decisions == (given,)
    assert (given.choice, given.action, given.seconds) == (choice, action, 7)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "URL"),
        ("mysql://host/name", "mysql"),
        ("sqlite://", "names no file"),
        ("sqlite:////proc/none/ledger.db", "cannot be written"),
        ("postgresql://nobody@127.0.0.1:9/none", "database failed"),
    ],
    ids=["no-url", "other-database", "memory", "unwritable", "unreachable"],
)
def test_a_ledger_that_cannot_be_opened(url: str, says: str) -> None:
    """One sentence says what is wrong, and no password is in it."""
    with pytest.raises(LedgerError, match=says):
        Ledger.open(url)


def test_postgres_without_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where psycopg is not installed, one sentence says what to install."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(LedgerError, match=r"xiaozheng\[postgres\]"):
        Ledger.open("postgresql://127.0.0.1:9/none")


@pytest.mark.skipif(sys.platform == "win32", reason="no such permissions there")
def test_the_file_is_private(tmp_path: Path) -> None:
    """The file and its logs, full of names, can be read by the account of the program alone."""
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'new' / 'ledger.db'}")
    record(ledger)
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in (tmp_path / "new").iterdir()}
    ledger.close()
    assert modes == dict.fromkeys(["ledger.db", "ledger.db-wal", "ledger.db-shm"], "0o600")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """A file of another kind is refused in one sentence, not with a traceback of the driver."""
    path = tmp_path / "ledger.db"
    path.write_text("not a database, but long enough to look at" * 50, encoding="utf-8")
    with pytest.raises(LedgerError, match="not a database"):
        Ledger.open(f"sqlite:///{path}")
