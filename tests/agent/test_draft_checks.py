"""The checks of a draft: each lie, promise or leak is caught by the check named for it, and honest text passes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from agent.drafting import Plan, check_draft
from agent.drafting.guard import CHECKS
from agent.schema import Deadline, Unit
from knowledge.vocabulary import Citation, CitationState, Urgency
from knowledge.workdays import SHANGHAI

COMPLAINT = (
    "3月15日晚上11点，金水区经三路一家酒吧音响很大，楼上20多户睡不着。老板说“城管已现场核查过，没问题”。"
    "押金500元一直不退。"
)
PLAN = Plan(
    kind="投诉",
    matter="金水区经三路一家酒吧音响很大",
    lead=Unit(id="cgj", name="郑州市城市管理局", unit="郑州经开区城市管理局"),
    citations=(
        Citation(law="中华人民共和国治安管理处罚法", article="58", state=CitationState.VERIFIED),
        Citation(law="郑州市城市公共汽车客运条例", article="41-1", state=CitationState.VERIFIED),
    ),
    deadline=Deadline(due=dt.datetime(2026, 3, 20, 17, 30, tzinfo=SHANGHAI), rule="3个工作日", workdays=3),
    place="金水区经三路",
    blanks=("现场核查时间",),
)
HONEST = (
    "市民您好！您反映的“金水区经三路一家酒吧音响很大”一事收悉。按照职责分工，此事由郑州经开区城市管理局依法核查办理。"
    "相关规定见《中华人民共和国治安管理处罚法》第五十八条。承办单位应于2026年3月20日17时30分前办理并向您反馈。"
    "到场核查的时间为【承办单位填写：现场核查时间】。"
    "如有补充，可拨打12345热线，我们随时记录。{more}感谢您的监督与支持。"
)


@dataclass(frozen=True)
class Case:
    """A sentence put into an honest draft, and the check that must object."""

    id: str
    more: str
    caught_by: str


BAD = [
    Case("visited", "执法人员已到现场核查。", "acts"),
    Case("ordered", "我局已责令该酒吧限期调低音量。", "acts"),
    Case("found", "经核查，您反映的情况属实。", "acts"),
    Case("found-on-site", "经现场检查，音响确有超标。", "acts"),
    Case("it-is-said", "据了解，该店手续齐全。", "acts"),
    Case("corrected", "目前该店已整改。", "acts"),
    Case("done", "相关隐患处理完毕。", "acts"),
    Case("solved", "扰民问题得到了有效解决。", "acts"),
    Case("going-on", "辖区中队正在组织整治。", "acts"),
    Case("on-the-spot", "民警当场制止了该行为。", "acts"),
    Case("talked-to", "工作人员约谈了店主。", "acts"),
    Case("not-found", "巡逻中未发现噪声。", "acts"),
    Case("quoted-without-source", "店主称“已整改到位”。", "acts"),
    Case("promise", "我们保证彻底解决此事。", "promises"),
    Case("promise-satisfied", "一定会处理到让您满意。", "promises"),
    Case("other-term", "承办单位将在24小时内联系您。", "promises"),
    Case("term-in-characters", "押金将于两个工作日内退到账。", "promises"),
    Case("wrong-law", "另据《中华人民共和国噪声污染防治法》第八条办理。", "citations"),
    Case("wrong-article", "另见《中华人民共和国治安管理处罚法》第五十九条。", "citations"),
    Case("dropped-sub-article", "另见《郑州市城市公共汽车客运条例》第四十一条。", "citations"),
    Case("second-article", "另见《治安管理处罚法》第五十八条、第六十条。", "citations"),
    Case("wrong-date", "下次联合检查定在2026年3月18日。", "dates"),
    Case("later-due", "最晚不超过2026年3月20日18时。", "dates"),
    Case("wrong-figure", "实测声级为68分贝。", "numbers"),
    Case("wrong-sum", "可获赔偿八百元。", "numbers"),
    Case("invented-hotline", "也可拨打96333。", "numbers"),
    Case("mobile", "承办人手机13800138000。", "privacy"),
    Case("landline", "承办科室电话0371-67180000。", "privacy"),
    Case("loose-blank", "核查结果：【核查结果】。", "blanks"),
    Case("underscores", "核查结果：______。", "blanks"),
    Case("crosses", "核查时间为XX月XX日。", "blanks"),
    Case("unclosed-blank", "结果：【承办单位填写：核查结果。", "blanks"),
    Case("too-long", "请您放心。" * 60, "length"),
]
GOOD = [
    ("nothing", ""),
    ("quotes-the-citizen", "您说的“城管已现场核查过，没问题”我们也一并转告。"),
    ("figures-of-the-complaint", "您提到20多户受影响、押金500元未退，一并交办。"),
    ("date-of-the-complaint", "您说的时间是3月15日晚上11点。"),
    ("short-title", "另见《治安管理处罚法》第58条。"),
    ("sub-article", "另见《郑州市城市公共汽车客运条例》第四十一条之一。"),
    ("own-term", "办理时限为三个工作日内。"),
    ("future", "核查属实与否，以承办单位反馈为准，将依法处理。"),
    ("more-blanks", "处理意见：【承办单位填写：处理意见】。"),
    ("emergency-numbers", "如有危险请拨打110、119或120。"),
]


def failed(text: str, plan: Plan = PLAN) -> set[str]:
    return {check.name for check in check_draft(text, plan, COMPLAINT) if not check.ok}


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.id)
def test_a_bad_sentence_is_caught(case: Case) -> None:
    """One bad sentence in an honest draft fails the check named for it, and the detail says why."""
    checks = check_draft(HONEST.format(more=case.more), PLAN, COMPLAINT)
    found = {check.name: check.detail for check in checks if not check.ok}
    assert case.caught_by in found
    assert found[case.caught_by]


@pytest.mark.parametrize("more", [text for _, text in GOOD], ids=[name for name, _ in GOOD])
def test_an_honest_sentence_passes(more: str) -> None:
    """What plan or complaint say may be said: also names that look like acts, such as 经开区 and 经三路."""
    checks = check_draft(HONEST.format(more=more), PLAN, COMPLAINT)
    assert [check for check in checks if not check.ok] == []


def test_every_check_reports_by_name() -> None:
    """All checks are reported in a fixed order, with no detail where nothing was found."""
    checks = check_draft(HONEST.format(more=""), PLAN, COMPLAINT)
    assert [check.name for check in checks] == [name for name, _ in CHECKS]
    assert {check.detail for check in checks} == {""}


def test_an_article_without_a_law_is_caught() -> None:
    """第五十八条 of no named law is no citation."""
    text = HONEST.format(more="").replace("《中华人民共和国治安管理处罚法》", "有关法律")
    assert failed(text) == {"citations"}


def test_a_missing_blank_is_caught() -> None:
    """A draft may not lose what only the unit can fill in."""
    assert "blanks" in failed(HONEST.format(more="").replace("【承办单位填写：现场核查时间】", "近日"))


@pytest.mark.parametrize("text", ["您好。", ""], ids=["short", "empty"])
def test_a_stub_is_too_short(text: str) -> None:
    """A greeting is no reply."""
    assert {"length", "routing"} <= failed(text)


def test_the_lead_must_be_named() -> None:
    """A reply that sends the citizen to another unit than the plan's is caught."""
    assert "routing" in failed(HONEST.format(more="").replace("郑州经开区城市管理局", "郑州市教育局"))


def test_a_matter_of_another_city_must_name_it() -> None:
    """A referral names the city that is referred to."""
    plan = PLAN.model_copy(update={"outside_city": "开封市"})
    assert "routing" in failed(HONEST.format(more=""), plan)
    assert "routing" not in failed(HONEST.format(more="请向开封市当地的12345反映。"), plan)


@pytest.mark.parametrize(("level", "caught"), [(2, True), (1, False)], ids=["danger", "same-day"])
def test_danger_needs_an_emergency_number(level: Urgency, caught: bool) -> None:
    """Where life is in danger the reply says whom to call now."""
    plan = PLAN.model_copy(update={"urgency": level})
    assert ("safety" in failed(HONEST.format(more=""), plan)) is caught
