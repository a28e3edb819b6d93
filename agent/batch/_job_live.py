"""One job in this process: what its file says, and what moves while it runs. Knows no queue and no other job."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from agent.batch._job_files import JobFolder
from agent.batch.job import Job, JobState, JobSummary
from agent.batch.score import Progress, ScoreSummary, score_file
from agent.intake import mask
from agent.schema import Complaint, Suggestion
from knowledge.workdays import SHANGHAI
from models.errors import InputError, XiaozhengError

_CHECK_DISK = 200  # rows between two looks at the disk
_log = logging.getLogger(__name__)


class Triage(Protocol):
    """Turns one complaint into a suggestion: `TriageAgent.triage`."""

    def __call__(self, complaint: Complaint, *, draft: bool = True) -> Suggestion:
        """Triage one complaint, with or without a reply draft."""


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
        self._progress = Progress(0, 0, None)
        self._since = 0.0  # monotonic seconds at the start

    def after_restart(self) -> None:
        """What a job read from its file is now: one that ran was interrupted."""
        if self.job.over or (self.job.state == "waiting" and self.folder.input is not None):
            return
        self.end("failed", "interrupted", "服务在任务完成之前停止了，没有结果；请重新提交这个文件。")

    def start(self) -> None:
        """Say that it runs."""
        self._since = time.monotonic()
        self._keep(self.job.model_copy(update={"state": "running", "started_at": now()}))

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
        """The same for what `score` came to."""
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
        progress, seconds = self._progress, time.monotonic() - self._since
        rate = progress.done / seconds if seconds > 0 else 0.0
        left = (progress.total or 0) - progress.done
        moving = {
            "done": progress.done,
            "failed": progress.errors,
            "total": progress.total,
            "stopping": self.cancelled.is_set(),
            "rate": rate,
            "remaining": left / rate if rate else None,
        }
        return self.job.model_copy(update=moving)

    def score(self, triage: Triage, row_limit: int, closing: Callable[[], bool], full: Callable[[], bool]) -> Outcome:
        """Score the file, in the thread that calls.

        Args:
            triage: Scores one complaint.
            row_limit: Most rows of a file.
            closing: Whether the server stops; asked before every row.
            full: Whether the disk is; asked every few hundred rows.
        """
        source, options = self.folder.input, self.job.options
        if source is None:
            return Outcome(None, "no_such_file", "提交的文件不见了，请重新提交。")
        why = ""

        def stop() -> bool:
            nonlocal why
            if self.cancelled.is_set():
                why = "cancelled"
            elif closing():
                why = "interrupted"
            elif self._progress.done % _CHECK_DISK == _CHECK_DISK - 1 and full():
                why = "disk_full"
            return bool(why)

        try:
            summary = score_file(
                source,
                self.folder.output(self.job),
                lambda complaint: triage(complaint, draft=options.draft),
                columns=options.columns,
                draft=options.draft,
                on_progress=lambda progress: self._watch(progress, row_limit),
                stop=stop,
            )
        except XiaozhengError as error:
            # the file's name on our disk means nothing to the person
            return Outcome(None, error.code, mask(str(error)).text.replace(f"{source.name} ", "这个文件"))
        except (
            BaseException
        ) as error:  # not only Exception: a panic in a reader's Rust is none, and must end one job only
            where = traceback.extract_tb(error.__traceback__)[-1]
            # the message may quote a complaint
            _log.error("job %s failed: %s at %s:%s", self.job.id, type(error).__name__, where.filename, where.lineno)
            return Outcome(None, "internal", "程序出错，任务没有完成；请把任务编号交给管理员。")
        return Outcome(summary, why, _stopped(why, summary.rows)) if summary.stopped else Outcome(summary)

    def _watch(self, progress: Progress, row_limit: int) -> None:
        if progress.total is not None and progress.total > row_limit:
            raise InputError(
                f"文件有 {progress.total} 行，超过 {row_limit} 行的上限，请拆成几个文件再提交。", code="too_many_rows"
            )
        self._progress = progress  # one reference: a reader sees the old one or the new one

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
    return f"服务停止，任务中断了；{rest}，其余请重新提交。"
