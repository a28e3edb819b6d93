"""The batch page in a browser: a file up, its preview, a run, a download; cancelling, reloading, hostile files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from agent.batch.jobs import JobLimits, Jobs
from agent.batch.readers import read_rows
from agent.people import DEMO
from agent.people.roles import Permission
from agent.schema import Complaint, Suggestion
from agent.workbench.batch import BatchWork, batch_page, batch_routes
from agent.workbench.shell import Page
from agent.workbench.uploads import Uploads
from tests.agent.batch.fakes import OneByOne
from tests.browser.conftest import DESKTOP, PHONE, Open, Visit
from tests.browser.uploading import serve
from tests.suggestions import DEPARTMENTS, suggestion

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

FORMULA = '=HYPERLINK("http://evil.example/","点我")'
SCRIPT = "<img src=x onerror='window.hacked=1'>"


class Gate:
    """A triage that lets rows through while it is open."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.open.set()
        self.seen = 0

    def __call__(self, complaint: Complaint, *, draft: bool = True) -> Suggestion:
        """Answer with a draft that begins like a formula."""
        assert self.open.wait(30)
        self.seen += 1
        made = suggestion(complaint.text).model_copy(update={"id": complaint.id})
        assert made.draft is not None
        return made.model_copy(update={"draft": made.draft.model_copy(update={"text": FORMULA})})


@dataclass
class Room:
    """A served batch page."""

    url: str
    gate: Gate
    jobs: Jobs


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("batch")
    gate = Gate()
    jobs = Jobs(folder / "jobs", OneByOne(gate), limits=JobLimits(free_bytes=0), chunk_rows=1)
    work = BatchWork(jobs, Uploads(folder / "up", max_bytes=1 << 20), DEPARTMENTS, max_chars=20_000)
    first = Page("", "受理台", Permission.TRIAGE, lambda shell: None)
    server = serve([first, batch_page(work)], partial(batch_routes, work=work))
    yield Room(f"{server.url}batch", gate, jobs)
    server.stop()
    jobs.close()


@pytest.fixture
def room(served: Room) -> Iterator[Room]:
    """The served page, without a job from another test."""
    served.gate.seen = 0
    yield served
    served.gate.open.set()
    pause = threading.Event()
    while left := served.jobs.of(DEMO):
        for job in left:
            served.jobs.cancel(job.id)
        pause.wait(0.02)


def workbook(folder: Path, rows: int = 3) -> Path:
    path = folder / "三月导出.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("三月")
        sheet.write_row(0, 0, ["工单编号", "诉求内容", "联系电话", "备注"])
        for row in range(1, rows + 1):
            sheet.write_row(row, 0, [f"A{row}", f"桐柏路路灯不亮{SCRIPT}", "13700001234"])
            sheet.write_string(row, 3, FORMULA)
    return path


def choose(tab: Tab, path: Path) -> None:
    tab.wait_for_selector("[data-slot=jobs] > *")  # the script runs
    tab.set_input_files("#xz-batch input[type=file]", path)


def start(tab: Tab, path: Path) -> None:
    choose(tab, path)
    tab.wait_for_selector(".xz-sample")
    tab.click("[data-do=start]")


def clean(visit: Visit, url: str) -> None:
    assert visit.errors == []
    assert visit.outside(url.removesuffix("batch")) == []
    assert visit.overflow() <= 0


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_upload_to_download(room: Room, open_page: Open, tmp_path: Path, size: tuple[int, int]) -> None:
    """Upload, preview, run, download: rows in order, people masked, no cell is a formula, nothing asked outside."""
    visit = open_page(room.url, size)
    tab = visit.page
    choose(tab, workbook(tmp_path))
    tab.wait_for_selector(".xz-sample")
    assert "3 行" in tab.inner_text(".xz-file")
    assert tab.input_value("select[data-field=text]") == "诉求内容"
    assert "13700001234" not in tab.content()
    tab.click("[data-do=start]")
    with tab.expect_download() as download:
        tab.click(".xz-job a[download]")
    assert download.value.suggested_filename == "三月导出_研判结果.xlsx"
    result = tmp_path / "got.xlsx"
    download.value.save_as(result)
    rows = [row.cells for row in read_rows(result)]
    assert [row["工单编号"] for row in rows] == ["A1", "A2", "A3"]
    assert {row["联系电话"] for row in rows} == {"【电话】"}
    assert {row["备注"] for row in rows} == {row["答复草稿"] for row in rows} == {f"'{FORMULA}"}
    tab.click(".xz-job details summary")
    assert "郑州市城市管理局" in tab.inner_text(".xz-counts")
    assert tab.evaluate("window.hacked") is None
    clean(visit, room.url)


def test_mapping_is_chosen(room: Room, open_page: Open, tmp_path: Path) -> None:
    """An unclear file is one sentence and no start; the choice of a column settles it and is what is scored."""
    path = tmp_path / "两列.csv"
    path.write_text("编号,诉求内容,问题描述\nA1,,路灯不亮\n", encoding="utf-8")
    tab = open_page(room.url).page
    choose(tab, path)
    tab.wait_for_selector(".xz-settle")
    assert "都可能是诉求内容，请选定其中一列。" in tab.inner_text(".xz-settle")
    assert tab.is_disabled("[data-do=start]")
    tab.select_option("select[data-field=text]", "问题描述")
    tab.wait_for_selector("[data-do=start]:not(:disabled)")
    assert tab.locator(".xz-settle").count() == 0
    tab.click("[data-do=start]")
    tab.wait_for_selector(".xz-job .xz-good")
    assert "成功 1" in tab.inner_text(".xz-job")


def test_reload_shows_the_running_job(room: Room, open_page: Open, tmp_path: Path) -> None:
    """Reloaded in the middle, the page shows the job again, follows it, and cancels it."""
    room.gate.open.clear()
    tab = open_page(room.url).page
    start(tab, workbook(tmp_path, rows=40))
    tab.wait_for_selector(".xz-job .xz-risk")
    tab.reload()
    tab.wait_for_selector(".xz-job .xz-risk")
    assert "三月导出.xlsx" in tab.inner_text(".xz-job")
    tab.click("[data-do=cancel]")
    tab.wait_for_selector(".xz-job:has-text('正在取消')")
    room.gate.open.set()
    tab.wait_for_selector(".xz-job:has-text('已取消')")
    assert room.gate.seen == 1
    with tab.expect_download() as download:
        tab.click(".xz-job a[download]")
    got = tmp_path / "part.xlsx"
    download.value.save_as(got)
    assert [row.cells["记录编号"] for row in read_rows(got)] == ["A1"]


def test_deleting_asks_first(room: Room, open_page: Open, tmp_path: Path) -> None:
    """A finished job is deleted at the second click only."""
    tab = open_page(room.url).page
    start(tab, workbook(tmp_path, rows=1))
    tab.click("[data-do=remove]")
    assert tab.inner_text("[data-do=remove]") == "确定删除？"
    assert room.jobs.count("done") == 1
    tab.click("[data-do=remove]")
    tab.wait_for_selector("text=还没有任务")
    assert room.jobs.count("done") == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("网页.xlsx", b"<html><table></table></html>", "里面没有表格内容"),
        ("空.csv", b"", "空的"),
        ("程序.exe", b"MZ", "不支持这种文件"),
        ("大.csv", b"x" * (2 << 20), "上限"),
    ],
    ids=["html", "empty", "ending", "large"],
)
def test_unusable_file(room: Room, open_page: Open, tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """A file of no use is one sentence, and another can be chosen at once."""
    path = tmp_path / name
    path.write_bytes(content)
    tab = open_page(room.url).page
    choose(tab, path)
    tab.wait_for_selector(".xz-new .xz-error")
    assert words in tab.inner_text(".xz-new .xz-error")
    assert tab.is_visible("[data-do=choose]")
    assert tab.is_hidden("[data-do=start]")


def test_keyboard(room: Room, open_page: Open, tmp_path: Path) -> None:
    """From the preview on, Enter starts the run: the button has the focus."""
    tab = open_page(room.url).page
    choose(tab, workbook(tmp_path, rows=1))
    tab.wait_for_selector("[data-do=start]:focus")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".xz-job .xz-good")
