"""Taking a person's words out of the ledger, and keeping what counts: labels, times, who decided what.

Emptied are all texts that a citizen, an operator or a handling unit wrote about a matter, in every version of its
suggestion. Hashes of the old rows stay in the chain; what they covered held a salt that is gone too, so they
cannot be tried against guesses.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from agent.ledger import rows
from agent.ledger.blank import blank_suggestion
from agent.ledger.chain import Write
from agent.ledger.errors import LedgerError
from agent.ledger.tables import (
    Base,
    Chosen,
    DecisionRow,
    JsonList,
    MatterRow,
    OutcomeRow,
    ReviewRow,
    SuggestionRow,
)

_CLOSED_FIELDS = frozenset({"category", "lead", "unit", "assist", "urgency", "track", "due"})
_LONG_NUMBER = re.compile(r"\d{7}")  # a phone, an identity card
_BETWEEN = re.compile(r"[\s\-_.,·]+")
_SHORTEST = 2  # characters of a name
_PAGE = 200
K = TypeVar("K", bound=Base)


def checked_reason(reason: str) -> str:
    """The reason, fit to stay in the audit chain for good.

    Raises:
        LedgerError: it is empty or holds a long number.
    """
    if not reason.strip():
        raise LedgerError("erasing needs a reason; it stays in the audit chain")
    if _LONG_NUMBER.search(_folded(reason)):
        raise LedgerError("the reason holds a number like a phone's; it stays for good, so name the request instead")
    return reason.strip()


def erase(write: Write, matter_ids: Sequence[str], actor: str, reason: str) -> int:
    """Empty the words of these matters; those already empty do not count.

    Raises:
        NotFoundError: one is not there; then none is erased.
    """
    done = 0
    for key in dict.fromkeys(matter_ids):
        matter = write.load(MatterRow, key)
        if matter.state != "erased":
            _erase(write, matter, actor, reason)
            done += 1
    return done


def matching(session: Session, needle: str) -> Iterator[MatterRow]:
    """Matters whose text, title or records hold a name or a number, however it is spaced; oldest first.

    Raises:
        LedgerError: the needle is shorter than a name.
    """
    wanted = _folded(needle)
    if len(wanted) < _SHORTEST:
        raise LedgerError(f"{needle!r} is too short to look for; give a whole name or number")
    last = ""
    query = select(MatterRow).where(MatterRow.state != "erased").order_by(MatterRow.id).limit(_PAGE)
    while page := session.scalars(query.where(MatterRow.id > last)).all():
        last = page[-1].id
        further = _further_words(session, [row.id for row in page])
        for row in page:
            if any(wanted in _folded(words) for words in (row.text, row.title, *further.get(row.id, ()))):
                yield row
        session.expunge_all()


def before(session: Session, moment: dt.datetime, limit: int) -> Sequence[str]:
    """Ids of matters that were recorded before a moment and still hold words."""
    query = select(MatterRow.id).where(MatterRow.recorded_at < moment, MatterRow.state != "erased")
    return session.scalars(query.order_by(MatterRow.id).limit(limit)).all()


def _erase(write: Write, matter: MatterRow, actor: str, reason: str) -> None:
    for suggestion in _all(write, select(SuggestionRow.id).where(SuggestionRow.matter_id == matter.id), SuggestionRow):
        suggestion.body = rows.body(blank_suggestion(rows.suggestion(suggestion).suggestion))
        suggestion.salt = ""
        write.seal(suggestion, actor, "suggestion.erased")
    for decision in _all(write, select(DecisionRow.id).where(DecisionRow.matter_id == matter.id), DecisionRow):
        _blank_choice(decision)
        decision.salt = ""
        write.seal(decision, actor, "decision.erased")
    for review in _all(write, select(ReviewRow.id).where(ReviewRow.matter_id == matter.id), ReviewRow):
        _blank_choice(review)
        review.salt = ""
        write.seal(review, actor, "review.erased")
    for outcome in _all(write, select(OutcomeRow.id).where(OutcomeRow.matter_id == matter.id), OutcomeRow):
        outcome.reason = outcome.record = outcome.salt = ""
        write.seal(outcome, actor, "outcome.erased")
    matter.text = matter.title = matter.masked_text = matter.salt = ""
    matter.state = "erased"
    write.seal(matter, actor, "person.erased", reason)


def _all(write: Write, ids: Select[str], kind: type[K]) -> list[K]:
    return [write.load(kind, key) for key in write.session.scalars(ids)]


def _blank_choice(row: Chosen) -> None:
    row.place = row.reply = row.reason = ""
    row.changes = _blank_changes(row.changes)


def _blank_changes(changes: JsonList) -> JsonList:
    """Which field was changed stays; what it said stays only where it is an id of a closed list."""
    kept: JsonList = []
    for change in changes:
        if isinstance(change, dict):
            closed = change["field"] in _CLOSED_FIELDS
            kept.append(change if closed else {"field": change["field"], "proposed": "", "chosen": ""})
    return kept


def _further_words(session: Session, ids: Sequence[str]) -> dict[str, list[str]]:
    """What operators, reviewers and handling units wrote about each matter."""
    found: dict[str, list[str]] = {}
    for kind in (DecisionRow, ReviewRow):
        query = select(kind.matter_id, kind.place, kind.reply, kind.reason).where(kind.matter_id.in_(ids))
        for key, *words in session.execute(query):
            found.setdefault(key, []).extend(words)
    outcomes = select(OutcomeRow.matter_id, OutcomeRow.reason, OutcomeRow.record).where(OutcomeRow.matter_id.in_(ids))
    for key, *words in session.execute(outcomes):
        found.setdefault(key, []).extend(words)
    return found


def _folded(text: str) -> str:
    """Full width made half, case and everything that people put between digits gone."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).casefold()
