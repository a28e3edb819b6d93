"""Pictures of every page at two sizes, for docs/images; look at them before committing.

    python -m tests.bench.screenshots [folder]

The real agent and the real server over an invented ledger (`tests.workbench.lively`); no real citizen is in it.
Pictures are saved with a palette of 64 colours, so that the repository stays small.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

import app
from agent.demo import DEMOS
from agent.ledger import Ledger
from agent.people import People
from agent.settings import Settings
from agent.triage import TriageAgent
from agent.workbench.assemble import Office
from agent.workbench.operator.page import EXAMPLES
from tests.browser.fakes import serve_app
from tests.workbench.lively import lively_desk

if TYPE_CHECKING:
    from playwright.sync_api import Page

SIZES = {"desktop": (1366, 768), "phone": (390, 844)}
COLOURS = 64
BACKLOG = """工单编号,来电人,联系电话,诉求内容,来电时间
ZZ2026110001,赵先生,13900001234,金水区文化路任砦北街烧烤店占道，油烟往楼上灌,2026-11-18 21:10
ZZ2026110002,孙女士,13900005678,二七区兴华南街路灯坏了半个月没人修,2026-11-18 21:14
ZZ2026110003,,,,2026-11-18 21:20
"""


def operator(page: Page) -> None:
    """A complaint, asked."""
    page.wait_for_selector("[data-ready]")
    page.fill(".xz-text textarea", EXAMPLES[0].text)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-state=shown]")


def review(page: Page) -> None:
    """The first matter of the queue, open."""
    page.wait_for_timeout(1500)


def quality(page: Page) -> None:
    """Five weeks."""
    page.wait_for_selector("svg")


def batch(page: Page) -> None:
    """A file's columns, before it runs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "十一月热线.csv"
        path.write_text(BACKLOG, encoding="utf-8")
        page.set_input_files("#xz-batch input[type=file]", path)
        page.wait_for_timeout(2500)


def knowledge(page: Page) -> None:
    """A question to the statutes."""
    page.wait_for_selector("[data-panel=law] input")
    page.fill("[data-panel=law] [name=question]", "工地晚上几点以后不能施工")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-slot=law] mark")


SCENES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "operator": ("/", operator),
    "review": ("/review", review),
    "quality": ("/quality", quality),
    "batch": ("/batch", batch),
    "knowledge": ("/knowledge", knowledge),
}


def take(url: str, folder: Path) -> None:
    """One picture a page and size."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
        )
        for size, (width, height) in SIZES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai"
            )
            for name, (path, prepare) in SCENES.items():
                page = context.new_page()
                page.goto(f"{url.rstrip('/')}{path}")
                page.wait_for_load_state("networkidle")
                prepare(page)
                page.wait_for_timeout(500)
                file = folder / f"{name}_{size}.png"
                page.screenshot(path=file)
                Image.open(file).convert("RGB").quantize(COLOURS).save(file, optimize=True)
                print(f"{file}  {file.stat().st_size / 1024:.0f} kB")
                page.close()
        browser.close()


def main() -> None:
    """Take them all."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2] / "docs" / "images")
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings.load()
    agent = TriageAgent.from_settings(settings)
    agent.triage(DEMOS[0])
    with tempfile.TemporaryDirectory() as place:
        lively_desk(Path(place)).ledger.close()
        ledger = Ledger.open(f"sqlite:///{Path(place) / 'ledger.db'}")
        own = settings.model_copy(update={"data_dir": Path(place), "rate_per_minute": 100_000})
        with Office.open(agent, ledger, own) as office:
            running = serve_app(app.build_app(office, People(ledger), host="127.0.0.1"))
            try:
                take(running.url, folder)
            finally:
                running.stop()
        ledger.close()


if __name__ == "__main__":
    main()
