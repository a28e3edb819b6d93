"""Time limits: the earliest rule that holds, across holidays, and unknown years said rather than guessed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from agent.deadline import DeadlineRules, compute_deadline
from agent.rules import RULES
from agent.schema import Deadline, Track
from knowledge.vocabulary import Kind, ModeId, Urgency
from knowledge.workdays import WorkCalendar
from models.errors import KnowledgeError, SettingsError

CLOSING = dt.time(17, 30)
# A made-up notice: off from Thursday 1 to Wednesday 7 October 2026, and Saturday 10 October is worked.
OFF = {dt.date(2026, 10, day) for day in range(1, 8)}
WORKED = {dt.date(2026, 10, 10)}


class FakeCalendar:
    """A calendar that knows the year 2026 only."""

    def add_workdays(self, start: dt.datetime, n: int) -> dt.datetime:
        """Count days that are worked; the day of receipt is not counted."""
        day = start.date()
        while n:
            day += dt.timedelta(days=1)
            n -= self._worked(day)
        return dt.datetime.combine(day, CLOSING)

    def add_hours(self, start: dt.datetime, hours: float) -> dt.datetime:
        """Go by the clock."""
        return start + dt.timedelta(hours=hours)

    def add_calendar_days(self, start: dt.datetime, n: int) -> dt.datetime:
        """Move a last day off to the next working day."""
        day = start.date() + dt.timedelta(days=n)
        while not self._worked(day):
            day += dt.timedelta(days=1)
        return dt.datetime.combine(day, CLOSING)

    def _worked(self, day: dt.date) -> bool:
        if day.year != 2026:
            raise KnowledgeError(f"the holidays of {day.year} are not known")
        return day in WORKED or (day.weekday() < 5 and day not in OFF)


@dataclass(frozen=True)
class Case:
    """One matter and when it is due; received on Monday 2 March 2026 at 10:00 unless said."""

    id: str
    due: str
    rule: str
    workdays: int | None = None
    track: Track = "一键快办"
    urgency: Urgency = 0
    mode: ModeId = "daily"
    kind: Kind = "投诉"
    lead: str = "cgj"
    topic: str = ""
    received: str = "2026-03-02T10:00"


CASES = [
    Case("quick", "2026-03-05T17:30", "一键快办：3个工作日", 3),
    Case("joint", "2026-03-09T17:30", "协同联办：5个工作日", 5, track="协同联办"),
    Case("supervised", "2026-03-11T17:30", "督办快办：7个工作日", 7, track="督办快办"),
    Case("consult", "2026-03-03T17:30", "咨询答复：1个工作日", 1, kind="咨询", track="协同联办"),
    Case("over-weekend", "2026-03-10T17:30", "一键快办", 3, received="2026-03-05T10:00"),
    Case("over-national-day", "2026-10-10T17:30", "一键快办", 3, received="2026-09-30T10:00"),
    Case("same-day", "2026-03-03T10:00", "当日处置并反馈：24小时", urgency=1, track="协同联办"),
    Case("same-day-friday", "2026-03-07T10:00", "24小时", urgency=1, received="2026-03-06T10:00"),
    Case("at-once", "2026-03-02T12:00", "立即处置并反馈：2小时", urgency=2, track="督办快办"),
    Case("at-once-holiday", "2026-03-02T11:00", "立即处置并反馈：1小时", urgency=2, mode="holiday"),
    Case("at-once-emergency", "2026-03-02T10:30", "30分钟", urgency=2, mode="emergency"),
    Case("same-day-major", "2026-03-02T22:00", "12小时", urgency=1, mode="major"),
    Case("same-day-emergency", "2026-03-02T14:00", "4小时", urgency=1, mode="emergency"),
    Case("quick-in-holiday", "2026-10-03T09:00", "48小时", mode="holiday", received="2026-10-01T09:00"),
    Case("joint-in-holiday", "2026-03-05T10:00", "72小时", mode="holiday", track="协同联办"),
    Case("quick-in-emergency", "2026-03-05T17:30", "一键快办：3个工作日", 3, mode="emergency"),
    Case("manhole", "2026-03-03T10:00", "第五十一条", topic="窨井盖缺失损坏"),
    Case("other-topic", "2026-03-05T17:30", "一键快办", 3, topic="占道经营"),
    Case("metro-bound", "2026-03-09T17:30", "轨道交通条例", 5, lead="ditie", track="督办快办"),
    Case("no-lead", "2026-03-05T17:30", "一键快办", 3, lead=""),
]


@pytest.fixture(scope="module")
def rules() -> DeadlineRules:
    return DeadlineRules.load()


def _deadline(rules: DeadlineRules, case: Case) -> Deadline:
    return compute_deadline(
        dt.datetime.fromisoformat(case.received),
        track=case.track,
        urgency=case.urgency,
        mode=case.mode,
        kind=case.kind,
        lead_id=case.lead,
        topic=case.topic,
        rules=rules,
        calendar=FakeCalendar(),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_earliest_rule_that_holds_sets_the_time(rules: DeadlineRules, case: Case) -> None:
    """A matter is due when the shortest of its limits ends, and the rule is named."""
    deadline = _deadline(rules, case)
    assert deadline.due == dt.datetime.fromisoformat(case.due)
    assert case.rule in deadline.rule
    assert deadline.workdays == case.workdays
    assert deadline.error == ""


def test_an_unknown_year_is_said_and_not_guessed(rules: DeadlineRules) -> None:
    """Working days that run into an unknown year give no time, and the reason why."""
    deadline = _deadline(rules, Case("", "", "", received="2026-12-30T10:00"))
    assert deadline.due is None
    assert "2027" in deadline.error
    assert "一键快办" in deadline.rule
    assert deadline.workdays == 3


@pytest.mark.parametrize("urgency", [1, 2])
def test_an_unknown_year_does_not_stop_a_limit_in_hours(rules: DeadlineRules, urgency: Urgency) -> None:
    """Hours need no holidays: an urgent matter has its time in any year."""
    deadline = _deadline(rules, Case("", "", "", urgency=urgency, received="2031-05-01T23:00"))
    assert deadline.due is not None
    assert deadline.error == ""


def test_hours_that_may_outlast_an_unknown_limit_do_not_win(rules: DeadlineRules) -> None:
    """One working day may end before 48 hours do, so an unknown year leaves the time open."""
    case = Case("", "", "", kind="咨询", mode="holiday", received="2031-03-03T10:00")
    deadline = _deadline(rules, case)
    assert deadline.due is None
    assert "咨询答复" in deadline.rule


@pytest.mark.parametrize("mode", ["daily", "holiday", "major", "emergency"])
@pytest.mark.parametrize("track", ["一键快办", "协同联办", "督办快办"])
def test_danger_to_life_is_counted_in_hours(rules: DeadlineRules, track: Track, mode: ModeId) -> None:
    """Urgency 2 never waits for a working day."""
    case = Case("", "", "", urgency=2, track=track, mode=mode, kind="咨询", received="2026-10-01T02:00")
    deadline = _deadline(rules, case)
    assert deadline.workdays is None
    assert deadline.due is not None
    assert deadline.due <= dt.datetime.fromisoformat("2026-10-01T04:00")


def test_defaults_are_labelled_as_defaults(rules: DeadlineRules) -> None:
    """A limit that no statute sets says so where the operator reads it."""
    assert "系统默认" in _deadline(rules, Case("", "", "")).rule
    for rule in rules.rule:
        assert rule.source.startswith(("系统默认", "《"))


def test_the_calendar_of_the_city_fits(rules: DeadlineRules) -> None:
    """The real calendar counts over 国庆 2025 and the worked Saturday after it."""
    deadline = compute_deadline(
        dt.datetime.fromisoformat("2025-09-30T10:00"),
        track="一键快办",
        urgency=0,
        mode="daily",
        kind="投诉",
        lead_id="cgj",
        category_code="010204",
        rules=rules,
        calendar=WorkCalendar(),
    )
    assert deadline.due == dt.datetime.fromisoformat("2025-10-11T17:30+08:00")


def _without(rule_id: str) -> Callable[[str], str]:
    return partial(re.sub, rf'\[\[rule\]\]\nid = "{rule_id}"\n(?:.+\n)+', "")


def _replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda content: content.replace(old, new, 1)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        pytest.param(_replaced("value = 1\n", "value = 0\n"), r"rule\.0\.value", id="zero"),
        pytest.param(_replaced('unit = "workdays"', 'unit = "weeks"'), r"rule\.0\.unit", id="unit"),
        pytest.param(_replaced('kind = ["咨询"]', 'kinds = ["咨询"]'), r"rule\.0\.when\.kinds", id="field"),
        pytest.param(_replaced('id = "track-quick"', 'id = "consult"'), "same id", id="id-twice"),
        pytest.param(_without("track-joint"), "协同联办", id="track-without-limit"),
        pytest.param(_without("at-once"), "urgency 2", id="danger-without-limit"),
    ],
)
def test_a_wrong_or_incomplete_file_is_refused(tmp_path: Path, edit: Callable[[str], str], message: str) -> None:
    """A file that could leave a matter without a limit stops the start, with file and field."""
    content = (RULES / "deadlines.toml").read_text(encoding="utf-8")
    edited = edit(content)
    assert edited != content
    (tmp_path / "deadlines.toml").write_text(edited, encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"deadlines\.toml: field .*{message}"):
        DeadlineRules.load(tmp_path)
