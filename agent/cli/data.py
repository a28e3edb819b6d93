"""`xiaozheng knowledge`: what the knowledge base holds, and looking after it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from agent.classify.model import SHIPPED, Model, artifact_hash
from agent.cli.console import existing, one_line_errors, open_base, out, progress_bar
from agent.cli.regulations import add_regulations
from agent.intake import mask
from agent.settings import Settings
from knowledge.base import ship_vectors
from knowledge.cases import read_cases
from knowledge.citing import lost_articles
from knowledge.vector_stores import VECTORS
from knowledge.vocabulary import PastCase

knowledge = typer.Typer(help="知识库：有什么、导入、重建索引。", no_args_is_help=True)
knowledge.command("add-regulations")(add_regulations)


@knowledge.command()
@one_line_errors
def status() -> None:
    """Counts, versions and hashes of everything held."""
    settings = Settings.load()
    base = open_base(settings)
    tables, regulations = base.tables, base.regulations
    table = Table("内容", "数量", "版本", title="知识库")
    for name, count in (
        ("分类", len(tables.categories)),
        ("部门", len(tables.departments)),
        ("职责事项", len(tables.duties)),
        ("区县", len(tables.districts)),
        ("街道乡镇", len(tables.streets)),
        ("社区（村）", len(tables.communities)),
        ("运行模式", len(tables.modes)),
        ("法定时限", len(tables.deadlines)),
    ):
        table.add_row(name, str(count), f"tables:{tables.content_hash}")
    imported = [law for law in regulations.laws if law.source]
    of_import = sum(bool(regulations.law[article.law_id].source) for article in regulations.articles)
    shipped = len(regulations.laws) - len(imported), len(regulations.articles) - of_import
    table.add_row("法律", f"{shipped[0]} 部 {shipped[1]} 条", f"laws:{regulations.version}")
    table.add_row("导入的法规", f"{len(imported)} 部 {of_import} 条", f"{base.waiting()} 条待编码向量")
    table.add_row("法规诉求用语", f"{len(base.matters)} 组", f"{len({row.law for row in base.matters})} 部法")
    table.add_row("历史工单", str(len(base.cases)), f"cases:{base.cases.content_hash()}")
    for name in ("articles", "imported", "matters", "cases", "duties", "categories", "departments"):
        table.add_row(f"索引 {name}", str(len(base.shelf(name))), base.shelf(name).content_hash())
    table.add_row("向量模型", str(base.embedder.dim), base.embedder.name)
    path = settings.classifier or SHIPPED
    card = Model.load(path).card
    table.add_row("分类模型", str(card.rows.get("text_level1", 0)), artifact_hash(path))
    out.print(table)
    out.print(f"数据目录 {settings.data_dir}", markup=False)
    for doubt in (*regulations.doubtful, *lost_articles(regulations)):
        out.print(f"存疑：{doubt}", markup=False)


@knowledge.command()
@one_line_errors
def build(
    ship: Annotated[bool, typer.Option("--ship", help="同时更新随项目发布的向量文件（开发者用）")] = False,
) -> None:
    """Rebuild every index from its texts; only texts without a shipped vector are encoded."""
    base = open_base(Settings.load(), rebuild=True)
    with progress_bar() as bar:
        task = bar.add_task("编码导入的法规", total=None)
        encoded = base.encode_imported(lambda _, done, total: bar.update(task, completed=done, total=total))
    if ship:
        ship_vectors(base).save(VECTORS)
        out.print(f"{VECTORS} {VECTORS.stat().st_size / 1e6:.1f} MB", markup=False)
    out.print(f"索引已重建，新编码导入条文 {encoded} 条", markup=False)


@knowledge.command("add-cases")
@one_line_errors
def add_cases(file: Annotated[Path, typer.Argument(help="已标注工单，JSON 行")]) -> None:
    """Add closed tickets; the next suggestion sees them at once. Personal data is masked first."""
    existing(file)
    settings = Settings.load()
    base = open_base(settings)
    cases = [masked_case(case, door_numbers=settings.mask_doors) for case in read_cases(file, base.tables)]
    replaced = sum(case.id in base.cases for case in cases)
    added = base.add_cases(cases)
    out.print(f"已加入 {added} 件（其中替换 {replaced} 件），共 {len(base.cases)} 件历史工单", markup=False)


def masked_case(case: PastCase, *, door_numbers: bool) -> PastCase:
    """The case without personal data in any of its free texts."""
    texts = {name: getattr(case, name) for name in ("title", "text", "reply", "outcome", "topic", "channel", "author")}
    return case.model_copy(update={name: mask(text, door_numbers=door_numbers).text for name, text in texts.items()})
