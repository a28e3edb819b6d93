"""One real agent for the whole test run: shipped knowledge, shipped vectors, shipped classifier."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent import Settings, TriageAgent


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh data folder, as on a machine where the project was just installed."""
    return tmp_path_factory.mktemp("xiaozheng")


@pytest.fixture(scope="session")
def real_agent(data_dir: Path) -> TriageAgent:
    """The agent that a user gets, index built in a fresh folder."""
    return TriageAgent.from_settings(Settings.load({"XIAOZHENG_DATA_DIR": str(data_dir)}))
