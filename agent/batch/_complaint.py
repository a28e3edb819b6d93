"""The complaint of one row, for the preview and for scoring alike: so that both refuse the same rows."""

from __future__ import annotations

from agent.batch._source import SourceRow
from agent.batch.columns import ColumnMap
from models.errors import InputError

UNCALCULATED = "no_result"  # code of a formula without a result


def complaint_text(row: SourceRow, columns: ColumnMap) -> str:
    """The text of a row.

    Raises:
        InputError: the row is broken or no complaint, its text is a formula nobody has calculated, or there is none.
    """
    if row.error:
        raise InputError(row.error, code=row.code)
    text = columns.value("text", row.cells)
    if text:
        return text
    if columns.column("text") in row.uncalculated:
        raise InputError(
            "诉求内容是公式，公式没有计算结果，请用 Excel 或 WPS 打开并保存后重新提交。", code=UNCALCULATED
        )
    raise InputError("这一行没有诉求内容，请补充后重新提交。", code="empty_text")
