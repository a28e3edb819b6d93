"""The knowledge page: its layout, and the questions of its script (`assets/knowledge.js`) wired to the work."""

from __future__ import annotations

from agent.people.roles import Permission
from agent.workbench.knowledge.work import STATUTES, KnowledgeWork
from agent.workbench.parts import esc, notice
from agent.workbench.shell import Page, Shell
from agent.workbench.style import asset

_TABS = (("law", "查法条"), ("cases", "查工单"), ("cite", "核对引用"), ("held", "库里有什么"), ("import", "导入法规"))


def knowledge_page(work: KnowledgeWork) -> Page:
    """知识库 as a page of the workbench."""
    return Page("knowledge", "知识库", Permission.TRIAGE, lambda shell: _add(shell, work))


def _add(shell: Shell, work: KnowledgeWork) -> None:
    import gradio as gr

    asked = [shell.answers(Permission.TRIAGE, each) for each in (work.search, work.similar, work.check, work.status)]
    gr.HTML(
        layout(),
        elem_id="xz-knowledge",
        apply_default_css=False,
        js_on_load=asset("knowledge.js"),
        server_functions=[*asked, shell.answers(Permission.IMPORT_KNOWLEDGE, work.add)],
    )


def layout() -> str:
    """The page before anything is asked; the import is shown to those who may."""
    tabs = "".join(
        f'<button type="button" role="tab" id="xz-tab-{name}" aria-controls="xz-panel-{name}" data-tab="{name}" '
        f'aria-selected="{str(name == "law").lower()}"{" hidden" if name == "import" else ""}>{title}</button>'
        for name, title in _TABS
    )
    panels = {"law": _law(), "cases": _cases(), "cite": _cite(), "held": "", "import": _import()}
    shown = "".join(
        f'<section role="tabpanel" id="xz-panel-{name}" aria-labelledby="xz-tab-{name}" class="xz-card" '
        f'data-panel="{name}"{"" if name == "law" else " hidden"}>{panels[name]}'
        f'<div data-slot="{name}" aria-live="polite">{_EMPTY.get(name, "")}</div></section>'
        for name, _ in _TABS
    )
    return (
        f'<div class="xz-app xz-know"><div class="xz-tabs" role="tablist" aria-label="知识库">{tabs}</div>{shown}</div>'
    )


_EMPTY = {
    "law": notice("用平常的话问法律", "例如：工地晚上能施工吗；或直接写：民法典第1254条。按选定那一天有效的法律回答。"),
    "cases": notice("找办过的同类工单", "粘贴诉求，看以前由谁办理、怎样答复。"),
    "cite": notice("核对一段话里的法律引用", "每一处都会说明：是否现行有效、条文是否存在、引号里的话是否在条文里。"),
}


def _day() -> str:
    return (
        '<label class="xz-day">按哪天的法律<input class="xz-input" type="date" name="day" min="1949-10-01" '
        'max="2100-12-31"></label>'
    )


def _law() -> str:
    return (
        '<form data-ask="search"><input class="xz-input" name="question" maxlength="2000" autocomplete="off" '
        'aria-label="问题" placeholder="用平常的话问，例如：楼上往下扔东西谁来管">'
        f'{_day()}<button class="xz-button xz-main">查法条<kbd>Enter</kbd></button></form>'
    )


def _cases() -> str:
    return (
        '<form data-ask="similar"><input class="xz-input" name="question" maxlength="2000" autocomplete="off" '
        'aria-label="诉求" placeholder="诉求的要点，例如：路灯整排不亮">'
        '<button class="xz-button xz-main">查工单<kbd>Enter</kbd></button></form>'
    )


def _cite() -> str:
    return (
        '<form data-ask="check" class="xz-tall"><textarea class="xz-input" name="text" rows="6" maxlength="200000" '
        'aria-label="要核对的文字" spellcheck="false" placeholder="粘贴答复、文件或判断依据"></textarea>'
        f'<div class="xz-bottom">{_day()}<span class="xz-grow"></span>'
        '<button class="xz-button xz-main">核对<kbd>Ctrl+Enter</kbd></button></div></form>'
    )


def _import() -> str:
    return (
        '<div class="xz-zone"><h3>把法规文件放在这里</h3>'
        '<button type="button" class="xz-button xz-main" data-do="choose">选择文件</button>'
        f"<p>{esc(' '.join(STATUTES))}，可以一次多选；同一份再导入不会重复，读不了的文件不影响其他文件。</p>"
        f'<input type="file" multiple accept="{esc(",".join(STATUTES))}" hidden aria-label="法规文件"></div>'
    )
