"""One chunk: many complaints at once, one by one where that fails, and every row answered."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Sequence
from dataclasses import replace

import pytest
from threadpoolctl import threadpool_info  # type: ignore[import-untyped]  # no stubs upstream

from agent.batch._flat import Layout
from agent.batch._source import SourceRow
from agent.batch.chunks import Chunk
from agent.batch.columns import map_columns
from agent.batch.rendering import make_line
from agent.batch.scoring import Scorer, Scores, scores_of
from agent.schema import Complaint, Draft, Suggestion
from models.errors import ModelError
from tests.agent.batch.fakes import OneByOne
from tests.suggestions import suggestion

COLUMNS = map_columns(("编号", "内容", "受理时间"))
NOW = dt.datetime(2026, 3, 14, 9, 30, tzinfo=dt.UTC)
SECRET = "中原区桐柏路某小区三号楼"


def chunk(*texts: str) -> Chunk:
    made = (SourceRow(place, {"编号": f"A{place}", "内容": text}) for place, text in enumerate(texts, start=1))
    return Chunk(7, tuple(made))


def scorer(scores: Scores) -> Scorer:
    return Scorer(scores, COLUMNS, make_line("jsonl", Layout.of(COLUMNS, lambda text: text)))


class Batch:
    """Answers all complaints at once, unless one of them is bad."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def __call__(self, complaints: Sequence[Complaint]) -> list[Suggestion]:
        """Answer, or fail as a whole."""
        self.calls.append([complaint.id for complaint in complaints])
        for complaint in complaints:
            if "坏模型" in complaint.text:
                raise ModelError("模型没有应答，请稍后重试。")
            if "意外" in complaint.text:
                raise ZeroDivisionError(complaint.text)
        return [suggestion(complaint.text).model_copy(update={"id": complaint.id}) for complaint in complaints]


def test_at_once() -> None:
    """A chunk goes to the agent in one call, without the rows that have nothing to say."""
    batch = Batch()
    part = scorer(batch).score(chunk("路灯不亮", "", "井盖缺失"))
    assert batch.calls == [["A1", "A3"]]
    assert (part.index, [row.number for row in part.rows]) == (7, [1, 2, 3])
    assert [row.code for row in part.rows] == ["", "empty_text", ""]
    assert [row.id for row in part.rows] == ["A1", "A2", "A3"]


def test_one_by_one(caplog: pytest.LogCaptureFixture) -> None:
    """When a call fails its rows are tried alone: only those that fail are errors, and no log quotes one."""
    batch = Batch()
    with caplog.at_level(logging.DEBUG):
        part = scorer(batch).score(chunk("路灯不亮", "坏模型", f"意外{SECRET}", "井盖缺失"))
    assert batch.calls == [["A1", "A2", "A3", "A4"], ["A1"], ["A2"], ["A3"], ["A4"]]
    assert [row.code for row in part.rows] == ["", "model", "internal", ""]
    assert SECRET not in caplog.text + "".join(row.line for row in part.rows)


def test_too_few_answers() -> None:
    """An agent that answers fewer complaints than it got does not shift the rows."""
    part = scorer(lambda complaints: Batch()(complaints[:1])).score(chunk("路灯不亮", "井盖缺失"))
    assert [(row.id, row.status) for row in part.rows] == [("A1", "ok"), ("A2", "ok")]
    part = scorer(lambda complaints: []).score(chunk("路灯不亮"))
    assert [row.code for row in part.rows] == ["model"]


def test_no_trace_of_time() -> None:
    """How long a row took is not in its line: the same rows must give the same bytes."""
    part = scorer(Batch()).score(chunk("路灯不亮"))
    assert json.loads(part.rows[0].line)["timing_ms"] == {}


def test_unwritable_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A suggestion that no file can hold is an error of its row alone."""

    def broken(complaints: Sequence[Complaint]) -> list[Suggestion]:
        return [Suggestion(id=c.id, status="ok", draft=Draft(text="\ud800", generator="x")) for c in complaints]

    part = scorer(broken).score(chunk("路灯不亮"))
    assert [(row.id, row.status, row.code) for row in part.rows] == [("A1", "error", "internal")]


def test_lost_row() -> None:
    """A row whose worker died twice is an error that says so."""
    row = scorer(Batch()).lost(chunk("路灯不亮").rows[0])
    assert (row.id, row.status, row.code, row.mark) == ("A1", "error", "worker_crashed", b"")
    assert "两次" in json.loads(row.line)["error"]["message"]


@pytest.mark.parametrize("draft", [True, False], ids=["draft", "none"])
def test_settled_agent(draft: bool) -> None:
    """Draft, profile and moment of the job reach the agent; without drafts none is written, whatever it made."""
    agent = OneByOne(lambda complaint, *, draft: suggestion(complaint.text))
    made = scores_of(agent, draft=draft, profile="fast", now=NOW)([Complaint(text="路灯不亮")])
    assert agent.asked == [(draft, "fast", NOW)]
    assert (made[0].draft is not None) == draft


def test_unwritable_cells() -> None:
    """A row whose own cells cannot be written becomes an error without them, and the rest go on."""

    def line(row: SourceRow, made: Suggestion) -> str:
        if row.cells.get("内容") == "坏格":
            raise ValueError(row.cells["内容"])
        return made.id

    part = replace(scorer(Batch()), line=line).score(chunk("路灯不亮", "坏格"))
    assert [row.status for row in part.rows] == ["ok", "error"]
    assert "坏格" not in part.rows[1].line


def test_one_thread() -> None:
    """Products are computed by one thread, so that no digit depends on how many cores or workers there are."""
    seen: list[int] = []

    def scores(complaints: Sequence[Complaint]) -> list[Suggestion]:
        seen.extend(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas")
        return Batch()(complaints)

    scorer(scores).score(chunk("路灯不亮"))
    assert set(seen) == {1}


def test_want_of_memory() -> None:
    """Rows that together want too much are the engine's to try again; one alone that does is an error."""

    def hungry(complaints: Sequence[Complaint]) -> list[Suggestion]:
        raise MemoryError(complaints[0].text)

    with pytest.raises(MemoryError):
        scorer(hungry).score(chunk("路灯不亮", "井盖缺失"))
    (row,) = scorer(hungry).score(chunk(SECRET)).rows
    assert (row.status, row.code) == ("error", "internal")
    assert SECRET not in row.line
