"""What several tests of the room share: shipped tables and statutes read once, and an encoder without weights."""

from __future__ import annotations

import pytest

from knowledge.regulations import Regulations, load_regulations
from knowledge.tables import Tables, load_tables
from models.fakes import HashEmbedder


@pytest.fixture(scope="session")
def tables() -> Tables:
    """The shipped tables."""
    return load_tables()


@pytest.fixture(scope="session")
def regulations() -> Regulations:
    """All statutes of the installed package."""
    return load_regulations()


@pytest.fixture(scope="session")
def embedder() -> HashEmbedder:
    """Deterministic vectors of length 64."""
    return HashEmbedder(64)
