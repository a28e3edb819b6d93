"""The operator page: its layout, and its script's questions wired to `OperatorWork`.

One `gr.HTML` holds the whole page, because an operator's desk needs focus, keys and marks that widgets do not give;
the script is `assets/operator.js`. Answers come as HTML for named slots, already escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.people.roles import Permission
from agent.wording import MODE_NAMES
from agent.workbench.operator.door import OperatorDesk
from agent.workbench.operator.fields import Names
from agent.workbench.operator.work import OperatorWork
from agent.workbench.parts import esc
from agent.workbench.shell import Page, Shell
from agent.workbench.style import asset
from knowledge.tables import Tables

CHANNELS = ("12345热线", "郑好拍", "网格巡查", "数字城管", "110联动", "网站与信箱", "其他")
REASONS = ("职责不属于原建议单位", "按属地应由区县（街道）承办", "类别选错", "诉求人补充了情况", "上级已另行指定")
RETURN_REASONS = ("内容不清，须再问来电人", "缺少地点", "重复诉求，已在办理", "不属于受理范围", "已当场答复")


@dataclass(frozen=True, slots=True)
class Example:
    """A complaint of our own to try the page with."""

    name: str
    text: str
    title: str = ""


EXAMPLES = (
    Example(
        "占道与油烟",
        "我住金水区文化路街道任砦北街附近，楼下一家烧烤店每天晚上把灶台和桌子摆到人行道上，油烟直接往楼上灌，"
        "炒到凌晨一两点。已经打过两次电话，说是处理了，第二天照旧，请给个准话。",
    ),
    Example(
        "通话记录",
        "坐席：您好，郑州12345，请讲。\n"
        "市民：哎你好，我这个是惠济区新城街道的，俺小区那个路灯啊，从上周三就不亮了，一排都不亮。\n"
        "坐席：具体是哪条路？\n"
        "市民：就是天河路，靠近开元路那个口，路东边。老人晚上出来遛弯，前天有个阿姨绊了一下。\n"
        "坐席：有没有受伤？\n"
        "市民：没啥大事。就是赶紧派人修修吧，给物业说了，物业说不归他们管。",
        "天河路路灯不亮",
    ),
    Example(
        "燃气异味（紧急）",
        "管城回族区东大街街道，我家楼道里有很浓的煤气味，三楼敲门没人应，已经有两户下楼了，"
        "不敢开灯也不敢按电梯，请马上派人来！",
    ),
    Example(
        "拖欠工资",
        "我们二十多个人在中原区须水街道一个安置房工地干木工，去年十月到腊月的工资到现在没给，"
        "一共三十多万。包工头说总包没拨款，总包说钱早给了。工地门口也没有公示牌，问谁都不知道该找谁要。",
    ),
)


def operator_page(desk: OperatorDesk, tables: Tables, *, refines: bool) -> Page:
    """受理台 as a page of the workbench.

    Args:
        desk: The work behind it.
        tables: Departments and categories.
        refines: Whether a language model is set.
    """
    work = OperatorWork(desk, Names(tables.department, tables.category), refines=refines)
    return Page("", "受理台", Permission.DECIDE, lambda shell: _add(shell, work))


def _add(shell: Shell, work: OperatorWork) -> None:
    import gradio as gr

    handlers = (work.start, work.recent, work.take, work.refine, work.change, work.decide, work.reopen, work.read_file)
    gr.HTML(
        layout(examples=EXAMPLES if shell.demo else ()),
        elem_id="xz-operator",
        apply_default_css=False,
        js_on_load=asset("operator.js"),
        server_functions=[shell.answers(Permission.DECIDE, handler) for handler in handlers],
    )


def layout(*, examples: Sequence[Example] = ()) -> str:
    """The page before the first complaint."""
    return (
        f'<div class="xz-app xz-op" data-state="empty">{_left(examples)}'
        '<div class="xz-mid xz-card" aria-live="polite">'
        f'<div class="xz-scroll">{_slots("danger", "before", "banner")}'
        f"{_empty()}{_slots('lead', 'category', 'urgency', 'clock', 'place', 'assist')}</div>{_actions()}</div>"
        f'<div class="xz-right xz-card"><div class="xz-scroll">{_slots("ask")}{_draft()}'
        f"{_slots('notes', 'cases', 'law', 'made')}</div></div></div>"
    )


def _slots(*names: str) -> str:
    return "".join(f'<div data-slot="{name}"></div>' for name in names)


def _left(examples: Sequence[Example]) -> str:
    tries = "".join(
        f'<button type="button" class="xz-option" data-text="{esc(each.text)}" data-title="{esc(each.title)}">'
        f"{esc(each.name)}</button>"
        for each in examples
    )
    modes = "".join(f'<option value="{mode}">{name}</option>' for mode, name in MODE_NAMES.items())
    channels = "".join(f"<option>{name}</option>" for name in CHANNELS)
    return (
        '<div class="xz-in xz-card"><div class="xz-marked xz-text"><div aria-hidden="true"></div>'
        '<textarea aria-label="诉求或通话记录" spellcheck="false" autocomplete="off" autofocus '
        'placeholder="在这里粘贴诉求或通话记录，按 Ctrl+Enter 研判；也可拖入 .txt、.docx、.pdf"></textarea></div>'
        '<div class="xz-submit"><button type="button" class="xz-button xz-main" data-do="take">研判'
        "<kbd>Ctrl+Enter</kbd></button>"
        '<label class="xz-link" title="选择文件">选文件<input type="file" accept=".txt,.docx,.pdf" hidden></label>'
        '<details class="xz-more-input"><summary class="xz-link">标题、渠道、模式</summary><div>'
        '<input class="xz-input" name="title" maxlength="200" placeholder="标题（可不填）" aria-label="标题" '
        'autocomplete="off">'
        f'<select class="xz-input" name="channel" aria-label="来源渠道">{channels}</select>'
        f'<select class="xz-input" name="mode" aria-label="运行模式">{modes}</select></div></details></div>'
        + (f'<div class="xz-tries"><small>试一试</small>{tries}</div>' if tries else "")
        + '<div class="xz-recent"><h4>我今天的事项</h4><div data-kept></div><div data-slot="recent"></div></div></div>'
    )


def _empty() -> str:
    return (
        '<div class="xz-notice" data-slot="empty"><h3>等一条诉求</h3>'
        "<p>把全文粘贴进来，按 Ctrl+Enter 或点“研判”。</p>"
        "<p>这里会给出主办、类别、紧急程度和时限，并附答复初稿、依据和相似工单。</p>"
        "<p>改过的地方会标出来，由您决定。</p></div>"
    )


def _draft() -> str:
    return (
        '<section class="xz-section xz-draft"><h4>答复初稿<kbd class="xz-key">Alt+G</kbd>'
        '<span class="xz-blanks" data-blanks></span><span class="xz-grow"></span>'
        '<span data-generator class="xz-dim"></span>'
        '<button type="button" class="xz-link" data-do="copy">复制</button></h4>'
        '<div class="xz-better" data-better hidden>语言模型另写了一稿，没有覆盖您的修改。'
        '<button type="button" class="xz-link" data-do="better">改用那一稿</button></div>'
        '<div data-slot="stale"></div><div class="xz-better" data-stale hidden>'
        '<button type="button" class="xz-link" data-do="rename">把初稿里原来的主办单位换成现在的</button></div>'
        '<div class="xz-marked xz-reply"><div aria-hidden="true"></div>'
        '<textarea aria-label="答复初稿" spellcheck="false" autocomplete="off"></textarea></div></section>'
    )


def _actions() -> str:
    return (
        f'<div class="xz-why" data-why="change" hidden>{_why("改派理由", REASONS)}</div>'
        f'<div class="xz-why" data-why="return" hidden>{_why("退回理由", RETURN_REASONS)}</div>'
        '<div class="xz-actions">'
        '<button type="button" class="xz-button xz-main" data-do="accept"><span data-accept>采纳</span>'
        "<kbd>Alt+A</kbd></button>"
        '<button type="button" class="xz-button" data-do="return">退回<kbd>Alt+R</kbd></button>'
        '<button type="button" class="xz-button xz-main" data-do="again">重新处理<kbd>Alt+E</kbd></button>'
        '<button type="button" class="xz-button" data-do="next">下一条<kbd>Alt+N</kbd></button>'
        '<span class="xz-done" data-done role="status"></span></div>'
    )


def _why(title: str, reasons: Sequence[str]) -> str:
    buttons = "".join(
        f'<button type="button" class="xz-option" data-reason="{esc(reason)}"><kbd class="xz-key">{number}</kbd>'
        f"{esc(reason)}</button>"
        for number, reason in enumerate(reasons, start=1)
    )
    return (
        f'<h4>{title}<small>按数字键，或写一句后回车；Esc 取消</small></h4><div class="xz-options">{buttons}</div>'
        f'<input class="xz-input" maxlength="400" aria-label="{title}" placeholder="其他理由" autocomplete="off">'
    )
