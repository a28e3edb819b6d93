"""Scoring in several processes: chunks in, parts out, and a process that dies costs rows, not the job.

Knows who does what and how long it may take; one process is `agent.batch._worker`, the second attempt at a chunk
`agent.batch._task`. The processes are forked from the loaded agent and share its memory. The parent may have encoded
before, in any thread, and better has: what it loads late is loaded in every worker again. All forks come from a thread
of their own that never used OpenMP. What must not be is that another thread holds a lock that scoring needs at the
moment of a fork; in a server, a worker that inherits such a lock is killed by its time limit.

No signal is caught here, so that this works in any thread. Ctrl-C is the parent's alone; whatever ends the iterator
or the parent ends the workers.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import time
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import wait

from agent.batch._frames import Fault
from agent.batch._task import Lost, Task
from agent.batch._worker import ChunkScorer, Worker
from agent.batch.chunks import Chunk
from agent.batch.parts import Part
from models.errors import InputError, XiaozhengError

ROW_SECONDS = 120.0  # a row takes a second or two; a language model on a slow machine, a minute
_LOOK_SECONDS = 1.0  # between two looks at the clock; answers and deaths are heard at once
_HOPELESS = 64  # deaths before the first answer: then it is not the rows
_log = logging.getLogger(__name__)


def score_in_workers(
    scorer: ChunkScorer,
    chunks: Iterable[Chunk],
    workers: int,
    *,
    lost: Lost,
    row_seconds: float = ROW_SECONDS,
) -> Generator[Part, None, None]:
    """Score chunks in processes that are forked from this one.

    A worker that dies, however it does, costs its chunk one retry, row by row in a fresh process; a row that kills
    that one too is given up. After a death that does not happen again, the part is what it would have been without.
    Chunks are read as workers need them, at most two a worker beyond the parts yielded. Close the generator to stop
    early: what the workers were doing is dropped.

    Args:
        scorer: Loaded; is inherited and never sent. What it raises is a bug and ends the run.
        chunks: Read lazily, in the thread that asks for parts.
        workers: How many processes.
        lost: What becomes of a row that killed its worker twice.
        row_seconds: Time limit of a row; a worker that exceeds it for all rows it has counts as dead.

    Yields:
        The part of every chunk, in the order in which they are finished.

    Raises:
        InputError: no worker is asked for, or this system cannot fork.
        XiaozhengError: the scorer raised, or workers die before any of them has scored anything.
    """
    if workers < 1:
        raise InputError(f"--workers 是 {workers}，请给出 1 或更大的数。", code="workers")
    if "fork" not in multiprocessing.get_all_start_methods():
        raise InputError("这个系统不能复制进程，请去掉 --workers。", code="workers")
    return _Pool(scorer, workers, lost, row_seconds).run(chunks)


@dataclass(slots=True)
class _Desk:
    """A place for one worker at a time; a fresh one goes on with the task of one that died."""

    worker: Worker | None = None
    task: Task | None = None
    until: float = 0.0  # monotonic seconds

    @property
    def overdue(self) -> bool:
        if self.task is None or self.worker is None or self.worker.answering:
            return False
        return time.monotonic() > self.until


class _Pool:
    def __init__(self, scorer: ChunkScorer, workers: int, lost: Lost, row_seconds: float) -> None:
        self._scorer, self._lost, self._row_seconds = scorer, lost, row_seconds
        self._desks = [_Desk() for _ in range(workers)]
        self._threads = max(1, _cores() // workers)
        self._deaths, self._answered = 0, False
        # The one thread that forks lives as long as the workers: to Linux, it is their parent.
        self._forks = ThreadPoolExecutor(1, "xiaozheng-fork")

    def run(self, chunks: Iterable[Chunk]) -> Generator[Part, None, None]:
        source = iter(chunks)
        waiting: deque[Task] = deque()
        gc.collect()
        with self._forks:
            try:
                while True:
                    while len(waiting) < len(self._desks) and (chunk := next(source, None)) is not None:
                        waiting.append(Task(chunk))
                        self._hand_out(waiting)
                    if not any(desk.task for desk in self._desks):
                        return
                    parts = self._collect()
                    self._hand_out(waiting)  # before the caller writes the parts
                    yield from parts
            finally:
                for desk in self._desks:
                    if desk.worker:
                        desk.worker.end()

    def _hand_out(self, waiting: deque[Task]) -> None:
        for desk in self._desks:
            if desk.task is None and waiting:
                desk.task = waiting.popleft()
                self._send(desk, desk.task)

    def _send(self, desk: _Desk, task: Task) -> None:
        if desk.worker is None:
            siblings = [other.worker for other in self._desks if other.worker]
            desk.worker = self._forks.submit(Worker.start, self._scorer, self._threads, siblings).result()
        work = task.work
        desk.until = time.monotonic() + self._row_seconds * len(work.rows)
        desk.worker.send(work)

    def _collect(self) -> list[Part]:
        """Wait until something happens, and see to every desk."""
        wait([desk.worker.fileno() for desk in self._desks if desk.worker], _LOOK_SECONDS)
        return [part for desk in self._desks if desk.worker and (part := self._look(desk, desk.worker))]

    def _look(self, desk: _Desk, worker: Worker) -> Part | None:
        alive = worker.alive  # asked before the answer, which may be its last word
        try:
            answer = worker.poll()
        except EOFError:
            answer, alive = None, False
        if isinstance(answer, Fault):
            _log.error("the scorer failed with %s at %s", answer.name, answer.place)
            raise XiaozhengError(f"程序出错（{answer.name}），任务没有完成；请把日志交给维护人员。", code="internal")
        if answer is None and alive and not desk.overdue:
            return None
        part = self._bury(desk, worker) if answer is None else self._take(desk, answer)
        if part is not None:
            desk.task = None
        elif desk.task is not None:
            self._send(desk, desk.task)
        return part

    def _take(self, desk: _Desk, part: Part) -> Part | None:
        self._answered = True
        return desk.task.answered(part) if desk.task else None

    def _bury(self, desk: _Desk, worker: Worker) -> Part | None:
        how = worker.end()
        desk.worker = None
        self._deaths += 1
        if not self._answered and self._deaths >= _HOPELESS:
            message = f"{self._deaths} 个工作进程相继退出（{how}），没有研判出一行；请去掉 --workers 再试，并查看日志。"
            raise XiaozhengError(message, code="workers_failing")
        return desk.task.died(self._lost, how) if desk.task else None


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
