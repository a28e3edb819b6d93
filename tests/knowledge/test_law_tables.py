"""Further bases of topics and matters of laws: read whole, split for search, and every bad cell named."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge.law_tables import Basis, LawMatters, load_bases, load_matters
from knowledge.regulations import Regulations
from knowledge.tables import DATA, Tables
from models.errors import TableError

TOPICS = {"路灯不亮", "井盖丢失"}
BASES_HEADER, MATTERS_HEADER = "topic,statute,articles,note", "law,articles,matters"


def write(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_bases_are_read_in_order(tmp_path: Path) -> None:
    """A topic may have several statutes and a statute several topics; semicolons of either width divide."""
    path = write(
        tmp_path, "bases.csv", BASES_HEADER,
        "路灯不亮,路灯看护条例,3;12-1,旧法",
        "路灯不亮,城市照明规定, 7 ；8 ,",
        "井盖丢失,路灯看护条例,3,",
    )  # fmt: skip
    assert load_bases(path, TOPICS) == (
        Basis(topic="路灯不亮", statute="路灯看护条例", articles=("3", "12-1"), note="旧法"),
        Basis(topic="路灯不亮", statute="城市照明规定", articles=("7", "8")),
        Basis(topic="井盖丢失", statute="路灯看护条例", articles=("3",)),
    )


def test_matters_are_read_in_order(tmp_path: Path) -> None:
    """A row without articles speaks for the whole law and may stand beside rows for some of its articles."""
    path = write(
        tmp_path, "law_matters.csv", MATTERS_HEADER,
        "路灯看护条例,,路灯不亮；灯杆倾斜",
        "路灯看护条例,3;12-1,晚上黑灯瞎火",
        "城市照明规定,3;12-1,景观灯太刺眼",
    )  # fmt: skip
    assert load_matters(path) == (
        LawMatters(law="路灯看护条例", matters=("路灯不亮", "灯杆倾斜")),
        LawMatters(law="路灯看护条例", articles=("3", "12-1"), matters=("晚上黑灯瞎火",)),
        LawMatters(law="城市照明规定", articles=("3", "12-1"), matters=("景观灯太刺眼",)),
    )


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(1, [1]), (8, [8]), (9, [8, 1]), (20, [8, 8, 4])],
    ids=["one", "full", "one-over", "two-over"],
)
def test_long_rows_are_split(tmp_path: Path, count: int, sizes: list[int]) -> None:
    """A long row becomes parts of a few matters, all with its law and articles, none lost and none twice."""
    matters = tuple(f"第{n}盏灯不亮" for n in range(count))
    path = write(tmp_path, "law_matters.csv", MATTERS_HEADER, f"路灯看护条例,3,{'；'.join(matters)}")
    parts = load_matters(path)
    assert [len(part.matters) for part in parts] == sizes
    assert tuple(matter for part in parts for matter in part.matters) == matters
    assert {(part.law, part.articles) for part in parts} == {("路灯看护条例", ("3",))}


@dataclass(frozen=True)
class BadRow:
    """The lines below a header, and what is said about them."""

    id: str
    lines: tuple[str, ...]
    match: str


BAD_BASES = [
    BadRow("unknown-topic", ("路灯太亮,甲法,3,",), r"line 2, column 'topic': '路灯太亮' is not a known id"),
    BadRow("no-topic", (",甲法,3,",), r"line 2, column 'topic': is empty"),
    BadRow("no-statute", ("路灯不亮,,3,",), r"line 2, column 'statute': is empty"),
    BadRow("no-articles", ("路灯不亮,甲法,,",), r"line 2, column 'articles': '' is no article number; write 43;77"),
    BadRow("chinese-number", ("路灯不亮,甲法,第三条,",), r"line 2, column 'articles': '第三条' is no article number"),
    BadRow("comma-for-semicolon", ('路灯不亮,甲法,"3,4",',), r"line 2, column 'articles': '3,4' is no article"),
    BadRow("second-number", ("路灯不亮,甲法,3;4-,",), r"line 2, column 'articles': '4-' is no article number"),
    BadRow(
        "twice",
        ("路灯不亮,甲法,3,", "路灯不亮,乙法,3,", "路灯不亮,甲法,4,"),
        r"line 4, column 'statute': 路灯不亮 has a row for 甲法 above; join",
    ),
]


@pytest.mark.parametrize("bad", BAD_BASES, ids=lambda b: b.id)
def test_bad_basis_is_named(tmp_path: Path, bad: BadRow) -> None:
    """A wrong cell of `bases.csv` is named by file, line and column."""
    path = write(tmp_path, "bases.csv", BASES_HEADER, *bad.lines)
    with pytest.raises(TableError, match=r"bases\.csv, " + bad.match):
        load_bases(path, TOPICS)


BAD_MATTERS = [
    BadRow("no-law", (",3,灯不亮",), r"line 2, column 'law': is empty"),
    BadRow("no-matters", ("甲法,3,",), r"line 2, column 'matters': is empty; write what people bring"),
    BadRow("only-marks", ("甲法,3,；;",), r"line 2, column 'matters': is empty"),
    BadRow("wrong-number", ("甲法,,灯不亮", "甲法,三,灯不亮"), r"line 3, column 'articles': '三' is no article number"),
    BadRow("no-number", ("甲法,；,灯不亮",), r"line 2, column 'articles': '' is no article number"),
    BadRow("twice", ("甲法,3,灯不亮", "甲法,3,灯坏了"), r"line 3, column 'articles': 甲法 has a row for these above"),
    BadRow("whole-law-twice", ("甲法,,灯不亮", "甲法,,灯坏了"), r"line 3, column 'articles': 甲法 has a row for these"),
]


@pytest.mark.parametrize("bad", BAD_MATTERS, ids=lambda b: b.id)
def test_bad_matters_are_named(tmp_path: Path, bad: BadRow) -> None:
    """A wrong cell of `law_matters.csv` is named by file, line and column."""
    path = write(tmp_path, "law_matters.csv", MATTERS_HEADER, *bad.lines)
    with pytest.raises(TableError, match=r"law_matters\.csv, " + bad.match):
        load_matters(path)


@pytest.mark.parametrize("column", ["law", "articles", "matters"])
def test_missing_column_is_named(tmp_path: Path, column: str) -> None:
    """A table of the user's own that lacks a column is refused at its first line."""
    header = MATTERS_HEADER.replace(column, "other")
    with pytest.raises(TableError, match=rf"law_matters\.csv, line 1: column '{column}' is missing"):
        load_matters(write(tmp_path, "law_matters.csv", header, "甲法,3,灯不亮"))


# --- the shipped tables -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def numbers(regulations: Regulations) -> dict[str, set[str]]:
    """Article numbers of every held title, those of all its versions together."""
    held: dict[str, set[str]] = defaultdict(set)
    for article in regulations.articles:
        held[article.law].add(article.number)
    return dict(held)


def missing(numbers: dict[str, set[str]], title: str, articles: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(title, number) for number in articles if number not in numbers[title]]


def test_shipped_bases_exist(tables: Tables, regulations: Regulations, numbers: dict[str, set[str]]) -> None:
    """Every topic of `bases.csv` is known, and every article of a held statute stands in some version of it."""
    bases = load_bases(DATA / "bases.csv", tables.duty)
    titles = [(regulations.full_title(basis.statute), basis.articles) for basis in bases]
    assert {basis.topic for basis in bases} <= set(tables.duty)
    assert any(title for title, _ in titles)
    assert [gap for title, articles in titles if title for gap in missing(numbers, title, articles)] == []


def test_shipped_matters_exist(regulations: Regulations, numbers: dict[str, set[str]]) -> None:
    """Every law of `law_matters.csv` is held, and so is every article that a row names."""
    matters = load_matters(DATA / "law_matters.csv")
    titles = {row.law: regulations.full_title(row.law) for row in matters}
    assert [law for law, title in titles.items() if not title] == []
    assert [gap for row in matters for gap in missing(numbers, titles[row.law], row.articles)] == []


def test_shipped_matters_speak_for_laws_and_articles() -> None:
    """There are rows for whole laws and rows for articles, and no row is longer than one vector can hold."""
    matters = load_matters(DATA / "law_matters.csv")
    assert {bool(row.articles) for row in matters} == {True, False}
    assert all(0 < len(row.matters) <= 8 for row in matters)
