"""One complaint, read and decided, before anything is written about it: what the later steps of triage work from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from agent.choose import Choice
from agent.read import Reading
from agent.schema import ComplaintReading, RegulationHit, UrgencyGuess


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read, and what was chosen.

    Attributes:
        day: Day whose law counts.
    """

    day: dt.date
    reading: Reading
    complaint: ComplaintReading
    choice: Choice
    urgency: UrgencyGuess
    regulations: tuple[RegulationHit, ...]
