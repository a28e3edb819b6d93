"""The commands about law: search in plain words, and the check of citations, which reads statutes only."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from agent.cli.console import moment, one_line_errors, open_agent, open_base, out, question, read_input
from agent.law import words_search
from agent.schema import RegulationHit
from agent.settings import Settings
from agent.wording import STATE_NAMES, article_name, visible
from knowledge.citing import CheckedCitation, check_text
from knowledge.importing import STATUTES
from knowledge.regulations import load_regulations
from knowledge.vocabulary import CitationState
from knowledge.workdays import SHANGHAI

AsOf = Annotated[str | None, typer.Option("--as-of", help="按哪一天的法律，YYYY-MM-DD；不给则为今天")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON")]
STANDARD_INPUT = Path("-")
_STYLES = {
    CitationState.VERIFIED: "green",
    CitationState.OUT_OF_CORPUS: "dim",
    CitationState.PARTIAL: "yellow",
}


@one_line_errors
def search(
    query: Annotated[str, typer.Argument(help="用平常的话问，例如：工地晚上能施工吗")],
    as_of: AsOf = None,
    k: Annotated[int, typer.Option("-k", min=1, max=100)] = 8,
    words: Annotated[bool, typer.Option("--words", help="只按字词检索，不编码，毫秒级")] = False,
    as_json: AsJson = False,
) -> None:
    """Articles in force that answer a plain-language question; 民法典1254条 finds that article."""
    day = (moment(as_of) or dt.datetime.now(SHANGHAI)).date()
    asked = question(query)
    hits = words_search(open_base(Settings.load()), asked, day, k) if words else open_agent().search(asked, day, k)
    if as_json:
        typer.echo(json.dumps([hit.model_dump(mode="json") for hit in hits], ensure_ascii=False))
        return
    if not hits:
        out.print(f"没有找到 {day.isoformat()} 有效的相关条文", markup=False)
    for hit in hits:
        heading = Text(f"{hit.score:.2f}  {article_name(hit.law, hit.article)}", style="bold")
        heading.append(f"  {hit.status}  {hit.chapter}", style="dim")
        out.print(heading)
        out.print(_marked(hit))
        out.print(Text(f"      {visible(hit.reason)}", style="dim"))


def _marked(hit: RegulationHit) -> Text:
    """The snippet with the question's words underlined."""
    text = Text("      " + hit.snippet)
    for mark in hit.marks:
        text.stylize("underline", 6 + mark.start, 6 + mark.end)
    return text


@one_line_errors
def cite_check(
    file: Annotated[Path | None, typer.Argument(help="文本文件；- 或不给则读标准输入")] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Check every citation of law in a text: is it in force, does the article exist, do quoted words stand in it."""
    day = (moment(as_of) or dt.datetime.now(SHANGHAI)).date()
    text = read_input(None, None if file == STANDARD_INPUT else file)
    citations = check_text(text, load_regulations(imported=Settings.load().data_dir / STATUTES), day)
    if as_json:
        typer.echo(json.dumps([citation.model_dump(mode="json") for citation in citations], ensure_ascii=False))
        return
    if not citations:
        out.print("没有找到法律引用", markup=False)
        return
    out.print(_table(citations, day))


def _table(citations: Sequence[CheckedCitation], day: dt.date) -> Table:
    table = Table(title=f"法律引用（按 {day.isoformat()} 的法律）")
    for header in ("位置", "原文", "法条", "结论", "说明"):
        table.add_column(header, overflow="fold")
    for citation in citations:
        style = _STYLES.get(citation.state, "red")
        table.add_row(
            str(citation.start),
            Text(visible(citation.text)),
            Text(visible(_name(citation))),
            Text(STATE_NAMES[citation.state], style=style),
            Text(visible(citation.note)),
        )
    return table


def _name(citation: CheckedCitation) -> str:
    """《中华人民共和国民法典》第二百七十八条第1款第（3）项."""
    parts = article_name(citation.law, citation.article)
    parts += f"第{citation.paragraph}款" if citation.paragraph is not None else ""
    return parts + (f"第（{citation.item}）项" if citation.item is not None else "")
