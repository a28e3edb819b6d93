"""The commands an operator types: demo, triage, search, similar; and the groups beside them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated, cast, get_args

import typer
from rich.table import Table
from rich.text import Text

from agent.card import render_card
from agent.cli import compare, data, drafts, law, learning, ledger, people, score
from agent.cli.console import UNUSABLE, err, moment, one_line_errors, open_agent, open_base, out, question, read_input
from agent.demo import DEMOS
from agent.schema import Complaint
from agent.settings import Settings
from agent.wording import visible
from knowledge.base import KnowledgeBase
from knowledge.vocabulary import ModeId
from knowledge.workdays import SHANGHAI
from models.errors import InputError

cli = typer.Typer(
    name="xiaozheng",
    help="AI小郑：读一条市民诉求，给出分类、主办协办、紧急程度、时限、法条依据和答复草稿。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
cli.add_typer(data.knowledge, name="knowledge")
cli.add_typer(ledger.ledger, name="ledger")
cli.add_typer(people.user, name="user")
cli.command("score")(score.score)
cli.command("search")(law.search)
cli.command("cite-check")(law.cite_check)
cli.command("draft-check")(drafts.draft_check)
cli.command("train")(learning.train)
cli.command("distil")(learning.distil)
cli.command("evaluate")(learning.evaluate)
cli.command("compare")(compare.compare)

Received = Annotated[str | None, typer.Option("--received-at", help="受理时间，ISO 8601；不给则为现在")]
Mode = Annotated[str, typer.Option("--mode", help="daily | holiday | major | emergency")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON")]
MODES = get_args(ModeId)


@cli.command()
@one_line_errors
def demo() -> None:
    """Triage three built-in complaints and print their cards."""
    agent = open_agent()
    for text in DEMOS:
        out.print(render_card(agent.triage(text), text, names(agent.base)))


@cli.command()
@one_line_errors
def triage(
    text: Annotated[str | None, typer.Argument(help="诉求全文；不给则读 --file 或标准输入")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="从文件读取")] = None,
    title: Annotated[str, typer.Option("--title", help="标题，可不填")] = "",
    channel: Annotated[str, typer.Option("--channel", help="来源渠道")] = "",
    received_at: Received = None,
    mode: Mode = "daily",
    record: Annotated[Path | None, typer.Option("--record", help="办理记录文件；给出则草拟办结答复")] = None,
    as_json: AsJson = False,
) -> None:
    """Suggest category, departments, urgency, deadline, law and reply for one complaint."""
    known_mode = mode_id(mode)
    handled = "" if record is None else read_input(None, record)
    complaint = Complaint(
        text=read_input(text, file),
        title=title,
        channel=channel,
        received_at=moment(received_at) or dt.datetime.now(SHANGHAI),
        mode=known_mode,
    )
    agent = open_agent()
    suggestion = agent.triage(complaint, record=handled)
    if as_json:
        typer.echo(suggestion.model_dump_json())
    if suggestion.error is not None:
        err.print(f"xiaozheng: {suggestion.error.message} [{suggestion.error.code}]", markup=False, soft_wrap=True)
        raise typer.Exit(UNUSABLE)
    if not as_json:
        out.print(render_card(suggestion, complaint.text, names(agent.base)))


@cli.command()
@one_line_errors
def similar(
    query: Annotated[str, typer.Argument(help="诉求或关键词")],
    k: Annotated[int, typer.Option("-k", min=1, max=100)] = 5,
    as_json: AsJson = False,
) -> None:
    """Past cases like this one, and who took them."""
    base = open_base(Settings.load())
    hits = base.search_cases(base.query(question(query)), k)
    if as_json:
        rows = [{"id": h.case.id, "score": round(h.score, 4), **_case(h.case.model_dump())} for h in hits]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table("相似度", "编号", "标题", "分类", "主办", title="相似工单")
    for hit in hits:
        category, lead = base.tables.category[hit.case.category], base.tables.department[hit.case.lead]
        cells = (f"{hit.score:.2f}", hit.case.id, hit.case.title, category.level3, lead.name)
        table.add_row(*(Text(visible(cell)) for cell in cells))
    out.print(table)


def names(base: KnowledgeBase) -> dict[str, str]:
    """Department names by id, for cards."""
    return {department.id: department.name for department in base.tables.departments}


def mode_id(value: str) -> ModeId:
    """One of the four modes.

    Raises:
        InputError: none of them.
    """
    if value not in MODES:
        raise InputError(f"{value!r} is no mode; choose {', '.join(MODES)}")
    return cast("ModeId", value)


def _case(data: dict[str, object]) -> dict[str, object]:
    return {name: data[name] for name in ("title", "category", "lead", "assist", "reply")}
