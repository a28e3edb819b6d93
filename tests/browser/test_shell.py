"""Pages behind the real gate, in a browser: signing in, roles, a session that ends, light on who is asking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.ledger.records import Actor
from agent.people import SYSTEM, Permission
from agent.workbench.operator import operator_page
from agent.workbench.shell import Page, Shell, build_pages, gate_actor, mount_pages
from knowledge.tables import load_tables
from tests.agent.web import fakes as web
from tests.browser.conftest import DESKTOP, PHONE, Open, Visit
from tests.browser.fakes import FakeDesk, serve_app
from tests.suggestions import COMPLAINT


def add_asking(shell: Shell) -> None:
    """A page with an ordinary Gradio event: says who presses the button."""
    import gradio as gr

    def name(actor: Actor, typed: str) -> str:
        return f"{actor.name} ({actor.role}): {typed}"

    typed, said = gr.Textbox(elem_id="typed"), gr.Textbox(elem_id="said")
    gr.Button("谁", elem_id="who").click(
        shell.event(Permission.QUALITY, name), [typed], [said], api_visibility="private"
    )


@dataclass
class Office:
    """A server with accounts, its pages, and the desk behind them."""

    url: str
    web: web.Server
    desk: FakeDesk


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    server, desk = web.serve(tmp_path_factory.mktemp("inbox")), FakeDesk()
    pages = (
        operator_page(desk, load_tables(), refines=False),
        Page("asking", "质量", Permission.QUALITY, add_asking),
    )
    mount_pages(server.app, build_pages(Shell(gate_actor, pages=pages)))
    served = serve_app(server.app)
    yield Office(served.url, server, desk)
    served.stop()


def sign_in(visit: Visit, name: str) -> None:
    """Fill in the login page."""
    visit.page.fill("input[name=name]", name)
    visit.page.fill("input[name=password]", web.PASSWORD)
    visit.page.click("button")


def test_stranger_must_sign_in_and_then_works_under_the_own_name(open_page: Open, office: Office) -> None:
    """The page leads to the login and back; what is decided stands under the account that signed in."""
    visit = open_page(office.url)
    assert "/login" in visit.page.url
    assert "研判" not in visit.page.content()
    sign_in(visit, "operator")
    visit.page.wait_for_selector(".xz-who")
    assert "operator" in visit.page.inner_text(".xz-who")
    assert "质量" not in visit.page.inner_text(".xz-bar-top")
    assert visit.page.locator(".xz-demo, .xz-tries").count() == 0
    visit.page.fill(".xz-text textarea", COMPLAINT)
    visit.page.keyboard.press("Control+Enter")
    visit.page.wait_for_selector("[data-state=shown]")
    visit.page.keyboard.press("Alt+a")
    visit.page.wait_for_selector("[data-state=done]")
    assert office.desk.decisions[-1].operator == "operator"
    assert (visit.errors, visit.outside(office.url)) == ([], [])


def test_page_of_another_role_is_closed(open_page: Open, office: Office) -> None:
    """An operator who types the address sees a sentence instead of the page, and the button behind it does nothing."""
    visit = open_page(office.url + "asking")
    sign_in(visit, "operator")
    visit.page.wait_for_selector(".xz-refused")
    visit.page.wait_for_selector("#who", state="hidden")
    visit.page.evaluate("document.querySelector('#who').click()")
    visit.page.wait_for_selector("text=没有这项权限")
    assert visit.page.input_value("#said textarea") == ""


def test_ordinary_event_knows_who_asks(open_page: Open, office: Office) -> None:
    """A queued event of Gradio finds the same actor as a server function."""
    visit = open_page(office.url + "asking")
    sign_in(visit, "reviewer")
    visit.page.fill("#typed textarea", "你好")
    visit.page.click("#who")
    visit.page.wait_for_function("document.querySelector('#said textarea').value === 'reviewer (reviewer): 你好'")


def test_ended_session_leads_to_the_login(open_page: Open, office: Office) -> None:
    """The next step after the session was ended asks to sign in, and records nothing."""
    visit = open_page(office.url)
    sign_in(visit, "admin")
    visit.page.wait_for_selector("[data-ready]")
    before = len(office.desk.matters)
    office.web.people.end_all("admin", SYSTEM)
    visit.page.fill(".xz-text textarea", COMPLAINT)
    visit.page.keyboard.press("Control+Enter")
    visit.page.wait_for_url("**/login*")
    assert len(office.desk.matters) == before


def test_logout_in_the_bar(open_page: Open, office: Office) -> None:
    """One click ends the session; the page asks to sign in again."""
    visit = open_page(office.url)
    sign_in(visit, "operator")
    visit.page.get_by_role("button", name="退出").click()
    visit.page.wait_for_url("**/login*")
    visit.page.goto(office.url)
    assert "/login" in visit.page.url


@pytest.mark.parametrize(("size", "height"), [(DESKTOP, 60), (PHONE, 90)], ids=["desktop", "phone"])
def test_bar_fits(open_page: Open, office: Office, size: tuple[int, int], height: int, tmp_path: Path) -> None:
    """Pages, name and switches stand in one line, in two on a phone, and no page's name is cut off."""
    visit = open_page(office.url, size)
    sign_in(visit, "reviewer")
    visit.page.wait_for_selector(".xz-who")
    assert visit.overflow() <= 0
    bar = visit.page.locator(".xz-bar-top").bounding_box()
    assert bar is not None
    assert bar["height"] < height
    assert bar["y"] == 0
    ends = visit.page.eval_on_selector_all(
        ".xz-bar-top nav a", "links => links.map(a => a.getBoundingClientRect().right)"
    )
    assert ends
    assert max(ends) <= size[0]
    assert visit.page.get_by_text("Home", exact=True).locator("visible=true").count() == 0
    assert visit.page.screenshot(path=tmp_path / "bar.png")
