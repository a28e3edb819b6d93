"""Chromium for every test of this folder; skipped without one, unless XIAOZHENG_REQUIRE_BROWSER=1 forbids that."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESKTOP = (1366, 768)
PHONE = (390, 844)


@pytest.fixture(scope="package")  # Playwright's loop must end before tests elsewhere run loops of their own
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
    """One open page, every address that it asked for, and every error in its console."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def overflow(self) -> int:
        """How many pixels the page is wider than the window."""
        wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return int(wider)

    def outside(self, url: str) -> list[str]:
        """Addresses asked for that are not this server's."""
        return [asked for asked in self.requests if not asked.startswith((url, "data:", "blob:"))]


Open = Callable[..., Visit]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """`open_page(url, size, dark=False)`: a fresh browser profile on that page."""
    contexts = []

    def opened(url: str, size: tuple[int, int] = DESKTOP, *, dark: bool = False) -> Visit:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        visit = Visit(context.new_page())
        visit.page.on("request", lambda sent: visit.requests.append(sent.url))
        visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
        visit.page.goto(url)
        return visit

    yield opened
    for context in contexts:
        context.close()
