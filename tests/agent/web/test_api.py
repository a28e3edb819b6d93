"""The API from outside: what each route takes, gives and refuses."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import anyio
import httpx2
import pytest
from starlette.testclient import TestClient

from agent.ledger import LedgerError
from agent.people import SYSTEM
from agent.web.work import Workers
from models.errors import InputError, KnowledgeError, ModelError
from tests.agent.web.fakes import MASKED, NAMED, ORIGIN, PASSWORD, Server, serve
from tests.suggestions import COMPLAINT

PROBLEM = "application/problem+json"
CHOICE = {"category": "010202", "lead": "cgj", "unit": "金水区城市管理局", "urgency": 1}


@pytest.fixture
def operator(server: Server) -> TestClient:
    return server.client("operator")


@pytest.fixture
def reviewer(server: Server) -> TestClient:
    return server.client("reviewer")


def assert_problem(answer: httpx2.Response, status: int, code: str) -> None:
    """A complete problem of this kind."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    body = answer.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, "about:blank")
    assert body["title"]


# ---------------------------------------------------------------- what works


def test_a_triage_is_recorded(server: Server, operator: TestClient) -> None:
    """The answer names matter, suggestion and proposal; the desk learns who asked and when it came in."""
    answer = operator.post("/api/v1/triage", json={"text": COMPLAINT, "channel": "12345热线"})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["matter_id"], body["suggestion_id"]) == ("m-1", "s-1")
    assert body["suggestion"]["dispatch"]["lead"]["id"] == "cgj"
    complaint, actor, record = server.desk.taken[0]
    assert (complaint.text, complaint.id, actor.name, record) == (COMPLAINT, "", "operator", True)
    assert complaint.received_at is not None
    assert complaint.received_at.utcoffset() == dt.timedelta(hours=8)


def test_a_dry_triage_records_nothing(server: Server, operator: TestClient) -> None:
    """`?record=false` has no ids."""
    body = operator.post("/api/v1/triage?record=false", json={"text": COMPLAINT}).json()
    assert (body["matter_id"], body["suggestion_id"]) == ("", "")


def test_a_triage_need_not_wait_for_a_language_model(server: Server, operator: TestClient) -> None:
    """`?language=false` is handed on."""
    for query in ("", "?language=false"):
        operator.post(f"/api/v1/triage{query}", json={"text": COMPLAINT})
    assert server.desk.calls == [("take", True), ("take", False)]


def test_unusable_text_is_a_problem_with_the_agents_code(shared: Server) -> None:
    """A Suggestion with `status: error` becomes 422, so that no caller takes it for an answer."""
    assert_problem(shared.client("operator").post("/api/v1/triage", json={"text": "  "}), 422, "input")


def test_names_are_for_those_who_call_back(shared: Server) -> None:
    """An operator and an administrator read the text as given, a reviewer the masked one."""
    texts = {role: shared.client(role).get("/api/v1/matters/m-1").json()["matter"]["text"] for role in shared.tokens}
    assert texts == {"operator": NAMED, "reviewer": MASKED, "admin": NAMED}


def test_a_decision_and_an_outcome(shared: Server) -> None:
    """Both come back as the ledger wrote them."""
    made = shared.client("operator").post(
        "/api/v1/matters/m-1/decisions", json={"suggestion_id": "s-1", "action": "change", "choice": CHOICE}
    )
    assert (made.status_code, made.json()["choice"]["unit"]) == (201, "金水区城市管理局")
    back = shared.client("operator").post(
        "/api/v1/matters/m-1/outcomes", json={"kind": "returned", "unit": "cgj", "reason": "不属本单位"}
    )
    assert (back.status_code, back.json()["unit"]) == (201, "cgj")


def test_a_review(server: Server, reviewer: TestClient) -> None:
    """The queue comes with its filter, and a correction needs the right choice."""
    assert (
        reviewer.get("/api/v1/reviews?k=5&department=cgj&category=0102&decided=true").json()[0]["why"] == "涉及人身安全"
    )
    chosen = server.desk.filters[0]
    assert (chosen.department, chosen.category, chosen.decided, chosen.reviewed) == ("cgj", "0102", True, None)
    assert server.desk.calls[0] == ("queue", 5)
    body = {"decision_id": "d-1", "verdict": "correct", "choice": CHOICE, "reason": "燃气归住建"}
    assert reviewer.post("/api/v1/reviews", json=body).status_code == 201
    assert_problem(reviewer.post("/api/v1/reviews", json={**body, "choice": None}), 422, "unusable")


def test_looking_up(server: Server, operator: TestClient) -> None:
    """Statutes as of a day, past cases, citations."""
    assert (
        len(operator.get("/api/v1/search", params={"q": "工地晚上能施工吗", "as_of": "2026-03-01", "k": 1}).json()) == 1
    )
    assert operator.get("/api/v1/similar", params={"q": " 油烟 "}).json()[0]["id"] == "c-1"
    assert server.desk.calls == [("search", "工地晚上能施工吗", dt.date(2026, 3, 1), 1), ("similar", "油烟", 5)]
    checked = operator.post("/api/v1/cite-check", json={"text": "《民法典》第1254条", "as_of": "2026-03-01"})
    assert checked.json()[0]["state"] == "VERIFIED"


def test_a_backlog_from_upload_to_download(server: Server, reviewer: TestClient, tmp_path: Path) -> None:
    """The file is kept under a name of our own, whatever the sender called it."""
    lines = b'{"text": "a"}\n{"text": "b"}\n'
    files = {"file": ("../../etc/x.JSONL", lines)}
    sent = reviewer.post("/api/v1/score", files=files, data={"ending": ".csv", "draft": "false", "columns": "text=a"})
    assert (sent.status_code, sent.json()["state"], sent.json()["ready"]) == (202, "waiting", False)
    path, options = server.jobs.sent[0]
    assert (path.parent, path.suffix, path.read_bytes()) == (tmp_path, ".jsonl", lines)
    assert (options.draft, options.columns, options.ending) == (False, "text=a", ".csv")
    url = f"/api/v1/score/{sent.json()['id']}"
    assert_problem(reviewer.get(f"{url}/result"), 409, "not_ready")
    server.jobs.finish(sent.json()["id"])
    assert reviewer.get(url).json()["ready"]
    result = reviewer.get(f"{url}/result")
    assert result.content == lines
    assert result.headers["content-disposition"].startswith("attachment")
    assert reviewer.delete(url).json()["state"] == "cancelled"


def test_a_job_is_its_senders(server: Server, reviewer: TestClient) -> None:
    """Another account reads of it as of none; an administrator sees it."""
    server.people.add("second", "reviewer", PASSWORD, SYSTEM)
    other = server.client()
    other.headers["Authorization"] = f"Bearer {server.people.issue_token('second', 'test', 1).token}"
    job = reviewer.post("/api/v1/score", files={"file": ("a.csv", b"text\nx\n")}).json()["id"]
    assert_problem(other.get(f"/api/v1/score/{job}"), 404, "not_found")
    assert_problem(other.delete(f"/api/v1/score/{job}"), 404, "not_found")
    assert server.client("admin").get(f"/api/v1/score/{job}").status_code == 200


def test_other_kinds_of_file_are_refused(reviewer: TestClient, tmp_path: Path) -> None:
    """And nothing of them stays."""
    assert_problem(reviewer.post("/api/v1/score", files={"file": ("a.exe", b"MZ")}), 422, "file_kind")
    assert list(tmp_path.iterdir()) == []


def test_who_am_i(shared: Server) -> None:
    """Name, role and rights."""
    body = shared.client("reviewer").get("/api/v1/me").json()
    assert (body["name"], body["role"], body["demo"]) == ("reviewer", "reviewer", False)
    assert "see_names" not in body["permissions"]


# ---------------------------------------------------------------- health and metrics


def test_health_needs_no_login(server: Server) -> None:
    """Ready, with versions; and 503 while the ledger is out of reach, though the process lives."""
    answer = server.client().get("/healthz").json()
    assert (answer["ready"], answer["mode"], answer["versions"]["classifier"]) == (True, "accounts", "c-77d1")
    server.people.exist = lambda: raise_(LedgerError("unreachable"))  # type: ignore[method-assign]
    assert server.client().get("/healthz").status_code == 503
    assert server.client().get("/healthz/live").json() == {"live": True}


def raise_(error: Exception) -> bool:
    raise error


def test_metrics_count_requests_triages_and_jobs(server: Server, operator: TestClient) -> None:
    """Routes are counted by template, never by path, and no label can be invented from outside."""
    operator.post("/api/v1/triage", json={"text": COMPLAINT})
    operator.get("/api/v1/matters/m-1")
    operator.request("BREW", "/api/v1/coffee-for-wang")
    server.client("reviewer").post("/api/v1/score", files={"file": ("a.csv", b"text\nx\n")})
    text = server.client("admin").get("/metrics").text
    assert 'xiaozheng_requests_total{method="GET",route="/api/v1/matters/{matter_id}",status="200"} 1.0' in text
    assert 'xiaozheng_triages_total{route="reviewer"} 1.0' in text
    assert 'xiaozheng_jobs{state="waiting"} 1.0' in text
    assert 'classifier="c-77d1"' in text
    assert "wang" not in text
    assert "BREW" not in text


LOCAL, FAR = ("127.0.0.1", 50_000), ("10.1.2.3", 50_000)


@pytest.mark.parametrize(
    ("client", "headers", "status"),
    [
        (LOCAL, {}, 200),
        (FAR, {}, 401),
        (LOCAL, {"X-Forwarded-For": "10.1.2.3"}, 401),
        (LOCAL, {"Host": "evil.example"}, 401),
    ],
    ids=["loopback", "far", "proxied", "rebound"],
)
def test_metrics_for_a_scraper_on_this_machine(
    shared: Server, client: tuple[str, int], headers: dict[str, str], status: int
) -> None:
    """Without login only from loopback, and not through a proxy that runs there."""
    caller = TestClient(shared.app, ORIGIN, client=client)
    assert caller.get("/metrics", headers=headers).status_code == status
    assert shared.client("operator").get("/metrics").status_code == 403


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("POST", "/api/v2/triage", 404, "not_found"),
        ("GET", "/api/v1/triage", 405, "method_not_allowed"),
        ("DELETE", "/api/v1/search", 405, "method_not_allowed"),
        ("PUT", "/healthz", 405, "method_not_allowed"),
        ("POST", "/metrics", 405, "method_not_allowed"),
        ("DELETE", "/login", 405, "method_not_allowed"),
        ("GET", "/logout", 405, "method_not_allowed"),
        ("GET", "/nothing", 404, "not_found"),
        ("POST", "/api/v1/triage", 422, "unusable"),
        ("GET", "/api/v1/search?q=", 422, "unusable"),
        ("GET", "/api/v1/search?q=x&as_of=9999-01-01", 422, "unusable"),
        ("GET", "/api/v1/search?q=x&k=0", 422, "unusable"),
        ("GET", "/api/v1/matters/unknown", 404, "not_found"),
        ("GET", "/api/v1/matters/a.b", 422, "unusable"),
    ],
    ids=range(15),
)
def test_every_error_is_a_problem(shared: Server, method: str, path: str, status: int, code: str) -> None:
    """Unknown paths, wrong methods and unusable values, all in one shape."""
    assert_problem(shared.client("operator").request(method, path), status, code)


def test_a_wrong_method_names_the_right_ones(shared: Server) -> None:
    """RFC 9110 wants `Allow` with 405."""
    assert shared.client("operator").get("/api/v1/triage").headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InputError("the text is empty"), 422, "input"),
        (KnowledgeError("unknown year"), 422, "knowledge"),
        (ModelError("no model"), 503, "model"),
        (LedgerError("unreachable"), 503, "ledger"),
        (ValueError(NAMED), 500, "internal"),
    ],
    ids=["input", "knowledge", "model", "ledger", "fault"],
)
def test_faults_have_stable_codes(
    server: Server, operator: TestClient, error: Exception, status: int, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    """And a fault of ours says nothing of the complaint, neither to the caller nor to the log."""
    server.desk.fails = error
    answer = operator.post("/api/v1/triage", json={"text": NAMED})
    assert_problem(answer, status, code)
    assert "贺兰雪" not in answer.text + caplog.text


def test_a_conflict_is_409(shared: Server) -> None:
    """Somebody else decided first; the problem names the decision that a second one must replace."""
    body = {"suggestion_id": "s-1", "action": "accept", "choice": CHOICE, "replaces": "d-0"}
    answer = shared.client("operator").post("/api/v1/matters/m-1/decisions", json=body)
    assert_problem(answer, 409, "conflict")
    assert answer.json()["current"] == "d-1"


def test_a_validation_error_does_not_repeat_what_was_sent(shared: Server) -> None:
    """It names the field only."""
    answer = shared.client("operator").post("/api/v1/triage", json={"text": 7, "title": NAMED * 50, "贺兰雪": NAMED})
    assert_problem(answer, 422, "unusable")
    assert {error["where"] for error in answer.json()["errors"]} >= {"body.text", "body.title"}
    assert "13700000000" not in answer.text


def test_markup_stays_data(server: Server, operator: TestClient) -> None:
    """Whatever a citizen writes comes back as JSON that no browser runs."""
    script = "<script>alert(1)</script>"
    checked = operator.post("/api/v1/cite-check", json={"text": script})
    assert checked.headers["content-type"] == "application/json"
    assert "script-src" not in checked.headers["content-security-policy"]
    page = server.client().post("/login", data={"name": script, "password": "x"}, headers={"Origin": ORIGIN})
    assert page.status_code == 401
    assert script not in page.text
    assert "&lt;script&gt;" in page.text


# ---------------------------------------------------------------- bounds


def test_too_many_waiting_is_an_honest_503() -> None:
    """One call runs, one waits, the third is told to come back."""

    async def three() -> list[str]:
        workers, found = Workers(at_once=1, waiting=1), list[str]()
        release = anyio.Event()

        def slow() -> None:
            anyio.from_thread.run(release.wait)

        async def ask() -> None:
            try:
                await workers.run(slow)
                found.append("done")
            except Exception as error:
                found.append(f"{getattr(error, 'code', '')} {getattr(error, 'headers', '')}")

        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(ask)
                await anyio.wait_all_tasks_blocked()
            release.set()
        return found

    assert anyio.run(three) == ["busy {'Retry-After': '2'}", "done", "done"]


# ---------------------------------------------------------------- OpenAPI


def test_openapi_is_complete(shared: Server) -> None:
    """Every operation has a summary, a described answer, both ways to sign in, and its errors as problems."""
    assert shared.client().get("/openapi.json").status_code == 401
    text = shared.client("operator").get("/openapi.json").json()
    seen = 0
    for path, operations in text["paths"].items():
        for operation in operations.values():
            if path.startswith("/healthz") or path == "/metrics":
                continue
            seen += 1
            assert operation["description"], path
            assert {"session", "token"} <= {name for entry in operation["security"] for name in entry}, path
            errors = {status: answer for status, answer in operation["responses"].items() if status >= "4"}
            assert {"401", "403", "422", "429"} <= errors.keys(), path
            assert all(PROBLEM in answer["content"] for answer in errors.values()), path
    assert seen == 14
    assert text["components"]["schemas"]["Problem"]["required"] == ["title", "status", "code"]
    assert "HTTPValidationError" not in json.dumps(text)


def test_every_parameter_is_described_with_an_example(shared: Server) -> None:
    """Queries, paths, and every field of what is sent; a reader needs no second document."""
    text = shared.client("operator").get("/openapi.json").json()
    operations = [operation for found in text["paths"].values() for operation in found.values()]
    for parameter in (one for operation in operations for one in operation.get("parameters", ())):
        assert parameter.get("examples") or parameter["schema"].get("examples"), parameter["name"]
        assert parameter.get("description") or parameter["in"] == "path", parameter["name"]
    sent = {
        media["schema"]["$ref"].rsplit("/", 1)[-1]
        for operation in operations
        for media in operation.get("requestBody", {"content": {}})["content"].values()
    }
    assert sent >= {"ComplaintIn", "DecisionIn", "OutcomeIn", "ReviewIn", "TextIn"}
    for name in sent:
        schema = text["components"]["schemas"][name]
        assert any(field.get("examples") for field in schema["properties"].values()), name
        for field in schema.get("required", ()):
            said = schema["properties"][field]
            assert said.get("examples") or said.get("description"), f"{name}.{field}"


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v2/triage",
        "/api/v1/none",
        "/v1/triage",
        "/mcp/",
        "/mcp/none",
        "/metrics/none",
        "/healthz/none",
        "/openapi.json/",
        "/docs",
    ],
)
def test_unknown_paths_of_programs_are_problems(paged: Server, path: str) -> None:
    """No page answers a program, in whatever way it asks; the message is Chinese and the code English."""
    for method in ("GET", "POST", "DELETE"):
        answer = paged.client("operator").request(method, path, headers={"Accept": "text/html"})
        assert_problem(answer, 404, "not_found")
        assert answer.json()["detail"] == "没有这个接口，全部接口见 /openapi.json。"
    assert_problem(paged.client().get(path, headers={"Accept": "application/json"}), 401, "login_required")


REFUSED = [
    ("POST", "/api/v1/triage", {"json": {}}, "缺少这个字段"),
    ("POST", "/api/v1/triage", {"json": {"text": 7}}, "须是文字"),
    ("POST", "/api/v1/triage", {"json": {"text": "路灯", "received_at": "昨天"}}, "ISO 8601"),
    ("POST", "/api/v1/triage", {"json": {"text": "路灯", "received_at": "1200-01-01"}}, "年份须在 1949 至 2100 之间"),
    ("POST", "/api/v1/triage", {"json": {"text": "路灯", "mode": "party"}}, "只能是 'daily'"),
    ("POST", "/api/v1/triage", {"content": "{"}, "不是完整的 JSON"),
    ("GET", "/api/v1/search", {"params": {"q": "噪声", "k": "1000"}}, "不得大于 100"),
    ("GET", "/api/v1/search", {"params": {"q": "噪声", "k": "many"}}, "须是整数"),
    ("GET", "/api/v1/search", {"params": {"q": " "}}, "写法不对"),
    ("POST", "/api/v1/reviews", {"json": {"decision_id": "d-1", "verdict": "correct"}}, "更正须写明 choice"),
]


@pytest.mark.parametrize(
    ("method", "path", "sent", "says"),
    REFUSED,
    ids=["missing", "type", "time", "year", "literal", "json", "large", "integer", "blank", "ours"],
)
def test_what_is_wrong_with_a_field_is_said_in_chinese(
    shared: Server, method: str, path: str, sent: dict[str, object], says: str
) -> None:
    """One language an error: no English sentence beside a Chinese one."""
    headers = {"Content-Type": "application/json"} if "content" in sent else {}
    client = shared.client("reviewer")
    answer = client.request(method, path, headers=headers, **sent)  # type: ignore[arg-type]  # as the table says
    assert_problem(answer, 422, "unusable")
    assert says in answer.json()["errors"][0]["message"]
    assert not answer.json()["detail"].isascii()


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (InputError("the text is too long"), 422, "无法使用"),
        (LedgerError("the database is locked"), 503, "暂时不可用"),
        (InputError("诉求太长，请分成几件。"), 422, "诉求太长"),
    ],
    ids=["english-input", "english-ledger", "chinese"],
)
def test_messages_for_engineers_are_not_passed_on(server: Server, error: Exception, status: int, says: str) -> None:
    """A caller reads Chinese, whatever raised the error."""
    server.desk.fails = error
    answer = server.client("operator").get("/api/v1/search", params={"q": "噪声"})
    assert answer.status_code == status
    assert says in answer.json()["detail"]


def test_accepting_without_a_choice(server: Server) -> None:
    """The suggestion's own labels are accepted; the ids are checked as ever."""
    client = server.client("operator")
    body = {"suggestion_id": "s-1", "action": "accept"}
    assert client.post("/api/v1/matters/m-1/decisions", json=body).json()["choice"]["lead"] == "cgj"
    assert_problem(
        client.post("/api/v1/matters/m-1/decisions", json={**body, "suggestion_id": "s-9"}), 404, "not_found"
    )


def test_nothing_is_fetched_from_elsewhere(shared: Server) -> None:
    """No documentation page that loads scripts from a network nobody has here."""
    assert [shared.client("operator").get(path).status_code for path in ("/docs", "/redoc")] == [404, 404]


def test_the_demo_desk_answers_the_same(tmp_path: Path) -> None:
    """Without accounts the API works on this machine, as administrator `demo`."""
    server = serve(tmp_path, accounts=False, demo=True)
    body = server.client().get("/api/v1/me").json()
    assert (body["name"], body["role"], body["demo"]) == ("demo", "admin", True)
