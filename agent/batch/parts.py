"""What became of one chunk, and the folder that keeps it: one Parquet file a chunk, there whole or not at all.

A part holds the finished lines of the output and the few values that counts and repeats are made of, so that the
output can be put together without the input and without the agent. The same part has the same bytes, whoever wrote it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from models.errors import InputError

_SCHEMA = pa.schema(
    [
        ("number", pa.int64()),
        ("status", pa.string()),
        ("code", pa.string()),
        ("category", pa.string()),
        ("lead", pa.string()),
        ("route", pa.string()),
        ("mark", pa.binary()),
        ("line", pa.large_string()),
        ("id", pa.string()),
    ]
)
_INDEX, _DIGEST = b"xiaozheng.index", b"xiaozheng.digest"


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """One row of the output before anybody knows which rows repeat it.

    Attributes:
        number: `SourceRow.number`.
        status: `ok` or `error`.
        code: Of the error; '' without one.
        category: Code of the category; '' where none is sure.
        lead: Id of the lead department; '' without one.
        route: `Decision.route`; '' without one.
        mark: What tells whether two rows report the same matter, see `agent.batch.repeats`; empty for an error.
        line: The row as the output's writer takes it, see `agent.batch.rendering`.
        id: `Suggestion.id`, by which a repeat names the row.
    """

    number: int
    status: str
    code: str
    category: str
    lead: str
    route: str
    mark: bytes
    line: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """All rows of one chunk, in their order."""

    index: int
    rows: tuple[ScoredRow, ...]

    @property
    def errors(self) -> int:
        """Rows that failed."""
        return sum(row.status == "error" for row in self.rows)


class PartStore:
    """The parts of one job. Any process may write; a part that two have written is the same part."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made by the first `write`."""
        self._folder = folder

    def write(self, part: Part) -> None:
        """Keep a part: after this it survives a kill and a power cut, before it there is nothing."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._folder / f".{uuid4().hex}.new"
        try:
            with new.open("wb") as file:
                file.write(_packed(part))
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path(part.index))
        finally:
            new.unlink(missing_ok=True)
        sync_folder(self._folder)

    def read(self, index: int) -> Part:
        """One part.

        Raises:
            InputError: it is missing or damaged.
        """
        part = _unpacked(self._path(index))
        if part is None or part.index != index:
            raise _damaged(index)
        return part

    def marks(self, indices: Iterable[int]) -> Iterator[bytes]:
        """The mark of every row of these parts, in order; reads nothing else of them.

        Raises:
            InputError: a part is missing or damaged.
        """
        for index in indices:
            try:
                column = pq.read_table(self._path(index), columns=["mark"]).column(0)
            except (OSError, pa.ArrowException) as error:
                raise _damaged(index) from error
            yield from column.to_pylist()

    def held(self) -> set[int]:
        """Which parts are whole; what is not, and what a killed process left half written, is deleted."""
        return set(self.errors())

    def errors(self) -> dict[int, int]:
        """The same with the number of failed rows of every part."""
        whole: dict[int, int] = {}
        if not self._folder.is_dir():
            return whole
        for path in sorted(self._folder.iterdir()):
            part = _unpacked(path) if path.suffix == ".parquet" else None
            if part is not None and path == self._path(part.index):
                whole[part.index] = part.errors
            elif path.suffix in {".parquet", ".new"}:
                path.unlink(missing_ok=True)
        return whole

    def clear(self) -> None:
        """Delete all parts, and the folder when nothing foreign lies in it."""
        if not self._folder.is_dir():
            return
        for path in self._folder.iterdir():
            if path.suffix in {".parquet", ".new"}:
                path.unlink(missing_ok=True)
        if not any(self._folder.iterdir()):
            self._folder.rmdir()

    def _path(self, index: int) -> Path:
        return self._folder / f"part-{index:08d}.parquet"


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _packed(part: Part) -> bytes:
    columns = [[getattr(row, name) for row in part.rows] for name in _SCHEMA.names]
    about = {_INDEX: str(part.index).encode(), _DIGEST: _digest(part.rows)}
    arrays = [pa.array(column, field.type) for column, field in zip(columns, _SCHEMA, strict=True)]
    table = pa.Table.from_arrays(arrays, schema=_SCHEMA.with_metadata(about))
    sink = BytesIO()
    pq.write_table(table, sink, compression="zstd", use_dictionary=False, write_statistics=False)
    return sink.getvalue()


def _unpacked(path: Path) -> Part | None:
    """The part in a file; None unless every value of it is as it was written."""
    try:
        table = pq.read_table(BytesIO(path.read_bytes()))
        if not table.schema.equals(_SCHEMA):
            return None
        values = zip(*(column.to_pylist() for column in table.columns), strict=True)
        rows = tuple(ScoredRow(*row) for row in values)
        about = table.schema.metadata or {}
        whole = about.get(_DIGEST) == _digest(rows)
        return Part(int(about[_INDEX]), rows) if whole else None
    except (OSError, pa.ArrowException, ValueError, KeyError, TypeError):
        return None


def _digest(rows: Iterable[ScoredRow]) -> bytes:
    # over the values, not the file: a bit that turned in any page or in the footer changes a value or nothing at all
    state = hashlib.blake2b(digest_size=16)
    for row in rows:
        state.update(repr([getattr(row, field.name) for field in fields(row)]).encode("utf-8", "backslashreplace"))
    return state.hexdigest().encode()


def _damaged(index: int) -> InputError:
    return InputError(
        f"任务文件夹中第 {index + 1} 个分片缺失或损坏，请加 --resume 重新运行，只会补做这一片。", code="damaged_part"
    )
