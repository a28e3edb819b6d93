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
from agent.reading import make_title
from agent.schema import Assist, ComplaintReading, Deadline, Dispatch, Issue, RegulationHit, Unit, UrgencyGuess
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
    """A complaint and the phrase by which a reply says what it is about."""

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
    Matter("suggestion", "建议桐柏路口增设红绿灯。", "建议桐柏路口增设红绿灯", kind="建议"),
    Matter("question", "请问公租房申请需要哪些材料？", "公租房申请需要哪些材料", kind="咨询"),
    Matter("demand-cut", "楼下垃圾堆了一周，气味难闻，希望尽快清运。", "楼下垃圾堆了一周，气味难闻"),
    Matter("title-first", "我住在这里十年了。小区电梯天天停运。", "小区电梯停运", title="投诉小区电梯停运！"),
    Matter("title-wish", "天黑了看不见路。", "请求在淮河路加装路灯", title="希望有关部门在淮河路加装路灯"),
    Matter("title-issue", "一直没办下来。", "桃源社区房产证问题", title="请求解决桃源社区房产证问题", kind="求助"),
    Matter("title-suffix", "怎么收费？", "伏牛路停车收费标准", title="关于伏牛路停车收费标准的咨询", kind="咨询"),
    Matter("my-home", "我家楼上天天漏水。", "您家楼上天天漏水"),
    Matter("our-estate", "我们小区的垃圾三天没清。", "您所在小区的垃圾三天没清"),
    Matter("where-i-am", "我在嵩山路，路边的窨井冒污水。", "嵩山路路边的窨井冒污水"),
    Matter("talks-to-us", "你们到底管不管？", ""),
    Matter("title-is-better", "实在是忍不下去了，求求你们。", "陇海路工地夜间施工", title="陇海路工地夜间施工"),
    Matter("quotes", "门口挂着“正在营业”的牌子却不开门。", "门口挂着正在营业的牌子却不开门"),
    Matter("torn-quotes", "门店贴着“概不退换。”后来“不认账", "门店贴着概不退换"),
    Matter("mask-clause", "我叫【姓名】，住在淮河路，楼上漏水没有人管。", "淮河路楼上漏水没有人管"),
    Matter("mask-only", "【姓名】，【手机号】。", ""),
    Matter("thousands", "物业每年收取停车费1,200元，从不公示账目。", "物业每年收取停车费1,200元，从不公示账目"),
    Matter("empty", "", ""),
]


@pytest.mark.parametrize("case", MATTERS, ids=lambda case: case.id)
def test_the_matter_is_said_to_its_writer(case: Matter) -> None:
    """The matter is what is wrong, in the second person, without greetings, demands and masks."""
    assert plan_of(reading(case.text, kind=case.kind, title=case.title)).matter == case.want


@dataclass(frozen=True)
class Told:
    """A long complaint without a title, the words of its topic, and the clause that says what is wrong."""

    id: str
    text: str
    want: str
    topic: tuple[str, ...] = ()
    kind: Kind = "投诉"


TOLD = [
    Told(
        "asked-in-vain",
        "小区北边的工地每天夜里施工，吵得睡不着。跟负责人说过两次没人理，麻烦管一管。",
        "小区北边的工地每天夜里施工，吵得睡不着",
    ),
    Told(
        "nobody-answers", "问一下俺这个暖气咋还不热，热力公司电话打不通。", "暖气还不热", ("暖气", "供暖不热"), "求助"
    ),
    Told(
        "background",
        "我在桐柏路住了十几年，以前一直挺好。上个月开了家烧烤店，油烟直往家里灌。反映过好几回。",
        "油烟直往家里灌",
        ("油烟",),
    ),
    Told("noted-by-another", "棉纺路一位住户来电：楼道灯坏了半个月，物业说没钱换。", "楼道灯坏了半个月"),
    Told(
        "question",
        "我家孩子明年上小学，户口刚迁来。请问入学报名需要什么材料？谢谢。",
        "入学报名需要什么材料",
        ("入学", "报名"),
        "咨询",
    ),
    Told("made-of-pleas", "求求你们了，赶紧派人来，打了好几次电话都没人接。", ""),
]


@pytest.mark.parametrize("case", TOLD, ids=lambda case: case.id)
def test_the_matter_is_what_is_wrong(case: Told) -> None:
    """Not whom its writer asked, nor his story: the thing and its trouble, with a title made of the text or none."""
    for title in ("", make_title(case.text)):
        complaint = reading(case.text, kind=case.kind, title=title)
        sent, urgency = dispatch(), UrgencyGuess(level=0, confidence=0.9)
        plan = build_plan(complaint, sent, urgency, None, None, topic=case.topic)
        assert case.want in plan.matter if case.want else plan.matter == ""


@given(st.text(alphabet="路灯坏了我们希望投诉，。“”‘’；\n【姓名】1a,", max_size=200))
def test_no_matter_is_invented_or_too_long(text: str) -> None:
    """Whatever the text, the matter is short, made of its characters, in no first person and without marks."""
    matter = plan_of(reading(text)).matter
    assert set(matter) <= set(text) | set("您所在请求希望，")
    assert len(matter) <= 42
    assert not set(matter) & set("我【】“”‘’。\n")


def test_a_long_matter_ends_at_a_comma_or_is_not_said() -> None:
    """A matter is never cut inside a clause."""
    assert plan_of(reading("路" * 90)).matter == ""
    assert plan_of(reading("淮河路与大学路口的路灯整夜不亮，" + "杆" * 40)).matter == "淮河路与大学路口的路灯整夜不亮"


def test_the_place_stands_before_a_matter_that_names_none() -> None:
    """District and street go in front of 小区…, and of nothing that already names them or is no place."""
    address = Address(city="郑州市", district="惠济区", street="刘寨街道")
    assert plan_of(reading("小区电梯停运三天。", address=address)).matter == "惠济区刘寨街道小区电梯停运三天"
    assert plan_of(reading("公司拖欠货款不还。", address=address)).matter == "公司拖欠货款不还"
    assert plan_of(reading("惠济区小区电梯停运。", address=address)).matter == "惠济区小区电梯停运"


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
    assert plan.blanks == ("各承办单位的联系人和电话",)
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


def test_a_record_makes_the_final_form() -> None:
    """With a record the plan is for the final reply, masked; a blank stands only for a record that says nothing."""
    sent, urgency = dispatch(), UrgencyGuess(level=0, confidence=0.9)
    told = build_plan(
        reading("路灯不亮"), sent, urgency, None, None, record="灯已换好，联系人电话13803710000。路灯恢复照明。"
    )
    assert (told.form, told.blanks) == ("final", ())
    assert "1380371" not in told.record
    mute = build_plan(reading("路灯不亮"), sent, urgency, None, None, record="联系电话：13803710000。")
    assert mute.blanks == ("办理结果",)
    assert build_plan(reading("路灯不亮"), sent, urgency, None, None, record=" \n").form == "first"


def test_a_question_is_answered_by_an_article_that_uses_its_words() -> None:
    """Of the articles found, one in force that shares a term with the question enters the plan first; others do not."""
    text = "养犬登记办理后，应当每年年检一次。"
    near = hit("郑州市城市养犬管理条例", "11", text)
    far = hit("中华人民共和国水法", "2", "开发、利用、节约、保护水资源，适用本法。")
    sent, urgency = dispatch(basis=(cited("12"),)), UrgencyGuess(level=0, confidence=0.9)

    def laws(kind: Kind, *hits: RegulationHit) -> list[str]:
        asked = reading("养犬登记怎么办理？", kind=kind)
        plan = build_plan(asked, sent, urgency, None, None, regulations=hits)
        return [citation.law for citation in plan.citations]

    assert laws("咨询", far, near) == [near.law, CITY_LAW]
    assert laws("咨询", far) == [CITY_LAW]
    assert laws("咨询", near.model_copy(update={"status": "已废止"})) == [CITY_LAW]
    assert laws("投诉", near) == [CITY_LAW]


def hit(law: str, article: str, text: str) -> RegulationHit:
    return RegulationHit(law=law, article=article, text=text, status="现行有效", effective=None, score=0.5)


@pytest.mark.parametrize(
    ("words", "body"),
    [
        ("法院判决后对方不执行", "人民法院"),
        ("劳动仲裁委不受理", "劳动人事争议仲裁委员会"),
        ("检察院不起诉决定", "人民检察院"),
        ("反映公职人员受贿", "纪检监察机关"),
        ("邻居借款不还", "人民法院"),
        ("部队营房占路", "军队有关机关"),
        ("说不清楚的事情", ""),
    ],
    ids=["court", "labour", "prosecutor", "discipline", "civil", "military", "unknown"],
)
def test_what_a_hotline_may_not_take_is_referred(words: str, body: str) -> None:
    """The words of the complaint name the right body, and it comes with how to go there; else none is named."""
    out = Unit(id="out", name="不属热线受理范围(转有权机关)", unit="不属热线受理范围(转有权机关)")
    plan = plan_of(reading(words), dispatch(out))
    assert body in plan.authority
    assert bool(plan.authority) == bool(body)
    assert len(plan.advice) <= 2


def test_advice_fits_the_matter_and_yields_to_danger() -> None:
    """What to keep follows the words; in danger and in another city no advice is given."""
    wages = reading("公司拖欠工资三个月。")
    assert "考勤记录" in plan_of(wages).advice[0]
    assert plan_of(wages, level=2, evidence="拖欠").advice == ()
    assert plan_of(reading("公司拖欠工资。", address=Address(city="开封市"))).advice == ()
