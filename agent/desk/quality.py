"""Quality figures: how often suggestions were right, how sure they were, what was changed and what came back.

Right is what a person finally said: the review, where there is none the operator's decision. Both have a bias, and
the report says so: operators tend to leave what is proposed, and reviewers look where something seems wrong.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Literal, TypeVar, get_args

import numpy as np

from agent.desk.drift import Baseline, drifts
from agent.desk.facts import Facts
from agent.desk.rates import rate, wilson
from agent.desk.records import (
    CalibrationBin,
    Confused,
    Counted,
    Label,
    Measured,
    QualityReport,
    QueueFilter,
    Rate,
    Seconds,
    Week,
    Weighted,
)
from agent.desk.words import ACTION_NAMES
from agent.schema import Route
from knowledge.tables import Tables
from knowledge.workdays import SHANGHAI
from models.measures import Bin, calibration, calibration_error

_SHOWN = 12  # pairs, reasons
_SURE = (0.5, 0.8)  # borders of the strata by confidence of the lead
K = TypeVar("K", bound=Hashable)
_FIELDS: tuple[Label, ...] = get_args(Label)
_MEASURED: tuple[Measured, ...] = get_args(Measured)
_ROUTES: tuple[Route, ...] = get_args(Route)
_NOTES = (
    "准确率只对已有人工结论的工单计算；覆盖率是这些工单占全部工单的比例，模型弃权的类别不计入。",
    "以受理员决定为准的部分可能偏高：受理员倾向于照建议派出，照派不等于派对。",
    "复核件不是随机抽取的，多为有疑点的，单看复核件的准确率会偏低；“加权”按受理员是否改派和主办把握分层，"
    "折算到全部已派出工单，没有复核过的层不在其内。",
)


def report(
    facts: Sequence[Facts], opens: QueueFilter, tables: Tables, baseline: Baseline | None, now: dt.datetime
) -> QualityReport:
    """Count everything that the quality tab shows.

    Args:
        facts: The matters.
        opens: The filter that found them.
        tables: Names of labels.
        baseline: The mix of the training; None where it is not known.
        now: Time of the report.
    """
    reviewed = [one for one in facts if one.reviewed]
    only_reviewed = _with(opens, reviewed=True)
    lead_bins, category_bins = _bins(facts, "lead", opens), _bins(facts, "category", opens)
    return QualityReport(
        opens=opens,
        made_at=now,
        matters=len(facts),
        figures=tuple(accuracy(facts, field, opens) for field in _MEASURED),
        # coverage over all matters here too: it says how few were looked at
        reviewed_figures=tuple(accuracy(facts, field, only_reviewed, among=reviewed) for field in _MEASURED),
        weighted=tuple(weighted(facts, field) for field in _MEASURED),
        shares=_shares(facts, opens),
        weeks=_weeks(facts, opens),
        lead_bins=lead_bins,
        category_bins=category_bins,
        lead_error=_error(lead_bins),
        category_error=_error(category_bins),
        confusion=_confusion(facts, opens),
        departments=_departments(facts, opens),
        reasons=_counted((one.reason for one in facts if one.reason), lambda said: _with(opens, reason=said)),
        fields=tuple(
            Counted(name=field, n=n, opens=_with(opens, field=field))
            for field in _FIELDS
            if (n := sum(field in one.changed for one in facts))
        ),
        seconds=_seconds(facts),
        drift=drifts(facts, baseline, tables, opens) if baseline is not None else (),
        baseline=baseline.words if baseline is not None else "",
        notes=_NOTES if baseline is not None else (*_NOTES, "所用模型没有随附训练数据的分布，无法比较漂移。"),
    )


def accuracy(facts: Sequence[Facts], field: Measured, opens: QueueFilter, among: Sequence[Facts] | None = None) -> Rate:
    """The share of suggestions with the right label, among those of which a person said what is right.

    Args:
        facts: The matters that coverage is counted over.
        field: The label.
        opens: The filter that found them.
        among: Only these count; all of them by default.
    """
    counted = None if among is None else {one.matter_id for one in among}

    def hit(one: Facts) -> bool | None:
        return one.right(field) if counted is None or one.matter_id in counted else None

    return rate(field, facts, hit, _with(opens, known=field), _with(opens, wrong=field))


def weighted(facts: Sequence[Facts], field: Measured) -> Weighted:
    """Accuracy over all decided matters from the reviewed ones, by strata; see `records.Weighted`.

    The interval is Wilson's with the effective number of reviews, 1 / Σ (weight² / n) (Korn and Graubard 1998).
    """
    decided = [one for one in facts if one.chosen is not None]
    sizes = Counter(_stratum(one) for one in decided)
    seen: dict[tuple[bool, int], list[bool]] = defaultdict(list)
    for one in decided:
        answer = one.right(field)
        if one.reviewed and answer is not None:
            seen[_stratum(one)].append(answer)
    held = sum(sizes[stratum] for stratum in seen)
    n = sum(len(answers) for answers in seen.values())
    if not n:
        return Weighted(name=field, value=None, n=0, unseen=1.0 if decided else 0.0)
    share = {stratum: sizes[stratum] / held for stratum in seen}
    value = sum(share[stratum] * sum(answers) / len(answers) for stratum, answers in seen.items())
    effective = 1 / sum(share[stratum] ** 2 / len(answers) for stratum, answers in seen.items())
    low, high = wilson(value, effective)
    unseen = 1 - held / len(decided)
    return Weighted(
        name=field, value=round(value, 4), low=round(low, 4), high=round(high, 4), n=n, unseen=round(unseen, 4)
    )


def _stratum(one: Facts) -> tuple[bool, int]:
    return "lead" in one.changed, sum(one.lead_confidence >= border for border in _SURE)


def _shares(facts: Sequence[Facts], opens: QueueFilter) -> tuple[Rate, ...]:
    def routed(route: Route) -> Callable[[Facts], bool]:
        return lambda one: one.route == route

    def among_decided(test: Callable[[Facts], bool]) -> Callable[[Facts], bool | None]:
        return lambda one: test(one) if one.decision_id else None

    decided = _with(opens, decided=True)
    routes = [rate(route, facts, routed(route), opens, _with(opens, route=route)) for route in _ROUTES]
    return (
        *routes,
        rate("decided", facts, lambda one: bool(one.decision_id), opens, decided),
        rate("changed", facts, among_decided(lambda one: bool(one.changed)), decided, _with(decided, changed=True)),
        rate(
            "sent_back",
            facts,
            among_decided(lambda one: one.action == "return"),
            decided,
            _with(opens, action="return"),
        ),
        rate("reviewed", facts, among_decided(lambda one: one.reviewed), decided, _with(decided, reviewed=True)),
        rate("returned", facts, among_decided(lambda one: one.returned), decided, _with(decided, returned=True)),
    )


def _weeks(facts: Sequence[Facts], opens: QueueFilter) -> tuple[Week, ...]:
    by_week = _grouped(facts, lambda one: _monday(one.recorded_at))
    found = []
    for monday in sorted(by_week):
        group, inside = by_week[monday], _in_week(opens, monday)
        found.append(
            Week(
                monday=monday,
                matters=len(group),
                lead=accuracy(group, "lead", inside),
                category=accuracy(group, "category", inside),
                auto=rate("auto", group, lambda one: one.route == "auto", inside, _with(inside, route="auto")),
                returned=rate(
                    "returned",
                    group,
                    lambda one: one.returned if one.decision_id else None,
                    _with(inside, decided=True),
                    _with(inside, decided=True, returned=True),
                ),
            )
        )
    return tuple(found)


def _in_week(opens: QueueFilter, monday: dt.date) -> QueueFilter:
    start = dt.datetime.combine(monday, dt.time(), SHANGHAI)
    end = start + dt.timedelta(days=7)
    since = max(filter(None, (opens.since, start)))
    until = min(filter(None, (opens.until, end)))
    return _with(opens, since=since, until=until)


def _monday(moment: dt.datetime) -> dt.date:
    day = moment.astimezone(SHANGHAI).date()
    return day - dt.timedelta(days=day.weekday())


def _bins(facts: Sequence[Facts], field: Literal["lead", "category"], opens: QueueFilter) -> tuple[CalibrationBin, ...]:
    known = [(one.confidence(field), answer) for one in facts if (answer := one.right(field)) is not None]
    if not known:
        return ()
    confidence = np.array([sure for sure, _ in known], np.float64)
    right = np.array([answer for _, answer in known], np.bool_)
    return tuple(_bin(one, field, opens) for one in calibration(confidence, right))


def _bin(one: Bin, field: Literal["lead", "category"], opens: QueueFilter) -> CalibrationBin:
    low, high = wilson(one.accuracy, one.n)
    top = one.high if one.high < 1 else 1.01  # the last bin holds 1.0 itself
    inside = _with(opens, known=field, confidence_of=field, confidence_from=one.low, confidence_below=top)
    return CalibrationBin(bin=one, low=round(low, 4), high=round(high, 4), opens=inside)


def _error(bins: Sequence[CalibrationBin]) -> float | None:
    return round(calibration_error([one.bin for one in bins]), 4) if bins else None


def _confusion(facts: Sequence[Facts], opens: QueueFilter) -> tuple[Confused, ...]:
    pairs = Counter((one.proposed.lead, one.final.lead) for one in facts if one.right("lead") is False and one.final)
    ranked = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        Confused(proposed=given, right=wanted, n=n, opens=_with(opens, proposed_lead=given, final_lead=wanted))
        for (given, wanted), n in ranked[:_SHOWN]
    )


def _departments(facts: Sequence[Facts], opens: QueueFilter) -> tuple[Rate, ...]:
    """Share returned, by the lead that the operator chose; over all matters sent there, whether or not heard of."""
    sent = [one for one in facts if one.chosen is not None and one.chosen.lead]
    found = []
    for lead, group in _grouped(sent, lambda one: one.department).items():
        inside = _with(opens, department=lead, decided=True)
        found.append(
            rate(lead, group, lambda one: one.returned, inside, _with(inside, returned=True)).model_copy(
                update={"coverage": round(sum(one.finished for one in group) / len(group), 4)}
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.hits, -one.n, one.name)))


def _counted(names: Iterable[str], opening: Callable[[str], QueueFilter]) -> tuple[Counted, ...]:
    ranked = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    return tuple(Counted(name=name, n=n, opens=opening(name)) for name, n in ranked[:_SHOWN])


def _seconds(facts: Sequence[Facts]) -> tuple[Seconds, ...]:
    taken = [(one.action, one.seconds) for one in facts if one.action is not None and one.seconds is not None]
    groups = [("全部", [seconds for _, seconds in taken])]
    groups += [(name, [s for action, s in taken if action == wanted]) for wanted, name in ACTION_NAMES.items()]
    return tuple(_spread(name, values) for name, values in groups if values)


def _spread(name: str, values: Sequence[float]) -> Seconds:
    median, p90 = np.quantile(np.asarray(values, np.float64), [0.5, 0.9])
    return Seconds(name=name, n=len(values), median=round(float(median), 1), p90=round(float(p90), 1))


def _grouped(facts: Iterable[Facts], key: Callable[[Facts], K]) -> dict[K, list[Facts]]:
    groups: dict[K, list[Facts]] = defaultdict(list)
    for one in facts:
        groups[key(one)].append(one)
    return groups


def _with(opens: QueueFilter, **more: object) -> QueueFilter:
    return opens.model_copy(update=more)
