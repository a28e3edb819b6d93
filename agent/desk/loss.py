"""How much may be lost by not looking at a matter again: risk × doubt × disagreement.

Each factor is in [0, 1] and never 0, so that no single one silences the others. Signals of one factor add up as
independent causes do ("noisy or"): 1 − (1 − base) · Π(1 − weight).

- risk, what a wrong dispatch would cost: urgency, risks found in the words, a deadline that is near or over.
- doubt, how likely it is wrong: 1 − p(lead) · (1 + p(category)) / 2, both calibrated. A wrong lead goes to the wrong
  door; a wrong category alone spoils deadline and statistics, which weighs half.
- disagreement, who already spoke against it: the operator, the handling unit, the citizen, the guard, and a
  runner-up nearly as likely as the chosen lead.

The weights are judgement, not measured: no reviewed matters exist yet to fit them on. They order a list; they are
no probability.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

from agent.decide import DANGEROUS, SENSITIVE
from agent.desk.facts import Facts
from agent.desk.records import Loss
from agent.desk.words import FIELD_NAMES
from agent.wording import percent

QUIET = 0.1  # base of risk and of disagreement
SUREST = 0.02  # the least doubt: of held-out leads even the surest were wrong in about one of a hundred
_LEVELS = {0: 0.0, 1: 0.4, 2: 0.8}
_LEVEL_WORDS = ("", "须当日处置", "须立即处置")
URGENT = "须立即处置，还没有人处理"
_SENSITIVE, _DANGEROUS, _OTHER_RISK = 0.4, 0.3, 0.15
_OVERDUE, _NEAR = 0.6, 0.3
NEAR = dt.timedelta(hours=24)
_CHANGED: Mapping[str, float] = {"lead": 0.5, "category": 0.3, "urgency": 0.2, "assist": 0.15, "track": 0.15}
_RETURNED, _UNSOLVED, _UNSATISFIED, _CHECKS, _CLOSE = 0.7, 0.3, 0.2, 0.2, 0.4
_CLOSE_FROM = 0.5  # a runner-up half as likely is worth a word


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason, and how much it weighs in its factor."""

    weight: float
    words: str


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor, and its reasons, the weightiest first."""

    value: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Why a matter stands where it stands in the queue."""

    loss: Loss
    why: str


def standing(facts: Facts, now: dt.datetime) -> Standing:
    """The expected loss of one matter, and one Chinese sentence that says why."""
    danger, unsure, against = risk(facts, now), doubt(facts), disagreement(facts)
    loss = Loss(
        risk=round(danger.value, 4),
        doubt=round(unsure.value, 4),
        disagreement=round(against.value, 4),
        value=round(danger.value * unsure.value * against.value, 6),
    )
    words = danger.words
    if facts.urgent:
        words = (URGENT, *(word for word in words if word != _LEVEL_WORDS[2]))
    parts = (
        "、".join(words) or "无风险信号",
        "、".join(unsure.words),
        "、".join(against.words) or ("受理员照建议派出" if facts.decision_id else "尚无人办理"),
    )
    return Standing(loss, "；".join(parts) + "。")


def risk(facts: Facts, now: dt.datetime) -> Factor:
    """What a wrong dispatch would cost."""
    signals = [Signal(_LEVELS[facts.urgency], _LEVEL_WORDS[facts.urgency])]
    for found in facts.risks:
        weight = _SENSITIVE if found in SENSITIVE else _DANGEROUS if found in DANGEROUS else _OTHER_RISK
        signals.append(Signal(weight, f"涉及{found.value}"))
    if facts.due is not None and not facts.finished:
        if facts.due <= now:
            signals.append(Signal(_OVERDUE, "已超过办理时限"))
        elif facts.due - now <= NEAR:
            signals.append(Signal(_NEAR, "一天内到期"))
    return _either(QUIET, signals)


def doubt(facts: Facts) -> Factor:
    """How likely the suggestion is wrong."""
    value = 1 - facts.lead_confidence * (1 + facts.category_confidence) / 2
    words = (f"主办把握{percent(facts.lead_confidence)}", f"类别把握{percent(facts.category_confidence)}")
    return Factor(max(SUREST, value), words)


def disagreement(facts: Facts) -> Factor:
    """Who already spoke against it."""
    signals = [
        Signal(_CHANGED[field], f"受理员改了{FIELD_NAMES[field]}") for field in _CHANGED if field in facts.changed
    ]
    if facts.action == "return":
        signals.append(Signal(_CHANGED["lead"], "受理员退回未派"))
    close = facts.runner_up / facts.lead_confidence if facts.lead_confidence else 0.0
    said = (
        (facts.returned, _RETURNED, "承办单位退回"),
        (facts.unsolved, _UNSOLVED, "未解决"),
        (facts.unsatisfied, _UNSATISFIED, "市民不满意"),
        (facts.failed_checks > 0, _CHECKS, "草稿有检查项未通过"),
        (close >= _CLOSE_FROM, _CLOSE * min(close, 1.0), f"次选单位把握{percent(facts.runner_up)}"),
    )
    return _either(QUIET, [*signals, *(Signal(weight, words) for holds, weight, words in said if holds)])


def _either(base: float, signals: Iterable[Signal]) -> Factor:
    told = sorted((signal for signal in signals if signal.weight > 0), key=lambda signal: -signal.weight)
    value = 1 - (1 - base) * prod(1 - signal.weight for signal in told)
    return Factor(value, tuple(signal.words for signal in told))
