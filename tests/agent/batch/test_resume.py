"""Going on with a job: what is refused and why, what is not done twice, and what an interruption leaves."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from agent.batch import BatchOptions, ScoreSummary, score_file
from agent.batch.manifest import Manifest
from agent.batch.readers import read_rows
from agent.batch.run_folder import RunFolder
from agent.schema import Complaint, Suggestion
from models.errors import InputError
from tests.agent.batch.backlogs import CHUNK, ROWS, answer, write_backlog
from tests.agent.batch.fakes import VERSIONS, OneByOne

OPTIONS = BatchOptions(chunk_rows=CHUNK)
RESUME = replace(OPTIONS, resume=True)


@dataclass
class Bench:
    """A backlog, its output, and an agent that a run may be broken off in."""

    folder: Path
    break_at: str = ""
    agent: OneByOne = field(init=False)
    name: str = "out.csv"

    def __post_init__(self) -> None:
        self.source = write_backlog(self.folder / "in.csv")
        self.agent = OneByOne(self.answer)

    @property
    def output(self) -> Path:
        """Of the job under test."""
        return self.folder / self.name

    @property
    def job(self) -> RunFolder:
        """Its folder."""
        return RunFolder.beside(self.output)

    def answer(self, complaint: Complaint, *, draft: bool = True) -> Suggestion:
        """Answer, or Ctrl-C at the complaint where that is wanted."""
        if complaint.id == self.break_at:
            raise KeyboardInterrupt
        return answer(complaint, draft=draft)

    def run(self, options: BatchOptions = RESUME) -> ScoreSummary:
        """Score the backlog."""
        return score_file(self.source, self.output, self.agent, options)

    def interrupt(self, row: int = 18) -> None:
        """Score the backlog up to a row."""
        self.break_at = f"A{row}"
        with pytest.raises(KeyboardInterrupt):
            self.run(OPTIONS)
        self.break_at = ""

    def whole(self) -> bytes:
        """The output of an unbroken run."""
        path = self.folder / f"whole{self.output.suffix}"
        score_file(self.source, path, OneByOne(answer), OPTIONS)
        return path.read_bytes()

    def held(self) -> Manifest:
        """What the job's folder says."""
        manifest = self.job.manifest()
        assert manifest is not None
        return manifest


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.mark.parametrize("ending", ["jsonl", "csv", "xlsx", "parquet"])
def test_interrupted_run_leaves_a_prefix(bench: Bench, ending: str) -> None:
    """Ctrl-C leaves a valid file of the finished chunks, and the resumed job replaces it with the whole."""
    bench.name = f"out.{ending}"
    bench.interrupt(18)
    column = "id" if ending == "jsonl" else "记录编号"
    assert [row.cells[column] for row in read_rows(bench.output)] == [f"A{number}" for number in range(1, 17)]
    asked = bench.agent.rows
    assert bench.run().rows == ROWS
    assert bench.output.read_bytes() == bench.whole()
    assert bench.agent.rows - asked < asked + ROWS - 16


def test_interrupted_before_the_first_chunk(bench: Bench) -> None:
    """Broken off before anything is finished, a run leaves an earlier output as it was."""
    bench.output.write_text("earlier", encoding="utf-8")
    bench.break_at = "A1"
    with pytest.raises(KeyboardInterrupt):
        bench.run(replace(OPTIONS, overwrite=True))
    assert bench.output.read_text(encoding="utf-8") == "earlier"


def test_same_moment(bench: Bench) -> None:
    """A resumed job refers to the moment at which it was started, not to that of the resumption."""
    bench.interrupt()
    begun = dt.datetime(2025, 1, 2, 3, 4, tzinfo=dt.UTC)
    bench.job.save(bench.held().model_copy(update={"started": begun}))
    bench.run()
    assert bench.agent.asked[-1] == (True, "accurate", begun)


def test_twice_is_once(bench: Bench) -> None:
    """A finished job that is resumed gives its summary again, asks the agent nothing and leaves the output alone."""
    first = bench.run(OPTIONS)
    asked, written = bench.agent.rows, bench.output.stat().st_mtime_ns
    assert bench.run() == first
    assert (bench.agent.rows, bench.output.stat().st_mtime_ns) == (asked, written)
    assert json.loads((bench.job.path / "summary.json").read_text(encoding="utf-8"))["rows"] == ROWS
    assert not (bench.job.path / "parts").exists()


def test_output_gone(bench: Bench) -> None:
    """A finished job whose output was deleted is done again to the same bytes."""
    bench.run(OPTIONS)
    before = bench.output.read_bytes()
    bench.output.unlink()
    bench.run()
    assert bench.output.read_bytes() == before


def test_output_edited(bench: Bench) -> None:
    """An output that somebody has worked on since is not replaced without leave."""
    bench.run(OPTIONS)
    bench.output.write_text("checked by hand", encoding="utf-8")
    with pytest.raises(InputError, match="改动过") as caught:
        bench.run()
    assert caught.value.code == "output_changed"
    bench.run(replace(RESUME, overwrite=True))
    assert bench.output.read_bytes() == bench.whole()


def test_resume_without_a_job(bench: Bench) -> None:
    """`resume` is leave, not a demand: without a job it starts one."""
    assert bench.run().rows == ROWS


def test_unfinished_without_leave(bench: Bench) -> None:
    """An unfinished job is neither replaced nor continued unasked; the error names both ways."""
    bench.interrupt()
    with pytest.raises(InputError, match=r"--resume.*--overwrite") as caught:
        bench.run(OPTIONS)
    assert caught.value.code == "unfinished_job"
    asked = bench.agent.rows
    bench.run(replace(OPTIONS, overwrite=True))
    assert bench.agent.rows >= asked + ROWS - 10


CHANGES: dict[str, tuple[Callable[[Bench], BatchOptions], str]] = {
    "input": (lambda bench: _changed_input(bench), "输入文件的内容变了"),
    "draft": (lambda _: replace(RESUME, draft=False), "答复草稿由 写 变为 不写"),
    "profile": (lambda _: replace(RESUME, profile="fast"), "--profile 由 accurate 变为 fast"),
    "chunk": (lambda _: replace(RESUME, chunk_rows=5), "每片行数由 4 变为 5"),
    "fields": (lambda _: replace(RESUME, fields=("编号", "建议主办")), "--fields 由 全部列 变为 编号、建议主办"),
    "columns": (lambda _: replace(RESUME, columns={"title": "编号"}), "列的对应关系变了（order_no、title）"),
    "version": (lambda bench: _changed_versions(bench, "version", "0.2.0"), "程序版本由 0.1.0 变为 0.2.0"),
    "knowledge": (lambda bench: _changed_versions(bench, "knowledge", "k-2"), "知识库由 k-1 变为 k-2"),
    "language": (lambda bench: _changed_versions(bench, "llm", "m-1"), "语言模型由 无 变为 m-1"),
    "setting": (lambda bench: _changed_setting(bench), "XIAOZHENG_MASK_DOORS 由 无 变为 True"),
}


def _changed_input(bench: Bench) -> BatchOptions:
    with bench.source.open("a", encoding="utf-8") as file:
        file.write("A99,,嵩山路井盖缺失\n")
    return RESUME


def _changed_versions(bench: Bench, field: str, value: str) -> BatchOptions:
    bench.agent = OneByOne(answer, VERSIONS.model_copy(update={field: value}))
    return RESUME


def _changed_setting(bench: Bench) -> BatchOptions:
    bench.agent = OneByOne(answer, conditions={"XIAOZHENG_MASK_DOORS": "True"})
    return RESUME


@pytest.mark.parametrize("case", CHANGES)
def test_changed(bench: Bench, case: str) -> None:
    """What would come out differently is refused with what differs, the parts stay, and leave starts it anew."""
    bench.interrupt()
    change, says = CHANGES[case]
    options = change(bench)
    with pytest.raises(InputError) as caught:
        bench.run(options)
    assert caught.value.code == "job_changed"
    assert says in str(caught.value)
    assert bench.job.parts.held() == {0, 1, 2, 3}
    assert bench.run(replace(options, overwrite=True)).scored >= ROWS
    assert bench.held().state == "done"


def test_moved_input(bench: Bench) -> None:
    """The input may be called something else by now: its content counts."""
    bench.interrupt()
    bench.source = bench.source.rename(bench.folder / "三月.csv")
    assert bench.run().rows == ROWS


def test_damaged_part(bench: Bench) -> None:
    """A part that lost a byte is done again, and only that."""
    bench.interrupt()
    part = bench.job.path / "parts" / "part-00000001.parquet"
    part.write_bytes(part.read_bytes()[:-1])
    bench.run(replace(RESUME))
    assert bench.output.read_bytes() == bench.whole()


def test_input_changed_meanwhile(bench: Bench) -> None:
    """A file that is still being written is refused before a row of its new content is scored."""

    def grow(complaint: Complaint, *, draft: bool = True) -> Suggestion:
        with bench.source.open("a", encoding="utf-8") as file:
            file.write("A99,,嵩山路井盖缺失\n")
        return answer(complaint, draft=draft)

    bench.agent = OneByOne(grow)
    bench.source.write_text("编号,诉求内容\nA1,嵩山路井盖缺失\n", encoding="utf-8")
    with pytest.raises(InputError, match="改动") as caught:
        score_file(bench.source, bench.output, bench.agent, replace(OPTIONS, chunk_rows=1), stop=_after(2))
    assert caught.value.code == "input_changed"
    assert bench.job.parts.held() == {0}
    assert bench.agent.rows == 1
    assert not bench.output.exists()


def _after(times: int) -> Callable[[], bool]:
    left = iter(range(times))
    return lambda: next(left, None) is None


def test_stop(bench: Bench) -> None:
    """A run that is asked to stop writes what it has, says so, and can be resumed."""
    stopped = score_file(bench.source, bench.output, bench.agent, OPTIONS, stop=_after(3))
    assert (stopped.stopped, stopped.rows) == (True, 12)
    assert len(list(read_rows(bench.output))) == 12
    summary = bench.run()
    assert (summary.stopped, summary.rows, summary.scored) == (False, ROWS, ROWS - 12)
    assert bench.output.read_bytes() == bench.whole()


def test_one_process_a_job(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that another process works on is refused, and goes on undisturbed."""
    monkeypatch.setattr("agent.batch.run_folder._PATIENCE", 0.0)
    with bench.job.claimed():
        with pytest.raises(InputError, match="另一个进程") as caught:
            bench.run()
        assert caught.value.code == "job_running"
    assert bench.run().rows == ROWS


def test_foreign_folder(bench: Bench, tmp_path: Path) -> None:
    """A folder that holds something else is no job folder, and is left alone."""
    mine = tmp_path / "photos"
    mine.mkdir()
    (mine / "cat.jpg").write_bytes(b"cat")
    with pytest.raises(InputError) as caught:
        bench.run(replace(OPTIONS, job_dir=mine, overwrite=True))
    assert caught.value.code == "not_a_job"
    assert [path.name for path in mine.iterdir()] == ["cat.jpg"]


def test_unreadable_manifest(bench: Bench) -> None:
    """A manifest that nobody can read is refused, and replaced with leave."""
    bench.interrupt()
    (bench.job.path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="--overwrite") as caught:
        bench.run()
    assert caught.value.code == "bad_manifest"
    assert bench.run(replace(RESUME, overwrite=True)).rows == ROWS


def test_closed_to_others(bench: Bench) -> None:
    """Checkpoints hold complaints: the folder is its owner's alone, and no manifest quotes a row."""
    bench.interrupt()
    assert bench.job.path.stat().st_mode & 0o777 == 0o700
    assert (bench.job.path / "parts").stat().st_mode & 0o777 == 0o700
    assert "井盖" not in (bench.job.path / "manifest.json").read_text(encoding="utf-8")


def test_output_in_the_job_folder(bench: Bench) -> None:
    """A folder that is there is closed to others, and an output in it is not swept away with what a kill leaves."""
    job = bench.folder / "job"
    job.mkdir(mode=0o755)
    output = job / "output.csv"
    options = replace(RESUME, job_dir=job)
    score_file(bench.source, output, bench.agent, options)
    asked, written = bench.agent.rows, output.read_bytes()
    score_file(bench.source, output, bench.agent, options)
    assert (bench.agent.rows, output.read_bytes()) == (asked, written)
    assert job.stat().st_mode & 0o777 == 0o700


def test_a_lock_of_somebody_else(bench: Bench) -> None:
    """A folder that holds other things is left alone, also when something in it is called `lock`."""
    theirs = bench.folder / "theirs"
    (theirs / "rows").mkdir(parents=True)
    (theirs / "lock").touch()
    (theirs / "notes.new").touch()
    (theirs / "notes.txt").touch()
    with pytest.raises(InputError) as caught:
        bench.run(replace(RESUME, job_dir=theirs))
    assert caught.value.code == "not_a_job"
    assert sorted(path.name for path in theirs.iterdir()) == ["lock", "notes.new", "notes.txt", "rows"]


def test_leftovers_of_a_workbook(bench: Bench) -> None:
    """What a kill left of a workbook, the rows that waited for it included, is gone after the next run."""
    bench.name = "out.xlsx"
    bench.interrupt()
    scratch = bench.job.path / ".xiaozheng-0123456789ab.part"
    scratch.mkdir()
    (scratch / "rows").touch()
    bench.run()
    assert sorted(path.name for path in bench.job.path.iterdir()) == ["lock", "manifest.json", "summary.json"]
