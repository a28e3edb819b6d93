"""Numbers, dates, names and places: what the complaint, the plan or the record holds may be said, nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from agent.drafting.guard import CHECKS, Grounds, check_draft
from agent.drafting.guard.names import Place
from agent.drafting.guard.quantities import read_amounts
from agent.drafting.plan import Plan
from agent.schema import Deadline, Unit
from knowledge.workdays import SHANGHAI

COMPLAINT = (
    "十月十二日晚上11点，中原区桐柏路南段一家洗车店还在放水，收了我两百元办卡钱不退，门口三个车位全占了。"
    "店里说找绿源汽车服务公司总部。"
)
PLAN = Plan(
    kind="投诉",
    matter="洗车店还在放水",
    lead=Unit(id="scj", name="郑州市市场监督管理局", unit="中原区市场监督管理局"),
    deadline=Deadline(due=dt.datetime(2026, 10, 19, 17, 30, tzinfo=SHANGHAI), rule="5个工作日", workdays=5),
    day=dt.date(2026, 10, 12),
)
GROUNDS = Grounds(
    names=("市市场监管局", "市场监管局"),
    places=(Place(name="中原区", aliases=("中原",)), Place(name="二七区", aliases=("二七",))),
)
FACTS = frozenset({"numbers", "dates", "phones", "organisations", "places", "persons"})


@dataclass(frozen=True)
class Case:
    """A sentence, and the check that must object; '' when none may."""

    id: str
    said: str
    check: str = ""


CASES = [
    Case("same-sum-in-digits", "您提到的200元办卡费用一并核实。"),
    Case("same-sum-in-characters", "您提到的二百元办卡费用一并核实。"),
    Case("other-sum", "您提到的300元办卡费用一并核实。", "numbers"),
    Case("sum-as-area", "该店占地200平方米。", "numbers"),
    Case("three-in-digits", "门口3个车位被占的情况一并查看。"),
    Case("four-spaces", "门口4个车位被占的情况一并查看。", "numbers"),
    Case("share", "处罚比例为百分之十。", "numbers"),
    Case("vague", "附近已有数十户反映。", "numbers"),
    Case("same-date", "您所说的10月12日的情况收悉。"),
    Case("day-of-receipt", "您于2026年10月12日来电。"),
    Case("other-date", "您所说的10月13日的情况收悉。", "dates"),
    Case("impossible-date", "定于10月38日回复。", "dates"),
    Case("other-year", "您所说的2024年10月12日的情况收悉。", "dates"),
    Case("same-time", "您所说的当晚23时的情况收悉。"),
    Case("other-time", "您所说的当晚21时的情况收悉。", "dates"),
    Case("due", "最迟于2026年10月19日17时30分前答复。"),
    Case("yesterday", "昨天该店没有营业。", "dates"),
    Case("hotline", "也可拨打12315咨询。"),
    Case("invented-hotline", "也可拨打96789咨询。", "phones"),
    Case("invented-landline", "详询67781234。", "phones"),
    Case("lead-by-alias", "由市场监管局核实。"),
    Case("lead-with-district", "由中原区市场监管局核实。"),
    Case("other-district", "由二七区市场监督管理局核实。", "places"),
    Case("other-office", "由中原区民生事务督导局核实。", "organisations"),
    Case("company-told", "您提到的绿源汽车服务公司也将了解。"),
    Case("company-invented", "由蓝天洗车连锁集团配合。", "organisations"),
    Case("anybody", "请向属地派出所、物业公司和人民法院反映。"),
    Case("road-told", "桐柏路南段的占道情况一并查看。"),
    Case("road-invented", "请到建业北巷领取。", "places"),
    Case("road-in-a-word", "请勿在道路上停留，注意路况。"),
    Case("service-line", "也可拨打12360或者12386咨询。"),
    Case("two-ways", "这件事可以两条路一起走。"),
    Case("competent-department", "请物业主管部门了解。"),
    Case("times", "可以主张三倍赔偿。", "numbers"),
    Case("official-by-name", "由科长孙卫东负责。", "persons"),
]


def failed(text: str) -> set[str]:
    return {check.name for check in check_draft(text, PLAN, COMPLAINT, (), GROUNDS) if not check.ok}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_fact_needs_a_source(case: Case) -> None:
    """A fact that stands in complaint, plan or public lists passes in any script; any other is named."""
    found = failed(f"您好，收到您关于洗车店的投诉。{case.said}") & FACTS
    assert case.check in found if case.check else found == set()


def test_the_record_is_a_source() -> None:
    """What the record holds may be said in a final reply."""
    plan = PLAN.model_copy(update={"form": "final", "record": "10月14日，金穗路街道办事处到场，店方退还180元。"})
    text = "您好，10月14日，金穗路街道办事处到场，店方退还180元。"
    names = {check.name for check in check_draft(text, plan, COMPLAINT, (), GROUNDS) if not check.ok}
    assert names & FACTS == set()


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("两千三百元", 2300, "money"),
        ("3.5万元", 35_000, "money"),
        ("1,200元", 1200, "money"),
        ("百分之五", 5, "share"),
        ("六十二分贝", 62, "level"),
        ("20多户", 20, "count"),
        ("十五个工作日", 15, "workdays"),
        ("六成", 60, "share"),
        ("30厘米", 0.3, "length"),
        ("三十九度二", 39.2, "level"),
        ("7号楼", 7, "place"),
    ],
    ids=["han", "scale", "commas", "share", "level", "about", "workdays", "tenths", "length", "spoken", "building"],
)
def test_quantities_are_values(text: str, value: float, kind: str) -> None:
    """Digits and characters come to the same value and kind of unit."""
    (quantity,) = read_amounts(text).quantities
    assert (quantity.value, quantity.kind) == (value, kind)


@pytest.mark.parametrize(
    ("said", "grounded"),
    [
        ("修补与更换合计十四处。", True),
        ("约六成已完工。", True),
        ("去年已修过一次。", True),
        ("一周内完工。", True),
        ("十五天内完工。", False),
        ("共修补十七处。", False),
    ],
    ids=["sum", "tenths", "year-before", "week", "other-term", "other-count"],
)
def test_a_reply_may_reckon_from_its_record(said: str, grounded: bool) -> None:
    """Sums, tenths, years and weeks that follow from the record are grounded, other numbers are not."""
    record = "2025年9月4日修补9处，更换5处，已完成60%，余下7日内完成。"
    plan = PLAN.model_copy(update={"form": "final", "record": record})
    checks = check_draft(f"您好，{said}", plan, COMPLAINT, (), GROUNDS)
    assert all(check.ok for check in checks if check.name in {"numbers", "dates"}) is grounded


@pytest.mark.parametrize(
    ("said", "grounded"),
    [
        ("9月22日更换阀门。", True),
        ("9月23日更换阀门。", False),
        ("7月、8月两笔补贴均已到账。", True),
        ("7月、8月六笔补贴均已到账。", False),
        ("值班电话24小时有人接听。", True),
        ("值班电话12小时有人接听。", False),
    ],
    ids=["day-alone", "other-day", "as-many-as-listed", "more-than-listed", "round-the-clock", "half-the-clock"],
)
def test_a_record_is_read_as_people_write_it(said: str, grounded: bool) -> None:
    """A day goes on with the month before it, a list counts itself, 24小时值班 is a number too."""
    record = "9月20日入户查看，22日换阀门。7月、8月补贴已补发。新设24小时值班手机。"
    plan = PLAN.model_copy(update={"form": "final", "record": record})
    checks = check_draft(f"您好，{said}", plan, COMPLAINT, (), GROUNDS)
    assert all(check.ok for check in checks if check.name in {"numbers", "dates"}) is grounded


def test_colloquial_numbers_are_known_both_ways() -> None:
    """两千三 of a citizen is 2300, as well as what a clerk would read."""
    assert {quantity.value for quantity in read_amounts("收了我两千三没退", loose=True).quantities} >= {2300.0}


def test_checks_have_names_of_their_own() -> None:
    """Every check is named once."""
    names = [name for name, _ in CHECKS]
    assert len(names) == len(set(names))
    assert set(names) >= FACTS
