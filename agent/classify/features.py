"""Evidence as numbers: one feature row a candidate, what the learned rankers weigh.

Every feature is a log-probability or a standard score, so that one weight means the same for all candidates.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from agent.classify.signals import Evidence, Floats, Ints, Lists, Views, total

CATEGORY_FEATURES = ("text", "level2", "level1", "topic", "no_topic", "cases", "name", "other")
LEAD_FEATURES = ("text", "topic", "no_topic", "cases", "remit", "category", "usual", "rule", "unseen")
ASSIST_FEATURES = (
    "lead",
    "topic",
    "no_topic",
    "topic_lead",
    "cases",
    "category",
    "by_lead",
    "by_level2",
    "named",
    "text",
)
_FLOOR = 1e-3  # what a candidate without any neighbour gets
_BACK_OFF = (0.5, 0.25, 0.2, 0.05)  # weight of a neighbour for its category, level 2, level 1, anything
_NO_TOPIC = -2.0  # standard score given to a candidate that no duty topic points to


def category_features(lists: Lists, evidence: Evidence, views: Views) -> Floats:
    """One row a category, columns `CATEGORY_FEATURES`."""
    n, floor = len(lists.codes), float(np.log(_FLOOR))
    topic = np.full(n, _NO_TOPIC, np.float32)
    np.maximum.at(topic, lists.duty_category, evidence.duties)
    p = np.nan_to_num(np.exp(views.category), nan=0.0)
    columns = (
        np.nan_to_num(views.category, nan=2 * floor),
        np.log(total(p, lists.level2_of, int(lists.level2_of.max()) + 1) + _FLOOR)[lists.level2_of],
        np.nan_to_num(views.level1, nan=floor)[lists.level1_of],
        topic,
        (topic == _NO_TOPIC).astype(np.float32),
        np.log(_backed_off(lists, evidence.case_category)),
        evidence.categories,
        lists.is_other.astype(np.float32),
    )
    return np.stack(columns, axis=1).astype(np.float32)


def lead_features(lists: Lists, evidence: Evidence, views: Views, category: Floats) -> Floats:
    """One row a department, columns `LEAD_FEATURES`.

    Args:
        lists: The closed lists.
        evidence: What was looked up.
        views: What the text models say.
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
    share = fit / np.maximum(total(fit, lists.duty_category, len(p)), 1e-9)[lists.duty_category]
    through_topics = total(p[lists.duty_category] * share, lists.duty_lead, n)
    unseen = np.isnan(views.lead)
    columns = (
        np.where(unseen, np.log(_FLOOR), views.lead),
        topic,
        (topic == _NO_TOPIC).astype(np.float32),
        np.log(evidence.case_lead + _FLOOR),
        evidence.departments,
        np.log(through_topics + _FLOOR),
        np.log(total(p, lists.usual_lead, n) + _FLOOR),
        ruled,
        unseen.astype(np.float32),
    )
    return np.stack(columns, axis=1).astype(np.float32)


def assist_features(lists: Lists, evidence: Evidence, views: Views, category: Floats, lead: Floats) -> Floats:
    """One row a department, columns `ASSIST_FEATURES` but the habits, which the model adds: they are learned.

    Args:
        lists: The closed lists.
        evidence: What was looked up.
        views: What the text models say.
        category: Log-probability of each category.
        lead: Log-probability of each department as lead.
    """
    n = len(lists.departments)
    topic = np.max(np.where(lists.duty_assist, evidence.duties[:, None], _NO_TOPIC), axis=0)
    topic_lead = np.full(n, _NO_TOPIC, np.float32)
    np.maximum.at(topic_lead, lists.duty_lead, evidence.duties)
    columns = (
        np.maximum(lead, np.log(_FLOOR)),
        topic,
        (topic == _NO_TOPIC).astype(np.float32),
        topic_lead,
        np.log(evidence.case_assist + _FLOOR),
        np.log(np.exp(category) @ lists.usual_assist + _FLOOR),
        np.zeros(n, np.float32),
        np.zeros(n, np.float32),
        evidence.named.astype(np.float32),
        np.nan_to_num(views.assist, nan=2 * float(np.log(_FLOOR))),
    )
    return np.stack(columns, axis=1).astype(np.float32)


def level2_chances(codes: tuple[str, ...], category: Floats) -> dict[str, float]:
    """Probability of each second level, by the first four digits of its codes."""
    names, of = _level2(codes)
    return dict(zip(names, total(np.exp(category), of, len(names)).tolist(), strict=True))


@cache
def _level2(codes: tuple[str, ...]) -> tuple[tuple[str, ...], Ints]:
    """The second levels of some categories in their order, and which one each category is of."""
    names = tuple(dict.fromkeys(code[:4] for code in codes))
    at = {name: i for i, name in enumerate(names)}
    return names, np.array([at[code[:4]] for code in codes], np.intp)


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
    by2 = total(shares, lists.level2_of, len(size2)) / size2
    by1 = total(shares, lists.level1_of, len(size1)) / size1
    mixed = own * shares + level2 * by2[lists.level2_of] + level1 * by1[lists.level1_of] + any_ / n
    return np.asarray(mixed, np.float32)
