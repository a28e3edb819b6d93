"""What goes between two processes comes out as it went in, whole or not at all."""

from __future__ import annotations

from dataclasses import fields

import pytest

from agent.batch._frames import Fault, Inbox, framed, pack_answer, pack_chunk, unpack_answer, unpack_chunk
from agent.batch._source import SourceRow
from agent.batch.chunks import Chunk
from agent.batch.parts import Part, ScoredRow

FULL = SourceRow(
    7, {"诉求内容": "惠济区某路积水\n\0\ud83d"}, "第 7 行坏了。", frozenset({"标题", "时间"}), frozenset({"编号"})
)
SCORED = ScoredRow(7, "ok", "code", "010203", "cgj", "auto", b"\x00\xff{}", '{"id": "\ud83d"}', "A-7")


@pytest.mark.parametrize("rows", [(), (FULL,), (SourceRow(1, {}), FULL)], ids=["none", "full", "two"])
def test_chunks_come_through(rows: tuple[SourceRow, ...]) -> None:
    """A chunk is the same after the journey, text that is no valid Unicode included."""
    assert unpack_chunk(pack_chunk(Chunk(3, rows))) == Chunk(3, rows)


@pytest.mark.parametrize(
    "answer", [Part(0, ()), Part(3, (SCORED, SCORED)), Fault("KeyError", "a.py:3")], ids=["empty", "part", "fault"]
)
def test_answers_come_through(answer: Part | Fault) -> None:
    """A part or a fault is the same after the journey."""
    assert unpack_answer(pack_answer(answer)) == answer


@pytest.mark.parametrize("full", [FULL, SCORED], ids=["source", "scored"])
def test_the_examples_fill_every_field(full: SourceRow | ScoredRow) -> None:
    """No field of the examples is empty: one that is added and not sent fails the tests above."""
    assert [field.name for field in fields(full) if not getattr(full, field.name)] == []


def test_frames_arrive_whole() -> None:
    """Byte by byte, nothing comes before the last byte of a frame, and nothing of the next with it."""
    inbox = Inbox()
    first, second = b"abc" * 100, b""
    taken = []
    for byte in framed(first) + framed(second):
        inbox.add(bytes([byte]))
        while (content := inbox.take()) is not None:
            taken.append((content, bool(inbox)))
    assert taken == [(first, False), (second, False)]


def test_half_a_frame_is_nothing() -> None:
    """A frame that was cut off is never taken, and the inbox says that something is held."""
    inbox = Inbox()
    inbox.add(framed(b"abc")[:-1])
    assert inbox.take() is None
    assert inbox
