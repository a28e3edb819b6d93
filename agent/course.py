"""The course of a matter: which track it takes, and by when it must be answered.

Gathers from what was read and chosen what the rules of `agent.track` and `agent.deadline` ask for; decides nothing.
"""

from __future__ import annotations

from agent.deadline import Calendar, DeadlineRules, compute_deadline
from agent.schema import Complaint, Deadline, Track
from agent.seen import Seen
from agent.track import TrackRules, choose_track


class Course:
    """Track and time limit by the rules of one agent.

    Args:
        tracks: Which matters take which track.
        deadlines: How long each may take.
        calendar: Which days are workdays.
    """

    def __init__(self, tracks: TrackRules, deadlines: DeadlineRules, calendar: Calendar) -> None:
        self._tracks, self._deadlines, self._calendar = tracks, deadlines, calendar

    def track(self, given: Complaint, seen: Seen) -> Track:
        """The track of a matter."""
        dispatch = seen.choice.dispatch
        return choose_track(
            urgency=seen.urgency.level,
            risks=seen.urgency.risks,
            lead=dispatch.lead.id,
            rules=self._tracks,
            assists=[a.id for a in dispatch.assist],
            issue_leads=[i.dispatch.lead.id for i in seen.complaint.issues if i.dispatch is not None],
            mode=given.mode,
        ).track

    def deadline(self, given: Complaint, seen: Seen, track: Track) -> Deadline:
        """The time limit on a track, or why there is none."""
        if given.received_at is None:
            return Deadline(due=None, rule="", workdays=None, error="不知道受理时间，无法计算办理时限；请补充受理时间")
        choice = seen.choice
        return compute_deadline(
            given.received_at,
            track=track,
            urgency=seen.urgency.level,
            mode=given.mode,
            kind=seen.complaint.kind,
            lead_id=choice.dispatch.lead.id,
            category_code=choice.category.code,
            topic=choice.duty.topic if choice.duty is not None else "",
            rules=self._deadlines,
            calendar=self._calendar,
        )
