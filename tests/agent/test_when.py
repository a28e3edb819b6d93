"""When the matter happened, in ISO form or in the text's own words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.reading.when import find_occurred

RECEIVED = dt.datetime(2026, 3, 14, 9, 0)  # a Saturday


@dataclass(frozen=True)
class Case:
    """A text, what it says with the day of receipt known, and without (None: the same)."""

    id: str
    text: str
    want: str
    unknown_day: str | None = None


CASES = (
    Case("full-clock", "2026年3月14日晚8点，楼下烧烤店油烟很大", "2026-03-14 20:00"),
    Case("full-date", "2025年11月2日小区突然停水", "2025-11-02"),
    Case("full-period", "2026年2月1日下午路面塌陷", "2026-02-01 下午"),
    Case("chinese-digits", "二〇二六年三月一日早上七点半，井盖被偷", "2026-03-01 07:30"),
    Case("dotted", "2025.5.20开盘当天售楼处发生冲突", "2025-05-20"),
    Case("hh-mm", "2026年1月8日15时15分供电所下来断电", "2026-01-08 15:15"),
    Case("about", "2026年1月8日上午11时左右车被拖走", "2026-01-08 11:00左右"),
    Case("midnight", "2026年1月8日晚上12点还在打桩", "2026-01-09 00:00"),
    Case("year-month", "2025年11月发现外墙开裂", "2025-11"),
    Case("impossible", "2026年2月30日停电", "2026年2月30日"),
    Case("last-night", "昨晚10点楼上装修", "2026-03-13 22:00", "昨晚10点"),
    Case("small-hours", "昨晚2点有人放炮", "2026-03-14 02:00", "昨晚2点"),
    Case("yesterday", "昨天在农业路被电动车撞", "2026-03-13", "昨天"),
    Case("day-before", "前天上午在农业路摔伤", "2026-03-12 上午", "前天上午"),
    Case("this-morning", "今早小区停电", "2026-03-14 早", "今早"),
    Case("last-friday", "上周五下午3点半工地扬尘", "2026-03-06 15:30", "上周五下午3点半"),
    Case("days-ago", "3天前京广路道路塌陷", "2026-03-11", "3天前"),
    Case("last-month-day", "上个月15号在公园摔倒", "2026-02-15", "上个月15号"),
    Case("last-year-month", "去年12月发现墙面开裂", "2025-12", "去年12月"),
    Case("this-year-date", "今年3月1日发现电表被换", "2026-03-01", "今年3月1日"),
    Case("no-year", "3月14日小区停水", "3月14日"),
    Case("no-year-clock", "3月14日晚8点小区停水", "3月14日晚8点"),
    Case("since-year", "从2019年开始一直没有路灯", "从2019年开始"),
    Case("since-event", "2018年5月交房以来电梯频繁出事", "2018年5月交房以来"),
    Case("since-this-year", "今年3月以来物业乱收费", "今年3月以来"),
    Case("since-lunar-style", "自六月十二日起停水", "自六月十二日起"),
    Case("near-months", "近三个月都有渣土车经过", "近三个月"),
    Case("two-years", "小区电梯坏了，已经两年了", "已经两年了"),
    Case("unpaid-months", "工地拖欠工资三个月", "三个月"),
    Case("recurring", "每天晚上10点到凌晨2点施工", "每天晚上10点到凌晨2点"),
    Case("vague", "请在3日内答复，最近路灯不亮", "最近"),
    Case("law-date", "依据《河南省物业管理条例》（2021年修正），昨天物业停了水", "2026-03-13", "昨天"),
    Case("law-year", "2021年修正的条例早有规定，2025年12月3日物业仍停水", "2025-12-03"),
    Case("promise", "开发商承诺2023年12月31日交房，2024年5月8日停工", "2024-05-08"),
    Case("career", "本人1989年参加工作，2025年11月被拖欠工资", "2025-11"),
    Case("age", "我今年34岁，昨天被狗咬伤", "2026-03-13", "昨天"),
    Case("onset-first", "昨天路灯坏了，今天打电话没人修", "2026-03-13", "昨天"),
    Case("signed-for", "跟健身房签了三年，现在退不了费", ""),
    Case("sentenced", "对方判了三年，钱还没还", ""),
    Case("broken-for", "路灯坏了两天", ""),
    Case("tonight-not-yet", "今天晚上楼上一直装修", "今天晚上"),
    Case("this-afternoon-not-yet", "今天下午3点工地塌方", "今天下午3点"),
    Case("this-morning-clock", "今天早上7点停水", "2026-03-14 07:00", "今天早上7点"),
    Case("none", "工地施工扰民", ""),
    Case("numbers-only", "我家住3号楼5单元，一年级学生午餐难吃，有一点贵", ""),
    Case("empty", "", ""),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_phrase_with_the_day_of_receipt(case: Case) -> None:
    """Relative words become dates, the rest stays what the text says."""
    assert find_occurred(case.text, RECEIVED) == case.want


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_phrase_without_the_day_of_receipt(case: Case) -> None:
    """Nothing relative is computed from an unknown day."""
    want = case.want if case.unknown_day is None else case.unknown_day
    assert find_occurred(case.text, None) == want


@given(
    st.text(
        alphabet="今昨前天晚早上下周年月日点时分自从起至今以来近每到0123456789一二十半两了，。《》 -.",
        max_size=60,
    ),
    st.none() | st.datetimes(),
)
def test_any_text_is_read(text: str, received_at: dt.datetime | None) -> None:
    """No jumble of time words raises, and words that are not computed come from the text."""
    found = find_occurred(text, received_at)
    assert found == "" or found in text or found[:4].isdigit()
