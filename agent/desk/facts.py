"""What queue and quality need to know of one matter, taken out of its ledger entry once.

Small on purpose: a report over a year holds a hundred thousand of these, and none of the texts. Nothing is judged
here but which labels a person finally gave, and which of them were proposed to that person.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from agent.desk.choices import judged
from agent.desk.records import Measured, QueueFilter
from agent.desk.titles import title_of
from agent.ledger.records import Action, Choice, Decision, Entry, EntryFilter, MatterState
from agent.schema import Route, Suggestion
from knowledge.vocabulary import Risk

LEVELS: dict[Measured, int] = {"category": 6, "level2": 4, "level1": 2}  # digits of the code that must agree


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels that accuracy is about; '' where there is none."""

    category: str
    lead: str
    urgency: int


_NOTHING = Labels("", "", 0)


@dataclass(frozen=True, slots=True)
class Facts:
    """One matter.

    Attributes:
        proposed: What the suggestion said that the operator saw.
        chosen: What the operator chose; None while nobody has, or when the matter was sent back to the caller.
        final: What is right: the review's labels, else the operator's.
        runner_up: Confidence of the second lead.
        changed: Labels that the operator judged otherwise.
        failed_checks: Checks of the draft that failed.
        returned: A unit sent it back, `after_review` after somebody had reviewed it.
        finished: A unit reported what became of it, in whatever way.
    """

    matter_id: str
    suggestion_id: str
    decision_id: str
    title: str
    place: str
    recorded_at: dt.datetime
    state: MatterState
    channel: str
    route: Route | None
    operator: str
    action: Action | None
    proposed: Labels
    chosen: Labels | None
    final: Labels | None
    reviewed: bool
    lead_confidence: float
    category_confidence: float
    runner_up: float
    urgency: int
    risks: tuple[Risk, ...]
    changed: tuple[str, ...]
    reason: str
    seconds: float | None
    failed_checks: int
    due: dt.datetime | None
    returned: bool
    after_review: bool
    finished: bool
    unsolved: bool
    unsatisfied: bool

    @classmethod
    def of(cls, entry: Entry) -> Facts:
        """Take the facts out of an entry."""
        given, decision, review = entry.suggestion.suggestion, entry.decision, entry.review
        dispatch, category, complaint = given.dispatch, given.category, given.complaint
        chosen = _labels(decision.choice) if decision is not None and decision.action != "return" else None
        returns = [outcome.recorded_at for outcome in entry.outcomes if outcome.kind == "returned"]
        return cls(
            matter_id=entry.matter.id,
            suggestion_id=entry.suggestion.id,
            decision_id=decision.id if decision else "",
            title=title_of(complaint),
            place=f"{complaint.address.district}{complaint.address.street}" if complaint else "",
            recorded_at=entry.matter.recorded_at,
            state=entry.matter.state,
            channel=entry.matter.channel,
            route=given.decision.route if given.decision else None,
            operator=decision.operator if decision else "",
            action=decision.action if decision else None,
            proposed=_proposed(given, decision, entry.suggestion.id),
            chosen=chosen,
            final=_labels(review.choice) if review else chosen,
            reviewed=review is not None,
            lead_confidence=dispatch.confidence if dispatch else 0.0,
            category_confidence=category.confidence if category else 0.0,
            runner_up=dispatch.alternatives[0].confidence if dispatch and dispatch.alternatives else 0.0,
            urgency=max(given.urgency.level if given.urgency else 0, decision.choice.urgency if decision else 0),
            risks=given.urgency.risks if given.urgency else (),
            changed=judged(decision.changes) if decision else (),
            reason=decision.reason if decision else "",
            seconds=decision.seconds if decision else None,
            failed_checks=sum(not check.ok for check in given.draft.checks) if given.draft else 0,
            due=decision.choice.due if decision else given.deadline.due if given.deadline else None,
            returned=bool(returns),
            after_review=review is not None and any(moment > review.reviewed_at for moment in returns),
            finished=bool(entry.outcomes),
            unsolved=any(outcome.solved is False for outcome in entry.outcomes),
            unsatisfied=any(outcome.satisfied is False for outcome in entry.outcomes),
        )

    @property
    def urgent(self) -> bool:
        """Somebody must act at once, and nobody has: it comes before everything else."""
        return self.urgency == 2 and self.state == "open" and not self.decision_id

    @property
    def department(self) -> str:
        """The lead that was chosen, before that the one proposed; '' for a matter that was sent back."""
        return self._now.lead

    @property
    def category(self) -> str:
        """The category that was chosen, before that the one proposed; '' for a matter that was sent back."""
        return self._now.category

    @property
    def _now(self) -> Labels:
        if self.chosen is not None:
            return self.chosen
        return _NOTHING if self.decision_id else self.proposed

    def right(self, field: Measured) -> bool | None:
        """Whether a person finally gave the label that was proposed; None where either gave none."""
        if self.final is None:
            return None
        if field == "urgency":
            return self.proposed.urgency == self.final.urgency
        if field == "lead":
            given, wanted = self.proposed.lead, self.final.lead
        else:
            given, wanted = self.proposed.category[: LEVELS[field]], self.final.category[: LEVELS[field]]
        return given == wanted if given and wanted else None

    def confidence(self, field: Literal["lead", "category"]) -> float:
        """How sure the model was."""
        return self.lead_confidence if field == "lead" else self.category_confidence


def matches(facts: Facts, wanted: QueueFilter) -> bool:
    """Whether a matter passes the part of a filter that the ledger cannot answer itself; see `entry_filter`."""
    sure = facts.confidence(wanted.confidence_of)
    final = facts.final.lead if facts.final else ""
    tests = (
        not wanted.department or facts.department == wanted.department,
        not wanted.category or facts.category.startswith(wanted.category),
        wanted.decided is None or bool(facts.decision_id) == wanted.decided,
        wanted.action is None or facts.action == wanted.action,
        wanted.changed is None or bool(facts.changed) == wanted.changed,
        wanted.returned is None or facts.returned == wanted.returned,
        wanted.route is None or facts.route == wanted.route,
        wanted.field is None or wanted.field in facts.changed,
        not wanted.reason or facts.reason == wanted.reason,
        not wanted.proposed_lead or facts.proposed.lead == wanted.proposed_lead,
        not wanted.final_lead or final == wanted.final_lead,
        wanted.wrong is None or facts.right(wanted.wrong) is False,
        wanted.known is None or facts.right(wanted.known) is not None,
        wanted.confidence_from is None or sure >= wanted.confidence_from,
        wanted.confidence_below is None or sure < wanted.confidence_below,
    )
    return all(tests)


def entry_filter(wanted: QueueFilter, now: dt.datetime) -> EntryFilter:
    """The part of a filter that the ledger answers with its indexes."""
    begin = None if wanted.days is None else now - dt.timedelta(days=wanted.days)
    since = max(filter(None, (begin, wanted.since)), default=None)
    return EntryFilter(
        since=since,
        until=wanted.until,
        states=wanted.states,
        operator=wanted.operator,
        lead=wanted.department if wanted.decided else "",
        category=wanted.category,
        channel=wanted.channel,
        reviewed=wanted.reviewed,
        text=wanted.text,
    )


def opening(asked: EntryFilter) -> QueueFilter:
    """The same filter in the words of the desk."""
    return QueueFilter(
        since=asked.since,
        until=asked.until,
        states=asked.states,
        operator=asked.operator,
        department=asked.lead,
        decided=True if asked.lead else None,
        category=asked.category,
        channel=asked.channel,
        reviewed=asked.reviewed,
        text=asked.text,
    )


def _labels(choice: Choice) -> Labels:
    return Labels(choice.category, choice.lead, choice.urgency)


def labels_of(suggestion: Suggestion) -> Labels:
    """The labels that a suggestion proposes."""
    return Labels(
        suggestion.category.code if suggestion.category else "",
        suggestion.dispatch.lead.id if suggestion.dispatch else "",
        suggestion.urgency.level if suggestion.urgency else 0,
    )


def _proposed(given: Suggestion, decision: Decision | None, suggestion_id: str) -> Labels:
    """What was proposed to whoever decided: a suggestion that came later is not judged by an earlier decision."""
    if decision is None or decision.suggestion_id == suggestion_id or decision.action == "return":
        return labels_of(given)
    seen = {change.field: change.proposed for change in decision.changes}
    choice = decision.choice
    return Labels(
        seen.get("category", choice.category),
        seen.get("lead", choice.lead),
        int(seen.get("urgency", choice.urgency)),
    )
