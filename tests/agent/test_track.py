"""The three tracks: which conditions lead to which, and that the reason says so."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.rules import RULES
from agent.schema import Track
from agent.track import TrackRules, choose_track
from knowledge.vocabulary import ModeId, Risk, Urgency
from models.errors import SettingsError


@dataclass(frozen=True)
class Case:
    """One matter as the other parts found it, and the track it must take."""

    id: str
    want: Track
    reason: str
    urgency: Urgency = 0
    risks: tuple[Risk, ...] = ()
    assists: tuple[str, ...] = ()
    issue_leads: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    reports: int = 1
    mode: ModeId = "daily"


CASES = [
    Case("plain", "一键快办", "一个部门"),
    Case("light-risk", "一键快办", "一个部门", risks=(Risk.MINORS,)),
    Case("lead-is-no-helper", "一键快办", "一个部门", assists=("cgj",)),
    Case("two-issues-one-lead", "一键快办", "一个部门", issue_leads=("cgj", "cgj", "")),
    Case("one-wage-dispute", "一键快办", "一个部门", risks=(Risk.WAGES,)),
    Case("second-report", "一键快办", "一个部门", reports=2),
    Case("assist", "协同联办", "需1个部门协办", assists=("jiedao",)),
    Case("two-leads", "协同联办", "分属2个主办部门", issue_leads=("cgj", "hbj")),
    Case("two-districts", "协同联办", "涉及2个区县", districts=("金水区", "惠济区", "")),
    Case("same-day", "协同联办", "紧急程度1级", urgency=1),
    Case("weighty-risk", "协同联办", "食品药品安全", risks=(Risk.FOOD_DRUG,)),
    Case("danger-to-life", "督办快办", "紧急程度2级", urgency=2),
    Case("group", "督办快办", "群体性", risks=(Risk.GROUP,), assists=("jiedao",)),
    Case("unrest", "督办快办", "涉稳", risks=(Risk.STABILITY,)),
    Case("media", "督办快办", "舆情", risks=(Risk.OPINION,)),
    Case("wages-again", "督办快办", "欠薪、重复反映", risks=(Risk.WAGES, Risk.REPEATED)),
    Case("third-report", "督办快办", "已反映3次", reports=3),
    Case("same-day-holiday", "督办快办", "非日常运行模式", urgency=1, mode="holiday"),
    Case("same-day-emergency", "督办快办", "非日常运行模式", urgency=1, mode="emergency"),
    Case("plain-in-emergency", "一键快办", "一个部门", mode="emergency"),
]


@pytest.fixture(scope="module")
def rules() -> TrackRules:
    return TrackRules.load()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_track_follows_from_what_was_found(rules: TrackRules, case: Case) -> None:
    """Each condition leads to its track, and the reason names it."""
    choice = choose_track(
        urgency=case.urgency,
        risks=case.risks,
        lead="cgj",
        rules=rules,
        assists=case.assists,
        issue_leads=case.issue_leads,
        districts=case.districts,
        reports=case.reports,
        mode=case.mode,
    )
    assert choice.track == case.want
    assert case.reason in choice.reason


def test_the_reason_names_every_ground(rules: TrackRules) -> None:
    """An operator sees all that held, not the first only."""
    risks = (Risk.GROUP, Risk.OPINION)
    choice = choose_track(urgency=2, risks=risks, lead="rsj", rules=rules, reports=5)
    assert choice.reason.split("；") == ["紧急程度2级", "涉及群体性", "涉及舆情", "同一事项已反映5次"]


def test_no_lead_still_gets_a_track(rules: TrackRules) -> None:
    """A matter whose department is in doubt is not counted as one more lead."""
    choice = choose_track(urgency=0, risks=(), lead="", rules=rules, issue_leads=("", "cgj"))
    assert choice.track == "一键快办"


def test_thresholds_are_the_file(tmp_path: Path) -> None:
    """An edited threshold changes the track."""
    content = (RULES / "tracks.toml").read_text(encoding="utf-8")
    changed = content.replace("from_assists = 1", "from_assists = 2")
    (tmp_path / "tracks.toml").write_text(changed, encoding="utf-8")
    own = TrackRules.load(tmp_path)
    choice = choose_track(urgency=0, risks=(), lead="cgj", rules=own, assists=("jiedao",))
    assert choice.track == "一键快办"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        pytest.param("from_assists = 1", "from_assists = 0", "joint.from_assists", id="too-small"),
        pytest.param("from_reports = 3", "from_reports = '三'", "supervise.from_reports", id="not-a-number"),
        pytest.param('[["群体性"]', '[["群体"]', "supervise.risks.0.0", id="unknown-risk"),
        pytest.param("daily = 2, ", "", "supervise.from_urgency.daily", id="mode-missing"),
    ],
)
def test_a_wrong_file_names_the_field(tmp_path: Path, old: str, new: str, field: str) -> None:
    """A wrong threshold stops the start with file and field."""
    content = (RULES / "tracks.toml").read_text(encoding="utf-8")
    assert old in content
    (tmp_path / "tracks.toml").write_text(content.replace(old, new), encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"tracks\.toml: field {field}"):
        TrackRules.load(tmp_path)
