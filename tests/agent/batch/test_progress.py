"""Counts, rate and remaining time; lines for machines."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from io import StringIO

import pytest
from rich.console import Console

from agent.batch.progress import Pace, Progress, json_lines, quiet, write_summary
from agent.batch.tally import ScoreSummary
from agent.cli.progress import ProgressKind, _duration, reporter


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: float = 100.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


def lines(stream: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@dataclass(frozen=True)
class Case:
    """Reports and what the last of them must say."""

    id: str
    steps: tuple[tuple[float, int, int], ...]  # seconds since the step before, rows done, of these kept
    rate: float
    remaining: float | None
    total: int | None = field(default=1000)


CASES = [
    Case("nothing yet", ((5, 0, 0),), 0, None),
    Case("steady", ((10, 50, 0), (10, 100, 0)), 5, 180),
    Case("rows of an earlier run do not count", ((0, 400, 400), (10, 450, 400)), 5, 110),
    Case("bursts at one moment", ((10, 50, 0), (0, 100, 0), (10, 150, 0)), 7.79, 109),
    Case("finished", ((10, 1000, 0),), 100, 0),
    Case("more than was counted", ((10, 1010, 0),), 101, 0),
    Case("nobody knows the total", ((10, 50, 0),), 5, None, total=None),
    Case("the past is forgotten by and by", ((1000, 100, 0), (30, 130, 0)), 0.55, 1582),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_pace(case: Case) -> None:
    """Rows over seconds, where half a minute ago weighs half."""
    clock = Clock()
    pace = Pace(clock)
    timed = Progress(0, 0, None)
    for seconds, done, kept in case.steps:
        clock.now += seconds
        timed = pace.timed(Progress(done, 3, case.total, kept))
    assert (timed.done, timed.errors, timed.total) == (case.steps[-1][1], 3, case.total)
    assert timed.rate == pytest.approx(case.rate, rel=0.01)
    assert timed.remaining == (None if case.remaining is None else pytest.approx(case.remaining, rel=0.01))


def test_json_lines_come_once_a_second() -> None:
    """The first report is written at once, then at most one a second, and the last when the run ends."""
    clock, stream = Clock(), StringIO()
    with json_lines(stream, clock) as report:
        for done in range(11):
            report(Progress(done, 0, 20))
            clock.now += 0.3
    written = [line["done"] for line in lines(stream)]
    assert written == [0, 4, 8, 10]


def test_json_lines_have_fixed_names() -> None:
    """Schedulers rely on the keys of a progress line."""
    clock, stream = Clock(), StringIO()
    with json_lines(stream, clock) as report:
        clock.now += 2
        report(Progress(10, 1, 30))
    assert lines(stream) == [
        {"event": "progress", "done": 10, "total": 30, "errors": 1, "rows_per_second": 5.0, "remaining_s": 4.0}
    ]


def test_a_run_that_breaks_off_shows_its_last_state() -> None:
    """What was reported last is written also when an exception ends the run, and only once."""
    stream = StringIO()

    def run() -> None:
        with json_lines(stream, Clock()) as report:
            report(Progress(0, 0, 9))
            report(Progress(5, 0, 9))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert [line["done"] for line in lines(stream)] == [0, 5]


def test_the_summary_is_one_line() -> None:
    """Counts of the run under one event; the note, which names sheets, stays out."""
    summary = ScoreSummary(
        rows=4,
        ok=3,
        errors=1,
        by_category={"010203": 3},
        by_lead={"cgj": 3},
        by_route={"auto": 3},
        by_error={"empty_text": 1},
        scored=4,
        seconds=2.0,
        note="只读工作表“张三”。",
    )
    stream = StringIO()
    write_summary(stream, summary)
    (line,) = lines(stream)
    assert "张三" not in stream.getvalue()
    expected = {"event": "summary", "rows": 4, "errors": 1, "rows_per_second": 2.0, "by_error": {"empty_text": 1}}
    assert line.items() >= expected.items()


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written."""
    with quiet() as report:
        report(Progress(1, 0, 2))
    assert capsys.readouterr() == ("", "")


def shown(kind: ProgressKind, *, terminal: bool) -> str:
    stream = StringIO()
    console = Console(file=stream, force_terminal=terminal, width=120, color_system=None)
    with reporter(kind, console) as report:
        report(Progress(0, 0, 4000))
        report(Progress(120, 7, 4000))
    return stream.getvalue()


def test_the_bar_shows_what_a_person_asks() -> None:
    """Rows, rate, remaining time and failures."""
    bar = shown(ProgressKind.BAR, terminal=True)
    assert all(word in bar for word in ("120/4000", "行/秒", "剩余", "失败 7"))


@pytest.mark.parametrize(
    ("kind", "terminal", "size"),
    [
        pytest.param(ProgressKind.BAR, False, 0, id="bar-in-a-pipe"),
        pytest.param(ProgressKind.QUIET, True, 0, id="quiet"),
        pytest.param(ProgressKind.JSON, False, 2, id="json-in-a-pipe"),
        pytest.param(ProgressKind.JSON, True, 2, id="json-on-a-terminal"),
    ],
)
def test_where_nothing_is_watched_nothing_is_drawn(kind: ProgressKind, terminal: bool, size: int) -> None:
    """A bar only on terminals; JSON anywhere, without a control character."""
    text = shown(kind, terminal=terminal)
    assert len(text.splitlines()) == size
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 秒"), (59, "59 秒"), (61, "1 分 1 秒"), (7300, "2 小时 1 分"), (93_600, "1 天 2 小时")],
    ids=["now", "seconds", "minutes", "hours", "days"],
)
def test_durations(seconds: float, words: str) -> None:
    """The two largest units are enough."""
    assert _duration(seconds) == words
