"""The knowledge page in a browser: questions by keyboard, tabs, coloured citations, import with its report."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from agent.ledger.records import Actor
from agent.people.roles import Permission
from agent.workbench.knowledge import Holdings, KnowledgeWork, knowledge_page, knowledge_routes
from agent.workbench.knowledge.holdings import Holding
from agent.workbench.shell import Asking, Page
from agent.workbench.uploads import Uploads
from knowledge.importing import StatuteStore, import_folder
from knowledge.tables import load_tables
from tests.browser.conftest import DESKTOP, PHONE, Open
from tests.browser.uploading import serve
from tests.workbench.test_knowledge import STATUTE, TEXT, Shelf


def identify(request: Asking) -> Actor | None:
    """Administrator, unless a cookie says otherwise."""
    return Actor(name="op") if request.cookies.get("who") == "op" else Actor(name="boss", role="admin")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    tmp_path = tmp_path_factory.mktemp("knowledge")
    held = Holdings(rows=(Holding(name="分类", count="517", version="tables:1"),))
    importer = partial(import_folder, store=StatuteStore(tmp_path / "statutes.sqlite"))
    work = KnowledgeWork(Shelf(), load_tables(), lambda: held, importer, Uploads(tmp_path / "up", max_bytes=100_000))
    first = Page("", "受理台", Permission.TRIAGE, lambda shell: None)
    served = serve([first, knowledge_page(work)], partial(knowledge_routes, work=work), identify, demo=False)
    yield f"{served.url}knowledge"
    served.stop()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_questions(url: str, open_page: Open, size: tuple[int, int]) -> None:
    """Statute by Enter, citations by Ctrl+Enter; words marked, article unfolded, markup harmless, nothing outside."""
    visit = open_page(url, size)
    tab = visit.page
    tab.wait_for_selector("[data-panel=law] input:focus")
    tab.fill("[data-panel=law] [name=question]", "夜间施工")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("[data-slot=law] mark")
    assert tab.locator("[data-slot=law] mark").all_inner_texts() == ["夜间"]
    tab.click("[data-slot=law] summary")
    assert "第二句说施工<img" in tab.inner_text("[data-slot=law] details p")
    assert tab.locator("[data-slot] img").count() == 0
    tab.click("[data-tab=cite]")
    tab.fill("[data-panel=cite] textarea", TEXT)
    tab.keyboard.press("Control+Enter")
    tab.wait_for_selector(".xz-cited mark.xz-wrong")
    assert "1 处要看" in tab.inner_text("[data-slot=cite]")
    assert visit.errors == []
    assert visit.overflow() <= 0
    assert visit.outside(url.removesuffix("knowledge")) == []


def test_tabs_by_keyboard(url: str, open_page: Open) -> None:
    """Arrow keys move between tabs and show their panels."""
    tab = open_page(url).page
    tab.wait_for_selector("[data-tab=import]:not([hidden])")
    tab.focus("[data-tab=law]")
    tab.keyboard.press("ArrowRight")
    assert tab.is_visible("[data-panel=cases]")
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("ArrowLeft")
    assert tab.is_visible("[data-panel=import]")


def test_import(url: str, open_page: Open, tmp_path: Path) -> None:
    """Several files at once: a report of what was taken in, and a refused file does not stop the others."""
    for name, content in (("示例办法.md", STATUTE), ("坏.docx", "no word file"), ("程序.exe", "MZ")):
        (tmp_path / name).write_text(content, encoding="utf-8")
    tab = open_page(url).page
    tab.click("[data-tab=import]")
    tab.set_input_files(
        "[data-panel=import] input", [tmp_path / name for name in ("示例办法.md", "坏.docx", "程序.exe")]
    )
    tab.wait_for_selector(".xz-numbers")
    shown = tab.inner_text("[data-slot=import]")
    assert "已存入" in shown
    assert "坏.docx" in shown
    assert "程序.exe：不支持这种文件" in shown


def test_operator_has_no_import(url: str, open_page: Open) -> None:
    """Who may not import does not see it; what is held is shown to everybody."""
    visit = open_page(url)
    visit.page.context.add_cookies([{"name": "who", "value": "op", "url": url}])
    visit.page.reload()
    visit.page.click("[data-tab=held]")
    visit.page.wait_for_selector(".xz-held")
    assert "517" in visit.page.inner_text(".xz-held")
    assert visit.page.is_hidden("[data-tab=import]")
