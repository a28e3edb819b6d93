"""What stands on top of the reviewer's list, and how a reviewer hears of what came meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.desk.loss import URGENT, standing
from agent.desk.queue import _rank
from agent.desk.records import QueueFilter
from agent.schema import Complaint
from tests.agent.desk.support import MORNING, facts
from tests.suggestions import suggestion
from tests.workbench.lively import BEFORE, CLERK, LivelyDesk, lively_desk


@pytest.fixture
def desk(tmp_path: Path) -> LivelyDesk:
    """Sixteen matters."""
    return lively_desk(tmp_path, 16)


def record(desk: LivelyDesk, level: int, route: str = "operator") -> str:
    """One more undecided matter; its id."""
    made = suggestion("丰产路有人触电")
    assert made.urgency is not None
    assert made.decision is not None
    made = made.model_copy(
        update={
            "urgency": made.urgency.model_copy(update={"level": level}),
            "decision": made.decision.model_copy(update={"route": route}),
        }
    )
    return desk.ledger.record(Complaint(text="丰产路有人触电", received_at=BEFORE), made, CLERK).matter.id


def test_danger_stands_on_top_and_says_so(desk: LivelyDesk) -> None:
    """An undecided matter of urgency 2 comes first whoever it was meant for; the first reason is that it waits."""
    matter = record(desk, 2)
    items = desk.queue()
    at = [item.matter_id for item in items].index(matter)
    assert all(item.urgent for item in items[: at + 1])
    assert items[at].why.startswith(URGENT)
    assert not any(item.urgent for item in items if item.decision_id)


def test_what_was_sent_back_sinks(desk: LivelyDesk) -> None:
    """A matter that an operator sent back to the caller stands below every other."""
    matter = record(desk, 0)
    stored = desk.ledger.history(matter).suggestions[-1]
    desk.decide(matter, stored.id, "return", desk.choice_of(stored.suggestion), CLERK, reason="不属于受理范围")
    assert desk.queue()[-1].matter_id == matter


@pytest.mark.parametrize(
    ("fields", "rank"),
    [
        ({"urgency": 2}, 3),
        ({"route": "reviewer"}, 2),
        ({"chosen": "cgj", "urgency": 2}, 1),
        ({"state": "returned", "decision_id": "d", "action": "return"}, 0),
        ({"state": "returned", "decision_id": "d", "action": "return", "urgency": 2}, 1),
    ],
    ids=["danger", "reviewer", "decided", "rubbish", "danger-sent-back"],
)
def test_ranks(fields: dict[str, object], rank: int) -> None:
    """Danger, what waits for a reviewer, what was done, what was no matter; danger that was sent back is no rubbish."""
    assert _rank(facts(1, **fields)) == rank  # type: ignore[arg-type]  # each field is given by name above


def test_decided_danger_is_said_in_the_plain_words() -> None:
    """Once somebody decided, nothing says that nobody did."""
    assert URGENT not in standing(facts(1, chosen="cgj", urgency=2), MORNING).why


def test_news_is_what_came_since(desk: LivelyDesk) -> None:
    """Only ids of matters written since the mark that stand in the list; asked again, nothing."""
    mark = desk.mark()
    assert desk.news(QueueFilter(), mark).arrivals == ()
    urgent, quiet = record(desk, 2), record(desk, 0)
    found = desk.news(QueueFilter(), mark)
    assert [(one.matter_id, one.urgent) for one in found.arrivals] == [(urgent, True)]
    assert {one.matter_id for one in desk.news(QueueFilter(), mark, listed=True).arrivals} == {urgent, quiet}
    assert desk.news(QueueFilter(), found.mark).arrivals == ()


def test_a_decision_is_news_too(desk: LivelyDesk) -> None:
    """A matter recorded long before comes into the queue when its operator decides."""
    quiet = record(desk, 0)
    mark = desk.mark()
    stored = desk.ledger.history(quiet).suggestions[-1]
    desk.decide(quiet, stored.id, "accept", desk.choice_of(stored.suggestion), CLERK)
    assert [one.matter_id for one in desk.news(QueueFilter(), mark).arrivals] == [quiet]


@pytest.mark.parametrize(
    "wanted",
    [
        QueueFilter(channel="网格巡查"),
        QueueFilter(operator="x"),
        QueueFilter(text="没有这句"),
        QueueFilter(department="x"),
    ],
    ids=["channel", "operator", "text", "lead"],
)
def test_news_keeps_to_the_filter(desk: LivelyDesk, wanted: QueueFilter) -> None:
    """What a filter hides is no news in its list."""
    mark = desk.mark()
    record(desk, 2)
    assert desk.news(wanted, mark).arrivals == ()
