"""What scoring a file would read and write, shown before anything is scored.

The same readers, column rules and text check as `agent.batch.run`, so that what stands here is what will happen.
A mapping that a person has to settle is part of the answer, not an error; only an unusable file raises.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import Field

from agent.batch._complaint import complaint_text
from agent.batch._flat import Layout
from agent.batch._remarks import Remarks
from agent.batch.columns import ColumnMap, Privacy, column_rules, find_columns
from agent.batch.readers import SourceRow, SourceTable, open_table
from agent.intake import check_text, mask
from models.errors import InputError
from models.record import Record

# The fields that a complaint is built from, in the order in which a person looks for them.
FIELD_NAMES: Mapping[str, str] = MappingProxyType(
    {"text": "诉求内容", "title": "标题", "received_at": "受理时间", "channel": "来源渠道", "order_no": "工单编号"}
)
CHECKED = 5_000  # rows whose text is looked at; the first ones, all of most files
_COUNTED = 2_000_000  # rows read for the count; more is no job for one file
_SHOWN = 5
_PROBLEMS = 20


class FieldUse(Record):
    """One field of a complaint and the column that it is read from."""

    field: str
    name: str
    columns: tuple[str, ...] = Field(description="none, the one that is read, or several: then a person must choose")
    chosen: bool = Field(default=False, description="a person said so")


class ColumnUse(Record):
    """One column of the file and what becomes of it in the result."""

    name: str
    field: str = Field(default="", description="the field it is known as, '' for none")
    exported: Privacy = Field(description="plain: as it is; mask: personal data inside replaced; hide: replaced whole")


class RowProblem(Record):
    """One row that will fail, or that is odd; `number` counts data rows from 1."""

    number: int
    code: str
    message: str


class Preview(Record):
    """What would be read, kept, masked and refused."""

    sheets: tuple[str, ...] = Field(default=(), description="names of the sheets that are read, for a workbook")
    skipped: tuple[str, ...] = Field(default=(), description="names of sheets without a column of complaints")
    note: str = Field(default="", description="further sheets that are not read, and what to do; '' for none")
    header_at: int = Field(default=0, description="which record is the header, from 1; 0 where the format has none")
    fields: tuple[FieldUse, ...]
    columns: tuple[ColumnUse, ...]
    rows: tuple[tuple[str, ...], ...] = Field(description="the first rows as they will be exported, by column")
    total: int | None = Field(description="rows of the file; None for more than can be scored")
    checked: int = Field(default=0, description="rows that were looked at, from the first")
    failing: int = Field(default=0, description="of those, rows that will fail")
    by_code: Mapping[str, int] = Field(default_factory=dict, description="failing rows by error code")
    problems: tuple[RowProblem, ...] = Field(default=(), description="the first failing rows")
    by_remark: Mapping[str, int] = Field(
        default_factory=dict,
        description="rows that are scored all the same, by what is odd: duplicate_order, lost_digits, bad_time, "
        "no_result, damaged_text",
    )
    remarks: tuple[RowProblem, ...] = Field(default=(), description="the first of those rows")
    without_time: int = Field(default=0, description="checked rows without a usable time: they get no deadline")
    code: Literal["", "no_text_column", "ambiguous_column"] = ""
    error: str = Field(default="", description="what a person must settle first, one sentence; '' when ready")

    @property
    def ready(self) -> bool:
        """The file can be scored as it is."""
        return not self.code


def preview(
    path: Path, overrides: Mapping[str, str] = MappingProxyType({}), *, max_chars: int = 20_000, checked: int = CHECKED
) -> Preview:
    """Look at a backlog without scoring it.

    Args:
        path: As for `score_file`.
        overrides: Field to column, over the automatic mapping.
        max_chars: Longest complaint that the agent takes.
        checked: Rows whose text is looked at.

    Raises:
        InputError: The file is unusable, or an override names an unknown field or column.
    """
    table = open_table(path, wanted=tuple(overrides.values()))
    columns = find_columns(table.header, overrides)
    code, error = _to_settle(columns)
    fields = tuple(
        FieldUse(field=name, name=label, columns=columns.fields.get(name, ()), chosen=name in overrides)
        for name, label in FIELD_NAMES.items()
    )
    look = _Look(columns, max_chars, ready=not code)
    total = _read(table, look, checked)
    return Preview(
        sheets=table.sheets,
        skipped=table.skipped,
        note=table.note,
        header_at=table.header_at,
        fields=fields,
        columns=tuple(_use(columns, name) for name in columns.header),
        rows=tuple(look.shown),
        total=total,
        checked=look.checked,
        failing=sum(look.codes.values()),
        by_code=dict(look.codes),
        problems=tuple(look.problems),
        by_remark=dict(look.remarks.counts),
        remarks=tuple(look.odd),
        without_time=look.remarks.without_time,
        code=code,
        error=error,
    )


@dataclass
class _Look:
    """What is noted row by row."""

    columns: ColumnMap
    max_chars: int
    ready: bool
    checked: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    problems: list[RowProblem] = field(default_factory=list)
    odd: list[RowProblem] = field(default_factory=list)
    shown: list[tuple[str, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.remarks = Remarks(self.columns)

    def show(self, row: SourceRow) -> None:
        """Keep one of the first rows, masked as in the result."""
        if not row.error:
            layout = Layout.of(self.columns, lambda text: mask(text).text)
            self.shown.append(tuple(layout.exported(name, row.cells.get(name, "")) for name in self.columns.header))

    def check(self, row: SourceRow) -> None:
        """Say whether one row will fail, and why, and what else is odd."""
        self.checked += 1
        for code, message in self.remarks.of(row):
            if len(self.odd) < _PROBLEMS:
                self.odd.append(RowProblem(number=row.number, code=code, message=message))
        try:
            check_text(complaint_text(row, self.columns), self.max_chars)
        except InputError as error:
            self.codes[error.code] += 1
            if len(self.problems) < _PROBLEMS:
                self.problems.append(RowProblem(number=row.number, code=error.code, message=mask(str(error)).text))


def _read(table: SourceTable, look: _Look, checked: int) -> int | None:
    """Read the table through; the number of its rows, None beyond what is counted."""
    total = 0
    for total, row in enumerate(table.rows(), start=1):
        if total <= _SHOWN:
            look.show(row)
        if total <= checked and look.ready:
            look.check(row)
        if total > _COUNTED:
            return None
    return total


def _to_settle(columns: ColumnMap) -> tuple[Literal["", "no_text_column", "ambiguous_column"], str]:
    """What a person must say before the file can be scored."""
    for name, label in FIELD_NAMES.items():
        found = columns.fields.get(name, ())
        if len(found) > 1 and column_rules().fields[name].ask:
            listed = "、".join(f"“{column}”" for column in found)
            return "ambiguous_column", f"{listed}都可能是{label}，请选定其中一列。"
    if "text" not in columns.fields:
        return "no_text_column", "没有认出诉求内容在哪一列，请选定一列。"
    return "", ""


def _use(columns: ColumnMap, name: str) -> ColumnUse:
    known = next((found for found, names in columns.fields.items() if name in names), "")
    return ColumnUse(name=name, field=known, exported=columns.exported(name)[0])
