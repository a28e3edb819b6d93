"""The table of advice and referrals: every row well formed, and the right row for the matter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent.drafting.advice import AdviceRules
from agent.schema import CategoryChoice
from models.errors import SettingsError

RULES = AdviceRules.load()
WAGES = CategoryChoice(code="010101", level1="劳动和社会保障", level2="工资福利", level3="拖欠工资", confidence=0.9)


def test_every_row_can_be_said_as_it_stands() -> None:
    """No row has a number other than a public one, speaks of itself or promises; ids are unique."""
    ids = [*(row.id for row in RULES.advice), *(row.id for row in RULES.referral)]
    assert len(set(ids)) == len(ids)
    texts = [row.text for row in RULES.advice] + [row.advice for row in RULES.referral]
    for text in texts:
        assert set(re.findall(r"\d+", text)) <= {"110", "119", "120", "12345", "12348"}
        assert not re.search(r"我们|保证|一定|已经?(?![作生])|\{", text), text


def test_every_row_can_be_reached() -> None:
    """No row is shadowed by one before it for its own words: each general row stands after the special ones."""
    for part in ("evidence", "ask"):
        rows = [row for row in RULES.advice if row.part == part]
        for place, row in enumerate(rows):
            if row.words is None and not row.categories:
                later = [other for other in rows[place + 1 :] if set(other.kinds) & set(row.kinds)]
                assert later == [], row.id


@pytest.mark.parametrize(
    ("kind", "text", "want"),
    [
        ("投诉", "隔壁工地夜间施工噪音很大", "时段"),
        ("投诉", "超市卖过期食品", "小票"),
        ("咨询", "孩子入学需要什么材料", "招生"),
        ("咨询", "怎么提取公积金", "公积金"),
        ("投诉", "路口井盖松动", "避让"),
    ],
    ids=["noise", "food", "school", "fund", "manhole"],
)
def test_words_choose_the_advice(kind: str, text: str, want: str) -> None:
    """The first row that fits is said."""
    assert want in "".join(RULES.choose(kind, None, text))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("投诉", "村里的土路一直没有硬化"),
        ("投诉", "邻居把花盆放在公用窗台"),
        ("咨询", "公办幼儿园报名要不要带房产证"),
        ("咨询", "地铁几点末班车"),
        ("举报", "有人私设屠宰点"),
        ("求助", "老人走不动路"),
    ],
    ids=["unpaved", "neighbour", "kindergarten", "metro", "report", "help"],
)
def test_a_matter_without_a_row_gets_no_advice(kind: str, text: str) -> None:
    """Advice that may not fit is not given: no row is a general one."""
    assert RULES.choose(kind, None, text) == ()  # type: ignore[arg-type]


def test_the_category_chooses_where_the_words_do_not() -> None:
    """A category alone brings its row."""
    assert "考勤记录" in RULES.choose("投诉", WAGES, "老板不给钱")[0]
    assert RULES.choose("投诉", None, "老板不给钱") == ()


def test_thanks_and_suggestions_get_no_advice() -> None:
    """Nothing is to be kept by somebody who praises or proposes."""
    assert RULES.choose("表扬", None, "公交司机拾金不昧") == ()
    assert RULES.choose("建议", None, "建议增设路灯") == ()


def test_an_own_table_replaces_the_shipped_one(tmp_path: Path) -> None:
    """A file of the same name in the user's folder wins; a broken one is refused by field."""
    own = tmp_path / "advice.toml"
    own.write_text(
        '[[advice]]\nid = "x"\npart = "ask"\ntext = "请到窗口核对材料。"\n'
        '[[referral]]\nid = "y"\nwords = "法院"\nbody = "人民法院"\nadvice = "请备好身份证明材料。"\n',
        encoding="utf-8",
    )
    assert AdviceRules.load(tmp_path).choose("投诉", None, "") == ("请到窗口核对材料。",)
    own.write_text(own.read_text(encoding="utf-8").replace('法院"', '法院+"', 1), encoding="utf-8")
    with pytest.raises(SettingsError, match="words"):
        AdviceRules.load(tmp_path)
