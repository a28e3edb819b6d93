"""Agents for tests of backlogs: answers that depend on the complaint alone, without model or knowledge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from agent.batch.chunks import Profile
from agent.schema import Complaint, Provenance, Suggestion

Triage = Callable[..., Suggestion]  # (complaint, *, draft)
VERSIONS = Provenance(version="0.1.0", knowledge="k-1", classifier="c-1", embedder="e-1", llm="", rules="r-1")


class OneByOne:
    """An agent for backlogs made of a triage of single complaints."""

    def __init__(
        self, triage: Triage, versions: Provenance = VERSIONS, conditions: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self._triage, self._versions, self._conditions = triage, versions, conditions
        self.asked: list[tuple[bool, Profile, dt.datetime]] = []
        self.rows = 0

    def triage_many(
        self, complaints: Sequence[Complaint], *, draft: bool, profile: Profile, now: dt.datetime
    ) -> list[Suggestion]:
        """Ask for each."""
        self.asked.append((draft, profile, now))
        self.rows += len(complaints)
        return [self._triage(complaint, draft=draft) for complaint in complaints]

    def provenance(self) -> Provenance:
        """The versions that it was given."""
        return self._versions

    def conditions(self, profile: Profile) -> Mapping[str, str]:
        """Those that it was given."""
        return self._conditions
