"""What a review teaches, what replay can prove, and what erasure makes forgotten: the real agent."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from agent import Settings, TriageAgent
from agent.desk import Desk, QueueFilter
from agent.desk.lessons import case_id
from agent.ledger import ConflictError, Ledger
from agent.ledger.records import Choice, Decision
from agent.rules import RULES
from agent.schema import Complaint
from knowledge.base import KnowledgeBase
from knowledge.vocabulary import PastCase
from models.errors import InputError
from tests.agent.desk.support import MORNING, OPERATOR, REVIEWER

DRONES = (
    "我叫王建国，电话13812345678，低空送餐无人机每天从金水区我家阳台外面飞过，离窗户就一两米，"
    "螺旋桨声音大还怕掉下来，想知道归谁管"
)
AGAIN = "送餐的低空无人机天天从我家阳台外面飞过，离窗户只有两三米，螺旋桨声音很大还怕掉下来，不知道归谁管"
LAMP = "惠济区天河路靠近开元路那个口路东边的路灯从上周三就不亮了，一排都不亮，请派人修"


def decided(desk: Desk, text: str = DRONES) -> Decision:
    """One matter that the operator accepted as proposed."""
    ticket = desk.take(Complaint(text=text, received_at=MORNING), OPERATOR)
    choice = desk.choice_of(ticket.suggestion)
    return desk.decide(ticket.matter_id, ticket.suggestion_id, "accept", choice, OPERATOR)


def aviation(desk: Desk, decision: Decision) -> Choice:
    """The right choice for a drone."""
    code = desk.agent.base.tables.category_code["交通运输", "其他", "其他"]
    return decision.choice.model_copy(update={"lead": "mhj", "category": code, "assist": ()})


def test_correction_changes_the_next_similar_complaint(real_desk: Desk) -> None:
    """A kind of matter nobody foresaw: one correction, and the next caller's matter goes to the right door."""
    decision = decided(real_desk)
    assert decision.choice.lead != "mhj"
    review = real_desk.review(
        decision.id, "correct", aviation(real_desk, decision), REVIEWER, reason="归民航13812345678"
    )
    case = real_desk.agent.base.cases.get(review.case_id)
    assert (case.author, case.lead, review.case_id) == ("review", "mhj", case_id(decision.matter_id))
    assert "13812345678" not in case.model_dump_json() + review.reason
    assert "王建国" not in case.text
    assert {change.field for change in review.changes} >= {"lead", "category", "unit"}
    later = real_desk.take(Complaint(text=AGAIN, received_at=MORNING), OPERATOR).suggestion
    assert later.dispatch is not None
    assert later.dispatch.lead.id == "mhj"
    assert later.similar_cases[0].id == review.case_id


def test_agreement_teaches_only_where_something_was_unsure(real_desk: Desk) -> None:
    """A sure suggestion confirmed adds nothing to memory; a doubtful one that was right does."""
    sure, unsure = decided(real_desk, LAMP), decided(real_desk)
    stored = {entry.matter.id: entry.suggestion.suggestion for entry in real_desk.entries(QueueFilter())}
    lead_from = real_desk.agent.threshold(real_desk.settings.target_precision)
    confidence = {key: one.dispatch.confidence for key, one in stored.items() if one.dispatch is not None}
    assert confidence[unsure.matter_id] < lead_from <= confidence[sure.matter_id]
    assert real_desk.review(sure.id, "agree", None, REVIEWER).case_id == ""
    assert real_desk.review(unsure.id, "agree", None, REVIEWER).case_id == case_id(unsure.matter_id)


def test_the_last_review_is_what_memory_says(real_desk: Desk) -> None:
    """A correction taken back takes the case back with it; the first review must be named to be replaced."""
    decision = decided(real_desk)
    first = real_desk.review(decision.id, "correct", aviation(real_desk, decision), REVIEWER)
    with pytest.raises(ConflictError):
        real_desk.review(decision.id, "agree", None, REVIEWER)
    real_desk.review(decision.id, "agree", None, REVIEWER, replaces=first.id, matter_id=decision.matter_id)
    assert real_desk.agent.base.cases.get(first.case_id).lead == decision.choice.lead


@pytest.mark.parametrize(
    ("update", "word"),
    [({"lead": "nasa"}, "单位清单"), ({"category": "999999"}, "类别"), ({}, "相同"), (None, "改判")],
    ids=["unknown-lead", "unknown-category", "same", "none"],
)
def test_a_correction_must_correct(real_desk: Desk, update: dict[str, str] | None, word: str) -> None:
    """Outside the lists or without a difference: refused, nothing reviewed, nothing learned."""
    decision = decided(real_desk, LAMP)
    before = real_desk.agent.base.version()
    choice = None if update is None else decision.choice.model_copy(update=update)
    with pytest.raises(InputError, match=word):
        real_desk.review(decision.id, "correct", choice, REVIEWER)
    assert real_desk.history(decision.matter_id, REVIEWER).reviews == ()
    assert real_desk.agent.base.version() == before


def test_a_reviewer_without_names_changes_no_words(real_desk: Desk) -> None:
    """What was masked for the reviewer and left alone is the operator's own wording again, and no change."""
    ticket = real_desk.take(Complaint(text=LAMP, received_at=MORNING), OPERATOR)
    wording = {"reply": "王建国您好，13812345678，已转办"}
    choice = real_desk.choice_of(ticket.suggestion).model_copy(update=wording)
    decision = real_desk.decide(ticket.matter_id, ticket.suggestion_id, "accept", choice, OPERATOR)
    seen = real_desk.history(ticket.matter_id, REVIEWER).decisions[0].choice
    assert "13812345678" not in seen.reply
    with pytest.raises(InputError, match="相同"):
        real_desk.review(decision.id, "correct", seen, REVIEWER)
    review = real_desk.review(decision.id, "correct", seen.model_copy(update={"track": "督办快办"}), REVIEWER)
    assert review.choice.reply == choice.reply
    assert "reply" not in {change.field for change in review.changes}
    assert "13812345678" not in real_desk.agent.base.cases.get(review.case_id).model_dump_json()


def test_replay_is_identical(real_desk: Desk) -> None:
    """Nothing changed: every field but the times taken is the same."""
    again = real_desk.replay(decided(real_desk, LAMP).suggestion_id)
    assert (again.state, again.changed, again.differences) == ("identical", (), ())
    assert "一致" in again.message


def test_replay_without_the_cases_that_came_later(real_desk: Desk) -> None:
    """A review has changed memory: the suggestion is made again as if it had not, proved by the cases' hash."""
    decision = decided(real_desk)
    first = real_desk.review(decision.id, "correct", aviation(real_desk, decision), REVIEWER)
    between = real_desk.take(Complaint(text=AGAIN, received_at=MORNING), OPERATOR)
    real_desk.review(decision.id, "agree", None, REVIEWER, replaces=first.id)
    for suggestion_id in (decision.suggestion_id, between.suggestion_id):
        again = real_desk.replay(suggestion_id)
        assert (again.state, again.differences, again.without_cases) == ("identical", (), (first.case_id,))
        assert [one.field for one in again.changed] == ["knowledge.cases"]


def test_replay_says_when_memory_cannot_be_had_again(real_desk: Desk) -> None:
    """Cases added past the desk have no time: not rebuildable, and what today's memory changes is shown."""
    decision = decided(real_desk)
    code = real_desk.agent.base.tables.category_code["交通运输", "其他", "其他"]
    real_desk.agent.base.add_cases([PastCase(id="fix-1", title="无人机", text=AGAIN, category=code, lead="mhj")])
    again = real_desk.replay(decision.suggestion_id)
    assert again.state == "not_rebuildable"
    assert [one.field for one in again.changed] == ["knowledge.cases"]
    assert "dispatch.lead.id" in {one.field for one in again.differences}
    assert "以往工单" in again.message


def test_replay_after_a_changed_rule_file(
    real_desk: Desk, ledger: Ledger, memory: KnowledgeBase, tmp_path: Path
) -> None:
    """Another deadline rule and another setting: both are named, and so is the field they change."""
    decision = decided(real_desk, LAMP)
    shipped = (RULES / "deadlines.toml").read_text(encoding="utf-8")
    (tmp_path / "deadlines.toml").write_text(shipped.replace('unit = "workdays"', 'unit = "days"'), encoding="utf-8")
    settings = Settings(rules_dir=tmp_path, target_precision=0.9)
    today = Desk(TriageAgent.from_settings(settings, memory), ledger, settings)
    again = today.replay(decision.suggestion_id)
    assert again.state == "not_rebuildable"
    assert {one.field for one in again.changed} == {"rules", "target_precision"}
    assert "规则文件" in again.message
    assert any(one.field.startswith("deadline.") for one in again.differences)


def test_replay_without_a_time_of_receipt(real_desk: Desk) -> None:
    """What “昨晚” meant then is lost: said, and never called identical."""
    ticket = real_desk.take(Complaint(text=LAMP), OPERATOR)
    again = real_desk.replay(ticket.suggestion_id)
    assert again.state == "not_rebuildable"
    assert [one.field for one in again.changed] == ["received_at"]


def test_erasure_reaches_memory(real_desk: Desk, ledger: Ledger) -> None:
    """The case made of a person's words goes with them and is not learned again; the replay says why there is none."""
    decision = decided(real_desk)
    review = real_desk.review(decision.id, "correct", aviation(real_desk, decision), REVIEWER)
    assert real_desk.erase([decision.matter_id], REVIEWER, "本人申请") == 1
    assert review.case_id not in real_desk.agent.base.cases
    assert real_desk.relearn() == 0
    again = real_desk.replay(decision.suggestion_id)
    assert (again.state, [one.field for one in again.changed], again.differences) == ("not_rebuildable", ["text"], ())
    assert real_desk.quality().figure("lead").n == 1
    assert real_desk.queue() == ()
    assert ledger.verify().ok


def test_relearn_after_a_crash(real_desk: Desk) -> None:
    """The review was stored and the case was not: it is made again, the same to the letter."""
    decision = decided(real_desk)
    review = real_desk.review(decision.id, "correct", aviation(real_desk, decision), REVIEWER)
    case = real_desk.agent.base.cases.get(review.case_id)
    real_desk.agent.base.remove_case(review.case_id)
    assert real_desk.relearn() == 1
    assert real_desk.agent.base.cases.get(review.case_id) == case
    assert real_desk.relearn() == 0


def test_law_behind_another_lead(real_desk: Desk) -> None:
    """The duty table's law for the department that the operator names, as of the day, and its topic."""
    text = "金水区文化路一家超市卖过期的牛奶和面包，我买回家孩子喝了拉肚子，要求查处"
    suggestion = real_desk.take(Complaint(text=text, received_at=MORNING), OPERATOR).suggestion
    choice = real_desk.choice_of(suggestion)
    wrong = real_desk.with_lead(suggestion, "cgj", received_at=MORNING)
    effect = real_desk.effect(suggestion, wrong, MORNING)
    assert choice.lead == "scj"
    assert (effect.basis, effect.topic) == ((), "")
    back = real_desk.effect(suggestion, choice, MORNING)
    assert suggestion.dispatch is not None
    assert back.basis == suggestion.dispatch.basis
    named = real_desk.agent.base.tables.category["070503"].code
    other = real_desk.effect(suggestion, choice.model_copy(update={"category": named}), MORNING)
    assert other.deadline is not None
    assert other.choice.due == other.deadline.due
    assert other.choice.due is not None
    assert other.choice.due > MORNING + dt.timedelta(hours=1)
