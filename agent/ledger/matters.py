"""What may happen to a matter, each inside one writing transaction: recorded, suggested, decided, reviewed, closed.

The states: open → decided or returned → reviewed; deciding again goes back to decided or returned and keeps what
was. An erased matter takes nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.ledger import records, rows
from agent.ledger.chain import Write
from agent.ledger.columns import local, storable
from agent.ledger.errors import ConflictError, LedgerError, NotFoundError
from agent.ledger.ids import new_id
from agent.ledger.tables import DecisionRow, MatterRow, OutcomeRow, ReviewRow, SuggestionRow
from agent.schema import Complaint, Suggestion


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a decision and a review have in common."""

    choice: records.Choice
    changes: Sequence[records.Change] = ()
    reason: str = ""


def record(
    write: Write, complaint: Complaint, suggestion: Suggestion, actor: str, settings: Mapping[str, str]
) -> records.Recorded:
    """Write a new matter and what was proposed for it."""
    matter = MatterRow(
        id=new_id(),
        recorded_at=write.now,
        recorded_by=actor,
        external_id=complaint.id,
        title=storable(complaint.title),
        text=storable(complaint.text),
        masked_text=suggestion.complaint.masked_text if suggestion.complaint else "",
        received_at=complaint.received_at and local(complaint.received_at),
        mode=complaint.mode,
        channel=complaint.channel,
        state="open",
    )
    proposed = _suggestion_row(write, matter.id, suggestion, settings)
    matter.suggestion_id = proposed.id
    write.seal(matter, actor, "matter.recorded")
    write.seal(proposed, actor, "suggestion.made")
    return records.Recorded(matter=rows.matter(matter), suggestion=rows.suggestion(proposed))


def suggest_again(
    write: Write, matter_id: str, suggestion: Suggestion, actor: str, settings: Mapping[str, str]
) -> records.StoredSuggestion:
    """Write a later suggestion; from now on it is the one that counts."""
    matter = _living(write, matter_id)
    proposed = _suggestion_row(write, matter_id, suggestion, settings)
    matter.suggestion_id = proposed.id
    if suggestion.complaint is not None:
        matter.masked_text = suggestion.complaint.masked_text
    write.seal(proposed, actor, "suggestion.made")
    write.seal(matter, actor, "matter.suggested")
    return rows.suggestion(proposed)


def revise(
    write: Write,
    matter_id: str,
    complaint: Complaint,
    suggestion: Suggestion,
    actor: str,
    settings: Mapping[str, str],
) -> records.Recorded:
    """Put what the caller added into an undecided matter, and what is proposed now."""
    matter = _living(write, matter_id)
    if matter.state != "open":
        raise LedgerError(f"matter {matter_id} is decided already; record what was added as a new matter")
    matter.title, matter.text = storable(complaint.title), storable(complaint.text)
    matter.mode, matter.channel = complaint.mode, complaint.channel
    matter.masked_text = suggestion.complaint.masked_text if suggestion.complaint else ""
    proposed = _suggestion_row(write, matter_id, suggestion, settings)
    matter.suggestion_id = proposed.id
    write.seal(proposed, actor, "suggestion.made")
    write.seal(matter, actor, "matter.revised")
    return records.Recorded(matter=rows.matter(matter), suggestion=rows.suggestion(proposed))


def decide(
    write: Write,
    matter_id: str,
    suggestion_id: str,
    action: records.Action,
    judgement: Judgement,
    actor: str,
    *,
    seconds: float | None,
    replaces: str | None,
) -> records.Decision:
    """Write what an operator did; a decision that stands is only replaced by name."""
    matter = _living(write, matter_id)
    _belongs(write.load(SuggestionRow, suggestion_id), matter_id)
    _refuse_overtaking("decision", matter.decision_id, replaces)
    row = DecisionRow(
        id=new_id(),
        matter_id=matter_id,
        suggestion_id=suggestion_id,
        decided_at=write.now,
        operator=actor,
        action=action,
        seconds=None if seconds is None else float(seconds),  # as it is read back, so that its hash is the same
    )
    rows.put_choice(row, judgement.choice, judgement.changes, judgement.reason)
    matter.decision_id, matter.review_id = row.id, None
    matter.state = "returned" if action == "return" else "decided"
    write.seal(row, actor, "decision.made", action)
    write.seal(matter, actor, f"matter.{matter.state}")
    return rows.decision(row)


def review(
    write: Write,
    matter_id: str,
    decision_id: str,
    verdict: records.Verdict,
    judgement: Judgement,
    actor: str,
    *,
    case_id: str,
    replaces: str | None,
) -> records.Review:
    """Write what a reviewer said of the decision that counts."""
    matter = _living(write, matter_id)
    if matter.decision_id is None:
        raise LedgerError(f"matter {matter_id} is not decided yet; a review needs a decision")
    _belongs(write.load(DecisionRow, decision_id), matter_id)
    if decision_id != matter.decision_id:
        raise ConflictError(
            f"decision {decision_id} was replaced by {matter.decision_id}; review that one", current=matter.decision_id
        )
    _refuse_overtaking("review", matter.review_id, replaces)
    row = ReviewRow(
        id=new_id(),
        matter_id=matter_id,
        decision_id=decision_id,
        reviewed_at=write.now,
        reviewer=actor,
        verdict=verdict,
        case_id=case_id,
    )
    rows.put_choice(row, judgement.choice, judgement.changes, judgement.reason)
    matter.review_id, matter.state = row.id, "reviewed"
    write.seal(row, actor, "review.made", verdict)
    write.seal(matter, actor, "matter.reviewed")
    return rows.review(row)


def outcome(write: Write, row: OutcomeRow) -> records.Outcome:
    """Write what came back from the handling unit."""
    _living(write, row.matter_id)
    row.id, row.recorded_at = new_id(), write.now
    write.seal(row, row.recorded_by, "outcome.recorded", row.kind)
    return rows.outcome(row)


def _suggestion_row(write: Write, matter_id: str, suggestion: Suggestion, settings: Mapping[str, str]) -> SuggestionRow:
    return SuggestionRow(
        id=new_id(),
        matter_id=matter_id,
        created_at=write.now,
        category=suggestion.category.code if suggestion.category else "",
        lead=suggestion.dispatch.lead.id if suggestion.dispatch else "",
        body=rows.body(suggestion),
        settings=dict(settings),
    )


def _living(write: Write, matter_id: str) -> MatterRow:
    matter = write.load(MatterRow, matter_id)
    if matter.state == "erased":
        raise LedgerError(f"matter {matter_id} was erased; nothing can be added to it", code="erased")
    return matter


def _belongs(row: SuggestionRow | DecisionRow, matter_id: str) -> None:
    if row.matter_id != matter_id:
        raise NotFoundError(f"{row.id} does not belong to matter {matter_id}; check the ids")


def _refuse_overtaking(what: str, current: str | None, replaces: str | None) -> None:
    if current == replaces:
        return
    if current is None:
        raise ConflictError(f"there is no {what} to replace yet; send it without `replaces`")
    raise ConflictError(
        f"someone else made {what} {current} meanwhile; look at it, then name it to replace it", current=current
    )
