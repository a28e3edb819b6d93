"""What runs on a node, without a cluster: staged rows, attempts, refusals."""

from __future__ import annotations

import importlib
import json
import multiprocessing
import socket
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pytest

from agent.batch import BatchOptions, score_file
from agent.batch._attempts import Attempts
from agent.batch._ray_node import SECRETS, NodeScorer, ScorerOptions, fingerprint
from agent.batch._source import SourceRow
from agent.batch._staged_rows import StagedRows
from agent.batch.chunks import Chunk
from agent.batch.engines import Work
from agent.batch.manifest import Manifest
from agent.batch.parts import Part, ScoredRow
from agent.batch.ray_engine import RayOptions, on_ray
from agent.batch.run_folder import RunFolder
from agent.settings import Settings
from models.errors import InputError, XiaozhengError
from tests.agent.batch.backlogs import CHUNK, answer, write_backlog
from tests.agent.batch.fakes import OneByOne
from tests.ray.fakes import build, build_other

ROW = SourceRow(7, {"诉求内容": "惠济区某路积水\n\0\ud83d", "标题": ""}, "第 7 行坏了。", frozenset({"标题", "时间"}))


class Stop(BaseException):
    """The end of a process, as far as a test can have it."""


class Mortal:
    """Scores rows, and dies of some numbers."""

    def __init__(self, *deadly: int) -> None:
        self.deadly, self.asked = deadly, list[int]()

    def score(self, chunk: Chunk) -> Part:
        """Die or answer."""
        self.asked.append(len(chunk.rows))
        if any(row.number in self.deadly for row in chunk.rows):
            raise Stop
        return Part(chunk.index, tuple(scored(row, "ok") for row in chunk.rows))

    def lost(self, row: SourceRow) -> ScoredRow:
        """Give up."""
        return scored(row, "error")


def scored(row: SourceRow, status: str) -> ScoredRow:
    return ScoredRow(row.number, status, "", "", "", "", b"", "{}")


def chunk(rows: int = 4) -> Chunk:
    return Chunk(3, tuple(SourceRow(number, {}) for number in range(rows)))


def persist(attempts: Attempts, scorer: Mortal, lives: int) -> Part:
    """Score with a fresh process after every death."""
    for _ in range(lives):
        try:
            return attempts.score(chunk(), scorer)
        except Stop:
            continue
    pytest.fail(f"no part after {lives} lives")


def test_rows_come_through(tmp_path: Path) -> None:
    """A staged chunk is read as it was, text that is no valid Unicode included, and cleared without a trace."""
    rows = StagedRows(tmp_path / "rows")
    chunks = [Chunk(2, (ROW, SourceRow(8, {}))), Chunk(5, (SourceRow(9, {"a": "b"}),))]
    assert rows.stage(iter(chunks)) == [2, 5]
    assert [rows.read(2), rows.read(5)] == chunks
    assert (tmp_path / "rows").stat().st_mode & 0o777 == 0o700
    rows.clear()
    assert list(tmp_path.iterdir()) == []


def test_missing_rows(tmp_path: Path) -> None:
    """A chunk that is not there is named."""
    with pytest.raises(InputError, match="第 4 片"):
        StagedRows(tmp_path).read(3)


@pytest.mark.parametrize(
    ("deadly", "lives", "errors"), [((), 1, ()), ((2,), 4, (2,)), ((0, 3), 5, (0, 3))], ids=["none", "one", "two"]
)
def test_attempts(tmp_path: Path, deadly: tuple[int, ...], lives: int, errors: tuple[int, ...]) -> None:
    """A chunk that kills twice is scored row by row, and only the rows that kill are given up."""
    attempts = Attempts(tmp_path / "attempts")
    part = persist(attempts, Mortal(*deadly), lives)
    assert [row.number for row in part.rows] == list(range(4))
    assert tuple(row.number for row in part.rows if row.status == "error") == errors
    attempts.done(3)
    assert list((tmp_path / "attempts").iterdir()) == []


def test_one_death_is_forgiven(tmp_path: Path) -> None:
    """After one death the chunk is scored whole again: it may have been the machine's."""
    attempts = Attempts(tmp_path / "attempts")
    with pytest.raises(Stop):
        attempts.score(chunk(), Mortal(1))
    lucky = Mortal()
    attempts.score(chunk(), lucky)
    assert lucky.asked == [4]


def test_finished_rows_are_kept(tmp_path: Path) -> None:
    """Row by row, what is scored before the death of a later row is not scored again."""
    scorer = Mortal(2)
    persist(Attempts(tmp_path / "attempts"), scorer, 4)
    assert scorer.asked == [4, 4, 1, 1, 1, 1]


def test_loading(tmp_path: Path) -> None:
    """After four processes of this machine have died while they loaded, the fifth refuses; living ones do not count."""
    attempts, gone = Attempts(tmp_path / "attempts"), multiprocessing.get_context("spawn")
    with attempts.loading():
        pass
    assert list((tmp_path / "attempts").iterdir()) == []
    dead = [gone.Process(target=int) for _ in range(4)]
    for process in dead:
        process.start()
        process.join()
        with attempts.loading():
            (tmp_path / "attempts" / f"load-{socket.gethostname()}.{process.pid}").touch()
    with pytest.raises(XiaozhengError, match="4 个进程在装载时意外退出"), attempts.loading():
        pass


@pytest.fixture
def job(tmp_path: Path) -> Work:
    """The work of a started job, nothing of it done."""
    seen: list[Work] = []

    def engine(work: Work) -> None:
        seen.append(work)
        rows = StagedRows(tmp_path / "job" / "rows")
        rows.stage(work.chunks)
        raise InputError("enough")

    source = write_backlog(tmp_path / "in.csv")
    options = BatchOptions(chunk_rows=CHUNK, job_dir=tmp_path / "job")
    with pytest.raises(InputError, match="enough"):
        score_file(source, tmp_path / "out.csv", OneByOne(answer), options, engine=engine)  # type: ignore[arg-type]
    return seen[0]


def options_of(work: Work, **settings: str) -> ScorerOptions:
    loaded = Settings.load({f"XIAOZHENG_{name.upper()}": value for name, value in settings.items()})
    return ScorerOptions(manifest=work.manifest, header=work.columns.header, settings=loaded)


def answers(node: NodeScorer, *indices: int) -> list[dict[str, object]]:
    rows = node(pa.table({"index": list(indices)})).to_pylist()
    assert isinstance(rows, list)
    return rows


def test_node_writes_the_driver_s_part(tmp_path: Path, job: Work) -> None:
    """A node's part is the driver's, counted only after it is kept, and scored once however often it is asked for."""
    node = NodeScorer(str(tmp_path / "job"), fingerprint(job.manifest), options_of(job).packed(), build)
    assert answers(node, 1) == [{"index": 1, "rows": 4, "errors": 1, "refusal": ""}]
    assert job.parts.read(1) == job.scorer.score(StagedRows(tmp_path / "job" / "rows").read(1))
    (tmp_path / "job" / "rows" / "rows-000001.parquet").unlink()
    assert answers(node, 1) == [{"index": 1, "rows": 4, "errors": 1, "refusal": ""}]


def _elsewhere(folder: Path, work: Work) -> NodeScorer:
    return NodeScorer(str(folder / "x"), fingerprint(work.manifest), options_of(work).packed(), build)


def _another_job(folder: Path, work: Work) -> NodeScorer:
    return NodeScorer(str(folder / "job"), "0" * 64, options_of(work).packed(), build)


def _other_versions(folder: Path, work: Work) -> NodeScorer:
    return NodeScorer(str(folder / "job"), fingerprint(work.manifest), options_of(work).packed(), build_other)


def _bug(folder: Path, work: Work) -> NodeScorer:
    return NodeScorer(str(folder / "job"), fingerprint(work.manifest), "{}", build)


def _replaced(folder: Path, work: Work) -> NodeScorer:
    node = NodeScorer(str(folder / "job"), fingerprint(work.manifest), options_of(work).packed(), build)
    later = work.manifest.model_copy(update={"draft": not work.manifest.draft})
    RunFolder(folder / "job").save(later)
    return node


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_elsewhere, "看不到任务文件夹"),
        (_another_job, "另一个任务"),
        (_other_versions, "knowledge 应为 k-1，实为 k-2"),
        (_bug, "程序出错（ValidationError"),
        (_replaced, "另一个任务"),
    ],
    ids=["elsewhere", "another-job", "versions", "bug", "replaced"],
)
def test_refusals(tmp_path: Path, job: Work, make: Callable[[Path, Work], NodeScorer], reason: str) -> None:
    """What keeps a node from working is one sentence that names it, and nothing is written."""
    (told,) = answers(make(tmp_path, job), 0)
    assert reason in str(told["refusal"])
    assert str(told["refusal"]).startswith("节点 ")
    assert job.parts.held() == set()


def test_the_fingerprint_is_of_the_job(job: Work) -> None:
    """Counting the rows changes no fingerprint, another job does."""
    manifest = job.manifest
    assert fingerprint(Manifest.model_validate_json(manifest.model_dump_json())) == fingerprint(manifest)
    assert fingerprint(manifest.model_copy(update={"total": 61})) == fingerprint(manifest)
    assert fingerprint(manifest.model_copy(update={"chunk_rows": 5})) != fingerprint(manifest)


def test_passwords_are_not_sent(job: Work) -> None:
    """No secret setting is in what Ray carries, and every secret setting is known as one."""
    packed = options_of(job, database_url="postgresql://a:hush@db/x", llm__api_key="hush").packed()
    assert "hush" not in packed
    assert not SECRETS & json.loads(packed)["settings"].keys()
    assert {name for name, field in Settings.model_fields.items() if "Secret" in str(field.annotation)} == SECRETS


def test_folders_are_absolute(job: Work, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A data folder that is named from here is found by a process that stands elsewhere."""
    monkeypatch.chdir(tmp_path)
    assert json.loads(options_of(job, data_dir="data").packed())["settings"]["data_dir"] == str(tmp_path / "data")


def test_without_ray(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra one sentence says what to install."""

    def missing(name: str) -> ModuleType:
        raise ModuleNotFoundError(name, name=name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(InputError, match=r"pip install 'xiaozheng\[ray\]'"):
        on_ray(tmp_path, Settings.load({}))


@pytest.mark.parametrize("address", ["", "ray://head:10001", "head", "head:", "a b:1"])
def test_addresses(tmp_path: Path, address: str) -> None:
    """What is no address is refused before Ray is looked for; a client of a cluster cannot drive it."""
    with pytest.raises(InputError, match="auto、local 或 主机:端口"):
        on_ray(tmp_path, Settings.load({}), RayOptions(address))
