"""The commands that look after the ledger: verify, status, find, erase, retain.

Ledger and desk are imported where a command opens them: every command starts through this module.
"""

from __future__ import annotations

import datetime as dt
import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from agent.cli.console import err, moment, one_line_errors, open_agent, out
from agent.settings import Settings
from agent.wording import visible
from knowledge.workdays import SHANGHAI
from models.errors import InputError

if TYPE_CHECKING:
    from agent.desk import Desk
    from agent.ledger import Ledger
    from agent.ledger.records import Actor, Fault, FaultKind

ledger = typer.Typer(help="台账：校验、状态、按人查找、删除个人信息、到期清理。", no_args_is_help=True)
NOT_WHOLE = 1
_SHOWN = 40  # characters of a matter
_MEANING: dict[FaultKind, str] = {
    "event_changed": "审计事件被改动",
    "event_missing": "审计事件缺失",
    "head_differs": "链尾与记录不符（可能被截断）",
    "head_unknown": "链中找不到所给的校验值",
    "row_changed": "记录被改动",
    "row_missing": "记录缺失",
    "row_unrecorded": "记录不是经程序写入的",
}
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@ledger.command()
@one_line_errors
def verify(
    expect: Annotated[str, typer.Option("--expect", metavar="HASH", help="此前另行记下的链尾校验值")] = "",
    as_json: AsJson = False,
) -> None:
    """Check the audit chain and every row; exit code 1 when anything is changed, added or missing."""
    with _opened() as book:
        report = book.verify(expect=expect.strip().lower())
    if as_json:
        typer.echo(report.model_dump_json())
    elif report.ok:
        out.print(f"完好：{report.events} 个审计事件，{report.rows} 条记录", highlight=False)
        out.print(f"链尾校验值（请记在别处，供 --expect 比对）：{report.head}", highlight=False, soft_wrap=True)
    else:
        out.print(f"不完好：{report.fault_count} 处", highlight=False)
        for fault in report.faults:
            out.print(_line(fault), markup=False, highlight=False, soft_wrap=True)
    if not report.ok:
        raise typer.Exit(NOT_WHOLE)


@ledger.command()
@one_line_errors
def status(as_json: AsJson = False) -> None:
    """Say what the ledger holds."""
    with _opened() as book:
        held = book.status()
    if as_json:
        typer.echo(held.model_dump_json())
        return
    table = Table("内容", "数量", title="台账")
    for state, count in sorted(held.matters.items()):
        table.add_row(f"事项（{state}）", str(count))
    for name, count in (
        ("建议", held.suggestions),
        ("处置决定", held.decisions),
        ("复核", held.reviews),
        ("办理结果", held.outcomes),
        ("账号", held.users),
        ("审计事件", held.events),
    ):
        table.add_row(name, str(count))
    out.print(table)
    out.print(f"{held.url}\n版本 {held.revision}，链尾 {held.head}", markup=False, highlight=False, soft_wrap=True)


@ledger.command()
@one_line_errors
def find(needle: Annotated[str, typer.Argument(metavar="NEEDLE", help="姓名或电话")]) -> None:
    """List the matters that hold a name or a number, for erasure on request."""
    with _opened() as book:
        found = book.find_person(needle)
    for matter in found:
        start = visible(matter.masked_text.replace("\n", " "))[:_SHOWN]
        line = f"{matter.id}  {matter.recorded_at:%Y-%m-%d %H:%M}  {matter.state}  {start}"
        out.print(Text(line), highlight=False, soft_wrap=True)
    err.print(f"{len(found)} 件", highlight=False)


@ledger.command()
@one_line_errors
def erase(
    matter_ids: Annotated[list[str], typer.Argument(metavar="MATTER_ID...", help="事项编号（见 find）")],
    reason: Annotated[str, typer.Option("--reason", help="依据，例如“本人申请第7号”；长期留存，勿写姓名电话")],
) -> None:
    """Empty the words of matters for good; labels, times and counts stay."""
    with _desk() as work:
        done = work.erase(matter_ids, _actor(), reason)
    out.print(f"已删除 {done} 件事项的文字内容", highlight=False)


@ledger.command()
@one_line_errors
def retain(
    before: Annotated[str, typer.Option("--before", metavar="DATE", help="早于该日登记的事项，ISO 8601")],
) -> None:
    """Empty the words of all matters recorded before a day, for good."""
    day = moment(before)
    if day is None or day > dt.datetime.now(SHANGHAI):
        raise InputError("--before lies in the future; it would empty matters that are still worked on")
    with _desk() as work:
        done = work.retain(day, _actor())
    out.print(f"已删除 {done} 件事项的文字内容", highlight=False)


@contextmanager
def _opened() -> Iterator[Ledger]:
    from agent.ledger import Ledger

    book = Ledger.open(Settings.load().ledger_url)
    try:
        yield book
    finally:
        book.close()


@contextmanager
def _desk() -> Iterator[Desk]:
    """The ledger together with what was learned from it: words are erased from both."""
    from agent.desk import Desk

    settings = Settings.load()
    with _opened() as book:
        yield Desk(open_agent(settings), book, settings)


def _actor() -> Actor:
    """Who sits at the command line: the machine's account, for there is no login here."""
    from agent.ledger.records import Actor

    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a container whose user has no name
        name = "unknown"
    return Actor(name=f"cli:{name}", role="admin")


def _line(fault: Fault) -> str:
    where = [f"第 {fault.seq} 个事件" if fault.seq else "", f"{fault.table} {fault.row}".strip()]
    return "  ".join([_MEANING[fault.kind], *filter(None, where)])
