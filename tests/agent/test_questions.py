"""Questions to the caller: asked when a correct dispatch lacks the answer, and never when it stands in the text."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from agent import TriageAgent
from agent.questions import AT_MOST, QuestionRules
from agent.schema import CategoryChoice
from knowledge.vocabulary import Address, Kind

WHERE = Address(city="郑州市", district="二七区", street="建中街街道", place="兴华南街与航海路口")
ROAD_AND_OFFICE = Address(city="郑州市", district="", street="杜岭街道", community="", place="花园路")
NOWHERE = Address(city="", district="", street="", community="", place="")
CITY = ("城乡建设", "城市建设和市政管理")
NOISE = ("环境保护", "环境污染", "噪音污染")


@dataclass(frozen=True)
class Case:
    """A complaint and what is asked."""

    id: str
    text: str
    category: tuple[str, str, str]
    asks: tuple[str, ...] = ()  # a word of each question, in order
    kind: Kind = "投诉"
    address: Address = NOWHERE


CASES = [
    Case("lamp-nowhere", "路灯坏了半个月没人修", (*CITY, "城市公共设施"), ("哪个路口",)),
    Case("lamp-known", "路灯坏了半个月没人修", (*CITY, "城市公共设施"), address=WHERE),
    Case(
        "bus-without-line",
        "公交司机到站不停，追着喊也不开门",
        (*CITY, "公共汽车"),
        ("几路车",),
    ),
    Case("bus-with-line", "906路公交司机到站不停，在火车站", (*CITY, "公共汽车"), address=WHERE),
    Case(
        "wages",
        "老板一直不发工资，打电话也不接",
        ("劳动和社会保障", "工资福利", "工资发放"),
        ("工地或单位", "用人单位", "哪几个月"),
    ),
    Case("gas-first", "楼道里有煤气味，小区在哪我一会儿说", (*CITY, "燃气供应"), ("还有人吗", "小区")),
    Case("noise-without-hours", "楼下音响噪音吵得人受不了", NOISE, ("小区", "几点到几点")),
    Case("noise-with-hours", "楼下音响晚上九点噪音吵得人受不了", NOISE, address=WHERE),
    Case("missing", "我家老人走失了，在人民公园附近", ("民政", "社会事务", "其他"), ("最后一次见到人",), address=WHERE),
    Case("self-harm", "邻居说要自杀，敲门不开", ("民政", "社会事务", "其他"), ("还清醒吗",), address=WHERE),
    Case("road-and-street-office", "路灯坏了", (*CITY, "城市公共设施"), address=ROAD_AND_OFFICE),
    Case("question", "新生儿上户口要带什么材料", ("政法", "户籍证件", "户籍管理"), kind="咨询"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_only_what_is_missing_is_asked(case: Case) -> None:
    """Danger first, then place, who, when; nothing that the caller has said."""
    category = CategoryChoice(
        code="010101", level1=case.category[0], level2=case.category[1], level3=case.category[2], confidence=0.9
    )
    asked = QuestionRules.load().choose(case.kind, category, case.text, case.address)
    assert len(asked) == len(case.asks), asked
    for question, word in zip(asked, case.asks, strict=True):
        assert word in question
    assert len(asked) <= AT_MOST


@pytest.mark.parametrize(
    ("text", "address", "lacks"),
    [
        pytest.param("路灯坏了半个月没人修", NOWHERE, True, id="nowhere"),
        pytest.param("路灯坏了半个月没人修", WHERE, False, id="known"),
        pytest.param("路灯坏了半个月没人修", ROAD_AND_OFFICE, False, id="road-and-office"),
        pytest.param("K8县老城的路灯坏了半个月没人修", NOWHERE, False, id="told-but-hidden"),
        pytest.param("新生儿上户口要带什么材料", NOWHERE, False, id="has-no-place"),
    ],
)
def test_a_matter_of_a_place_without_one_is_known(text: str, address: Address, *, lacks: bool) -> None:
    """Nobody is sent to a street lamp that stands nowhere; a question about papers needs no place."""
    level1, level2, level3 = (*CITY, "城市公共设施") if "灯" in text else ("政法", "户籍证件", "户籍管理")
    category = CategoryChoice(code="010101", level1=level1, level2=level2, level3=level3, confidence=0.9)
    kind: Kind = "投诉" if "灯" in text else "咨询"
    assert QuestionRules.load().lacks_place(kind, category, text, address) is lacks


def test_a_suggestion_carries_them(real_agent: TriageAgent) -> None:
    """The operator sees the question beside the card, and it goes once the place is told."""
    asked = real_agent.triage("路灯坏了半个月没人修，晚上黑得吓人").questions
    assert any("路口" in question for question in asked)
    told = real_agent.triage("二七区建中街街道兴华南街与航海路口的路灯坏了半个月没人修，晚上黑得吓人").questions
    assert not any("路口" in question for question in told)
