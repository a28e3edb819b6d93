"""What a complaint asks for: found where it is worded, never guessed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agent.drafting.demands import MAX_DEMANDS, Demand, brief, covers, find_demands, is_vague
from knowledge.vocabulary import Kind


@dataclass(frozen=True)
class Case:
    """A message and the demands that stand in it."""

    id: str
    text: str
    want: tuple[str, ...]
    kind: Kind = "投诉"


CASES = [
    Case("hope", "陇海路的路灯坏了，希望尽快更换灯泡。", ("希望尽快更换灯泡",)),
    Case("please", "井盖松了。请市政部门加固井盖，谢谢！", ("请市政部门加固井盖",)),
    Case("two-joined", "恳请清理楼道杂物，并增设充电桩。", ("恳请清理楼道杂物", "并增设充电桩")),
    Case("two-cues", "要求商家退还押金，请市场监管部门查处。", ("要求商家退还押金", "请市场监管部门查处")),
    Case("wish-question", "能不能把公交站往东挪一点？", ("能不能把公交站往东挪一点",)),
    Case("when", "这条断头路什么时候能修通？", ("这条断头路什么时候能修通",)),
    Case("how", "请问居住证怎么办理？需要什么材料？", ("请问居住证怎么办理", "需要什么材料"), "咨询"),
    Case("list", "诉求如下：\n1、清运建筑垃圾；\n2、恢复被占绿地。", ("清运建筑垃圾", "恢复被占绿地")),
    Case("past", "我们多次要求物业维修，物业一直推脱。", ()),
    Case("of-others", "学校要求家长每人交八百元资料费。", ()),
    Case("had-hope", "大家都失去希望了。", ()),
    Case("rhetorical", "难道老百姓就该忍着吗？天理何在？", ()),
    Case("reproach", "物业收了钱不干活，这样合理吗？", ()),
    Case("told-only", "小区门口每天堵车，喇叭声不断。", ()),
    Case("answer-wanted", "盼回复。", ("盼回复",)),
    Case("empty", "", ()),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_worded_demands_are_found(case: Case) -> None:
    """Requests and questions are found in their order; telling, blaming and the past ask for nothing."""
    assert tuple(demand.text for demand in find_demands(case.text, case.kind)) == case.want


@given(st.text(alphabet="请希望修路灯，。？：并1、吗何时我们【】\n", max_size=160))
def test_demands_are_substrings_in_order(text: str) -> None:
    """Every demand stands in the text at its place, after the one before, and there are not too many."""
    found = find_demands(text, "咨询")
    assert all(text[demand.start : demand.end] == demand.text for demand in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert len(found) <= MAX_DEMANDS


def test_a_span_has_the_length_of_its_text() -> None:
    """A demand whose span does not fit its text is refused."""
    with pytest.raises(ValidationError, match="length"):
        Demand(text="更换灯泡", start=3, end=9)


@pytest.mark.parametrize(
    ("words", "want"),
    [
        ("希望有关部门尽快清运建筑垃圾", "尽快清运建筑垃圾"),
        ("请问居住证怎么办理", "居住证怎么办理"),
        ("要求退押金", "要求退押金"),
        ("要求退款", "要求退款"),
        ("就是居住证怎么办理呢", "居住证怎么办理"),
        ("还有高新区不是郑州管么", ""),
        ("该怎么办", ""),
        ("重视，给病人一个清静疗养环境", ""),
        ("请领导尽快处理", ""),
        ("请帮我家修好漏水的屋顶", "修好漏水的屋顶"),
        ("希望你们管管他", ""),
        ("请联系【姓名】核实情况再拆除围挡", ""),
    ],
    ids=[
        "office-cut",
        "question",
        "short",
        "barely",
        "fragments-cut",
        "reproach",
        "general",
        "no-act",
        "vague",
        "first-person",
        "you",
        "mask",
    ],
)
def test_a_demand_is_named_only_when_it_can_be_said_back(words: str, want: str) -> None:
    """A name holds the demand's own words without office and stress; '' when they would be clumsy."""
    demand = Demand(text=words, start=0, end=len(words))
    assert brief(demand) == want


def test_vague_demands_ask_for_attention_only() -> None:
    """请尽快处理 names nothing; 请更换路灯 does."""
    assert is_vague("希望领导重视并尽快解决")
    assert not is_vague("请更换路灯")


def test_a_reply_covers_a_demand_by_its_words_or_by_all() -> None:
    """A demand is covered when it is named or all demands are answered in one sentence."""
    demand = Demand(text="希望更换灯泡", start=0, end=6)
    assert covers("您提出的“希望更换灯泡”，由城管局答复。", demand)
    assert covers("对于您所提诉求，主办单位将一并答复。", demand)
    assert not covers("您的投诉收悉，由城管局办理。", demand)
