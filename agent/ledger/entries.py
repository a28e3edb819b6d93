"""Reading many matters: filters, and each matter with what counts for it now.

Read in pages by id, newest first, so that no connection is held while the caller works; a matter recorded
meanwhile is not seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from agent.ledger import records, rows
from agent.ledger.database import Database
from agent.ledger.tables import DecisionRow, MatterRow, OutcomeRow, ReviewRow, SuggestionRow

_PAGE = 200  # matters a query


def entries(database: Database, wanted: records.EntryFilter, limit: int | None) -> Iterator[records.Entry]:
    """Matters that pass the filter, newest first."""
    before: str | None = None
    left = limit
    while left is None or left > 0:
        size = _PAGE if left is None else min(_PAGE, left)
        with database.read() as session:
            page = _page(session, _query(wanted, before).limit(size))
        yield from page
        if len(page) < size:
            return
        before = page[-1].matter.id
        left = None if left is None else left - len(page)


def _query(wanted: records.EntryFilter, before: str | None) -> Select[MatterRow, SuggestionRow]:
    query = (
        select(MatterRow, SuggestionRow)
        .join(SuggestionRow, SuggestionRow.id == MatterRow.suggestion_id)
        .order_by(MatterRow.id.desc())
    )
    if before is not None:
        query = query.where(MatterRow.id < before)
    if wanted.since is not None:
        query = query.where(MatterRow.recorded_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(MatterRow.recorded_at < wanted.until)
    if wanted.states:
        query = query.where(MatterRow.state.in_(wanted.states))
    if wanted.channel:
        query = query.where(MatterRow.channel == wanted.channel)
    if wanted.reviewed is not None:
        query = query.where(MatterRow.review_id.is_not(None) if wanted.reviewed else MatterRow.review_id.is_(None))
    if wanted.text:
        query = query.where(MatterRow.masked_text.icontains(wanted.text, autoescape=True))
    return _by_decision(query, wanted)


def _by_decision(
    query: Select[MatterRow, SuggestionRow], wanted: records.EntryFilter
) -> Select[MatterRow, SuggestionRow]:
    if not (wanted.operator or wanted.lead or wanted.category):
        return query
    query = query.outerjoin(DecisionRow, DecisionRow.id == MatterRow.decision_id)
    if wanted.operator:
        query = query.where(DecisionRow.operator == wanted.operator)
    if wanted.lead:
        query = query.where(DecisionRow.lead == wanted.lead)
    if wanted.category:
        decided = DecisionRow.category.startswith(wanted.category, autoescape=True)
        proposed = SuggestionRow.category.startswith(wanted.category, autoescape=True)
        query = query.where(or_(decided, MatterRow.decision_id.is_(None) & proposed))
    return query


def _page(session: Session, query: Select[MatterRow, SuggestionRow]) -> list[records.Entry]:
    found = session.execute(query).all()
    matters = [matter for matter, _ in found]
    decided = [matter.decision_id for matter in matters if matter.decision_id]
    reviewed = [matter.review_id for matter in matters if matter.review_id]
    decisions = {
        row.id: rows.decision(row) for row in session.scalars(select(DecisionRow).where(DecisionRow.id.in_(decided)))
    }
    reviews = {row.id: rows.review(row) for row in session.scalars(select(ReviewRow).where(ReviewRow.id.in_(reviewed)))}
    outcomes: dict[str, list[records.Outcome]] = {}
    ids = [matter.id for matter in matters]
    for row in session.scalars(select(OutcomeRow).where(OutcomeRow.matter_id.in_(ids)).order_by(OutcomeRow.id)):
        outcomes.setdefault(row.matter_id, []).append(rows.outcome(row))
    return [
        records.Entry(
            matter=rows.matter(matter),
            suggestion=rows.suggestion(suggestion),
            decision=decisions.get(matter.decision_id or ""),
            review=reviews.get(matter.review_id or ""),
            outcomes=tuple(outcomes.get(matter.id, ())),
        )
        for matter, suggestion in found
    ]


def history(session: Session, matter: MatterRow) -> records.History:
    """Everything that happened to one matter, each part in order of time."""
    key = matter.id
    suggestions = select(SuggestionRow).where(SuggestionRow.matter_id == key).order_by(SuggestionRow.id)
    decisions = select(DecisionRow).where(DecisionRow.matter_id == key).order_by(DecisionRow.id)
    reviews = select(ReviewRow).where(ReviewRow.matter_id == key).order_by(ReviewRow.id)
    outcomes = select(OutcomeRow).where(OutcomeRow.matter_id == key).order_by(OutcomeRow.id)
    return records.History(
        matter=rows.matter(matter),
        suggestions=tuple(rows.suggestion(row) for row in session.scalars(suggestions)),
        decisions=tuple(rows.decision(row) for row in session.scalars(decisions)),
        reviews=tuple(rows.review(row) for row in session.scalars(reviews)),
        outcomes=tuple(rows.outcome(row) for row in session.scalars(outcomes)),
    )
