"""Fits everything that is fitted, from labelled rows of any completeness; same rows, same artifact.

Text models first, with held-out predictions of their own training rows; the rankers are then fitted on
those held-out predictions and on evidence that leaves the row's own case out, so that their probabilities
are honest on new messages. Temperatures come from real messages only: seed cases are easier than life.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.classify.firm import FirmRules
from agent.classify.model import Card, Model
from agent.classify.signals import (
    CATEGORY_FEATURES,
    LEAD_FEATURES,
    Evidence,
    Gatherer,
    Lists,
    category_features,
    lead_features,
    spread,
)
from agent.classify.text import query_text
from agent.training.rows import TrainingRow
from knowledge.base import KnowledgeBase
from models.errors import InputError
from models.fit_linear import Fitted, fit_classifier
from models.ranker import Ranker, fit_ranker, fit_temperature

Floats = NDArray[np.float32]
Progress = Callable[[str, int, int], None]
MIN_ROWS = 40  # fewer labelled rows cannot fit a dozen weights
MIN_LEAD_ROWS = 4  # a department seen less often is left to topics and neighbours


@dataclass(frozen=True)
class _Gathered:
    """One natural row with its evidence and the held-out views of the text models."""

    row: TrainingRow
    evidence: Evidence
    level1: Floats
    lead: Floats


def train(
    rows: Sequence[TrainingRow],
    base: KnowledgeBase,
    *,
    rules_dir: Path | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Model:
    """Fit a model.

    Args:
        rows: Labelled rows; those without any label are ignored.
        base: Knowledge whose duties, names and cases give the evidence.
        rules_dir: The user's own rule files, as the agent that will use the model has them.
        seed: Fixes folds and solvers.
        progress: Called with (step, done, total).

    Raises:
        InputError: too few labelled rows.
    """
    with_level1 = [r for r in rows if r.level1]
    counts = {lead: sum(r.lead == lead for r in rows) for lead in {r.lead for r in rows if r.lead}}
    with_lead = [r for r in rows if counts.get(r.lead, 0) >= MIN_LEAD_ROWS]
    if len(with_level1) < MIN_ROWS or len(with_lead) < MIN_ROWS:
        raise InputError(
            f"{len(with_level1)} rows with a first level and {len(with_lead)} with a lead are too few to train on; "
            f"give at least {MIN_ROWS} of each"
        )
    level1 = fit_classifier([r.full for r in with_level1], [r.level1 for r in with_level1], seed=seed)
    lead = fit_classifier([r.full for r in with_lead], [r.lead for r in with_lead], seed=seed)
    gatherer = Gatherer(base, FirmRules.load(base.tables.department, rules_dir))
    views = _Views(gatherer.lists, level1, with_level1, lead, with_lead)
    natural = [r for r in rows if r.natural and (r.lead or r.level1)]
    gathered = []
    for done, row in enumerate(natural):
        query = base.query(query_text(row.title, row.text))
        gathered.append(_Gathered(row, gatherer.gather(query, row.full, {row.id}), *views.of(row)))
        if progress is not None:
            progress("evidence", done + 1, len(natural))
    categories, leads, figures = _fit_rankers(gatherer.lists, gathered)
    card = Card(
        rows={
            "level1": len(with_level1),
            "lead": len(with_lead),
            "lead_weak": sum(r.weak_lead for r in with_lead),
            "evidence": len(gathered),
        },
        trained_on=base.version(),
        seed=seed,
        held_out=figures | _accuracy("level1_text", level1, [r.level1 for r in with_level1]),
    )
    return Model(level1.classifier, lead.classifier, categories, leads, card)


class _Views:
    """Held-out log-probabilities of the text models, by row; fresh ones for rows they were not fitted on."""

    def __init__(
        self,
        lists: Lists,
        level1: Fitted,
        level1_rows: Sequence[TrainingRow],
        lead: Fitted,
        lead_rows: Sequence[TrainingRow],
    ) -> None:
        self._lists, self._level1, self._lead = lists, level1, lead
        self._level1_at = {id(row): i for i, row in enumerate(level1_rows)}
        self._lead_at = {id(row): i for i, row in enumerate(lead_rows)}

    def of(self, row: TrainingRow) -> tuple[Floats, Floats]:
        """First-level and lead views, in the order of the lists."""
        return (
            self._view(self._level1, self._level1_at.get(id(row)), row, self._lists.level1),
            self._view(self._lead, self._lead_at.get(id(row)), row, self._lists.departments),
        )

    @staticmethod
    def _view(fitted: Fitted, at: int | None, row: TrainingRow, order: tuple[str, ...]) -> Floats:
        values = fitted.classifier.log_proba([row.full])[0] if at is None else fitted.held_out[at]
        return spread(fitted.classifier.labels, values, order)


def _fit_rankers(lists: Lists, gathered: Sequence[_Gathered]) -> tuple[Ranker, Ranker, dict[str, float]]:
    # A row whose category has no other case cannot show what neighbours are worth: left out of itself, its
    # category is empty. Fitting on such rows would teach the ranker to distrust cases.
    cases = Counter(g.row.category for g in gathered)
    of_category = [g for g in gathered if g.row.level1 and (not g.row.category or cases[g.row.category] > 1)]
    features = [category_features(lists, g.evidence, g.level1) for g in of_category]
    accepted = [_accepted_categories(lists, g.row) for g in of_category]
    categories = fit_ranker(CATEGORY_FEATURES, features, accepted)
    real = [i for i, g in enumerate(of_category) if g.row.real]
    if len(real) >= MIN_ROWS:
        categories = fit_temperature(categories, [features[i] for i in real], [accepted[i] for i in real])
    of_lead = [g for g in gathered if g.row.lead]
    lead_rows = [_lead_features(lists, g, categories) for g in of_lead]
    accepted_leads = [np.array([d == g.row.lead for d in lists.departments]) for g in of_lead]
    leads = fit_ranker(LEAD_FEATURES, lead_rows, accepted_leads)
    real = [i for i, g in enumerate(of_lead) if g.row.real]
    if len(real) >= MIN_ROWS:
        leads = fit_temperature(leads, [lead_rows[i] for i in real], [accepted_leads[i] for i in real])
    figures = {
        "category": _hit_rate(categories, features, accepted),
        "lead": _hit_rate(leads, lead_rows, accepted_leads),
    }
    return categories, leads, figures


def _lead_features(lists: Lists, g: _Gathered, categories: Ranker) -> Floats:
    category = categories.log_proba(category_features(lists, g.evidence, g.level1))
    return lead_features(lists, g.evidence, g.lead, category)


def _accepted_categories(lists: Lists, row: TrainingRow) -> NDArray[np.bool_]:
    if row.category:
        return np.array([code == row.category for code in lists.codes])
    return np.asarray(lists.level1_of == lists.level1.index(row.level1))


def _hit_rate(ranker: Ranker, features: Sequence[Floats], accepted: Sequence[NDArray[np.bool_]]) -> float:
    hits = [bool(a[int(ranker.log_proba(f).argmax())]) for f, a in zip(features, accepted, strict=True)]
    return round(float(np.mean(hits)), 4) if hits else 0.0


def _accuracy(name: str, fitted: Fitted, labels: Sequence[str]) -> dict[str, float]:
    best = fitted.held_out.argmax(axis=1)
    right = [fitted.classifier.labels[i] == label for i, label in zip(best, labels, strict=True)]
    return {name: round(float(np.mean(right)), 4)}
