"""The rows of a job where other machines can read them: one Parquet file a chunk, there while a cluster works.

Holds complaints as they came, so the folder is closed to other accounts and gone when the engine ends. Nothing of it
survives a run: what is missing is staged again from the input.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from agent.batch._source import SourceRow
from agent.batch.chunks import Chunk
from models.errors import InputError

# Cells are JSON: the names of columns are a stranger's, and half a surrogate pair is no Arrow string.
_SCHEMA = pa.schema(
    [("number", pa.int64()), ("cells", pa.large_string()), ("error", pa.string()), ("uncalculated", pa.string())]
)


class StagedRows:
    """The chunks of one job as files; the folder is named when the object is made and created by `stage`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def stage(self, chunks: Iterable[Chunk]) -> list[int]:
        """Write chunks, one in memory at a time, over whatever an earlier run left.

        Returns:
            Their indices, in the order they came.

        Raises:
            OSError: the folder cannot be written.
        """
        self.clear()
        self._folder.mkdir(mode=0o700)
        indices = []
        for chunk in chunks:
            pq.write_table(_table(chunk), self._path(chunk.index), compression="zstd")
            indices.append(chunk.index)
        return indices

    def read(self, index: int) -> Chunk:
        """One chunk.

        Raises:
            InputError: its file is missing or damaged.
        """
        try:
            table = pq.read_table(self._path(index), schema=_SCHEMA)
        except (OSError, pa.ArrowException) as error:
            raise InputError(
                f"读不到第 {index + 1} 片的数据行 {self._path(index).name}，请检查共享目录后加 --resume 重新运行。",
                code="missing_rows",
            ) from error
        rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
        return Chunk(index, tuple(_row(*values) for values in rows))

    def clear(self) -> None:
        """Delete everything."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, index: int) -> Path:
        return self._folder / f"rows-{index:06d}.parquet"


def _table(chunk: Chunk) -> pa.Table:
    columns = [
        [row.number for row in chunk.rows],
        [json.dumps(dict(row.cells)) for row in chunk.rows],
        [row.error for row in chunk.rows],
        [json.dumps(sorted(row.uncalculated)) for row in chunk.rows],
    ]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, _SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=_SCHEMA)


def _row(number: int, cells: str, error: str, uncalculated: str) -> SourceRow:
    return SourceRow(number, json.loads(cells), error, frozenset(json.loads(uncalculated)))
