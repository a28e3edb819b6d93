"""Scoring a backlog: every row of a file through one agent, results in the order of the input, resumable.

The input is cut into chunks, an engine turns the missing ones into parts, and one assembly turns all parts into the
output. Hence whoever scores, and however often it was broken off, the output has the same bytes. Knows files and
chunks, not how a suggestion is made nor how progress is shown.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import count, takewhile
from pathlib import Path
from types import MappingProxyType

from agent.batch._flat import Layout
from agent.batch._source import SourceTable
from agent.batch.assemble import Assembly
from agent.batch.chunks import CHUNK_ROWS, Chunk, Profile, chunked
from agent.batch.columns import ColumnMap, map_columns
from agent.batch.engines import Engine, Kept, Work, in_process
from agent.batch.manifest import InputFile, Manifest, file_hash
from agent.batch.progress import Progress, Report
from agent.batch.readers import check_file, kind_of, open_table
from agent.batch.resume import check_start, settle
from agent.batch.run_folder import RunFolder
from agent.batch.scoring import BatchAgent, Scorer, job_scorer
from agent.batch.tally import ScoreSummary, Tally
from agent.intake import mask
from knowledge.workdays import SHANGHAI
from models.errors import InputError, ModelError


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a backlog is to be scored.

    Attributes:
        columns: Field to column, over the automatic mapping.
        fields: Columns of the result, or keys of a line of JSON; none for all.
        draft: Write reply drafts.
        profile: `accurate` does what the workbench does, `fast` encodes only what words cannot settle.
        chunk_rows: Rows between two checkpoints; None for what suits the profile.
        job_dir: Where checkpoints lie; None for `<output>.job` beside the output.
        resume: Leave to go on with an unfinished job.
        overwrite: Leave to replace an output and an unfinished job; with `resume`, only one that does not fit.
    """

    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    fields: tuple[str, ...] = ()
    draft: bool = True
    profile: Profile = "accurate"
    chunk_rows: int | None = None
    job_dir: Path | None = None
    resume: bool = False
    overwrite: bool = False

    def folder(self, output: Path) -> RunFolder:
        """Where the checkpoints of this output lie."""
        return RunFolder(self.job_dir) if self.job_dir is not None else RunFolder.beside(output)


def check_job(input: Path, output: Path, options: BatchOptions = BatchOptions()) -> None:
    """Say what makes a job unusable before anything is loaded or read.

    Raises:
        InputError: the input is missing or of no known kind, the output cannot be written there, or something is
            there already and leave to replace it or to go on with it is missing.
    """
    check_file(input)
    if kind_of(output) == "xls":
        raise InputError(f"不能写出 .xls，请把 {output.name} 的后缀改为 .xlsx。", code="unknown_format")
    if output.exists() and output.samefile(input):
        raise InputError("输出文件就是输入文件，请换一个输出文件名。", code="output_is_input")
    if output.is_dir():
        raise InputError(f"{output} 是文件夹，请写明输出文件名。", code="not_a_file")
    if not output.parent.is_dir():
        raise InputError(f"文件夹 {output.parent} 不存在，请先建立它。", code="no_such_folder")
    check_start(options.folder(output), output, resume=options.resume, overwrite=options.overwrite)


def score_file(
    input: Path,
    output: Path,
    agent: BatchAgent,
    options: BatchOptions = BatchOptions(),
    *,
    engine: Engine = in_process,
    on_progress: Report | None = None,
    stop: Callable[[], bool] | None = None,
) -> ScoreSummary:
    """Score every row of a file.

    Args:
        input: The backlog; its ending tells the format.
        output: Where the results go; its ending tells the format.
        agent: Scores the complaints.
        options: How to score them, and what may be replaced or gone on with.
        engine: Where the chunks are computed.
        on_progress: Called at the start and after every chunk; given, the rows are counted before the first one.
        stop: Asked before every chunk; True ends the run with a valid output of the finished rows.

    Returns:
        What became of the rows; that of the earlier run where the job was done already.

    Raises:
        InputError: the file, the output, a column or the job in the folder is unusable; nothing is written.
        KeyboardInterrupt: broken off; the finished rows are in a valid output, and the job can be resumed.
    """
    begun = time.perf_counter()
    check_job(input, output, options)
    source = _Source.of(input)
    table = open_table(input, options.columns.values())
    columns = map_columns(table.header, options.columns)
    layout = Layout.of(columns, lambda text: mask(text).text, options.fields, kind_of(output))
    folder = options.folder(output)
    with folder.claimed():
        wanted = _manifest(input, output, columns, options, agent)
        manifest = settle(folder, wanted, output, resume=options.resume, overwrite=options.overwrite)
        if manifest.state == "done" and manifest.summary is not None:
            return manifest.summary
        scorer = job_scorer(agent, manifest, columns, layout)
        staged = folder.staged(output.suffix)
        assembly = Assembly(folder.parts, manifest.kind, layout, staged, output)
        run = _Run(folder, manifest, source, table, on_progress, stop)
        tally, whole = run.through(scorer, engine, assembly)
        summary = tally.summary().model_copy(
            update={
                "scored": run.scored,
                "seconds": time.perf_counter() - begun,
                "stopped": not whole,
                "note": table.note,
            }
        )
        if whole:
            folder.finish(run.done(summary, file_hash(output)))
        return summary


@dataclass(frozen=True, slots=True)
class _Source:
    """The input as it was before it was hashed: no row of another content may get into a part.

    Attributes:
        path: The file.
        stamp: Its bytes, and when it was written, in nanoseconds.
    """

    path: Path
    stamp: tuple[int, int]

    @classmethod
    def of(cls, path: Path) -> _Source:
        """The file as it is now."""
        return cls(path, _stamp(path))

    def check(self) -> None:
        """Refuse to go on with a file that somebody writes.

        Raises:
            InputError: it is not what it was.
        """
        try:
            same = _stamp(self.path) == self.stamp
        except OSError:
            same = False
        if not same:
            raise InputError(f"{self.path.name} 在研判过程中被改动了，请等它写完再重新运行。", code="input_changed")


class _Run:
    """One run over a claimed folder: fills the missing parts, then has the output put together."""

    def __init__(
        self,
        folder: RunFolder,
        manifest: Manifest,
        source: _Source,
        table: SourceTable,
        on_progress: Report | None,
        stop: Callable[[], bool] | None,
    ) -> None:
        self._folder, self._manifest, self._source, self._table = folder, manifest, source, table
        self._on_progress, self._stop = on_progress, stop
        self._held = folder.parts.errors()
        self._chunks = 0  # read so far, those with a part too
        self._progress = Progress(0, 0, manifest.total)

    def through(self, scorer: Scorer, engine: Engine, assembly: Assembly) -> tuple[Tally, bool]:
        """Fill and assemble.

        Returns:
            What the rows came to, and whether these are all.
        """
        work = Work(self._manifest, scorer.columns, scorer, self._missing(), self._folder.parts)
        try:
            self._begin()
            whole = self._fill(engine(work))
        except KeyboardInterrupt:
            if finished := self._prefix():
                assembly.run(finished)
            raise
        if whole and len(self._held) != self._chunks:
            raise ModelError(
                f"{self._chunks} 片中有 {self._chunks - len(self._held)} 片没有结果，请加 --resume 重新运行。"
            )
        return assembly.run(self._prefix()), whole

    @property
    def scored(self) -> int:
        """Rows of this run."""
        return self._progress.done - self._progress.kept

    def done(self, summary: ScoreSummary, output_sha256: str) -> Manifest:
        """The manifest of the finished job."""
        changes = {"state": "done", "total": self._progress.done, "output_sha256": output_sha256, "summary": summary}
        return self._manifest.model_copy(update=changes)

    def _begin(self) -> None:
        """Count the rows where somebody watches, once a job."""
        if self._on_progress is None:
            return
        if self._manifest.total is None:
            self._manifest = self._manifest.model_copy(update={"total": self._table.count()})
            self._folder.save(self._manifest)
        self._progress = Progress(0, 0, self._manifest.total)
        self._tell()

    def _fill(self, kept: Generator[Kept, None, None]) -> bool:
        """Take parts until there are no more; False when asked to stop before that."""
        with closing(kept):
            while self._stop is None or not self._stop():
                part = next(kept, None)
                if part is None:
                    return True
                self._held[part.index] = part.errors
                self._count(part.rows, part.errors)
        return False

    def _missing(self) -> Iterator[Chunk]:
        for chunk in chunked(self._table.rows(), self._manifest.chunk_rows):
            self._source.check()  # after reading: the rows of the chunk are those that were hashed
            self._chunks = chunk.index + 1
            if chunk.index in self._held:
                self._count(len(chunk.rows), self._held[chunk.index], kept=len(chunk.rows))
            else:
                yield chunk
        self._source.check()

    def _count(self, rows: int, errors: int, *, kept: int = 0) -> None:
        before = self._progress
        self._progress = replace(
            before, done=before.done + rows, errors=before.errors + errors, kept=before.kept + kept
        )
        self._tell()

    def _tell(self) -> None:
        if self._on_progress is not None:
            self._on_progress(self._progress)

    def _prefix(self) -> list[int]:
        """The finished chunks before the first unfinished one."""
        return list(takewhile(self._held.__contains__, count()))


def _manifest(input: Path, output: Path, columns: ColumnMap, options: BatchOptions, agent: BatchAgent) -> Manifest:
    return Manifest(
        input=InputFile.of(input),
        kind=kind_of(output),
        columns=dict(columns.fields),
        fields=options.fields,
        draft=options.draft,
        profile=options.profile,
        chunk_rows=options.chunk_rows or CHUNK_ROWS[options.profile],
        provenance=agent.provenance(),
        conditions=agent.conditions(options.profile),
        started=dt.datetime.now(SHANGHAI).replace(microsecond=0),
    )


def _stamp(path: Path) -> tuple[int, int]:
    about = path.stat()
    return about.st_size, about.st_mtime_ns
