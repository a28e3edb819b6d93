"""Law beside a complaint: as of the day of receipt, by number, and what the citizen's own citation is worth today."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from agent import Complaint, TriageAgent
from agent.law import words_search
from knowledge.vocabulary import CitationState
from knowledge.workdays import SHANGHAI

NOISE = "我家住在金水区花园路，楼下工地每天夜里十一点以后还在打桩施工，吵得孩子睡不着，白天再干不行吗？"
CODE, OLD = "中华人民共和国生态环境法典", "中华人民共和国噪声污染防治法"
TODAY = dt.date(2026, 11, 21)


def received(agent: TriageAgent, text: str, day: str) -> list[tuple[str, str]]:
    """(Law, article) of everything that its suggestion cites or shows."""
    moment = dt.datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=SHANGHAI)
    made = agent.triage(Complaint(text=text, received_at=moment))
    assert made.dispatch is not None
    assert made.draft is not None
    cited = [(c.law, c.article) for c in (*made.dispatch.basis, *made.draft.citations)]
    return cited + [(hit.law, hit.article) for hit in made.regulations]


def test_night_construction_before_and_after_the_code(real_agent: TriageAgent) -> None:
    """The eve of the code cites the old noise law's night articles, the day after it the code's; never both."""
    eve = received(real_agent, NOISE, "2026-08-14")
    after = received(real_agent, NOISE, "2026-08-16")
    assert (OLD, "43") in eve
    assert (CODE, "572") in after
    assert CODE not in {law for law, _ in eve}
    assert OLD not in {law for law, _ in after}


@pytest.mark.parametrize("day", ["2018-05-01", "2026-08-14", "2026-08-15", "2026-11-21"])
def test_everything_shown_is_in_force_on_the_day(real_agent: TriageAgent, day: str) -> None:
    """Whatever law a suggestion shows or cites governs on the day of receipt."""
    moment = dt.date.fromisoformat(day)
    cited = received(real_agent, NOISE, day)
    for law, number in cited:
        state = real_agent.base.citations.cite(law, number, moment).state
        assert state in (CitationState.VERIFIED, CitationState.OUT_OF_CORPUS)


def test_old_law_in_a_complaint_names_its_successor(real_agent: TriageAgent) -> None:
    """A citizen who quotes the dead noise law is told, with the words' place, what took its place."""
    text = "按照《噪声污染防治法》第四十三条，夜里不许施工，中原区桐柏路这个工地凭什么每晚都干到两点？"
    moment = dt.datetime(2026, 9, 1, 9, tzinfo=SHANGHAI)
    made = real_agent.triage(Complaint(text=text, received_at=moment))
    assert made.complaint is not None
    assert made.decision is not None
    (quoted,) = made.complaint.citations
    assert (quoted.state, quoted.replaced_by) == (CitationState.REPEALED, CODE)
    assert text[quoted.start : quoted.end] == quoted.text
    assert "诉求引用的法规有误或已失效" in made.decision.reason


@dataclass(frozen=True)
class Named:
    """A question that names an article, and the first hit."""

    id: str
    question: str
    law: str
    article: str
    status: str = "现行有效"


NAMED = [
    Named("bare-number", "民法典1254条", "中华人民共和国民法典", "1254"),
    Named("chinese-number", "民法典第一千二百五十四条说了什么", "中华人民共和国民法典", "1254"),
    Named("chinese-number-without-mark", "劳动合同法八十二条", "中华人民共和国劳动合同法", "82"),
    Named("inserted", "刑法第133条之一", "中华人民共和国刑法", "133-1"),
    Named("dead", "《噪声污染防治法》第43条", OLD, "43", "已废止"),
]


@pytest.mark.parametrize("case", NAMED, ids=lambda c: c.id)
def test_article_by_number_comes_first(real_agent: TriageAgent, case: Named) -> None:
    """Who knows the number gets the article first, with what it is today; with and without encoding."""
    for hits in (real_agent.search(case.question, TODAY, 5), words_search(real_agent.base, case.question, TODAY, 5)):
        assert (hits[0].law, hits[0].article, hits[0].status) == (case.law, case.article, case.status)
        assert hits[0].score == 1.0
        assert len({(hit.law, hit.article) for hit in hits}) == len(hits)


def test_hits_explain_themselves(real_agent: TriageAgent) -> None:
    """A hit carries its chapter, a snippet with the marked words in place, and a reason."""
    for hit in real_agent.search("工地晚上能不能施工", TODAY, 5):
        assert hit.snippet.strip("…")[:10] in hit.text.replace("\n", "")
        assert all(hit.snippet[mark.start : mark.end] == mark.text for mark in hit.marks)
        assert hit.reason
        assert 0 <= hit.score <= 1


def test_no_law_rather_than_another(real_agent: TriageAgent) -> None:
    """Words that say nothing bring no law to a card."""
    made = real_agent.triage("啊啊啊啊啊，哈哈哈哈，你好你好，随便说说，没有什么事情，再见。")
    assert made.regulations == ()


def test_personal_data_in_a_title_is_not_exported(real_agent: TriageAgent) -> None:
    """What a complaint puts between title marks is shown as a citation only when nothing in it needs masking."""
    text = "依据《关于13812345678投诉答复的规定》第三条和《民法典》第九百四十四条，物业该不该给个说法？"
    made = real_agent.triage(text)
    assert made.complaint is not None
    assert [cited.law for cited in made.complaint.citations] == ["中华人民共和国民法典"]
    assert "13812345678" not in made.model_dump_json()


def test_a_named_city_brings_no_foreign_rules(real_agent: TriageAgent, monkeypatch: pytest.MonkeyPatch) -> None:
    """A complaint that mentions another city asks search for the law of ours; a question may ask for the other's."""
    seen: list[str] = []
    search = type(real_agent.base.law_search).search

    def recorded(self: object, *arguments: object, text: str = "", **more: object) -> object:
        seen.append(text)
        return search(self, *arguments, text=text, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("knowledge.law_search.LawSearch.search", recorded)
    real_agent.triage("我从洛阳搬来金水区，楼下广场舞音响太吵，洛阳那边晚上九点就停了。")
    real_agent.search("洛阳广场舞几点停", TODAY)
    assert seen[-1] == "洛阳广场舞几点停"
    assert set(seen[:-1]) == {""}
