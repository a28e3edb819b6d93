"""质量 in a browser: numbers open their lists, the report leaves as a workbook, others are refused."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from agent.desk.records import QueueFilter
from agent.ledger.records import Actor
from agent.people.roles import Permission
from agent.workbench.quality import quality_page
from agent.workbench.review import review_page
from agent.workbench.shell import Page
from tests.browser.conftest import DESKTOP, PHONE, Open, Visit
from tests.browser.fakes import serve_pages
from tests.browser.test_review import HOSTILE, Office, nothing
from tests.suggestions import suggestion
from tests.workbench.lively import REVIEWER, TABLES, add_matter, lively_desk


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    desk = lively_desk(tmp_path_factory.mktemp("quality"), 24)
    add_matter(desk, HOSTILE, suggestion(HOSTILE), said="=cmd|' /C calc'!A0")
    add_matter(desk, HOSTILE, suggestion(HOSTILE), said=HOSTILE)
    office = Office(desk)
    pages = [
        Page("", "受理台", Permission.DECIDE, nothing),
        review_page(desk, TABLES, clock=desk.clock),
        quality_page(desk, TABLES, clock=desk.clock),
    ]
    running = serve_pages(pages, office.identify, demo=False)
    office.url = running.url
    yield office
    running.stop()
    desk.ledger.close()


@pytest.fixture
def office(served: Office) -> Office:
    """A reviewer asks; nothing is written by these tests."""
    served.actor = REVIEWER
    return served


def visit(open_page: Open, office: Office, size: tuple[int, int] = DESKTOP, *, dark: bool = False) -> Visit:
    """The page with its report."""
    opened = open_page(f"{office.url}quality", size, dark=dark)
    opened.page.wait_for_selector("[data-state=shown]")
    return opened


def test_a_number_opens_its_list(open_page: Open, office: Office) -> None:
    """The count of wrong leads is a link to exactly these matters, named by their filter."""
    shown = visit(open_page, office)
    number = shown.page.locator('a.xz-num[href$="%7B%22wrong%22%3A%22lead%22%7D"]').first
    wanted = int(number.inner_text())
    assert wanted == len(office.desk.entries(QueueFilter(wrong="lead"))) > 0
    number.click()
    shown.page.wait_for_selector("[data-state=shown] .xz-row")
    assert len(shown.page.query_selector_all(".xz-row")) == wanted
    assert "主办单位建议有误" in shown.page.inner_text("[data-slot=chips]")
    assert shown.errors == []


def test_a_point_of_a_chart_is_a_link(open_page: Open, office: Office) -> None:
    """Charts are drawn, and their points lead to a list."""
    shown = visit(open_page, office)
    assert len(shown.page.query_selector_all("svg.xz-chart")) == 2
    spots = shown.page.locator("svg.xz-chart a circle")
    assert spots.count() > 4
    spots.last.click()
    shown.page.wait_for_selector("[data-state=shown] .xz-row")
    assert "把握" in shown.page.inner_text("[data-slot=chips]")


def test_filter_counts_anew(open_page: Open, office: Office) -> None:
    """A filter changes the numbers, and an empty one says so."""
    shown = visit(open_page, office)
    whole = shown.page.inner_text("[data-slot=summary]")
    shown.page.select_option("[data-key=channel]", "网格巡查")
    shown.page.wait_for_selector("[data-drop=channel]")
    found = re.search(r"共 (\d+) 件", shown.page.inner_text("[data-slot=summary]"))
    assert found is not None
    assert int(found[1]) == len(office.desk.entries(QueueFilter(channel="网格巡查")))
    assert shown.page.inner_text("[data-slot=summary]") != whole
    shown.page.fill("[data-key=operator]", "没有这个人")
    shown.page.keyboard.press("Enter")
    shown.page.wait_for_selector("text=没有符合条件的工单")


def test_report_is_exported_clean(open_page: Open, office: Office) -> None:
    """The workbook opens, and neither formula nor markup of a reason runs in it."""
    shown = visit(open_page, office)
    with shown.page.expect_download() as download:
        shown.page.click("[data-do=export]")
    book = CalamineWorkbook.from_filelike(io.BytesIO(Path(download.value.path()).read_bytes()))
    cells = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells
    assert not [cell for cell in cells if isinstance(cell, str) and cell[:1] in ("=", "+", "@")]


def test_hostile_reason_does_nothing(open_page: Open, office: Office) -> None:
    """An operator's hostile reason is words among the reasons."""
    shown = visit(open_page, office)
    assert "window.hacked" in shown.page.inner_text("[data-slot=report]")
    assert shown.page.evaluate("window.hacked") is None
    assert shown.outside(office.url) == []
    assert shown.errors == []


@pytest.mark.parametrize("handler", ["start", "report", "export"])
def test_operator_is_refused(open_page: Open, office: Office, handler: str) -> None:
    """An operator sees no figures, on the page or at its endpoint."""
    office.actor = Actor(name="张静")
    shown = open_page(f"{office.url}quality")
    shown.page.wait_for_selector(".xz-refused")
    assert shown.page.query_selector("svg") is None
    components = shown.page.request.get(f"{office.url}config").json()["components"]
    number = next(one["id"] for one in components if one["props"].get("elem_id") == "xz-quality")
    answer = shown.page.request.post(
        f"{office.url}gradio_api/component_server",
        data={"session_hash": "x", "component_id": number, "fn_name": handler, "data": {"filter": {}}},
    )
    assert answer.json()["error"]["code"] == "forbidden"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_fits_the_window(open_page: Open, office: Office, size: tuple[int, int]) -> None:
    """Nothing is wider than the window; wide tables scroll by themselves."""
    assert visit(open_page, office, size).overflow() == 0
