"""Several processes: every chunk comes back once, and a death costs its row, nothing else."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from agent.batch import workers as module
from agent.batch._source import SourceRow
from agent.batch.chunks import Chunk, chunked
from agent.batch.parts import Part
from agent.batch.workers import score_in_workers
from models.errors import InputError, XiaozhengError
from tests.agent.batch.acting import SECRET, TEXT, Acting, gone, lost, rows, scored, wait_for


@pytest.fixture
def scorer(tmp_path: Path) -> Acting:
    return Acting(tmp_path)


@dataclass(frozen=True)
class Case:
    """Rows, and which of them are lost."""

    id: str
    texts: str  # in chunks of three
    lost: tuple[int, ...] = ()
    workers: int = 2


CASES = [
    Case("no rows", ""),
    Case("one worker", "a,a,a,a", workers=1),
    Case("more workers than chunks", "a,a,a,a", workers=5),
    Case("exit in the first chunk", "exit,a,a,a,a,a,a,a", (1,)),
    Case("exit in the last chunk", "a,a,a,a,a,a,a,exit", (8,)),
    Case("exit without an error code", "a,a,a,a,exit-0,a,a", (5,)),
    Case("sigkill", "a,a,a,a,kill,a,a,a,a,a", (5,)),
    Case("segmentation fault", "a,a,a,a,segfault,a,a", (5,)),
    Case("panic of a library", "a,a,a,a,panic,a,a", (5,)),
    Case("too much memory", "a,a,a,a,memory,a,a", (5,)),
    Case("two in one chunk", "a,a,a,exit,a,kill,a,a,a", (4, 6)),
    Case("a chunk of nothing else", "a,a,a,exit,exit,exit,a,a,a", (4, 5, 6)),
    Case("only row of the last chunk", "a,a,a,exit", (4,)),
    Case("first time only", "a,a,a,a,exit once,a,a"),
    Case("all workers at once, first time only", "kill once,a,a,a,kill once,a,a,a,kill once,a", workers=3),
    Case("all workers at once, always", "a,kill,a,kill,a,a,a,a,kill,a", (2, 4, 9), workers=3),
    Case("ctrl-c reaches a worker", "a,a,a,a,interrupt,a,a"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_death_costs_its_row(case: Case, scorer: Acting) -> None:
    """Every row comes back once and in its chunk; lost are those that kill twice, and no others."""
    texts = case.texts.split(",") if case.texts else []
    parts = sorted(
        score_in_workers(scorer, chunked(rows(texts), 3), case.workers, lost=lost), key=lambda part: part.index
    )
    done = [row for part in parts for row in part.rows]
    assert [row.number for row in done] == list(range(1, len(texts) + 1))
    assert [part.index for part in parts] == list(range(-(-len(texts) // 3)))
    assert tuple(row.number for row in done if row.status == "error") == case.lost


def test_other_chunks_are_not_touched(scorer: Acting) -> None:
    """A row that kills is tried twice, its neighbours at most twice, and rows of other chunks once."""
    texts = ["a"] * 12
    texts[4] = "kill"
    list(score_in_workers(scorer, chunked(rows(texts), 3), 2, lost=lost))
    attempts = scorer.attempts()
    assert (attempts[5], attempts[4], attempts[6]) == (2, 2, 1)
    assert {attempts[number] for number in (1, 2, 3, *range(7, 13))} == {1}


def test_a_kill_from_outside_costs_nothing(scorer: Acting) -> None:
    """A worker that somebody kills while it works: its rows are done by a fresh one."""

    def killer() -> None:
        wait_for(lambda: scorer.pids(5))
        os.kill(scorer.pids(5)[0], signal.SIGKILL)

    thread = threading.Thread(target=killer)
    thread.start()
    parts = list(score_in_workers(scorer, chunked(rows(["a"] * 4 + ["sleep once"] + ["a"] * 4), 3), 2, lost=lost))
    thread.join()
    assert Counter(row.status for part in parts for row in part.rows) == {"ok": 9}


@dataclass(frozen=True)
class Batching:
    """Rows come out differently together and alone, as sums of floats do; `always` they kill together."""

    acting: Acting
    always: bool

    def score(self, chunk: Chunk) -> Part:
        """Tell how many rows came together."""
        size = len(chunk.rows)
        if not self.always:
            self.acting.score(chunk)
        elif size > 1:
            os._exit(3)
        return Part(chunk.index, tuple(scored(row, line=f"{size} together") for row in chunk.rows))


@pytest.mark.parametrize(
    ("always", "want"),
    [pytest.param(False, "3 together", id="once"), pytest.param(True, "1 together", id="only-together")],
)
def test_a_death_that_is_not_repeated_changes_no_byte(always: bool, want: str, scorer: Acting) -> None:
    """Rows that survive alone are scored together once more; what kills only together stays as it was alone."""
    texts = ["a", "kill once", "a"]
    parts = list(score_in_workers(Batching(scorer, always), chunked(rows(texts), 3), 1, lost=lost))
    assert [row.line for part in parts for row in part.rows] == [want] * 3


def test_an_idle_worker_may_die(scorer: Acting) -> None:
    """One that is killed between two chunks is replaced; nothing is tried twice."""

    def source() -> Iterator[Chunk]:
        yield from (Chunk(index, (SourceRow(index, {TEXT: "a"}),)) for index in (1, 2))
        wait_for(lambda: scorer.pids(1) and scorer.pids(2))
        for pid in (*scorer.pids(1), *scorer.pids(2)):
            os.kill(pid, signal.SIGKILL)
            wait_for(lambda pid=pid: gone(pid))  # type: ignore[misc]
        yield Chunk(3, (SourceRow(3, {TEXT: "a"}),))

    with closing(score_in_workers(scorer, source(), 1, lost=lost)) as parts:
        assert {part.index for part in parts} == {1, 2, 3}


def test_a_stuck_worker_is_given_up(monkeypatch: pytest.MonkeyPatch, scorer: Acting) -> None:
    """A row that takes longer than the limit, twice, is lost like one that kills."""
    monkeypatch.setattr(module, "_LOOK_SECONDS", 0.05)
    parts = list(score_in_workers(scorer, chunked(rows(["sleep"]), 3), 1, lost=lost, row_seconds=0.2))
    assert [row.status for part in parts for row in part.rows] == ["error"]


@dataclass(frozen=True)
class Wordy:
    """Answers with more than a socket holds."""

    def score(self, chunk: Chunk) -> Part:
        """A few megabytes a row, from which one can tell who wrote them."""
        return Part(chunk.index, tuple(scored(row, line=f"{os.getpid()} " + "雨" * 2_000_000) for row in chunk.rows))


def test_half_an_answer_is_no_answer() -> None:
    """A worker killed while its answer is under way: the piece that came is dropped, the rows are done again."""
    with closing(score_in_workers(Wordy(), chunked(rows(["a"] * 2), 1), 1, lost=lost)) as parts:
        first = next(parts).rows[0].line
        time.sleep(0.2)  # by now it waits for room to send the second; killed earlier, the result is the same
        os.kill(int(first.split()[0]), signal.SIGKILL)
        second = next(parts).rows[0].line
        assert next(parts, None) is None
    assert len(second) - len(second.split()[0]) == len(first) - len(first.split()[0])
    assert second.split()[0] != first.split()[0]


def test_a_bug_ends_the_run(
    scorer: Acting, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """What the scorer raises is one clear error with class and place, and says nothing of the complaint."""
    with caplog.at_level(logging.DEBUG), pytest.raises(XiaozhengError, match="ValueError") as raised:
        list(score_in_workers(scorer, chunked(rows(["a", "raise", "a"]), 1), 2, lost=lost))
    assert "acting.py" in caplog.text
    assert scorer.attempts()[2] == 1
    assert SECRET not in caplog.text + str(raised.value) + "".join(capfd.readouterr())


def test_a_crash_says_nothing_of_the_complaint(
    scorer: Acting, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """The log names row and cause of death; the exception's text is nowhere."""
    with caplog.at_level(logging.DEBUG):
        list(score_in_workers(scorer, chunked(rows(["a", "panic", "kill"]), 3), 1, lost=lost))
    assert "row 2 ended its worker again (exit 1)" in caplog.text
    assert "row 3 ended its worker again (SIGKILL)" in caplog.text
    assert SECRET not in caplog.text + "".join(capfd.readouterr())


def test_workers_that_never_work_end_the_run(monkeypatch: pytest.MonkeyPatch, scorer: Acting) -> None:
    """When nothing but deaths has come back, it is not the rows: the run ends."""
    monkeypatch.setattr(module, "_HOPELESS", 5)
    with pytest.raises(XiaozhengError, match="exit 3") as raised:
        list(score_in_workers(scorer, chunked(rows(["exit"] * 9), 3), 2, lost=lost))
    assert raised.value.code == "workers_failing"


def test_no_worker_is_no_choice(scorer: Acting) -> None:
    """A number of workers below one is refused at the call."""
    with pytest.raises(InputError, match="--workers"):
        score_in_workers(scorer, [], 0, lost=lost)


def test_a_system_without_fork_is_told_so(monkeypatch: pytest.MonkeyPatch, scorer: Acting) -> None:
    """Where processes cannot be forked, the error says what to leave out."""
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    with pytest.raises(InputError, match="去掉 --workers"):
        score_in_workers(scorer, [], 2, lost=lost)


def test_a_full_process_table_is_told(monkeypatch: pytest.MonkeyPatch, scorer: Acting) -> None:
    """When the system makes no more processes, the run ends with what to do."""

    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    with pytest.raises(InputError, match="减少 --workers"):
        list(score_in_workers(scorer, chunked(rows(["a"]), 1), 2, lost=lost))


def test_the_reader_is_not_run_ahead_of(scorer: Acting) -> None:
    """At most two chunks a worker are read and not yet handed on, out of a source without end."""
    read = 0

    def source() -> Iterator[Chunk]:
        nonlocal read
        for index in count():
            read += 1
            yield Chunk(index, (SourceRow(index, {TEXT: "a"}),))

    with closing(score_in_workers(scorer, source(), 3, lost=lost)) as parts:
        for taken in range(20):
            next(parts)
            assert read - taken <= 6


def test_any_thread_may_ask(scorer: Acting) -> None:
    """A server's thread runs the workers, and the process keeps its signal handlers."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)]
    done: list[Part] = []
    thread = threading.Thread(
        target=lambda: done.extend(score_in_workers(scorer, chunked(rows(["a", "exit", "a"]), 1), 2, lost=lost))
    )
    thread.start()
    thread.join()
    assert Counter(row.status for part in done for row in part.rows) == {"ok": 2, "error": 1}
    assert before == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)]
