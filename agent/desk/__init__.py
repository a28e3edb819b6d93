"""The desk: take a complaint, decide, review, measure, replay; agent and ledger together, no HTTP and no page."""

from agent.desk.desk import Desk as Desk
from agent.desk.records import Comparison as Comparison
from agent.desk.records import Effect as Effect
from agent.desk.records import QualityReport as QualityReport
from agent.desk.records import QueueFilter as QueueFilter
from agent.desk.records import QueueItem as QueueItem
from agent.desk.records import Replay as Replay
from agent.desk.records import Ticket as Ticket

__all__ = ["Comparison", "Desk", "Effect", "QualityReport", "QueueFilter", "QueueItem", "Replay", "Ticket"]
