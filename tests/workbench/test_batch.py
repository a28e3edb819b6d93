"""The batch page without a browser: what its handlers take, what they refuse, and what their HTML says."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest
import xlsxwriter
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import JsonValue, ValidationError

from agent.batch.job import Job, JobSummary
from agent.batch.jobs import JobLimits, Jobs
from agent.batch.preview import preview
from agent.ledger.errors import NotFoundError
from agent.ledger.records import Actor
from agent.schema import Complaint, Suggestion
from agent.workbench.batch import BatchWork, batch_routes
from agent.workbench.batch.jobs_html import job_html
from agent.workbench.batch.page import layout
from agent.workbench.batch.preview_html import preview_html
from agent.workbench.batch.wording import duration, size
from agent.workbench.shell import Asking, Shell
from agent.workbench.uploads import Upload, Uploads
from models.errors import InputError
from tests.agent.batch.fakes import OneByOne
from tests.suggestions import DEPARTMENTS, suggestion

ANNA, BERT = Actor(name="anna", role="reviewer"), Actor(name="bert", role="reviewer")
CSV = "编号,诉求内容,问题描述\nA1,路灯不亮,甲\n,,\n"
SCRIPT = "<script>alert(1)</script>"


def triage(complaint: Complaint, *, draft: bool = True) -> Suggestion:
    return suggestion(complaint.text)


@dataclass
class Bench:
    """A page's work over a folder."""

    work: BatchWork
    jobs: Jobs
    folder: Path

    def send(self, content: bytes | str = CSV, name: str = "三月.csv", owner: Actor = ANNA) -> str:
        """Upload a file; its token."""
        data = content.encode() if isinstance(content, str) else content
        return receive(self.work.uploads, [data], name, owner.name).token

    def ask(self, handler: str, data: JsonValue, actor: Actor = ANNA) -> str:
        """What a handler answers, as text."""
        return str(getattr(self.work, handler)(actor, data))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    jobs = Jobs(tmp_path / "jobs", OneByOne(triage), limits=JobLimits(free_bytes=0))
    uploads = Uploads(tmp_path / "uploads", max_bytes=10_000)
    yield Bench(BatchWork(jobs, uploads, DEPARTMENTS, max_chars=20_000), jobs, tmp_path)
    jobs.close()


def receive(uploads: Uploads, pieces: list[bytes], name: str, owner: str) -> Upload:
    async def stream() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    async def run() -> Upload:
        return await uploads.receive(stream(), name, owner, (".csv", ".xlsx"))

    return anyio.run(run)


def test_choice_settles_the_mapping(bench: Bench) -> None:
    """An ambiguous file says what to choose, cannot be started, and is ready after the choice."""
    token = bench.send()
    first = bench.work.look(ANNA, {"upload": token})
    assert not first["ready"]
    assert "“诉求内容”、“问题描述”都可能是诉求内容" in str(first["html"])
    settled = bench.work.look(ANNA, {"upload": token, "columns": {"text": "问题描述"}})
    assert settled["ready"]
    assert '<option value="问题描述" selected>' in str(settled["html"])


def test_run(bench: Bench) -> None:
    """A started file becomes a job under its own name, with the columns that were chosen; the upload is used up."""
    token = bench.send()
    asked: dict[str, JsonValue] = {"upload": token, "columns": {"text": "问题描述"}, "ending": ".csv", "draft": False}
    assert "三月.csv" in str(bench.work.run(ANNA, asked)["jobs"])
    (job,) = bench.jobs.of(ANNA)
    assert dict(job.options.columns) == {"text": "问题描述"}
    assert (job.options.draft, job.options.ending) == (False, ".csv")
    with pytest.raises(InputError, match="重新选择文件"):
        bench.work.run(ANNA, asked)


def test_others_see_nothing(bench: Bench) -> None:
    """Another account can neither look at an upload, nor run it, nor see or stop the job."""
    token = bench.send()
    for handler in ("look", "run"):
        with pytest.raises(InputError, match="重新选择文件"):
            bench.ask(handler, {"upload": token}, BERT)
    bench.ask("drop", {"upload": token}, BERT)
    bench.ask("run", {"upload": token, "columns": {"text": "诉求内容"}})
    (job,) = bench.jobs.of(ANNA)
    assert bench.work.watch(BERT, None)["jobs"] == []
    with pytest.raises(NotFoundError):
        bench.ask("cancel", {"job": job.id}, BERT)


@pytest.mark.parametrize(
    ("handler", "data"),
    [
        ("look", None),
        ("look", {"upload": "x", "columns": {"text": 3}}),
        ("look", {"upload": "x" * 500}),
        ("run", {"upload": "x", "ending": ".exe"}),
        ("run", {"upload": "x", "owner": "admin"}),
        ("cancel", {"job": ["x"]}),
    ],
    ids=["nothing", "number", "long", "ending", "extra", "list"],
)
def test_malformed(bench: Bench, handler: str, data: JsonValue) -> None:
    """What a script of ours would never send is refused before anything is done."""
    with pytest.raises(ValidationError):
        bench.ask(handler, data)


def test_unknown_field(bench: Bench) -> None:
    """Only the fields of the page can be chosen."""
    with pytest.raises(InputError, match="没有这个字段"):
        bench.ask("look", {"upload": bench.send(), "columns": {"phone": "编号"}})


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xlsx", b"<html></html>", "里面没有表格内容"),
        ("a.xlsx", b"PK\x03\x04broken", "不完整或已损坏"),
        ("a.csv", "编号,诉求内容\n".encode(), "只有表头"),
    ],
    ids=["html", "broken", "header-only"],
)
def test_unusable_file(bench: Bench, name: str, content: bytes, message: str) -> None:
    """An unusable file is one sentence without our name for it, and is deleted."""
    answer = bench.work.look(ANNA, {"upload": bench.send(content, name)})
    assert message in str(answer["html"])
    assert not answer["kept"]
    assert str(answer["html"]).count("。") == 1
    assert list((bench.folder / "uploads").iterdir()) == []


def test_names_are_only_text(bench: Bench) -> None:
    """Markup in a file's name, a header or a cell comes out as text."""
    token = bench.send(f"编号,诉求内容,{SCRIPT}\nA1,{SCRIPT},{SCRIPT}\n", f"{SCRIPT}.csv")
    seen = bench.ask("look", {"upload": token})
    assert "script&gt;" in seen
    assert SCRIPT not in seen
    assert SCRIPT not in bench.ask("run", {"upload": token})


@pytest.mark.parametrize(
    ("pieces", "name", "message"),
    [
        ([b"x" * 6000, b"x" * 6000], "a.csv", "上限"),
        ([], "a.csv", "空的"),
        ([b"x"], "a.exe", "不支持"),
        ([b"x"], "../../a", "不支持"),
    ],
    ids=["large", "empty", "ending", "no-ending"],
)
def test_refused_uploads(bench: Bench, pieces: list[bytes], name: str, message: str) -> None:
    """A refused upload is one sentence, and nothing of it stays on disk."""
    with pytest.raises(InputError, match=message):
        receive(bench.work.uploads, pieces, name, "anna")
    assert not list(bench.folder.rglob("*.csv"))


def test_a_name_is_no_path(bench: Bench) -> None:
    """Folders in a file's name lead nowhere."""
    upload = receive(bench.work.uploads, [b"x"], "..\\../etc/三月.csv", "anna")
    assert upload.name == "三月.csv"
    assert upload.path.parent == bench.folder / "uploads"
    assert "三月" not in upload.path.name


def test_uploads_are_bounded(bench: Bench) -> None:
    """One person's waiting files are limited; another's are not."""
    for _ in range(40):
        bench.send()
    with pytest.raises(InputError, match="待处理的文件太多"):
        bench.send()
    bench.send(owner=BERT)


def identify(request: Asking) -> Actor | None:
    return {"anna": ANNA, "op": Actor(name="op")}.get(request.cookies.get("who", ""))


@pytest.mark.parametrize(("who", "code"), [("", "login"), ("op", "forbidden")], ids=["nobody", "operator"])
def test_routes_ask_for_the_right(bench: Bench, who: str, code: str) -> None:
    """Neither upload nor download without the right to score, and nothing is written."""
    app = FastAPI()
    app.include_router(batch_routes(Shell(identify), bench.work))
    with TestClient(app, cookies={"who": who} if who else None) as client:
        assert client.post("/batch/upload?name=a.csv", content=CSV.encode()).json()["error"]["code"] == code
        assert client.get("/batch/result/x").json()["error"]["code"] == code
    assert not (bench.folder / "uploads").exists()


def test_up_and_down(bench: Bench) -> None:
    """A file goes up and its result comes down under the file's own name; another's result is not there."""
    app = FastAPI()
    app.include_router(batch_routes(Shell(identify), bench.work))
    with TestClient(app, cookies={"who": "anna"}) as client:
        sent = client.post(
            "/batch/upload", params={"name": "三月.csv"}, content="编号,诉求内容\nA1,路灯不亮\n".encode()
        )
        bench.ask("run", {"upload": sent.json()["value"]["upload"], "ending": ".csv"})
        (job,) = bench.jobs.of(ANNA)
        pause = threading.Event()
        while not bench.jobs.get(job.id).over:
            pause.wait(0.02)
        got = client.get(f"/batch/result/{job.id}")
        assert "A1" in got.text
        assert "%E4%B8%89%E6%9C%88_" in got.headers["content-disposition"]
        bert = bench.jobs.get(job.id).model_copy(update={"owner": "bert"})
        bench.jobs._find(job.id).job = bert
        assert client.get(f"/batch/result/{job.id}").status_code == 404


MOMENT = dt.datetime(2026, 3, 14, 20, 5, tzinfo=dt.UTC)


def job(**fields: object) -> Job:
    known = {"id": "1", "owner": "anna", "name": "三月.csv", "created_at": MOMENT}
    return Job.model_validate({**known, **fields})


SUMMARY = JobSummary(
    rows=10,
    ok=8,
    failed=2,
    by_route={"auto": 5, "reviewer": 3},
    by_lead={"cgj": 6, "hbj": 2},
    by_error={"empty_text": 1, "model": 1},
    seconds=5,
)
SHOWN = {
    "waiting": (job(place=3), ["排队中", "前面还有 2 个任务", "取消"]),
    "counting": (job(state="running"), ["研判中", "正在读文件"]),
    "running": (
        job(state="running", done=30, total=120, failed=2, rate=1.5, remaining=60.0),
        ["<b>30</b> / 120 行（25%）", "每秒 1.5 行", "约剩 1 分 0 秒", "失败 2", "width:25.0%"],
    ),
    "done": (
        job(state="done", summary=SUMMARY, result=Path("r.xlsx"), result_bytes=2048, finished_at=MOMENT),
        ["已完成", "10 行 · 成功 8", "失败 2", "郑州市城市管理局", "没有诉求内容（empty_text）", "下载结果", "2.0 KB"],
    ),
    "cancelled": (
        job(state="cancelled", error="已取消，已完成的 3 行可以下载。", result=Path("r.xlsx")),
        ["已取消", "下载已完成的部分", "删除"],
    ),
    "failed": (job(state="failed", error=f"坏了{SCRIPT}"), ["未完成", "坏了&lt;script&gt;"]),
}


@pytest.mark.parametrize("case", SHOWN)
def test_job_html(case: str) -> None:
    """Every state of a job says what a person wants to know."""
    shown, wanted = SHOWN[case]
    html = job_html(shown, DEPARTMENTS, owner=False)
    for words in wanted:
        assert words in html
    assert ("下载" in html) == (shown.result is not None)
    assert ("取消</button>" in html) == (not shown.over)


def test_owner_is_named() -> None:
    """Who sees everybody's jobs sees whose they are."""
    assert "anna" in job_html(job(), {}, owner=True)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 秒"), (59, "59 秒"), (200, "3 分 20 秒"), (1300, "21 分"), (7300, "2 小时 1 分")]
)
def test_duration(seconds: float, words: str) -> None:
    """Times are rough where they are long."""
    assert duration(seconds) == words


def test_layout_says_the_limit() -> None:
    """The largest file is said before one is chosen."""
    assert "不超过 50 MB" in layout(50 << 20)
    assert size(50 << 20) == "50.0 MB"


def test_remarks_and_unread_sheets_are_said(tmp_path: Path) -> None:
    """Rows to look at first, and a cover sheet that is not read, stand in the preview."""
    path = tmp_path / "三月.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("说明").write(0, 0, "本表由平台导出")
        sheet = book.add_worksheet("工单")
        rows = [
            ("工单编号", "诉求内容", "来电时间"),
            ("A1", "金水区路灯坏了三天", "昨天"),
            ("A1", "二七区井盖没了", "2026-03-02"),
        ]
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    shown = preview_html(preview(path), path.name, path.stat().st_size)
    assert "工单编号重复 1 行" in shown
    assert "受理时间读不懂 1 行" in shown
    assert "不读的工作表：说明" in shown
