"""Runs the agent over labelled messages and measures what it suggests.

The route is taken without its threshold first, so that every setting of the dial can be read off one run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from agent.classify.doubt import SHOWN
from agent.evaluation.report import Confusion, Dial, Group, Report
from agent.schema import Complaint, Suggestion
from agent.training.rows import TrainingRow, once, without_near_duplicates
from agent.triage import TriageAgent
from knowledge.tables import Tables
from knowledge.vocabulary import PastCase
from models.errors import InputError
from models.measures import Bools, Figure, Floats, calibration, coverage_curve, figure

Progress = Callable[[int, int], None]
SETTINGS = (0.80, 0.85, 0.90, 0.95, 0.97, 0.99)
_NO_LEVEL = -1  # no suggestion: never right
_ANY = 1e-6  # a precision that every confidence has
_CONFUSED = 12  # pairs shown
_NOBODY = "（无建议）"


@dataclass(frozen=True)
class _Judged:
    """One row, what was suggested, and what of it is right."""

    row: TrainingRow
    lead: str
    lead_confidence: float
    category: str
    category_confidence: float
    ranked_leads: tuple[str, ...]
    ranked_categories: tuple[str, ...]
    assist: frozenset[str]
    urgency: int
    kind: str
    free: bool  # nothing but the confidence of the lead could keep it from going automatically

    @property
    def lead_right(self) -> bool:
        return self.lead in self.row.leads

    def category_right(self, digits: int) -> bool:
        return self.category[:digits] in {code[:digits] for code in self.row.categories} if self.category else False


@dataclass(frozen=True)
class _Chosen:
    """Rows to measure on, and how many were left out; see `Report`."""

    rows: Sequence[TrainingRow]
    read: int
    repeated: int
    unlabelled: int
    segmented: int
    duplicates: int


def evaluate(
    agent: TriageAgent,
    rows: Sequence[TrainingRow],
    *,
    target: float,
    against: Iterable[TrainingRow] = (),
    progress: Progress | None = None,
) -> Report:
    """Suggest for every row and measure.

    Args:
        agent: The agent to measure; its own target precision is not used.
        rows: Labelled rows; what cannot be measured on is left out and counted.
        target: Precision wanted of automatic dispatch.
        against: Rows that the classifier was trained on; with the agent's past cases, what is nearly the
            same as one of these is left out.
        progress: Called with (done, total).

    Raises:
        InputError: no row with a category or lead is left.
    """
    chosen = _choose(rows, [*against, *(_as_row(case) for case in agent.base.cases)])
    if not chosen.rows:
        raise InputError("no labelled row is left to measure on; give rows with text, and a category or a lead")
    judged = []
    loose = agent.with_target(_ANY)
    for done, row in enumerate(chosen.rows):
        complaint = Complaint(text=row.text, title=row.title, id=row.id)
        judged.append(_judge(row, loose.triage(complaint, draft=False)))
        if progress is not None:
            progress(done + 1, len(chosen.rows))
    return _report(judged, agent, chosen, target)


def _choose(rows: Sequence[TrainingRow], known: Sequence[TrainingRow]) -> _Chosen:
    """Rows with labels and words of their own, each once, that are not nearly one of the known."""
    single = once(rows)
    # a lead read off a reply is for fitting, never for measuring
    people = [replace(row, leads=()) if row.weak_lead else row for row in single]
    labelled = [row for row in people if row.leads or row.categories]
    usable = [row for row in labelled if row.natural]
    kept = without_near_duplicates(usable, known) if usable else []
    return _Chosen(
        rows=kept,
        read=len(rows),
        repeated=len(rows) - len(single),
        unlabelled=len(people) - len(labelled),
        segmented=len(labelled) - len(usable),
        duplicates=len(usable) - len(kept),
    )


def _as_row(case: PastCase) -> TrainingRow:
    return TrainingRow(id=f"case:{case.id}", title=case.title, text=case.text)


def _judge(row: TrainingRow, suggestion: Suggestion) -> _Judged:
    category, dispatch, urgency = suggestion.category, suggestion.dispatch, suggestion.urgency
    leads = (dispatch.lead.id, *(a.id for a in dispatch.alternatives)) if dispatch else ()
    categories = (category.code, *(a.code for a in category.alternatives)) if category else ()
    return _Judged(
        row=row,
        lead=leads[0] if leads else "",
        lead_confidence=dispatch.confidence if dispatch else 0.0,
        category=categories[0] if categories else "",
        category_confidence=category.confidence if category else 0.0,
        ranked_leads=leads[:SHOWN],
        ranked_categories=categories[:SHOWN],
        assist=frozenset(a.id for a in dispatch.assist) if dispatch else frozenset(),
        urgency=urgency.level if urgency else _NO_LEVEL,
        kind=suggestion.complaint.kind if suggestion.complaint else "",
        free=suggestion.decision is not None and suggestion.decision.route == "auto",
    )


def _report(judged: Sequence[_Judged], agent: TriageAgent, chosen: _Chosen, target: float) -> Report:
    tables = agent.base.tables
    by_lead = [j for j in judged if j.row.leads]
    by_category = [j for j in judged if j.row.categories]
    lead_p, lead_ok = _pairs([(j.lead_confidence, j.lead_right) for j in by_lead])
    cat_p, cat_ok = _pairs([(j.category_confidence, j.category_right(6)) for j in by_category])
    threshold = agent.threshold(target)
    return Report(
        read=chosen.read,
        repeated=chosen.repeated,
        unlabelled=chosen.unlabelled,
        segmented=chosen.segmented,
        duplicates=chosen.duplicates,
        evaluated=len(judged),
        failed=sum(not j.lead for j in judged),
        figures=tuple(_figures(judged)),
        lead_bins=calibration(lead_p, lead_ok),
        category_bins=calibration(cat_p, cat_ok),
        lead_curve=coverage_curve(lead_p, lead_ok) if by_lead else (),
        category_curve=coverage_curve(cat_p, cat_ok) if by_category else (),
        target=target,
        threshold=threshold,
        dial=_dial("全部", by_lead, threshold),
        settings=tuple(_dial(f"{t:.0%}", by_lead, agent.threshold(t)) for t in SETTINGS),
        by_category=_dials(by_lead, lambda j: _level1(tables, j.category), threshold),
        by_department=_dials(by_lead, lambda j: _name(tables, j.lead), threshold),
        lead_confusion=_confusion(
            (_name(tables, j.row.leads[0]), _name(tables, j.lead)) for j in by_lead if not j.lead_right
        ),
        level1_confusion=_confusion(
            (_level1(tables, j.row.categories[0]), _level1(tables, j.category))
            for j in by_category
            if not j.category_right(2)
        ),
        departments=_groups(by_lead, lambda j: _name(tables, j.row.leads[0])),
        periods=_groups([j for j in by_lead if j.row.received_at], lambda j: _quarter(j.row.received_at)),
    )


def _pairs(values: Sequence[tuple[float, bool]]) -> tuple[Floats, Bools]:
    return np.array([p for p, _ in values], np.float64), np.array([ok for _, ok in values], np.bool_)


def _figures(judged: Sequence[_Judged]) -> Iterable[Figure]:
    categories = [j for j in judged if j.row.categories]
    for level, digits in ((1, 2), (2, 4), (3, 6)):
        yield figure(f"level{level}", [float(j.category_right(digits)) for j in categories])
    yield figure("level3@3", [float(bool({*j.row.categories} & {*j.ranked_categories[:3]})) for j in categories])
    leads = [j for j in judged if j.row.leads]
    yield figure("lead", [float(j.lead_right) for j in leads])
    yield figure("lead@3", [float(bool({*j.row.leads} & {*j.ranked_leads[:3]})) for j in leads])
    helped = [j for j in judged if j.row.assist is not None]
    yield figure("assist recall", [len(j.assist & {*j.row.assist}) / len(j.row.assist) for j in helped if j.row.assist])
    yield figure("assist precision", [len(j.assist & j.row.helpers) / len(j.assist) for j in helped if j.assist])
    timed = [j for j in judged if j.row.urgencies]
    yield figure("urgency", [float(j.urgency in j.row.urgencies) for j in timed])
    yield figure("urgent recall", [float(j.urgency >= 1) for j in timed if j.row.urgencies[0] >= 1])
    yield figure("urgent precision", [float(max(j.row.urgencies) >= 1) for j in timed if j.urgency >= 1])
    yield figure("kind", [float(j.kind in j.row.kinds) for j in judged if j.row.kinds])


def _dial(name: str, judged: Sequence[_Judged], threshold: float) -> Dial:
    through = [j for j in judged if j.free and j.lead_confidence >= threshold]
    return Dial(name=name, n=len(judged), auto=len(through), wrong=sum(not j.lead_right for j in through))


def _dials(judged: Sequence[_Judged], key: Callable[[_Judged], str], threshold: float) -> tuple[Dial, ...]:
    """One a group of what was suggested, the largest first: that is all one knows when the dial is used."""
    groups: dict[str, list[_Judged]] = {}
    for j in judged:
        groups.setdefault(key(j), []).append(j)
    dials = [_dial(name, members, threshold) for name, members in groups.items()]
    return tuple(sorted(dials, key=lambda d: (-d.n, d.name)))


def _confusion(pairs: Iterable[tuple[str, str]]) -> tuple[Confusion, ...]:
    counts = sorted(Counter(pairs).items(), key=lambda item: (-item[1], item[0]))
    return tuple(Confusion(wanted=wanted, given=given, n=n) for (wanted, given), n in counts[:_CONFUSED])


def _groups(judged: Sequence[_Judged], key: Callable[[_Judged], str]) -> tuple[Group, ...]:
    counts: dict[str, list[bool]] = {}
    for j in judged:
        counts.setdefault(key(j), []).append(j.lead_right)
    return tuple(Group(name=name, n=len(right), right=sum(right)) for name, right in sorted(counts.items()) if name)


def _name(tables: Tables, department: str) -> str:
    return tables.department[department].name if department else _NOBODY


def _level1(tables: Tables, code: str) -> str:
    return tables.category[code].level1 if code else _NOBODY


def _quarter(moment: str) -> str:
    """`2019Q2` of any date that begins with year and month, '' otherwise."""
    parts = moment.replace("/", "-").replace("年", "-").replace("月", "-").split("-")
    if len(parts) < 2 or not (parts[0].isdigit() and parts[1].isdigit() and len(parts[0]) == 4):
        return ""
    return f"{parts[0]}Q{(int(parts[1]) - 1) // 3 + 1}"
