"""Backlogs scored in the background, one after another: submitted, watched, cancelled, fetched, forgotten.

The same `score_file` as the command line, in one thread. One process owns a folder of jobs. After a restart finished
jobs are there again, waiting ones go on waiting, and the one that ran waits too and goes on where it was; but one that
ran at three kills of the server has failed, because its file may be what ends the process. Who may see a job is asked
by `own` and `of`.
"""

from __future__ import annotations

import datetime as dt
import logging
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from agent.batch._job_files import JobFolder, bytes_under, job_folders
from agent.batch._job_live import LiveJob, Run, now
from agent.batch.chunks import CHUNK_ROWS
from agent.batch.columns import parse_overrides
from agent.batch.job import Job, JobOptions, JobState, Options
from agent.batch.readers import kind_of
from agent.batch.scoring import BatchAgent
from agent.intake import mask
from agent.ledger.errors import NotFoundError
from agent.ledger.ids import new_id
from agent.ledger.records import Actor
from models.errors import InputError

_log = logging.getLogger(__name__)
_NAME = 120  # characters of a file's name that are kept


@dataclass(frozen=True, slots=True)
class JobLimits:
    """What one server takes on.

    Attributes:
        rows: Of one file.
        file_bytes: Of one file.
        total_bytes: Of all jobs on disk.
        free_bytes: That must stay free on the disk.
        waiting: Jobs in the queue.
        waiting_each: Of those, one person's.
        keep: How long a finished job can be fetched.
    """

    rows: int = 1_000_000
    file_bytes: int = 50 * 2**20
    total_bytes: int = 5 * 2**30
    free_bytes: int = 500 * 2**20
    waiting: int = 50
    waiting_each: int = 5
    keep: dt.timedelta = dt.timedelta(days=30)


class Jobs:
    """The queue. Safe to use from several threads."""

    def __init__(
        self,
        folder: Path,
        agent: BatchAgent,
        *,
        limits: JobLimits = JobLimits(),
        chunk_rows: int = CHUNK_ROWS["accurate"],
        note: Callable[[Actor, str, str], None] | None = None,
    ) -> None:
        """Read the folder of jobs and go on with those that wait.

        Args:
            folder: Where the jobs lie; made when the first one comes.
            agent: Scores complaints.
            limits: What is taken on.
            chunk_rows: Rows between two checkpoints; a job that is cancelled stops there.
            note: Called with actor, action (`job.submitted` ...) and job id, for the audit.
        """
        self.folder, self.limits = folder, limits
        self._agent, self._chunk_rows, self._note = agent, chunk_rows, note
        self._changed = threading.Condition()
        self._jobs: dict[str, LiveJob] = {}
        self._closing = False
        self._thread: threading.Thread | None = None
        for place in job_folders(folder):
            job = place.load()
            if job is not None:
                self._jobs[job.id] = LiveJob(job, place)
                _written(self._jobs[job.id].after_restart)
        with self._changed:
            self._forget_old()
            self._work()

    def submit(self, path: Path, options: Options, actor: Actor, *, name: str = "") -> Job:
        """Queue a file, which is moved away and belongs to the job from then on.

        Args:
            path: The file; its ending tells the format.
            options: How to score it.
            actor: Whose job it is.
            name: What the person calls the file; the path's own name when ''.

        Raises:
            InputError: format, size or options are unusable, or there is no room; the file stays where it is.
        """
        chosen = _checked(options)
        kind_of(path)
        size = path.stat().st_size
        if size > self.limits.file_bytes:
            raise InputError(
                f"文件有 {size / 2**20:.0f} MB，超过 {self.limits.file_bytes / 2**20:.0f} MB 的上限，请拆开提交。",
                code="too_large",
            )
        with self._changed:
            self._forget_old()
            self._check_room(actor, size)
            job = Job(
                id=new_id(), owner=actor.name, name=_shown_name(name or path.name), options=chosen, created_at=now()
            )
            place = JobFolder(self.folder / job.id)
            try:
                place.create()
                place.take(path)
                place.save(job)
            except OSError:
                place.remove()  # nobody would find the complaints in it again
                raise
            self._jobs[job.id] = LiveJob(job, place)
            self._work()
        self._tell(actor, "job.submitted", job.id)
        return self.get(job.id)

    def get(self, job_id: str) -> Job:
        """One job, whoever asks; see `own`.

        Raises:
            NotFoundError: there is none.
        """
        with self._changed:
            return self._shown(self._find(job_id))

    def own(self, job_id: str, actor: Actor) -> Job:
        """One job that is this person's business.

        Raises:
            NotFoundError: there is none, or it is another's: ids tell nothing.
        """
        job = self.get(job_id)
        if not _may_see(job, actor):
            raise _unknown()
        return job

    def of(self, actor: Actor) -> tuple[Job, ...]:
        """The jobs that this person may see, newest first: their own, an administrator's are all."""
        with self._changed:
            self._forget_old()
            shown = [self._shown(live) for live in self._jobs.values() if _may_see(live.job, actor)]
        return tuple(reversed(shown))

    def cancel(self, job_id: str) -> Job:
        """Stop a job at its next checkpoint; a job that is over is forgotten with its files.

        Returns:
            The job as it is now; a running one is `cancelled` only after the rows in hand.

        Raises:
            NotFoundError: there is none.
        """
        with self._changed:
            live = self._find(job_id)
            job = self._shown(live)
            if live.job.over:
                self._forget(live)
                return job
            live.cancelled.set()
            if live.job.state == "waiting":
                live.end("cancelled", "cancelled", "还没有开始就取消了。")
            return self._shown(live)

    def cancel_own(self, job_id: str, actor: Actor) -> Job:
        """`cancel`, by a person.

        Raises:
            NotFoundError: there is none, or it is another's.
        """
        self.own(job_id, actor)
        job = self.cancel(job_id)
        self._tell(actor, "job.removed" if job.over and job.state != "cancelled" else "job.cancelled", job_id)
        return job

    def count(self, state: JobState) -> int:
        """How many jobs are in a state."""
        with self._changed:
            return sum(live.job.state == state for live in self._jobs.values())

    def close(self) -> None:
        """Stop the running job at its next checkpoint and wait for that; it goes on after the next start."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    # ---- below here: with the lock held, save `_loop`

    def _find(self, job_id: str) -> LiveJob:
        try:
            return self._jobs[job_id]
        except KeyError:
            raise _unknown() from None

    def _shown(self, live: LiveJob) -> Job:
        before = (other for other in self._jobs.values() if not other.job.over and other.job.id <= live.job.id)
        return live.shown(sum(1 for _ in before))

    def _check_room(self, actor: Actor, size: int) -> None:
        waiting = [live.job.owner for live in self._jobs.values() if not live.job.over]
        if len(waiting) >= self.limits.waiting or waiting.count(actor.name) >= self.limits.waiting_each:
            raise InputError("排队的任务已满，请等前面的完成，或先取消一个再提交。", code="queue_full")
        if self._is_full(size):
            raise InputError(
                "批量任务占用的磁盘空间已满，请先删除不再需要的任务，或请管理员清理磁盘后再提交。", code="disk_full"
            )

    def _is_full(self, more: int = 0) -> bool:
        here = next(place for place in (self.folder, *self.folder.parents) if place.exists())
        used = bytes_under(self.folder) + more
        return used > self.limits.total_bytes or shutil.disk_usage(here).free - more < self.limits.free_bytes

    def _forget_old(self) -> None:
        oldest = now() - self.limits.keep
        for live in list(self._jobs.values()):
            if live.job.over and (live.job.finished_at or live.job.created_at) < oldest:
                self._forget(live)

    def _forget(self, live: LiveJob) -> None:
        del self._jobs[live.job.id]
        live.folder.remove()

    def _tell(self, actor: Actor, action: str, job_id: str) -> None:
        if self._note is not None:
            self._note(actor, action, job_id)

    def _next(self) -> LiveJob | None:
        return next((live for live in self._jobs.values() if live.job.state == "waiting"), None)

    def _work(self) -> None:
        """See that a thread works while something waits."""
        if self._next() is not None and self._thread is None:
            self._thread = threading.Thread(target=self._loop, name="xiaozheng-jobs", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _loop(self) -> None:
        while True:
            with self._changed:
                while (live := self._next()) is None and not self._closing:
                    self._changed.wait()
                if self._closing or live is None:
                    return
                _written(live.start)
            run = Run(self._agent, self._chunk_rows, self.limits.rows, lambda: self._closing, self._is_full)
            outcome = live.score(run)
            with self._changed:
                _written(partial(live.finish, outcome))


def _written(change: Callable[[], None]) -> None:
    """Make a change; a file that cannot be written must not end the thread that serves the next job."""
    try:
        change()
    except OSError as error:
        _log.error("the state of a job cannot be written: %s", error.strerror)


def _checked(options: Options) -> JobOptions:
    columns = parse_overrides(options.columns) if isinstance(options.columns, str) else options.columns
    try:
        return JobOptions.model_validate({"draft": options.draft, "columns": columns, "ending": options.ending})
    except ValidationError as error:
        raise InputError(f"选项 {error.errors()[0]['loc'][0]} 的值无法使用，请重新选择。", code="options") from error


def _may_see(job: Job, actor: Actor) -> bool:
    return job.owner == actor.name or actor.role == "admin"


def _unknown() -> NotFoundError:
    return NotFoundError("没有这个任务，可能已经过期删除。")


def _shown_name(name: str) -> str:
    """A file's name as it may be kept: no folders, no personal data, not long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return mask(last).text[-_NAME:] or "未命名"
