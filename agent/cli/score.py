"""`xiaozheng score`: a backlog in, a file of suggestions out, on one machine or many; broken off, it goes on."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from agent.batch import BatchOptions, ScoreSummary, check_job, in_workers, parse_overrides, score_file
from agent.batch.chunks import Profile
from agent.batch.engines import Engine
from agent.batch.fields import parse_fields
from agent.batch.progress import write_summary
from agent.batch.ray_engine import RayOptions, on_ray
from agent.cli.console import INTERRUPTED, err, one_line_errors, open_agent
from agent.cli.previewed import show_preview
from agent.cli.progress import ProgressKind, reporter
from agent.cli.scored import show_summary
from agent.settings import Settings
from agent.triage import TriageAgent
from models.errors import InputError

FAILED_ROWS = 1


class ProfileName(StrEnum):
    """The values of `--profile`."""

    ACCURATE = "accurate"
    FAST = "fast"


class EngineName(StrEnum):
    """The values of `--engine`."""

    LOCAL = "local"
    RAY = "ray"


@one_line_errors
def score(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help=".jsonl .csv .xlsx .xls .parquet")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help=".jsonl .csv .xlsx .parquet")] = None,
    columns: Annotated[str, typer.Option("--columns", help="text=诉求内容,title=标题,...")] = "",
    fields: Annotated[str, typer.Option("--fields", help="只输出这些列，逗号分隔；不给则全部")] = "",
    profile: Annotated[ProfileName, typer.Option("--profile", help="accurate 与工作台相同；fast 更快")] = (
        ProfileName.ACCURATE
    ),
    no_draft: Annotated[bool, typer.Option("--no-draft", help="不写答复草稿")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="接着做没有做完的任务")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="覆盖已有的输出文件，没有做完的任务从头开始")] = False,
    job_dir: Annotated[Path | None, typer.Option("--job-dir", help="任务文件夹，不给则为 输出文件名.job")] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="几个进程，默认 1；Ray 不给则尽量多")] = None,
    engine: Annotated[EngineName, typer.Option("--engine", help="在本机，或在 Ray 集群上")] = EngineName.LOCAL,
    address: Annotated[str, typer.Option("--address", help="Ray 集群的地址，只与 --engine ray 同用")] = "",
    progress: Annotated[ProgressKind, typer.Option("--progress", help="进度的写法")] = ProgressKind.BAR,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看各列怎样对应、哪些行会失败")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="预览输出 JSON，只与 --dry-run 同用")] = False,
) -> None:
    """Score a backlog; a failed row is written as an error and never stops the rest."""
    overrides = parse_overrides(columns)
    if dry_run:
        show_preview(source, overrides, as_json=as_json)
        return
    if output is None:
        raise InputError("请用 -o 指明输出文件，或先用 --dry-run 看看各列怎样对应。", code="no_output")
    options = BatchOptions(
        columns=overrides,
        fields=parse_fields(fields),
        draft=not no_draft,
        profile=_profile(profile),
        job_dir=job_dir,
        resume=resume,
        overwrite=overwrite,
    )
    check_job(source, output, options)
    settings = Settings.load()
    chosen = _engine(engine, address, workers, options.folder(output).path, settings)
    with _ended_by_sigterm():
        agent = open_agent(settings)
        summary = _scored(source, output, agent, options, chosen, progress)
    if progress is ProgressKind.JSON:
        write_summary(err.file, summary)
    elif progress is ProgressKind.BAR:
        show_summary(summary, output, agent.base.tables)
    if summary.errors:
        raise typer.Exit(FAILED_ROWS)


def _scored(
    source: Path, output: Path, agent: TriageAgent, options: BatchOptions, engine: Engine, progress: ProgressKind
) -> ScoreSummary:
    before = _written_at(output)
    try:
        with reporter(progress) as report:
            return score_file(source, output, agent, options, engine=engine, on_progress=report)
    except KeyboardInterrupt:
        done = f"已完成的行已写入 {output}，" if _written_at(output) not in {None, before} else ""
        err.print(f"xiaozheng: 已中断，{done}加 --resume 可接着做", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(INTERRUPTED) from None


def _written_at(path: Path) -> int | None:
    return path.stat().st_mtime_ns if path.exists() else None


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """A scheduler's SIGTERM ends a run as Ctrl-C does: with the finished rows in the output."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _profile(name: ProfileName) -> Profile:
    return "fast" if name is ProfileName.FAST else "accurate"


def _engine(name: EngineName, address: str, workers: int | None, folder: Path, settings: Settings) -> Engine:
    if name is EngineName.RAY:
        return on_ray(folder, settings, RayOptions(address=address or "auto", actors=workers))
    if address:
        raise InputError("--address 只与 --engine ray 同用，请加上 --engine ray 或去掉 --address。", code="engine")
    return in_workers(workers or 1)
