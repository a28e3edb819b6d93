"""What holds of the citation checker for every article and for any text at all: statutes held, noise, and size."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.citing import CitationChecker
from knowledge.citing._outline import outline
from knowledge.citing.references import MOST_WITHIN
from knowledge.numerals import article_label, to_chinese
from knowledge.regulations import Regulations, load_regulations
from knowledge.validity import InForce
from knowledge.vocabulary import CitationState

DAY = dt.date(2026, 9, 20)
EVERY = 20
FRAGMENTS = [
    *"《》〈〉<>（）第条款项之至、，。“”「」‘【】一-—①٣𝟚", "\n", " ", "\u3000", '"', "\0", "\ud800",
    "二百七十八", "278", "２７８", "99999", "0", "……", "（一）", "第一条", "第三款", "第（二）项", "第二章", "a" * 50,
    "民法典", "《民法典》", "合同法", "《物业管理条例》", "条例", "本法", "该法", "该条例", "规定：", "规定“", "合同",
    "以下简称《消法》", "消法", "（2018年修正）", "实施条例", "关于适用", "解释", "及其", "业主共同决定",
]  # fmt: skip


@pytest.fixture(scope="module")
def checker(regulations: Regulations) -> CitationChecker:
    """One checker over the shipped statutes."""
    return CitationChecker(regulations)


def test_words_of_every_law_in_force_are_verified(regulations: Regulations, checker: CitationChecker) -> None:
    """An article that is quoted whole under its full title is right, whatever signs its text holds."""
    wrong = []
    for article in [a for a in regulations.articles[::EVERY] if regulations.article_status(a, DAY) is InForce.YES]:
        name = f"《{article.law}》{article_label(article.number)}"
        first = checker.check(f"{name}规定：“{article.text}”", DAY)[0]
        if (first.text, first.article, first.state) != (name, article.number, CitationState.VERIFIED):
            wrong.append(name)
    assert wrong == []


def test_paragraphs_and_items_of_every_law_in_force_are_verified(
    regulations: Regulations, checker: CitationChecker
) -> None:
    """Every paragraph and item that an article has can be cited, and the next paragraph cannot."""
    wrong = []
    for article in [a for a in regulations.articles[:: EVERY * 2] if regulations.article_status(a, DAY) is InForce.YES]:
        name = f"《{article.law}》{article_label(article.number)}"
        paragraphs = outline(article.text).paragraphs
        cited = [f"{name}第{to_chinese(p)}款" for p in range(1, len(paragraphs) + 1)]
        cited += [f"{cited[p]}第（{to_chinese(i)}）项" for p, items in enumerate(paragraphs) for i in sorted(items)]
        found = [(c.text, c.state) for text in cited for c in checker.check(text, DAY)]
        found += [(c.text, c.state) for c in checker.check(f"{name}第{to_chinese(len(paragraphs) + 1)}款", DAY)]
        *all_right, beyond = found
        if all_right != [(text, CitationState.VERIFIED) for text in cited] or beyond[1] is not CitationState.PARTIAL:
            wrong.append(name)
    assert wrong == []


_SHIPPED: list[CitationChecker] = []


def shipped() -> CitationChecker:
    """The same checker for every example, for hypothesis and function fixtures do not mix."""
    if not _SHIPPED:
        _SHIPPED.append(CitationChecker(load_regulations()))
    return _SHIPPED[0]


@settings(max_examples=300)
@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=3)), max_size=40).map("".join))
def test_no_text_breaks_it(text: str) -> None:
    """Any mix of signs gives citations whose places are in the text, in order, and the same ones again."""
    found = shipped().check(text, DAY)
    assert found == shipped().check(text, DAY)
    assert all(0 <= c.start < c.end <= len(text) and c.text == text[c.start : c.end] for c in found)
    assert [c.start for c in found] == sorted(c.start for c in found)


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_citation_is_found_in_any_company(before: str, after: str) -> None:
    """Between two line ends a plain citation is found at its place, whatever stands around it."""
    cited = "《中华人民共和国民法典》第二百七十八条"
    text = f"{before}\n。{cited}。\n{after}"
    places = [(c.start, c.article, c.state) for c in shipped().check(text, DAY)]
    assert (len(before) + 2, "278", CitationState.VERIFIED) in places


BULK = [
    "《", "《》", "第一条", "第一条至", "第一、", "民法典第", "民法典第一条、", "“", "民法典第一条“", "条例（", "法",
    "该法第", "（以下简称", "《甲条例》（以下简称《乙条例》）", "民法典第9999条", "规定第一条", "a", "<",
]  # fmt: skip


@pytest.mark.parametrize("unit", BULK, ids=[f"bulk-{i}" for i in range(len(BULK))])
def test_time_grows_with_length_only(checker: CitationChecker, unit: str) -> None:
    """Four times the text takes about four times the time; a quadratic step would take sixteen."""

    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        best = float("inf")
        for _ in range(2):
            start = time.process_time()
            checker.check(text, DAY)
            best = min(best, time.process_time() - start)
        return best

    assert seconds(16_000) < 12 * seconds(4_000) + 0.02


def test_nested_marks_take_no_time(checker: CitationChecker) -> None:
    """Thousands of quotations, or titles, one inside the other are no more work than as many side by side."""
    deep = 2_000
    start = time.process_time()
    checker.check("民法典第一条“" * deep + "”" * deep, DAY)
    checker.check("《" * deep + "》" * deep, DAY)
    assert time.process_time() - start < 5


def test_ranges_cannot_fill_the_memory(checker: CitationChecker) -> None:
    """A page of long ranges lists their ends, and no more articles between them than a reader could want."""
    found = checker.check("《民法典》" + "第一条至第二百条，" * 500, DAY)
    assert len(found) <= 1000 + MOST_WITHIN
    assert {"1", "200"} <= {citation.article for citation in found[-10:]}
