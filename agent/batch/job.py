"""A backlog that is scored in the background, as a value: what was asked, how far it is, what came of it.

Values only; the queue is `agent.batch.jobs`. No word of a complaint stands here, and the file's name is masked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Protocol

from pydantic import Field

from agent.batch.tally import ScoreSummary
from models.record import Record

JobState = Literal["waiting", "running", "done", "failed", "cancelled"]
ENDINGS = (".xlsx", ".csv", ".jsonl", ".parquet")
Ending = Literal[".xlsx", ".csv", ".jsonl", ".parquet"]


class Options(Protocol):
    """How a backlog is to be scored; `agent.web.ports.ScoreOptions` and `JobOptions` both are this."""

    @property
    def draft(self) -> bool:
        """Write reply drafts."""

    @property
    def columns(self) -> str | Mapping[str, str]:
        """`text=诉求内容,title=标题` over the automatic mapping, or the same as field to column."""

    @property
    def ending(self) -> str:
        """Of the result, one of `ENDINGS`."""


class JobOptions(Record):
    """How a backlog is to be scored."""

    draft: bool = True
    columns: Mapping[str, str] = Field(default_factory=dict, description="field to column, over the automatic mapping")
    ending: Ending = ".xlsx"


class JobSummary(Record):
    """What became of the rows; see `ScoreSummary`."""

    rows: int = Field(ge=0)
    ok: int = Field(ge=0)
    failed: int = Field(ge=0)
    repeats: int = Field(default=0, ge=0)
    by_route: Mapping[str, int]
    by_lead: Mapping[str, int]
    by_error: Mapping[str, int]
    seconds: float = Field(ge=0)

    @classmethod
    def of(cls, summary: ScoreSummary) -> JobSummary:
        """The same counts, as they can be kept in a file."""
        return cls(
            rows=summary.rows,
            ok=summary.ok,
            failed=summary.errors,
            repeats=summary.repeats,
            by_route=dict(summary.by_route),
            by_lead=dict(summary.by_lead),
            by_error=dict(summary.by_error),
            seconds=summary.seconds,
        )


class Job(Record):
    """One backlog of one person; the last six fields hold only at the moment of asking."""

    id: str
    owner: str
    name: str = Field(description="the file's name as sent, masked; never a path")
    state: JobState = "waiting"
    options: JobOptions = JobOptions()
    created_at: dt.datetime
    started_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    done: int = Field(default=0, ge=0, description="rows scored, failed ones included")
    failed: int = Field(default=0, ge=0)
    total: int | None = Field(default=None, ge=0, description="None before the rows are counted")
    crashes: int = Field(default=0, ge=0, description="starts of the server that found it running: it was killed")
    code: str = Field(default="", description="why it failed, e.g. `no_text_column`, `crashed`")
    error: str = Field(default="", description="the same in words for people")
    summary: JobSummary | None = None
    place: int = Field(
        default=0, ge=0, description="how many jobs run or wait before it, itself included; 0 once it ran"
    )
    stopping: bool = Field(default=False, description="cancelled, and still at the row in hand")
    rate: float = Field(default=0.0, ge=0, description="rows a second")
    remaining: float | None = Field(default=None, ge=0, description="seconds; None when nobody can tell")
    result: Path | None = Field(default=None, description="the file, where there is one; may be a part after a stop")
    result_bytes: int = Field(default=0, ge=0)

    @property
    def over(self) -> bool:
        """Nothing more will happen to it."""
        return self.state in {"done", "failed", "cancelled"}
