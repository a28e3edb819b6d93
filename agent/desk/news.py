"""What came into a list since it was read: cheap enough to be asked every few seconds by everybody.

The audit chain says which matters were written since a mark; only those are looked at, however many the ledger holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from agent.desk.facts import Facts, entry_filter, matches
from agent.desk.queue import belongs
from agent.desk.records import Arrival, News, QueueFilter
from agent.ledger import Ledger, NotFoundError
from agent.ledger.records import Entry, EntryFilter, History

EVENTS = 500  # of one asking; the next one goes on from there
# Writing a review is a reviewer's own doing, and no news to reviewers.
_TELLING = frozenset({"matter.recorded", "matter.suggested", "matter.revised", "matter.decided", "matter.returned"})


def news(ledger: Ledger, wanted: QueueFilter, after: int, now: dt.datetime, *, listed: bool) -> News:
    """Matters written since a mark that stand in the queue of a filter, or with `listed` in its plain list."""
    events = tuple(ledger.audit(after=after, limit=EVENTS))
    touched = dict.fromkeys(event.row for event in events if event.action in _TELLING)
    narrow = entry_filter(wanted, now)
    found = (
        Arrival(matter_id=facts.matter_id, urgent=facts.urgent)
        for entry in _entries(ledger, touched)
        if _passes(entry, narrow)
        for facts in (Facts.of(entry),)
        if matches(facts, wanted) and (listed or belongs(facts, wanted))
    )
    return News(mark=events[-1].seq if events else after, arrivals=tuple(found))


def _entries(ledger: Ledger, matter_ids: dict[str, None]) -> Iterator[Entry]:
    for matter_id in matter_ids:
        try:
            history = ledger.history(matter_id)
        except NotFoundError:  # the event tells of something else
            continue
        if history.suggestions:
            yield entry_of(history)


def entry_of(history: History) -> Entry:
    """What counts for a matter now, out of everything that happened to it."""
    decision = history.decisions[-1] if history.decisions else None
    said = [one for one in history.reviews if decision is not None and one.decision_id == decision.id]
    return Entry(
        matter=history.matter,
        suggestion=history.suggestions[-1],
        decision=decision,
        review=said[-1] if said else None,
        outcomes=history.outcomes,
    )


def _passes(entry: Entry, asked: EntryFilter) -> bool:
    """The part of a filter that the ledger answers for a list, for one matter; `matches` looks at lead and category."""
    matter, operator = entry.matter, entry.decision.operator if entry.decision else ""
    tests = (
        asked.since is None or matter.recorded_at >= asked.since,
        asked.until is None or matter.recorded_at < asked.until,
        not asked.states or matter.state in asked.states,
        not asked.operator or operator == asked.operator,
        not asked.channel or matter.channel == asked.channel,
        asked.reviewed is None or (entry.review is not None) == asked.reviewed,
        asked.text.lower() in matter.masked_text.lower(),
    )
    return all(tests)
