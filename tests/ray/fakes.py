"""Scorers for the actors of test clusters: answers that depend on the complaint alone, and rows that end a process."""

from __future__ import annotations

import os
import time
from pathlib import Path

from agent.batch._ray_node import ScorerOptions, scorer_for
from agent.batch.scoring import Scorer
from agent.schema import Complaint, Suggestion
from tests.agent.batch.backlogs import answer
from tests.agent.batch.fakes import VERSIONS, OneByOne

DEADLY, ONCE = "塌方", "漏电"
SECONDS = 0.05  # a row


def deadly(complaint: Complaint, *, draft: bool = True) -> Suggestion:
    """The answer, except to a complaint that no process survives."""
    if DEADLY in complaint.text:
        os._exit(9)
    return answer(complaint, draft=draft)


def slow(complaint: Complaint, *, draft: bool = True) -> Suggestion:
    """The answer, in a time in which a node can be killed."""
    time.sleep(SECONDS)
    return answer(complaint, draft=draft)


def build(options: ScorerOptions) -> Scorer:
    """Answers at once."""
    return scorer_for(OneByOne(answer), options)


def build_slow(options: ScorerOptions) -> Scorer:
    """Answers slowly."""
    return scorer_for(OneByOne(slow), options)


def build_deadly(options: ScorerOptions) -> Scorer:
    """Dies of some rows."""
    return scorer_for(OneByOne(deadly), options)


def build_unlucky(options: ScorerOptions) -> Scorer:
    """Dies of some rows the first time; a file in the data folder remembers that."""
    died = Path(options.settings.data_dir) / "died"

    def unlucky(complaint: Complaint, *, draft: bool = True) -> Suggestion:
        if ONCE in complaint.text and not died.exists():
            died.touch()
            os._exit(9)
        return answer(complaint, draft=draft)

    return scorer_for(OneByOne(unlucky), options)


def build_other(options: ScorerOptions) -> Scorer:
    """Has another knowledge base than the driver."""
    return scorer_for(OneByOne(answer, VERSIONS.model_copy(update={"knowledge": "k-2"})), options)


def build_nothing(options: ScorerOptions) -> Scorer:
    """Never comes up."""
    os._exit(9)
