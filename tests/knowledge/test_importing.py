"""What lines, headers and dates of a statute mean: small texts of our own, no files."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise

import pytest

from knowledge.importing.articles import Body, read_articles
from knowledge.importing.bodies import Origin, origin
from knowledge.importing.dates import Start, dated, entry_into_force, file_date, without_file_date
from knowledge.importing.header import Header, read_header
from knowledge.importing.lines import article_head, continues, heading, is_appendix
from knowledge.importing.texts import Text


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def numbers(*lines: str) -> list[str]:
    return [clause.number for clause in read_articles(lines).clauses]


def header(*lines: str, stem: str = "无题") -> Header:
    return read_header(Text(lines), lines, stem)


# --- articles -----------------------------------------------------------------------------------------------


def test_articles_carry_chapter_section_and_paragraphs() -> None:
    """A table of contents is no chapter of the first article, and items are paragraphs of their own."""
    body = read_articles(
        [
            "郑州市路灯看护条例", "目 录", "第一章 总则", "第二章 看护", "第一节 一般规定",
            "第一章 总 则", "第一条 为了看护路灯，制定本条例。", "第二章 看护", "第一节 一般规定",
            "第二条 看护人应当：", "（一）巡查；", "（二）报修。", "第二条之一 夜间巡查每周一次。",
        ]
    )  # fmt: skip
    assert [(c.number, c.chapter) for c in body.clauses] == [
        ("1", "第一章 总则"), ("2", "第二章 看护 第一节 一般规定"), ("2-1", "第二章 看护 第一节 一般规定"),
    ]  # fmt: skip
    assert body.clauses[1].text == "看护人应当：\n（一）巡查；\n（二）报修。"
    assert body.preamble[0] == "郑州市路灯看护条例"
    assert body.doubts == ()


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["第一条 灯。", "第二条 亮。"], ["1", "2"], id="plain"),
        pytest.param(["第一条为了看护路灯。", "第二条路灯应当完好。"], ["1", "2"], id="no-blank"),
        pytest.param(["第１条 灯。", "第2条 亮。"], ["1", "2"], id="arabic"),
        pytest.param(["第一条（目的）灯。", "第二条（范围）亮。"], ["1", "2"], id="captions"),
        pytest.param(["第一条 灯。", "第一条之二 杆。"], ["1", "1-2"], id="between"),
        pytest.param(["第一条 灯。 第二条 亮。"], ["1", "2"], id="two-in-one-line"),
        pytest.param(["第一条 灯。", "第一条规定的灯不含路口信号灯。"], ["1"], id="reference-paragraph"),
        pytest.param(["第一条 灯。", "第二条 违反本条例的，依照", "第三条 的规定处罚。", "第三条 亮。"], 
                     ["1", "2", "3"], id="reference-wrapped"),
        pytest.param(["第一条 灯。", "第二条、第三条所称灯是路灯。"], ["1"], id="reference-list"),
        pytest.param(["第一条 灯。", "第二条中小学校门前的灯。", "第四条 中牟县的灯。"], ["1", "2", "4"],
                     id="not-references"),
        pytest.param(["第一条 灯。", "第二百条 另有规定的除外。"], ["1"], id="far-reference"),
    ],
)  # fmt: skip
def test_only_articles_start_articles(lines: list[str], expected: list[str]) -> None:
    """A number at the beginning of a line starts an article only where one can start."""
    assert numbers(*lines) == expected


def test_a_wrapped_reference_stays_in_its_sentence() -> None:
    """A sentence broken before 第三条 is joined, not cut."""
    body = read_articles(
        ["第一条 灯。", "第二条 违反本条例规定损坏路灯的，依照本条例", "第三条规定处罚。", "第三条 罚。"]
    )
    assert [c.text for c in body.clauses] == ["灯。", "违反本条例规定损坏路灯的，依照本条例第三条规定处罚。", "罚。"]


@pytest.mark.parametrize(
    ("lines", "kind", "kept"),
    [
        pytest.param(["第五条 灯。", "第七条 亮。"], "条号不连续", ["5", "7"], id="gap"),
        pytest.param(["第一条 灯。", "第二条 亮。", "第二条 暗。", "第三条 修。"], "条号重复", ["1", "2", "3"],
                     id="twice"),
        pytest.param(["第一条 灯。", "第三条 亮。", "第二条 暗。"], "条号倒序", ["1", "3", "2"], id="backwards"),
        pytest.param(["第四条 灯。"], "条号不连续", ["4"], id="excerpt"),
        pytest.param(["第一条 a。", "第二条 b。", "第三条 c。", "第一条 d。", "第二条 e。"], "文件内有第二份条文",
                     ["1", "2", "3"], id="second-statute"),
    ],
)  # fmt: skip
def test_wrong_numbers_are_reported_and_the_statute_kept(lines: list[str], kind: str, kept: list[str]) -> None:
    """A gap, a repetition or a second text in the file is a doubt; of a repetition the first text stays."""
    body = read_articles(lines)
    assert [c.number for c in body.clauses] == kept
    assert any(doubt.startswith(kind) for doubt in body.doubts)
    assert "暗。" not in [c.text for c in body.clauses if c.number == "2" and kind == "条号重复"]


@pytest.mark.parametrize("head", ["附件", "附：", "附件1 巡查表", "附录：灯杆编号规则", "附表二"])
def test_annexes_are_kept_apart(head: str) -> None:
    """What stands behind the statute is its appendix, not the text of its last article."""
    body = read_articles(["第一条 灯。", "第二条 本办法自2024年1月1日起施行。", head, "编号 位置", "第一条 样表。"])
    assert [c.text for c in body.clauses] == ["灯。", "本办法自2024年1月1日起施行。"]
    assert body.appendix.startswith(head)
    assert "第一条 样表。" in body.appendix


@pytest.mark.parametrize(
    ("lines", "chapter"),
    [
        pytest.param(["第一章 总则", "第一条 灯。", "法律责任", "第二条 罚。"], "法律责任", id="lost-number"),
        pytest.param(["第一条 灯。", "第二章", "法律责任", "第二条 罚。"], "第二章 法律责任", id="name-below"),
        pytest.param(["第一条 灯。", "第二章 灯杆、灯具、", "线缆的养护", "第二条 罚。"], 
                     "第二章 灯杆、灯具、线缆的养护", id="name-wrapped"),
        pytest.param(["第一条 灯。第二章法律责任", "第二条 罚。"], "第二章 法律责任", id="behind-an-article"),
        pytest.param(["第一编 总则", "第一条 灯。", "第二编 养护", "第二条 罚。"], "第二编 养护", id="book"),
    ],
)  # fmt: skip
def test_damaged_headings_are_still_headings(lines: list[str], chapter: str) -> None:
    """A chapter that lost its number or its line break is no text of the article before it."""
    body = read_articles(lines)
    assert (body.clauses[-1].chapter, body.clauses[0].text) == (chapter, "灯。")


def test_a_decision_in_paragraphs_becomes_articles_with_a_doubt() -> None:
    """一、二、三 stand in for articles where there are none, and the report says so."""
    body = read_articles(
        ["关于路灯的决定", "会议决定：", "一、多装灯。", "补充说明。", "二、勤修灯。", "（一）当日修。"]
    )
    assert [(c.number, c.text) for c in body.clauses] == [
        ("1", "多装灯。\n补充说明。"),
        ("2", "勤修灯。\n（一）当日修。"),
    ]
    assert body.paragraphs
    assert body.doubts[0].startswith("无条文，按分段导入")


def test_prose_is_no_statute() -> None:
    """A text without any numbering has no articles."""
    assert read_articles(["郑州的路灯", "夜里很亮。"]) == Body(("郑州的路灯", "夜里很亮。"), (), "", ())


@pytest.mark.parametrize(
    ("before", "line", "joined"),
    [
        ("第一条 为了加强城市照明设施的看护，根据有关法律、法规，结合本", "市实际，制定本条例。", True),
        ("第一条 为了加强城市照明设施的看护，制定本条例。", "本条例适用于本市。", False),
        ("（一）破坏灯杆、灯具和线缆的地下部分以及基础", "（二）攀爬；", False),
        ("灯杆，", "灯具", True),
        ("第三章 城市照明设施的养护和更新改造", "第九条", False),
    ],
    ids=["broken", "ended", "item", "comma", "heading"],
)
def test_lines_continue_broken_sentences_only(before: str, line: str, joined: bool) -> None:
    """A line break inside a sentence is undone, one between sentences stays."""
    assert continues(before, line) is joined


def test_line_heads() -> None:
    """Numbers, headings and annexes are told from sentences that only look like them."""
    head = article_head("第一百三十三条之一 机动车")
    assert head is not None
    assert (head.number, head.rest, head.spaced) == ((133, 1), "机动车", True)
    assert article_head("第三人应当") is None
    assert heading("第三章　法律责任".replace("　", " ")) == ("章", "第三章 法律责任")
    assert heading("第三章的规定不适用于临时照明。") is None
    assert is_appendix("附件：样式")
    assert not is_appendix("附图中不应当含有注释。")


# --- dates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021年6月24日", ["2021-06-24"]),
        ("２０１３年１月１日", ["2013-01-01"]),
        ("一九八八年十二月二十日", ["1988-12-20"]),
        ("二〇二一年十月一日和2022-03-01", ["2021-10-01", "2022-03-01"]),
        ("2021年13月40日", []),
        ("1234年1月1日", []),
    ],
)
def test_dates_in_text(text: str, expected: list[str]) -> None:
    """Arabic, full-width and Chinese dates are read; impossible ones are not."""
    assert [found.isoformat() for found, _, _ in dated(text)] == expected


@pytest.mark.parametrize(
    ("stem", "date", "title"),
    [
        ("郑州市路灯看护条例(2018-08-31)", "2018-08-31", "郑州市路灯看护条例"),
        ("郑州市路灯看护条例_20210730", "2021-07-30", "郑州市路灯看护条例"),
        ("郑州市路灯看护条例", None, "郑州市路灯看护条例"),
        ("路灯办法（试行）(2001-03-13)", "2001-03-13", "路灯办法（试行）"),
        ("路灯办法(2001-13-40)", None, "路灯办法"),
    ],
    ids=["bracket", "underscore", "none", "trial", "impossible"],
)
def test_file_names(stem: str, date: str | None, title: str) -> None:
    """A file's name gives a date and, without it, a title."""
    assert file_date(stem) == (day(date) if date else None)
    assert without_file_date(stem) == title


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("本条例自2021年10月1日起施行。旧办法同时废止。", Start(day=day("2021-10-01"))),
        ("本规定自一九九三年二月一日起施行。", Start(day=day("1993-02-01"))),
        ("本办法自公布之日起施行。", Start(act="公布")),
        ("本细则自发布之日起30日后施行。", Start(act="公布", later=30)),
        ("本决定自通过之日起施行。", Start(act="通过")),
        ("本办法自1985年度起施行。", Start(day=day("1985-01-01"))),
        ("本规定自2013年1月1日起施行，依照旧法设定的制度自2013年7月1日起施行。", Start(day=day("2013-01-01"))),
        ("本办法经市政府批准，自2019年3月1日起实施。", Start(day=day("2019-03-01"))),
        ("本办法经国务院批准，由交通部发布施行。", Start(act="公布")),
        ("自2020年5月1日起施行。", Start(day=day("2020-05-01"))),
        ("看护人应当自收到通知之日起三日内维修。", None),
    ],
)
def test_entry_into_force(text: str, expected: Start | None) -> None:
    """The final clause gives a day, or the act from which the statute applies."""
    clauses = read_articles(["第一条 灯。", f"第二条 {text}"]).clauses
    assert entry_into_force(clauses) == expected


# --- header -------------------------------------------------------------------------------------------------

CITY = (
    "（2021年6月24日郑州市第十五届人民代表大会常务委员会第二十六次会议通过 "
    "2021年7月30日河南省第十三届人民代表大会常务委员会第二十六次会议批准）"
)
AMENDED = (
    "（2003年6月8日中华人民共和国国务院令第379号公布 根据2007年8月26日《国务院关于修改〈路灯条例〉的决定》第一次修订）"
)


@pytest.mark.parametrize(
    ("lines", "stem", "title"),
    [
        pytest.param(["郑州市路灯看护条例", CITY], "x", "郑州市路灯看护条例", id="line"),
        pytest.param(["《郑州市路灯看护办法（试行）》"], "x", "郑州市路灯看护办法（试行）", id="quoted"),
        pytest.param(["郑州市中小学校和幼儿园周边路灯设置", "与看护条例", CITY], "x",
                     "郑州市中小学校和幼儿园周边路灯设置与看护条例", id="wrapped"),
        pytest.param(["郑州市人民政府令", "第234号", "郑州市路灯看护办法"], "x", "郑州市路灯看护办法", id="order"),
        pytest.param([], "《郑州市路灯看护条例》(2018-08-31)", "郑州市路灯看护条例", id="file-name"),
    ],
)  # fmt: skip
def test_title(lines: list[str], stem: str, title: str) -> None:
    """The title is read from the text, and from the file's name only when the text has none."""
    assert header(*lines, stem=stem).title == title


def test_history_is_read_event_by_event() -> None:
    """Adoption, approval, amendment and first day in force are told apart; quoted titles bring no dates."""
    read = header(
        "路灯条例", AMENDED + "，2003年9月1日起施行", "根据2010年1月1日《关于修改2009年2月2日办法的决定》修正"
    )
    assert [(e.day.isoformat(), e.force, e.amends) for e in read.events] == [
        ("2003-06-08", False, False), ("2007-08-26", False, True), ("2003-09-01", True, False),
        ("2010-01-01", False, True),
    ]  # fmt: skip
    assert read.last == day("2010-01-01")
    assert [e.day for e in read.first_round] == [day("2003-06-08")]


@pytest.mark.parametrize(
    ("words", "stem", "repealed"),
    [("（已废止）", "x", True), (CITY, "x", False), (CITY, "路灯条例（失效）", True)],
    ids=["header", "living", "file-name"],
)
def test_repealed_statutes_are_marked(words: str, stem: str, repealed: bool) -> None:
    """A header or file name that says 废止 or 失效 is noticed."""
    assert header("郑州市路灯看护条例", words, stem=stem).repealed is repealed


@pytest.mark.parametrize(
    ("lines", "folders", "expected"),
    [
        pytest.param([CITY], [], Origin("市级地方性法规", "郑州市人民代表大会常务委员会", "郑州"), id="city-congress"),
        pytest.param(["2017年9月29日河南省第十二届人大常委会第三十一次会议通过"], [],
                     Origin("省级地方性法规", "河南省人民代表大会常务委员会", "河南"), id="province-congress"),
        pytest.param([AMENDED], ["杂项"], Origin("行政法规", "国务院", ""), id="state-council"),
        pytest.param(["2007年6月29日第十届全国人民代表大会常务委员会第二十八次会议通过"], [],
                     Origin("法律", "全国人民代表大会常务委员会", ""), id="law"),
        pytest.param(["（2019年1月2日郑州市人民政府令第234号公布）"], [],
                     Origin("市级政府规章", "郑州市人民政府", "郑州"), id="city-government"),
        pytest.param(["河南省人民政府令 第192号"], [], Origin("省级政府规章", "河南省人民政府", "河南"),
                     id="province-government"),
        pytest.param(["（2019年1月2日郑州市金水区人民政府令第3号公布）"], [],
                     Origin("其他", "郑州市金水区人民政府", "郑州"), id="district"),
        pytest.param(["（2019年1月2日巩义市人民政府公布）"], [], Origin("其他", "巩义市人民政府", "郑州"),
                     id="county-level-city"),
        pytest.param(["（2021年7月22日国家市场监督管理总局令第43号公布）"], ["部门规章", "市场监督管理总局"],
                     Origin("部门规章", "国家市场监督管理总局", ""), id="ministry"),
        pytest.param([], ["部门规章", "公安部"], Origin("部门规章", "公安部", ""), id="ministry-folder"),
        pytest.param([], ["行政法规"], Origin("行政法规", "国务院", ""), id="folder"),
        pytest.param(["2020年1月1日最高人民法院审判委员会第1次会议通过"], [],
                     Origin("司法解释", "最高人民法院", ""), id="court"),
        pytest.param([], [], Origin("市级地方性法规", "", "郑州"), id="title-only"),
        pytest.param(["2020年3月27日北京市第十五届人民代表大会常务委员会第二十次会议通过"], [],
                     Origin("省级地方性法规", "北京市人民代表大会常务委员会", "北京"), id="municipality"),
    ],
)  # fmt: skip
def test_origin(lines: list[str], folders: list[str], expected: Origin) -> None:
    """Level, issuer and place come from the history, then the folder, then the title."""
    assert origin(header("郑州市路灯看护条例", *lines), folders) == expected


def test_titles_about_cities_name_no_place() -> None:
    """城市照明… is about cities, not from a city called 城市."""
    assert origin(header("城市照明管理规定"), []) == Origin("其他", "", "")


def test_numbers_run_on() -> None:
    """Forty articles in one go keep their order: the reader loses none."""
    found = numbers(*(f"第{i}条 灯{i}。" for i in range(1, 41)))
    assert all(int(b) == int(a) + 1 for a, b in pairwise(found))
    assert re.fullmatch(r"\d+", found[-1])
    assert len(found) == 40
