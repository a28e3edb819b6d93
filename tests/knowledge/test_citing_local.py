"""Statutes below national law, and how titles, numbers and outlines are read: on a handful of invented texts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from knowledge.citing import check_text
from knowledge.citing._outline import outline
from knowledge.citing._provisions import read_provisions
from knowledge.citing.titles import Standing, TitleBook, ending_of, plain
from knowledge.regulations import Regulations
from knowledge.vocabulary import Article, CitationState, Law

DAY = dt.date(2026, 6, 1)
GOOD, OUT, NONE = CitationState.VERIFIED, CitationState.OUT_OF_CORPUS, CitationState.NOT_FOUND
GONE, PART, WRONG = CitationState.REPEALED, CitationState.PARTIAL, CitationState.CONTENT_MISMATCH


def law(title: str, year: int, *, end: int | None = None, by: str = "", place: str = "") -> Law:
    begin = dt.date(year, 1, 1)
    return Law(
        id=f"{title}-{year}", title=title, level="", issuer="", effective=begin, version=begin, valid_from=begin,
        valid_to=dt.date(end, 1, 1) if end else None, replaced_by=by, place=place,
    )  # fmt: skip


LAWS = (
    law("中华人民共和国养猫法", 2020),
    law("养猫条例", 2019),
    law("中华人民共和国养猫法实施条例", 2021),
    law("郑州市养猫条例", 2010, end=2024, by="郑州市养猫条例", place="郑州"),
    law("郑州市养猫条例", 2024, place="郑州"),
    law("河南省实施《中华人民共和国养猫法》办法", 2022, place="河南"),
)
TEXT = "养猫人应当：\n（一）拴绳；\n（二）登记。\n违反前款规定的，由猫管部门责令改正。"


@pytest.fixture(scope="module")
def cats() -> Regulations:
    """Six statutes on cats, with three articles each."""
    articles = [
        Article(id=f"{one.id}:{number}", law_id=one.id, law=one.title, number=number, text=TEXT)
        for one in LAWS
        for number in ("1", "2", "3")
    ]
    return Regulations(LAWS, tuple(articles), "v", (), {"郑州市遛猫办法": "郑州市养猫条例-2024"})


@dataclass(frozen=True)
class Case:
    """A text and the one citation expected of it."""

    id: str
    text: str
    law: str
    article: str
    state: CitationState


CASES = [
    Case("regulation-held", "《养猫条例》第三条", "养猫条例", "3", GOOD),
    Case("regulation-bare", "根据养猫条例第三条", "养猫条例", "3", GOOD),
    Case("regulation-beyond", "《养猫条例》第四条", "养猫条例", "4", NONE),
    Case("city-held", "《郑州市养猫条例》第一条", "郑州市养猫条例", "1", GOOD),
    Case("city-bare", "按照郑州市养猫条例第一条", "郑州市养猫条例", "1", GOOD),
    Case("other-city-bare", "按照洛阳市养猫条例第一条", "洛阳市养猫条例", "1", OUT),
    Case("other-city", "《洛阳市养猫条例》第一条", "洛阳市养猫条例", "1", OUT),
    Case("province-no-held", "《河南省养猫条例》第九条", "河南省养猫条例", "9", OUT),
    Case("rules-held", "《养猫法》实施条例第二条", "中华人民共和国养猫法实施条例", "2", GOOD),
    Case("rules-bare", "养猫法实施条例第二条", "中华人民共和国养猫法实施条例", "2", GOOD),
    Case("rules-not-the-law", "《养猫法实施细则》第二条", "养猫法实施细则", "2", OUT),
    Case("nested-held", "《河南省实施〈中华人民共和国养猫法〉办法》第二条", LAWS[5].title, "2", GOOD),
    Case("nested-held-same", "《河南省实施《中华人民共和国养猫法》办法》第二条", LAWS[5].title, "2", GOOD),
    Case("nested-held-outside", "河南省实施《中华人民共和国养猫法》办法第二条", LAWS[5].title, "2", GOOD),
    Case("part", "《养猫条例》第三条第三款", "养猫条例", "3", PART),
    Case("item", "《养猫条例》第三条第一款第（二）项", "养猫条例", "3", GOOD),
    Case("words", "《养猫条例》第三条规定：“违反前款规定的，由狗管部门责令改正”", "养猫条例", "3", WRONG),
    Case("old-version", "《郑州市养猫条例》（2010年版）第一条", "郑州市养猫条例", "1", GONE),
    Case("coming-year", "《养猫条例》（2025年修订）第一条", "养猫条例", "1", OUT),
    Case("ended-local", "《郑州市遛猫办法》第三条", "郑州市遛猫办法", "3", GONE),
    Case("no-such-law", "《养狗法》第三条", "养狗法", "3", NONE),
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_local_statutes(cats: Regulations, case: Case) -> None:
    """A title is met whole or not at all, at every level of law."""
    (citation,) = check_text(case.text, cats, DAY)
    assert (citation.law, citation.article, citation.state) == (case.law, case.article, case.state)


def test_dead_local_rule_names_its_successor(cats: Regulations) -> None:
    """A repeal clause of a held local statute counts for titles that are not held."""
    (citation,) = check_text("《郑州市遛猫办法》", cats, DAY)
    assert citation.note == "2024年1月1日起由《郑州市养猫条例》取代"
    assert citation.replaced_by == "郑州市养猫条例"


STANDINGS = [
    ("养猫法", Standing.HELD),
    ("中华人民共和国养猫法（2020年1月1日第一次会议修正）", Standing.HELD),
    ("郑州市遛猫办法", Standing.ENDED),
    ("中华人民共和国养狗法", Standing.ABSENT),
    ("养狗法（试行）", Standing.ABSENT),
    ("郑州市养狗办法（暂行）", Standing.OUTSIDE),
    ("德国养猫法", Standing.OUTSIDE),
    ("条例", Standing.VAGUE),
    ("本实施办法", Standing.VAGUE),
    ("养猫方法", Standing.DOCUMENT),
    ("养猫合同", Standing.DOCUMENT),
    ("养猫条例（草案）", Standing.DOCUMENT),
    ("业主大会议事规则", Standing.DOCUMENT),
]


@pytest.mark.parametrize(("title", "standing"), STANDINGS, ids=[f"standing-{i}" for i in range(len(STANDINGS))])
def test_standing_of_a_title(cats: Regulations, title: str, standing: Standing) -> None:
    """Held, ended, not existing, not held whole, only a kind, or no statute at all."""
    assert TitleBook(cats).named(title).standing is standing


def test_every_held_title_is_one_of_a_statute(regulations: Regulations) -> None:
    """The rules for the ending of a title never call a statute of the nation a document."""
    assert [title for title in regulations.versions if not ending_of(plain(title)) and title[-1] in "法典例"] == []


PROVISIONS = [
    ("第一百三十三条之一第二款第（三）项", "133-1/2/3"),
    ("第5条第2款第3项第1目", "5/2/3"),
    ("第七条第一款第（一）项、第（三）项，第二款", "7/1/1 7/1/3 7/2/-"),
    ("第七条、第八条第一款", "7/-/- 8/1/-"),
    ("第七、八、九条", "7/-/- 8/-/- 9/-/-"),
    ("第七条至第九条第一款", "7/-/- 8/-/- 9/1/-"),
    ("第七条到九条", "7/-/- 8/-/- 9/-/-"),
    ("第七至九条", "7/-/- 8/-/- 9/-/-"),
    ("第七条一款", "7/1/-"),
    ("第七条一项制度", "7/-/-"),
    ("第七条第一项目标", "7/-/-"),
    ("第七条（一）项", "7/-/1"),
    ("第七条第（一）（二）项", "7/-/1 7/-/2"),
    ("第七条第一至三款", "7/1/- 7/2/- 7/3/-"),
    ("第七条，第八条路", "7/-/-"),
    ("第 七 条第 二 款", "7/2/-"),
    ("第七款", ""),
    ("七条", ""),
    ("第七", ""),
    ("第条", ""),
]


@pytest.mark.parametrize(("text", "want"), PROVISIONS, ids=[f"provision-{i}" for i in range(len(PROVISIONS))])
def test_grammar_of_provisions(text: str, want: str) -> None:
    """Articles, paragraphs and items are read with their lists and ranges."""
    found = read_provisions(text, 0)
    assert " ".join(f"{p.article}/{p.paragraph or '-'}/{p.item or '-'}" for p in found) == want


def test_outline_of_an_article() -> None:
    """Items belong to the paragraph before them; words after them are a paragraph of their own."""
    parts = outline(TEXT)
    assert parts.paragraphs == (frozenset({1, 2}), frozenset())
    assert outline("条件：（一）有绳；（二）有证。").paragraphs == (frozenset({1, 2}),)
    assert outline("依照第（一）项处理。").paragraphs == (frozenset(),)
    assert outline("").paragraphs == ()
