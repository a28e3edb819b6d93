"""Who gets in, who does not, and what a hostile page, program or guesser can do: nothing."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from agent.ledger import LedgerError
from agent.ledger.records import Role
from agent.people import SYSTEM, Permission
from agent.people.roles import PERMISSIONS
from agent.web import Rates, build_web, page_user
from agent.web.gate import Origin, origin_of
from agent.web.identity import COOKIE
from agent.web.paths import local_path
from models.errors import SettingsError
from tests.agent.web.fakes import ORIGIN, PASSWORD, ROLES, FakeDesk, FakeJobs, Server, provenance, serve

HTML = {"Accept": "text/html"}
OURS = {"Origin": ORIGIN}

# Every route of the server and the right it asks for; "" needs no account, None is a route of the server's own.
RIGHTS: dict[tuple[str, str], Permission | str] = {
    ("POST", "/api/v1/triage"): Permission.TRIAGE,
    ("GET", "/api/v1/matters/{matter_id}"): Permission.TRIAGE,
    ("POST", "/api/v1/matters/{matter_id}/decisions"): Permission.DECIDE,
    ("POST", "/api/v1/matters/{matter_id}/outcomes"): Permission.DECIDE,
    ("GET", "/api/v1/reviews"): Permission.REVIEW,
    ("POST", "/api/v1/reviews"): Permission.REVIEW,
    ("POST", "/api/v1/score"): Permission.SCORE,
    ("GET", "/api/v1/score/{job_id}"): Permission.SCORE,
    ("GET", "/api/v1/score/{job_id}/result"): Permission.SCORE,
    ("DELETE", "/api/v1/score/{job_id}"): Permission.SCORE,
    ("GET", "/api/v1/search"): Permission.TRIAGE,
    ("GET", "/api/v1/similar"): Permission.TRIAGE,
    ("POST", "/api/v1/cite-check"): Permission.TRIAGE,
    ("GET", "/api/v1/me"): Permission.TRIAGE,
    ("GET", "/openapi.json"): Permission.TRIAGE,
    ("GET", "/metrics"): Permission.READ_AUDIT,
    ("POST", "/logout"): "signed in",
    ("GET", "/healthz"): "",
    ("GET", "/healthz/live"): "",
    ("GET", "/login"): "",
    ("POST", "/login"): "",
}
GUARDED = [(method, path, right) for (method, path), right in RIGHTS.items() if isinstance(right, Permission)]
FAR = ("10.1.2.3", 50_000)


def routes(server: Server) -> set[tuple[str, str]]:
    """Method and template of every route but the one that says 404 and 405."""
    return {
        (method, str(context.path))
        for context in iter_route_contexts(server.app.routes)
        if getattr(context.endpoint, "__name__", "") != "_unmatched"
        for method in (context.methods or {"*"})
        if not (method == "HEAD" and "GET" in (context.methods or ()))
    }


def ask(client: TestClient, method: str, path: str) -> httpx2.Response:
    """A request with every id filled in and no body: rights come before contents."""
    filled = path.format(matter_id="m-1", job_id="j-1") if "{" in path else path
    return client.post(filled, json={}) if method == "POST" else client.request(method, filled)


def test_no_route_is_forgotten(shared: Server) -> None:
    """A new route must be entered in the table above, with the right that it asks for."""
    assert routes(shared) == {*RIGHTS, ("*", "/mcp")}
    kinds = {type(context.original_route) for context in iter_route_contexts(shared.app.routes)}
    assert kinds <= {APIRoute, Route}


@pytest.mark.parametrize(("method", "path", "right"), GUARDED, ids=[f"{m}-{p}" for m, p, _ in GUARDED])
def test_every_route_asks_for_its_right(shared: Server, method: str, path: str, right: Permission) -> None:
    """Without an account 401; without the right 403; with it the route answers for itself."""
    stranger = TestClient(shared.app, ORIGIN, client=FAR)
    assert ask(stranger, method, path).status_code == 401
    for role in ROLES:
        headers = {"Authorization": f"Bearer {shared.tokens[role]}"}
        client = TestClient(shared.app, ORIGIN, client=FAR, headers=headers)
        status = ask(client, method, path).status_code
        if right in PERMISSIONS[role]:
            assert status not in {401, 403, 500}, role
        else:
            assert status == 403, role
    shared.desk.calls.clear()
    forbidden = [role for role in ROLES if right not in PERMISSIONS[role]]
    for role in forbidden:
        ask(shared.client(role), method, path)
    assert shared.desk.calls == []


@pytest.mark.parametrize("path", ["/", "/api/v1/me", "/mcp", "/gradio_api/info", "/config", "/file=x", "/healthzz"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_else_is_open(paged: Server, method: str, path: str) -> None:
    """Whatever is mounted at `/` stands behind the gate as well."""
    assert paged.client().request(method, path).status_code == 401


def test_people_are_shown_the_way(shared: Server) -> None:
    """A browser is sent to the login page and comes back to where it wanted to go; a program is told 401."""
    sent = shared.client().get("/board?tab=2&x=%26", headers=HTML)
    assert sent.status_code == 303
    target = urlsplit(sent.headers["location"])
    assert (target.path, parse_qs(target.query)["next"]) == ("/login", ["/board?tab=2&x=%26"])
    assert shared.client().get("/gradio_api/queue/data", headers=HTML).status_code == 401
    assert shared.client().get("/api/v1/me", headers=HTML).status_code == 401


# ---------------------------------------------------------------- signing in


def test_signing_in_and_out(server: Server) -> None:
    """The form opens a session, the page learns the account's name, and signing out ends it for good."""
    server.app.router.routes.append(Route("/who", lambda request: PlainTextResponse(str(page_user(request)))))
    browser = server.browser("operator")
    token = browser.cookies[COOKIE]
    assert browser.get("/who").text == "operator"
    assert browser.get("/login?next=/board", headers=HTML).headers["location"] == "/board"
    out = browser.post("/logout")
    assert (out.status_code, out.headers["location"]) == (303, "/login")
    assert COOKIE not in browser.cookies
    assert server.client().get("/who", headers={"Cookie": f"{COOKIE}={token}"}).status_code == 401


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
def test_the_cookie_is_for_this_site_and_no_script(shared: Server, scheme: str, secure: bool) -> None:
    """HttpOnly, SameSite=Strict, for the whole site, and Secure where the connection is."""
    base = f"{scheme}://xz.zhengzhou.example"
    client = shared.client(base_url=base)
    answer = client.post("/login", data={"name": "operator", "password": PASSWORD}, headers={"Origin": base})
    parts = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")}
    assert {"httponly", "samesite=strict", "path=/", "max-age=43200"} <= parts
    assert ("secure" in parts) == secure


def test_a_cookie_brought_along_is_never_taken_over(server: Server) -> None:
    """Session fixation: what an attacker planted is not what the victim is signed in with."""
    planted = server.browser("reviewer").cookies[COOKIE]
    victim = server.client()
    victim.headers.update(OURS)
    victim.cookies.set(COOKIE, planted)
    answer = victim.post("/login", data={"name": "admin", "password": PASSWORD})
    assert answer.status_code == 303
    assert f"{COOKIE}={planted}" not in answer.headers["set-cookie"]
    assert server.people.recognise(planted) is None


@pytest.mark.parametrize("value", ["admin", "a" * 43, "' or 1=1", "%00", '{"user":"admin"}', "x" * 4000], ids=range(6))
def test_forged_cookies_are_nobody(shared: Server, value: str) -> None:
    """And neither are forged tokens."""
    assert shared.client().get("/api/v1/me", headers={"Cookie": f"{COOKIE}={value}"}).status_code == 401
    answer = shared.client().get("/api/v1/me", headers={"Authorization": f"Bearer {value}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic YWRtaW46YWRtaW4=", "bearer  x", "Token x"], ids=range(5)
)
def test_a_wrong_token_is_not_passed_over(shared: Server, header: str) -> None:
    """Who sends an Authorization header means it: a valid cookie beside it does not count, nor the demonstration."""
    browser = shared.browser("admin")
    assert browser.get("/api/v1/me", headers={"Authorization": header}).status_code == 401


def test_a_session_cookie_is_no_api_token(shared: Server) -> None:
    """What a script might steal from one place opens no other."""
    token = shared.browser("admin").cookies[COOKIE]
    assert shared.client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert (
        shared.client().get("/api/v1/me", headers={"Cookie": f"{COOKIE}={shared.tokens['admin']}"}).status_code == 401
    )


def test_a_session_ends_when_it_is_not_used(server: Server) -> None:
    """After two idle hours the browser is sent to the login page."""
    browser = server.browser("operator")
    server.clock.forward(hours=1, minutes=59)
    assert browser.get("/api/v1/me").status_code == 200
    server.clock.forward(hours=2, minutes=1)
    assert browser.get("/", headers=HTML).headers["location"] == "/login"


def test_a_changed_role_counts_at_once(server: Server) -> None:
    """Sessions and tokens of a demoted account are over."""
    browser, program = server.browser("reviewer"), server.client("reviewer")
    server.people.change_role("reviewer", "operator", SYSTEM)
    assert [client.get("/api/v1/reviews").status_code for client in (browser, program)] == [401, 401]


def test_guessing_locks_the_account(server: Server) -> None:
    """Five wrong passwords; then even the right one is refused, in the same words."""
    client = server.client()
    client.headers.update(OURS)
    wrong = [client.post("/login", data={"name": "operator", "password": f"guess {n}"}) for n in range(5)]
    right = client.post("/login", data={"name": "operator", "password": PASSWORD})
    unknown = client.post("/login", data={"name": "nobody", "password": PASSWORD})
    assert {answer.status_code for answer in (*wrong, right, unknown)} == {401}
    assert right.text.replace("operator", "nobody") == unknown.text
    assert "锁定" in right.text
    server.clock.forward(minutes=16)
    assert client.post("/login", data={"name": "operator", "password": PASSWORD}).status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%0d%0aSet-Cookie:x\r\nX: y",
        "javascript:alert(1)",
        "evil.example",
        "",
        "/login?next=/login",
        "///evil.example",
        "http:/evil.example",
    ],
    ids=range(12),
)
def test_no_open_redirect(shared: Server, target: str) -> None:
    """After signing in one stays on this shared."""
    assert local_path(target) == "/"
    form = {"name": "operator", "password": PASSWORD, "next": target}
    answer = shared.client().post("/login", data=form, headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_local_targets_are_kept() -> None:
    """With their query."""
    assert local_path("/board?tab=2&day=2026-03-01#top") == "/board?tab=2&day=2026-03-01#top"


# ---------------------------------------------------------------- other sites' pages


@pytest.mark.parametrize(
    ("headers", "want"),
    [
        ({}, "unknown"),
        ({"origin": ORIGIN}, "ours"),
        ({"origin": "http://evil.example"}, "foreign"),
        ({"origin": "null"}, "foreign"),
        ({"origin": ORIGIN + ".evil.example"}, "foreign"),
        ({"origin": "http://127.0.0.1:9999"}, "foreign"),
        ({"sec-fetch-site": "same-origin"}, "ours"),
        ({"sec-fetch-site": "none"}, "ours"),
        ({"sec-fetch-site": "same-site", "origin": ORIGIN}, "foreign"),
        ({"sec-fetch-site": "cross-site", "origin": ORIGIN}, "foreign"),
        ({"sec-fetch-site": "same-origin", "origin": "https://proxy.example"}, "ours"),
    ],
    ids=range(11),
)
def test_origin(headers: dict[str, str], want: Origin) -> None:
    """The browser's own word counts first, then whether Origin names the host that was asked."""
    sent = {"host": "127.0.0.1:7860", **headers}
    scope = {"type": "http", "headers": [(k.encode(), v.encode()) for k, v in sent.items()]}
    assert origin_of(scope) == want


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {}], ids=range(3))
@pytest.mark.parametrize("path", ["/api/v1/triage", "/logout", "/gradio_api/queue/join"])
def test_forged_requests_of_a_signed_in_browser(shared: Server, headers: dict[str, str], path: str) -> None:
    """With the cookie alone nothing can be done from elsewhere; silence about the origin is not enough either."""
    browser = shared.browser("admin")
    del browser.headers["Origin"]
    answer = browser.post(path, json={"text": "x"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
    assert shared.desk.taken == []


def test_a_token_needs_no_origin(shared: Server) -> None:
    """A program sends its token on purpose; no browser adds it by itself."""
    client = shared.client("operator")
    assert (
        client.post("/api/v1/triage", json={"text": "x"}, headers={"Origin": "http://app.example"}).status_code == 200
    )


def test_nobody_is_signed_in_by_another_site(shared: Server) -> None:
    """Login forgery: a foreign page cannot sign a browser in under the attacker's name."""
    form = {"name": "operator", "password": PASSWORD}
    answer = shared.client().post("/login", data=form, headers={"Origin": "http://evil.example"})
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


def test_other_sites_read_nothing(paged: Server) -> None:
    """Whatever a mounted page sets, no cross-origin permission leaves this server."""
    answer = paged.browser("admin").get("/", headers={"Origin": "http://evil.example"})
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control-")]


# ---------------------------------------------------------------- demonstration


def test_the_demonstration_says_so(demo: Server) -> None:
    """Without accounts everybody on this machine acts as `demo`, and page and health check say it."""
    client = demo.client()
    assert client.get("/healthz").json()["mode"] == "demo"
    assert "演示模式" in client.get("/login").text
    assert client.post("/api/v1/triage", json={"text": "x"}).status_code == 200


def test_the_first_account_ends_it(demo: Server) -> None:
    """At once, without a restart."""
    demo.people.add("chief", "admin", PASSWORD, SYSTEM)
    assert demo.client().get("/api/v1/me").status_code == 401
    assert demo.client().get("/healthz").json()["mode"] == "accounts"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:7860", 200),
        ("localhost", 200),
        ("[::1]:7860", 200),
        ("127.8.9.1", 200),
        ("evil.example", 400),
        ("127.0.0.1.evil.example", 400),
        ("localhost.evil.example:7860", 400),
        ("evil.example@127.0.0.1", 400),
        ("10.0.0.5", 400),
        ("[", 400),
        ("", 400),
    ],
    ids=range(11),
)
def test_names_pointed_at_this_machine(demo: Server, host: str, status: int) -> None:
    """DNS rebinding: the demonstration answers to loopback names only."""
    assert demo.client().get("/api/v1/me", headers={"Host": host}).status_code == status


def test_the_demonstration_obeys_no_other_site(demo: Server) -> None:
    """A page on the net cannot post to it; a program on this machine can."""
    foreign = demo.client().post("/api/v1/triage", json={"text": "x"}, headers={"Origin": "http://evil.example"})
    assert foreign.status_code == 403


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.5", "xz.example", "::"])
def test_no_demonstration_for_others(tmp_path: Path, demo: Server, host: str) -> None:
    """Where others can reach it, accounts come first."""
    with pytest.raises(SettingsError, match="user add"):
        build_web(FakeDesk(), demo.people, FakeJobs(), host=host, demo=True, versions=provenance, inbox=tmp_path)


def test_an_unreachable_ledger_opens_nothing(demo: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """When nobody can say whether there are accounts, the demonstration does not begin."""

    def unreachable() -> bool:
        raise LedgerError("the ledger cannot be reached; check XIAOZHENG_DATABASE_URL")

    monkeypatch.setattr(demo.people, "exist", unreachable)
    answer = demo.client().get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (503, "ledger")


# ---------------------------------------------------------------- budgets and sizes


def test_an_account_has_a_budget(tmp_path: Path) -> None:
    """Past it 429 with the time to wait; another account is not touched, assets do not count."""
    server = serve(tmp_path, rates=Rates(account=3, stranger=100, sign_in=100))
    client = server.client("operator")
    assert [client.get("/assets/index.js").status_code for _ in range(5)] == [404] * 5
    assert [client.get("/api/v1/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get("/api/v1/me")
    assert refused.json()["code"] == "rate_limited"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert server.client("reviewer").get("/api/v1/me").status_code == 200


def test_an_address_has_few_tries(tmp_path: Path) -> None:
    """Ten passwords a minute, whatever the names; the page says so in words."""
    server = serve(tmp_path, rates=Rates(account=100, stranger=100, sign_in=2))
    client = server.client()
    client.headers.update(OURS)
    tries = [client.post("/login", data={"name": f"n{n}", "password": "x"}) for n in range(3)]
    assert [answer.status_code for answer in tries] == [401, 401, 429]
    assert "一分钟" in tries[2].text
    assert "retry-after" in tries[2].headers


def test_strangers_have_a_budget(tmp_path: Path) -> None:
    """Trying tokens or paths from one address ends soon."""
    server = serve(tmp_path, rates=Rates(account=100, stranger=2, sign_in=2))
    tried = [server.client().get("/api/v1/me", headers={"Authorization": "Bearer x"}).status_code for _ in range(3)]
    assert tried == [401, 401, 429]


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [("/api/v1/triage", 5_000_000, 413), ("/api/v1/triage", 3_000_000, 422), ("/api/v1/score", 300_000, 413)],
    ids=["text", "text-within", "upload"],
)
@pytest.mark.parametrize("declared", [True, False])
def test_bodies_have_a_limit(shared: Server, path: str, size: int, status: int, declared: bool) -> None:
    """By the declared length or by counting; what fits is judged by its contents."""
    client = shared.client("admin")
    body = b"x" * size if declared else iter([b"x" * 65_536] * (size // 65_536))
    headers = {"Content-Type": "application/json" if "triage" in path else "multipart/form-data; boundary=b"}
    answer = client.post(path, content=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("length", ["-1", "abc", "9" * 30, "1e9"], ids=range(4))
def test_a_senseless_length_is_refused(shared: Server, length: str) -> None:
    """Before anything is read."""
    answer = shared.client("admin").post("/api/v1/triage", content=b"{}", headers={"Content-Length": length})
    assert answer.status_code == 413


# ---------------------------------------------------------------- headers


@pytest.mark.parametrize("path", ["/login", "/healthz", "/api/v1/me", "/api/v1/nothing", "/page", "/assets/x.js"])
def test_security_headers_stand_everywhere(paged: Server, path: str) -> None:
    """On pages, answers and errors alike."""
    headers = paged.browser("operator").get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "camera=()" in headers["permissions-policy"]
    assert "server" not in headers
    assert ("no-store" in headers.get("cache-control", "")) == (not path.startswith("/assets/"))


def test_the_policy_fits_the_page(paged: Server) -> None:
    """API answers may run nothing, the login page only its own style, the pages nothing from elsewhere."""
    browser = paged.browser("operator")
    policies = {path: browser.get(path).headers["content-security-policy"] for path in ("/api/v1/me", "/page")}
    policies["/login"] = paged.client().get("/login").headers["content-security-policy"]
    assert policies["/api/v1/me"].startswith("default-src 'none'")
    assert "script-src" not in policies["/login"]
    assert "'sha256-" in policies["/login"]
    assert not [policy for policy in policies.values() if "http" in policy or "*" in policy]


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/proxy=https://evil.example",
        "/proxy=http://10.0.0.1/",
        "/gradio_api/vibe-edit/",
        "/gradio_api/run-history/connect",
        "/dev/reload",
        "/monitoring",
    ],
    ids=range(6),
)
def test_doors_of_gradio_that_fetch_or_change_code_stay_shut(paged: Server, path: str) -> None:
    """Even for an administrator."""
    assert paged.browser("admin").get(path).status_code == 404


def test_the_login_page_is_whole(shared: Server) -> None:
    """In Chinese, for phones and dark rooms, no script, nothing fetched, no character without a glyph."""
    page = shared.client().get("/login?next=/board").text
    assert 'lang="zh-CN"' in page
    assert 'name="next" value="/board"' in page
    assert "prefers-color-scheme: dark" in page
    assert 'autocomplete="current-password"' in page
    assert not [word for word in ("<script", "http", "\ufffd", "\u25a1") if word in page]


def test_roles_are_three() -> None:
    """The tables above know every role."""
    wanted: tuple[Role, ...] = ("operator", "reviewer", "admin")
    assert wanted == ROLES == tuple(PERMISSIONS)
