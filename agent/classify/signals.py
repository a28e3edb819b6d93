"""What speaks for each category and each department, looked up: duty topics, similar cases, names, remits, rules.

Nothing is weighed or decided here; `agent.classify.features` turns it into numbers for the learned rankers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agent.classify.firm import FirmRule, FirmRules
from knowledge.cases import CaseHit
from knowledge.index import Query, Shelf, shown
from knowledge.vocabulary import PastCase

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]

NEIGHBOURS = 50  # each weighs e-fold less a deviation farther away; a few values were looked at on gold_dev
# Standard score from which an added case is a precedent. Judgement: 41 of 895 messages came to 5 or nearer to a
# case about something else or the same, and of the 8 beyond 6 five had its lead.
PRECEDENT_FROM = 5.5
SIMILAR = 5  # past cases shown beside a suggestion
_RULE_CHARS = 300  # what comes later is background, not the matter


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
    usual_assist: NDArray[np.bool_]  # (categories, departments)
    duty_category: Ints
    duty_lead: Ints
    duty_assist: NDArray[np.bool_]  # (duties, departments)
    names: tuple[tuple[str, ...], ...]  # what a department is called in a text

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
            usual_assist=_members([tables.category_lead[c].assist for c in codes], departments),
            duty_category=np.array([at[d.category.code] for d in duties], np.intp),
            duty_lead=np.array([dep[d.lead] for d in duties], np.intp),
            duty_assist=_members([d.assist for d in duties], departments),
            names=tuple((tables.department[d].name, *tables.department[d].aliases) for d in departments),
        )


@dataclass(frozen=True)
class Views:
    """What the text models say of one message: log-probabilities in the order of the lists.

    Labels that a model has never seen are NaN.
    """

    level1: Floats
    category: Floats
    lead: Floats
    assist: Floats


@dataclass(frozen=True)
class Evidence:
    """Scores of everything that was looked up for one complaint.

    Attributes:
        duties: Standard score of each duty topic.
        categories: Standard score of each category's name.
        departments: Standard score of each department's remit.
        case_category: Share of neighbours by category, sums to 1 (all zero without cases).
        case_lead: Share of neighbours by department.
        case_assist: Share of neighbours that name a department as help; sums to more or less than 1.
        named: Departments that the text names.
        rules: Firm rules that hold.
        precedents: Added cases so alike that they count as the same kind of matter, best first.
        similar: The past cases most like it, best first.
    """

    duties: Floats
    categories: Floats
    departments: Floats
    case_category: Floats
    case_lead: Floats
    case_assist: Floats
    named: NDArray[np.bool_]
    rules: tuple[FirmRule, ...]
    precedents: tuple[PastCase, ...] = ()
    similar: tuple[CaseHit, ...] = ()


@dataclass(frozen=True)
class _CaseLabels:
    """Labels of the past cases in the order of one state of their shelf."""

    shelf: Shelf
    cases: tuple[PastCase | None, ...]
    added: NDArray[np.bool_]
    category: Ints
    lead: Ints
    assist: NDArray[np.bool_]  # (cases, departments)


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
            case_category=total(shares[nearest], labels.category[nearest], len(self.lists.codes)),
            case_lead=total(shares[nearest], labels.lead[nearest], len(self.lists.departments)),
            case_assist=np.asarray(shares[nearest] @ labels.assist[nearest], np.float32),
            named=np.array([any(name in text for name in names) for names in self.lists.names], np.bool_),
            rules=self._rules.matching(text[:_RULE_CHARS]),
            precedents=tuple(
                case
                for row in nearest[:3]
                if scores[row] >= PRECEDENT_FROM and labels.added[row] and (case := labels.cases[row]) is not None
            ),
            similar=tuple(
                CaseHit(case, shown(float(scores[row])))
                for row in nearest[:SIMILAR]
                if (case := labels.cases[row]) is not None
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
        assist = _members([case.assist if case else () for case in cases], departments)
        return _CaseLabels(shelf, cases, added, np.array(category, np.intp), np.array(lead, np.intp), assist)


def _members(groups: Sequence[Sequence[str]], departments: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which group names which department, shape `(len(groups), len(departments))`."""
    return np.array([[d in group for d in departments] for group in groups], np.bool_).reshape(-1, len(departments))


def total(values: NDArray[np.floating], group: Ints, size: int) -> Floats:
    """Sum of the values of each group, shape `(size,)`."""
    return np.bincount(group, weights=values, minlength=size).astype(np.float32)
