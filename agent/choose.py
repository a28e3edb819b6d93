"""Chooses category and lead for one text: evidence, calibrated model, unit, assists, basis, reason.

Every value comes from a closed list of the knowledge base. The statute named in a reason is the one that
the duty table gives for the chosen lead, checked as of the day; without a fitting duty there is none.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agent.classify.doubt import SHOWN
from agent.classify.firm import FirmRule, FirmRules
from agent.classify.model import Model, Tone
from agent.classify.signals import Evidence, Floats, Gatherer, Views
from agent.classify.text import model_text, query_text
from agent.reasons import Grounds, assist_reason, lead_reason
from agent.schema import Assist, CategoryChoice, CategoryGuess, Dispatch, LeadAlternative, Unit
from knowledge.base import KnowledgeBase
from knowledge.cases import CaseHit
from knowledge.index import Query
from knowledge.units import resolve_unit
from knowledge.vocabulary import Address, Duty, PastCase
from models.embedder import QueryEncoder
from models.linear import log_softmax
from models.ngrams import Document

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
class Matter:
    """One text to choose for.

    Attributes:
        title: Masked title, '' when none was given.
        text: Masked text.
        address: Where the matter is; decides which office acts.
        day: Day the matter was received; decides which law may be cited.
        emergency: Danger to life: a firm rule then outweighs what the text merely resembles.
    """

    title: str
    text: str
    address: Address
    day: dt.date
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """One text as model and index see it; `chances` are of each category by code."""

    query: Query
    document: Document
    evidence: Evidence
    views: Views
    tone: Tone
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


class Chooser:
    """Applies one fitted model to one knowledge base.

    Args:
        base: Closed lists, cases and index.
        model: The fitted model.
        rules: Firm rules.
        encoder: Whose vectors are used; the knowledge base's own when not given.
    """

    def __init__(
        self, base: KnowledgeBase, model: Model, rules: FirmRules, encoder: QueryEncoder | None = None
    ) -> None:
        self._base, self._model, self._rules = base, model, rules
        self.encoder: QueryEncoder = encoder or base.embedder
        self._gatherer = Gatherer(base, rules)

    def with_encoder(self, encoder: QueryEncoder) -> Chooser:
        """The same chooser with vectors of another encoder of the same space."""
        other = copy.copy(self)
        other.encoder = encoder
        return other

    def choose(self, matter: Matter) -> Choice:
        """Choose for one masked text."""
        return self._decide(matter, self.read(matter.title, matter.text))

    def choose_many(self, matters: Sequence[Matter]) -> list[Choice]:
        """The same for many texts at once, as one product each with shelves and text models."""
        reads = self._read([(matter.title, matter.text) for matter in matters])
        return [self._decide(matter, read) for matter, read in zip(matters, reads, strict=True)]

    def read(self, title: str, text: str) -> Read:
        """One encoding, and what model and index say about the category."""
        return self._read([(title, text)])[0]

    def _read(self, texts: Sequence[tuple[str, str]]) -> list[Read]:
        if not texts:
            return []
        lists = self._gatherer.lists
        queries = self._base.queries([query_text(title, text) for title, text in texts], self.encoder)
        documents = [
            Document(title, model_text(title, text), query.vector)
            for (title, text), query in zip(texts, queries, strict=True)
        ]
        views, tones = self._model.views(lists, documents), self._model.tones(documents)
        reads = []
        for query, document, view, tone in zip(queries, documents, views, tones, strict=True):
            evidence = self._gatherer.gather(query, document.text)
            categories = self._model.categories(lists, evidence, view)
            chances = dict(zip(lists.codes, np.exp(categories).tolist(), strict=True))
            reads.append(Read(query, document, evidence, view, tone, categories, chances))
        return reads

    def _decide(self, matter: Matter, read: Read) -> Choice:
        lists, evidence = self._gatherer.lists, read.evidence
        deciding = self._rules.deciding(read.document.text) if matter.emergency else None
        same = self._same(evidence.similar)
        categories, leads = self._weighed(read, deciding, same, emergency=matter.emergency)
        category = self._category(categories)
        lead_id = lists.departments[int(leads.argmax())]
        grounds = Grounds(
            precedent=next((c for c in (same, *evidence.precedents[:1]) if c is not None and c.lead == lead_id), None),
            rule=next((r for r in (deciding, *evidence.rules) if r is not None and r.lead == lead_id), None),
            duty=self._duty(evidence, lead_id, category.code),
        )
        helpers = self._model.assists(lists, evidence, read.views, categories, leads, lead_id)[:_MAX_ASSISTS]
        assists = tuple(
            Assist(
                id=helper,
                name=self._base.tables.department[helper].name,
                reason=assist_reason(helper, grounds.duty, evidence.similar, chance),
            )
            for helper, chance in helpers
        )
        if matter.emergency:
            assists = self._called_along(deciding, evidence.rules, lead_id, assists)
        dispatch = self._dispatch(leads, grounds, category, evidence.similar, matter, assists)
        known = same is not None or bool(evidence.precedents)
        return Choice(read, category, dispatch, grounds.duty, evidence.similar, known)

    def _weighed(
        self, read: Read, deciding: FirmRule | None, same: PastCase | None, *, emergency: bool
    ) -> tuple[Floats, Floats]:
        """Log-probabilities of categories and leads: the model's, then what stands above it, the strongest last."""
        lists, evidence, categories = self._gatherer.lists, read.evidence, read.categories
        leads = self._model.leads(lists, evidence, read.views, categories)
        for case in evidence.precedents[:1]:
            categories = _raised(categories, lists.codes.index(case.category), PRECEDENT_ODDS)
            leads = _raised(leads, lists.departments.index(case.lead), PRECEDENT_ODDS)
        for rule in evidence.rules[:1]:
            if emergency or rule.above:
                leads = _raised(leads, lists.departments.index(rule.lead), RULE_ODDS)
        if deciding is not None:
            leads = _first(leads, lists.departments.index(deciding.lead))
        if same is not None:
            categories = _first(categories, lists.codes.index(same.category))
            leads = _first(leads, lists.departments.index(same.lead))
        return categories, leads

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
        topics = self._base.shelf("duties").ids
        for row in np.flatnonzero(evidence.duties >= DUTY_FITS).tolist():
            duty = self._base.tables.duty[topics[row]]
            same_lead = _LEAD_BONUS if duty.lead == lead else 0.0
            value = float(evidence.duties[row]) + same_lead
            value += _CATEGORY_BONUS if duty.category.code == category else 0.0
            if value > best_score:
                best, best_score = duty, value
        if best is None or lead not in {best.lead, *best.assist}:
            return None
        # a topic of another field must fit very well to be named at all
        return best if best.category.code[:4] == category[:4] or best_score >= DUTY_SURE else None

    def _dispatch(
        self,
        leads: Floats,
        grounds: Grounds,
        category: CategoryGuess,
        cases: tuple[CaseHit, ...],
        matter: Matter,
        assists: tuple[Assist, ...],
    ) -> Dispatch:
        tables, departments = self._base.tables, self._gatherer.lists.departments
        order = np.argsort(-leads, kind="stable")[:SHOWN]
        chances = self._model.lead_confidence(leads[order])
        ranked = [(departments[int(i)], round(float(p), 4)) for i, p in zip(order, chances, strict=True)]
        lead = tables.department[ranked[0][0]]
        unit = resolve_unit(lead, matter.address, tables.districts, self._base.unit_patterns)
        basis = self._base.law_of(grounds.duty, matter.day) if grounds.duty is not None else ()
        return Dispatch(
            lead=Unit(id=lead.id, name=lead.name, unit=unit),
            confidence=ranked[0][1],
            alternatives=tuple(
                LeadAlternative(id=d, name=tables.department[d].name, confidence=p) for d, p in ranked[1:]
            ),
            assist=assists,
            basis=basis,
            reason=lead_reason(lead, grounds, basis, category, cases),
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
