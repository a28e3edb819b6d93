"""The workbench in a browser: an operator's way through it, what hostile text does there, and who may ask.

Needs Chromium; skipped without one, unless `XIAOZHENG_REQUIRE_BROWSER=1` makes that a failure.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

import app
from agent.schema import Complaint, Suggestion
from models.errors import SettingsError
from tests.suggestions import COMPLAINT, DEPARTMENTS, error, suggestion

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESKTOP = (1366, 768)
PHONE = (390, 844)
HOSTILE = (
    "<script>window.hacked=1</script><img src=x onerror='window.hacked=1'> ${window.hacked=1} {{value}} @children "
    "楼道里有很浓的煤气味"
)


def triage(complaint: Complaint) -> Suggestion:
    """An agent that always says the same, and finds one evidence."""
    if not complaint.text.strip():
        return error()
    words = ("很浓的煤气味",) if "很浓的煤气味" in complaint.text else ()
    return suggestion(complaint.text, *words)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    demo = app.build_app(triage, DEPARTMENTS)
    yield app.launch(demo, host="127.0.0.1", port=free_port(), login=None)
    demo.close(verbose=False)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    required = os.environ.get("XIAOZHENG_REQUIRE_BROWSER") == "1"
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        (pytest.fail if required else pytest.skip)("playwright is not installed")
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(
                executable_path=shutil.which("chromium"),  # None: Playwright's own
                args=["--no-sandbox", "--disable-background-networking"],
            )
        except Error as failure:
            (pytest.fail if required else pytest.skip)(f"no browser: {failure}")
        yield started
        started.close()


@dataclass
class Visit:
    """One open page, and every address that it asked for."""

    page: Page
    requests: list[str] = field(default_factory=list)

    def submit(self, text: str) -> None:
        """Type a complaint and press Ctrl+Enter."""
        self.page.fill("#xz-text textarea", text)
        self.page.keyboard.press("Control+Enter")

    def width(self) -> int:
        """What the page needs across, in pixels."""
        needed = self.page.evaluate("document.documentElement.scrollWidth")
        return int(needed)


@pytest.fixture
def visit(browser: Browser, url: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    width, height = getattr(request, "param", DESKTOP)
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    visited = Visit(context.new_page())
    visited.page.on("request", lambda sent: visited.requests.append(sent.url))
    visited.page.goto(url)
    visited.page.wait_for_selector("#xz-submit")
    yield visited
    context.close()


@pytest.mark.parametrize("visit", [DESKTOP, PHONE], indirect=True, ids=["desktop", "phone"])
def test_operator_gets_a_card_and_a_draft(visit: Visit, url: str, tmp_path: Path) -> None:
    """Paste, Ctrl+Enter: card, marked evidence and draft appear, fit the screen, and nothing is asked outside."""
    assert "还没有诉求" in visit.page.inner_text("#xz-card")
    visit.submit(COMPLAINT)
    visit.page.wait_for_selector(".xz-reviewer")
    assert "金水区城市管理局" in visit.page.inner_text("#xz-card")
    assert visit.page.locator("#xz-card mark").all_inner_texts() == ["很浓的煤气味"]
    assert "【承办单位填写：处理措施】" in visit.page.locator("#xz-draft textarea").input_value()
    assert visit.width() <= (visit.page.viewport_size or {"width": 0})["width"]
    assert visit.page.screenshot(path=tmp_path / "page.png")
    assert [asked for asked in visit.requests if not asked.startswith((url, "data:", "blob:"))] == []


def test_reply_follows_the_card_on_a_phone(browser: Browser, url: str) -> None:
    """On a narrow screen one reads form, card, reply, in this order."""
    page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    page.goto(url)
    page.fill("#xz-text textarea", COMPLAINT)
    page.click("#xz-submit")
    page.wait_for_selector("#xz-draft")
    parts = ["#xz-submit", "#xz-card", "#xz-reply"]
    tops = page.evaluate("parts => parts.map(p => document.querySelector(p).getBoundingClientRect().top)", parts)
    assert tops == sorted(tops)
    assert len(set(tops)) == 3
    page.close()


def test_hostile_text_is_only_text(visit: Visit) -> None:
    """Script, handlers and Gradio's own template signs in a complaint are shown and never run."""
    visit.submit(HOSTILE)
    visit.page.wait_for_selector(".xz-banner")
    assert visit.page.evaluate("window.hacked") is None
    assert visit.page.inner_text(".xz-original") == HOSTILE
    assert visit.page.locator("#xz-card img, #xz-card script").count() == 0


def test_error_replaces_the_card_before_it(visit: Visit) -> None:
    """After an unusable text neither the last card nor the last draft is left to be mistaken for its answer."""
    visit.submit(COMPLAINT)
    visit.page.wait_for_selector(".xz-banner")
    visit.submit(" ")
    visit.page.wait_for_selector(".xz-error")
    assert visit.page.locator(".xz-banner").count() == 0
    visit.page.wait_for_selector("#xz-reply", state="hidden")


def test_examples_fill_the_form(visit: Visit) -> None:
    """Every example button puts its text and title into the form."""
    for example in app.EXAMPLES:
        visit.page.get_by_role("button", name=example.name).click()
        visit.page.wait_for_function(
            "text => document.querySelector('#xz-text textarea').value === text", arg=example.text
        )


def test_statutes_unfold_and_the_draft_is_copied(visit: Visit) -> None:
    """An article's text opens on a click; the copy button takes the draft as edited."""
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.submit(COMPLAINT)
    visit.page.wait_for_selector(".xz-banner")
    article = visit.page.locator("details", has_text="郑州市燃气管理条例")
    assert not article.locator("p").is_visible()
    article.locator("summary").click()
    assert "立即关闭阀门" in article.locator("p").inner_text()
    visit.page.fill("#xz-draft textarea", "改过的答复")
    visit.page.click("#xz-copy")
    visit.page.wait_for_function("document.querySelector('#xz-copy').textContent === '已复制'")
    assert visit.page.evaluate("navigator.clipboard.readText()") == "改过的答复"


def test_nothing_of_a_complaint_stays_in_the_browser(visit: Visit) -> None:
    """Neither storage nor database of the browser keeps what was pasted."""
    visit.submit(COMPLAINT)
    visit.page.wait_for_selector(".xz-banner")
    kept = visit.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "任砦北街" not in kept
    assert visit.page.evaluate("indexedDB.databases().then(found => found.length)") == 0


def call(url: str, **values: str) -> httpx.Response:
    """Ask the REST endpoint and wait for its one event."""
    started = httpx.post(f"{url}gradio_api/call/v2/triage", json=values, timeout=30)
    if started.status_code != httpx.codes.OK:
        return started
    return httpx.get(f"{url}gradio_api/call/triage/{started.json()['event_id']}", timeout=30)


def test_rest_gives_the_suggestion(url: str) -> None:
    """The REST endpoint takes a text alone and answers with the Suggestion of the contract, errors included."""
    event, data = call(url, text=COMPLAINT).text.strip().split("\n")
    assert event == "event: complete"
    (answer,) = json.loads(data.removeprefix("data: "))
    assert Suggestion.model_validate(answer) == suggestion()
    _, data = call(url, text=COMPLAINT, mode="weekly").text.strip().split("\n")
    assert json.loads(data.removeprefix("data: "))[0]["error"]["code"] == "input"


def test_login_guards_page_and_api() -> None:
    """With a login set, neither page content nor REST answers a stranger."""
    demo = app.build_app(triage)
    try:
        url = app.launch(demo, host="127.0.0.1", port=free_port(), login=("operator", "geheim"))
        assert "占道与油烟" not in httpx.get(url).text
        assert call(url, text=COMPLAINT).status_code == httpx.codes.UNAUTHORIZED
        with httpx.Client(base_url=url) as client:
            wrong = client.post("login", data={"username": "operator", "password": "falsch"})
            assert wrong.status_code == httpx.codes.BAD_REQUEST
            client.post("login", data={"username": "operator", "password": "geheim"}).raise_for_status()
            assert "占道与油烟" in client.get("").text
    finally:
        demo.close(verbose=False)


def test_taken_port_is_named(url: str) -> None:
    """A port in use is one clear sentence, not a traceback."""
    demo = app.build_app(triage)
    with pytest.raises(SettingsError, match="choose another with --port"):
        app.launch(demo, host="127.0.0.1", port=int(url.rstrip("/").rsplit(":", 1)[1]), login=None)
