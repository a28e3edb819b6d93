"""What runs on every machine of a cluster: one actor with its own agent, which turns staged rows into parts.

Ray carries small rows only, the index of a chunk there and its counts back; complaints and results go through the
job folder. Nothing here imports Ray, and no agent is ever pickled: an actor gets plain text and builds its own.
"""

from __future__ import annotations

import faulthandler
import hashlib
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from agent.batch._attempts import Attempts, held
from agent.batch._flat import Layout
from agent.batch._staged_rows import StagedRows
from agent.batch.columns import ColumnMap
from agent.batch.manifest import Manifest
from agent.batch.parts import Part
from agent.batch.run_folder import RunFolder
from agent.batch.scoring import BatchAgent, Scorer, job_scorer
from agent.batch.workers import ROW_SECONDS
from agent.intake import mask
from agent.settings import Settings
from agent.triage import TriageAgent
from models.errors import InputError, XiaozhengError, where_raised
from models.record import Record

ANSWER = pa.schema([("index", pa.int64()), ("rows", pa.int64()), ("errors", pa.int64()), ("refusal", pa.string())])
# Passwords stay where they are: a node takes its own from its environment.
SECRETS = frozenset({"database_url", "llm__api_key"})


class ScorerOptions(Record):
    """All that a node needs to build the scorer that the driver would use."""

    manifest: Manifest
    header: tuple[str, ...]
    settings: Settings

    def packed(self) -> str:
        """The options as JSON, without passwords, and with folders as they are named from anywhere."""
        folders = {name: value.absolute() for name, value in self.settings if isinstance(value, Path)}
        settings = self.settings.model_copy(update=folders)
        return self.model_copy(update={"settings": settings}).model_dump_json(exclude={"settings": set(SECRETS)})


Factory = Callable[[ScorerOptions], Scorer]


def build_scorer(options: ScorerOptions) -> Scorer:
    """Load the agent on this machine and make the scorer of the job.

    Raises:
        InputError: the versions here are not those of the job.
        XiaozhengError: knowledge or a model cannot be loaded.
    """
    own = Settings.load()
    settings = options.settings.model_copy(update={name: getattr(own, name) for name in SECRETS})
    if not settings.data_dir.is_dir():  # else every actor would build an index of its own
        raise InputError(f"没有数据文件夹 {settings.data_dir}，请先在该节点运行 xiaozheng knowledge build")
    return scorer_for(TriageAgent.from_settings(settings), options)


def scorer_for(agent: BatchAgent, options: ScorerOptions) -> Scorer:
    """The scorer that the driver has, made of an agent of this machine.

    Raises:
        InputError: its versions are not those of the job.
    """
    manifest = options.manifest
    found = {**agent.provenance().model_dump(), **agent.conditions(manifest.profile)}
    check_versions({**manifest.provenance.model_dump(), **manifest.conditions}, found)
    columns = ColumnMap(options.header, manifest.columns)
    layout = Layout.of(columns, lambda text: mask(text).text, manifest.fields, manifest.kind)
    return job_scorer(agent, manifest, columns, layout)


def check_versions(wanted: Mapping[str, str], found: Mapping[str, str]) -> None:
    """Refuse to score with anything but what the job was started with.

    Raises:
        InputError: names what differs.
    """
    differing = [
        f"{name} 应为 {value or '无'}，实为 {found.get(name) or '无'}"
        for name, value in wanted.items()
        if found.get(name) != value
    ]
    if differing:
        raise InputError(f"版本与任务不同（{'；'.join(differing)}），请在各节点安装同样的版本和知识库")


def fingerprint(manifest: Manifest) -> str:
    """What identifies a job: all of its manifest that does not change while it runs."""
    fixed = manifest.model_copy(update={"state": "running", "total": None, "summary": None, "output_sha256": ""})
    return hashlib.sha256(fixed.model_dump_json().encode()).hexdigest()


class NodeScorer:
    """One actor; Ray Data makes it once and calls it with one chunk after another.

    Nothing is raised: what keeps a node from working is an answer, so that the driver can say it in one sentence.
    """

    def __init__(self, folder: str, job: str, options: str, factory: Factory) -> None:
        """Look for the job and load the agent.

        Args:
            folder: The job folder, the same path on every machine.
            job: Fingerprint of the job that must lie there.
            options: Packed `ScorerOptions`.
            factory: Builds the scorer; an importable function.
        """
        self._folder, self._job = RunFolder(Path(folder)), job
        self._rows = StagedRows(rows_folder(self._folder))
        self._attempts = Attempts(attempts_folder(self._folder))
        self._scorer: Scorer | None = None
        self._refusal = ""
        try:
            self._check_job()
            with self._attempts.loading():
                self._scorer = factory(ScorerOptions.model_validate_json(options))
        except Exception as error:
            self._refusal = _refusal(error)

    def __call__(self, tasks: pa.Table) -> pa.Table:
        """Score the chunks of one batch.

        Args:
            tasks: One column, the `index` of each chunk.

        Returns:
            As many rows of schema `ANSWER`; the parts are kept before they are counted.
        """
        answers = [self._answer(index) for index in tasks.column("index").to_pylist()]
        return pa.Table.from_pylist(answers, schema=ANSWER)

    def _answer(self, index: int) -> dict[str, int | str]:
        refusal, part = self._refusal, None
        if self._scorer is not None:
            try:
                part = self._part(index, self._scorer)
            except Exception as error:
                refusal = _refusal(error)
        if part is None:
            return {"index": index, "rows": 0, "errors": 0, "refusal": refusal}
        return {"index": index, "rows": len(part.rows), "errors": part.errors, "refusal": ""}

    def _part(self, index: int, scorer: Scorer) -> Part:
        """The part of a chunk, kept; one that another actor has kept meanwhile is the same."""
        part = held(self._folder.parts, index)
        if part is not None:
            return part
        chunk = self._rows.read(index)
        while part is None:
            try:
                with _limited(ROW_SECONDS * len(chunk.rows)):
                    part = self._attempts.score(chunk, scorer)
            except MemoryError:  # counts as a death, and the next attempt is a smaller one
                continue
        self._check_job()  # a node that was cut off may come back when another job has taken the folder
        self._folder.parts.write(part)
        self._attempts.done(index)
        return part

    def _check_job(self) -> None:
        manifest = self._folder.manifest()
        if manifest is None:
            raise InputError(
                f"看不到任务文件夹 {self._folder.path}，请用 --job-dir 指定所有节点以同一路径挂载的共享文件夹"
            )
        if fingerprint(manifest) != self._job:
            raise InputError(f"{self._folder.path} 里是另一个任务，请检查该节点是否挂载了同一个共享文件夹")


def rows_folder(folder: RunFolder) -> Path:
    """Where the rows of a job are staged."""
    return folder.path / "rows"


def attempts_folder(folder: RunFolder) -> Path:
    """Where the attempts of a job are kept."""
    return folder.path / "attempts"


def _refusal(error: Exception) -> str:
    """Why this machine cannot work; a stranger's message may quote a complaint, so a bug tells type and place only."""
    if isinstance(error, XiaozhengError):
        reason = str(error).rstrip("。")
    elif isinstance(error, OSError):
        reason = f"{error.filename or '文件'} 不能读写（{error.strerror or type(error).__name__}），请检查共享文件夹"
    else:
        reason = f"程序出错（{type(error).__name__}，{where_raised(error)}），请把日志交给维护人员"
    return f"节点 {socket.gethostname()}：{reason}。"


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """End this process when the block takes longer: a row that never ends must not hold up the job."""
    faulthandler.dump_traceback_later(seconds, exit=True, file=sys.__stderr__ or sys.stderr)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
