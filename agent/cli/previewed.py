"""`xiaozheng score INPUT --dry-run`: which column means what, and which rows would fail; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import typer
from rich.table import Table
from rich.text import Text

from agent.batch.preview import Preview, RowProblem, preview
from agent.cli.console import UNUSABLE, err, out
from agent.settings import Settings
from agent.wording import visible

_EXPORTED = {"plain": "原样保留", "mask": "打码后保留", "hide": "整列遮盖"}
WOULD_FAIL = 1


def show_preview(source: Path, overrides: Mapping[str, str], *, as_json: bool) -> None:
    """Print what scoring a file would do.

    Args:
        source: As for `score`.
        overrides: Field to column, over the automatic mapping.
        as_json: One JSON object instead of tables.

    Raises:
        InputError: the file cannot be read.
        Exit: code 1 where rows would fail, 2 where a column must be named first.
    """
    found = preview(source, overrides, max_chars=Settings.load().max_chars)
    if as_json:
        typer.echo(found.model_dump_json())
    else:
        _print(found)
    if found.error:
        err.print(f"xiaozheng: {found.error} [{found.code}]", markup=False, soft_wrap=True)
        raise typer.Exit(UNUSABLE)
    if found.failing:
        raise typer.Exit(WOULD_FAIL)


def _print(found: Preview) -> None:
    sheets = f"，工作表 {'、'.join(map(visible, found.sheets))}" if found.sheets else ""
    sheets += f"；没有诉求内容而跳过 {'、'.join(map(visible, found.skipped))}" if found.skipped else ""
    header = f"，表头在第 {found.header_at} 行" if found.header_at else ""
    rows = "超出上限" if found.total is None else f"{found.total} 行"
    out.print(f"{rows}{header}{sheets}", markup=False, highlight=False)
    if found.note:
        out.print(Text(visible(found.note)), soft_wrap=True)
    fields = Table("字段", "读取的列", title="对应关系")
    for use in found.fields:
        fields.add_row(use.name, Text(visible("、".join(use.columns) or "（没有）")))
    out.print(fields)
    columns = Table("原有的列", "当作", "输出", title="结果文件里的原有列")
    for column in found.columns:
        columns.add_row(Text(visible(column.name)), column.field or "（保留）", _EXPORTED[column.exported])
    out.print(columns)
    if found.without_time:
        out.print(f"{found.without_time} 行没有可用的受理时间，不计算办理时限", markup=False)
    _print_rows(f"{sum(found.by_remark.values())} 处可疑，照样研判：", found.remarks)
    if found.failing:
        _print_rows(f"检查了 {found.checked} 行，{found.failing} 行会失败：", found.problems)
    elif not found.error:
        out.print(f"检查了 {found.checked} 行，都可以研判", markup=False)


def _print_rows(title: str, rows: tuple[RowProblem, ...]) -> None:
    if rows:
        out.print(title, markup=False)
    for row in rows:
        out.print(Text(f"  第 {row.number} 行 [{row.code}] {visible(row.message)}"), soft_wrap=True)
