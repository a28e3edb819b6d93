"""What speaks for each category and each department: one feature row a candidate.

Gathers the evidence that the learned rankers weigh: linear text model, duty topics, similar past cases,
names and remits. Nothing is decided here. Every feature is a log-probability or a standard score, so that
one weight means the same for all candidates.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agent.classify.firm import FirmRule, FirmRules
from knowledge.index import Query, Shelf
from knowledge.vocabulary import PastCase

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]

CATEGORY_FEATURES = ("level1", "topic", "no_topic", "cases", "name", "other")
LEAD_FEATURES = ("text", "topic", "no_topic", "cases", "remit", "category", "usual", "rule", "unseen")
NEIGHBOURS = 50  # each weighs e-fold less a deviation farther away; a few values were looked at on gold_dev
# Standard score from which an added case is a precedent. Judgement: 41 of 895 messages came to 5 or nearer to a
# case about something else or the same, and of the 8 beyond 6 five had its lead.
PRECEDENT_FROM = 5.5
_RULE_CHARS = 300  # what comes later is background, not the matter
_FLOOR = 1e-3  # what a candidate without any neighbour gets
_BACK_OFF = (0.5, 0.25, 0.2, 0.05)  # weight of a neighbour for its category, level 2, level 1, anything
_NO_TOPIC = -2.0  # standard score given to a candidate that no duty topic points to


@dataclass(frozen=True)
class Lists:
    """The closed lists in array order, and the arrows between them; made once a knowledge base."""

    codes: tuple[str, ...]
    departments: tuple[str, ...]
    level1: tuple[str, ...]
    level1_of: Ints
    level2_of: Ints
    is_other: NDArray[np.bool_]
    usual_lead: Ints
    duty_category: Ints
    duty_lead: Ints

    @classmethod
    def of(cls, base: KnowledgeBase) -> Lists:
        """Read the orders off the shelves, so that scores line up."""
        tables = base.tables
        codes, departments = base.shelf("categories").ids, base.shelf("departments").ids
        at, dep = {c: i for i, c in enumerate(codes)}, {d: i for i, d in enumerate(departments)}
        level1 = tuple(dict.fromkeys(c.level1 for c in tables.categories))
        level2 = list(dict.fromkeys(code[:4] for code in codes))
        duties = [tables.duty[topic] for topic in base.shelf("duties").ids]
        return cls(
            codes=codes,
            departments=departments,
            level1=level1,
            level1_of=np.array([level1.index(tables.category[c].level1) for c in codes], np.intp),
            level2_of=np.array([level2.index(c[:4]) for c in codes], np.intp),
            is_other=np.array([tables.category[c].level3 == "其他" for c in codes], np.bool_),
            usual_lead=np.array([dep[tables.category_lead[c].lead] for c in codes], np.intp),
            duty_category=np.array([at[d.category.code] for d in duties], np.intp),
            duty_lead=np.array([dep[d.lead] for d in duties], np.intp),
        )


@dataclass(frozen=True)
class Evidence:
    """Scores of everything that was looked up for one complaint.

    Attributes:
        duties: Standard score of each duty topic.
        categories: Standard score of each category's name.
        departments: Standard score of each department's remit.
        case_category: Share of neighbours by category, sums to 1 (all zero without cases).
        case_lead: Share of neighbours by department.
        rules: Firm rules that hold.
        precedents: Added cases so alike that they count as the same kind of matter, best first.
    """

    duties: Floats
    categories: Floats
    departments: Floats
    case_category: Floats
    case_lead: Floats
    rules: tuple[FirmRule, ...]
    precedents: tuple[PastCase, ...] = ()


@dataclass(frozen=True)
class _CaseLabels:
    """Labels of the past cases in the order of one state of their shelf."""

    shelf: Shelf
    cases: tuple[PastCase | None, ...]
    added: NDArray[np.bool_]
    category: Ints
    lead: Ints


class Gatherer:
    """Looks evidence up in a knowledge base; safe to use from several threads."""

    def __init__(self, base: KnowledgeBase, rules: FirmRules) -> None:
        self._base, self._rules = base, rules
        self.lists = Lists.of(base)
        self._labels = self._labelled(base.shelf("cases"))

    def gather(self, query: Query, text: str, exclude: Collection[str] = ()) -> Evidence:
        """All evidence for one query.

        Args:
            query: Words and vector of the complaint.
            text: The same complaint as `model_text` gives it, for the firm rules.
            exclude: Ids of past cases to leave out (a training row must not find itself).
        """
        shelf = self._base.shelf("cases")
        labels = self._labels
        if labels.shelf is not shelf:  # a case was added or removed since: the shelf was replaced whole
            labels = self._labels = self._labelled(shelf)
        scores = shelf.fused(query)
        nearest = [row for row in self._nearest(shelf, scores, exclude) if labels.category[row] >= 0]
        shares = np.zeros(len(shelf), np.float32)
        if nearest:
            weights = np.exp(scores[nearest] - scores[nearest[0]])
            shares[nearest] = weights / weights.sum()
        return Evidence(
            duties=self._base.shelf("duties").fused(query),
            categories=self._base.shelf("categories").fused(query),
            departments=self._base.shelf("departments").fused(query),
            case_category=_total(shares[nearest], labels.category[nearest], len(self.lists.codes)),
            case_lead=_total(shares[nearest], labels.lead[nearest], len(self.lists.departments)),
            rules=self._rules.matching(text[:_RULE_CHARS]),
            precedents=tuple(
                case
                for row in nearest[:3]
                if scores[row] >= PRECEDENT_FROM and labels.added[row] and (case := labels.cases[row]) is not None
            ),
        )

    @staticmethod
    def _nearest(shelf: Shelf, scores: Floats, exclude: Collection[str]) -> list[int]:
        ids = shelf.ids
        order = np.argsort(-scores, kind="stable")[: NEIGHBOURS + len(exclude)]
        return [row for row in order.tolist() if ids[row] not in exclude][:NEIGHBOURS]

    def _labelled(self, shelf: Shelf) -> _CaseLabels:
        """Labels in the order of the shelf; a case that was removed meanwhile takes no part in any vote."""
        held = self._base.cases
        cases = tuple(held.get(case_id) if case_id in held else None for case_id in shelf.ids)
        codes, departments = self.lists.codes, self.lists.departments
        category = [codes.index(case.category) if case else -1 for case in cases]
        lead = [departments.index(case.lead) if case else -1 for case in cases]
        added = np.array([held.is_added(case_id) for case_id in shelf.ids], np.bool_)
        return _CaseLabels(shelf, cases, added, np.array(category, np.intp), np.array(lead, np.intp))


def category_features(lists: Lists, evidence: Evidence, level1: Floats) -> Floats:
    """One row a category, columns `CATEGORY_FEATURES`.

    Args:
        lists: The closed lists.
        evidence: What was looked up.
        level1: Log-probability of each first level by the text model, in the order of `lists.level1`.
    """
    n = len(lists.codes)
    topic = np.full(n, _NO_TOPIC, np.float32)
    np.maximum.at(topic, lists.duty_category, evidence.duties)
    columns = (
        np.nan_to_num(level1, nan=float(np.log(_FLOOR)))[lists.level1_of],
        topic,
        (topic == _NO_TOPIC).astype(np.float32),
        np.log(_backed_off(lists, evidence.case_category)),
        evidence.categories,
        lists.is_other.astype(np.float32),
    )
    return np.stack(columns, axis=1).astype(np.float32)


def lead_features(lists: Lists, evidence: Evidence, text: Floats, category: Floats) -> Floats:
    """One row a department, columns `LEAD_FEATURES`.

    Args:
        lists: The closed lists.
        evidence: What was looked up.
        text: Log-probability of each department by the text model, NaN where it has never seen one.
        category: Log-probability of each category, from the category ranker.
    """
    n = len(lists.departments)
    topic = np.full(n, _NO_TOPIC, np.float32)
    np.maximum.at(topic, lists.duty_lead, evidence.duties)
    ruled = np.zeros(n, np.float32)
    ruled[[lists.departments.index(rule.lead) for rule in evidence.rules]] = 1.0
    p = np.exp(category)
    # A category's duty topics say more than its usual lead: weigh each by how well its topic fits.
    fit = np.exp(evidence.duties)
    share = fit / np.maximum(_total(fit, lists.duty_category, len(p)), 1e-9)[lists.duty_category]
    through_topics = _total(p[lists.duty_category] * share, lists.duty_lead, n)
    unseen = np.isnan(text)
    columns = (
        np.where(unseen, np.log(_FLOOR), text),
        topic,
        (topic == _NO_TOPIC).astype(np.float32),
        np.log(evidence.case_lead + _FLOOR),
        evidence.departments,
        np.log(through_topics + _FLOOR),
        np.log(_total(p, lists.usual_lead, n) + _FLOOR),
        ruled,
        unseen.astype(np.float32),
    )
    return np.stack(columns, axis=1).astype(np.float32)


def spread(labels: tuple[str, ...], values: Floats, order: tuple[str, ...]) -> Floats:
    """Log-probabilities of some labels put into a longer order; NaN for labels the model has never seen."""
    out = np.full(len(order), np.nan, np.float32)
    at = {label: i for i, label in enumerate(order)}
    for label, value in zip(labels, values, strict=True):
        if label in at:
            out[at[label]] = value
    return out


def _backed_off(lists: Lists, shares: Floats) -> Floats:
    """Neighbour shares smoothed up the hierarchy: a neighbour also speaks for its second and first level."""
    n = len(shares)
    own, level2, level1, any_ = _BACK_OFF
    size2, size1 = np.bincount(lists.level2_of), np.bincount(lists.level1_of)
    by2 = _total(shares, lists.level2_of, len(size2)) / size2
    by1 = _total(shares, lists.level1_of, len(size1)) / size1
    mixed = own * shares + level2 * by2[lists.level2_of] + level1 * by1[lists.level1_of] + any_ / n
    return np.asarray(mixed, np.float32)


def _total(values: NDArray[np.floating], group: Ints, size: int) -> Floats:
    return np.bincount(group, weights=values, minlength=size).astype(np.float32)
