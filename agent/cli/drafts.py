"""The command that judges reply drafts from anywhere by the guard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from agent.batch.readers import SourceRow, open_table, parse_time
from agent.cli.console import one_line_errors, open_agent
from agent.drafting.guard.foreign import ForeignGuard
from agent.schema import Check, ErrorInfo
from models.errors import InputError, XiaozhengError
from models.record import Record

FAILED_ROWS = 1
Judge = Callable[[str, str, str, dt.datetime | None], tuple[Check, ...]]


class JudgedDraft(Record):
    """One row of output; `error` says why a draft could not be judged."""

    id: str
    ok: bool
    checks: tuple[Check, ...] = ()
    error: ErrorInfo | None = None


@one_line_errors
def draft_check(
    file: Annotated[Path, typer.Argument(help=".jsonl，每行 {id, text, draft, record, received_at}")],
) -> None:
    """Judge reply drafts: one line of JSON a row on standard output; exit code 1 when a row could not be judged."""
    table = open_table(file)
    missing = {"text", "draft"} - set(table.header)
    if missing:
        raise InputError(f"{file.name} has no field {'、'.join(sorted(missing))}; give text and draft in every row")
    judge = ForeignGuard(open_agent()).check
    failed = 0
    for judged in judge_rows(table.rows(), judge):
        failed += judged.error is not None
        typer.echo(judged.model_dump_json(exclude_none=True))
    if failed:
        raise typer.Exit(FAILED_ROWS)


def judge_rows(rows: Iterator[SourceRow], judge: Judge) -> Iterator[JudgedDraft]:
    """Judge row by row; one that cannot be judged says why and stops nothing.

    Args:
        rows: Columns id, text, draft, record and received_at; others are not read.
        judge: Complaint, draft, record and time of receipt to checks.
    """
    for row in rows:
        identity = row.cells.get("id", "") or str(row.number)
        try:
            checks = _judge(row, judge)
        except XiaozhengError as error:
            info = ErrorInfo(code=error.code, message=str(error))
            yield JudgedDraft(id=identity, ok=False, error=info)
        else:
            yield JudgedDraft(id=identity, ok=all(check.ok for check in checks), checks=checks)


def _judge(row: SourceRow, judge: Judge) -> tuple[Check, ...]:
    if row.error:
        raise InputError(row.error, code="bad_row")
    text = row.cells.get("text", "")
    if not text.strip():
        raise InputError("text 是空的；请给出诉求全文。", code="empty_text")
    return judge(text, row.cells.get("draft", ""), row.cells.get("record", ""), _received(row.cells))


def _received(cells: Mapping[str, str]) -> dt.datetime | None:
    written = cells.get("received_at", "").strip()
    if not written:
        return None
    moment = parse_time(written)
    if moment is None:
        raise InputError(f"受理时间 {written!r} 读不懂；请写成 2026-03-14T09:30 这样的形式。", code="bad_time")
    return moment
