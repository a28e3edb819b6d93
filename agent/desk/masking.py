"""Ledger entries for people who need no names: every text that may hold personal data is masked.

A suggestion is masked already where it quotes the complaint, but for the words that the citizen used as evidence.
"""

from __future__ import annotations

from agent.intake import mask
from agent.ledger.records import Change, Choice, Decision, Entry, History, Matter, Outcome, Review, StoredSuggestion
from agent.schema import Suggestion
from knowledge.vocabulary import Span


def masked_history(history: History) -> History:
    """The same history without personal data."""
    return History(
        matter=_matter(history.matter),
        suggestions=tuple(_stored(one) for one in history.suggestions),
        decisions=tuple(_decision(one) for one in history.decisions),
        reviews=tuple(_review(one) for one in history.reviews),
        outcomes=tuple(_outcome(one) for one in history.outcomes),
    )


def masked_entry(entry: Entry) -> Entry:
    """The same entry without personal data."""
    return Entry(
        matter=_matter(entry.matter),
        suggestion=_stored(entry.suggestion),
        decision=None if entry.decision is None else _decision(entry.decision),
        review=None if entry.review is None else _review(entry.review),
        outcomes=tuple(_outcome(one) for one in entry.outcomes),
    )


def _matter(matter: Matter) -> Matter:
    return matter.model_copy(
        update={"text": matter.masked_text, "title": _words(matter.title), "channel": _words(matter.channel)}
    )


def _stored(stored: StoredSuggestion) -> StoredSuggestion:
    return stored.model_copy(update={"suggestion": _suggestion(stored.suggestion)})


def _suggestion(suggestion: Suggestion) -> Suggestion:
    """The evidence cites the text as given, which is not there any more: only spans without personal data stay."""
    if suggestion.urgency is None:
        return suggestion
    kept = tuple(span for span in suggestion.urgency.evidence if _clean(span))
    return suggestion.model_copy(update={"urgency": suggestion.urgency.model_copy(update={"evidence": kept})})


def _clean(span: Span) -> bool:
    return not mask(span.text).found


def _decision(decision: Decision) -> Decision:
    return decision.model_copy(
        update={
            "choice": _choice(decision.choice),
            "changes": tuple(_change(one) for one in decision.changes),
            "reason": _words(decision.reason),
        }
    )


def _review(review: Review) -> Review:
    return review.model_copy(
        update={
            "choice": _choice(review.choice),
            "changes": tuple(_change(one) for one in review.changes),
            "reason": _words(review.reason),
        }
    )


def _outcome(outcome: Outcome) -> Outcome:
    return outcome.model_copy(update={"reason": _words(outcome.reason), "record": _words(outcome.record)})


def _choice(choice: Choice) -> Choice:
    return choice.model_copy(update={"place": _words(choice.place), "reply": _words(choice.reply)})


def _change(change: Change) -> Change:
    if change.field != "place":
        return change
    return Change(field=change.field, proposed=_words(change.proposed), chosen=_words(change.chosen))


def _words(text: str) -> str:
    return mask(text).text
