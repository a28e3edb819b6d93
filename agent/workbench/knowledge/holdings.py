"""What the knowledge base holds, as rows of name, count and version, like `xiaozheng knowledge status`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field

from agent.classify.model import Model, artifact_hash
from knowledge.base import KnowledgeBase
from knowledge.citing import lost_articles
from models.record import Record

SHELVES = ("articles", "imported", "matters", "cases", "duties", "categories", "departments")


class Holding(Record):
    """One kind of thing that is held."""

    name: str
    count: str
    version: str = ""


class Holdings(Record):
    """Everything that is held, and what is doubtful about it."""

    rows: tuple[Holding, ...]
    doubts: tuple[str, ...] = Field(default=(), description="one Chinese sentence each")


def holdings(base: KnowledgeBase, classifier: Path) -> Holdings:
    """Count everything held.

    Args:
        base: The knowledge base of this start.
        classifier: Artifact of the classifier in use.
    """
    regulations = base.regulations
    return Holdings(
        rows=(*_tables(base), *_laws(base), *_indexes(base), _classifier(classifier)),
        doubts=(*regulations.doubtful, *lost_articles(regulations)),
    )


def _tables(base: KnowledgeBase) -> tuple[Holding, ...]:
    tables = base.tables
    version = f"tables:{tables.content_hash}"
    counts = {
        "分类": len(tables.categories),
        "部门": len(tables.departments),
        "职责事项": len(tables.duties),
        "区县": len(tables.districts),
        "街道乡镇": len(tables.streets),
        "社区（村）": len(tables.communities),
        "运行模式": len(tables.modes),
        "法定时限": len(tables.deadlines),
    }
    return tuple(Holding(name=name, count=f"{count:,}", version=version) for name, count in counts.items())


def _laws(base: KnowledgeBase) -> tuple[Holding, ...]:
    regulations = base.regulations
    imported = sum(bool(law.source) for law in regulations.laws)
    of_import = sum(bool(regulations.law[article.law_id].source) for article in regulations.articles)
    shipped = f"{len(regulations.laws) - imported:,} 部 {len(regulations.articles) - of_import:,} 条"
    return (
        Holding(name="法律", count=shipped, version=f"laws:{regulations.version}"),
        Holding(name="导入的法规", count=f"{imported:,} 部 {of_import:,} 条", version=f"{base.waiting()} 条待编码向量"),
        Holding(name="法规诉求用语", count=f"{len(base.matters):,} 组"),
        Holding(name="历史工单", count=f"{len(base.cases):,}", version=f"cases:{base.cases.content_hash()}"),
    )


def _indexes(base: KnowledgeBase) -> tuple[Holding, ...]:
    shelves = ((name, base.shelf(name)) for name in SHELVES)
    found = [
        Holding(name=f"索引 {name}", count=f"{len(shelf):,}", version=shelf.content_hash()) for name, shelf in shelves
    ]
    return (*found, Holding(name="向量模型", count=f"{base.embedder.dim} 维", version=base.embedder.name))


@cache
def _classifier(path: Path) -> Holding:
    """Read once: loading the artifact takes a second, and a running server keeps the one it started with."""
    rows = Model.load(path).card.rows.get("text_level1", 0)
    return Holding(name="分类模型", count=f"{rows:,} 条训练", version=artifact_hash(path))
