"""How long an operator waits, in a real browser: first paint, a usable page, and from Ctrl+Enter to the lead.

Run: `python -m tests.bench.page [visits complaints]`, with the real agent, a ledger of its own and no account.
Prints medians with the middle half of the values; everything runs on this machine, browser included, so that the
figures are those of a busy desk and not of a server with browsers elsewhere. Visits start with an empty browser
cache; complaints are sent one after another, each worded a little differently.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import app
from agent.demo import DEMOS
from agent.ledger import Ledger
from agent.people import People
from agent.settings import Settings
from agent.triage import TriageAgent
from agent.workbench.assemble import Office
from agent.workbench.operator.page import EXAMPLES
from tests.browser.fakes import serve_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Milliseconds from the key to the frame in which the lead is painted, by the page's own clock.
_WATCH = """() => {
  window.waited = null;
  const began = performance.now(), place = document.querySelector("[data-slot=lead]");
  place.innerHTML = "";
  new MutationObserver((_, watcher) => {
    if (!place.querySelector(".xz-answer")) return;
    watcher.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.waited = performance.now() - began; }));
  }).observe(place, { childList: true });
}"""
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
_USABLE = "performance.now()"


@contextmanager
def served() -> Iterator[str]:
    """The whole server over a fresh ledger."""
    settings = Settings.load()
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger.open(f"sqlite:///{Path(folder) / 'ledger.db'}")
        agent = TriageAgent.from_settings(settings)
        agent.triage(DEMOS[0])  # as `serve` does
        own = settings.model_copy(update={"data_dir": Path(folder), "rate_per_minute": 100_000})
        with Office.open(agent, ledger, own) as office:
            running = serve_app(app.build_app(office, People(ledger), host="127.0.0.1"))
            try:
                yield running.url
            finally:
                running.stop()
        ledger.close()


def visit(browser: Browser, url: str) -> tuple[float, float]:
    """First contentful paint and the text box ready for typing, in ms since navigation, with an empty cache."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector(".xz-text textarea:focus")
    usable, paint = float(page.evaluate(_USABLE)), float(page.evaluate(_PAINT))
    context.close()
    return paint, usable


def ask(page: Page, text: str) -> float:
    """Milliseconds from Ctrl+Enter to the lead on the screen."""
    page.fill(".xz-text textarea", text)
    page.evaluate(_WATCH)
    page.keyboard.press("Control+Enter")
    page.wait_for_function("window.waited !== null")
    return float(page.evaluate("window.waited"))


def line(name: str, values: Sequence[float]) -> str:
    """Median and quartiles."""
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{name:<28} {middle:7.0f} ms   ({low:.0f} to {high:.0f}, worst {max(values):.0f}, n={len(values)})"


def main(visits: int, complaints: int) -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
        )
        seen = [visit(browser, url) for _ in range(visits)]
        print(line("first paint, empty cache", [paint for paint, _ in seen]))
        print(line("text box ready, empty cache", [usable for _, usable in seen]))
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(url)
        page.wait_for_selector("[data-ready]")
        print(f"{'first complaint after start':<28} {ask(page, EXAMPLES[0].text):7.0f} ms")
        texts = [f"{EXAMPLES[number % len(EXAMPLES)].text}这是第{number + 2}次反映。" for number in range(complaints)]
        print(line("Ctrl+Enter to the lead", [ask(page, text) for text in texts]))
        browser.close()


if __name__ == "__main__":
    main(*([int(word) for word in sys.argv[1:3]] or [12, 30]))
