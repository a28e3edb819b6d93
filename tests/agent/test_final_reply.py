"""The final reply: the record's own facts as an official reply, nothing added, what is open said to be open."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.drafting import build_plan, check_draft, write_draft
from agent.drafting.plan import MAX_CHARS, MIN_CHARS
from agent.drafting.record import record_sentences
from agent.drafting.template import count_chars
from agent.schema import ComplaintReading, Dispatch, Draft, Unit, UrgencyGuess
from knowledge.vocabulary import Address, Kind

LEAD = Unit(id="cgj", name="郑州市城市管理局", unit="二七区城市管理局")
TEXT = "兴华南街烧烤店占道经营，半夜还有噪音。希望取缔占道烧烤，并修剪遮挡路灯的树枝。"
RECORD = "办理情况：1.接单后，我局执法人员于3月2日到现场核查，来电人反映的占道经营属实。2.已责令商户将烧烤架收回店内。"


def reply(record: str, text: str = TEXT, kind: Kind = "投诉", seed: str = "s") -> Draft:
    reading = ComplaintReading(title="", summary=text, kind=kind, masked_text=text, address=Address(city="郑州市"))
    sent = Dispatch(lead=LEAD, confidence=0.9, reason="")
    urgency = UrgencyGuess(level=0, confidence=0.9)
    plan = build_plan(reading, sent, urgency, None, None, record=record, day=dt.date(2026, 3, 3))
    draft = write_draft(plan, seed)
    return draft.model_copy(update={"checks": check_draft(draft.text, plan, text)})


@pytest.mark.parametrize(
    ("record", "want"),
    [
        ("我局已现场核查。", ("该局已现场核查。",)),
        ("已电话告知来电人。", ("已电话告知您。",)),
        ("处理结果：路灯已修复。", ("路灯已修复。",)),
        ("今日上午已清理杂物6处。", ("已清理杂物6处。",)),
        ("当事人【姓名】已到场。杂物已清理。", ("杂物已清理。",)),
        ("联系电话见工单。杂物已清理。", ("杂物已清理。",)),
        ("保证彻底解决。杂物已清理。", ("杂物已清理。",)),
        ("来电人情绪激动，无理取闹。杂物已清理。", ("杂物已清理。",)),
        ("根据《某某条例》第五条规定，已责令改正。", ("已责令改正。",)),
        ("杂物已清理。杂物已清理。", ("杂物已清理。",)),
        ("", ()),
    ],
    ids=["unit", "caller", "label", "today", "mask", "internal", "promise", "blame", "law", "twice", "empty"],
)
def test_a_record_is_worded_sentence_by_sentence(record: str, want: tuple[str, ...]) -> None:
    """Person and tense are adapted; what may not go out is left out whole."""
    assert record_sentences(record, ()) == want


def test_verified_law_stays_in_a_record() -> None:
    """A law of the plan may be named, another not."""
    record = "依据《郑州市物业管理条例》第八条规定，已责令改正。"
    assert record_sentences(record, ["郑州市物业管理条例"]) == (record,)


def test_the_final_reply_tells_the_record_and_what_is_open() -> None:
    """The record's steps stand in the reply, an unanswered demand is named as open, an answered one is not."""
    for seed in ("a", "b", "c", "d"):
        draft = reply(RECORD, seed=seed)
        assert "该局执法人员于3月2日到现场核查，您反映的占道经营属实。" in draft.text
        assert "已责令商户将烧烤架收回店内。" in draft.text
        assert "“修剪遮挡路灯的树枝”" in draft.text
        assert "取缔占道烧烤" not in draft.text
        assert "继续跟进" in draft.text
        assert [check for check in draft.checks if not check.ok] == [], draft.text


def test_a_short_record_gives_a_whole_reply_and_a_long_one_fits() -> None:
    """From four words to a page, the reply has 120 to 350 characters and only sentences of the record."""
    long = "".join(f"第{i}处杂物由保洁人员清运，运至垃圾中转站处理，路面经冲洗恢复整洁。" for i in range(1, 40))
    for record in ("杂物已清理。", long):
        draft = reply(record)
        assert MIN_CHARS <= count_chars(draft.text) <= MAX_CHARS, draft.text
        assert [check for check in draft.checks if not check.ok and check.name != "repetition"] == [], draft.text


def test_a_record_without_a_result_leaves_a_blank() -> None:
    """Nothing of the record may go out: the result is a blank, not an invention."""
    draft = reply("联系电话：13803710000。")
    assert draft.blanks == ("办理结果",)
    assert "1380371" not in draft.text
