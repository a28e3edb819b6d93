"""One named article on one day: its state, and never a title matched by a part of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from knowledge.citing import CitationChecker
from knowledge.regulations import Regulations
from knowledge.vocabulary import CitationState


@dataclass(frozen=True)
class Case:
    """A citation, the day of the matter, and the state expected."""

    id: str
    title: str
    number: str
    day: str
    state: CitationState
    law: str = ""


OUT, GONE, NONE = CitationState.OUT_OF_CORPUS, CitationState.REPEALED, CitationState.NOT_FOUND
GOOD, SOON = CitationState.VERIFIED, CitationState.NOT_YET_IN_FORCE
CASES = [
    Case("short-title", "民法典", "278", "2026-06-01", GOOD, "中华人民共和国民法典"),
    Case("full-title", "《中华人民共和国民法典》", "278", "2026-06-01", GOOD, "中华人民共和国民法典"),
    Case("inserted-article", "刑法", "133-1", "2026-06-01", GOOD),
    Case("noise-last-day", "噪声污染防治法", "61", "2026-08-14", GOOD),
    Case("noise-repealed", "噪声污染防治法", "61", "2026-08-15", GONE),
    Case("before-it-began", "民法典", "278", "2020-12-31", SOON),
    Case("next-year", "中华人民共和国医疗保障法", "1", "2026-12-31", SOON),
    Case("next-year-come", "医疗保障法", "1", "2027-01-01", GOOD),
    Case("trademark-old-text", "商标法", "73", "2026-12-31", GOOD),
    Case("trademark-number-of-the-future", "商标法", "87", "2026-12-31", NONE),
    Case("no-such-article", "民法典", "1261", "2026-06-01", NONE),
    Case("no-such-insertion", "民法典", "278-1", "2026-06-01", NONE),
    Case("no-such-law", "中华人民共和国不存在法", "1", "2026-06-01", NONE, "中华人民共和国不存在法"),
    Case("no-such-law-spaced", "《中华人民共和国 不存在法》", "1", "2026-06-01", NONE, "中华人民共和国不存在法"),
    Case("no-such-code", "中华人民共和国劳动法典", "1", "2026-06-01", NONE),
    Case("regulation-of-the-council", "物业管理条例", "52", "2026-06-01", OUT, "物业管理条例"),
    Case("local-regulation", "郑州市物业管理条例", "3", "2026-06-01", OUT, "郑州市物业管理条例"),
    Case("rules-under-a-law", "中华人民共和国道路交通安全法实施条例", "62", "2026-06-01", OUT),
    Case("local-rules-under-a-law", "河南省道路交通安全法实施办法", "5", "2026-06-01", OUT),
    Case("part-of-a-title", "道路交通安全", "1", "2026-06-01", OUT),
    Case("more-than-a-title", "民法典总则编解释", "1", "2026-06-01", OUT),
    Case("dead-law-not-held", "中华人民共和国合同法", "60", "2026-06-01", GONE, "中华人民共和国合同法"),
    Case("dead-law-not-held-short", "《婚姻法》", "32", "2021-01-01", GONE, "婚姻法"),
    Case("dead-law-while-it-lived", "中华人民共和国合同法", "60", "2020-12-31", OUT),
    Case("article-that-the-source-lost", "生态环境法典", "1120", "2026-11-21", OUT, "中华人民共和国生态环境法典"),
    Case("empty", "", "1", "2026-06-01", OUT),
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_state(regulations: Regulations, case: Case) -> None:
    """The state follows from title, number and day; text is given exactly when the article was found."""
    citation = CitationChecker(regulations).cite(case.title, case.number, dt.date.fromisoformat(case.day))
    assert citation.state is case.state
    assert citation.article == case.number
    assert not case.law or citation.law == case.law
    found = case.state in {GOOD, SOON} or case.id == "noise-repealed"
    assert bool(citation.text) is found


def test_text_is_of_the_version_of_the_day(regulations: Regulations) -> None:
    """The old and the new arbitration law open with different words; each day gets its own."""
    old, new = (
        CitationChecker(regulations).cite("仲裁法", "1", dt.date(2026, *rest)).text for rest in ((2, 28), (3, 1))
    )
    assert old.startswith("为保证公正、及时地仲裁")
    assert new.startswith("为了保证公正、及时仲裁")
