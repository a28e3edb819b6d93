"""A scorer that does to its process what a row tells it to, and what is needed to watch it."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.batch._source import SourceRow
from agent.batch.chunks import Chunk
from agent.batch.parts import Part, ScoredRow

TEXT = "text"
SECRET = "经开区第九大街某工地夜间施工"


class Panic(BaseException):
    """What a library's Rust half raises: no Exception."""


def segfault() -> None:
    faulthandler.disable()  # pytest's would print a page
    ctypes.string_at(0)


def panic() -> None:
    raise Panic(SECRET)


def hunger() -> None:
    raise MemoryError(SECRET)


DEEDS: dict[str, Callable[[], object]] = {
    "exit": lambda: os._exit(3),
    "exit-0": lambda: os._exit(0),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "segfault": segfault,
    "panic": panic,
    "memory": hunger,
    "sleep": signal.pause,
    "interrupt": lambda: os.kill(os.getpid(), signal.SIGINT),
}


@dataclass(frozen=True)
class Acting:
    """Does what a row's text says; notes in `folder` which rows it has begun, and by which process."""

    folder: Path

    def score(self, chunk: Chunk) -> Part:
        """Do it."""
        return Part(chunk.index, tuple(self._row(row) for row in chunk.rows))

    def _row(self, row: SourceRow) -> ScoredRow:
        first = self._note(row)
        deed, _, when = row.cells[TEXT].partition(" ")
        if deed == "raise":
            raise ValueError(SECRET)
        if deed in DEEDS and (first or when != "once"):
            DEEDS[deed]()
        return scored(row)

    def _note(self, row: SourceRow) -> bool:
        with (self.folder / str(row.number)).open("a", encoding="ascii") as file:
            first = file.tell() == 0
            file.write(f"{os.getpid()}\n")
        return first

    def attempts(self) -> dict[int, int]:
        """How often each row was begun."""
        return {int(path.name): len(path.read_text("ascii").split()) for path in self.folder.iterdir()}

    def pids(self, row: int) -> list[int]:
        """Which processes have begun a row."""
        path = self.folder / str(row)
        return [int(line) for line in path.read_text("ascii").split()] if path.exists() else []


def scored(row: SourceRow, status: str = "ok", line: str = "") -> ScoredRow:
    return ScoredRow(row.number, status, "", "", "", "", b"", line or str(os.getpid()))


def lost(row: SourceRow) -> ScoredRow:
    return scored(row, "error")


def rows(texts: Sequence[str]) -> Iterator[SourceRow]:
    return (SourceRow(number, {TEXT: text}) for number, text in enumerate(texts, start=1))


def wait_for(happened: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def gone(pid: int) -> bool:
    """No such process, or only its exit code is left."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
