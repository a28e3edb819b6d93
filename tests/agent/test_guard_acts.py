"""Acts of handling: told only where a record tells them, as it tells them."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.drafting.guard import Grounds, check_draft
from agent.drafting.plan import Plan

COMPLAINT = "荣华街小广场的健身器材坏了两个月，老人摔了一跤，打过电话，工作人员说“已经报修”，到现在没人来，希望修好。"
RECORD = (
    "10月20日，区文化和体育部门派人到场检查，确认健身器材2件螺栓松动。要求养护单位三日内维修。"
    "10月23日养护单位更换螺栓6枚，器材恢复使用。同行检查的滑梯未发现损坏。居民要求赔偿500元，养护单位不同意。"
)
GROUNDS = Grounds(foreign=True)
TOLD = [
    "工作人员已到现场查看。",
    "经核查，健身器材确有损坏。",
    "我局第一时间派员维修。",
    "目前器材运行正常。",
    "养护单位当场认错。",
    "问题得到缓解。",
    "在街道督促下更换了螺栓。",
    "巡查中未发现您说的情况。",
    "网格员入户时，该户家中无人。",
    "您反映的情况属实。",
    "您反映的健身器材已修好。",
    "现已整改到位。",
    "损坏原因是年久失修。",
    "养护公司第二天就把器材拉走了。",
    "整改通知书已送达。",
    "双方达成一致，不再追究。",
    "检测结果为合格。",
    "此事由市体育局核实并处理完毕。",
]
UNTOLD = [
    "您反映健身器材坏了两个月、老人摔了一跤，工作人员称“已经报修”但至今没人来。",
    "您的来电已收悉，并已转区文化和体育部门办理。",
    "承办单位将派人到场检查，如核查属实，将依法责令养护单位维修。",
    "经查实存在安全隐患的，由养护单位维修。",
    "待维修完成后，承办单位会与您联系。",
    "现场核查时间：【承办单位填写：现场核查时间】。",
    "请您绕开损坏的器材，注意安全。",
    "如您已经就医，请保留病历。",
    "是否存在损坏，以核查结果为准。",
    "养护单位应当及时维修，维修情况请您监督。",
]


ADDED = ["同时对附近两家球馆开展了排查。", "并向您当面道歉。", "隔壁球馆老板也被约谈。"]
BORNE = ["并把器材恢复使用。", "同时还查看了滑梯，未见损坏。", "滑梯也看过，未见损坏。"]


def objections(text: str, record: str = "") -> str:
    plan = Plan(
        kind="投诉", matter="健身器材坏了", day=dt.date(2026, 10, 18), record=record,
        form="final" if record else "first",
    )  # fmt: skip
    checks = check_draft(text, plan, COMPLAINT, (), GROUNDS)
    return next(check.detail for check in checks if check.name == "acts")


@pytest.mark.parametrize("said", TOLD, ids=[f"told{i}" for i in range(len(TOLD))])
def test_an_act_without_a_record_is_caught(said: str) -> None:
    """However it is worded, what nobody recorded may not be told as done or found."""
    assert objections(f"您好，您反映荣华街健身器材损坏的问题收悉。{said}")


@pytest.mark.parametrize("said", UNTOLD, ids=[f"untold{i}" for i in range(len(UNTOLD))])
def test_what_may_come_or_the_citizen_told_passes(said: str) -> None:
    """Plans, conditions, advice, blanks and the citizen's own telling are no acts."""
    assert objections(f"您好，您反映荣华街健身器材损坏的问题收悉。{said}") == ""


@pytest.mark.parametrize(
    "said",
    [
        "10月20日，区文化和体育部门到场检查，健身器材2件螺栓松动。",
        "部门要求养护单位三日内维修。",
        "10月23日，养护单位更换了6枚螺栓，器材已恢复使用。",
        "滑梯检查未发现损坏。",
        "养护单位不同意赔偿500元。",
        "此事已办理完毕。",
        "毛病找到了，是两件器材的螺栓松了。",
        "经实地查看，螺栓松动的有两件。",
        "六枚新螺栓已经换上，居民又能用了。",
        "养护单位没有答应赔偿。",
    ],
    ids=[
        "inspected",
        "ordered",
        "repaired",
        "nothing-found",
        "refused",
        "closed",
        "cause",
        "visit",
        "replaced",
        "declined",
    ],
)
def test_what_the_record_tells_may_be_told(said: str) -> None:
    """A final reply may word each step of its record."""
    assert objections(said, RECORD) == ""


def test_what_was_only_ordered_or_put_off_is_not_told_as_done() -> None:
    """An order, a plan and a denial of the record do not bear out a finished step."""
    record = "街道要求养护单位更换螺栓。滑梯尚未拆除，已列入明年计划。"
    assert objections("养护单位已更换螺栓。", record)
    assert objections("滑梯已拆除完毕。", record)
    assert objections("街道要求养护单位更换螺栓。", record) == ""
    assert objections("拆除滑梯已列入计划。", record) == ""


@pytest.mark.parametrize(
    "said",
    [
        "养护单位被罚款500元。",
        "区文化和体育部门约谈了养护单位。",
        "养护单位同意赔偿500元。",
        "滑梯检查发现损坏。",
        "养护单位向您道歉并赔偿医药费。",
        "10月20日，养护单位更换螺栓6枚。",
        "养护单位更换了全部监控设备。",
        "居民签字表示满意。",
    ],
    ids=["fine", "talk", "agreed", "found", "apology", "other-day", "other-thing", "content"],
)
def test_what_the_record_does_not_tell_is_caught(said: str) -> None:
    """Another step, the opposite, another day or another object than the record's is caught."""
    assert objections(said, RECORD)


@pytest.mark.parametrize("said", ADDED, ids=["besides", "and", "also"])
def test_a_step_added_to_a_record_is_caught(said: str) -> None:
    """A further step of which the record has no sign is not covered by its other steps."""
    assert objections(f"养护单位10月23日更换了螺栓。{said}", RECORD)


@pytest.mark.parametrize("said", BORNE, ids=["and", "besides", "also"])
def test_a_reworded_step_is_not_an_added_one(said: str) -> None:
    """Steps of the record pass however they are joined."""
    assert not objections(f"养护单位10月23日更换了螺栓。{said}", RECORD)
