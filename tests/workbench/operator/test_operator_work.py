"""What the page's script may ask: everything that arrives is checked, and the desk is told the truth."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import cast

import pytest
from pydantic import JsonValue, ValidationError

from agent.ledger.errors import NotFoundError
from agent.ledger.records import Actor, Choice
from agent.workbench.operator.fields import Names
from agent.workbench.operator.work import OperatorWork
from knowledge.tables import load_tables
from knowledge.workdays import SHANGHAI
from models.errors import InputError
from tests.browser.fakes import BETTER, FakeDesk
from tests.suggestions import COMPLAINT

TABLES = load_tables()
NAMES = Names(TABLES.department, TABLES.category)
NOW = dt.datetime(2026, 3, 5, 18, 15, tzinfo=SHANGHAI)
ACTOR = Actor(name="zhang.wei", role="operator")
Sent = dict[str, JsonValue]


@dataclass
class Bench:
    """The page's work over a fake desk, with one complaint taken."""

    desk: FakeDesk
    work: OperatorWork
    page: Sent

    def sent(self, **more: JsonValue) -> Sent:
        """What the script sends: ids and the choice as it stands."""
        return {
            "matter": self.page["matter"],
            "suggestion": self.page["suggestion"],
            "choice": self.page["choice"],
            **more,
        }

    def choice(self, answer: Sent) -> Choice:
        """The choice that an answer carries."""
        return Choice.model_validate(answer["choice"])


@pytest.fixture
def bench() -> Bench:
    desk = FakeDesk()
    desk.refining.set()
    work = OperatorWork(desk, NAMES, refines=False, clock=lambda: NOW)
    return Bench(desk, work, work.take(ACTOR, {"text": COMPLAINT, "title": "标题", "channel": "郑好拍"}))


def test_take_passes_on_what_was_typed(bench: Bench) -> None:
    """Text, title, channel and the time of now reach the desk; ids, choice and marks come back."""
    matter = bench.desk.matters["m1"].matter
    assert (matter.text, matter.title, matter.channel, matter.received_at) == (COMPLAINT, "标题", "郑好拍", NOW)
    assert bench.page["matter"] == "m1"
    assert "<mark>很浓的煤气味</mark>" in str(bench.page["marks"])
    assert bench.page["choice"] == bench.page["proposed"]


def test_unusable_text_is_shown_and_not_recorded(bench: Bench) -> None:
    """An error suggestion has no ids and no choice."""
    answer = bench.work.take(ACTOR, {"text": "  "})
    assert set(answer) == {"failed"}
    assert len(bench.desk.matters) == 1


@pytest.mark.parametrize(
    "data",
    [
        None,
        "x",
        [],
        {},
        {"text": 5},
        {"text": "x", "mode": "weekly"},
        {"text": "x", "actor": "admin"},
        {"text": "坏\udc80字"},
    ],
    ids=["none", "string", "list", "empty", "number", "mode", "extra", "surrogate"],
)
def test_ill_shaped_request_is_refused(bench: Bench, data: JsonValue) -> None:
    """Nothing but the named fields of the named types gets through."""
    with pytest.raises(ValidationError):
        bench.work.take(ACTOR, data)


def test_lead_brings_its_unit(bench: Bench) -> None:
    """What follows from a lead is the desk's word, and the field is marked."""
    answer = bench.work.change(ACTOR, bench.sent(field="lead", value="gaj"))
    assert (bench.choice(answer).lead, bench.choice(answer).unit) == ("gaj", "郑州市公安局金水分局")
    assert "xz-was" in str(cast("Sent", answer["slots"])["lead"])


@pytest.mark.parametrize(
    ("field", "value", "want"),
    [
        ("urgency", "0", 0),
        ("track", "协同联办", "协同联办"),
        ("place", " 经三路 ", "经三路"),
        ("due", "2026-03-06T09:30", dt.datetime(2026, 3, 6, 9, 30, tzinfo=SHANGHAI)),
        ("due", "", None),
        ("assist", "gaj", ("scj", "jiedao", "gaj")),
        ("assist", "scj", ("jiedao",)),
    ],
    ids=["urgency", "track", "place", "due", "no-due", "assist-added", "assist-dropped"],
)
def test_field_is_set(bench: Bench, field: str, value: str, want: object) -> None:
    """Each field takes its value, and only it changes."""
    chosen = bench.choice(bench.work.change(ACTOR, bench.sent(field=field, value=value)))
    assert getattr(chosen, field) == want
    assert chosen.model_copy(update={field: None}) == Choice.model_validate(bench.page["choice"]).model_copy(
        update={field: None}
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [("urgency", "3"), ("track", "快办"), ("assist", "nobody"), ("due", "tomorrow"), ("due", "9999-01-01T00:00")],
    ids=["urgency", "track", "assist", "due", "far"],
)
def test_value_outside_its_list_is_refused(bench: Bench, field: str, value: str) -> None:
    """A hand-made request cannot set what the page does not offer."""
    with pytest.raises(InputError):
        bench.work.change(ACTOR, bench.sent(field=field, value=value))


@pytest.mark.parametrize("field", ["reply", "unit", "operator", "__class__"])
def test_other_fields_cannot_be_set(bench: Bench, field: str) -> None:
    """Only the fields of the page have a name here."""
    with pytest.raises(ValidationError):
        bench.work.change(ACTOR, bench.sent(field=field, value="x"))


@pytest.mark.parametrize("ids", [{"matter": "m9"}, {"suggestion": "m9-s1"}], ids=["matter", "suggestion"])
def test_unknown_id_is_refused(bench: Bench, ids: Sent) -> None:
    """An id that is none, or another matter's, opens nothing."""
    with pytest.raises((NotFoundError, InputError)):
        bench.work.decide(ACTOR, {**bench.sent(), **ids})


def test_accept_unchanged(bench: Bench) -> None:
    """The proposal as it stands is an acceptance, by the actor, with the time it took."""
    answer = bench.work.decide(ACTOR, bench.sent(seconds=4.5))
    (decision,) = bench.desk.decisions
    assert (decision.action, decision.operator, decision.seconds) == ("accept", "zhang.wei", 4.5)
    assert "编号 m1" in str(answer["line"])
    assert "已采纳" in str(bench.work.recent(ACTOR, None)["html"])


def test_changed_lead_needs_a_reason(bench: Bench) -> None:
    """Nothing is recorded until there is one; then it is."""
    changed = {**cast("Sent", bench.page["choice"]), "lead": "gaj"}
    with pytest.raises(InputError) as refused:
        bench.work.decide(ACTOR, {**bench.sent(), "choice": changed, "reason": "  "})
    assert refused.value.code == "reason"
    assert bench.desk.decisions == []
    bench.work.decide(ACTOR, {**bench.sent(), "choice": changed, "reason": "类别选错"})
    assert [(d.action, d.reason) for d in bench.desk.decisions] == [("change", "类别选错")]


def test_other_changes_need_none(bench: Bench) -> None:
    """A reworded reply or another place is an operator's daily bread."""
    changed = {**cast("Sent", bench.page["choice"]), "reply": "改过的答复", "place": "经三路"}
    bench.work.decide(ACTOR, {**bench.sent(), "choice": changed})
    assert bench.desk.decisions[0].action == "change"


def test_return_needs_a_reason(bench: Bench) -> None:
    """So that whoever gets it back knows why."""
    with pytest.raises(InputError):
        bench.work.decide(ACTOR, bench.sent(returned=True))
    bench.work.decide(ACTOR, bench.sent(returned=True, reason="缺少地点"))
    assert bench.desk.decisions[0].action == "return"


@pytest.mark.parametrize("seconds", [-1, 1e9, "soon"], ids=["past", "years", "text"])
def test_time_taken_must_be_possible(bench: Bench, seconds: JsonValue) -> None:
    """A figure that cannot be is not counted."""
    with pytest.raises(ValidationError):
        bench.work.decide(ACTOR, bench.sent(seconds=seconds))


def test_refine_answers_with_the_later_suggestion(bench: Bench) -> None:
    """The language model's draft stands under an id of its own."""
    answer = bench.work.refine(ACTOR, {"matter": "m1", "suggestion": "m1-s1"})
    assert answer["suggestion"] == "m1-s2"
    assert bench.choice(answer).reply == BETTER


def test_reopened_matter_shows_what_was_decided(bench: Bench) -> None:
    """The choice of the decision, marked against the proposal, and who made it when."""
    changed = {**cast("Sent", bench.page["choice"]), "lead": "gaj", "unit": "郑州市公安局金水分局"}
    bench.work.decide(ACTOR, {**bench.sent(), "choice": changed, "reason": "类别选错"})
    answer = bench.work.reopen(ACTOR, "m1")
    assert bench.choice(answer).lead == "gaj"
    assert "zhang.wei" in str(answer["before"])
    assert answer["text"] == COMPLAINT


def test_erased_matter_cannot_be_opened(bench: Bench) -> None:
    """Its words are gone, and the page says so."""
    history = bench.desk.matters["m1"]
    erased = history.matter.model_copy(update={"state": "erased", "text": ""})
    bench.desk.matters["m1"] = history.model_copy(update={"matter": erased})
    with pytest.raises(InputError, match="已按规定删除"):
        bench.work.reopen(ACTOR, "m1")


def test_recent_names_ones_own_matters_only(bench: Bench) -> None:
    """Another operator's open matter is not in the list."""
    other = Actor(name="li.na", role="operator")
    bench.work.take(other, {"text": COMPLAINT, "title": "别人的"})
    recent = str(bench.work.recent(ACTOR, None)["html"])
    assert 'data-matter="m1"' in recent
    assert 'data-matter="m2"' not in recent
