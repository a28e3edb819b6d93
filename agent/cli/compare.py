"""`xiaozheng compare`: another classifier, other rules or tables over matters of the ledger, before switching.

What is asked is `agent.desk.compare`; here the other agent is opened beside today's, without touching its data folder,
and the answer is printed. Ledger and desk are imported where they are opened: every command starts through this module.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import copy2, copytree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from agent.cli.console import moment, one_line_errors, open_base, out, progress_bar
from agent.settings import Settings
from agent.triage import TriageAgent
from agent.wording import ROUTE_NAMES, percent, percent_range, visible
from knowledge.base import KnowledgeBase
from knowledge.importing import STATUTES
from models.errors import InputError

if TYPE_CHECKING:
    from agent.desk import Comparison
    from agent.desk.records import ComparedMatter, FieldComparison
    from agent.ledger import Ledger

_SHOWN = 20  # matters listed; --json has up to 100
_NAMES = {"category": "类别", "lead": "主办", "urgency": "紧急程度", "route": "流转"}
_DATABASES = ("cases.sqlite", STATUTES)
_VECTORS = ("cases", "imported", "imported-vectors.npz")  # of texts that do not ship with their vectors


@one_line_errors
def compare(
    classifier: Annotated[Path | None, typer.Option("--classifier", help="另一个分类模型文件")] = None,
    rules_dir: Annotated[Path | None, typer.Option("--rules-dir", help="另一套规则文件的目录")] = None,
    knowledge_dir: Annotated[Path | None, typer.Option("--knowledge-dir", help="另一套表格的目录")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="最多比较多少件，从最新的起")] = 200,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="只比这一天起登记的，ISO 8601")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """Ask today's agent and another one about matters of the ledger; what is not given stays as it is today."""
    from agent.desk import Desk, QueueFilter

    settings = _today()
    other = _other(settings, classifier, rules_dir, knowledge_dir)
    wanted = QueueFilter(since=moment(since))
    with _opened(settings) as book:
        if next(iter(book.entries(limit=1)), None) is None:
            raise InputError("the ledger holds no matter yet; take some complaints first", code="no_matters")
        base = open_base(settings)
        with _base(other, base, anew=knowledge_dir is not None) as others:
            desk = Desk(TriageAgent.from_settings(settings, base), book, settings)
            candidate = TriageAgent.from_settings(other, others)
            with progress_bar() as bar:
                bar.add_task("比较", total=None)
                found = desk.compare(candidate, wanted, limit)
    if as_json:
        typer.echo(found.model_dump_json())
    elif not found.matters:
        out.print(_left_out(found), highlight=False, soft_wrap=True)
    else:
        _show(found, {d.id: d.name for tables in (others.tables, base.tables) for d in tables.departments})


def _today() -> Settings:
    """The settings without the language model: it has no part in a comparison, and opening one is dear."""
    return Settings.load().model_copy(update={"llm__base_url": "", "llm__path": None})


def _other(settings: Settings, classifier: Path | None, rules: Path | None, tables: Path | None) -> Settings:
    """The settings with what was given.

    Raises:
        InputError: nothing was, or it is not there.
    """
    given = {"classifier": classifier, "rules_dir": rules, "knowledge_dir": tables}
    changed = {name: path.expanduser() for name, path in given.items() if path is not None}
    if not changed:
        raise InputError("nothing to compare with: give --classifier, --rules-dir or --knowledge-dir")
    for name, path in changed.items():
        if name == "classifier" and not path.is_file():
            raise InputError(f"--classifier {path} is no file; give the output of `xiaozheng train`")
        if name != "classifier" and not path.is_dir():
            raise InputError(f"--{name.replace('_', '-')} {path} is no folder; check the path")
    return settings.model_copy(update=changed)


@contextmanager
def _opened(settings: Settings) -> Iterator[Ledger]:
    from agent.ledger import Ledger

    book = Ledger.open(settings.ledger_url)
    try:
        yield book
    finally:
        book.close()


@contextmanager
def _base(other: Settings, base: KnowledgeBase, *, anew: bool) -> Iterator[KnowledgeBase]:
    """What the other agent knows: as today, or, with other tables, one of its own over a copy of the data folder."""
    if not anew:
        yield base
        return
    with TemporaryDirectory(prefix="xiaozheng-compare-") as folder:
        _copy(other.data_dir, Path(folder))
        yield open_base(other.model_copy(update={"data_dir": Path(folder)}))


def _copy(source: Path, target: Path) -> None:
    """Cases and statutes that people added here, and their vectors; not the index, which belongs to today's tables."""
    for name in _DATABASES:
        if (source / name).is_file():
            with closing(sqlite3.connect(source / name)) as held, closing(sqlite3.connect(target / name)) as copy:
                held.backup(copy)  # whole, even while a server writes to it
    (target / "index").mkdir()
    for name in _VECTORS:
        held_at, goes_to = source / "index" / name, target / "index" / name
        if held_at.is_dir():
            copytree(held_at, goes_to)
        elif held_at.is_file():
            copy2(held_at, goes_to)


def _show(found: Comparison, names: dict[str, str]) -> None:
    from agent.desk.words import MEASURE_NAMES

    heads = ("项目", "不同", "有人工结论", "今天的版本正确", "另一版本正确", "仅今天的对", "仅另一的对", "偶然概率")
    table = Table(*heads, title=f"{found.matters} 件事项")
    for one in found.fields:
        table.add_row(MEASURE_NAMES[one.field], str(one.changed), str(one.known), *_rights(one))
    out.print(table)
    routes = Table("流转", "今天的版本", "另一版本")
    for route in found.routes:
        routes.add_row(ROUTE_NAMES[route.route], str(route.this), str(route.other))
    out.print(routes)
    for line in (_left_out(found), found.note):
        out.print(line, highlight=False, soft_wrap=True)
    out.print(f"判断不同的事项（先列 {_SHOWN} 件）：" if found.changes else "没有判断不同的事项。", highlight=False)
    for matter in found.changes[:_SHOWN]:
        out.print(Text(_line(matter, names)), highlight=False, soft_wrap=True)


def _rights(one: FieldComparison) -> tuple[str, ...]:
    """Right and wrong of one field; dashes where nobody said what is right."""
    from agent.desk.rates import wilson

    if not one.known:
        return ("—",) * 5
    shares = (right / one.known for right in (one.this_right, one.other_right))
    told = (f"{percent(share, 1)}（{percent_range(*wilson(share, one.known))}）" for share in shares)
    return (*told, str(one.only_this), str(one.only_other), f"{one.p:.3f}")


def _left_out(found: Comparison) -> str:
    return (
        f"比较了 {found.matters} 件；未比：无法读取 {found.failed} 件，文字已清除 {found.erased} 件；"
        f"已成为以往工单、不计对错 {found.taught} 件。"
    )


def _line(matter: ComparedMatter, names: dict[str, str]) -> str:
    said = (
        f"{_NAMES[d.field]} {names.get(d.before, d.before)} → {names.get(d.after, d.after)}" for d in matter.differences
    )
    right = f"（应为 {names.get(matter.right_lead, matter.right_lead)}）" if matter.right_lead else ""
    return visible(f"{matter.matter_id}  {'；'.join(said)}{right}")
