"""Title and summary made of the complaint's own words."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.reading.gist import make_summary, make_title


@dataclass(frozen=True)
class Case:
    """A complaint, words its title and summary must have, and words neither may have."""

    id: str
    text: str
    title: str
    summary: str
    never: str = "您好"


CASES = (
    Case(
        "noise",
        "您好，金水区花园路某工地夜间施工噪音扰民，希望尽快处理。谢谢！",
        "花园路",
        "夜间施工噪音扰民",
        "谢谢",
    ),
    Case(
        "fumes",
        "尊敬的领导：您好！经三路楼下饭店油烟直排，呛得开不了窗。望有关部门处理。",
        "油烟直排",
        "经三路",
        "尊敬",
    ),
    Case(
        "intro",
        "我是中原区的一名普通居民。桐柏路路灯不亮半个月了，老人摔倒过。",
        "桐柏路路灯不亮",
        "路灯不亮",
        "普通居民",
    ),
    Case("lift", "我是祝福小区的业主，电梯坏了没人修，请尽快维修。", "电梯坏了没人修", "电梯坏了", "您好"),
    Case(
        "water",
        "领导你好！建设路家属院停水三天。请问什么时候恢复供水？",
        "停水三天",
        "什么时候恢复供水",
        "领导",
    ),
    Case("ask", "请问灵活就业人员社保如何补缴？谢谢！", "灵活就业人员社保如何补缴", "如何补缴", "谢谢"),
    Case("wages", "我叫张某。郑上路某工地拖欠工资三个月不发。恳请领导帮忙。", "拖欠工资", "郑上路", "我叫"),
    Case("place-before", "嵩山路某小区一进门，垃圾成堆发臭招苍蝇。", "嵩山路", "垃圾成堆"),
    Case(
        "report",
        "我想反映一下，东风路便道被商户占用，行人只能走机动车道。",
        "东风路便道被商户占用",
        "占用",
        "谢谢",
    ),
    Case("thanks-first", "感谢领导百忙之中看信。航海路井盖破损，夜里骑车危险。", "井盖破损", "航海路", "百忙"),
    Case(
        "school",
        "各位领导好，郑东新区某小学强制补课收费，家长敢怒不敢言，要求退费。",
        "强制补课收费",
        "退费",
        "各位",
    ),
    Case(
        "heat",
        "供暖期已经过了一个月。惠济区某小区暖气不热，物业推诿不管。希望上门检测。",
        "暖气不热",
        "物业推诿",
    ),
    Case(
        "suggest",
        "建议在大学路与中原路交叉口增设非机动车道。现在很挤。",
        "大学路与中原路交叉口",
        "增设非机动车道",
    ),
)


# Whole titles, because a random clause also holds some of the right words.
TITLES = (
    (
        "gas",
        "喂，你好，我家住金水区文化路18号院5号楼，闻到很大的煤气味，物业电话没人接，赶紧派人来。",
        "金水区文化路18号院5号楼，闻到很大的煤气味",
    ),
    (
        "wages-plea",
        "你们谁也帮不了我，我在桐柏路工地干了三个月，老板一分钱工资不给。",
        "我在桐柏路工地干了三个月，老板一分钱工资不给",
    ),
    (
        "roof",
        "家住中原区建设西路10号院3号楼，楼顶漏水，卧室墙都泡了，找物业没人管。",
        "中原区建设西路10号院3号楼，楼顶漏水，卧室墙都泡了",
    ),
    (
        "lights",
        "请问一下，嵩山路与陇海路交叉口红绿灯坏了，一直闪黄灯，赶紧来人修修吧。",
        "嵩山路与陇海路交叉口红绿灯坏了",
    ),
    (
        "course",
        "希望你们帮帮我，孩子在大学路一家培训班报的课，老师跑了，钱不退。",
        "孩子在大学路一家培训班报的课，老师跑了",
    ),
    ("pit", "您好，惠济区江山路路面塌了一个大坑，电动车掉进去了。", "惠济区江山路路面塌了一个大坑"),
    ("tunnel", "我姓王，住在二七区。京广路隧道里积水快一米深，车过不去。", "京广路隧道里积水快一米深，车过不去"),
    (
        "unfinished",
        "求求你们了，我实在没办法了。郑上路开发商停工两年，房子交不了。",
        "郑上路开发商停工两年，房子交不了",
    ),
    ("piling", "半夜两点还在响，丰庆路工地打桩机吵得全楼睡不着，打电话没人管。", "丰庆路工地打桩机吵得全楼睡不着"),
    ("cover", "麻烦你们赶紧来看看吧，花园路人行道上的井盖没了，老人差点掉下去。", "花园路人行道上的井盖没了"),
    ("heat", "小区名字叫金色港湾，暖气片摸着冰凉，供暖十天了一直不热，物业说等着。", "金色港湾，暖气片摸着冰凉"),
    ("sign", "哎呀我跟你说啊，那个航海路上的公交站牌歪了，快倒了，砸着人咋办。", "航海路上的公交站牌歪了"),
    (
        "smoke",
        "农业路北侧烧烤摊油烟直往楼上飘，一开窗户就呛人，请尽快处理。",
        "农业路北侧烧烤摊油烟直往楼上飘，一开窗户就呛人",
    ),
    (
        "calls",
        "我昨天就打过电话了，到现在没有人联系我。经三路广场舞音响声音太大，孩子没法写作业。",
        "经三路广场舞音响声音太大，孩子没法写作业",
    ),
    ("milk", "请帮忙查一下，黄河路某超市卖过期牛奶，我孩子喝了拉肚子。", "黄河路某超市卖过期牛奶"),
    (
        "lamp",
        "管城区紫荆山路23号院，路灯不亮半个月，晚上看不见路，希望尽快维修。",
        "管城区紫荆山路23号院，路灯不亮半个月",
    ),
    ("deposit", "我是外地来的，来郑州三年了。中介不退我押金，房子在未来路。", "中介不退我押金，房子在未来路"),
    ("trucks", "能不能管管啊，瑞达路卡车夜里闯禁行，震得窗户响。", "瑞达路卡车夜里闯禁行，震得窗户响"),
    ("bins", "这个事我都说了好几遍了，文博东路的垃圾桶满了没人清，臭味很大。", "文博东路的垃圾桶满了没人清"),
    ("fire", "赶紧派消防来，东明路一栋楼冒烟了，有人被困在楼上。", "东明路一栋楼冒烟了，有人被困在楼上"),
    ("gas-plain", "喂，您好。楼道里煤气味很大，你们快点派人来吧。", "楼道里煤气味很大"),
    ("chickens", "恁说说这楼顶上能种菜不能？", "这楼顶上能种菜不能"),
)


@pytest.mark.parametrize(("text", "want"), [row[1:] for row in TITLES], ids=[row[0] for row in TITLES])
def test_title_is_place_and_problem(text: str, want: str) -> None:
    """Pleas, earlier calls, openers and bare addresses never stand for the matter."""
    assert make_title(text) == want


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_title_names_the_matter(case: Case) -> None:
    """The title has the telling words and no courtesy."""
    title = make_title(case.text)
    assert case.title in title
    assert case.never not in title


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_summary_keeps_what_counts(case: Case) -> None:
    """The summary has what happened or is asked, and no courtesy."""
    summary = make_summary(case.text)
    assert case.summary in summary
    assert case.never not in summary


def test_summary_is_whole_sentences_in_order() -> None:
    """Chosen sentences end as they end in the text and keep its order."""
    text = "文化路渣土车超载。谢谢领导。车辙把路面压坏了。希望交警检查。祝工作顺利。"
    assert make_summary(text) == "文化路渣土车超载。车辙把路面压坏了。希望交警检查。"


def test_long_sentence_is_cut_at_a_comma() -> None:
    """A sentence over the limit keeps its leading clauses."""
    text = "文化路" + "，渣土车把路面压坏了" * 30 + "。"
    summary = make_summary(text, limit=50)
    assert len(summary) <= 50
    assert summary.endswith("压坏了")


@given(st.text(max_size=300), st.integers(1, 150))
def test_nothing_is_invented(text: str, limit: int) -> None:
    """No input raises; results fit the limit and use the text's characters only."""
    title, summary = make_title(text, limit), make_summary(text, limit)
    assert len(title) <= limit
    assert len(summary) <= limit
    assert set(title + summary) <= set(text)


def test_work_is_bounded() -> None:
    """A text of a million characters costs no more than its first 4,000."""
    text = "文化路渣土车超载，路面坏了。" * 80_000
    started = time.perf_counter()
    make_title(text)
    make_summary(text)
    assert time.perf_counter() - started < 2.0
