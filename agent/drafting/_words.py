"""The sentences that more than one form of reply needs, worded from one plan.

Each method gives slots, none where the plan holds nothing for it. Decides no order; `_first` and `_final` do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from agent.drafting._basis import answering_sentence, shared_term, touches
from agent.drafting._compose import FILL, Slot, turned
from agent.drafting._matter import WISHED, cut
from agent.drafting.demands import Demand, brief, general
from agent.drafting.phrases import ending, final, handling, opening
from agent.drafting.plan import OUT, Plan, PlanIssue
from knowledge.numerals import article_label
from knowledge.vocabulary import Citation

_MAX_LAWS = 2  # a citizen reads no more; the card shows all of them
_MAX_ASSISTS = 2
_MAX_HAZARDS = 2
_NOUN = 20  # characters that fit between 关于 and 的投诉
_MATTER_NOUN = 30  # the same, where the last word shows that it is a noun
_NOUN_END = re.compile(r"(?:政策|事宜|办法|流程|条件|规定|标准|手续|待遇|费用|情况|问题)$")
_ISSUE_SHORT = 16
_OTHER = (handling.BLANK_OTHER,)
_QUESTION = re.compile(r"为什么|为何|怎|谁|何时|多少|如何|是否|什么|哪")
_ASKS = ("吗", "么", "呢", "何时", "多少", "怎么办", "如何办理")
_ISSUE = ("问题", "情况", "事宜", "一事", "现象", "行为")
_RAISED = ("投诉", "求助", "举报", "咨询")  # kinds that raise an issue; one proposes or thanks in the others
_SUFFERING = re.compile(
    r"患病|重病|大病|(?<!致)癌症|患癌|白血病|尿毒症|瘫痪|住院|受伤|[摔烧砸咬撞烫]伤|骨折|火灾|着火|失火|起火|烧毁|去世|身亡|遇难|中毒"
)
_AMISS = re.compile(r"[不没无未难坏乱堵差慢缺]|太[^，]|过于|拥挤|隐患|，")  # a suggestion that only tells what is wrong
_GENERAL_END = re.compile(r"(?:问题|情况|事项|困难)$")
_SAME_END = 4  # last characters of a demand that, found in the matter, make it the same thing
_REPEATED = 0.6  # share of a demand's pairs of characters in the matter from which on it is the matter


def mark(blank: str) -> str:
    """A blank as it stands in a draft: 【承办单位填写：现场核查时间】."""
    return f"【承办单位填写：{blank}】"


def cite(citations: Sequence[Citation]) -> str:
    """Articles as they stand in a draft, each law named once: 《某某法》第五条、第七条和《某某条例》第九条."""
    articles: dict[str, list[str]] = {}
    for citation in citations:
        articles.setdefault(citation.law, []).append(article_label(citation.article))
    return "和".join(f"《{law}》{'、'.join(labels)}" for law, labels in articles.items())


@dataclass(frozen=True, slots=True)
class Asks:
    """Demands as they stand in a sentence.

    `words` stand in quotation marks; `wishes`, where no demand has words of its own, are general (妥善解决);
    `more` is 等 when some are not named.
    """

    words: str
    wishes: str
    more: str
    all: str

    @property
    def facts(self) -> dict[str, str]:
        """The fields of the wordings; before a noun stands 等 or 的."""
        return {
            "asks": self.words,
            "wishes": self.wishes,
            "more": self.more,
            "link": self.more or "的",
            "all": self.all,
        }


@dataclass(frozen=True, slots=True)
class Words:
    """Words one plan; `named` demands stand in the reply by their own words, `listed` issues in its list."""

    plan: Plan
    seed: str
    named: int
    listed: int

    def slot(self, name: str, wordings: Sequence[str], **facts: str) -> Slot:
        """One slot, its wordings filled in and in the order of this seed."""
        return Slot(turned(self.seed, name, [wording.format(**facts) for wording in wordings]))

    def opening(self) -> Iterator[Slot]:
        """The greeting and the matter."""
        yield self.slot("greeting", opening.GREETING)
        facts = {"matter": self.plan.matter, "kind": self.plan.kind, "verb": opening.VERB[self.plan.kind]}
        yield self.slot("received", self._received(), **facts)
        if self.plan.kind in ("投诉", "求助") and _SUFFERING.search(self.plan.matter):
            yield self.slot("concern", ending.CONCERN).spared(6)

    def _received(self) -> Sequence[str]:
        """The wordings that the shape of the matter fits."""
        kind, matter = self.plan.kind, self.plan.matter
        if not matter:
            return opening.RECEIVED_BARE[kind]
        if matter.startswith(WISHED):
            return opening.RECEIVED_HOPE if kind == "建议" else opening.RECEIVED_WISH
        if matter.endswith(_ASKS):
            return opening.RECEIVED_QUESTION
        if kind not in ("咨询", "表扬") and _QUESTION.search(matter):
            return opening.RECEIVED_ASKED
        if kind in _RAISED and matter.endswith(_ISSUE) and "，" not in matter:
            return opening.RECEIVED_ISSUE
        if kind == "建议" and _AMISS.search(matter):
            return opening.RECEIVED_SEEN
        fits = len(matter) <= _NOUN and not re.search(r"[，的]|^您", matter)
        fits = fits or (len(matter) <= _MATTER_NOUN and _NOUN_END.search(matter) is not None and "，" not in matter)
        return (opening.RECEIVED if fits else opening.RECEIVED_TOLD)[kind]

    def safety(self) -> Iterator[Slot]:
        """What to do at once, where it is urgent."""
        if self.plan.urgent:
            known = [ending.HAZARD[hazard] for hazard in self.plan.hazards[:_MAX_HAZARDS]]
            ways = ["；".join(known)] if known else list(ending.HAZARD_ANY)
            wordings = [safety.format(advice=advice) for safety in ending.SAFETY for advice in ways]
            yield self.slot("safety", wordings)

    @property
    def lead(self) -> str:
        """The name of the unit that leads, 承办单位 while it is open."""
        return self.plan.lead.unit if self.plan.lead is not None else final.FINAL_UNIT

    def asks(self, demands: Sequence[Demand]) -> Asks:
        """Demands by their own words, each in quotation marks; those that only repeat the matter are not said twice."""
        own = {demand.text: brief(demand) for demand in demands}
        told = [text for text, word in own.items() if word and _repeats(word, self.plan.matter)]
        words = list(dict.fromkeys(word for text, word in own.items() if word and text not in told))[: self.named]
        plain = {text: general(text) for text, word in own.items() if not word}
        wishes = list(dict.fromkeys(filter(None, plain.values())))[: self.named]
        if self.plan.kind not in handling.WISHED:
            wishes = []
        wishes = [wish for wish in wishes if not any(wish[-2:] in word for word in (*words, self.plan.matter))]
        named = sum(own[text] in words or plain.get(text, "") in wishes or text in told for text in own)
        return Asks(
            words="".join(f"“{word}”" for word in words) + (f"以及{'、'.join(wishes)}" if words and wishes else ""),
            wishes="、".join(wishes),
            more="等" if named < len(own) else "",
            all="各项" if len(demands) > 1 else "",
        )

    def asked(self) -> Iterator[Slot]:
        """Who answers what was asked for."""
        plan = self.plan
        if not plan.demands:
            return
        asks = self.asks(plan.demands)
        if plan.kind in ("咨询", "建议") and len(plan.demands) == 1 and not asks.words and not plan.issues:
            return  # who answers the matter has just been said, and nothing else was asked
        unit = "主办单位" if plan.lead is not None and not plan.issues else "承办单位"
        wordings = handling.ASKED_ALL if len(plan.demands) > 1 else handling.ASKED_ONE
        if asks.words:
            wordings = handling.ASKED
        elif asks.wishes and plan.kind in handling.WISHED:
            wordings = handling.WISHED
        yield self.slot("asked", wordings[plan.kind], unit=unit, **asks.facts)

    def asked_elsewhere(self) -> Iterator[Slot]:
        """Where to go with what was asked for, when another body takes the matter."""
        if self.plan.demands:
            asks = self.asks(self.plan.demands)
            yield self.slot(
                "asked", handling.ASKED_ELSEWHERE if asks.words else handling.ASKED_ELSEWHERE_ALL, **asks.facts
            )

    def basis(self) -> Iterator[Slot]:
        """The legal ground: what the article says where it answers, else what it is about, else where to read."""
        plan = self.plan
        if not plan.citations or plan.kind == "表扬":
            return
        question = "，".join((plan.matter, *(demand.text for demand in plan.demands)))
        first = plan.citations[0]
        sentence = answering_sentence(question, first.text) if plan.kind == "咨询" else ""
        about = [(c, shared_term(question, c.text)) for c in plan.citations]
        near = next(((c, term) for c, term in about if term), None)
        if sentence:
            yield self.slot("basis", handling.BASIS_QUOTED, laws=cite((first,)), sentence=sentence).spared(2)
        elif near is not None:
            yield self.slot("basis", handling.BASIS_TERM, laws=cite(near[:1]), term=near[1]).spared(1)
        elif near_enough := [c for c in plan.citations if touches(question, c.text)][:_MAX_LAWS]:
            yield self.slot("basis", handling.BASIS, laws=cite(near_enough)).spared(1)

    def impartial(self) -> Iterator[Slot]:
        """Who looks into what an office is said to have done: not that office."""
        if self.plan.interested:
            yield self.slot("impartial", handling.IMPARTIAL).spared(1)

    def confidential(self) -> Iterator[Slot]:
        """A line for who reports an offence."""
        if self.plan.kind == "举报":
            yield self.slot("confidential", ending.CONFIDENTIAL)

    def advice(self) -> Iterator[Slot]:
        """What to keep and where to ask; a general note where the table has nothing."""
        if self.plan.urgent:  # who stands in a gas leak need not be told to keep the receipts
            return
        if not self.plan.advice and self.plan.form == "first":
            spare = 7 if self.plan.kind in ("建议", "表扬") else FILL
            yield self.slot("note", ending.NOTE[self.plan.kind]).spared(spare)
        for place, advice in enumerate(self.plan.advice):
            yield Slot((advice,), spare=7 - place)

    def ending(self, contact: Sequence[str]) -> Iterator[Slot]:
        """How to reach the hotline, and thanks."""
        kind = self.plan.kind
        yield self.slot("fill", ending.FILL_PRAISE if kind == "表扬" else ending.FILL).spared(FILL)
        yield self.slot("contact", contact)
        yield self.slot("closing", ending.CLOSING[kind]).spared(8)

    def blanks(self) -> Iterator[Slot]:
        """The blanks in one sentence, each with what it is for."""
        ways = [
            [
                wording.format(blank=mark(blank))
                for wording in turned(self.seed, blank, handling.BLANK.get(blank, _OTHER))
            ]
            for blank in self.plan.blanks
        ]
        if ways:
            yield Slot(tuple("；".join(clauses) + "。" for clauses in product(*ways)))

    def assists(self) -> str:
        """The helpers as the end of a sentence, with the comma before; '' when there is none."""
        names = self.plan.assists
        if not names:
            return ""
        said = "、".join(names[:_MAX_ASSISTS]) + ("等单位" if len(names) > _MAX_ASSISTS else "")
        return turned(self.seed, "assist", handling.ASSIST)[0].format(names=said)

    def issue_lines(self) -> Iterator[str]:
        """Numbered lines, one an issue."""
        wording = turned(self.seed, "issue", handling.ISSUE)[0]  # one form for the whole list
        before = ""
        for number, issue in enumerate(self.plan.issues[: self.listed], start=1):
            unit = issue.lead.unit if issue.lead is not None else ""
            if unit and unit == before:
                form = (
                    handling.ISSUE_SAME[number % len(handling.ISSUE_SAME)]
                    if self._shown(issue)
                    else handling.ISSUE_SAME_BARE
                )
                yield form.format(number=number, matter=self._shown(issue))
            else:
                yield self._issue_line(str(number), issue, wording)
            before = unit
        if len(self.plan.issues) > self.listed:
            yield handling.ISSUES_REST

    def _shown(self, issue: PlanIssue) -> str:
        return issue.matter if self.named else cut(issue.matter, _ISSUE_SHORT)

    def _issue_line(self, number: str, issue: PlanIssue, wording: str) -> str:
        matter = self._shown(issue)
        facts = {"number": number, "matter": matter}
        if issue.lead is None:
            return (handling.ISSUE_OPEN if matter else handling.ISSUE_OPEN_BARE).format(**facts)
        if issue.lead.id == OUT:
            form = handling.ISSUE_OUT if matter else handling.ISSUE_OUT_BARE
            return form.format(**facts, authority=self.plan.authority or ending.ANY_AUTHORITY)
        return (wording if matter else handling.ISSUE_BARE).format(**facts, lead=issue.lead.unit)


def _repeats(word: str, matter: str) -> bool:
    if word[-_SAME_END:] in matter and not _GENERAL_END.search(word):  # 在该处设减速带 after 希望滨河路设减速带
        return True
    pairs = {word[i : i + 2] for i in range(len(word) - 1)}
    return len(pairs & {matter[i : i + 2] for i in range(len(matter) - 1)}) >= _REPEATED * len(pairs)
