"""What the web asks of the work behind it: protocols only, so that it is built and tested without an agent.

`agent.desk` satisfies them. Methods are synchronous and safe to call from several threads; unusable input raises
`InputError`, unknown ids `agent.ledger.NotFoundError`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from agent.desk.records import QueueFilter, QueueItem, Ticket
from agent.ledger.records import (
    Action,
    Actor,
    Choice,
    Decision,
    History,
    Outcome,
    OutcomeKind,
    Review,
    Verdict,
)
from agent.schema import Complaint, RegulationHit, SimilarCase
from knowledge.citing import CheckedCitation

JobState = Literal["waiting", "running", "done", "failed", "cancelled"]


class Desk(Protocol):
    """The work: an agent and a ledger together."""

    def take(self, complaint: Complaint, actor: Actor, *, record: bool = True, language: bool = True) -> Ticket:
        """Triage a complaint, and record both unless told not to; `language=False` waits for no language model."""

    def decide(
        self,
        matter_id: str,
        suggestion_id: str,
        action: Action,
        choice: Choice,
        actor: Actor,
        *,
        reason: str = "",
        seconds: float | None = None,
        replaces: str | None = None,
    ) -> Decision:
        """What an operator does with a suggestion; `replaces` names the own decision it corrects."""

    def outcome(
        self,
        matter_id: str,
        kind: OutcomeKind,
        actor: Actor,
        *,
        unit: str = "",
        reason: str = "",
        record: str = "",
        solved: bool | None = None,
        satisfied: bool | None = None,
    ) -> Outcome:
        """What came back from the handling unit."""

    def queue(self, filter: QueueFilter, k: int) -> tuple[QueueItem, ...]:
        """What a reviewer should read first, most expected loss first."""

    def review(
        self,
        decision_id: str,
        verdict: Verdict,
        choice: Choice | None,
        actor: Actor,
        *,
        reason: str = "",
        replaces: str | None = None,
    ) -> Review:
        """What a reviewer says of a decision; `correct` needs the right choice."""

    def history(self, matter_id: str, actor: Actor, *, names: bool = False) -> History:
        """Everything that happened to one matter; masked unless `names`."""

    def search(self, question: str, day: dt.date, k: int) -> tuple[RegulationHit, ...]:
        """Articles in force on a day that answer a question, best first."""

    def similar(self, question: str, k: int) -> tuple[SimilarCase, ...]:
        """Past cases like a text, best first."""

    def cite_check(self, text: str, day: dt.date) -> tuple[CheckedCitation, ...]:
        """Every citation of law in a text, checked as of a day."""


@dataclass(frozen=True, slots=True)
class ScoreOptions:
    """How a backlog is to be scored."""

    draft: bool = True
    columns: str = ""  # text=诉求内容,title=标题 over the automatic mapping
    ending: str = ".xlsx"  # of the result


class Job(Protocol):
    """A backlog being scored."""

    @property
    def id(self) -> str:
        """Unguessable."""

    @property
    def owner(self) -> str:
        """Account that sent it."""

    @property
    def state(self) -> JobState:
        """Where it stands."""

    @property
    def done(self) -> int:
        """Rows scored, failed ones included."""

    @property
    def failed(self) -> int:
        """Rows in error."""

    @property
    def total(self) -> int | None:
        """Rows of the file; None before they are counted."""

    @property
    def error(self) -> str:
        """Why it failed, in words for people; '' otherwise."""

    @property
    def result(self) -> Path | None:
        """The finished file; None before and after its keeping time."""


class Jobs(Protocol):
    """Backlogs, one after another in the background."""

    def submit(self, path: Path, options: ScoreOptions, actor: Actor) -> Job:
        """Queue a file, which belongs to the job from then on."""

    def get(self, job_id: str) -> Job:
        """One job; raises NotFoundError."""

    def cancel(self, job_id: str) -> Job:
        """Stop a job; a finished one is forgotten with its files."""

    def count(self, state: JobState) -> int:
        """How many jobs are in a state, for the metrics."""
