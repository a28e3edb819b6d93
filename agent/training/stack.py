"""The stack on top of the text models: rankers, chances, thresholds; fold by fold, then on all rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from agent.classify.doubt import SHOWN, SURE_FEATURES, sure_features
from agent.classify.features import (
    ASSIST_FEATURES,
    CATEGORY_FEATURES,
    LEAD_FEATURES,
    assist_features,
    category_features,
    lead_features,
)
from agent.classify.habit import Habit, HabitTable
from agent.classify.model import Card, Weights, department_columns, kind_features, with_habits
from agent.classify.signals import Evidence, Lists, Views
from agent.classify.urgent import URGENT_FEATURES, urgent_features
from agent.decide import CATEGORY_BELOW
from agent.reading import fired_cues
from agent.reading.kind import load_kind_rules
from agent.training.rows import TrainingRow
from agent.urgency import UrgencyReading
from models.logit import NO, YES, Logit, fit_logit
from models.measures import coverage_curve, threshold_for
from models.ngrams import Floats
from models.ranker import Ranker, fit_ranker

Bools = NDArray[np.bool_]
T = TypeVar("T")
FOLDS = 5
WRITTEN_WEIGHT = 0.3  # of a written case beside a real message, for kind and urgency; judgement
# What the thresholds aim at on held-out rows: the smallest precision of the named assists and of urgency.
ASSIST_PRECISION = 0.61
URGENT_PRECISION = 0.62


@dataclass(frozen=True)
class Seen:
    """One row with all evidence for it; views are held out."""

    row: TrainingRow
    evidence: Evidence
    views: Views


@dataclass(frozen=True)
class Spoken:
    """What a row says by its words alone: held-out views of kind and urgency, and what the urgency rules read."""

    row: TrainingRow
    kind: Floats
    urgent: float
    reading: UrgencyReading


@dataclass(frozen=True)
class _Ranked:
    """Held-out rankings of all rows, and the rankers fitted on all."""

    categories: Ranker
    leads: Ranker
    category: Floats  # (n, categories) held-out log-probabilities
    lead: Floats
    category_right: list[Bools]
    lead_right: list[Bools]


def fit_stack(
    lists: Lists,
    seen: Sequence[Seen],
    spoken: Sequence[Spoken],
    rows: Sequence[TrainingRow],
    kinds: tuple[str, ...],
    seed: int,
) -> tuple[Weights, dict[str, float]]:
    """Fit rankers, chances and thresholds.

    Args:
        lists: The closed lists.
        seen: Rows of the stack, with held-out views.
        spoken: All rows that tell their kind or urgency.
        rows: Rows that tell which departments usually help.
        kinds: Labels of the kind text model.
        seed: Fixes the folds.

    Returns:
        The weights with an empty card, and held-out figures.
    """
    fold_of = np.random.default_rng(seed + 1).permutation(len(seen)) % min(FOLDS, len(seen))
    ranked = _rank(lists, seen, fold_of)
    known = [row for row in rows if row.assist is not None]
    habits = (
        Habit.count((row.leads[0], row.assist or ()) for row in known if row.leads),
        Habit.count((row.categories[0][:4], row.assist or ()) for row in known if row.categories),
    )
    assist, assist_from, assist_figures = _fit_assist(lists, seen, ranked, habits, fold_of)
    kind, kind_right = _fit_kind(spoken, kinds, seed)
    urgent, urgent_from, urgent_figures = _fit_urgent(spoken, seed)
    lead_sure = _fit_sure(ranked.lead, ranked.lead_right)
    category_sure = _fit_sure(ranked.category, ranked.category_right)
    clear = _best_chance(category_sure, ranked.category) >= CATEGORY_BELOW
    weights = Weights(
        categories=ranked.categories,
        leads=ranked.leads,
        category_sure=category_sure,
        lead_sure=lead_sure,
        lead_curve=_curve(lead_sure, ranked.lead, ranked.lead_right, clear),
        assist=assist,
        by_lead=habits[0],
        by_level2=habits[1],
        assist_from=assist_from,
        kind=kind,
        urgent=urgent,
        urgent_from=urgent_from,
        card=Card(rows={}, trained_on="", seed=seed, held_out={}),
    )
    figures = {
        "category": _top(ranked.category, ranked.category_right, 1),
        "category@3": _top(ranked.category, ranked.category_right, 3),
        "lead": _top(ranked.lead, ranked.lead_right, 1),
        "lead@3": _top(ranked.lead, ranked.lead_right, 3),
        "kind": kind_right,
    }
    return weights, {name: round(value, 4) for name, value in (figures | assist_figures | urgent_figures).items()}


def _rank(lists: Lists, seen: Sequence[Seen], fold_of: NDArray[np.intp]) -> _Ranked:
    features = [category_features(lists, s.evidence, s.views) for s in seen]
    right = [_accepted(lists, s.row) for s in seen]
    category = _held_out(CATEGORY_FEATURES, features, right, fold_of)
    categories = fit_ranker(CATEGORY_FEATURES, features, right)
    lead_rows = [lead_features(lists, s.evidence, s.views, category[i]) for i, s in enumerate(seen)]
    lead_right = [np.array([d in s.row.leads for d in lists.departments]) for s in seen]
    known = [i for i, accepted in enumerate(lead_right) if accepted.any()]
    lead = _held_out(LEAD_FEATURES, lead_rows, lead_right, fold_of)
    leads = fit_ranker(LEAD_FEATURES, [lead_rows[i] for i in known], [lead_right[i] for i in known])
    return _Ranked(categories, leads, category, lead, right, lead_right)


def _held_out(
    names: tuple[str, ...], features: Sequence[Floats], right: Sequence[Bools], fold_of: NDArray[np.intp]
) -> Floats:
    """Log-probabilities of every row from a ranker that did not see its fold."""
    found = np.zeros((len(features), len(features[0])), np.float32)
    for fold in range(int(fold_of.max()) + 1):
        rows = [i for i in np.flatnonzero(fold_of != fold).tolist() if right[i].any()]
        ranker = fit_ranker(names, [features[i] for i in rows], [right[i] for i in rows])
        for i in np.flatnonzero(fold_of == fold).tolist():
            found[i] = ranker.log_proba(features[i])
    return found


def _accepted(lists: Lists, row: TrainingRow) -> Bools:
    if row.categories:
        return np.array([code in row.categories for code in lists.codes])
    if not row.level1:
        return np.ones(len(lists.codes), np.bool_)  # says nothing, so every category will do
    return np.asarray(lists.level1_of == lists.level1.index(row.level1))


def _top(ranked: Floats, right: Sequence[Bools], k: int) -> float:
    best = np.argsort(-ranked, axis=1, kind="stable")[:, :k]
    hits = [bool(accepted[best[i]].any()) for i, accepted in enumerate(right) if accepted.any() and not accepted.all()]
    return float(np.mean(hits)) if hits else 0.0


def _fit_sure(ranked: Floats, right: Sequence[Bools]) -> Logit:
    """Chance of each shown candidate to be acceptable."""
    features, labels = [], []
    for row, accepted in zip(ranked, right, strict=True):
        if accepted.any() and not accepted.all():
            best = np.argsort(-row, kind="stable")[:SHOWN]
            features.append(sure_features(row[best]))
            labels += [YES if accepted[i] else NO for i in best]
    return fit_logit(SURE_FEATURES, np.concatenate(features), labels, c=100.0, order=(NO, YES))


def _best_chance(sure: Logit, ranked: Floats) -> Floats:
    """Confidence of the best candidate of every row, shape `(n,)`."""
    return np.array([sure.yes(sure_features(np.sort(row)[::-1][:SHOWN]))[0] for row in ranked], np.float32)


def _curve(sure: Logit, ranked: Floats, right: Sequence[Bools], clear: Bools) -> tuple[tuple[float, float], ...]:
    """Confidence of the best lead and share right from there on, at even steps of coverage.

    Only rows that may go automatically at all count: those whose category is `clear`.
    """
    rows = [i for i, accepted in enumerate(right) if accepted.any() and clear[i]]
    chance = _best_chance(sure, ranked[rows]).astype(np.float64)
    good = np.array([bool(right[i][int(ranked[i].argmax())]) for i in rows], np.bool_)
    return tuple((point.threshold, point.accuracy) for point in coverage_curve(chance, good, points=100))


def _fit_assist(
    lists: Lists,
    seen: Sequence[Seen],
    ranked: _Ranked,
    habits: tuple[Habit, Habit],
    fold_of: NDArray[np.intp],
) -> tuple[Logit, float, dict[str, float]]:
    rows = [i for i, s in enumerate(seen) if s.row.assist is not None]
    names = (*ASSIST_FEATURES, *lists.departments)
    own = department_columns(names, lists.departments)
    if not any(seen[i].row.assist for i in rows):  # nobody was ever asked to help
        zero = ((0.0, 0.0),) * len(names)
        return Logit(names=names, labels=(NO, YES), weights=zero, bias=(0.0, -9.0)), 0.5, {}
    tables, wanted, useful = [], [], []
    for i in rows:
        row = seen[i].row
        chosen = lists.departments[int(ranked.lead[i].argmax())]
        table = assist_features(lists, seen[i].evidence, seen[i].views, ranked.category[i], ranked.lead[i])
        by_lead = habits[0].without(row.leads[0] if row.leads else "", row.assist or ())
        by_level2 = habits[1].without(row.categories[0][:4] if row.categories else "", row.assist or ())
        tables_of = HabitTable.of(by_lead, lists.departments), HabitTable.of(by_level2, lists.departments)
        table = with_habits(table, lists, tables_of, chosen, ranked.category[i])
        keep = np.array([d not in {chosen, "out"} for d in lists.departments])
        tables.append(np.concatenate([table, own], axis=1)[keep])
        wanted.append(np.array([d in (row.assist or ()) for d in lists.departments])[keep])
        useful.append(np.array([d in row.helpers for d in lists.departments])[keep])
    chances = [np.zeros(len(t), np.float32) for t in tables]
    for fold in range(int(fold_of.max()) + 1):
        inside = [at for at, i in enumerate(rows) if fold_of[i] != fold]
        logit = _assist_logit(names, [tables[at] for at in inside], [useful[at] for at in inside])
        for at, i in enumerate(rows):
            if fold_of[i] == fold:
                chances[at] = logit.yes(tables[at])
    threshold, recall, precision = _assist_threshold(chances, wanted, useful)
    figures = {"assist_recall": recall, "assist_precision": precision}
    return _assist_logit(names, tables, useful), threshold, figures


def _assist_logit(names: tuple[str, ...], tables: Sequence[Floats], useful: Sequence[Bools]) -> Logit:
    labels = [YES if y else NO for y in np.concatenate(useful)]
    return fit_logit(names, np.concatenate(tables), labels, c=0.3, order=(NO, YES))


def _assist_threshold(
    chances: Sequence[Floats], wanted: Sequence[Bools], useful: Sequence[Bools]
) -> tuple[float, float, float]:
    """The lowest threshold that keeps the precision wanted, with recall and precision there."""
    best = (0.9, 0.0, 0.0)
    for threshold in np.arange(0.9, 0.05, -0.01):
        named = [c >= threshold for c in chances]
        precisions = [float(u[n].mean()) for n, u in zip(named, useful, strict=True) if n.any()]
        recalls = [float(n[w].mean()) for n, w in zip(named, wanted, strict=True) if w.any()]
        precision = float(np.mean(precisions)) if precisions else 1.0
        if precision >= ASSIST_PRECISION:
            best = (round(float(threshold), 2), float(np.mean(recalls)), precision)
    return best


def _fit_kind(spoken: Sequence[Spoken], kinds: tuple[str, ...], seed: int) -> tuple[Logit, float]:
    """Kind from cues and text: written cases count too, because real messages hardly ever praise."""
    told = [s for s in spoken if s.row.kinds]
    cues = tuple(cue.name for cue in load_kind_rules().cue)
    features = np.stack([kind_features(cues, fired_cues(s.row.title, s.row.text), s.kind) for s in told])
    fit = partial(fit_logit, (*cues, *kinds), c=0.1, order=kinds)
    logit, chances = _fit_words(told, features, [s.row.kinds[0] for s in told], fit, seed)
    hits = [kinds[int(row.argmax())] in s.row.kinds for s, row in zip(told, chances, strict=True)]
    return logit, float(np.mean(_measured(told, hits)))


def _fit_urgent(spoken: Sequence[Spoken], seed: int) -> tuple[Logit, float, dict[str, float]]:
    told = [s for s in spoken if s.row.urgencies]
    features = np.stack([urgent_features(s.reading, s.urgent) for s in told])
    labels = [YES if s.row.urgencies[0] >= 1 else NO for s in told]
    logit, chances = _fit_words(told, features, labels, partial(fit_logit, URGENT_FEATURES, order=(NO, YES)), seed)
    asked = np.array(_measured(told, chances[:, 1].tolist()))
    is_urgent = np.array(_measured(told, [label == YES for label in labels]))
    may = np.array(_measured(told, [max(s.row.urgencies) >= 1 for s in told]))
    threshold = threshold_for(asked, may, URGENT_PRECISION)
    named = asked >= threshold
    figures = {
        "urgency": float(np.where(named, may, ~is_urgent).mean()),
        "urgent_recall": float(named[is_urgent].mean()) if is_urgent.any() else 0.0,
        "urgent_precision": float(may[named].mean()) if named.any() else 0.0,
    }
    return logit, min(round(threshold, 4), 1.0), figures


def _fit_words(
    told: Sequence[Spoken], features: Floats, labels: Sequence[str], fit: Callable[..., Logit], seed: int
) -> tuple[Logit, Floats]:
    """A logistic regression on all rows, and held-out chances, shape `(n, labels)`."""
    weights = np.array([1.0 if s.row.real else WRITTEN_WEIGHT for s in told])
    fold_of = np.random.default_rng(seed + 2).permutation(len(told)) % min(FOLDS, len(told))

    def fitted(inside: NDArray[np.intp]) -> Logit:
        return fit(features[inside], [labels[i] for i in inside], weights=weights[inside])

    final = fitted(np.arange(len(told)))
    chances = np.zeros((len(told), len(final.labels)), np.float32)
    for fold in range(int(fold_of.max()) + 1):
        outside = fold_of == fold
        chances[outside] = fitted(np.flatnonzero(~outside)).proba(features[outside])
    return final, chances


def _measured(told: Sequence[Spoken], values: Sequence[T]) -> list[T]:
    """The values of real messages, of all rows where there are none: written cases are easier than life."""
    return [value for s, value in zip(told, values, strict=True) if s.row.real] or list(values)
