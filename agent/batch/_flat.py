"""One flat row a complaint: the input's own columns, masked where they may hold personal data, then ours.

The Suggestion holds more (alternatives, citations, similar cases); whoever needs those takes `.jsonl`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from agent.batch._source import SourceRow
from agent.batch.columns import ColumnMap, unique_names
from agent.batch.fields import chosen_columns, chosen_keys, json_keys
from agent.batch.readers import Kind
from agent.schema import Duplicate, Issue, Suggestion
from agent.wording import ROUTE_NAMES

Value = str | int | float | None
Type = Literal["text", "integer", "number"]
Mask = Callable[[str], str]


_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_LONGEST = 50_000  # characters of a cell to be masked, which takes a second; a sheet holds 32,767
_NUMBER = "0123456789Xx+- "
_CUT = "…（内容过长，已截断）"


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """One column that we add; `width` is in characters, as Excel counts it."""

    name: str
    read: Callable[[Suggestion], Value]
    type: Type = "text"
    width: int = 12


@dataclass(frozen=True, slots=True)
class RepeatColumn:
    """One column that the writer fills: that the row reports the matter of an earlier one."""

    name: str
    read: Callable[[Duplicate], Value]
    type: Type = "text"
    width: int = 12


Column = str | ResultColumn | RepeatColumn  # a name is a column of the input


@dataclass(frozen=True, slots=True)
class Layout:
    """What an output holds: the columns of a table with the values of one row, or the keys of a JSON line.

    Attributes:
        columns: The columns of the input.
        mask: Replaces personal data in a text; used on every input cell that may hold some.
        header: The names of the table, all different.
        shown: The columns of the table, in the order of `header`.
        keys: The keys of a line of JSON.
    """

    columns: ColumnMap
    mask: Mask
    header: tuple[str, ...]
    shown: tuple[Column, ...]
    keys: frozenset[str]

    @classmethod
    def of(cls, columns: ColumnMap, mask: Mask, fields: Sequence[str] = (), kind: Kind = "csv") -> Layout:
        """Put our columns behind the input's; ours gives way, as 紧急程度(2), where a name is taken.

        Args:
            columns: The columns of the input.
            mask: Replaces personal data in a text.
            fields: Names to keep, in this order, none for all: of the table's columns, the input's and ours; of the
                Suggestion's keys when the output is `jsonl`, where `id`, `status` and `error` always stay.
            kind: The format of the output; it tells which names `fields` may hold.

        Raises:
            InputError: `fields` has a name that the output does not have (code `unknown_field`).
        """
        shown: tuple[Column, ...] = (*columns.header, *RESULT_COLUMNS, *REPEAT_COLUMNS)
        header = unique_names(column if isinstance(column, str) else column.name for column in shown)
        keys = frozenset(json_keys())
        if kind == "jsonl":
            keys = chosen_keys(fields) if fields else keys
        elif fields:
            places = chosen_columns(fields, header)
            shown, header = tuple(shown[at] for at in places), tuple(header[at] for at in places)
        return cls(columns, mask, header, shown, keys)

    def types(self) -> tuple[Type, ...]:
        """The type of every column; the input's are text, as they came."""
        return tuple("text" if isinstance(column, str) else column.type for column in self.shown)

    def widths(self) -> tuple[int, ...]:
        """The width of every column in characters."""
        wide = {name for field in ("text", "reply", "outcome") for name in self.columns.fields.get(field, ())}
        return tuple(
            (48 if column in wide else 16) if isinstance(column, str) else column.width for column in self.shown
        )

    def values(self, row: SourceRow, suggestion: Suggestion) -> list[Value]:
        """The cells of one complaint, without those that tell of repeats."""
        return [
            self.exported(column, row.cells.get(column, "")) if isinstance(column, str) else column.read(suggestion)
            for column in self.shown
            if not isinstance(column, RepeatColumn)
        ]

    def completed(self, values: Sequence[Value], repeat: Duplicate | None) -> list[Value]:
        """The cells of `values`, and those that tell of repeats in their places; empty for None."""
        rest = iter(values)
        return [
            (column.read(repeat) if repeat else None) if isinstance(column, RepeatColumn) else next(rest)
            for column in self.shown
        ]

    def exported(self, column: str, cell: str) -> str:
        """A cell of the input as it leaves the house; one that is longer than any text of a table is cut."""
        manner, label = self.columns.exported(column)
        if not cell.strip():
            return cell
        if manner == "plain":
            # where rows have slipped a telephone stands under any name; order numbers alone may look like one
            slipped = column not in self.columns.fields.get("order_no", ()) and _MOBILE.search(cell)
            return self.mask(cell) if slipped else cell
        # A name alone in its cell is announced by nothing but the column: a mask cannot find it.
        if manner == "hide":
            return label
        if len(cell) <= _LONGEST:
            return self.mask(cell)
        # not within a number: half of one looks like none
        return self.mask(cell[:_LONGEST].rstrip(_NUMBER)) + _CUT


def _category(suggestion: Suggestion, level: Literal["code", "level1", "level2", "level3"]) -> str:
    return str(getattr(suggestion.category, level)) if suggestion.category else ""


def _lead(suggestion: Suggestion, part: Literal["id", "name", "unit"]) -> str:
    return str(getattr(suggestion.dispatch.lead, part)) if suggestion.dispatch else ""


def _place(suggestion: Suggestion, part: Literal["district", "street", "community", "place"]) -> str:
    return str(getattr(suggestion.complaint.address, part)) if suggestion.complaint else ""


def _assist(suggestion: Suggestion, part: Literal["id", "name"]) -> str:
    return "；".join(str(getattr(unit, part)) for unit in suggestion.dispatch.assist) if suggestion.dispatch else ""


def _issues(suggestion: Suggestion) -> int | None:
    issues: tuple[Issue, ...] = suggestion.complaint.issues if suggestion.complaint else ()
    return len(issues) or None


def _due(suggestion: Suggestion) -> str:
    due = suggestion.deadline.due if suggestion.deadline else None
    return f"{due:%Y-%m-%d %H:%M}" if due else ""


RESULT_COLUMNS: tuple[ResultColumn, ...] = (
    ResultColumn("记录编号", lambda s: s.id, width=20),
    ResultColumn("建议诉求类型", lambda s: s.complaint.kind if s.complaint else ""),
    ResultColumn("诉求件数", _issues, type="integer", width=8),
    ResultColumn("建议一级分类", lambda s: _category(s, "level1")),
    ResultColumn("建议二级分类", lambda s: _category(s, "level2")),
    ResultColumn("建议三级分类", lambda s: _category(s, "level3"), width=16),
    ResultColumn("分类编码", lambda s: _category(s, "code")),
    ResultColumn("分类置信度", lambda s: s.category.confidence if s.category else None, type="number"),
    ResultColumn("建议主办", lambda s: _lead(s, "name"), width=20),
    ResultColumn("主办编码", lambda s: _lead(s, "id")),
    ResultColumn("建议承办机构", lambda s: _lead(s, "unit"), width=24),
    ResultColumn("主办置信度", lambda s: s.dispatch.confidence if s.dispatch else None, type="number"),
    ResultColumn("建议协办", lambda s: _assist(s, "name"), width=24),
    ResultColumn("协办编码", lambda s: _assist(s, "id")),
    ResultColumn("建议紧急程度", lambda s: s.urgency.level if s.urgency else None, type="integer"),
    ResultColumn("风险提示", lambda s: "；".join(s.urgency.risks) if s.urgency else "", width=16),
    ResultColumn("建议办理方式", lambda s: s.track or ""),
    ResultColumn("建议办理时限", _due, width=17),
    ResultColumn("时限依据", lambda s: s.deadline.rule if s.deadline else "", width=24),
    ResultColumn("处置建议", lambda s: ROUTE_NAMES[s.decision.route] if s.decision else ""),
    ResultColumn("处置原因", lambda s: s.decision.reason if s.decision else "", width=32),
    ResultColumn("识别区县", lambda s: _place(s, "district")),
    ResultColumn("识别街道", lambda s: _place(s, "street")),
    ResultColumn("识别社区", lambda s: _place(s, "community")),
    ResultColumn("识别地点", lambda s: _place(s, "place"), width=24),
    ResultColumn("答复草稿", lambda s: s.draft.text if s.draft else "", width=48),
    ResultColumn("处理状态", lambda s: s.status),
    ResultColumn("错误代码", lambda s: s.error.code if s.error else ""),
    ResultColumn("错误说明", lambda s: s.error.message if s.error else "", width=32),
)
REPEAT_COLUMNS: tuple[RepeatColumn, ...] = (
    RepeatColumn("疑似重复的前件", lambda hit: hit.id, width=20),
    RepeatColumn("重复相似度", lambda hit: hit.score, type="number"),
)
