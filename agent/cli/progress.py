"""Progress of a backlog on the terminal: a bar for people, lines of JSON for schedulers, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from agent.batch.progress import Pace, Progress, Report, json_lines, quiet
from agent.cli.console import err

_MINUTE, _HOUR, _DAY = 60, 3600, 86400  # seconds


class ProgressKind(StrEnum):
    """How progress is shown; the values of `--progress`."""

    BAR = "bar"
    JSON = "json"
    QUIET = "quiet"


def reporter(kind: ProgressKind, console: Console = err) -> AbstractContextManager[Report]:
    """Open a report on standard error.

    Args:
        kind: A bar is shown on terminals only, elsewhere there is nothing.
        console: Where to.

    Returns:
        A context that gives the callable to hand to `score_file`; leaving it shows the last state.
    """
    if kind is ProgressKind.JSON:
        return json_lines(console.file)
    return _bar(console) if kind is ProgressKind.BAR else quiet()


@contextmanager
def _bar(console: Console) -> Iterator[Report]:
    pace = Pace()
    columns = (
        TextColumn("研判"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]:.1f} 行/秒"),
        TextColumn("剩余 {task.fields[left]}"),
        TextColumn("失败 {task.fields[failed]}"),
    )
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None, rate=0.0, left=_duration(None), failed=0)

        def report(progress: Progress) -> None:
            timed = pace.timed(progress)
            left = _duration(timed.remaining)
            bar.update(task, completed=timed.done, total=timed.total, rate=timed.rate, left=left, failed=timed.errors)

        yield report


def _duration(seconds: float | None) -> str:
    """A time as people say it, in at most two units."""
    if seconds is None:
        return "未知"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} 秒"
    if whole < _HOUR:
        return f"{whole // _MINUTE} 分 {whole % _MINUTE} 秒"
    if whole < _DAY:
        return f"{whole // _HOUR} 小时 {whole % _HOUR // _MINUTE} 分"
    return f"{whole // _DAY} 天 {whole % _DAY // _HOUR} 小时"
