"""The operator's part: taken, decided and returned matters stand in the ledger as they were done."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from agent import Settings, TriageAgent
from agent.desk import Desk, QueueFilter
from agent.desk.records import Ticket
from agent.ledger import ConflictError, Ledger, NotFoundError
from agent.ledger.records import Choice
from models.errors import InputError
from tests import suggestions
from tests.agent.desk.support import MORNING, OPERATOR, REVIEWER, ScriptedAgent, complaint

UNKNOWN = "01900000-0000-7000-8000-000000000000"


def taken(desk: Desk, text: str = suggestions.COMPLAINT) -> Ticket:
    """One matter, recorded."""
    return desk.take(complaint(text), OPERATOR)


def test_take_records_text_and_suggestion(desk: Desk, ledger: Ledger) -> None:
    """What was proposed, from which text and under which settings, is there to be replayed."""
    ticket = taken(desk)
    assert ledger.matter(ticket.matter_id).text == suggestions.COMPLAINT
    stored = ledger.suggestion(ticket.suggestion_id)
    assert stored.suggestion == ticket.suggestion
    assert stored.settings["target_precision"] == "0.95"
    assert not any("key" in name or "url" in name for name in stored.settings)


def test_nothing_is_stored_unless_wanted_and_possible(desk: Desk, ledger: Ledger) -> None:
    """`record=False` and an error leave no row."""
    silent = desk.take(complaint(), OPERATOR, record=False)
    failed = desk.take(complaint("  "), OPERATOR)
    assert (silent.matter_id, silent.suggestion.status) == ("", "ok")
    assert (failed.matter_id, failed.suggestion.status) == ("", "error")
    assert list(ledger.entries()) == []


def test_the_same_request_twice_makes_one_matter(desk: Desk, ledger: Ledger) -> None:
    """Same number and words: a later suggestion. Same number and other words: another matter."""
    first = desk.take(complaint(id="ZZ-1"), OPERATOR)
    again = desk.take(complaint(id="ZZ-1"), OPERATOR)
    other = desk.take(complaint("金水区另一件事，路灯坏了三天没人修", id="ZZ-1"), OPERATOR)
    assert (again.matter_id, other.matter_id == first.matter_id) == (first.matter_id, False)
    assert len(ledger.history(first.matter_id).suggestions) == 2


def test_text_that_a_database_refuses(desk: Desk, ledger: Ledger) -> None:
    """Half a surrogate and NUL come in with broken exports: agent and ledger see the same text."""
    ticket = taken(desk, "金水区\x00路灯\ud800坏了三天没人修")
    assert ledger.matter(ticket.matter_id).text == "金水区\ufffd路灯\ufffd坏了三天没人修"


def test_taking_from_many_threads(desk: Desk, ledger: Ledger) -> None:
    """Eight operators at once: every ticket is there, once."""
    texts = [f"金水区第{n}条路上路灯坏了三天没人修" for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        tickets = list(pool.map(lambda text: taken(desk, text), texts))
    assert {entry.matter.id for entry in ledger.entries()} == {ticket.matter_id for ticket in tickets}
    assert {entry.matter.text for entry in ledger.entries()} == set(texts)
    assert ledger.verify().ok


def test_refine_adds_a_later_suggestion(ledger: Ledger, real_agent: TriageAgent) -> None:
    """The language model's help comes second, under the same matter; without a model the ticket stays."""
    desk = Desk(ScriptedAgent(real_agent, language=True), ledger, Settings())
    first = desk.take(complaint(), OPERATOR, language=False)
    better = desk.refine(first, OPERATOR)
    assert (better.matter_id, better.suggestion.id) == (first.matter_id, first.suggestion.id)
    assert [one.provenance.llm for one in ledger.history(first.matter_id).suggestions if one.provenance] == [
        "", "scripted",
    ]  # fmt: skip
    plain = Desk(ScriptedAgent(real_agent), ledger, Settings())
    assert plain.refine(first, OPERATOR) is first
    with pytest.raises(InputError, match="没有登记"):
        desk.refine(Ticket(suggestion=first.suggestion), OPERATOR)


def test_accepting_changes_nothing(desk: Desk) -> None:
    """What `choice_of` gives is taken as accepted, whatever the caller calls it."""
    ticket = taken(desk)
    choice = desk.choice_of(ticket.suggestion)
    decision = desk.decide(ticket.matter_id, ticket.suggestion_id, "change", choice, OPERATOR, seconds=12.5)
    assert (decision.action, decision.changes, decision.seconds, decision.choice) == ("accept", (), 12.5, choice)


def test_what_the_caller_adds_stays_one_matter(desk: Desk, ledger: Ledger) -> None:
    """Asked again with an answer added: the same matter, its first time of receipt, two suggestions."""
    first = taken(desk, "金水区烧烤店占道，很浓的煤气味")
    later = MORNING + dt.timedelta(minutes=4)
    added = complaint("金水区烧烤店占道，很浓的煤气味。在任砦北街，没有人受伤。").model_copy(
        update={"received_at": later}
    )
    again = desk.take(added, OPERATOR, continues=first.matter_id)
    assert again.matter_id == first.matter_id
    assert again.suggestion_id != first.suggestion_id
    matter = ledger.matter(first.matter_id)
    assert matter.text == added.text
    assert matter.received_at == MORNING
    assert len(ledger.history(first.matter_id).suggestions) == 2
    assert desk.replay(first.suggestion_id).state == "not_rebuildable"


@pytest.mark.parametrize("case", ["another-text", "another-operator", "decided"])
def test_another_matter_is_another_matter(desk: Desk, case: str) -> None:
    """Other words, other hands, or a matter that is decided: nothing of it is written over."""
    first = taken(desk, "金水区烧烤店占道，很浓的煤气味")
    if case == "decided":
        desk.decide(first.matter_id, first.suggestion_id, "accept", desk.choice_of(first.suggestion), OPERATOR)
    text = "二七区大学路的路灯坏了半个月" if case == "another-text" else "金水区烧烤店占道，很浓的煤气味，快来"
    actor = REVIEWER if case == "another-operator" else OPERATOR
    other = desk.take(complaint(text), actor, continues=first.matter_id)
    assert other.matter_id != first.matter_id


def test_another_lead_brings_its_office_and_draft(desk: Desk, ledger: Ledger) -> None:
    """The district's office of the new lead is resolved as triage does, also in the untouched draft."""
    ticket = taken(desk, "金水区烧烤店占道，很浓的煤气味")
    proposed = desk.choice_of(ticket.suggestion)
    moved = proposed.model_copy(update={"lead": "scj", "assist": ()})
    decision = desk.decide(ticket.matter_id, ticket.suggestion_id, "accept", moved, OPERATOR, reason="卖过期食品")
    assert decision.action == "change"
    assert decision.choice.unit == "金水区市场监督管理局"
    changed = {change.field: (change.proposed, change.chosen) for change in decision.changes}
    assert changed["lead"] == ("cgj", "scj")
    assert changed["assist"] == ("jiedao;scj", "") if proposed.assist else "assist" not in changed
    assert ledger.history(ticket.matter_id).decisions == (decision,)


def test_with_lead_there_and_back(desk: Desk) -> None:
    """Clicking through departments leaves no trace of the one before, and coming back is the proposal."""
    text = "金水区烧烤店占道，很浓的煤气味"
    suggestion = suggestions.suggestion(text)
    proposed = desk.choice_of(suggestion)
    one = desk.with_lead(suggestion, "scj", received_at=MORNING)
    two = desk.with_lead(suggestion, "hbj", choice=one, received_at=MORNING)
    back = desk.with_lead(suggestion, "cgj", choice=two, received_at=MORNING)
    assert (one.unit, one.assist) == ("金水区市场监督管理局", ("jiedao",))
    assert "金水区市场监督管理局" in one.reply
    assert "金水区市场监督管理局" not in two.reply
    assert two.assist == tuple(helper for helper in proposed.assist if helper != "hbj")
    assert (back.unit, back.due, back.reply) == (proposed.unit, proposed.due, proposed.reply)


def test_a_reply_of_ones_own_is_kept(desk: Desk) -> None:
    """What the operator wrote is never written over; a note says that it may not fit any more."""
    suggestion = suggestions.suggestion("金水区烧烤店占道，很浓的煤气味")
    own = desk.choice_of(suggestion).model_copy(update={"lead": "scj", "assist": (), "reply": "您好，已转办，谢谢。"})
    effect = desk.effect(suggestion, own, MORNING)
    assert effect.choice.reply == "您好，已转办，谢谢。"
    assert "人改写" in effect.note
    drafted = desk.effect(suggestion, own.model_copy(update={"reply": desk.choice_of(suggestion).reply}), MORNING)
    assert "金水区市场监督管理局" in drafted.choice.reply
    assert drafted.note == ""


def test_time_limit_follows_the_labels(desk: Desk) -> None:
    """Ordinary instead of at once gives the rule's later day; a time set by hand stays; no receipt, no time."""
    suggestion = suggestions.suggestion()
    calm = desk.choice_of(suggestion).model_copy(update={"urgency": 0, "track": "一键快办"})
    counted = desk.effect(suggestion, calm, MORNING)
    assert counted.deadline is not None
    assert counted.choice.due == counted.deadline.due
    assert counted.choice.due is not None
    assert counted.choice.due > MORNING + dt.timedelta(days=1)
    by_hand = calm.model_copy(update={"due": MORNING + dt.timedelta(hours=7)})
    assert desk.effect(suggestion, by_hand, MORNING).choice.due == MORNING + dt.timedelta(hours=7)
    urgent = desk.with_lead(suggestion, "scj", received_at=MORNING)
    stale = urgent.model_copy(update={"urgency": 0, "track": "一键快办"})
    anew = desk.effect(suggestion, stale.model_copy(update={"due": None}), MORNING).choice.due
    assert stale.due != anew
    assert desk.effect(suggestion, stale, MORNING).choice.due == anew
    assert desk.effect(suggestion, calm).deadline is None


def test_place_moves_the_office(desk: Desk) -> None:
    """The operator heard another district: its office acts."""
    suggestion = suggestions.suggestion()
    moved = desk.choice_of(suggestion).model_copy(update={"place": "中原区须水街道"})
    assert desk.effect(suggestion, moved, MORNING).choice.unit == "中原区城市管理局"


def test_a_second_decision_must_name_the_first(desk: Desk) -> None:
    """Two operators cannot overwrite each other unseen."""
    ticket = taken(desk)
    choice = desk.choice_of(ticket.suggestion)
    first = desk.decide(ticket.matter_id, ticket.suggestion_id, "accept", choice, OPERATOR)
    with pytest.raises(ConflictError) as caught:
        desk.decide(ticket.matter_id, ticket.suggestion_id, "accept", choice, OPERATOR)
    assert caught.value.current == first.id
    again = desk.decide(ticket.matter_id, ticket.suggestion_id, "accept", choice, OPERATOR, replaces=first.id)
    assert again.id != first.id


def test_personal_data_in_a_reason_is_masked(desk: Desk) -> None:
    """The reason is counted and exported: phone numbers do not stand in it, nor in an outcome's record."""
    ticket = taken(desk)
    decision = desk.decide(
        ticket.matter_id, ticket.suggestion_id, "return", Choice(), OPERATOR, reason="来电13812345678打不通"
    )
    assert decision.reason == "来电【手机号】打不通"
    outcome = desk.outcome(
        ticket.matter_id, "returned", OPERATOR, unit="cgj", record="已联系13812345678", reason="不归我局"
    )
    assert (outcome.record, outcome.reason) == ("已联系【手机号】", "不归我局")


def test_history_for_roles_without_names(desk: Desk) -> None:
    """Text, title, place and reply are masked for them; the operator sees all."""
    text = "我叫王建国，电话13812345678，金水区路灯坏了三天没人修"
    ticket = desk.take(complaint(text, title="王建国13812345678反映路灯"), OPERATOR)
    choice = desk.choice_of(ticket.suggestion).model_copy(update={"reply": "王先生13812345678您好"})
    desk.decide(ticket.matter_id, ticket.suggestion_id, "accept", choice, OPERATOR)
    whole = desk.history(ticket.matter_id, OPERATOR, names=True)
    masked = desk.history(ticket.matter_id, REVIEWER)
    assert "13812345678" in whole.matter.text
    assert "13812345678" in whole.decisions[0].choice.reply
    assert "13812345678" not in masked.matter.title
    assert "13812345678" not in masked.decisions[0].model_dump_json()
    (entry,) = desk.entries(QueueFilter())
    assert "13812345678" not in entry.decision.model_dump_json() if entry.decision else False


HOSTILE_IDS = ["", UNKNOWN, "../../etc/passwd", "' or 1=1 --", "\x00", "九" * 500]


@pytest.mark.parametrize("key", HOSTILE_IDS, ids=["empty", "unknown", "path", "sql", "nul", "long"])
def test_ids_that_do_not_exist(desk: Desk, key: str) -> None:
    """Every door says that there is no such thing."""
    ticket = taken(desk)
    choice = desk.choice_of(ticket.suggestion)
    with pytest.raises(NotFoundError):
        desk.decide(key, ticket.suggestion_id, "accept", choice, OPERATOR)
    with pytest.raises(NotFoundError):
        desk.decide(ticket.matter_id, key, "accept", choice, OPERATOR)
    with pytest.raises(NotFoundError):
        desk.outcome(key, "closed", OPERATOR)
    with pytest.raises(NotFoundError):
        desk.history(key, OPERATOR)
    with pytest.raises(NotFoundError):
        desk.review(key, "agree", None, REVIEWER)
    with pytest.raises(NotFoundError):
        desk.replay(key)


def test_a_suggestion_of_another_matter(desk: Desk) -> None:
    """A decision cannot be hung on someone else's suggestion."""
    one, two = taken(desk), taken(desk, "金水区路灯坏了三天没人修")
    with pytest.raises(NotFoundError, match="does not belong"):
        desk.decide(one.matter_id, two.suggestion_id, "accept", desk.choice_of(one.suggestion), OPERATOR)


def test_refused_decisions_leave_nothing(desk: Desk, ledger: Ledger) -> None:
    """Outside the lists, without a reason, or due before receipt: refused, and the matter stays open."""
    ticket = taken(desk)
    choice = desk.choice_of(ticket.suggestion)
    early = choice.model_copy(update={"due": MORNING - dt.timedelta(days=1)})
    for bad in (choice.model_copy(update={"lead": "nasa"}), early):
        with pytest.raises(InputError):
            desk.decide(ticket.matter_id, ticket.suggestion_id, "change", bad, OPERATOR)
    with pytest.raises(InputError, match="理由"):
        desk.decide(ticket.matter_id, ticket.suggestion_id, "return", Choice(), OPERATOR, reason="  ")
    with pytest.raises(InputError, match="秒"):
        desk.decide(ticket.matter_id, ticket.suggestion_id, "accept", choice, OPERATOR, seconds=float("nan"))
    with pytest.raises(InputError, match="理由"):
        desk.decide(ticket.matter_id, ticket.suggestion_id, "accept", choice, OPERATOR, reason="长" * 2001)
    with pytest.raises(InputError, match="单位"):
        desk.outcome(ticket.matter_id, "returned", OPERATOR, unit="nasa")
    assert ledger.matter(ticket.matter_id).state == "open"


def test_questions_are_bounded(desk: Desk) -> None:
    """Nothing asked, or too many answers wanted, is said in one sentence."""
    for question, k in (("  ", 5), ("路灯", 0), ("路灯", 101)):
        with pytest.raises(InputError):
            desk.similar(question, k)
    assert len(desk.similar("路灯坏了", 3)) == 3


def test_a_draft_made_anew_is_no_change_of_the_reply(desk: Desk) -> None:
    """Only the lead was changed: what the desk wrote for it is nobody's own; a person's words are."""
    ticket = taken(desk, "金水区烧烤店占道，很浓的煤气味")
    moved = desk.with_lead(ticket.suggestion, "scj", received_at=MORNING)
    assert moved.reply != desk.choice_of(ticket.suggestion).reply
    first = desk.decide(ticket.matter_id, ticket.suggestion_id, "change", moved, OPERATOR, reason="卖过期食品")
    assert "reply" not in {change.field for change in first.changes}
    assert first.choice.reply == moved.reply
    again = Desk(desk.agent, desk.ledger, Settings())  # another process knows none of the drafts
    own = moved.model_copy(update={"reply": moved.reply + "请保留票据。"})
    for choice, told in ((moved, False), (own, True)):
        last = desk.ledger.history(ticket.matter_id).decisions[-1].id
        made = again.decide(
            ticket.matter_id, ticket.suggestion_id, "change", choice, OPERATOR, reason="卖过期食品", replaces=last
        )
        assert ("reply" in {change.field for change in made.changes}) is told
