"""From rows to the values that other packages see, and from values to columns."""

from __future__ import annotations

from collections.abc import Sequence

from agent.ledger import records
from agent.ledger.columns import local, storable
from agent.ledger.tables import (
    AuditRow,
    Chosen,
    DecisionRow,
    JsonObject,
    MatterRow,
    OutcomeRow,
    ReviewRow,
    SessionRow,
    SuggestionRow,
    UserRow,
)
from agent.schema import Suggestion


def matter(row: MatterRow) -> records.Matter:
    """A matter."""
    return records.Matter.model_validate(row, from_attributes=True)


def suggestion(row: SuggestionRow) -> records.StoredSuggestion:
    """A suggestion with its settings."""
    return records.StoredSuggestion.model_validate(
        {
            "id": row.id,
            "matter_id": row.matter_id,
            "created_at": row.created_at,
            "suggestion": row.body,
            "settings": row.settings,
        }
    )


def decision(row: DecisionRow) -> records.Decision:
    """A decision."""
    return records.Decision.model_validate(row, from_attributes=True)


def review(row: ReviewRow) -> records.Review:
    """A review."""
    return records.Review.model_validate(row, from_attributes=True)


def outcome(row: OutcomeRow) -> records.Outcome:
    """An outcome."""
    return records.Outcome.model_validate(row, from_attributes=True)


def user(row: UserRow) -> records.User:
    """An account."""
    return records.User.model_validate(row, from_attributes=True)


def session(row: SessionRow, owner: UserRow) -> records.Session:
    """A login or token."""
    return records.Session.model_validate(
        {
            "id": row.id,
            "user": user(owner),
            "kind": row.kind,
            "label": row.label,
            "opened_at": row.opened_at,
            "expires_at": row.expires_at,
        }
    )


def event(row: AuditRow) -> records.AuditEvent:
    """An audit event."""
    return records.AuditEvent.model_validate(row, from_attributes=True)


def body(value: Suggestion) -> JsonObject:
    """A suggestion as JSON."""
    plain: JsonObject = value.model_dump(mode="json")
    return plain


def put_choice(row: Chosen, choice: records.Choice, changes: Sequence[records.Change], reason: str) -> None:
    """Fill the columns that a decision and a review share."""
    row.category, row.lead, row.unit = choice.category, choice.lead, choice.unit
    row.assist, row.urgency, row.track = list(choice.assist), choice.urgency, choice.track
    row.due, row.place, row.reply = choice.due and local(choice.due), storable(choice.place), storable(choice.reply)
    row.changes = [change.model_dump() for change in changes]
    row.reason = storable(reason)
