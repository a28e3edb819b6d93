"""Template drafts: every kind of matter gets a reply that says its facts and passes the checks."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pytest

from agent.drafting import Plan, PlanIssue, build_plan, check_draft, write_draft
from agent.drafting.plan import MAX_CHARS, MIN_CHARS, Hazard
from agent.drafting.template import count_chars
from agent.intake import mask
from agent.reading import make_summary
from agent.schema import ComplaintReading, Deadline, Dispatch, Track, Unit, UrgencyGuess
from knowledge.vocabulary import Address, Citation, CitationState, Kind, Urgency
from knowledge.workdays import SHANGHAI

SHARED = Path(__file__).parents[3] / "shared" / "data" / "messages" / "gold_dev.jsonl"
DUE = Deadline(due=dt.datetime(2026, 3, 20, 17, 30, tzinfo=SHANGHAI), rule="一键快办：3个工作日", workdays=3)
UNDATED = Deadline(due=None, rule="一键快办：3个工作日", workdays=3, error="year unknown")
URBAN = Unit(id="cgj", name="郑州市城市管理局", unit="金水区城市管理局")
LONG = Unit(id="sws", name="国家税务总局郑州市税务局", unit="国家税务总局郑州航空港经济综合实验区税务局")
OUT = Unit(id="out", name="不属热线受理范围(转有权机关)", unit="不属热线受理范围(转有权机关)")
FOOD = Citation(law="中华人民共和国食品安全法", article="34", state=CitationState.VERIFIED)
TRAFFIC = Citation(law="中华人民共和国道路交通安全法", article="20-1", state=CitationState.VERIFIED)
MATTER = "经三路与红专路口的烧烤摊占道经营"
ISSUES = (
    "经三路烧烤摊占道经营",
    "农科路口井盖松动作响",
    "楼道长期堆放废旧家具",
    "幼儿园周边早晚拥堵",
    "物业不公示公共收益",
    "地下车库照明缺失",
    "花园路公交站牌倾倒",
)
KINDS: tuple[Kind, ...] = get_args(Kind)


def plan(
    *,
    kind: Kind = "投诉",
    urgency: Urgency = 0,
    lead: Unit | None = URBAN,
    track: Track | None = None,
    deadline: Deadline | None = DUE,
    matter: str = MATTER,
    citations: tuple[Citation, ...] = (),
    assists: tuple[str, ...] = (),
    hazards: tuple[Hazard, ...] = (),
    place: str = "",
    outside_city: str = "",
    authority: str = "",
    blanks: tuple[str, ...] = (),
    issues: tuple[PlanIssue, ...] = (),
) -> Plan:
    return Plan(
        kind=kind, matter=matter, lead=lead, assists=assists, citations=citations, track=track, deadline=deadline,
        urgency=urgency, hazards=hazards, place=place, outside_city=outside_city, authority=authority, blanks=blanks,
        issues=issues,
    )  # fmt: skip


def issues(count: int) -> tuple[PlanIssue, ...]:
    return tuple(PlanIssue(matter=ISSUES[i % len(ISSUES)], lead=LONG) for i in range(count))


@dataclass(frozen=True)
class Case:
    """A plan, words that its draft must hold, and words that it must not."""

    id: str
    plan: Plan
    has: tuple[str, ...]
    lacks: tuple[str, ...] = ()


CASES = [
    Case(
        "complaint",
        plan(assists=("郑州市公安局",), citations=(FOOD,), place="金水区经三路", blanks=("现场核查时间",)),
        (
            MATTER,
            "金水区城市管理局",
            "郑州市公安局",
            "《中华人民共和国食品安全法》第三十四条",
            "2026年3月20日17时30分前",
            "【承办单位填写：现场核查时间】",
            "金水区经三路",
            "12345",
            "感谢",
        ),
    ),
    Case("sub-article", plan(citations=(TRAFFIC,)), ("《中华人民共和国道路交通安全法》第二十条之一",)),
    Case(
        "consult",
        plan(kind="咨询", blanks=("政策依据和答复要点", "咨询窗口和办公电话")),
        ("【承办单位填写：政策依据和答复要点】", "【承办单位填写：咨询窗口和办公电话】", "咨询"),
        ("核查",),
    ),
    Case("report", plan(kind="举报"), ("举报", "依法", "核查"), ()),
    Case("suggest", plan(kind="建议"), ("建议", "研究", "金水区城市管理局"), ("核查", "处置")),
    Case("praise", plan(kind="表扬"), ("表扬", "转", "金水区城市管理局"), ("核查", "处置")),
    Case("help-undated", plan(kind="求助", deadline=UNDATED), ("将按规定时限办理",), ("2026", "3个工作日")),
    Case("no-deadline", plan(deadline=None), ("将按规定时限办理",)),
    Case("no-matter", plan(matter=""), ("12345",), ("“",)),
    Case("no-lead", plan(lead=None), ("主办单位", "职责分工")),
    Case("gas", plan(kind="求助", urgency=2, hazards=("燃气", "伤病")), ("立即", "119", "120", "勿开关电器"), ("110",)),
    Case("danger-unnamed", plan(urgency=2), ("立即", "110", "119", "120")),
    Case("danger-no-lead", plan(urgency=2, lead=None), ("立即", "派单", "119")),
    Case("rescue-praised", plan(kind="表扬", urgency=2), ("转",), ("110", "119", "120")),
    Case("supervised", plan(track="督办快办"), ("督",)),
    Case(
        "other-city",
        plan(outside_city="洛阳市"),
        ("洛阳市当地的12345", "区号", "郑州"),
        ("金水区城市管理局", "2026", "【"),
    ),
    Case("other-city-danger", plan(outside_city="洛阳市", urgency=2), ("洛阳市当地的12345", "119"), ("金水区",)),
    Case(
        "court",
        plan(lead=OUT, authority="有管辖权的人民法院"),
        ("人民法院", "受理范围", "12348"),
        ("不属热线受理范围(", "2026", "主办", "【"),
    ),
    Case("out-unknown", plan(lead=OUT), ("有权机关", "12345")),
    Case(
        "several",
        plan(lead=LONG, issues=issues(3), blanks=("各承办单位的联系人和电话",)),
        ("\n1. ", "\n2. ", "\n3. ", LONG.unit, "【承办单位填写：各承办单位的联系人和电话】"),
        ("\n4. ",),
    ),
    Case("several-urgent", plan(lead=LONG, issues=issues(2), urgency=2), ("\n2. ", "立即派单", "119")),
    Case(
        "one-of-several-out",
        plan(lead=LONG, issues=(*issues(1), PlanIssue(matter=MATTER, lead=OUT))),
        ("有权机关", "受理范围"),
    ),
    Case(
        "one-of-several-open",
        plan(lead=LONG, issues=(*issues(1), PlanIssue(matter="", lead=None))),
        ("来件所述相关事项",),
    ),
    Case("many", plan(lead=LONG, issues=issues(7)), ("\n4. ", "其余诉求"), ("\n5. ",)),
]
SEEDS = [f"case-{i}" for i in range(12)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_draft_says_what_its_plan_holds(case: Case) -> None:
    """In every wording, the facts of the plan stand in the draft and what does not fit the matter does not."""
    for seed in SEEDS:
        text = write_draft(case.plan, seed).text
        assert [word for word in case.has if word not in text] == [], text
        assert [word for word in case.lacks if word in text] == [], text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_template_drafts_pass_every_check(case: Case) -> None:
    """No wording trips a check, so a failed check always means something."""
    for seed in SEEDS:
        draft = write_draft(case.plan, seed)
        failed = [check for check in check_draft(draft.text, case.plan, MATTER) if not check.ok]
        assert failed == [], draft.text


@pytest.mark.parametrize("kind", KINDS, ids=[f"kind{i}" for i in range(len(KINDS))])
def test_length_holds_for_lean_and_full_plans(kind: Kind) -> None:
    """From an empty plan to the fullest, a draft has 120 to 350 characters and its date and blanks survive."""
    levels: tuple[Urgency, ...] = get_args(Urgency)
    full_matter = "路" * 42
    for level, full, count, seed in itertools.product(levels, (False, True), (0, 2, 4, 9), SEEDS):
        given = plan(
            kind=kind, urgency=level, matter=full_matter if full else "", lead=LONG if full else None,
            track="督办快办" if full else None, deadline=DUE if full else None,
            citations=(FOOD, TRAFFIC) if full else (), assists=(LONG.unit,) * 3 if full else (),
            hazards=("燃气", "带电", "伤病") if full else (), place="路" * 40 if full else "",
            blanks=("现场核查时间", "咨询窗口和办公电话") if full else (),
            issues=tuple(PlanIssue(matter=ISSUES[i % 7] * full, lead=LONG) for i in range(count)),
        )  # fmt: skip
        draft = write_draft(given, seed)
        assert MIN_CHARS <= count_chars(draft.text) <= MAX_CHARS, draft.text
        assert draft.blanks == given.blanks
        assert given.due_text in draft.text


@pytest.mark.parametrize(
    ("place", "said"),
    [("金水区经三路", True), ("中原区秦岭路街道", True), ("且该小区", False), ("封闭式小区", False), ("楼道", False)],
    ids=["road", "street-office", "torn", "sort", "part"],
)
def test_only_a_place_with_a_name_is_said(place: str, said: bool) -> None:
    """A name is said back for correction; words that only stand for a place are not."""
    assert all((place in write_draft(plan(place=place), seed).text) is said for seed in SEEDS)


def test_illness_gets_a_sentence_of_concern() -> None:
    """Who tells of illness is not answered like one who tells of a lamp."""
    for seed in SEEDS:
        assert any(word in write_draft(plan(matter="老人重病住院"), seed).text for word in ("关切", "牵挂"))
        assert "关切" not in write_draft(plan(), seed).text


def test_the_seed_decides_the_wording() -> None:
    """One seed gives one text; many seeds give many."""
    given = plan(citations=(FOOD,), place="金水区经三路", blanks=("现场核查时间",))
    assert write_draft(given, "a1") == write_draft(given, "a1")
    texts = {write_draft(given, str(seed)).text for seed in range(40)}
    assert len(texts) > 30


def test_the_draft_names_its_citations_and_maker() -> None:
    """`citations` lists the articles that the text cites, each law named once."""
    second = Citation(law=FOOD.law, article="122", state=CitationState.VERIFIED)
    draft = write_draft(plan(citations=(FOOD, second, TRAFFIC)), "s")
    assert draft.generator == "template"
    assert draft.citations == (FOOD, second)
    assert "《中华人民共和国食品安全法》第三十四条、第一百二十二条" in draft.text


def test_real_messages_give_passing_drafts() -> None:
    """What citizens really write, quoted in a draft, trips no check."""
    if not SHARED.is_file():
        pytest.skip("the shared messages are not here")
    for line in SHARED.read_text(encoding="utf-8").splitlines()[:120]:
        row = json.loads(line)
        text, title = mask(row["text"]).text, mask(row["title"]).text
        complaint = ComplaintReading(
            title=title, summary=make_summary(text), kind=row["kind"], masked_text=text,
            address=Address(city="郑州市", district="金水区"),
        )  # fmt: skip
        sent = Dispatch(lead=URBAN, confidence=0.8, basis=(FOOD,), reason="")
        given = build_plan(complaint, sent, UrgencyGuess(level=row["urgency"], confidence=0.9), "协同联办", DUE)
        draft = write_draft(given, row["id"])
        assert [c for c in check_draft(draft.text, given, f"{title}\n{text}") if not c.ok] == [], row["id"]
