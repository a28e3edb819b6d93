"""The plan of a reply: it holds what was found, in the citizen's words, and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agent.drafting import Plan, build_plan
from agent.drafting.plan import say_time
from agent.schema import Assist, ComplaintReading, Deadline, Dispatch, Issue, Unit, UrgencyGuess
from knowledge.vocabulary import Address, Citation, CitationState, Kind, Span, Urgency
from knowledge.workdays import SHANGHAI

CITY_LAW = "郑州市城市市容和环境卫生管理条例"
URBAN = Unit(id="cgj", name="郑州市城市管理局", unit="金水区城市管理局")


def cited(article: str, state: CitationState = CitationState.VERIFIED) -> Citation:
    return Citation(law=CITY_LAW, article=article, state=state)


def reading(
    text: str,
    *,
    kind: Kind = "投诉",
    title: str = "",
    summary: str | None = None,
    address: Address | None = None,
    issues: tuple[Issue, ...] = (),
) -> ComplaintReading:
    return ComplaintReading(
        title=title,
        summary=text if summary is None else summary,
        kind=kind,
        masked_text=text,
        address=address or Address(),
        issues=issues,
    )


def dispatch(
    lead: Unit = URBAN, basis: tuple[Citation, ...] = (), assist: tuple[tuple[str, str], ...] = ()
) -> Dispatch:
    helpers = tuple(Assist(id=i, name=name, reason="") for i, name in assist)
    return Dispatch(lead=lead, confidence=0.9, basis=basis, assist=helpers, reason="")


def plan_of(complaint: ComplaintReading, sent: Dispatch | None = None, level: Urgency = 0, evidence: str = "") -> Plan:
    span = (Span(text=evidence, start=0, end=len(evidence)),) if evidence else ()
    return build_plan(
        complaint, sent or dispatch(), UrgencyGuess(level=level, confidence=0.9, evidence=span), None, None
    )


@dataclass(frozen=True)
class Matter:
    """A complaint and the words of it that a reply quotes."""

    id: str
    text: str
    want: str
    title: str = ""
    kind: Kind = "投诉"


MATTERS = [
    Matter("plain", "文化路夜市油烟很大。", "文化路夜市油烟很大"),
    Matter("greeting", "您好，我想反映一下建设路路灯整夜不亮。", "建设路路灯整夜不亮"),
    Matter("leader", "尊敬的领导：嵩山路的井盖一直松动。", "嵩山路的井盖一直松动"),
    Matter("kind-word", "投诉棉纺路一家超市卖过期牛奶。", "棉纺路一家超市卖过期牛奶"),
    Matter("kind-word-kept", "投诉电话三天没有人接听。", "投诉电话三天没有人接听"),
    Matter("suggestion", "建议桐柏路口增设红绿灯。", "桐柏路口增设红绿灯", kind="建议"),
    Matter("question", "请问公租房申请需要哪些材料？", "公租房申请需要哪些材料", kind="咨询"),
    Matter("demand-cut", "楼下垃圾堆了一周，气味难闻，希望尽快清运。", "楼下垃圾堆了一周，气味难闻"),
    Matter("title-chooses", "我住在这里十年了。小区电梯天天停运。", "小区电梯天天停运", title="小区电梯停运"),
    Matter("title-is-better", "实在是忍不下去了，求求你们。", "陇海路工地夜间施工", title="陇海路工地夜间施工"),
    Matter("quotes", "门口挂着“正在营业”的牌子却不开门。", "门口挂着‘正在营业’的牌子却不开门"),
    Matter("torn-quotes", "他说“没问题。”后来“不认账", "他说没问题"),
    Matter("mask-clause", "我叫【姓名】，住在淮河路，楼上漏水没有人管。", "住在淮河路，楼上漏水没有人管"),
    Matter("mask-only", "【姓名】，【手机号】。", ""),
    Matter("thousands", "物业每年收取停车费1,200元，从不公示账目。", "物业每年收取停车费1,200元，从不公示账目"),
    Matter("empty", "", ""),
]


@pytest.mark.parametrize("case", MATTERS, ids=lambda case: case.id)
def test_the_matter_is_quoted_from_the_complaint(case: Matter) -> None:
    """The matter is the stretch that says what is wrong, without greetings, demands and masks."""
    assert plan_of(reading(case.text, kind=case.kind, title=case.title)).matter == case.want


@given(st.text(alphabet="路灯坏了我们希望投诉，。“”‘’；\n【姓名】1a,", max_size=200))
def test_no_matter_is_invented_or_too_long(text: str) -> None:
    """Whatever the text, the matter is a short stretch of it, free of masks and double quotation marks."""
    matter = plan_of(reading(text)).matter
    bare = text
    for mark in "“”‘’":
        bare, matter = bare.replace(mark, ""), matter.replace(mark, "")
    assert matter.removesuffix("……") in bare
    assert len(matter) <= 56
    assert "【" not in matter


def test_a_long_sentence_is_cut_at_a_comma_or_marked() -> None:
    """A cut inside a clause shows as ……; a cut at a comma does not."""
    assert plan_of(reading("路" * 90)).matter == "路" * 54 + "……"
    assert plan_of(reading(f"{'路' * 40}，{'灯' * 40}")).matter == "路" * 40


def test_personal_data_that_slipped_through_does_not_reach_the_plan() -> None:
    """Summary and place are masked again before they may be said."""
    address = Address(place="大学路，电话13803710000")
    text = "大学路早餐店占道，店主电话13803710000，请联系。大学路，电话13803710000"
    plan = plan_of(reading(text, address=address))
    assert "1380371" not in plan.model_dump_json()


def test_only_verified_citations_enter() -> None:
    """A citation in any other state, or with an article that is no number, is dropped; doubles count once."""
    doubtful = tuple(cited("9", state) for state in CitationState if state is not CitationState.VERIFIED)
    issue = Issue(
        text="路面积水",
        category=None,
        dispatch=dispatch(basis=(cited("12"),)),
        urgency=UrgencyGuess(level=0, confidence=0.9),
    )
    sent = dispatch(basis=(cited("12"), *doubtful, cited("第十条"), cited("20-1")))
    assert [c.article for c in plan_of(reading("路面积水", issues=(issue,)), sent).citations] == ["12", "20-1"]


def test_a_plan_refuses_what_is_not_verified() -> None:
    """No way into a plan for a dead law, whoever builds it."""
    with pytest.raises(ValidationError, match="VERIFIED"):
        Plan(kind="投诉", citations=(cited("3", CitationState.REPEALED),))


@pytest.mark.parametrize(
    ("address", "outside", "place"),
    [
        (Address(city="洛阳市", place="牡丹广场"), "洛阳市", "牡丹广场"),
        (Address(city="郑州市", district="二七区", street="德化街街道"), "", "二七区德化街街道"),
        (Address(city="郑州市", district="二七区", place="二七区大学路"), "", "二七区大学路"),
        (Address(city="郑州市", district="二七区", street="大学路街道", place="大学路"), "", "二七区大学路街道大学路"),
        (Address(place="福元路"), "", ""),
        (Address(), "", ""),
    ],
    ids=["other-city", "official", "district-said", "both", "not-in-masked-text", "unknown"],
)
def test_place(address: Address, outside: str, place: str) -> None:
    """The place is official names and words of the masked text; another city is told apart."""
    plan = plan_of(reading("牡丹广场、二七区大学路、大学路一带停电。", address=address))
    assert (plan.outside_city, plan.place) == (outside, place)


def test_collective_names_become_readable() -> None:
    """The table's collective names read as an office; the lead itself and `out` never assist."""
    street = Unit(id="jiedao", name="街道办事处、乡镇人民政府", unit="街道办事处、乡镇人民政府")
    helpers = (("jiedao", street.name), ("quzf", "区县(市)人民政府、开发区管委会"), ("out", "不属热线受理范围"))
    plan = plan_of(reading("楼道堆物"), dispatch(street, assist=helpers))
    assert plan.lead is not None
    assert plan.lead.unit == "属地街道办事处（乡镇人民政府）"
    assert plan.assists == ("属地区县（市）人民政府（管委会）",)


@pytest.mark.parametrize(
    ("words", "want"),
    [
        ("厨房煤气味很浓", ("燃气",)),
        ("楼道着火冒烟", ("火灾",)),
        ("电梯困人，老人晕倒", ("被困", "伤病")),
        ("有人持刀闹事", ("侵害",)),
        ("孩子走失", ("走失",)),
        ("火车站旁路面积水", ()),
    ],
    ids=["gas", "fire", "trapped-ill", "knife", "missing", "none"],
)
def test_hazards_only_where_it_is_urgent(words: str, want: tuple[str, ...]) -> None:
    """Urgency 2 names its dangers from the words; a lower one gives no emergency advice."""
    assert plan_of(reading(words), level=2, evidence=words).hazards == want
    assert plan_of(reading(words), level=1, evidence=words).hazards == ()


def test_blanks_follow_kind_and_referral() -> None:
    """Each kind has its own blanks; a referral has none, since no unit will fill them."""
    out = Unit(id="out", name="不属热线受理范围(转有权机关)", unit="不属热线受理范围(转有权机关)")
    assert "现场核查时间" in plan_of(reading("路灯不亮")).blanks
    assert "政策依据和答复要点" in plan_of(reading("怎么落户", kind="咨询")).blanks
    assert "处置安排" in plan_of(reading("家里燃气泄漏怎么办", kind="咨询"), level=2).blanks
    assert plan_of(reading("法院判决不执行"), dispatch(out)).blanks == ()
    assert plan_of(reading("停电", address=Address(city="开封市"))).blanks == ()


def test_several_issues_keep_their_leads() -> None:
    """Two or more issues are listed with their leads; a single one is not a list."""
    other = Unit(id="zfbz", name="郑州市住房保障和房地产管理局", unit="郑州市住房保障和房地产管理局")
    first = Issue(
        text="一、路灯不亮；", category=None, dispatch=dispatch(), urgency=UrgencyGuess(level=0, confidence=0.9)
    )
    second = Issue(
        text="二、物业不公示账目。",
        category=None,
        dispatch=dispatch(other),
        urgency=UrgencyGuess(level=0, confidence=0.9),
    )
    plan = plan_of(reading("路灯不亮；物业不公示账目。", issues=(first, second)))
    assert [(i.matter, i.lead.id if i.lead else "") for i in plan.issues] == [
        ("路灯不亮", "cgj"),
        ("物业不公示账目", "zfbz"),
    ]
    assert plan.blanks == ("各项办理情况和意见",)
    assert plan_of(reading("路灯不亮", issues=(first,))).issues == ()


def test_no_dispatch_leaves_the_lead_open() -> None:
    """Without a department the plan says so instead of naming one."""
    plan = build_plan(reading("说不清的事情"), None, UrgencyGuess(level=0, confidence=0.9), None, None)
    assert plan.lead is None
    assert not plan.excluded


@pytest.mark.parametrize(
    ("moment", "want"),
    [
        (dt.datetime(2026, 3, 20, 17, 30, tzinfo=SHANGHAI), "2026年3月20日17时30分"),
        (dt.datetime(2026, 3, 20, 9, 0, tzinfo=SHANGHAI), "2026年3月20日9时"),
        (dt.datetime(2026, 3, 20, 23, 5, tzinfo=SHANGHAI), "2026年3月20日23时05分"),
        (dt.datetime(2026, 3, 20, 16, 30, tzinfo=dt.UTC), "2026年3月21日0时30分"),
    ],
    ids=["usual", "full-hour", "few-minutes", "utc"],
)
def test_times_are_said_as_officials_do(moment: dt.datetime, want: str) -> None:
    """A due time is written in 郑州's own time."""
    assert say_time(moment) == want


def test_a_deadline_without_a_due_time_says_no_date() -> None:
    """An unknown due time stays unsaid."""
    unknown = Deadline(due=None, rule="", workdays=None, error="year unknown")
    plan = build_plan(reading("路灯不亮"), dispatch(), UrgencyGuess(level=0, confidence=0.9), None, unknown)
    assert plan.due_text == ""
