"""What a person should know of rows that can be scored all the same: a number twice, a time that says no day."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from agent.batch._complaint import UNCALCULATED
from agent.batch._source import SourceRow
from agent.batch._times import parse_time
from agent.batch.columns import ColumnMap
from agent.intake import mask

_COUNTED = ("序号",)  # counts the rows of one export: the same number twice says nothing
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]{1,15})?[eE]\+?[0-9]{1,2}")
_QUOTED = 20  # characters of a cell in a remark


class Remarks:
    """Looks at row after row of one file; remembers order numbers."""

    def __init__(self, columns: ColumnMap) -> None:
        self._columns = columns
        self._first: dict[str, int] = {}
        self.without_time = 0
        self.counts: Counter[str] = Counter()  # rows by code of the remark

    def of(self, row: SourceRow) -> Iterator[tuple[str, str]]:
        """Code and sentence of every remark on one row; none on a row that cannot be read."""
        if row.error:
            return
        for code, message in (
            *self._number(row),
            *self._digits(row),
            *self._time(row),
            *self._formulas(row),
            *self._text(row),
        ):
            self.counts[code] += 1
            yield code, message

    def _number(self, row: SourceRow) -> Iterator[tuple[str, str]]:
        number = self._columns.value("order_no", row.cells)
        if self._columns.column("order_no") in _COUNTED:
            return
        first = self._first.setdefault(number, row.number)
        if number and first != row.number:
            yield "duplicate_order", f"工单编号与第 {first} 行相同，两行都会研判，请核对是否重复。"

    def _digits(self, row: SourceRow) -> Iterator[tuple[str, str]]:
        column = self._columns.column("order_no")
        if column in row.rounded or _SCIENTIFIC.fullmatch(self._columns.value("order_no", row.cells)):
            yield "lost_digits", "工单编号超过 15 位且存成了数字，末尾几位已丢失；请把该列设为文本后重新导出。"

    def _text(self, row: SourceRow) -> Iterator[tuple[str, str]]:
        if "\N{REPLACEMENT CHARACTER}" in self._columns.value("text", row.cells):
            yield "damaged_text", "诉求内容里有损坏的字符，按原样研判；请核对原文，或以 UTF-8 重新导出。"

    def _time(self, row: SourceRow) -> Iterator[tuple[str, str]]:
        written = self._columns.value("received_at", row.cells)
        if parse_time(written) is not None:
            return
        self.without_time += 1
        if written:
            quoted = mask(written).text[:_QUOTED]
            yield "bad_time", f"受理时间“{quoted}”读不懂，不计算办理时限；请写成 2026-03-14 09:30 这样的完整时间。"

    def _formulas(self, row: SourceRow) -> Iterator[tuple[str, str]]:
        text = self._columns.column("text")
        left = [name for name in self._columns.header if name in row.uncalculated and name != text]
        if left:
            listed = "、".join(f"“{name}”" for name in left)
            yield UNCALCULATED, f"{listed}的公式没有计算结果，按空白处理；请用 Excel 或 WPS 打开并保存后重新提交。"
