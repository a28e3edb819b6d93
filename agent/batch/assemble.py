"""Putting the output together from the parts of a job, in their order: the same parts give the same bytes.

Reads the parts twice, first their marks alone to find which rows repeat an earlier one. Holds one part in memory and
the ids of the rows that others repeat.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from agent.batch._flat import Layout
from agent.batch.parts import PartStore, ScoredRow, sync_folder
from agent.batch.readers import Kind
from agent.batch.repeats import Repeats, find_repeats
from agent.batch.tally import Tally
from agent.batch.writers import ResultWriter, open_writer
from agent.schema import Duplicate
from models.errors import InputError


@dataclass(frozen=True, slots=True)
class Assembly:
    """How parts become one file.

    Attributes:
        parts: Where they lie.
        kind: The format of the output.
        layout: What it holds.
        staged: Where it is put together; a kill leaves no more than that.
        output: Where it gets its name, when it is whole.
    """

    parts: PartStore
    kind: Kind
    layout: Layout
    staged: Path
    output: Path

    def run(self, indices: Sequence[int]) -> Tally:
        """Write the rows of these parts.

        Args:
            indices: Of the parts, in the order of the output.

        Returns:
            What the rows came to.

        Raises:
            InputError: a part is damaged, or the output cannot be written.
            KeyboardInterrupt: asked to stop; the rows written by then are in a valid output.
        """
        repeats, firsts = self._repeats(indices)
        tally = Tally()
        try:
            with open_writer(self.staged, self.kind, self.layout) as writer:
                self._write(writer, tally, self._rows(indices), repeats, firsts)
        except KeyboardInterrupt:
            if self.staged.exists():
                _place(self.staged, self.output)
            raise
        _place(self.staged, self.output)
        return tally

    def _rows(self, indices: Sequence[int]) -> Iterator[ScoredRow]:
        for index in indices:
            yield from self.parts.read(index).rows

    def _repeats(self, indices: Sequence[int]) -> tuple[Repeats, set[int]]:
        """Which rows repeat which, and the positions of those that are repeated."""
        rows = 0

        def counted() -> Iterator[bytes]:
            nonlocal rows
            for mark in self.parts.marks(indices):
                rows += 1
                yield mark

        repeats = find_repeats(counted())
        return repeats, {hit[0] for position in range(rows) if (hit := repeats.of(position))}

    def _write(
        self, writer: ResultWriter, tally: Tally, rows: Iterator[ScoredRow], repeats: Repeats, firsts: set[int]
    ) -> None:
        ids: dict[int, str] = {}
        for position, row in enumerate(rows):
            if position in firsts:
                ids[position] = row.id
            hit = repeats.of(position)
            writer.write(row.line, Duplicate(id=ids[hit[0]], score=hit[1]) if hit else None)
            tally.add(row, repeats=hit is not None)


def _place(staged: Path, output: Path) -> None:
    """Give a finished file its name, also on another disk."""
    try:
        try:
            staged.replace(output)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _carry(staged, output)
        sync_folder(output.parent)
    except OSError as error:
        raise InputError(
            f"不能写入 {output}（{error.strerror}），请关闭打开着它的程序，再加 --resume 重新运行。", code="unwritable"
        ) from error


def _carry(staged: Path, output: Path) -> None:
    near = output.parent / f".xiaozheng-{uuid4().hex[:12]}.part"
    try:
        shutil.copyfile(staged, near)
        with near.open("r+b") as file:
            os.fsync(file.fileno())
        near.replace(output)
        staged.unlink()
    finally:
        near.unlink(missing_ok=True)
