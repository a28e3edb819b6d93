"""Small parts of the choice: habits of help, the chance of being accepted, urgency by rules and by learning."""

from __future__ import annotations

import numpy as np
import pytest

from agent import Complaint, TriageAgent
from agent.classify.doubt import SURE_FEATURES, sure_features
from agent.classify.features import level2_chances
from agent.classify.habit import Habit
from agent.classify.model import Model
from agent.classify.urgent import URGENT_FEATURES, urgent_features
from agent.urgency import UrgencyReading
from knowledge.vocabulary import Risk

DEPARTMENTS = ("cgj", "jiedao", "gaj")


def test_habit_is_a_smoothed_share() -> None:
    """Three of four city enforcers' matters had the street office along; the rest is smoothed with all matters."""
    rows = [("cgj", ["jiedao"])] * 3 + [("cgj", [])] + [("rsj", ["gaj"])] * 4
    habit = Habit.count(rows)
    shares = np.exp(habit.log_shares(DEPARTMENTS, {"cgj": 1.0})) - 1e-3
    anyone = np.array([0, 3 / 8, 4 / 8])
    np.testing.assert_allclose(shares, (np.array([0, 3, 0]) + 5 * anyone) / 9, atol=1e-6)


def test_a_group_never_seen_has_everybodys_habit() -> None:
    """Without own counts the general share stands; chances that do not reach 1 fall back on it too."""
    habit = Habit.count([("cgj", ["jiedao"])] * 4)
    for chances in ({"nobody": 1.0}, {}):
        np.testing.assert_allclose(np.exp(habit.log_shares(DEPARTMENTS, chances)), [0.001, 1.001, 0.001], atol=1e-6)


def test_chances_of_second_levels_add_up() -> None:
    """The codes of one second level share its first four digits."""
    chances = level2_chances(("010101", "010102", "010201"), np.log(np.array([0.2, 0.3, 0.5], np.float32)))
    assert chances == pytest.approx({"0101": 0.5, "0102": 0.5})


def test_features_of_doubt() -> None:
    """The best candidate has its own column; a certainty stays finite."""
    rows = sure_features(np.log(np.array([1.0, 0.25], np.float32)))
    assert rows.shape == (2, len(SURE_FEATURES))
    assert np.isfinite(rows).all()
    assert rows[1].tolist() == pytest.approx([np.log(0.25 / 0.75), 0, 0])
    assert rows[0, 1] == 1


def test_features_of_urgency() -> None:
    """What the rules read, risk by risk, beside what the text model says."""
    reading = UrgencyReading(1, (Risk.WAGES,), (), ("wages",))
    row = dict(zip(URGENT_FEATURES, urgent_features(reading, -2.0).tolist(), strict=True))
    assert (row["text"], row["rule"], row["emergency"], row["wages"], row["minors"]) == (-2, 1, 0, 1, 0)


def test_confidence_follows_the_target() -> None:
    """More precision asked means more confidence needed; what no held-out row reached lets nothing through."""
    model = Model.load()
    thresholds = [model.lead_from(target) for target in (0.5, 0.8, 0.9, 0.95, 0.97)]
    assert thresholds == sorted(thresholds)
    assert thresholds[0] < thresholds[-1]
    assert model.lead_from(1.1) == 1.0


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("我想问一下郑东新区图书馆周末几点关门", 0),
        ("我们楼电梯又掉了两层，老人吓得不轻，维保还没来", 1),
        ("楼道里煤气味很浓，已经有人晕倒了，快来人", 2),
    ],
    ids=["ordinary", "same-day", "emergency"],
)
def test_urgency_has_level_and_chance(real_agent: TriageAgent, text: str, level: int) -> None:
    """The level fits the danger, its chance is a probability, and what is urgent shows the words that say so."""
    urgency = real_agent.triage(Complaint(text=text), draft=False).urgency
    assert urgency is not None
    assert urgency.level == level
    assert 0 <= urgency.confidence <= 1
    assert bool(urgency.evidence) == (level > 0)
    for span in urgency.evidence:
        assert text[span.start : span.end] == span.text


def test_a_matter_without_rule_words_may_still_be_urgent(real_agent: TriageAgent) -> None:
    """The learned chance raises what no pattern foresaw, and points at a sentence of the text."""
    text = "巩义市一个村的自来水这几天是黑的，还有股农药味。村里好几家喝了拉肚子，小孩也吐。井就在化工厂墙根底下。"
    urgency = real_agent.triage(Complaint(text=text), draft=False).urgency
    assert urgency is not None
    assert urgency.level >= 1
    assert urgency.evidence
