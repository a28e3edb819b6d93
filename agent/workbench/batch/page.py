"""The batch page: its layout, and its script's questions wired to `BatchWork`. The script is `assets/batch.js`."""

from __future__ import annotations

from agent.batch.job import ENDINGS
from agent.people.roles import Permission
from agent.workbench.batch.work import ENDINGS as READ
from agent.workbench.batch.work import BatchWork
from agent.workbench.parts import esc
from agent.workbench.shell import Page, Shell
from agent.workbench.style import asset


def batch_page(work: BatchWork) -> Page:
    """批量研判 as a page of the workbench."""
    return Page("batch", "批量研判", Permission.SCORE, lambda shell: _add(shell, work))


def _add(shell: Shell, work: BatchWork) -> None:
    import gradio as gr

    handlers = (work.look, work.drop, work.run, work.watch, work.cancel)
    gr.HTML(
        layout(work.uploads.max_bytes),
        elem_id="xz-batch",
        apply_default_css=False,
        js_on_load=asset("batch.js"),
        server_functions=[shell.answers(Permission.SCORE, handler) for handler in handlers],
    )


def layout(max_bytes: int) -> str:
    """The page before a file is chosen.

    Args:
        max_bytes: Largest file, said in the drop zone and checked by the script before it is sent.
    """
    return (
        f'<div class="xz-app xz-batch" data-max="{max_bytes}"><section class="xz-card xz-new" aria-label="新任务">'
        f"{_zone(max_bytes)}"
        '<div class="xz-sending" hidden><div class="xz-progress" role="progressbar" aria-label="上传">'
        "<i></i></div><span data-sending></span></div>"
        f'<div data-slot="preview" aria-live="polite"></div>{_start()}</section>'
        '<section class="xz-card xz-jobs" aria-label="我的任务"><h4>我的任务</h4><div data-slot="jobs"></div></section>'
        "</div>"
    )


def _zone(max_bytes: int) -> str:
    kinds = " ".join(READ)
    return (
        '<div class="xz-zone"><h3>把工单表放在这里</h3>'
        '<button type="button" class="xz-button xz-main" data-do="choose">选择文件</button>'
        f"<p>{esc(kinds)}，不超过 {max_bytes // 2**20} MB。先看各列怎么读，再开始。</p>"
        f'<input type="file" accept="{esc(",".join(READ))}" hidden aria-label="工单表"></div>'
    )


def _start() -> str:
    kinds = "".join(f"<option>{ending}</option>" for ending in ENDINGS)
    return (
        '<form class="xz-start" hidden><label>结果格式<select class="xz-input" name="ending">'
        f"{kinds}</select></label>"
        '<label class="xz-check"><input type="checkbox" name="draft" checked>写答复初稿</label>'
        '<span class="xz-grow"></span>'
        '<button type="submit" class="xz-button xz-main" data-do="start">开始研判</button></form>'
    )
