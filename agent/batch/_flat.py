"""One flat row a complaint: the input's own columns, masked where they may hold personal data, then ours.

The Suggestion holds more (alternatives, citations, similar cases); whoever needs those takes `.jsonl`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from agent.batch._source import SourceRow
from agent.batch.columns import ColumnMap, unique_names
from agent.schema import Issue, Suggestion
from agent.wording import ROUTE_NAMES

Value = str | int | float | None
Type = Literal["text", "integer", "number"]
Mask = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """One column that we add; `width` is in characters, as Excel counts it."""

    name: str
    read: Callable[[Suggestion], Value]
    type: Type = "text"
    width: int = 12


@dataclass(frozen=True, slots=True)
class Layout:
    """All columns of the output, and the values of one row in their order."""

    columns: ColumnMap
    mask: Mask
    header: tuple[str, ...]

    @classmethod
    def of(cls, columns: ColumnMap, mask: Mask) -> Layout:
        """Put our columns behind the input's; ours gives way, as 紧急程度(2), where a name is taken."""
        return cls(columns, mask, unique_names([*columns.header, *(column.name for column in RESULT_COLUMNS)]))

    def types(self) -> tuple[Type, ...]:
        """The type of every column; the input's are text, as they came."""
        own: list[Type] = ["text"] * len(self.columns.header)
        return (*own, *(column.type for column in RESULT_COLUMNS))

    def widths(self) -> tuple[int, ...]:
        """The width of every column in characters."""
        wide = {name for field in ("text", "reply", "outcome") for name in self.columns.fields.get(field, ())}
        own = (48 if name in wide else 16 for name in self.columns.header)
        return (*own, *(column.width for column in RESULT_COLUMNS))

    def values(self, row: SourceRow, suggestion: Suggestion) -> list[Value]:
        """The cells of one complaint."""
        own = [self.exported(name, row.cells.get(name, "")) for name in self.columns.header]
        return [*own, *(column.read(suggestion) for column in RESULT_COLUMNS)]

    def exported(self, column: str, cell: str) -> str:
        """A cell of the input as it leaves the house."""
        manner, label = self.columns.exported(column)
        if manner == "plain" or not cell.strip():
            return cell
        # A name alone in its cell is announced by nothing but the column: a mask cannot find it.
        return label if manner == "hide" else self.mask(cell)


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
