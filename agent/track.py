"""Which of the three tracks a matter takes, and why.

Compares what other parts already found with the thresholds of `rules/tracks.toml`; reads no text and sets
no time limit (`agent.deadline` does).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from agent.rules import load_rules
from agent.schema import Track
from knowledge.vocabulary import ModeId, Risk, Urgency
from models.record import Record


class UrgencyByMode(Record):
    """The urgency from which a rule holds, for each operating mode; 3 means never."""

    daily: int = Field(ge=0, le=3)
    holiday: int = Field(ge=0, le=3)
    major: int = Field(ge=0, le=3)
    emergency: int = Field(ge=0, le=3)

    def of(self, mode: ModeId) -> int:
        """Give the threshold of one mode."""
        thresholds: dict[ModeId, int] = {
            "daily": self.daily,
            "holiday": self.holiday,
            "major": self.major,
            "emergency": self.emergency,
        }
        return thresholds[mode]


class SuperviseRules(Record):
    """When a matter goes to 督办快办."""

    from_urgency: UrgencyByMode
    risks: tuple[tuple[Risk, ...], ...] = Field(description="any one set, all of its risks together")
    from_reports: int = Field(ge=2, description="tickets on the same matter, this one included")


class JointRules(Record):
    """When a matter goes to 协同联办."""

    from_assists: int = Field(ge=1)
    from_leads: int = Field(ge=2)
    from_districts: int = Field(ge=2)
    from_urgency: int = Field(ge=0, le=3)
    risks: tuple[Risk, ...]


class TrackRules(Record):
    """The whole of `tracks.toml`."""

    supervise: SuperviseRules
    joint: JointRules

    @classmethod
    def load(cls, override_dir: Path | None = None) -> TrackRules:
        """Read `tracks.toml`, the user's own when `override_dir` has one.

        Raises:
            SettingsError: The file does not fit; names file and field.
        """
        return load_rules("tracks", cls, override_dir)


@dataclass(frozen=True, slots=True)
class TrackChoice:
    """A track and the grounds for it, in words for the operator."""

    track: Track
    reason: str


def choose_track(
    *,
    urgency: Urgency,
    risks: Collection[Risk],
    lead: str,
    rules: TrackRules,
    assists: Collection[str] = (),
    issue_leads: Collection[str] = (),
    districts: Collection[str] = (),
    reports: int = 1,
    mode: ModeId = "daily",
) -> TrackChoice:
    """Choose the track of one complaint.

    Args:
        urgency: Level of the whole complaint.
        risks: Every risk found in it.
        lead: Department id of the main issue, '' when none was chosen.
        rules: The thresholds.
        assists: Department ids that must help.
        issue_leads: Department id of each separate issue; '' entries are ignored.
        districts: District names or ids that the complaint touches.
        reports: Tickets on the same matter, this one included.
        mode: Operating mode of the city.

    Returns:
        The first track whose conditions hold: 督办快办, then 协同联办, then 一键快办. The reason names every
        condition that held.
    """
    grounds = _supervise_grounds(rules.supervise, urgency, risks, reports, mode)
    if grounds:
        return TrackChoice("督办快办", "；".join(grounds))
    # Only other departments help, and only named ones differ.
    helpers = {name for name in assists if name and name != lead}
    leads = {name for name in (lead, *issue_leads) if name}
    places = {name for name in districts if name}
    grounds = _joint_grounds(rules.joint, urgency, risks, (len(helpers), len(leads), len(places)))
    if grounds:
        return TrackChoice("协同联办", "；".join(grounds))
    return TrackChoice("一键快办", "事项单一，一个部门即可办理，未见需要协同或督办的风险")


def _supervise_grounds(
    rules: SuperviseRules, urgency: Urgency, risks: Collection[Risk], reports: int, mode: ModeId
) -> list[str]:
    grounds = []
    if urgency >= rules.from_urgency.of(mode):
        grounds.append(f"紧急程度{urgency}级" + ("" if mode == "daily" else "，且处于非日常运行模式"))
    sets = [wanted for wanted in rules.risks if wanted and set(wanted) <= set(risks)]
    grounds.extend(f"涉及{'、'.join(wanted)}" for wanted in sets)
    if reports >= rules.from_reports:
        grounds.append(f"同一事项已反映{reports}次")
    return grounds


def _joint_grounds(
    rules: JointRules, urgency: Urgency, risks: Collection[Risk], counts: tuple[int, int, int]
) -> list[str]:
    helpers, leads, districts = counts
    grounds = []
    if helpers >= rules.from_assists:
        grounds.append(f"需{helpers}个部门协办")
    if leads >= rules.from_leads:
        grounds.append(f"多项诉求分属{leads}个主办部门")
    if districts >= rules.from_districts:
        grounds.append(f"涉及{districts}个区县")
    if urgency >= rules.from_urgency:
        grounds.append(f"紧急程度{urgency}级，需属地同步到场")
    weighty = [risk for risk in rules.risks if risk in risks]
    if weighty:
        grounds.append(f"涉及{'、'.join(weighty)}，需属地同步核查")
    return grounds
