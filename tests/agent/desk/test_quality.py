"""Quality figures against numbers worked out by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.desk.drift import Baseline, load_baseline
from agent.desk.facts import Facts
from agent.desk.quality import report, weighted
from agent.desk.rates import wilson
from agent.desk.records import QualityReport, QueueFilter
from knowledge.tables import Tables, load_tables
from tests.agent.desk.support import MORNING, facts

NEXT_WEEK = MORNING + dt.timedelta(days=7)


@pytest.fixture(scope="module")
def tables() -> Tables:
    """The shipped tables."""
    return load_tables()


# Ten matters: eight decided, three of them reviewed. Right lead: m0-m4 accepted, m5 changed by the operator,
# m6 accepted but corrected by the reviewer, m7 changed and the reviewer agrees.
MATTERS = [
    *(facts(at, chosen="cgj", route="auto", seconds=10.0 * (at + 1)) for at in range(4)),
    facts(4, chosen="cgj", final="cgj", seconds=50.0),
    facts(5, chosen="scj", reason="占道归街道", seconds=60.0, lead_confidence=0.55),
    facts(6, chosen="cgj", final="scj", recorded_at=NEXT_WEEK, category=("010202", "010213")),
    facts(
        7, chosen="scj", final="scj", recorded_at=NEXT_WEEK, reason="占道归街道", lead_confidence=0.55,
        returned=True, finished=True,
    ),
    facts(8, recorded_at=NEXT_WEEK, route="reviewer"),
    facts(9, recorded_at=NEXT_WEEK, category=("", "")),
]  # fmt: skip


def measured(matters: list[Facts], tables: Tables, baseline: Baseline | None = None) -> QualityReport:
    """The report over some matters."""
    return report(matters, QueueFilter(channel="电话"), tables, baseline, NEXT_WEEK)


def test_wilson_against_published_values() -> None:
    """Known intervals: 8 of 10, none of 5, all of 20 (Wilson 1927, as R's `prop.test` without correction gives)."""
    assert wilson(0.8, 10) == pytest.approx((0.4901625, 0.9433178), abs=1e-6)
    assert wilson(0.0, 5) == pytest.approx((0.0, 0.4344825), abs=1e-6)
    assert wilson(1.0, 20) == pytest.approx((0.8388752, 1.0), abs=1e-6)


def test_accuracy_counts_what_a_person_finally_said(tables: Tables) -> None:
    """Five of eight leads were right, and two of ten matters nobody has judged."""
    lead = measured(MATTERS, tables).figure("lead")
    assert (lead.n, lead.hits, lead.value, lead.coverage) == (8, 5, 0.625, 0.8)
    low, high = wilson(0.625, 8)
    assert lead.low == pytest.approx(low, abs=1e-4)
    assert lead.high == pytest.approx(high, abs=1e-4)


def test_category_levels(tables: Tables) -> None:
    """燃气供应 for 城管执法 is wrong at the third level and right at the first two."""
    made = measured(MATTERS, tables)
    assert [made.figure(name).hits for name in ("category", "level2", "level1")] == [7, 8, 8]


def test_reviewed_and_weighted(tables: Tables) -> None:
    """Reviewed alone: 1 of 3. Weighed: 6 sure-and-accepted at 1/2, 2 changed at 0, of 8."""
    made = measured(MATTERS, tables)
    reviewed = made.reviewed_figures[0]
    assert (reviewed.name, reviewed.n, reviewed.hits, reviewed.coverage) == ("lead", 3, 1, 0.3)
    estimate = made.weighted[0]
    assert estimate.value == pytest.approx(6 / 8 * 1 / 2)
    assert (estimate.n, estimate.unseen) == (3, 0.0)
    low, high = wilson(0.375, 1 / ((6 / 8) ** 2 / 2 + (2 / 8) ** 2 / 1))
    assert estimate.low == pytest.approx(low, abs=1e-4)
    assert estimate.high == pytest.approx(high, abs=1e-4)


def test_weighted_says_what_nobody_reviewed() -> None:
    """A stratum without a review is left out and its share is told."""
    estimate = weighted([*MATTERS[:5], MATTERS[5]], "lead")
    assert estimate.value == 1.0
    assert estimate.unseen == pytest.approx(1 / 6, abs=1e-4)


def test_weighing_undoes_the_choice_of_reviewers() -> None:
    """Reviewers looked at every changed matter and at a tenth of the rest: the weighed figure is the true one."""
    accepted = [facts(at, chosen="cgj", final="cgj" if at % 10 == 0 else None) for at in range(80)]
    changed = [facts(100 + at, chosen="scj", final="scj") for at in range(20)]
    every = [*accepted, *changed]
    assert weighted(every, "lead").value == pytest.approx(0.8)
    plain = sum(bool(one.right("lead")) for one in every if one.reviewed) / sum(one.reviewed for one in every)
    assert plain == pytest.approx(8 / 28)


def test_shares(tables: Tables) -> None:
    """Routes over all matters, the rest over decided ones."""
    made = measured(MATTERS, tables)
    found = {one.name: (one.hits, one.n) for one in made.shares}
    assert found == {
        "auto": (4, 10), "operator": (5, 10), "reviewer": (1, 10), "decided": (8, 10), "changed": (2, 8),
        "sent_back": (0, 8), "reviewed": (3, 8), "returned": (1, 8),
    }  # fmt: skip


def test_weeks(tables: Tables) -> None:
    """Two weeks from their Mondays, each with its own accuracy and a filter that opens it."""
    weeks = measured(MATTERS, tables).weeks
    assert [(week.monday.isoformat(), week.matters, week.lead.hits, week.lead.n) for week in weeks] == [
        ("2026-03-02", 6, 5, 6), ("2026-03-09", 4, 0, 2),
    ]  # fmt: skip
    opens = weeks[0].lead.opens
    assert (opens.since, opens.until) == (
        dt.datetime.fromisoformat("2026-03-02T00:00:00+08:00"),
        dt.datetime.fromisoformat("2026-03-09T00:00:00+08:00"),
    )
    assert opens.channel == "电话"


def test_calibration(tables: Tables) -> None:
    """Two bins: at 0.9 five of six were right, at 0.55 none of two; the error is the weighted gap."""
    made = measured(MATTERS, tables)
    assert [(one.bin.n, one.bin.accuracy) for one in made.lead_bins] == [(2, 0.0), (6, 0.8333)]
    assert made.lead_error == pytest.approx((2 * 0.55 + 6 * (0.9 - 0.8333)) / 8, abs=1e-3)


def test_confusion_reasons_fields_and_seconds(tables: Tables) -> None:
    """What was taken for what, why, which fields, and how long it took."""
    made = measured(MATTERS, tables)
    assert [(one.proposed, one.right, one.n) for one in made.confusion] == [("cgj", "scj", 3)]
    assert [(one.name, one.n) for one in made.reasons] == [("占道归街道", 2)]
    assert [(one.name, one.n) for one in made.fields] == [("lead", 2)]
    everyone = made.seconds[0]
    assert (everyone.n, everyone.median, everyone.p90) == (6, 35.0, 55.0)


def test_return_rate_by_department(tables: Tables) -> None:
    """One of the two matters sent to 市场监管 came back, and of one of them it is known."""
    rates = {one.name: (one.hits, one.n, one.coverage) for one in measured(MATTERS, tables).departments}
    assert rates == {"scj": (1, 2, 0.5), "cgj": (0, 6, 0.0)}


def test_nothing_to_count(tables: Tables) -> None:
    """An empty ledger gives figures without values, not errors."""
    made = measured([], tables, load_baseline())
    assert made.figure("lead").value is None
    assert made.weighted[0].value is None
    assert made.lead_error is None
    assert not any(one.moved for one in made.drift)


def test_the_bias_of_reviews_is_said(tables: Tables) -> None:
    """The reader is told that reviewed matters are no random sample."""
    assert any("不是随机" in note for note in measured(MATTERS, tables).notes)


def test_drift_is_seen_and_chance_is_not(tables: Tables) -> None:
    """The same mix stays under what chance gives; a mix of one department does not."""
    baseline = Baseline("测试", {"cgj": 600, "scj": 400}, {"01": 1000})
    like = [facts(at, proposed="cgj" if at % 5 < 3 else "scj") for at in range(200)]
    lead = measured(like, tables, baseline).drift[0]
    assert lead.distance == pytest.approx(0.0, abs=1e-9)
    assert not lead.moved
    lead = measured([facts(at, proposed="scj") for at in range(200)], tables, baseline).drift[0]
    assert lead.distance == pytest.approx(0.6)
    assert lead.moved
    assert lead.stability > 0.25
    assert (lead.most[0].before, lead.most[0].now) == (0.6, 0.0)


def test_a_few_matters_are_no_drift(tables: Tables) -> None:
    """Two matters of one department out of two: far away, and still what chance gives."""
    baseline = Baseline("测试", {"cgj": 600, "scj": 400}, {"01": 1000})
    lead = measured([facts(at, proposed="scj") for at in range(2)], tables, baseline).drift[0]
    assert lead.distance == pytest.approx(0.6)
    assert not lead.moved


def test_baseline_is_the_shipped_training_labels(tables: Tables) -> None:
    """Every counted label is of the closed lists, and the words say whose messages these are."""
    baseline = load_baseline()
    assert sum(baseline.leads.values()) > 2000
    assert set(baseline.leads) <= set(tables.department)
    assert set(baseline.levels) <= {category.code[:2] for category in tables.categories}
    assert "不是郑州" in baseline.words


def test_without_labels_no_baseline_is_made_up(tables: Tables) -> None:
    """A classifier of one's own has no shipped labels: no drift, and a note that says so."""
    made = measured(MATTERS, tables)
    assert made.drift == ()
    assert "无法比较" in made.notes[-1]
