"""The reviewer page: its layout, and its script's questions wired to `ReviewWork`.

One `gr.HTML` holds the whole page, as on the operator page; the scripts are `assets/filter.js` and
`assets/review.js`. Answers come as HTML for named slots, already escaped.
"""

from __future__ import annotations

from agent.desk.shared import Clock, now
from agent.people.roles import Permission
from agent.workbench.operator.fields import Names
from agent.workbench.parts import esc
from agent.workbench.review.door import ReviewDesk
from agent.workbench.review.filterbar import filter_bar
from agent.workbench.review.work import ReviewWork
from agent.workbench.shell import Page, Shell
from agent.workbench.style import asset
from knowledge.tables import Tables

REASONS = ("职责不属于所派单位", "应由属地区县（街道）承办", "类别选错", "紧急程度判断不当", "协办单位有遗漏或多余")
KEYS = (
    ("A", "同意受理员的决定，打开下一件"),
    ("C", "改判"),
    ("Z", "改判时：另选主办单位"),
    ("L", "改判时：另选类别"),
    ("X", "改判时：添加协办单位"),
    ("1–5", "改判时：选理由并提交"),
    ("T", "改判时：自己写理由"),
    ("Esc", "放弃改判，或关闭"),
    ("J / K", "下一件 / 上一件"),
    ("N", "加载新来的"),
    ("R", "重放这条建议"),
    ("?", "显示或收起本表"),
)


def review_page(desk: ReviewDesk, tables: Tables, *, clock: Clock = now) -> Page:
    """复核台 as a page of the workbench.

    Args:
        desk: The work behind it.
        tables: Departments and categories.
        clock: What time it is.
    """
    work = ReviewWork(desk, Names(tables.department, tables.category), clock=clock)
    return Page("review", "复核台", Permission.REVIEW, lambda shell: _add(shell, work))


def _add(shell: Shell, work: ReviewWork) -> None:
    import gradio as gr

    handlers = (work.start, work.find, work.news, work.open, work.change, work.judge, work.replay, work.export)
    gr.HTML(
        layout(),
        elem_id="xz-review",
        apply_default_css=False,
        js_on_load=asset("filter.js") + asset("review.js"),
        server_functions=[shell.answers(Permission.REVIEW, handler) for handler in handlers],
    )


def layout() -> str:
    """The page before anything is loaded."""
    kinds = (
        '<div class="xz-segments" role="group" aria-label="排法">'
        '<button type="button" data-listed="false" aria-pressed="true">待复核</button>'
        '<button type="button" data-listed="true" aria-pressed="false">清单</button></div>'
    )
    export = '<button type="button" class="xz-link" data-do="export">导出 .xlsx</button>'
    return (
        '<div class="xz-app xz-rv" data-state="loading">'
        f'<div class="xz-card xz-rv-top">{filter_bar(toggles=True, before=kinds, after=export)}</div>'
        '<div class="xz-card xz-rv-list"><div class="xz-rv-count" data-slot="count" role="status">正在取工单…</div>'
        '<button type="button" class="xz-rv-news" data-do="news" data-news hidden><span aria-live="polite"></span>'
        "<kbd>N</kbd></button>"
        '<div class="xz-scroll" data-slot="rows"></div></div>'
        f'<div class="xz-card xz-rv-open"><div class="xz-scroll"><div data-slot="empty"></div>{_matter()}</div>'
        f"{_reasons()}{_actions()}</div>{_help()}</div>"
    )


def _matter() -> str:
    return (
        '<article class="xz-rv-matter"><p class="xz-before" data-slot="note" hidden></p>'
        '<header class="xz-rv-head" data-slot="head" tabindex="-1"></header>'
        '<div class="xz-rv-text" data-slot="text"></div><div data-slot="sides"></div>'
        '<div class="xz-rv-replay" data-slot="replay" hidden></div><div data-slot="folds"></div></article>'
    )


def _reasons() -> str:
    buttons = "".join(
        f'<button type="button" class="xz-option" data-reason="{esc(reason)}"><kbd class="xz-key">{number}</kbd>'
        f"{esc(reason)}</button>"
        for number, reason in enumerate(REASONS, start=1)
    )
    return (
        '<div class="xz-why" data-why hidden><h4>改判理由<small>改好后按数字键即提交</small></h4>'
        f'<div class="xz-options">{buttons}</div><input class="xz-input" maxlength="400" aria-label="改判理由" '
        'placeholder="按 T 写一句，回车提交" autocomplete="off"></div>'
    )


def _actions() -> str:
    return (
        '<div class="xz-actions">'
        '<button type="button" class="xz-button xz-main" data-do="agree">同意<kbd>A</kbd></button>'
        '<button type="button" class="xz-button" data-do="correct">改判<kbd>C</kbd></button>'
        '<button type="button" class="xz-button" data-do="stop">放弃改判<kbd>Esc</kbd></button>'
        '<button type="button" class="xz-button" data-do="replay">重放<kbd>R</kbd></button>'
        '<span class="xz-grow"></span>'
        '<button type="button" class="xz-button xz-phone-only" data-do="back">列表</button>'
        '<button type="button" class="xz-button" data-do="before">上一件<kbd>K</kbd></button>'
        '<button type="button" class="xz-button" data-do="next">下一件<kbd>J</kbd></button>'
        '<button type="button" class="xz-link" data-do="help" aria-label="快捷键">?</button></div>'
    )


def _help() -> str:
    rows = "".join(
        f'<tr><th scope="row"><kbd class="xz-key">{esc(key)}</kbd></th><td>{esc(what)}</td></tr>' for key, what in KEYS
    )
    return (
        '<dialog class="xz-card xz-rv-help" data-help aria-label="快捷键"><h3>快捷键</h3>'
        f'<p class="xz-dim">光标在输入框里时不起作用。</p><table>{rows}</table></dialog>'
    )
