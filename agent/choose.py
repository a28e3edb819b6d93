"""Chooses category and lead for one text: evidence, calibrated model, unit, assists, basis, reason.

Every value comes from a closed list of the knowledge base. The statute named in a reason is the one that
the duty table gives for the chosen lead, checked as of the day; without a fitting duty there is none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agent.classify.doubt import SHOWN
from agent.classify.firm import FirmRule, FirmRules
from agent.classify.model import Model
from agent.classify.signals import Evidence, Floats, Gatherer, Views
from agent.classify.text import model_text, query_text
from agent.schema import Assist, CategoryChoice, CategoryGuess, Dispatch, LeadAlternative, Unit
from agent.wording import percent
from knowledge.base import CaseHit, KnowledgeBase
from knowledge.index import Query
from knowledge.numerals import article_label
from knowledge.units import resolve_unit
from knowledge.vocabulary import Address, Citation, Department, Duty, PastCase
from models.linear import log_softmax
from models.ngrams import Document

SIMILAR = 5
# A duty topic counts as fitting from this standard score on; judgement: three deviations above the mean topic.
DUTY_FITS = 3.0
DUTY_SURE = 6.0
_CATEGORY_BONUS, _LEAD_BONUS = 1.0, 0.7  # among fitting topics those of the chosen category and lead go first
_MAX_ASSISTS = 3
# Natural log of the factor on the odds of a rule that stands above the model, or of any rule in an emergency:
# 150. Judgement, not measured. A repair crew sent for nothing costs less than a leak passed around.
RULE_ODDS = 5.0
# The same for the labels of a precedent: a person here decided the very matter, the model saw other cities.
PRECEDENT_ODDS = 4.0
# Cosine from which an added case is the same report told again, and the least probability its labels then get, as do
# those of an emergency rule. Judgement: a person has decided, so the model may not outvote it; one in ten is left
# for a case that only looks the same.
SAME_FROM = 0.97
FIRST = 0.9


@dataclass(frozen=True, slots=True)
class Read:
    """One text as model and index see it; `chances` are of each category by code."""

    query: Query
    document: Document
    evidence: Evidence
    views: Views
    categories: Floats
    chances: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen for one text, and what it rests on."""

    read: Read
    category: CategoryGuess
    dispatch: Dispatch
    duty: Duty | None
    cases: tuple[CaseHit, ...]
    precedent: bool


@dataclass(frozen=True, slots=True)
class _Grounds:
    """What stands behind the chosen lead, strongest first."""

    precedent: PastCase | None
    rule: FirmRule | None
    duty: Duty | None


class Chooser:
    """Applies one fitted model to one knowledge base."""

    def __init__(self, base: KnowledgeBase, model: Model, rules: FirmRules) -> None:
        self._base, self._model, self._rules = base, model, rules
        self._gatherer = Gatherer(base, rules)

    def choose(self, title: str, text: str, address: Address, day: dt.date, *, emergency: bool = False) -> Choice:
        """Choose for one masked text.

        Args:
            title: Masked title, '' when none was given.
            text: Masked text.
            address: Where the matter is; decides which office acts.
            day: Day the matter was received; decides which law may be cited.
            emergency: Danger to life: a firm rule then outweighs what the text merely resembles.
        """
        lists = self._gatherer.lists
        read = self.read(title, text)
        query, evidence, views, categories = read.query, read.evidence, read.views, read.categories
        leads = self._model.leads(lists, evidence, views, categories)
        for case in evidence.precedents[:1]:
            categories = _raised(categories, lists.codes.index(case.category), PRECEDENT_ODDS)
            leads = _raised(leads, lists.departments.index(case.lead), PRECEDENT_ODDS)
        for rule in evidence.rules[:1]:
            if emergency or rule.above:
                leads = _raised(leads, lists.departments.index(rule.lead), RULE_ODDS)
        deciding = self._rules.deciding(read.document.text) if emergency else None
        if deciding is not None:
            leads = _first(leads, lists.departments.index(deciding.lead))
        cases = tuple(self._base.search_cases(query, SIMILAR))
        same = self._same(cases)
        if same is not None:
            categories = _first(categories, lists.codes.index(same.category))
            leads = _first(leads, lists.departments.index(same.lead))
        category = self._category(categories)
        lead_id = lists.departments[int(leads.argmax())]
        duty = self._duty(evidence, lead_id, category.code)
        grounds = _Grounds(
            precedent=next((c for c in (same, *evidence.precedents[:1]) if c is not None and c.lead == lead_id), None),
            rule=next((r for r in (deciding, *evidence.rules) if r is not None and r.lead == lead_id), None),
            duty=duty,
        )
        helpers = self._model.assists(lists, evidence, views, categories, leads, lead_id)[:_MAX_ASSISTS]
        assists = tuple(
            Assist(id=h, name=self._base.tables.department[h].name, reason=_assist_reason(h, duty, cases, chance))
            for h, chance in helpers
        )
        if emergency:
            assists = self._called_along(deciding, evidence.rules, lead_id, assists)
        dispatch = self._dispatch(leads, grounds, category, cases, address, day, assists)
        return Choice(read, category, dispatch, duty, cases, same is not None or bool(evidence.precedents))

    def read(self, title: str, text: str) -> Read:
        """One encoding, and what model and index say about the category."""
        query = self._base.query(query_text(title, text))
        document = Document(title, model_text(title, text), query.vector)
        evidence = self._gatherer.gather(query, document.text)
        views = self._model.views(self._gatherer.lists, document)
        categories = self._model.categories(self._gatherer.lists, evidence, views)
        chances = dict(zip(self._gatherer.lists.codes, np.exp(categories).tolist(), strict=True))
        return Read(query, document, evidence, views, categories, chances)

    def _same(self, cases: Sequence[CaseHit]) -> PastCase | None:
        """The added case that is the same report told again; of several the one closed last."""
        held = self._base.cases
        told = [hit.case for hit in cases if hit.score >= SAME_FROM and held.is_added(hit.case.id)]
        dated = [case for case in told if case.closed_at is not None]
        return max(dated, key=_closed_at) if dated else next(iter(told), None)

    def _called_along(
        self, deciding: FirmRule | None, rules: Sequence[FirmRule], lead: str, usual: tuple[Assist, ...]
    ) -> tuple[Assist, ...]:
        """Who must come to an emergency: by rule, and by habit only where no rule decided who leads.

        Habit knows the ordinary matters of a field: it would send the shop inspectors to somebody who took poison.
        """
        named = [] if deciding is None else [(d, deciding.source) for d in (deciding.lead, *deciding.assist)]
        named += [(rule.lead, rule.source) for rule in rules[:2]]
        ruled = {d: source for d, source in reversed(named) if d != lead}
        along = [
            Assist(id=d, name=self._base.tables.department[d].name, reason=f"按规则同时到场处置：{ruled[d]}")
            for d in dict.fromkeys(d for d, _ in named)
            if d in ruled
        ]
        habit = () if deciding is not None else (assist for assist in usual if assist.id not in ruled)
        return (*along, *habit)[:_MAX_ASSISTS]

    def _category(self, log_proba: Floats) -> CategoryGuess:
        best = np.argsort(-log_proba, kind="stable")[:SHOWN]
        chances = self._model.category_confidence(log_proba[best])
        choices = [self._category_choice(int(i), float(p)) for i, p in zip(best, chances, strict=True)]
        return CategoryGuess(**choices[0].model_dump(), alternatives=tuple(choices[1:]))

    def _category_choice(self, row: int, confidence: float) -> CategoryChoice:
        category = self._base.tables.category[self._gatherer.lists.codes[row]]
        return CategoryChoice(**category.model_dump(), confidence=round(min(confidence, 1.0), 4))

    def _duty(self, evidence: Evidence, lead: str, category: str) -> Duty | None:
        """The duty that fits the matter and names the chosen lead, as lead or as assist; None when there is none.

        The matter comes first: a topic of the chosen lead that fits worse would bring the wrong statute.
        """
        best, best_score = None, 0.0
        for topic, score in zip(self._base.shelf("duties").ids, evidence.duties.tolist(), strict=True):
            duty = self._base.tables.duty[topic]
            same_lead = _LEAD_BONUS if duty.lead == lead else 0.0
            value = score + same_lead + (_CATEGORY_BONUS if duty.category.code == category else 0.0)
            if score >= DUTY_FITS and value > best_score:
                best, best_score = duty, value
        if best is None or lead not in {best.lead, *best.assist}:
            return None
        # a topic of another field must fit very well to be named at all
        return best if best.category.code[:4] == category[:4] or best_score >= DUTY_SURE else None

    def _dispatch(
        self,
        leads: Floats,
        grounds: _Grounds,
        category: CategoryGuess,
        cases: tuple[CaseHit, ...],
        address: Address,
        day: dt.date,
        assists: tuple[Assist, ...],
    ) -> Dispatch:
        tables, departments = self._base.tables, self._gatherer.lists.departments
        order = np.argsort(-leads, kind="stable")[:SHOWN]
        chances = self._model.lead_confidence(leads[order])
        ranked = [(departments[int(i)], round(float(p), 4)) for i, p in zip(order, chances, strict=True)]
        lead = tables.department[ranked[0][0]]
        unit = resolve_unit(lead, address, tables.districts, self._base.unit_patterns)
        basis = self._base.law_of(grounds.duty, day) if grounds.duty is not None else ()
        return Dispatch(
            lead=Unit(id=lead.id, name=lead.name, unit=unit),
            confidence=ranked[0][1],
            alternatives=tuple(
                LeadAlternative(id=d, name=tables.department[d].name, confidence=p) for d, p in ranked[1:]
            ),
            assist=assists,
            basis=basis,
            reason=_reason(lead, grounds, basis, category, cases),
        )


def _raised(log_proba: Floats, row: int, odds: float) -> Floats:
    """The same probabilities with the log-odds of one candidate raised."""
    raised = log_proba.copy()
    raised[row] += odds
    return log_softmax(raised)


def _first(log_proba: Floats, row: int) -> Floats:
    """The same probabilities with one candidate's raised to `FIRST`, where it is lower."""
    p = float(np.exp(log_proba[row]))
    if p >= FIRST:
        return log_proba
    return _raised(log_proba, row, float(np.log(FIRST / (1 - FIRST)) - np.log(max(p, 1e-30) / (1 - p))))


def _closed_at(case: PastCase) -> dt.datetime:
    moment = case.closed_at or dt.datetime.min
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)


def _assist_reason(helper: str, duty: Duty | None, cases: Sequence[CaseHit], chance: float) -> str:
    if duty is not None and helper == duty.lead:
        return f"职责清单“{duty.topic}”列为主办"
    if duty is not None and helper in duty.assist:
        return f"职责清单“{duty.topic}”列为协办"
    alike = sum(helper in {hit.case.lead, *hit.case.assist} for hit in cases)
    if alike:
        return f"{alike}件相似工单由其主办或协办"
    return f"按文本特征和同类工单的协办习惯（把握{percent(chance)}）"


def _reason(
    lead: Department,
    grounds: _Grounds,
    basis: tuple[Citation, ...],
    category: CategoryGuess,
    cases: tuple[CaseHit, ...],
) -> str:
    """One sentence an operator can check: the strongest ground there is."""
    name, duty = lead.name, grounds.duty
    if grounds.precedent is not None:
        return f"与本地已办工单 {grounds.precedent.id} 属同类事项，参照由{name}主办。"
    if grounds.rule is not None:
        return f"按规则由{name}先行处置：{grounds.rule.source}。"
    if duty is not None:
        law = next((c for c in basis if c.article), None)
        source = f"（依据《{law.law}》{article_label(law.article)}）" if law is not None else ""
        if duty.lead != lead.id:
            learned = f"清单列{name}为协办，按文本特征和相似工单建议由其主办，请核对"
            return f"事项与职责清单“{duty.topic}”相符{source}，{learned}。"
        sure = "" if duty.safe else "，该职责划分尚需核实"
        return f"事项与职责清单“{duty.topic}”相符，由{name}主办{source}{sure}。"
    same = sum(hit.case.category == category.code for hit in cases)
    if same:
        return f"归入“{category.level3}”，有{same}件同类相似工单可参照，建议由{name}主办。"
    return f"职责清单中没有直接对应的事项，按文本特征建议由{name}主办，请人工核对。"
