"""Chunks, parts and their assembly: the same bytes, nothing damaged, nothing held that need not be."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agent.batch._flat import Layout
from agent.batch.assemble import Assembly
from agent.batch.chunks import chunked
from agent.batch.columns import map_columns
from agent.batch.parts import Part, PartStore, ScoredRow
from agent.batch.readers import SourceRow
from agent.batch.repeats import Repeats
from agent.batch.tally import Tally
from agent.schema import Suggestion
from models.errors import InputError

ROW = ScoredRow(1, "ok", "", "010202", "cgj", "auto", b"\x00\xff", '{"id":"A1","status":"ok"}', "A1")
FAILED = ScoredRow(2, "error", "empty_text", "", "", "", b"", '{"id":"A2","status":"error"}', "A2")
PART = Part(3, (ROW, FAILED))


@pytest.fixture
def store(tmp_path: Path) -> PartStore:
    return PartStore(tmp_path / "parts")


def rows(count: int) -> Iterator[SourceRow]:
    return (SourceRow(number, {"内容": "路灯不亮"}) for number in range(1, count + 1))


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (4, [4]), (9, [4, 4, 1])], ids=str)
def test_chunks(count: int, sizes: list[int]) -> None:
    """Chunks follow one another, all of the size but the last, and lose no row."""
    chunks = list(chunked(rows(count), 4))
    assert [len(chunk.rows) for chunk in chunks] == sizes
    assert [chunk.index for chunk in chunks] == list(range(len(sizes)))
    assert [row.number for chunk in chunks for row in chunk.rows] == list(range(1, count + 1))


def test_chunks_are_read_as_needed() -> None:
    """Asking for a chunk reads its rows and not one more."""
    source = rows(100)
    chunks = chunked(source, 4)
    assert next(chunks).index == 0
    assert next(source).number == 5


def test_part_comes_back(store: PartStore) -> None:
    """What was written is read, and counts as held."""
    store.write(PART)
    assert store.read(3) == PART
    assert store.errors() == {3: 1}
    assert list(store.marks([3])) == [b"\x00\xff", b""]


def test_same_part_same_bytes(store: PartStore, tmp_path: Path) -> None:
    """Two processes that finish the same chunk write the same file."""
    other = PartStore(tmp_path / "others")
    store.write(PART)
    other.write(PART)
    store.write(PART)
    files = [path.read_bytes() for path in sorted(tmp_path.rglob("*.parquet"))]
    assert len(files) == 2
    assert files[0] == files[1]


@pytest.mark.parametrize("damage", ["cut", "empty", "bits", "misnamed", "half"])
def test_damaged_part(store: PartStore, tmp_path: Path, damage: str) -> None:
    """A part that is not as it was written does not count, and is deleted."""
    line = "".join(chr(0x4E00 + place * 7919 % 20000) for place in range(3000))  # nothing to compress
    store.write(replace(PART, rows=(replace(ROW, line=line),)))
    path = next((tmp_path / "parts").iterdir())
    content = bytearray(path.read_bytes())
    if damage == "bits":
        content[len(content) // 3] ^= 1
    lengths = {"cut": len(content) - 9, "empty": 0, "half": len(content) // 2}
    path.write_bytes(content[: lengths.get(damage, len(content))])
    if damage == "misnamed":
        path.rename(path.with_name("part-00000004.parquet"))
    (tmp_path / "parts" / ".0f.new").write_bytes(content[:100])
    with pytest.raises(InputError, match="--resume") as caught:
        store.read(4 if damage == "misnamed" else 3)
    assert caught.value.code == "damaged_part"
    assert store.held() == set()
    assert list((tmp_path / "parts").iterdir()) == []


def test_missing_part(store: PartStore) -> None:
    """A part that is not there is an error that says what to do, for its rows and for its marks."""
    assert store.held() == set()
    for read in (lambda: store.read(0), lambda: list(store.marks([0]))):
        with pytest.raises(InputError, match="第 1 个分片"):
            read()


def assembly(store: PartStore, folder: Path) -> Assembly:
    layout = Layout.of(map_columns(("内容",)), lambda text: text)
    return Assembly(store, "jsonl", layout, folder / "staged.jsonl", folder / "out.jsonl")


def test_repeats_are_named(store: PartStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that repeats another names the id of the first, also across parts, and is counted."""
    for index in range(2):
        lines = [Suggestion(id=f"A{index}{place}", status="ok") for place in range(2)]
        made = [replace(ROW, line=line.model_dump_json(exclude={"repeats"}), id=line.id) for line in lines]
        store.write(Part(index, tuple(made)))

    def found(marks: Iterable[bytes]) -> Repeats:
        assert len(list(marks)) == 4
        return Repeats(np.array([-1, -1, -1, 1]), np.array([0, 0, 0, 0.75]))

    monkeypatch.setattr("agent.batch.assemble.find_repeats", found)
    tally = assembly(store, tmp_path).run([0, 1])
    lines = [Suggestion.model_validate_json(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [line.repeats.id if line.repeats else "" for line in lines] == ["", "", "", "A01"]
    assert lines[3].repeats is not None
    assert lines[3].repeats.score == 0.75
    assert (tally.rows, tally.repeats) == (4, 1)
    assert not (tmp_path / "staged.jsonl").exists()


def test_assembly_holds_one_part(store: PartStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Putting 18 MB together takes the memory of a part, not of the output."""
    none = Repeats(np.full(200, -1), np.zeros(200))  # what the search itself takes is tested with it
    monkeypatch.setattr("agent.batch.assemble.find_repeats", lambda marks: (len(list(marks)), none)[1])
    line = '{"id":"A1","text":"' + "路" * 30_000 + '"}'
    for index in range(50):
        store.write(Part(index, tuple(replace(ROW, number=place, mark=b"", line=line) for place in range(4))))
    whole = assembly(store, tmp_path)
    whole.run([0])  # what is loaded once is not counted
    tracemalloc.start()
    whole.run(range(50))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "out.jsonl").stat().st_size > 15_000_000
    assert peak < 3_000_000


def test_output_on_another_disk(store: PartStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the job folder lies on another disk the output is copied and still appears whole or not at all."""
    store.write(Part(0, (replace(ROW, mark=b"", line='{"id":"A1"}'),)))
    whole = assembly(store, tmp_path)
    rename = Path.replace

    def other_disk(self: Path, target: Path) -> Path:
        if self == whole.staged:
            raise OSError(18, "Invalid cross-device link")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", other_disk)
    whole.run([0])
    assert (tmp_path / "out.jsonl").read_text("utf-8") == '{"id":"A1","repeats":null}\n'
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "parts"]


def test_tally() -> None:
    """Counts by category, lead, route and error, the most first; what is empty is not counted."""
    other = replace(ROW, lead="slj")
    summary = Tally.of([PART, Part(4, (other, ROW))]).summary()
    assert (summary.rows, summary.ok, summary.errors) == (4, 3, 1)
    assert dict(summary.by_category) == {"010202": 3}
    assert list(summary.by_lead.items()) == [("cgj", 2), ("slj", 1)]
    assert dict(summary.by_error) == {"empty_text": 1}
    assert summary.top_leads(1) == ["cgj"]
