"""The review queue: danger that nobody has met first, then by expected loss, each with the reason in one sentence.

Of one request at most `SCANNED` matters are read, the newest that pass the ledger's part of the filter, because each
costs about a millisecond: a narrower filter, by days or until a day, reaches the rest.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterator

from agent.desk.facts import Facts, entry_filter, matches
from agent.desk.loss import standing
from agent.desk.records import QueueFilter, QueueItem
from agent.ledger import Ledger

SCANNED = 5000


def found(ledger: Ledger, wanted: QueueFilter, now: dt.datetime, limit: int | None = None) -> Iterator[Facts]:
    """The matters that pass a filter, newest first; `limit` counts matters read, not matters passed."""
    for entry in ledger.entries(entry_filter(wanted, now), limit=limit):
        facts = Facts.of(entry)
        if matches(facts, wanted):
            yield facts


def queue(ledger: Ledger, wanted: QueueFilter, k: int, now: dt.datetime) -> tuple[QueueItem, ...]:
    """The `k` matters whose second look saves most: by rank, then by expected loss; of equals the newest.

    Erased matters are left out, and so are reviewed ones that no unit returned since, unless the filter asks for
    reviewed matters. An undecided matter waits for its operator and stands here only when somebody must act at once,
    its suggestion asks for a reviewer, or the filter for undecided matters.
    """
    waiting = (one for one in found(ledger, wanted, now, SCANNED) if belongs(one, wanted))
    ranked = ((_rank(one), _item(one, now)) for one in waiting)
    best = heapq.nlargest(k, ranked, key=lambda pair: (pair[0], pair[1].loss.value, pair[1].matter_id))
    return tuple(item for _, item in best)


def _rank(facts: Facts) -> int:
    """What waits for somebody comes before what was done, and last what an operator sent back as no matter at all.

    One that was sent back though somebody had to act at once is no such thing.
    """
    if facts.urgent:
        return 3
    if not facts.decision_id and facts.route == "reviewer":
        return 2
    return 0 if facts.action == "return" and facts.urgency < 2 else 1


def belongs(facts: Facts, wanted: QueueFilter) -> bool:
    """Whether a matter that passes the filter stands in the queue."""
    if facts.state == "erased":
        return False
    if facts.reviewed:
        return wanted.reviewed is True or facts.after_review
    return bool(facts.decision_id) or facts.urgent or facts.route == "reviewer" or wanted.decided is False


def _item(facts: Facts, now: dt.datetime) -> QueueItem:
    stands = standing(facts, now)
    return QueueItem(
        matter_id=facts.matter_id,
        suggestion_id=facts.suggestion_id,
        decision_id=facts.decision_id,
        recorded_at=facts.recorded_at,
        title=facts.title,
        place=facts.place,
        state=facts.state,
        route=facts.route,
        category=facts.proposed.category,
        proposed_lead=facts.proposed.lead,
        lead_confidence=facts.lead_confidence,
        chosen_lead=facts.chosen.lead if facts.chosen is not None else "",
        operator=facts.operator,
        changed=facts.changed,
        due=facts.due,
        urgent=facts.urgent,
        loss=stands.loss,
        why=stands.why,
    )
