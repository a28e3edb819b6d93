"""What came of a backlog, in a few Chinese lines for the person who started it. Counts only, no word of a complaint."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from agent.batch import ScoreSummary
from agent.batch.tally import most
from agent.cli.console import err
from agent.wording import ROUTE_NAMES, visible
from knowledge.tables import Tables

_SHOWN = 10


def show_summary(summary: ScoreSummary, output: Path, tables: Tables) -> None:
    """Print the counts on standard error.

    Args:
        summary: What `score_file` gave.
        output: Where the rows are.
        tables: Names of categories and departments.
    """
    categories = {category.code: category.level3 for category in tables.categories}
    departments = {department.id: department.name for department in tables.departments}
    if summary.note:
        _say(summary.note)
    _say(_first_line(summary, output))
    routes = {str(route): name for route, name in ROUTE_NAMES.items()}
    listed: tuple[tuple[str, Mapping[str, int], Mapping[str, str]], ...] = (
        ("分类", summary.by_category, categories),
        ("主办", summary.by_lead, departments),
        ("处置", summary.by_route, routes),
        ("失败", summary.by_error, {}),
    )
    for title, counts, names in listed:
        if counts:
            _say(f"{title}：{_listed(counts, names)}")
    if summary.repeats:
        _say(f"疑似重复：{summary.repeats} 行与本表前面的某行是同一件事")


def _first_line(summary: ScoreSummary, output: Path) -> str:
    kept = f"，其中 {summary.rows - summary.scored} 行是此前做好的" if summary.rows > summary.scored else ""
    rate = f"，每秒 {summary.rows_per_second:.1f} 行" if summary.scored else ""
    return f"{summary.rows} 行，成功 {summary.ok}，失败 {summary.errors}{kept}{rate} → {output}"


def _listed(counts: Mapping[str, int], names: Mapping[str, str]) -> str:
    shown = [f"{names.get(name, name)} {count}" for name, count in most(counts, _SHOWN)]
    rest = len(counts) - len(shown)
    return "、".join(shown) + (f" 等 {len(counts)} 项" if rest else "")


def _say(line: str) -> None:
    err.print(visible(line), markup=False, highlight=False, soft_wrap=True)
