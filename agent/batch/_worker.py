"""One worker process: a fork of the loaded agent that scores what it is sent until nobody listens any more.

The scorer is inherited, never sent, so that the memory of indexes and weights is there once for all workers. Knows one
process and its socket; who gets which chunk, and what a death means, is `agent.batch.workers`.

Whoever calls `Worker.start` must do so in a thread that has used no OpenMP: libgomp keeps its threads in the thread
that started them, and a child that is forked from it waits forever for threads that no fork copies. From any other
thread the child starts with none and makes its own, even when the encoder has worked elsewhere in the parent.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkProcess
from typing import NoReturn, Protocol

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # no stubs upstream

from agent.batch._frames import Fault, Inbox, framed, pack_answer, pack_chunk, unpack_answer, unpack_chunk
from agent.batch.chunks import Chunk
from agent.batch.parts import Part
from models.errors import InputError, where_raised

_PIECE = 1 << 18  # bytes
_SEND_SECONDS = 30.0  # a worker that has nothing to do reads at once, unless somebody has stopped it
_REAP_SECONDS = 5.0  # a killed process is gone in milliseconds, unless the disk holds it
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_FORKING = threading.Lock()  # a fork in another thread would inherit a socket's end that is closed a moment later
_log = logging.getLogger(__name__)


class ChunkScorer(Protocol):
    """Turns chunks into parts; `agent.batch.scoring.Scorer` is one."""

    def score(self, chunk: Chunk) -> Part:
        """Score all rows of a chunk."""


class Worker:
    """The parent's handle of one process; not for several threads at once."""

    def __init__(self, process: ForkProcess, end: socket.socket) -> None:
        self._process, self._end = process, end
        self._inbox = Inbox()

    @classmethod
    def start(cls, scorer: ChunkScorer, threads: int, siblings: Iterable[Worker]) -> Worker:
        """Fork.

        Args:
            scorer: Is inherited as it stands.
            threads: How many the linear algebra of the worker may use.
            siblings: Workers of the same parent; their sockets are closed in the new one, so that they hear it when
                the parent is gone.

        Raises:
            InputError: the system makes no further process.
        """
        ours, theirs = socket.socketpair()
        foreign = [ours, *(worker._end for worker in siblings)]
        args = (scorer, theirs, foreign, threads, os.getpid())
        process = multiprocessing.get_context("fork").Process(target=_serve, args=args, daemon=True)
        try:
            with _FORKING, _ready_to_fork():
                process.start()
        except OSError as error:
            ours.close()
            message = f"无法启动工作进程（{error.strerror}），请减少 --workers 后重试。"
            raise InputError(message, code="workers") from error
        finally:
            theirs.close()
        return cls(process, ours)

    def fileno(self) -> int:
        """Readable when there is an answer, or the worker is gone."""
        return self._end.fileno()

    @property
    def alive(self) -> bool:
        """The process has not ended."""
        return self._process.is_alive()

    @property
    def answering(self) -> bool:
        """A piece of an answer has come, the rest has not."""
        return bool(self._inbox)

    def send(self, chunk: Chunk) -> None:
        """Give it work; one chunk at a time. A worker that does not take it is killed, which `poll` will notice."""
        try:
            self._end.settimeout(_SEND_SECONDS)
            self._end.sendall(framed(pack_chunk(chunk)))
        except OSError:
            self._process.kill()

    def poll(self) -> Part | Fault | None:
        """The answer; None while it is not there. Never waits.

        Raises:
            EOFError: the worker is gone; a piece of an answer that came before is worth nothing.
        """
        self._end.settimeout(0)
        while (content := self._inbox.take()) is None:
            try:
                data = self._end.recv(_PIECE)
            except BlockingIOError:
                return None
            except OSError:
                data = b""
            if not data:
                raise EOFError
            self._inbox.add(data)
        return unpack_answer(content)

    def end(self) -> str:
        """Kill it if it still runs, and say how it ended: a signal's name or an exit code."""
        self._process.kill()
        self._end.close()
        self._process.join(_REAP_SECONDS)
        code = self._process.exitcode
        if code is None:
            return "does not end"
        return signal.Signals(-code).name if code < 0 else f"exit {code}"


@contextmanager
def _ready_to_fork() -> Iterator[None]:
    """What lives now is left alone by the child's garbage collector, whose marks would copy every page."""
    gc.freeze()
    try:
        with warnings.catch_warnings():
            # Python 3.12 warns of any second thread; the module's docstring says why there is one
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        gc.unfreeze()


def _serve(
    scorer: ChunkScorer, end: socket.socket, foreign: Iterable[socket.socket], threads: int, parent: int
) -> NoReturn:
    """The life of a worker. Nothing may be raised out of here: multiprocessing would print it, complaint and all."""
    code = 1
    try:
        _die_with(parent)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole terminal; the parent decides
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        for other in foreign:
            other.close()
        _limit_threads(threads)
        inbox = Inbox()
        while (content := _next(end, inbox)) is not None:
            end.sendall(framed(_answer(scorer, content)))
        code = 0
    except BaseException as error:
        _log.error("a worker ends: %s", _described(error))
    finally:
        os._exit(code)


def _next(end: socket.socket, inbox: Inbox) -> bytes | None:
    """Wait for work; None when the parent is gone."""
    while (content := inbox.take()) is None:
        data = end.recv(_PIECE)
        if not data:
            return None
        inbox.add(data)
    return content


def _answer(scorer: ChunkScorer, content: bytes) -> bytes:
    try:
        return pack_answer(scorer.score(unpack_chunk(content)))
    except MemoryError:
        raise  # one row may want too much: the chunk is tried again, row by row
    except Exception as error:
        return pack_answer(_described(error))


def _described(error: BaseException) -> Fault:
    return Fault(type(error).__name__, where_raised(error))


def _die_with(parent: int) -> None:
    """End when the parent ends, however it does; where the system cannot, the socket's end of file tells it later."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:  # it ended before it could be watched
        os._exit(1)


def _limit_threads(threads: int) -> None:
    for name in _THREADS:
        os.environ[name] = str(threads)  # for libraries that are loaded from now on
    threadpool_limits(limits=threads)
