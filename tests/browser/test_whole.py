"""The whole product in a browser, real agent, ledger and gate: what a reviewer corrects, the next operator sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import app
from agent import Settings, TriageAgent
from agent.ledger import Ledger
from agent.ledger.records import Actor
from agent.people import SYSTEM, People
from agent.workbench.assemble import Office
from knowledge.base import KnowledgeBase
from tests.browser.conftest import Open, Visit
from tests.browser.fakes import serve_app

PASSWORD = "gezhan-shuili-2026"
FIRST = "低空送餐无人机每天从阳台外面飞过，离窗户就一两米，螺旋桨声音大还怕掉下来，想知道归谁管"
ALIKE = "送餐的低空无人机每天从我家阳台外面飞过，离窗户也就一两米，螺旋桨声音大，怕掉下来，想知道归谁管"


@dataclass(frozen=True)
class House:
    """The served product and its books."""

    url: str
    ledger: Ledger


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, real_agent: TriageAgent) -> Iterator[House]:
    """Accounts for an operator and a reviewer; nothing that is learned here is seen elsewhere."""
    folder: Path = tmp_path_factory.mktemp("house")
    settings = Settings.load({"XIAOZHENG_DATA_DIR": str(folder)})
    agent = TriageAgent.from_settings(settings, KnowledgeBase.open(folder, embedder=real_agent.base.embedder))
    ledger = Ledger.open(settings.ledger_url)
    people = People(ledger)
    people.add("chen", "operator", PASSWORD, SYSTEM)
    people.add("li", "reviewer", PASSWORD, SYSTEM)
    with Office.open(agent, ledger, settings) as office:
        served = serve_app(app.build_app(office, people, host="127.0.0.1"))
        yield House(served.url, ledger)
        served.stop()
    ledger.close()


def signed_in(open_page: Open, house: House, name: str, path: str = "") -> Visit:
    """The page after signing in."""
    visit = open_page(f"{house.url}login?next=/{path}")
    visit.page.fill("input[name=name]", name)
    visit.page.fill("input[name=password]", PASSWORD)
    visit.page.keyboard.press("Enter")
    return visit


def ask(visit: Visit, text: str) -> str:
    """The lead that the page shows for a complaint."""
    visit.page.wait_for_selector("[data-ready]")
    visit.page.fill(".xz-text textarea", text)
    visit.page.keyboard.press("Control+Enter")
    visit.page.wait_for_selector("[data-state=shown]")
    return visit.page.inner_text("[data-slot=lead] .xz-answer")


def test_what_a_reviewer_corrects_the_next_operator_sees(open_page: Open, house: House) -> None:
    """Accepted by an operator, corrected by a reviewer in a few keys, right for the next one; all in the ledger."""
    operator = signed_in(open_page, house, "chen")
    before = ask(operator, FIRST)
    assert "航空" not in before
    operator.page.keyboard.press("Alt+a")
    operator.page.wait_for_selector("[data-state=done]")

    reviewer = signed_in(open_page, house, "li", "review")
    reviewer.page.wait_for_selector("[data-state=shown]")
    for key, then in (("c", "[data-editing]"), ("z", "#xz-right-lead input")):
        reviewer.page.keyboard.press(key)
        reviewer.page.wait_for_selector(then)
    reviewer.page.keyboard.type("minyonghangkong")
    reviewer.page.keyboard.press("Enter")
    reviewer.page.wait_for_selector("td[data-side=改判][data-differs]")
    wanted = reviewer.page.inner_text("td[data-side=改判][data-differs]").split("\n")[0].strip()
    reviewer.page.keyboard.press("1")
    reviewer.page.wait_for_selector(".xz-toast >> text=已成为案例")

    operator.page.keyboard.press("Alt+n")
    after = ask(operator, ALIKE)
    assert wanted
    assert wanted in after
    assert (operator.errors, reviewer.errors) == ([], [])
    assert house.ledger.verify().ok
    made = {event.action for event in house.ledger.audit()}
    assert {"matter.recorded", "decision.made", "review.made"} <= made


def test_an_operator_does_not_get_the_reviewers_page(open_page: Open, house: House) -> None:
    """The page is not in the bar, and its address is refused."""
    operator = signed_in(open_page, house, "chen", "review")
    operator.page.wait_for_selector(".xz-refused")
    assert "复核台" not in operator.page.inner_text(".xz-bar-top")


def test_guessing_locks_the_account(open_page: Open, house: House) -> None:
    """Five wrong passwords: after them the right one is refused as well, in the same words."""
    People(house.ledger).add("wang", "operator", PASSWORD, Actor(name="system", role="admin"))
    visit = open_page(f"{house.url}login")
    for password in (*["falsch-falsch"] * 5, PASSWORD):
        visit.page.fill("input[name=name]", "wang")
        visit.page.fill("input[name=password]", password)
        with visit.page.expect_response(lambda answer: answer.request.method == "POST"):
            visit.page.keyboard.press("Enter")
        visit.page.wait_for_selector("[role=alert]")
        assert "/login" in visit.page.url
    account = house.ledger.user("wang")
    assert account is not None
    assert account.locked_until is not None
