"""The kind of a message: what the hotline calls 投诉, 咨询, 求助, 建议, 举报, 表扬."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import Complaint, TriageAgent
from agent.reading.kind import fired_cues, load_kind_rules, parse_kind_rules
from knowledge.vocabulary import Kind
from models.errors import KnowledgeError


@dataclass(frozen=True)
class Case:
    """One message and the kind an operator would give it."""

    id: str
    want: Kind
    text: str
    title: str = ""


CASES = (
    Case("noise", "投诉", "楼上半夜装修噪音太大，物业不管"),
    Case("fumes", "投诉", "郑东新区某小区楼下饭店油烟扰民，望处理，非常感谢。"),
    Case("lift", "投诉", "感谢领导在百忙之中看信，小区电梯坏了半个月没人修"),
    Case("fees", "投诉", "管城区某小区物业乱收费，不交就不给开门禁，态度恶劣", "投诉物业乱收费"),
    Case("dust", "投诉", "航空港区工地渣土车夜间运输，扬尘污染严重，影响居民休息"),
    Case("refund", "投诉", "健身房承诺可退卡，现在商家互相推诿拒绝退费，严重损害消费者利益"),
    Case("bus", "投诉", "公交车司机到站不停，服务态度恶劣，要求处理", "反映公交司机拒载"),
    Case("medical", "咨询", "请问灵活就业人员医保断缴后怎么补缴？"),
    Case("why-not-allowed", "咨询", "请问为什么不能用公积金交首付？"),
    Case("how-to-report", "咨询", "请问举报电话是多少，有没有奖励？"),
    Case("hukou", "咨询", "我想咨询一下大学毕业生落户郑州需要什么材料，在哪里办理？", "咨询落户政策"),
    Case("metro", "咨询", "请问地铁十二号线什么时候开通？", "地铁十二号线何时开通"),
    Case("fund", "咨询", "公积金贷款额度是多少，外地缴存能否在郑州使用？"),
    Case("school", "咨询", "租房的孩子是否可以在金水区上小学？需要哪些手续？", "咨询入学条件"),
    Case("pension", "咨询", "想了解一下城乡居民养老保险多少钱一年，怎么缴费？"),
    Case("permit", "咨询", "请问开小吃店办理食品经营许可证要什么条件？"),
    Case("water-out", "求助", "家里停水三天，老人行动不便，求助"),
    Case("illness", "求助", "本人患重病住院，家庭困难，恳请领导帮助解决低保问题", "求助低保申请"),
    Case("lost", "求助", "我母亲走失两天了，家人非常着急，请求帮忙寻找，求求大家", "求助寻人"),
    Case("wages", "求助", "我是外地来的农民工，妻子下岗，孩子生病住院，生活困难，恳请领导帮帮我们", "请求帮助"),
    Case("disabled", "求助", "我是残疾人，家里居无定所，特请领导照顾，帮我解决公租房", "请求解决住房困难"),
    Case("bridge", "建议", "建议在农业路增设一个过街天桥"),
    Case("lights", "建议", "建议在科学大道路口增设红绿灯，方便行人过街，有利于缓解拥堵", "建议增设红绿灯"),
    Case("route", "建议", "希望延长夜班公交运营时间，优化线路，有利于市民出行", "建议优化夜班公交"),
    Case("park", "建议", "建议在社区公园增加儿童游乐设施，应该多考虑孩子的需求", "关于增设游乐设施的建议"),
    Case("policy", "建议", "希望出台电动车充电的统一规划，建议政府推广换电柜", "呼吁完善充电设施"),
    Case("fake-wine", "举报", "举报金水区一黑作坊偷偷生产假酒"),
    Case("gambling", "举报", "二七区某棋牌室聚众赌博，请公安机关严厉查处", "举报聚众赌博"),
    Case("den", "举报", "我要举报二七区一个赌场，每晚都聚众打牌，麻烦派人来查，能不能保密呀？"),
    Case("pyramid", "举报", "某小区有传销团伙，涉嫌诈骗老人，请严查取缔", "举报传销窝点"),
    Case("unlicensed", "举报", "这家诊所无证行医，违法经营，请依法查处", "举报无证诊所"),
    Case("bribe", "举报", "实名举报某村干部贪污受贿，请纪委严肃查处", "实名举报村干部贪污"),
    Case("coal", "举报", "有人私自开采，非法倒卖，请严打", "举报非法采砂"),
    Case("cleaner", "表扬", "我要表扬中原区环卫工人，拾金不昧"),
    Case("banner", "表扬", "给派出所民警送上锦旗，感谢他们连夜找回孩子", "感谢民警"),
    Case("window", "表扬", "政务大厅窗口工作人员服务热情周到，特提出表扬", "表扬政务大厅"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_kind_is_what_an_operator_says(real_agent: TriageAgent, case: Case) -> None:
    """A message with clear words gets the kind these words mean."""
    complaint = real_agent.triage(Complaint(text=case.text, title=case.title), draft=False).complaint
    assert complaint is not None
    assert complaint.kind == case.want


# Known misses: a complaint put as a question, as callers do, reads as 咨询 to a model that learned from letters;
# thanks for help reads as a call for help.
MISSED = (
    Case("why-still-cold", "投诉", "我想问一下俺村那条水管咋还不修，水都流半个月了"),
    Case("why-not-repaired", "投诉", "喂，你好，我想咨询一下我们单元门坏了为啥还没人修？"),
    Case("why-unlit", "投诉", "我想问一下，路灯怎么还不亮，一直没人管，你们什么时候来修啊？"),
    Case("staff", "表扬", "感谢郑州地铁工作人员帮我找回手机"),
)


@pytest.mark.xfail(strict=True, reason="real letters teach little of spoken complaints and of praise")
@pytest.mark.parametrize("case", MISSED, ids=lambda case: case.id)
def test_kind_that_is_still_missed(real_agent: TriageAgent, case: Case) -> None:
    """What an operator would say; turns red when it is learned."""
    complaint = real_agent.triage(Complaint(text=case.text, title=case.title), draft=False).complaint
    assert complaint is not None
    assert complaint.kind == case.want


@pytest.mark.parametrize("tail", ["谢谢！", "感谢领导！", "万分感谢。", "谢谢您们"])
def test_ritual_thanks_are_no_cue(tail: str) -> None:
    """Thanks at the end of a complaint change nothing that is looked at."""
    text = "中原区小区路灯损坏，物业推诿无人管，"
    assert fired_cues("", text + tail) == fired_cues("", text)


@given(st.text(max_size=80), st.text(max_size=400))
def test_any_text_has_its_cues(title: str, text: str) -> None:
    """No input raises, and only cues of the file fire."""
    assert set(fired_cues(title, text)) <= {cue.name for cue in load_kind_rules().cue}


@pytest.mark.parametrize(("pattern", "zone"), [("(", "body"), ("好", "middle")], ids=["broken-regex", "unknown-zone"])
def test_a_broken_rule_file_is_refused(pattern: str, zone: str) -> None:
    """A wrong pattern or zone stops the load with a message that names the file."""
    with pytest.raises(KnowledgeError, match=r"kind\.toml"):
        parse_kind_rules(f"[[cue]]\nname='x'\nzone='{zone}'\npattern='{pattern}'\n")


def test_every_cue_has_its_own_name() -> None:
    """A reviewer can point at one cue."""
    names = [cue.name for cue in load_kind_rules().cue]
    assert len(names) == len(set(names))
