"""A desk over a fresh ledger: with scripted suggestions, and with the real agent whose memory may be changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import Settings, TriageAgent
from agent.desk import Desk
from agent.ledger import Ledger
from knowledge.base import KnowledgeBase
from tests.agent.desk.support import ScriptedAgent


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger."""
    opened = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.close()


@pytest.fixture
def desk(ledger: Ledger, real_agent: TriageAgent) -> Desk:
    """Scripted suggestions over the shipped tables."""
    return Desk(ScriptedAgent(real_agent), ledger, Settings())


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory, real_agent: TriageAgent) -> KnowledgeBase:
    """Knowledge to which this module may add cases."""
    return KnowledgeBase.open(tmp_path_factory.mktemp("memory"), embedder=real_agent.base.embedder)


@pytest.fixture(scope="module")
def learner(memory: KnowledgeBase) -> TriageAgent:
    """The real agent with that memory."""
    return TriageAgent.from_settings(Settings(), memory)


@pytest.fixture
def real_desk(ledger: Ledger, learner: TriageAgent) -> Iterator[Desk]:
    """The real agent at a desk; what a test teaches it is forgotten afterwards."""
    yield Desk(learner, ledger, Settings())
    cases = learner.base.cases
    for case in [case for case in cases if cases.is_added(case.id)]:
        learner.base.remove_case(case.id)
