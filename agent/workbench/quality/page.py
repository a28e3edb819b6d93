"""The quality page: its layout, and its script's questions wired to `QualityWork`."""

from __future__ import annotations

from agent.desk.shared import Clock, now
from agent.people.roles import Permission
from agent.workbench.operator.fields import Names
from agent.workbench.quality.work import QualityDesk, QualityWork
from agent.workbench.review.filterbar import filter_bar
from agent.workbench.shell import Page, Shell
from agent.workbench.style import asset
from knowledge.tables import Tables


def quality_page(desk: QualityDesk, tables: Tables, *, clock: Clock = now) -> Page:
    """质量 as a page of the workbench.

    Args:
        desk: Counts.
        tables: Departments and categories.
        clock: What time it is.
    """
    work = QualityWork(desk, Names(tables.department, tables.category), clock=clock)
    return Page("quality", "质量", Permission.QUALITY, lambda shell: _add(shell, work))


def _add(shell: Shell, work: QualityWork) -> None:
    import gradio as gr

    gr.HTML(
        layout(),
        elem_id="xz-quality",
        apply_default_css=False,
        js_on_load=asset("filter.js") + asset("quality.js"),
        server_functions=[
            shell.answers(Permission.QUALITY, handler) for handler in (work.start, work.report, work.export)
        ],
    )


def layout() -> str:
    """The page before anything is counted."""
    export = '<button type="button" class="xz-link" data-do="export">导出 .xlsx</button>'
    summary = '<span class="xz-q-sum" data-slot="summary" role="status">正在统计…</span>'
    return (
        '<div class="xz-app xz-quality" data-state="loading">'
        f'<div class="xz-card xz-rv-top">{filter_bar(toggles=False, before=summary, after=export)}</div>'
        '<div class="xz-q-all" data-slot="report"></div></div>'
    )
