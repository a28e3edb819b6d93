"""Fits everything that is fitted, from labelled rows of any completeness; same rows, same artifact.

Text models first, with held-out predictions of their own training rows. Rankers and calibration are stacked
on top of these, again fold by fold, so that every probability comes from a model that had not seen the row.
The stack is fitted on real messages where there are enough of them: cases written for this project teach
words and serve as neighbours, but they are easier than life.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.classify.features import spread
from agent.classify.firm import FirmRules
from agent.classify.model import Card, Model, TextModels
from agent.classify.signals import Evidence, Gatherer, Lists, Views
from agent.classify.text import query_text
from agent.training.rows import TrainingRow
from agent.training.stack import Seen, Spoken, fit_stack
from agent.urgency import UrgencyRules
from knowledge.base import KnowledgeBase
from models.errors import InputError
from models.fit_linear import Fitted, fit_classifier
from models.ngrams import Document, Floats

Progress = Callable[[str, int, int], None]
MIN_ROWS = 40  # fewer labelled rows cannot fit a dozen weights
MIN_LABEL = 4  # a department seen less often is left to topics and neighbours


@dataclass(frozen=True)
class _Text:
    """A fitted text model with the row index behind each held-out prediction."""

    fitted: Fitted
    at: dict[int, int]

    def log_proba(self, index: int, document: Document) -> Floats:
        """Held out where the row took part in the fit, fresh otherwise."""
        if index in self.at:
            return np.asarray(self.fitted.held_out[self.at[index]], np.float32)
        return np.asarray(self.fitted.classifier.log_proba([document])[0], np.float32)


@dataclass(frozen=True)
class Prepared:
    """Text models and, for every row of the stack, all evidence; `stack.fit_stack` does the rest."""

    lists: Lists
    models: TextModels
    seen: tuple[Seen, ...]
    spoken: tuple[Spoken, ...]
    natural: tuple[TrainingRow, ...]
    card: Card


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
    ready = prepare(rows, base, rules_dir=rules_dir, seed=seed, progress=progress)
    weights, figures = fit_stack(ready.lists, ready.seen, ready.spoken, ready.natural, ready.models.kind.labels, seed)
    card = ready.card.model_copy(update={"held_out": figures | ready.card.held_out})
    return Model(ready.models, weights.model_copy(update={"card": card}))


def prepare(
    rows: Sequence[TrainingRow],
    base: KnowledgeBase,
    *,
    rules_dir: Path | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Prepared:
    """Fit the text models and look everything up; arguments and errors as for `train`."""
    report = progress or (lambda step, done, total: None)
    natural = [i for i, row in enumerate(rows) if row.natural and (row.leads or row.categories)]
    if len(natural) < MIN_ROWS:
        raise InputError(
            f"{len(natural)} rows in their own words with a category or a lead are too few to train on; "
            f"give at least {MIN_ROWS}"
        )
    vectors: dict[int, Floats] = {}
    for done, i in enumerate(natural):
        vectors[i] = base.embedder.queries([query_text(rows[i].title, rows[i].text)])[0]
        report("encode", done + 1, len(natural))
    texts = _fit_texts(rows, vectors, seed, report)
    real = [i for i in natural if rows[i].real and _complete(rows[i]) and rows[i].assist is not None]
    stacked = real if len(real) >= MIN_ROWS else natural
    gatherer = Gatherer(base, FirmRules.load(base.tables.department, rules_dir))
    urgency = UrgencyRules.load(rules_dir)
    seen = []
    for done, i in enumerate(stacked):
        seen.append(_seen(rows[i], i, vectors[i], texts, gatherer, base))
        report("evidence", done + 1, len(stacked))
    counts = {f"text_{name}": len(text.at) for name, text in texts.items()}
    counts |= {"stacked": len(stacked), "stacked_real": len(real), "lead_weak": sum(row.weak_lead for row in rows)}
    card = Card(
        rows=counts,
        trained_on=base.version(),
        seed=seed,
        held_out={f"{name}_text": _accuracy(rows, name, text) for name, text in texts.items() if name != "assist"},
    )
    models = TextModels(**{name: text.fitted.classifier for name, text in texts.items()})
    spoken = tuple(
        _spoken(rows[i], i, vectors[i], texts, urgency) for i in natural if rows[i].kinds or rows[i].urgencies
    )
    return Prepared(gatherer.lists, models, tuple(seen), spoken, tuple(rows[i] for i in natural), card)


def _complete(row: TrainingRow) -> bool:
    """All that the stack learns from, said by people: a lead read off a reply is only for the text model."""
    return bool(row.leads and row.categories and row.kinds and row.urgencies) and not row.weak_lead


def _label(row: TrainingRow, name: str) -> str:
    """The best label of a row for one text model, '' when unknown."""
    if name == "level1":
        return row.level1
    if name == "category":
        return row.categories[0] if row.categories else ""
    if name == "lead":
        return row.leads[0] if row.leads else ""
    if name == "kind":
        return row.kinds[0] if row.kinds else ""
    return "" if not row.urgencies else ("yes" if row.urgencies[0] >= 1 else "no")


def _fit_texts(
    rows: Sequence[TrainingRow], vectors: dict[int, Floats], seed: int, report: Progress
) -> dict[str, _Text]:
    """One text model a label; all read the vector but `level1`, whose segmented rows have none."""
    texts = {}
    names = tuple(TextModels.__dataclass_fields__)
    for done, name in enumerate(names):
        report("text", done, len(names))
        if name == "assist":
            labels = _helpers(rows, vectors)
        else:
            told = {i: label for i, row in enumerate(rows) if (label := _label(row, name))}
            if name != "level1":
                told = {i: label for i, label in told.items() if i in vectors}
            times = Counter(told.values())
            least = MIN_LABEL if name == "lead" else 1
            labels = {i: frozenset({label}) for i, label in told.items() if times[label] >= least}
        if len(labels) < MIN_ROWS or len(set(labels.values())) < 2:
            raise InputError(f"{len(labels)} rows tell their {name}; give at least {MIN_ROWS}, of two sorts or more")
        documents = [_document(rows[i], None if name == "level1" else vectors[i]) for i in labels]
        texts[name] = _Text(
            fit_classifier(documents, list(labels.values()), seed=seed), {i: at for at, i in enumerate(labels)}
        )
    report("text", len(names), len(names))
    return texts


def _helpers(rows: Sequence[TrainingRow], vectors: dict[int, Floats]) -> dict[int, frozenset[str]]:
    """Every department that may help, for rows that say; those seen too seldom are left out."""
    told = {i: row.helpers for i, row in enumerate(rows) if row.assist is not None and i in vectors}
    times = Counter(helper for helpers in told.values() for helper in helpers)
    return {i: frozenset(h for h in helpers if times[h] >= MIN_LABEL) for i, helpers in told.items()}


def _document(row: TrainingRow, vector: Floats | None) -> Document:
    return Document(row.title, row.full, vector)


def _seen(
    row: TrainingRow,
    index: int,
    vector: Floats,
    texts: dict[str, _Text],
    gatherer: Gatherer,
    base: KnowledgeBase,
) -> Seen:
    document, lists = _document(row, vector), gatherer.lists
    orders = {"level1": lists.level1, "category": lists.codes, "lead": lists.departments, "assist": lists.departments}
    says = {name: texts[name].log_proba(index, document) for name in orders}
    spread_out = {
        name: spread(texts[name].fitted.classifier.labels, says[name], order) for name, order in orders.items()
    }
    query = base.query_of(query_text(row.title, row.text), vector)
    evidence: Evidence = gatherer.gather(query, row.full, {row.id})
    return Seen(
        row=row,
        evidence=evidence,
        views=Views(**spread_out),
    )


def _spoken(row: TrainingRow, index: int, vector: Floats, texts: dict[str, _Text], urgency: UrgencyRules) -> Spoken:
    document = _document(row, vector)
    no, yes = texts["urgent"].log_proba(index, document)
    return Spoken(
        row=row,
        kind=texts["kind"].log_proba(index, document),
        urgent=float(yes - no),
        reading=urgency.judge(f"{row.title}。{row.text}" if row.title else row.text),
    )


def _accuracy(rows: Sequence[TrainingRow], name: str, text: _Text) -> float:
    labels = text.fitted.classifier.labels
    best = text.fitted.held_out.argmax(axis=1)
    return round(float(np.mean([labels[best[at]] == _label(rows[i], name) for i, at in text.at.items()])), 4)
