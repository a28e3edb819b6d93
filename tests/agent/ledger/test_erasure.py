from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from agent.ledger import Ledger, LedgerError, NotFoundError
from agent.ledger.records import Change, Choice
from tests.agent.ledger.helping import ANNA, BEN, BOSS, MASKED, RITA, Books, decide, record
from tests.suggestions import CHINA, suggestion

WORDS = ("祝小满", "13900001234", "混凝土", "浇筑", "夜间施工", "冯大勇", "139****1234", "祝某某")


def fill(ledger: Ledger) -> str:
    """A matter with its words everywhere they can stand."""
    made = record(ledger)
    key = made.matter.id
    ledger.suggest_again(key, suggestion(MASKED, "混凝土"), BEN)
    words = Choice(category="010202", lead="cgj", place="混凝土浇筑处", reply="祝小满您好：夜间施工已停。")
    changes = [
        Change(field="reply", proposed="混凝土", chosen="祝小满"),
        Change(field="lead", proposed="a", chosen="b"),
    ]
    decided = ledger.decide(
        key, made.suggestion.id, "change", words, ANNA, changes=changes, reason="祝小满来电要求", seconds=9
    )
    ledger.review(key, decided.id, "correct", words, RITA, changes=changes, reason="冯大勇已认可")
    ledger.outcome(key, "closed", BEN, unit="cgj", reason="冯大勇已到场", record="混凝土已停", solved=True)
    return key


def test_no_word_is_left(books: Books, ledger_url: str) -> None:
    """After erasure no word stands in any row of any table, nor in the bytes of a SQLite file."""
    key = fill(books.ledger)
    assert [word for word in WORDS if word not in books.dump()] == []
    assert books.ledger.erase([key], BOSS, "本人申请第7号") == 1
    assert [word for word in WORDS if word in books.dump()] == []
    if books.sqlite:
        folder = Path(str(make_url(ledger_url).database)).parent
        raw = b"".join(path.read_bytes() for path in folder.glob("ledger.db*"))
        assert [word for word in WORDS if word.encode() in raw] == []


def test_counts_and_labels_stay(ledger: Ledger) -> None:
    """What was chosen, by whom, when and how it ended is still there, and the ledger is still whole."""
    key = fill(ledger)
    before = ledger.history(key)
    ledger.erase([key], BOSS, "本人申请第7号")
    after = ledger.history(key)
    assert ledger.verify().ok
    assert after.matter.state == "erased"
    assert after.matter.recorded_at == before.matter.recorded_at
    assert len(after.suggestions) == 2
    old, new = before.suggestions[0].suggestion, after.suggestions[0].suggestion
    assert (new.category, new.provenance, new.timing_ms) == (old.category, old.provenance, old.timing_ms)
    assert new.dispatch is not None
    assert old.dispatch is not None
    assert new.dispatch.lead == old.dispatch.lead
    decision, choice = after.decisions[0], after.decisions[0].choice
    assert (choice.category, choice.lead, decision.seconds, decision.operator) == ("010202", "cgj", 9, ANNA.name)
    assert [change.field for change in decision.changes] == ["reply", "lead"]
    assert decision.changes[1] == Change(field="lead", proposed="a", chosen="b")
    assert (after.outcomes[0].solved, after.outcomes[0].unit) == (True, "cgj")
    entry = next(ledger.entries())
    assert (entry.decision, entry.review) == (decision, after.reviews[0])


def test_an_erased_matter_takes_nothing_more(ledger: Ledger) -> None:
    """No word comes back by a later step, and erasing twice counts once."""
    made = record(ledger)
    key = made.matter.id
    decided = decide(ledger, made)
    ledger.erase([key, key], BOSS, "本人申请")
    assert ledger.erase([key], BOSS, "本人申请") == 0
    for step in (
        lambda: ledger.suggest_again(key, suggestion(), ANNA),
        lambda: decide(ledger, made, replaces=decided.id),
        lambda: ledger.review(key, decided.id, "agree", decided.choice, RITA, changes=[]),
        lambda: ledger.outcome(key, "closed", ANNA, record="祝小满"),
    ):
        with pytest.raises(LedgerError, match="was erased"):
            step()


def test_erasing_is_all_or_nothing(ledger: Ledger) -> None:
    """One unknown id, and nothing is erased."""
    made = record(ledger)
    with pytest.raises(NotFoundError):
        ledger.erase([made.matter.id, "nothing"], BOSS, "本人申请")
    assert ledger.matter(made.matter.id) == made.matter


def test_the_reason_is_kept_and_names_nobody(ledger: Ledger) -> None:
    """A reason is needed, and a phone number in it is refused: it could never be erased."""
    key = record(ledger).matter.id
    for reason in ("", "  ", "电话13900001234本人申请", "１３９-0000 1234"):
        with pytest.raises(LedgerError, match="reason"):
            ledger.erase([key], BOSS, reason)
    assert ledger.matter(key).state == "open"


def test_find_a_person(ledger: Ledger) -> None:
    """A name or number is found in the text as given and in records, however it is written."""
    key = fill(ledger)
    record(ledger, "经三路路灯不亮", masked="经三路路灯不亮")
    written = ("祝小满", "13900001234", "139 0000-1234", "１３９００００１２３４", "祝 小满", "冯大勇")
    found = {needle: [matter.id for matter in ledger.find_person(needle)] for needle in (*written, "祝大满")}
    assert found == {**{needle: [key] for needle in written}, "祝大满": []}
    for needle in ("%", "祝", " - "):
        with pytest.raises(LedgerError, match="too short"):
            ledger.find_person(needle)


def test_retention(ledger_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Matters recorded before a day lose their words, later ones keep them, in as many transactions as it takes."""
    monkeypatch.setattr("agent.ledger.care_door._AT_ONCE", 2)
    day = dt.datetime(2026, 1, 1, tzinfo=CHINA)
    days = iter(range(1000))
    ledger = Ledger.open(ledger_url, clock=lambda: day + dt.timedelta(days=next(days)))
    made = [record(ledger).matter for _ in range(7)]
    assert ledger.retain(made[5].recorded_at, BOSS) == 5
    assert [ledger.matter(one.id).state for one in made] == ["erased"] * 5 + ["open"] * 2
    assert ledger.retain(made[5].recorded_at, BOSS) == 0
    assert ledger.verify().ok
    ledger.close()
