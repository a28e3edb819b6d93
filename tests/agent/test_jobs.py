"""Backlogs in the background: order, cancelling, restarts, who sees what, and how much a server takes on."""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from agent.batch.job import Job, JobOptions
from agent.batch.jobs import JobLimits, Jobs
from agent.batch.readers import read_rows
from agent.batch.run import BatchOptions, score_file
from agent.ledger.errors import NotFoundError
from agent.ledger.records import Actor
from agent.schema import Complaint, Suggestion
from models.errors import InputError, ModelError
from tests.agent.batch.fakes import VERSIONS, OneByOne
from tests.suggestions import suggestion

SECRET = "中原区桐柏路某小区三号楼"
ANNA, BERT = Actor(name="anna", role="reviewer"), Actor(name="bert", role="reviewer")
BOSS = Actor(name="boss", role="admin")
ROOM = JobLimits(free_bytes=0)  # whatever disk the tests run on


class Desk:
    """A triage that can be held before a row, and lets one row through at a time."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.drafts: list[bool] = []
        self.reached = threading.Semaphore(0)
        self.go: threading.Semaphore | None = None

    def hold(self) -> None:
        """From now on every row waits for `let`."""
        self.go = threading.Semaphore(0)

    def let(self, rows: int = 1) -> None:
        """Let rows through."""
        assert self.go is not None
        self.go.release(rows)

    def __call__(self, complaint: Complaint, *, draft: bool = True) -> Suggestion:
        """Answer, once it may."""
        self.reached.release()
        if self.go is not None:
            assert self.go.acquire(timeout=20)
        self.seen.append(complaint.id)
        self.drafts.append(draft)
        if "坏模型" in complaint.text:
            raise ModelError("模型没有应答，请稍后重试。")
        return suggestion(complaint.text).model_copy(update={"id": complaint.id})

    def wait(self) -> None:
        """Until a further row was reached."""
        assert self.reached.acquire(timeout=20)


class Bench:
    """A folder of jobs with a desk; everything opened is closed at the end."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self._stack = folder, stack
        self.desk = Desk()
        self.notes: list[tuple[str, str]] = []
        self.versions = VERSIONS

    def open(self, limits: JobLimits = ROOM) -> Jobs:
        """A server on this folder."""
        jobs = Jobs(
            self.folder / "jobs",
            OneByOne(self.desk, self.versions),
            limits=limits,
            chunk_rows=1,
            note=lambda who, what, _: self.notes.append((who.name, what)),
        )
        self._stack.callback(self._close, jobs)
        return jobs

    def _close(self, jobs: Jobs) -> None:
        if self.desk.go is not None:
            self.desk.let(1000)
        jobs.close()

    def file(self, *texts: str, name: str = "sent.csv") -> Path:
        """A backlog of these texts, A1, A2 ..."""
        path = self.folder / name
        rows = [f"A{number},{text}" for number, text in enumerate(texts or ("路灯不亮",), start=1)]
        path.write_text("\n".join(["编号,诉求内容", *rows]) + "\n", encoding="utf-8")
        return path

    def send(self, jobs: Jobs, *texts: str, actor: Actor = ANNA, ending: str = ".csv") -> Job:
        """Submit such a backlog."""
        return jobs.submit(self.file(*texts), JobOptions.model_validate({"ending": ending}), actor)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with ExitStack() as stack:
        yield Bench(tmp_path, stack)


def until(jobs: Jobs, job: Job, holds: Callable[[Job], bool] = lambda job: job.over) -> Job:
    """The job once something holds of it."""
    pause = threading.Event()
    for _ in range(2000):
        now = jobs.get(job.id)
        if holds(now):
            return now
        pause.wait(0.01)
    raise AssertionError(f"still {now}")


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".jsonl", ".parquet"])
def test_scores_a_file(bench: Bench, ending: str) -> None:
    """A submitted file is scored as on the command line, its result and counts are there, its input is deleted."""
    jobs = bench.open()
    done = until(jobs, bench.send(jobs, "路灯不亮", "坏模型", "井盖缺失", ending=ending))
    assert (done.state, done.done, done.failed, done.total, done.error) == ("done", 3, 1, 3, "")
    assert done.summary is not None
    assert (dict(done.summary.by_route), dict(done.summary.by_lead)) == ({"reviewer": 2}, {"cgj": 2})
    assert dict(done.summary.by_error) == {"model": 1}
    assert done.result is not None
    column = "id" if ending == ".jsonl" else "记录编号"
    assert [row.cells[column] for row in read_rows(done.result)] == ["A1", "A2", "A3"]
    assert not list((bench.folder / "jobs").rglob("input*"))
    assert not (bench.folder / "sent.csv").exists()


def test_one_after_another(bench: Bench) -> None:
    """One job runs, the next waits and knows its place; both are done in the order of sending."""
    jobs = bench.open()
    bench.desk.hold()
    first, second, third = (bench.send(jobs, "路灯不亮", actor=actor) for actor in (ANNA, BERT, ANNA))
    bench.desk.wait()
    assert [jobs.get(job.id).state for job in (first, second, third)] == ["running", "waiting", "waiting"]
    assert [jobs.get(job.id).place for job in (first, second, third)] == [0, 2, 3]
    assert (jobs.count("waiting"), jobs.count("running")) == (2, 1)
    bench.desk.let(3)
    assert until(jobs, third).state == "done"
    finished = [jobs.get(job.id).finished_at for job in (first, second, third)]
    assert finished == sorted(finished, key=str)


def test_progress(bench: Bench) -> None:
    """While it runs a job says how far it is, how fast, and how long it will take."""
    jobs = bench.open()
    bench.desk.hold()
    job = bench.send(jobs, "路灯不亮", "坏模型", "井盖缺失", "河水发黑")
    bench.desk.let(2)
    now = until(jobs, job, lambda job: job.done == 2)
    assert (now.state, now.failed, now.total) == ("running", 1, 4)
    assert now.rate > 0
    assert now.remaining == pytest.approx(2 / now.rate)
    assert now.result is None


def test_cancel_running(bench: Bench) -> None:
    """Cancelled between two rows: the finished ones can be fetched, no further one is scored."""
    jobs = bench.open()
    bench.desk.hold()
    job = bench.send(jobs, *["路灯不亮"] * 50)
    bench.desk.let(2)
    until(jobs, job, lambda job: job.done == 2)
    jobs.cancel_own(job.id, ANNA)
    bench.desk.let(1)  # the row in hand
    over = until(jobs, job)
    assert (over.state, over.total) == ("cancelled", 50)
    assert over.result is not None
    assert [row.cells["记录编号"] for row in read_rows(over.result)] == bench.desk.seen == ["A1", "A2", "A3"]
    assert "已完成的 3 行可以下载" in over.error


def test_cancel_waiting(bench: Bench) -> None:
    """A job cancelled in the queue never starts."""
    jobs = bench.open()
    bench.desk.hold()
    first, second = bench.send(jobs, "路灯不亮"), bench.send(jobs, "井盖缺失", "井盖缺失")
    bench.desk.wait()
    assert jobs.cancel(second.id).state == "cancelled"
    bench.desk.let(10)
    until(jobs, first)
    assert jobs.get(second.id).result is None
    assert bench.desk.seen == ["A1"]


def test_forget(bench: Bench) -> None:
    """Cancelling what is over deletes it with its files."""
    jobs = bench.open()
    job = until(jobs, bench.send(jobs))
    jobs.cancel_own(job.id, ANNA)
    with pytest.raises(NotFoundError, match="没有这个任务"):
        jobs.get(job.id)
    assert list((bench.folder / "jobs").iterdir()) == []
    assert bench.notes == [("anna", "job.submitted"), ("anna", "job.removed")]


@pytest.mark.parametrize("case", ["other", "unknown", "path"])
def test_whose_job(bench: Bench, case: str) -> None:
    """Another's job reads like none, for looking and for cancelling; an administrator sees it."""
    jobs = bench.open()
    job = until(jobs, bench.send(jobs))
    asked = {"other": job.id, "unknown": "0192", "path": f"../jobs/{job.id}"}[case]
    for ask in (jobs.own, jobs.cancel_own):
        with pytest.raises(NotFoundError, match="没有这个任务"):
            ask(asked, BERT)
    assert jobs.of(BERT) == ()
    assert [mine.id for mine in jobs.of(ANNA)] == [every.id for every in jobs.of(BOSS)] == [job.id]
    assert jobs.own(job.id, BOSS).state == "done"


def test_finished_survives_a_restart(bench: Bench) -> None:
    """A finished job is as it was after the server was stopped and started."""
    jobs = bench.open()
    job = until(jobs, bench.send(jobs, "路灯不亮", "坏模型"))
    jobs.close()
    assert bench.open().get(job.id) == job


def test_close_and_go_on(bench: Bench) -> None:
    """Stopping the server ends the running job at its next checkpoint; after the start it goes on where it was."""
    jobs = bench.open()
    bench.desk.hold()
    running, waiting = bench.send(jobs, *["路灯不亮"] * 9), bench.send(jobs, "井盖缺失")
    bench.desk.wait()
    closing = threading.Thread(target=jobs.close)
    closing.start()
    until(jobs, running, lambda _: jobs._closing)
    bench.desk.let(1000)
    closing.join(timeout=20)
    assert jobs.get(running.id).state == "waiting"
    assert bench.desk.seen == ["A1"]
    again = bench.open()
    over = until(again, running)
    assert (over.state, over.code, over.done, over.crashes) == ("done", "", 9, 0)
    assert bench.desk.seen[:9] == [f"A{number}" for number in range(1, 10)]
    assert until(again, waiting).state == "done"


def killed_server(bench: Bench, rows: int = 4, crashes: int = 0) -> Job:
    """What a kill leaves of a job of which two rows were finished."""
    folder = bench.folder / "jobs" / "0192"
    folder.mkdir(parents=True)
    moment = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
    options = JobOptions(ending=".csv")
    job = Job(
        id="0192", owner="anna", name="x.csv", state="running", options=options, created_at=moment, crashes=crashes
    )
    (folder / "job.json").write_text(job.model_dump_json(exclude={"result"}), encoding="utf-8")
    source = bench.file(*["路灯不亮"] * rows, name="jobs/0192/input.csv")
    how = BatchOptions(chunk_rows=1, job_dir=folder / "run")
    two = iter((False, False, True))
    score_file(source, folder / "result.csv", OneByOne(bench.desk, bench.versions), how, stop=lambda: next(two))
    bench.desk.seen.clear()
    (folder / "run" / ".xiaozheng-0.part").write_text("half", encoding="utf-8")
    return job


def test_killed(bench: Bench) -> None:
    """After a kill the job that ran goes on from its checkpoints by itself, and leaves nothing but its result."""
    job = killed_server(bench)
    done = until(bench.open(), job)
    assert (done.state, done.done, done.crashes) == ("done", 4, 1)
    assert bench.desk.seen == ["A3", "A4"]
    assert done.result is not None
    assert [row.cells["记录编号"] for row in read_rows(done.result)] == ["A1", "A2", "A3", "A4"]
    assert sorted(path.name for path in (bench.folder / "jobs" / "0192").iterdir()) == ["job.json", "result.csv"]


def test_killed_and_knowledge_changed(bench: Bench) -> None:
    """A job whose checkpoints no longer fit, because the knowledge is another, starts anew by itself."""
    job = killed_server(bench)
    bench.versions = VERSIONS.model_copy(update={"knowledge": "k-2"})
    assert until(bench.open(), job).state == "done"
    assert bench.desk.seen == ["A1", "A2", "A3", "A4"]


def test_killed_three_times(bench: Bench) -> None:
    """A job that ran at three kills of the server has failed with a reason, and the next one is served."""
    job = killed_server(bench, crashes=2)
    jobs = bench.open()
    found = jobs.get(job.id)
    assert (found.state, found.code, found.crashes) == ("failed", "crashed", 3)
    assert "3 次意外停止" in found.error
    assert bench.desk.seen == []
    assert not list((bench.folder / "jobs" / "0192").glob("input.*"))
    assert until(jobs, bench.send(jobs)).state == "done"


def test_killed_without_its_file(bench: Bench) -> None:
    """A job whose file is gone has failed and says so."""
    job = killed_server(bench)
    (bench.folder / "jobs" / "0192" / "input.csv").unlink()
    found = bench.open().get(job.id)
    assert (found.state, found.code) == ("failed", "interrupted")


@pytest.mark.parametrize("content", ["", "{", '{"id": "other"}', None], ids=["empty", "broken", "foreign", "missing"])
def test_foreign_folder(bench: Bench, content: str | None) -> None:
    """A folder without a readable job is passed over, and the others are there."""
    jobs = bench.open()
    job = until(jobs, bench.send(jobs))
    jobs.close()
    (bench.folder / "jobs" / "strange").mkdir()
    if content is not None:
        (bench.folder / "jobs" / "strange" / "job.json").write_text(content, encoding="utf-8")
    assert [found.id for found in bench.open().of(BOSS)] == [job.id]


def test_old_jobs_go(bench: Bench) -> None:
    """A finished job is deleted with its files once its time is over."""
    jobs = bench.open()
    job = until(jobs, bench.send(jobs))
    jobs.close()
    assert len(bench.open(JobLimits(keep=dt.timedelta(days=1), free_bytes=0)).of(ANNA)) == 1
    assert bench.open(JobLimits(keep=dt.timedelta(days=-1), free_bytes=0)).of(ANNA) == ()
    assert not (bench.folder / "jobs" / job.id).exists()


REFUSED = {
    "too-large": (JobLimits(file_bytes=10, free_bytes=0), "too_large"),
    "no-disk": (JobLimits(free_bytes=1 << 60), "disk_full"),
    "all-jobs-too-large": (JobLimits(total_bytes=10, free_bytes=0), "disk_full"),
    "queue": (JobLimits(waiting=0, free_bytes=0), "queue_full"),
    "own-queue": (JobLimits(waiting_each=0, free_bytes=0), "queue_full"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(bench: Bench, case: str) -> None:
    """What a server cannot take on is refused with a code, and nothing is left behind."""
    limits, code = REFUSED[case]
    jobs = bench.open(limits)
    with pytest.raises(InputError) as caught:
        bench.send(jobs)
    assert caught.value.code == code
    assert (bench.folder / "sent.csv").exists()
    assert not (bench.folder / "jobs").exists()


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("a.pdf", {}, "不认识"),
        ("a.csv", {"ending": ".exe"}, "ending"),
        ("a.csv", {"columns": "oops"}, "--columns"),
    ],
    ids=["format", "ending", "columns"],
)
def test_unusable_options(bench: Bench, name: str, options: dict[str, str], message: str) -> None:
    """Unknown formats and options are refused at once."""
    path = bench.file(name=name)
    asked = JobOptions.model_construct(**{**JobOptions().model_dump(), **options})
    with pytest.raises(InputError, match=message):
        bench.open().submit(path, asked, ANNA)


def test_too_many_rows(bench: Bench) -> None:
    """A file over the limit of rows fails before its first row is kept."""
    jobs = bench.open(JobLimits(rows=2, free_bytes=0))
    over = until(jobs, bench.send(jobs, "路灯不亮", "路灯不亮", "路灯不亮"))
    assert (over.state, over.code, over.result) == ("failed", "too_many_rows", None)


def test_unusable_file(bench: Bench) -> None:
    """A file that cannot be scored fails with the sentence of the command line, without our names for it."""
    jobs = bench.open()
    path = bench.folder / "sent.xlsx"
    path.write_bytes(b"PK\x03\x04broken")
    over = until(jobs, jobs.submit(path, JobOptions(), ANNA))
    assert (over.state, over.code) == ("failed", "unreadable_file")
    assert "这个文件不是可读的表格文件" in over.error
    assert "input.xlsx" not in over.error
    assert until(jobs, bench.send(jobs)).state == "done"


def test_drafts_are_not_written(bench: Bench) -> None:
    """Without drafts the agent is not even asked for them."""
    jobs = bench.open()
    until(jobs, jobs.submit(bench.file(), JobOptions(draft=False, ending=".jsonl"), ANNA))
    assert bench.desk.drafts == [False]


def test_nothing_of_a_complaint_is_kept(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """Neither `job.json` nor a log holds a word of a complaint, and a phone number in a file's name is masked."""
    jobs = bench.open()
    path = bench.file(SECRET, "坏模型" + SECRET)
    with caplog.at_level(logging.DEBUG):
        job = until(jobs, jobs.submit(path, JobOptions(ending=".csv"), ANNA, name="../../13700001234回访.csv"))
    kept = (bench.folder / "jobs" / job.id / "job.json").read_text(encoding="utf-8")
    assert SECRET not in kept + caplog.text
    assert "13700001234" not in kept
    assert job.name.endswith("回访.csv")
    assert "/" not in job.name
    assert json.loads(kept)["state"] == "done"


def test_disk_fills_while_scoring(bench: Bench) -> None:
    """A job stops when all jobs together grow over their limit, and what it has can be fetched."""
    jobs = bench.open(JobLimits(total_bytes=5_000_000, free_bytes=0))
    bench.desk.hold()
    job = bench.send(jobs, *["路灯不亮"] * 500)
    bench.desk.wait()
    (bench.folder / "jobs" / "another").write_bytes(b"0" * 6_000_000)
    bench.desk.let(500)
    over = until(jobs, job)
    assert (over.state, over.code, over.done) == ("failed", "disk_full", 200)
    assert over.result is not None
