"""What every command shares: settings and agent on demand, and errors as one line with exit code 2."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from agent.settings import Settings
from agent.triage import TriageAgent
from knowledge.base import KnowledgeBase
from knowledge.workdays import SHANGHAI
from models.errors import InputError, XiaozhengError

P = ParamSpec("P")
R = TypeVar("R")
UNUSABLE, INTERRUPTED = 2, 3
_FIRST_YEAR, _LAST_YEAR = 1949, 2100

out = Console()
err = Console(stderr=True)


def one_line_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn errors raised on purpose, and those of files, into one line on standard error and exit code 2."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except XiaozhengError as error:
            err.print(f"xiaozheng: {error} [{error.code}]", markup=False, highlight=False, soft_wrap=True)
            raise typer.Exit(UNUSABLE) from None
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            err.print(f"xiaozheng: {where}{error.strerror or error} [file]", markup=False, highlight=False)
            raise typer.Exit(UNUSABLE) from None
        except KeyboardInterrupt:
            err.print("xiaozheng: 已中断", markup=False)
            raise typer.Exit(INTERRUPTED) from None

    return wrapped


def open_base(settings: Settings, *, rebuild: bool = False) -> KnowledgeBase:
    """Open the knowledge base, with a progress bar while texts are encoded."""
    with progress_bar() as bar:
        tasks: dict[str, object] = {}

        def report(corpus: str, done: int, total: int) -> None:
            if corpus not in tasks:
                tasks[corpus] = bar.add_task(f"编码 {corpus}", total=total)
            bar.update(tasks[corpus], completed=done)  # type: ignore[arg-type]  # rich hides its task id type

        return KnowledgeBase.open(
            settings.data_dir,
            knowledge_dir=settings.knowledge_dir,
            embedder=settings.embedder,
            rebuild=rebuild,
            report=report,
        )


def open_agent(settings: Settings | None = None) -> TriageAgent:
    """The agent of the settings."""
    chosen = settings or Settings.load()
    return TriageAgent.from_settings(chosen, open_base(chosen))


def progress_bar() -> Progress:
    """A bar on standard error that vanishes when done, silent where it is no terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )


def read_input(text: str | None, file: Path | None) -> str:
    """A complaint from the argument, a file, or standard input.

    Raises:
        InputError: both or none given, or the file is unreadable.
    """
    if text is not None and file is not None:
        raise InputError("give the complaint as an argument or with --file, not both")
    if text is not None:
        return text
    if file is not None:
        existing(file)
        try:
            data = file.read_bytes()
        except OSError as error:
            raise InputError(f"{file} cannot be read: {error.strerror}") from error
        return decoded(data, str(file))
    if sys.stdin.isatty():
        raise InputError("give a complaint as an argument, with --file, or on standard input")
    return decoded(sys.stdin.buffer.read(), "standard input")


def existing(*files: Path) -> None:
    """Refuse names of files that are not there, before anything is loaded for them.

    Raises:
        InputError: the first that is missing or no file.
    """
    for file in files:
        if file.is_dir():
            raise InputError(f"{file} 是文件夹，请指定其中的一个文件。", code="not_a_file")
        if not file.is_file():
            raise InputError(f"找不到文件 {file}，请检查路径。", code="no_such_file")


def decoded(data: bytes, name: str) -> str:
    """Text in UTF-8 or GB18030.

    Raises:
        InputError: neither.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{name} is neither UTF-8 nor GB18030 text; save it as UTF-8")


def moment(value: str | None) -> dt.datetime | None:
    """A time in Asia/Shanghai from ISO 8601; None stays None.

    Raises:
        InputError: not such a time.
    """
    if value is None:
        return None
    try:
        parsed = dt.datetime.fromisoformat(value)
    except ValueError as error:
        raise InputError(f"{value!r} is no ISO 8601 time; write 2026-03-14 or 2026-03-14T09:30") from error
    if not _FIRST_YEAR <= parsed.year <= _LAST_YEAR:
        raise InputError(f"{value!r} lies outside {_FIRST_YEAR}-{_LAST_YEAR}; check the year")
    return parsed.replace(tzinfo=SHANGHAI) if parsed.tzinfo is None else parsed.astimezone(SHANGHAI)


def question(query: str) -> str:
    """What was asked, at most 500 characters.

    Raises:
        InputError: nothing was.
    """
    if not query.strip():
        raise InputError("the query is empty; say what you look for")
    return query.strip()[:500]
