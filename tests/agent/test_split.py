"""Separate matters in one complaint."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.reading.split import MAX_ISSUES, SameMatter, split_issues


@dataclass(frozen=True)
class Case:
    """A complaint and the openings of its second and later matters."""

    id: str
    text: str
    later: tuple[str, ...] = ()


CASES = (
    Case("plain", "金水区花园路工地夜间施工噪音扰民，希望处理。"),
    Case("empty", ""),
    Case(
        "several-problems",
        "反映以下几个问题：1、小区东门路灯三个月不亮；2、楼下烧烤店油烟直排窗户。",
        ("2、",),
    ),
    Case(
        "chinese-numbers",
        "现反映两个问题。一、单元电梯经常卡人。二、门口公交站牌被撞歪没人扶正。",
        ("二、",),
    ),
    Case("list-opens-text", "1：东风路那块空地准备建什么项目？2：老旧管网何时更换完成？", ("2：",)),
    Case(
        "bracketed",
        "有三个问题：（1）井盖破损绊倒行人；（2）幼儿园伙食变质；（3）广场舞音响吵闹。",
        ("（2）", "（3）"),
    ),
    Case(
        "another-problem",
        "商都路积水没过脚踝，一下雨就堵。另外还有一个问题，快递柜向居民私自加收费用。",
        ("另外还有一个问题",),
    ),
    Case("also-report", "楼道里堆满杂物，怕着火。还想反映学校门口流动摊贩卖过期辣条。", ("还想反映",)),
    Case("and-then", "供暖温度只有十五度。还有就是公园里流浪犬追咬孩子。", ("还有就是",)),
    Case("also-ask", "燃气表多计费用，要求复核。另外我想咨询医保异地备案流程。", ("另外我想咨询",)),
    Case("firstly", "汇报几个问题：首先，健身器材断裂伤人。其次，地下车库漏雨泡坏车辆。", ("其次",)),
    Case("one-is", "我说两件事：一是天桥扶梯总停运；二是饭店欠我工资。", ("二是",)),
    Case(
        "first-problem",
        "第一个问题，路灯一直不亮。第二个问题，幼儿园伙食变质。",
        ("第二个问题",),
    ),
    Case("among-them", "反映几个问题，其一路灯全部不亮；其二楼下饭店油烟直排。", ("其二",)),
    Case("besides", "花园路垃圾没人清运；另外楼下理发店办卡不退钱", ("另外",)),
    Case("besides-also", "花园路垃圾没人清运。另外还有理发店办卡不退钱", ("另外还有",)),
    Case("facts-one-is", "物业不尽责：一是不扫地不收垃圾；二是绿化枯死无人补种。"),
    Case("besides-demand", "电梯坏了三天。另外希望物业在没人的楼道装灯。"),
    Case("besides-detail", "电梯坏了三天。另外，物业说账上的钱不够修。"),
    Case(
        "by-piles",
        "今天说两桩：头一桩是电梯，困人三回。第二桩是楼顶，有人养了几十只鸽子。",
        ("第二桩",),
    ),
    Case(
        "two-ideas",
        "有两个小想法。第一，书店。文化路的旧书摊能留住就好。第二，菜市场。刘庄早市缺一间公厕。",
        ("第二",),
    ),
    Case("one-more-thing", "工厂欠我半年工钱。还有一件事，村口的桥栏杆掉了一截。", ("还有一件事",)),
    Case("i-have-another", "学校食堂饭菜凉。我还有个事，门前那条沟淤了，蚊子乱飞。", ("我还有个事",)),
    Case("while-at-it", "东明路公交总不进站。顺便反映一下，站边的报刊亭空了两年。", ("顺便反映",)),
    Case("spoken", "俺家麦子叫人轧了。对了还有，闺女，村里那口井水发黄。", ("对了还有",)),
    Case("lone-second", "先说退票的钱不到账。第二件，地铁口的摩的拉客挡道。", ("第二件",)),
    Case("by-the-way", "药店不让刷医保卡。对了，文博广场的喷泉漏电，昨天麻了小孩。", ("对了",)),
    Case("more-annoying", "厂里班车天天晚点。更气人的是司机宿舍漏雨，床都泡了。", ("更气人的是",)),
    Case("also-a-question", "想给老人办居住证。另外，补贴有没有，怎么领？"),
    Case("also-proof", "装修队拖了工期。另外我手里有合同和坏砖的照片。"),
    Case("also-people", "坑里落了一辆三轮车。还有一个骑车的也摔伤了腿。"),
    Case("also-do-not", "山脚垃圾桶满了。再一个，半山别再放桶，没人收。"),
    Case("hearsay", "快递丢了不赔。另外听说老板要换招牌，欠账没人认。"),
    Case("questions-asked", "想问几件事：第一件，证丢了去哪补；第二件，补证收不收费。"),
    Case("reasons", "建议修天桥，理由如下：1、学生过马路危险；2、车流量大经常堵车；3、周边没有红绿灯。"),
    Case("demands", "房子漏雨，我的诉求：1、开发商上门维修；2、赔偿家具损失；3、书面道歉。"),
    Case("contract-clauses", "合同不公平，具体如下：1、交房日期推迟两年；2、公摊面积变大。"),
    Case("one-named-matter", "关于陇海路拆迁问题如下：1、第一批何时完成？2、补偿款标准是多少？"),
    Case("same-words", "反映两个问题：1、渣土车夜间运输噪音扰民。2、渣土车夜间运输噪音超标扰民。"),
    Case("decimals", "每度电涨到1.2元，又涨到2.3元，反映以下几个问题都没人回答。"),
    Case("starts-at-two", "反映以下几个问题：2、路灯不亮已经很久；3、油烟直排影响晾衣。"),
    Case("facts-numbered", "物业公司是这样做的，1、不扫地不收垃圾；2、绿化全部枯死无人补种。"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_only_separate_matters_are_split(case: Case) -> None:
    """Numbered matters and openings such as 另外还有 split; reasons, demands and clauses do not."""
    later = split_issues(case.text)[1:]
    assert len(later) == len(case.later)
    assert all(span.text.startswith(want) for span, want in zip(later, case.later, strict=True))


def test_the_caller_decides_what_is_one_matter() -> None:
    """A `same_matter` that says yes keeps one issue, one that says no keeps every cut."""
    text = "反映两个问题：1、渣土车夜间运输噪音扰民。2、渣土车夜间运输噪音超标扰民。"
    assert len(split_issues(text, lambda _a, _b: True)) == 1
    assert len(split_issues(text, lambda _a, _b: False)) == 2


def _never(asked: list[str]) -> SameMatter:
    """A `same_matter` that keeps every cut and writes down what it was asked about."""

    def same(_left: str, right: str) -> bool:
        asked.append(right)
        return False

    return same


def test_doubtful_openings_wait_for_a_judge() -> None:
    """另外 with a field but no plain trouble cuts only where the caller can tell matters apart."""
    text = "孩子在校门口摔伤。另外小区物业今年换了三家。"
    assert len(split_issues(text)) == 1
    assert len(split_issues(text, lambda _a, _b: False)) == 2


@pytest.mark.parametrize("text", [case.text for case in CASES if case.id in {"plain", "demands", "reasons"}])
def test_an_ordinary_complaint_costs_no_comparison(text: str) -> None:
    """Where nothing opens or counts matters, the caller is never asked."""
    asked: list[str] = []
    split_issues(text, _never(asked))
    assert not asked


def test_comparisons_are_few() -> None:
    """However often the writer says 还有一件事, the caller is asked six times at most."""
    asked: list[str] = []
    text = "路灯整夜不亮没人修。" + "".join(f"还有一件事，第{n}条街的井盖松动。" for n in range(20))
    split_issues(text, _never(asked))
    assert len(asked) == 6


def test_only_the_opening_of_a_part_is_compared() -> None:
    """What comes long after 还有一件事 often returns to the first matter and must not decide."""
    asked: list[str] = []
    tail = "说回工钱，老板昨天又躲着不见人。"
    opening = (
        "还有一件事，村东头那座小桥的栏杆去年被车撞断，到今天没有人来看过，孩子们上学天天从旁边过，"
        "老人也不敢走，晚上更是一点亮光都没有，太吓人。"
    )
    split_issues("木器厂欠我们八个人的工钱。" + opening + tail, _never(asked))
    assert asked == [opening]


def test_at_most_ten_issues() -> None:
    """The eleventh matter and all after stay in the tenth."""
    items = "".join(f"{n}、第{n}处设施完全损坏无法使用。" for n in range(1, 31))
    spans = split_issues("反映以下多个问题：" + items, lambda _a, _b: False)
    assert len(spans) == MAX_ISSUES
    assert spans[-1].text.endswith("第30处设施完全损坏无法使用。")


@given(st.text(alphabet="一二三、1２2.：:。；（）()①②另外还有一个问题想反映首先其次，路灯\n ", max_size=200))
def test_spans_partition_the_text(text: str) -> None:
    """Nothing raises, nothing is lost, and every span is exactly where it says."""
    spans = split_issues(text, lambda _a, _b: False)
    assert "".join(span.text for span in spans) == text
    assert all(span.text == text[span.start : span.end] for span in spans)
    assert 1 <= len(spans) <= MAX_ISSUES
