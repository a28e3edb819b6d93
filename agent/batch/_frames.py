"""Chunks and parts as bytes between two processes of one machine, in frames that arrive whole or not at all.

JSON and not pickle: nothing that a process sends can run code in another, and text that is no valid Unicode (half a
surrogate pair from a stranger's file) comes through. Knows no process; what is on disk is `agent.batch.parts`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, fields

from agent.batch._source import SourceRow
from agent.batch.chunks import Chunk
from agent.batch.parts import Part, ScoredRow

_LENGTH = struct.Struct(">Q")
_CELLS = tuple(field.name for field in fields(SourceRow))
_COLUMNS = tuple(field.name for field in fields(ScoredRow))
_MARK = _COLUMNS.index("mark")


@dataclass(frozen=True, slots=True)
class Fault:
    """What a scorer raised: the name of the exception's class and the line of code; never its message."""

    name: str
    place: str


class Inbox:
    """Bytes as they come in, cut into frames."""

    def __init__(self) -> None:
        self._held = bytearray()

    def __bool__(self) -> bool:
        """Something has come that is not taken yet."""
        return bool(self._held)

    def add(self, data: bytes) -> None:
        """Keep what has come."""
        self._held += data

    def take(self) -> bytes | None:
        """The content of the next frame; None until all of it is there."""
        if len(self._held) < _LENGTH.size:
            return None
        end = _LENGTH.size + _LENGTH.unpack_from(self._held)[0]
        if len(self._held) < end:
            return None
        content = bytes(self._held[_LENGTH.size : end])
        del self._held[:end]
        return content


def framed(content: bytes) -> bytes:
    """A frame with this content."""
    return _LENGTH.pack(len(content)) + content


def pack_chunk(chunk: Chunk) -> bytes:
    """A chunk as bytes, see `unpack_chunk`."""
    return _packed([chunk.index, [[getattr(row, name) for name in _CELLS] for row in chunk.rows]])


def unpack_chunk(data: bytes) -> Chunk:
    """The chunk that was packed."""
    index, rows = json.loads(data)
    for row in rows:
        row[:] = [frozenset(value) if isinstance(value, list) else value for value in row]  # no field is a list
    return Chunk(index, tuple(SourceRow(*row) for row in rows))


def pack_answer(answer: Part | Fault) -> bytes:
    """What became of a chunk as bytes, see `unpack_answer`."""
    if isinstance(answer, Fault):
        return _packed([answer.name, answer.place])
    rows = [[getattr(row, name) for name in _COLUMNS] for row in answer.rows]
    return _packed([answer.index, rows])


def unpack_answer(data: bytes) -> Part | Fault:
    """The part or the fault that was packed."""
    first, second = json.loads(data)
    if isinstance(first, str):
        return Fault(first, second)
    for row in second:
        row[_MARK] = bytes.fromhex(row[_MARK])
    return Part(first, tuple(ScoredRow(*row) for row in second))


def _packed(value: list[object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=_plain).encode("utf-8", "surrogatepass")


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot be sent between processes")
