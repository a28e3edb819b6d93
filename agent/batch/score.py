"""Scoring a backlog: every row of a file through one triage, results in the order of the input.

Knows files and rows, not how a suggestion is made (it takes a callable) nor how progress is shown. A row
that fails becomes a row with an error; no text of a complaint gets into a message or a log.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from agent.batch._complaint import complaint_text
from agent.batch.columns import ColumnMap, map_columns
from agent.batch.readers import SourceRow, check_file, kind_of, open_table, parse_time
from agent.batch.writers import open_writer
from agent.intake import mask
from agent.schema import Complaint, ErrorInfo, Suggestion
from models.errors import InputError, XiaozhengError

Triage = Callable[[Complaint], Suggestion]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; `total` is None while nobody knows it."""

    done: int
    errors: int
    total: int | None


@dataclass(frozen=True, slots=True)
class ScoreSummary:
    """What became of a backlog.

    Attributes:
        by_route: Rows by `Decision.route`.
        by_lead: Rows by id of the lead department.
        by_error: Failed rows by error code.
        stopped: Whether `stop` ended the run before the last row.
        note: What a person must know of sheets that were not read; '' for nothing.
    """

    rows: int
    ok: int
    errors: int
    by_route: Mapping[str, int]
    by_lead: Mapping[str, int]
    by_error: Mapping[str, int]
    seconds: float
    stopped: bool = False
    note: str = ""

    @property
    def rows_per_second(self) -> float:
        """Throughput of the whole run, reading and writing included."""
        return self.rows / self.seconds if self.seconds else 0.0

    def top_leads(self, k: int = 5) -> list[str]:
        """The department ids that were proposed most often, most first."""
        return sorted(self.by_lead, key=lambda lead: (-self.by_lead[lead], lead))[:k]


def score_file(
    input: Path,
    output: Path,
    triage: Triage,
    *,
    columns: Mapping[str, str] = MappingProxyType({}),
    draft: bool = True,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    overwrite: bool = False,
) -> ScoreSummary:
    """Triage every row of a file.

    Args:
        input: `.jsonl`, `.csv`, `.xlsx`, `.xls` or `.parquet`.
        output: `.jsonl`, `.csv`, `.xlsx` or `.parquet`; complete under this name or not there at all.
        triage: Turns one complaint into a suggestion; what it raises becomes the row's error.
        columns: Field to column, over the automatic mapping.
        draft: Keep reply drafts in the output.
        on_progress: Called after every row; the file is counted first when it is given.
        stop: Asked before every row; once it says True the run ends, and the output holds the rows so far.
        overwrite: Replace an output that exists.

    Returns:
        Counts over the rows written.

    Raises:
        InputError: The arguments or the file are unusable; nothing was written.
        KeyboardInterrupt: As it came; the rows finished so far are in the output.
    """
    check_paths(input, output, overwrite=overwrite)
    started = time.perf_counter()
    table = open_table(input, wanted=tuple(columns.values()))
    mapped = map_columns(table.header, columns)
    total = table.count() if on_progress else None
    tally = _Tally(table.note)
    with open_writer(output, kind_of(output), mapped, lambda text: mask(text).text) as writer:
        for row in table.rows():
            if stop is not None and stop():
                tally.stopped = True
                break
            suggestion = _score_row(row, mapped, triage)
            if not draft:
                suggestion = suggestion.model_copy(update={"draft": None})
            writer.write(row, suggestion)
            tally.add(suggestion)
            if on_progress:
                on_progress(Progress(tally.rows, tally.errors, total))
    return tally.summary(time.perf_counter() - started)


class _Tally:
    def __init__(self, note: str) -> None:
        self.note = note
        self.rows = 0
        self.errors = 0
        self.stopped = False
        self._routes: Counter[str] = Counter()
        self._leads: Counter[str] = Counter()
        self._codes: Counter[str] = Counter()

    def add(self, suggestion: Suggestion) -> None:
        self.rows += 1
        self.errors += suggestion.status == "error"
        if suggestion.error:
            self._codes[suggestion.error.code] += 1
        if suggestion.decision:
            self._routes[suggestion.decision.route] += 1
        if suggestion.dispatch:
            self._leads[suggestion.dispatch.lead.id] += 1

    def summary(self, seconds: float) -> ScoreSummary:
        return ScoreSummary(
            rows=self.rows,
            ok=self.rows - self.errors,
            errors=self.errors,
            by_route=MappingProxyType(dict(self._routes)),
            by_lead=MappingProxyType(dict(self._leads)),
            by_error=MappingProxyType(dict(self._codes)),
            seconds=seconds,
            stopped=self.stopped,
            note=self.note,
        )


def _score_row(row: SourceRow, columns: ColumnMap, triage: Triage) -> Suggestion:
    row_id = columns.value("order_no", row.cells) or str(row.number)
    try:
        return triage(
            Complaint(
                id=row_id,
                text=complaint_text(row, columns),
                title=columns.value("title", row.cells),
                received_at=parse_time(columns.value("received_at", row.cells)),
                channel=columns.value("channel", row.cells),
            )
        )
    except XiaozhengError as error:
        return _failed(row_id, error.code, mask(str(error)).text)
    except Exception as error:
        # One complaint must not stop a thousand. The message may quote it, so only type and place are kept.
        name = type(error).__name__
        _log.warning("Row %d failed with %s at %s", row.number, name, _place(error))
        return _failed(row_id, "internal", f"内部错误（{name}），请把这一行交给维护人员。")


def _failed(row_id: str, code: str, message: str) -> Suggestion:
    return Suggestion(id=row_id, status="error", error=ErrorInfo(code=code, message=message))


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "an unknown place"


def check_paths(input: Path, output: Path, *, overwrite: bool = False) -> None:
    """Say what makes two names of files unusable before anything is loaded or read.

    Raises:
        InputError: the input is missing or of no known kind, or the output cannot be written there.
    """
    check_file(input)
    if kind_of(output) == "xls":
        raise InputError(f"不能写出 .xls，请把 {output.name} 的后缀改为 .xlsx。", code="unknown_format")
    if output.exists() and input.exists() and output.samefile(input):
        raise InputError("输出文件就是输入文件，请换一个输出文件名。", code="output_is_input")
    if output.is_dir():
        raise InputError(f"{output} 是文件夹，请写明输出文件名。", code="not_a_file")
    if output.exists() and not overwrite:
        raise InputError(f"{output} 已经存在，请换一个文件名或允许覆盖。", code="output_exists")
    if not output.parent.is_dir():
        raise InputError(f"文件夹 {output.parent} 不存在，请先建立它。", code="no_such_folder")
