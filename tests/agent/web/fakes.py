"""A desk and a job queue without agent or ledger, and a server around them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path

from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from fastapi import FastAPI
from starlette.testclient import TestClient

from agent.desk.records import Loss, QueueFilter, QueueItem, Ticket
from agent.ledger import ConflictError, NotFoundError
from agent.ledger.records import (
    Action,
    Actor,
    Choice,
    Decision,
    History,
    Matter,
    Outcome,
    OutcomeKind,
    Review,
    Role,
    StoredSuggestion,
    Verdict,
)
from agent.people import SYSTEM, People
from agent.people.passwords import Passwords
from agent.schema import Complaint, Provenance, RegulationHit, SimilarCase
from agent.web import JobState, Rates, ScoreOptions, build_web
from agent.web.work import Workers
from knowledge.citing import CheckedCitation
from knowledge.vocabulary import CitationState
from tests import suggestions
from tests.agent.people.store import START, Clock, MemoryStore

PASSWORD = "梧桐树下的自行车26"
NAMED = "我叫贺兰雪，电话 13700000000，住惠济区天河路，路灯不亮。"
MASKED = "我叫【姓名】，电话 【电话】，住惠济区天河路，路灯不亮。"
ROLES: tuple[Role, ...] = ("operator", "reviewer", "admin")
ORIGIN = "http://127.0.0.1:7860"
PLENTY = Rates(account=100_000, stranger=100_000, sign_in=100_000)


def provenance() -> Provenance:
    """Versions as the agent names them."""
    found = suggestions.suggestion().provenance
    assert found is not None
    return found


class FakeDesk:
    """Satisfies `agent.web.ports.Desk`; notes every call, and raises `fails` when that is set.

    A strict one knows one matter, suggestion and decision; another one knows every id.
    """

    def __init__(self, *, strict: bool = True) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.taken: list[tuple[Complaint, Actor, bool]] = []
        self.filters: list[QueueFilter] = []
        self.fails: Exception | None = None
        self.strict = strict

    def _note(self, name: str, *what: object) -> None:
        self.calls.append((name, *what))
        if self.fails is not None:
            raise self.fails

    def _known(self, given: str, wanted: str) -> None:
        if self.strict and given != wanted:
            raise NotFoundError(f"there is no {given!r}")

    def take(self, complaint: Complaint, actor: Actor, *, record: bool = True, language: bool = True) -> Ticket:
        """As the protocol says."""
        self._note("take", language)
        self.taken.append((complaint, actor, record))
        if not complaint.text.strip():
            return Ticket(suggestion=suggestions.error())
        ids = ("m-1", "s-1") if record else ("", "")
        return Ticket(matter_id=ids[0], suggestion_id=ids[1], suggestion=suggestions.suggestion())

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
        """As the protocol says."""
        self._note("decide", matter_id, replaces)
        self._known(matter_id, "m-1")
        self._known(suggestion_id, "s-1")
        if replaces is not None:
            raise ConflictError("somebody else decided first; look again", current="d-1")
        return decision(choice, actor, action)

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
        """As the protocol says."""
        self._note("outcome", matter_id, kind)
        self._known(matter_id, "m-1")
        return Outcome(
            id="o-1",
            matter_id=matter_id,
            recorded_at=START,
            recorded_by=actor.name,
            kind=kind,
            unit=unit,
            solved=solved,
        )

    def queue(self, filter: QueueFilter, k: int) -> tuple[QueueItem, ...]:
        """As the protocol says."""
        self._note("queue", k)
        self.filters.append(filter)
        loss = Loss(risk=0.5, doubt=0.5, disagreement=0.5, value=0.125)
        return (
            QueueItem(
                matter_id="m-1",
                suggestion_id="s-1",
                recorded_at=START,
                title="路灯不亮",
                state="open",
                route="operator",
                lead_confidence=0.5,
                loss=loss,
                why="涉及人身安全",
            ),
        )[:k]

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
        """As the protocol says."""
        self._note("review", decision_id, verdict)
        self._known(decision_id, "d-1")
        return Review(
            id="r-1",
            matter_id="m-1",
            decision_id=decision_id,
            reviewed_at=START,
            reviewer=actor.name,
            verdict=verdict,
            choice=choice or Choice(lead="cgj"),
        )

    def history(self, matter_id: str, actor: Actor, *, names: bool = False) -> History:
        """As the protocol says."""
        self._note("history", matter_id, names)
        self._known(matter_id, "m-1")
        text = NAMED if names else MASKED
        matter = Matter(id="m-1", recorded_at=START, recorded_by="wang", text=text, masked_text=MASKED)
        stored = StoredSuggestion(id="s-1", matter_id="m-1", created_at=START, suggestion=suggestions.suggestion())
        return History(matter=matter, suggestions=(stored,), decisions=(decision(Choice(), actor, "accept"),))

    def search(self, question: str, day: dt.date, k: int) -> tuple[RegulationHit, ...]:
        """As the protocol says."""
        self._note("search", question, day, k)
        return suggestions.suggestion().regulations[:k]

    def similar(self, question: str, k: int) -> tuple[SimilarCase, ...]:
        """As the protocol says."""
        self._note("similar", question, k)
        return suggestions.suggestion().similar_cases[:k]

    def cite_check(self, text: str, day: dt.date) -> tuple[CheckedCitation, ...]:
        """As the protocol says."""
        self._note("cite_check", text, day)
        return (
            CheckedCitation(
                law="中华人民共和国民法典", article="1254", state=CitationState.VERIFIED, start=0, end=1, text=text[:1]
            ),
        )


def decision(choice: Choice, actor: Actor, action: Action) -> Decision:
    """A decision as the ledger gives it back."""
    return Decision(
        id="d-1",
        matter_id="m-1",
        suggestion_id="s-1",
        decided_at=START,
        operator=actor.name,
        action=action,
        choice=choice,
    )


@dataclass(frozen=True, slots=True)
class FakeJob:
    """Satisfies `agent.web.ports.Job`."""

    id: str
    owner: str
    state: JobState = "waiting"
    done: int = 0
    failed: int = 0
    total: int | None = None
    error: str = ""
    result: Path | None = None


class FakeJobs:
    """Satisfies `agent.web.ports.Jobs`; `finish` does the work."""

    def __init__(self) -> None:
        self.jobs: dict[str, FakeJob] = {}
        self.sent: list[tuple[Path, ScoreOptions]] = []
        self.always: Path | None = None  # set, every id is a finished job with this result

    def submit(self, path: Path, options: ScoreOptions, actor: Actor) -> FakeJob:
        """As the protocol says."""
        self.sent.append((path, options))
        return self._put(FakeJob(f"j-{len(self.sent)}", actor.name))

    def finish(self, job_id: str) -> None:
        """Pretend that a job is through; its result is what was sent."""
        path, _ = self.sent[-1]
        self._put(replace(self.jobs[job_id], state="done", done=2, total=2, result=path))

    def get(self, job_id: str) -> FakeJob:
        """As the protocol says."""
        if self.always is not None:
            return FakeJob(job_id, "admin", "done", 2, 0, 2, result=self.always)
        if job_id not in self.jobs:
            raise NotFoundError(f"there is no job {job_id!r}")
        return self.jobs[job_id]

    def cancel(self, job_id: str) -> FakeJob:
        """As the protocol says."""
        return self._put(replace(self.get(job_id), state="cancelled"))

    def count(self, state: JobState) -> int:
        """As the protocol says."""
        return sum(job.state == state for job in self.jobs.values())

    def _put(self, job: FakeJob) -> FakeJob:
        self.jobs[job.id] = job
        return job


@dataclass
class Server:
    """An application and what stands behind it."""

    app: FastAPI
    people: People
    desk: FakeDesk
    jobs: FakeJobs
    clock: Clock
    tokens: dict[Role, str] = field(default_factory=dict)

    def client(self, role: Role | None = None, *, base_url: str = ORIGIN) -> TestClient:
        """A program with an API token of a role, or somebody unknown."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}"} if role is not None else {}
        return TestClient(self.app, base_url, headers=headers, follow_redirects=False, raise_server_exceptions=False)

    def browser(self, role: Role) -> TestClient:
        """A browser that signed in with the form."""
        client = self.client()
        client.headers["Origin"] = str(client.base_url).rstrip("/")
        answer = client.post("/login", data={"name": role, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client


def serve(
    inbox: Path, *, accounts: bool = True, demo: bool = False, rates: Rates = PLENTY, workers: Workers | None = None
) -> Server:
    """A server with one account a role, named after it, or with none."""
    clock = Clock()
    people = People(MemoryStore(clock), passwords=Passwords(PasswordHasher.from_parameters(CHEAPEST)), clock=clock)
    desk, jobs = FakeDesk(), FakeJobs()
    app = build_web(
        desk,
        people,
        jobs,
        host="127.0.0.1",
        demo=demo,
        versions=provenance,
        inbox=inbox,
        rates=rates,
        upload_limit=200_000,
        workers=workers,
    )
    server = Server(app, people, desk, jobs, clock)
    if accounts:
        for role in ROLES:
            people.add(role, role, PASSWORD, SYSTEM)
            server.tokens[role] = people.issue_token(role, "test", 30).token
    return server
