"""What every part of the desk works with, and how a person's words are taken in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from agent.deadline import DeadlineRules
from agent.desk.grounds import Grounds
from agent.intake import mask
from agent.ledger import Ledger
from agent.ledger.columns import storable
from agent.settings import Settings
from agent.triage import TriageAgent
from knowledge.workdays import SHANGHAI
from models.errors import InputError

REASON_CHARS, RECORD_CHARS = 2_000, 20_000
Clock = Callable[[], dt.datetime]


def now() -> dt.datetime:
    """The time in Shanghai."""
    return dt.datetime.now(SHANGHAI)


class Shared:
    """An agent and a ledger together.

    Args:
        agent: Proposes.
        ledger: Remembers.
        settings: Those that the agent was opened with.
        clock: What time it is.

    Raises:
        SettingsError: the rules of time limits do not fit.
    """

    def __init__(self, agent: TriageAgent, ledger: Ledger, settings: Settings, *, clock: Clock = now) -> None:
        self.agent, self.ledger, self.settings, self.clock = agent, ledger, settings, clock
        self.grounds = Grounds(agent, DeadlineRules.load(settings.rules_dir))


def short(text: str, most: int, what: str) -> str:
    """A person's words without personal data.

    Raises:
        InputError: it is too long.
    """
    if len(text) > most:
        raise InputError(f"{what}超过{most}字；请缩短。", code="too_long")
    return mask(storable(text)).text.strip()
