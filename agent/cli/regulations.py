"""The command that imports statutes from files: `xiaozheng knowledge add-regulations DIR`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from agent.cli.console import UNUSABLE, err, one_line_errors, open_base, out, progress_bar
from agent.settings import Settings
from knowledge.importing import STATUTES, ImportReport, Remark, StatuteStore, import_folder
from models.errors import InputError

SOME_SKIPPED = 1
_SHOWN = 20


@one_line_errors
def add_regulations(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="法规文件夹（或单个文件）：.docx .pdf .md .txt")],
    report: Annotated[Path | None, typer.Option("--report", help="把全部跳过和存疑写入 JSON 文件")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出导入报告的 JSON")] = False,
) -> None:
    """Import statutes; the same files again change nothing, and a broken file costs only itself."""
    if report is not None and not report.parent.is_dir():
        raise InputError(f"{report.parent} does not exist; make the folder or choose another --report")
    settings = Settings.load()
    store = StatuteStore(settings.data_dir / STATUTES)
    with progress_bar() as bar:
        task = bar.add_task("导入法规", total=None)
        result = import_folder(folder, store, lambda done, total: bar.update(task, completed=done, total=total))
    if report is not None:
        report.write_text(result.model_dump_json(indent=2), encoding="utf-8")
    if as_json:
        out.print_json(result.model_dump_json())
    else:
        _show(result, report)
    if result.new or result.replaced:
        waiting = open_base(settings).waiting()  # opening adds them to the index of words
        err.print(f"已可按字词检索；{waiting} 条条文待编码向量，可运行 xiaozheng knowledge build（可随时中断续做）")
    if not result.read:
        err.print(f"xiaozheng: {folder} 里没有一份文件能导入 [input]", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(UNUSABLE)
    if result.skipped:
        raise typer.Exit(SOME_SKIPPED)


def _show(result: ImportReport, report: Path | None) -> None:
    table = Table("内容", "数量", title="法规导入")
    for name, count in (
        ("读入文件", result.read),
        ("新增法规", result.new),
        ("更新法规", result.replaced),
        ("未变", result.unchanged),
        ("跳过文件", len(result.skipped)),
        ("存疑", len(result.doubtful)),
        ("条文", result.articles),
        ("含附件", result.appendices),
        ("忽略的其他文件", result.ignored),
        ("库中法规合计", result.laws),
    ):
        table.add_row(name, str(count))
    out.print(table)
    _list("跳过", result.skipped, report)
    if result.doubtful:
        out.print("存疑分类：" + "，".join(f"{kind} {count}" for kind, count in result.kinds().items()), markup=False)
    _list("存疑", result.doubtful, report)
    if result.new == result.replaced == 0 and result.unchanged:
        out.print("没有变化：这些法规都已在库中", markup=False)


def _list(name: str, remarks: Sequence[Remark], report: Path | None) -> None:
    for remark in remarks[:_SHOWN]:
        out.print(f"{name} {remark.file}：{remark.reason}", markup=False, highlight=False, soft_wrap=True)
    if len(remarks) > _SHOWN:
        where = f"见 {report}" if report else "用 --report FILE 查看全部"
        out.print(f"……另有 {len(remarks) - _SHOWN} 条{name}，{where}", markup=False)
