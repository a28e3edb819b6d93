"""One job in this process: what its file says, and what moves while it runs. Knows no queue and no other job."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from agent.batch._job_files import JobFolder
from agent.batch.job import Job, JobState, JobSummary
from agent.batch.progress import Pace, Progress
from agent.batch.run import BatchOptions, score_file
from agent.batch.scoring import BatchAgent
from agent.batch.tally import ScoreSummary
from agent.intake import mask
from knowledge.workdays import SHANGHAI
from models.errors import InputError, XiaozhengError, where_raised

CLOSING = "closing"  # outcome of a run that the server stopped: it is not over
_NOTHING = Progress(0, 0, None)
_CHECK_DISK = 200  # rows between two looks at the disk
_CRASHES = 3  # kills of the server while a job runs, after which the job is taken for the reason
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Run:
    """What the server lends to a job.

    Attributes:
        agent: Scores complaints.
        chunk_rows: Rows between two checkpoints.
        row_limit: Most rows of a file.
        closing: Whether the server stops; asked at every checkpoint.
        full: Whether the disk is; asked every few hundred rows.
    """

    agent: BatchAgent
    chunk_rows: int
    row_limit: int
    closing: Callable[[], bool]
    full: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended; `code` is '' when every row was scored."""

    summary: ScoreSummary | None
    code: str = ""
    error: str = ""


class LiveJob:
    """A job and its run; methods that write belong to whoever holds the queue's lock, save `score`."""

    def __init__(self, job: Job, folder: JobFolder) -> None:
        self.job, self.folder = job, folder
        self.cancelled = threading.Event()
        self._progress = _NOTHING
        self._checked = 0  # rows at the last look at the disk

    def after_restart(self) -> None:
        """What a job read from its file is now: one that ran goes on, unless it is what kills the server."""
        if self.job.over:
            return
        if self.folder.input is None:
            self.end("failed", "interrupted", "服务在任务完成之前停止了，提交的文件也不在了；请重新提交这个文件。")
        elif self.job.state == "running":
            self._keep(self.job.model_copy(update={"state": "waiting", "crashes": self.job.crashes + 1}))
            if self.job.crashes >= _CRASHES:
                self.end(
                    "failed",
                    "crashed",
                    f"研判这个文件时服务已 {_CRASHES} 次意外停止，不再自动重试；请检查文件，或把任务编号交给管理员。",
                )

    def start(self) -> None:
        """Say that it runs."""
        self._progress, self._checked = _NOTHING, 0
        self._keep(self.job.model_copy(update={"state": "running", "started_at": self.job.started_at or now()}))

    def end(self, state: JobState, code: str, error: str, summary: ScoreSummary | None = None) -> None:
        """Say how it ended, and delete the file as sent."""
        progress = self._progress
        changes = {
            "state": state,
            "finished_at": now(),
            "done": summary.rows if summary else progress.done,
            "failed": summary.errors if summary else progress.errors,
            "total": progress.total,
            "code": code,
            "error": error,
            "summary": JobSummary.of(summary) if summary else None,
        }
        self._keep(self.job.model_copy(update=changes))
        self.folder.drop_input()

    def finish(self, outcome: Outcome) -> None:
        """The same for what `score` came to; a job that the closing server stopped waits for the next start."""
        if outcome.code == CLOSING:
            self._keep(self.job.model_copy(update={"state": "waiting"}))
            return
        state: JobState = "cancelled" if outcome.code == "cancelled" else "failed" if outcome.code else "done"
        self.end(state, outcome.code, outcome.error, outcome.summary)

    def shown(self, place: int) -> Job:
        """The job as it is at this moment; `place` is its own in the queue."""
        if self.job.over:
            result = self.folder.output(self.job)
            size = result.stat().st_size if result.is_file() else None
            return self.job.model_copy(update={"result": None if size is None else result, "result_bytes": size or 0})
        if self.job.state == "waiting":
            return self.job.model_copy(update={"place": place})
        progress = self._progress
        moving = {
            "done": progress.done,
            "failed": progress.errors,
            "total": progress.total,
            "stopping": self.cancelled.is_set(),
            "rate": progress.rate,
            "remaining": progress.remaining,
        }
        return self.job.model_copy(update=moving)

    def score(self, run: Run) -> Outcome:
        """Score what is left of the file, in the thread that calls."""
        source, options = self.folder.input, self.job.options
        if source is None:
            return Outcome(None, "no_such_file", "提交的文件不见了，请重新提交。")
        pace, why = Pace(), ""

        def stop() -> bool:
            nonlocal why
            why = self._why_stop(run)
            return bool(why)

        def watch(progress: Progress) -> None:
            if progress.total is not None and progress.total > run.row_limit:
                raise InputError(
                    f"文件有 {progress.total} 行，超过 {run.row_limit} 行的上限，请拆成几个文件再提交。",
                    code="too_many_rows",
                )
            self._progress = pace.timed(progress)  # one reference: a reader sees the old one or the new one

        how = BatchOptions(
            columns=options.columns,
            draft=options.draft,
            chunk_rows=run.chunk_rows,
            job_dir=self.folder.checkpoints,
            resume=True,
            overwrite=True,  # what no longer fits, because knowledge or program changed, is scored anew
        )
        try:
            summary = score_file(source, self.folder.output(self.job), run.agent, how, on_progress=watch, stop=stop)
        except XiaozhengError as error:
            # the file's name on our disk means nothing to the person
            return Outcome(None, error.code, mask(str(error)).text.replace(f"{source.name} ", "这个文件"))
        except BaseException as error:
            # not only Exception: a panic in a reader's Rust is none, and must end one job only
            _log.error("job %s failed: %s at %s", self.job.id, type(error).__name__, where_raised(error))
            return Outcome(None, "internal", "程序出错，任务没有完成；请把任务编号交给管理员。")
        return Outcome(summary, why, _stopped(why, summary.rows)) if summary.stopped else Outcome(summary)

    def _why_stop(self, run: Run) -> str:
        if self.cancelled.is_set():
            return "cancelled"
        if run.closing():
            return CLOSING
        done = self._progress.done
        if done // _CHECK_DISK > self._checked // _CHECK_DISK:
            self._checked = done
            return "disk_full" if run.full() else ""
        return ""

    def _keep(self, job: Job) -> None:
        self.job = job
        self.folder.save(job)


def now() -> dt.datetime:
    """This second, in Shanghai."""
    return dt.datetime.now(SHANGHAI).replace(microsecond=0)


def _stopped(why: str, rows: int) -> str:
    """Why a run stopped early, in words."""
    rest = f"已完成的 {rows} 行可以下载"
    if why == "cancelled":
        return f"已取消，{rest}。"
    if why == "disk_full":
        return f"磁盘空间不够，任务停下了；{rest}，清理后请把其余的行重新提交。"
    return ""
