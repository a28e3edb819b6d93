"""Decision, outcome and review over HTTP with tokens, against a real desk and a ledger in a fresh folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from starlette.testclient import TestClient

from agent import Settings, TriageAgent
from agent.desk import Desk
from agent.ledger import Ledger
from agent.ledger.records import Role
from agent.people import SYSTEM, People
from agent.people.passwords import Passwords
from agent.web import build_web
from tests.agent.desk.support import ScriptedAgent
from tests.agent.web.fakes import ORIGIN, PASSWORD, PLENTY, FakeJobs, provenance
from tests.suggestions import COMPLAINT

Json: TypeAlias = "dict[str, str | int | bool | Json | list[Json]]"


@dataclass(frozen=True)
class Office:
    """A server with a real ledger behind it."""

    clients: dict[Role, TestClient]
    ledger: Ledger

    def take(self) -> Json:
        """A complaint taken by the operator; the answer of `/triage`."""
        answer = self.clients["operator"].post(
            "/api/v1/triage", json={"text": COMPLAINT, "received_at": "2026-03-05T09:00"}
        )
        assert answer.status_code == 200, answer.text
        body: Json = answer.json()
        return body

    def decide(self, taken: Json, **body: object) -> tuple[int, Json]:
        """What the server says to a decision."""
        sent = {"suggestion_id": taken["suggestion_id"], "action": "accept", **body}
        answer = self.clients["operator"].post(f"/api/v1/matters/{taken['matter_id']}/decisions", json=sent)
        return answer.status_code, answer.json()


@pytest.fixture
def office(tmp_path: Path, real_agent: TriageAgent) -> Iterator[Office]:
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    people = People(ledger, passwords=Passwords(PasswordHasher.from_parameters(CHEAPEST)))
    app = build_web(
        Desk(ScriptedAgent(real_agent), ledger, Settings()),
        people,
        FakeJobs(),
        host="127.0.0.1",
        demo=False,
        versions=provenance,
        inbox=tmp_path / "inbox",
        rates=PLENTY,
    )
    clients: dict[Role, TestClient] = {}
    roles: tuple[Role, ...] = ("operator", "reviewer")
    for role in roles:
        people.add(role, role, PASSWORD, SYSTEM)
        headers = {"Authorization": f"Bearer {people.issue_token(role, 'test', 30).token}"}
        clients[role] = TestClient(app, ORIGIN, headers=headers, raise_server_exceptions=False)
    yield Office(clients, ledger)
    ledger.close()


def test_accepting_needs_no_choice(office: Office) -> None:
    """The suggestion's own labels and reply are recorded, nothing counts as changed, and the audit chain holds."""
    taken = office.take()
    status, made = office.decide(taken)
    assert status == 201, made
    decision = office.ledger.history(str(taken["matter_id"])).decisions[0]
    stored = office.ledger.suggestion(str(taken["suggestion_id"])).suggestion
    assert stored.dispatch is not None
    assert stored.draft is not None
    assert (decision.action, decision.operator, decision.changes) == ("accept", "operator", ())
    assert (decision.choice.lead, decision.choice.reply) == (stored.dispatch.lead.id, stored.draft.text)
    assert office.ledger.verify().ok


def test_a_change_is_recorded_with_what_differs(office: Office) -> None:
    """The labels that a person wrote stand in the ledger, and the field that they changed is named."""
    taken = office.take()
    status, made = office.decide(
        taken, action="change", choice={"category": "010202", "lead": "scj", "urgency": 1}, reason="无照经营"
    )
    assert status == 201, made
    decision = office.ledger.history(str(taken["matter_id"])).decisions[0]
    assert (decision.action, decision.choice.lead, decision.reason) == ("change", "scj", "无照经营")
    assert "lead" in {change.field for change in decision.changes}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"action": "change"}, 422, "unusable"),
        ({"action": "return"}, 422, "missing"),
        ({"suggestion_id": "none"}, 404, "not_found"),
        ({"choice": {"lead": "nobody"}}, 422, ""),
    ],
    ids=["change-without-choice", "return-without-reason", "unknown-suggestion", "unknown-lead"],
)
def test_refused_decisions(office: Office, body: dict[str, object], status: int, code: str) -> None:
    """Nothing is recorded, and the problem says why in Chinese."""
    taken = office.take()
    found, problem = office.decide(taken, **body)
    assert found == status, problem
    assert code in str(problem["code"])
    assert not str(problem["detail"]).isascii()
    assert office.ledger.history(str(taken["matter_id"])).decisions == ()


def test_a_return_needs_only_a_reason(office: Office) -> None:
    """Without a choice a matter can be sent back to the caller."""
    taken = office.take()
    status, made = office.decide(taken, action="return", reason="地点不详")
    assert (status, made["action"]) == (201, "return")


def test_a_second_decision_names_the_first(office: Office) -> None:
    """409 with the id of what stands, in Chinese; naming it replaces it."""
    taken = office.take()
    first = office.decide(taken)[1]
    status, problem = office.decide(taken)
    assert (status, problem["code"], problem["current"]) == (409, "conflict", first["id"])
    assert not str(problem["detail"]).isascii()
    assert office.decide(taken, replaces=first["id"])[0] == 201


def test_outcome_and_review(office: Office) -> None:
    """What the unit reports and what the reviewer says stand in the ledger under their account."""
    taken = office.take()
    matter = str(taken["matter_id"])
    decision = office.decide(taken)[1]
    closed = {"kind": "closed", "unit": "cgj", "record": "已更换灯泡", "solved": True}
    answer = office.clients["operator"].post(f"/api/v1/matters/{matter}/outcomes", json=closed)
    assert answer.status_code == 201, answer.text
    review = {"decision_id": decision["id"], "verdict": "agree", "reason": "主办准确"}
    assert office.clients["operator"].post("/api/v1/reviews", json=review).status_code == 403
    answer = office.clients["reviewer"].post("/api/v1/reviews", json=review)
    assert answer.status_code == 201, answer.text
    history = office.ledger.history(matter)
    assert [(one.kind, one.recorded_by, one.solved) for one in history.outcomes] == [("closed", "operator", True)]
    assert [(one.verdict, one.reviewer, one.reason) for one in history.reviews] == [("agree", "reviewer", "主办准确")]
    assert office.ledger.verify().ok


@pytest.mark.parametrize("path", ["matters/none/decisions", "matters/none/outcomes", "reviews"])
def test_unknown_ids(office: Office, path: str) -> None:
    """404 as a problem in Chinese, whatever part of the ledger says so."""
    body = {
        "suggestion_id": "none", "action": "accept", "kind": "closed", "decision_id": "none", "verdict": "agree"
    }  # fmt: skip
    wanted = {"decisions": ("suggestion_id", "action"), "outcomes": ("kind",), "reviews": ("decision_id", "verdict")}
    sent = {name: body[name] for name in wanted[path.rsplit("/", maxsplit=1)[-1]]}
    answer = office.clients["reviewer"].post(f"/api/v1/{path}", json=sent)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), answer.text
    assert not answer.json()["detail"].isascii()
