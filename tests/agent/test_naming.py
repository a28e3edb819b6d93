"""A demand is named in a few words of its own, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.drafting.demands import Demand, brief, general


def name(words: str) -> str:
    return brief(Demand(text=words, start=0, end=len(words)))


@pytest.mark.parametrize(
    ("words", "want"),
    [
        ("希望政府相关部门尽快给我们小区安装路灯", "尽快给您所在小区安装路灯"),
        ("恳请您督促施工单位恢复被挖断的盲道", "督促施工单位恢复被挖断的盲道"),
        ("请在我家门口这条路上增设减速带", "在您家门口该路上增设减速带"),
        ("建议延长公交末班车时间，方便上夜班的人回家", "延长公交末班车时间"),
        ("要求物业公示公共收益账目，因为已经三年没有公示了", "物业公示公共收益账目"),
        ("请问居住证到底怎么补办", "居住证怎么补办"),
        ("能否把放学时段的红灯缩短一些", "能否把放学时段的红灯缩短一些"),
        ("请派人疏通下水道（就是食堂后面那条）", "派人疏通下水道"),
        ("希望改善一下嵩山路的照明", "改善嵩山路的照明"),
    ],
    ids=["office", "you", "my-home", "purpose", "reason", "stress", "polite-question", "aside", "spoken"],
)
def test_a_demand_is_said_in_short_own_words(words: str, want: str) -> None:
    """Offices, stress, purpose and reason go; 我 becomes 您 and 这条 becomes 该."""
    assert name(words) == want


@pytest.mark.parametrize(
    "words",
    [
        "请领导重视",
        "希望给个说法",
        "请你们摸着良心想一想",
        "请处理王建国打人的事情",
        "希望正义战胜邪恶",
        "请问难道就没人管吗",
        "希望他们把他的店拆了",
        "请从民生的角度出发",
    ],
    ids=["vague", "account", "anger", "person", "slogan", "rhetorical", "third-person", "standpoint"],
)
def test_what_cannot_be_said_back_is_not_named(words: str) -> None:
    """No rage, no person, no slogan and nothing that says only “do something”."""
    assert name(words) == ""


def test_what_follows_a_request_is_named_only_when_it_is_an_act() -> None:
    """A second clause mostly gives the reason: 空气清新 is not asked for, 恢复绿化 is."""
    assert name("请领导重视噪声，原来空气清新") == ""
    assert name("请领导重视这里，恢复绿化带") == "恢复绿化带"


@pytest.mark.parametrize(
    ("words", "want"),
    [
        ("请领导尽快处理", "妥善解决"),
        ("盼回复", "给予答复"),
        ("请有关部门严查", "依法查处"),
        ("希望调查清楚", "调查核实"),
        ("望重视", "予以重视"),
        ("请为我们做主", "维护合法权益"),
        ("谢谢", ""),
    ],
    ids=["solve", "answer", "punish", "look-into", "notice", "rights", "nothing"],
)
def test_a_general_request_has_a_general_name(words: str, want: str) -> None:
    """What names no thing is still said for what it is."""
    assert general(words) == want


@given(st.text(alphabet="请希望建议我们您修路灯安装，。（）“”王某1领导的和", max_size=90).filter(bool))
def test_a_name_is_short_and_clean(words: str) -> None:
    """Whatever the words, a name fits a sentence: short, without marks, brackets and first person."""
    said = name(words)
    assert said == "" or 4 <= len(said) <= 32
    assert not set(said) & set("我，。（）“”【】")
