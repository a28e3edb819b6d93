"""The workbench: a page on which an operator pastes a complaint and gets a suggestion; and `main`.

Pure functions first, then layout, then wiring; nothing is decided here. Gradio takes seconds to import and
this module is also the entry point of the command line, so it is imported only where a page is built.
Nothing is requested from outside: fonts are the system's own, and complaints are kept nowhere.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import logging
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import JsonValue, SecretStr, ValidationError

from agent.card_html import draft_notes_html, empty_html, suggestion_html
from agent.card_style import CARD_CSS
from agent.schema import Complaint, ErrorInfo, Suggestion
from agent.wording import MODE_NAMES, visible
from knowledge.workdays import SHANGHAI
from models.errors import SettingsError, XiaozhengError

if TYPE_CHECKING:
    import gradio as gr

Triage = Callable[[Complaint], Suggestion]
CHANNELS = ("12345热线", "郑好拍", "网格巡查", "数字城管", "110联动", "网站与信箱", "其他")
_log = logging.getLogger("xiaozheng.workbench")


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


def propose(triage: Triage, text: str, title: str = "", channel: str = "", mode: str = "daily") -> Suggestion:
    """Ask the agent, and answer with an error Suggestion where it cannot.

    A page and an API must say something sensible whatever happens; the kind of fault and its place go to the
    log, and no word of the complaint.
    """
    try:
        fields = {"text": text, "title": title, "channel": channel, "mode": mode}
        complaint = Complaint.model_validate({**fields, "received_at": dt.datetime.now(SHANGHAI)})
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"])
        return _failed("input", f"字段 {field} 的值无法使用：{error.errors()[0]['msg']}")
    try:
        return triage(complaint)
    except XiaozhengError as error:
        return _failed(error.code, str(error))
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        # type and place only: the message may quote the complaint
        _log.error("triage failed: %s at %s:%s", type(error).__name__, where.filename, where.lineno)
        return _failed("internal", "程序出错，这条诉求没有研判；请稍后重试，仍不行时把日志交给管理员。")


def _failed(code: str, message: str) -> Suggestion:
    return Suggestion(id="", status="error", error=ErrorInfo(code=code, message=message))


def login_for(host: str, login: SecretStr | None) -> tuple[str, str] | None:
    """The name and password that the page must ask for; None when it need not.

    Args:
        host: Address to listen on.
        login: `name:password`, or None.

    Raises:
        SettingsError: others could reach the page and no login is set, or the login is malformed.
    """
    if login is None:
        if not _is_loopback(host):
            raise SettingsError(
                f"{host} can be reached by others: set XIAOZHENG_LOGIN=name:password, or listen on 127.0.0.1"
            )
        return None
    name, _, password = login.get_secret_value().partition(":")
    if not name or not password:
        raise SettingsError("XIAOZHENG_LOGIN must be name:password, both not empty")
    return name, password


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


# ---------------------------------------------------------------- layout

_FONTS = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "sans-serif")
_HEADER = """<div class="xz-top"><h1>AI小郑<span>受理台</span></h1>
<p>粘贴一条诉求，得到分类、主办、时限、依据和回复初稿；由人决定。</p></div>"""

# Ctrl+Enter submits, as operators know it from chat programs; Gradio itself offers only Shift+Enter.
_ON_LOAD = """() => {
  document.documentElement.lang = "zh-CN";
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) document.querySelector("#xz-submit").click();
  });
}"""
_SHOW_CARD = """() => {
  if (window.innerWidth < 768) document.querySelector("#xz-card").scrollIntoView({behavior: "smooth"});
}"""
# Browsers give navigator.clipboard to https and localhost only; on an inner network the page is plain http.
_COPY = """async (text) => {
  if (navigator.clipboard && window.isSecureContext) await navigator.clipboard.writeText(text);
  else {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  const button = document.querySelector("#xz-copy");
  button.textContent = "已复制";
  setTimeout(() => { button.textContent = "复制初稿"; }, 1500);
}"""
PAGE_CSS = """
body, .gradio-container { background: var(--xz-back) !important; color: var(--xz-ink); }
.gradio-container .main.app { max-width: 1360px !important; padding: 14px 20px 24px !important; }
.gradio-container .html-container { padding: 0 !important; }
.gradio-container textarea { line-height: 1.6; }
.xz-top { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 20px; }
.xz-top h1 { margin: 0; font-size: 21px; font-weight: 700; color: var(--xz-ink); }
.xz-top h1 span { margin-left: 10px; font-weight: 400; color: var(--xz-accent); }
.xz-top p { margin: 0; font-size: 13px; color: var(--xz-dim); }
#xz-left > *, #xz-reply { gap: 10px; }
#xz-examples { gap: 6px; }
#xz-examples button { flex: 0 1 auto; min-width: 0; padding: 2px 10px; font-size: 13px; font-weight: 400; }
#xz-reply { margin-top: 4px; }
@media (max-width: 767px) {
  .gradio-container .main.app { padding: 10px 10px 16px !important; }
  #xz-left { display: contents; }  /* the reply belongs after the card, not between it and the form */
  #xz-right { order: 1; } #xz-reply { order: 2; }
}
"""
# Theme values that follow the card's colours, in light and dark alike.
_THEME = {
    "body_background_fill": "var(--xz-back)",
    "body_text_color": "var(--xz-ink)",
    "block_background_fill": "var(--xz-paper)",
    "block_border_color": "var(--xz-line)",
    "block_title_text_color": "var(--xz-dim)",
    "input_background_fill": "var(--xz-paper)",
    "input_border_color": "var(--xz-line)",
    "input_border_color_focus": "var(--xz-accent)",
    "input_border_width": "1px",
    "button_primary_background_fill": "var(--xz-accent)",
    "button_primary_background_fill_hover": "var(--xz-accent)",
    "button_primary_border_color": "var(--xz-accent)",
    "button_primary_border_color_hover": "var(--xz-accent)",
    "button_primary_text_color": "var(--xz-paper)",
    "button_secondary_background_fill": "var(--xz-paper)",
    "button_secondary_background_fill_hover": "var(--xz-back)",
    "button_secondary_border_color": "var(--xz-line)",
    "button_secondary_text_color": "var(--xz-ink)",
}


@dataclass(frozen=True, slots=True)
class _Form:
    """What the operator fills in."""

    text: gr.Textbox
    title: gr.Textbox
    channel: gr.Dropdown
    mode: gr.Dropdown
    submit: gr.Button
    examples: tuple[gr.Button, ...]


@dataclass(frozen=True, slots=True)
class _Reply:
    """The draft under the operator's hands; hidden while there is none."""

    panel: gr.Column
    draft: gr.Textbox
    notes: gr.HTML
    copy: gr.Button


def _form() -> _Form:
    import gradio as gr

    text = gr.Textbox(
        label="诉求或通话记录",
        placeholder="在这里粘贴全文，按 Ctrl+Enter 研判",
        lines=8,
        max_lines=16,
        autofocus=True,
        elem_id="xz-text",
    )
    with gr.Row():
        title = gr.Textbox(label="标题（可不填）", max_lines=1, min_width=140)
        channel = gr.Dropdown(CHANNELS, value=CHANNELS[0], label="来源渠道", min_width=140)
        modes = [(name, mode) for mode, name in MODE_NAMES.items()]
        mode = gr.Dropdown(modes, value="daily", label="运行模式", min_width=140)
    submit = gr.Button("研判", variant="primary", elem_id="xz-submit")
    with gr.Row(elem_id="xz-examples"):
        examples = tuple(gr.Button(example.name, size="sm") for example in EXAMPLES)
    return _Form(text, title, channel, mode, submit, examples)


def _reply() -> _Reply:
    import gradio as gr

    with gr.Column(visible=False, elem_id="xz-reply") as panel:
        draft = gr.Textbox(label="回复初稿（可直接修改）", lines=5, max_lines=14, elem_id="xz-draft")
        notes = gr.HTML("", apply_default_css=False)
        copy = gr.Button("复制初稿", size="sm", elem_id="xz-copy")
    return _Reply(panel, draft, notes, copy)


# ---------------------------------------------------------------- wiring


def build_app(triage: Triage, departments: Mapping[str, str] | None = None) -> gr.Blocks:
    """Lay the page out and wire it to one agent.

    Args:
        triage: Called once for each complaint, from several threads.
        departments: Names by department id, for the similar cases.

    Returns:
        The page, not yet served; see `launch`. The REST endpoint is `/gradio_api/call/v2/triage`.
    """
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read when gradio is imported
    import gradio as gr
    from gradio.events import api

    def rest(text: str, title: str = "", channel: str = "", mode: str = "daily") -> dict[str, JsonValue]:
        """One complaint in, one Suggestion out (docs/contract.md)."""
        return propose(triage, text, title, channel, mode).model_dump(mode="json")

    demo = gr.Blocks(title="AI小郑 · 受理台", analytics_enabled=False, fill_width=True)
    with demo:
        gr.HTML(_HEADER, apply_default_css=False)
        with gr.Row():
            with gr.Column(scale=5, min_width=320, elem_id="xz-left"):
                form, reply = _form(), _reply()
            with gr.Column(scale=7, min_width=320, elem_id="xz-right"):
                card = gr.HTML(empty_html(), apply_default_css=False, elem_id="xz-card")
        inputs = [form.text, form.title, form.channel, form.mode]
        outputs = [card, reply.draft, reply.notes, reply.panel]
        show = partial(_show, triage, departments)
        shown = form.submit.click(show, inputs, outputs, show_progress="minimal", api_visibility="private")
        shown.then(None, js=_SHOW_CARD)
        reply.copy.click(None, [reply.draft], js=_COPY)
        for button, example in zip(form.examples, EXAMPLES, strict=True):
            button.click(partial(_fill, example), outputs=[form.text, form.title], api_visibility="private")
        api(rest, api_name="triage")
    return demo


def _show(
    triage: Triage, departments: Mapping[str, str] | None, text: str, title: str, channel: str, mode: str
) -> tuple[str, str, str, gr.Column]:
    """Card, draft, its notes, and whether the reply panel is seen: the four outputs of the button."""
    import gradio as gr

    suggestion = propose(triage, text, title, channel, mode)
    written = suggestion.draft
    return (
        suggestion_html(suggestion, text, departments),
        visible(written.text) if written else "",
        draft_notes_html(written),
        gr.Column(visible=written is not None),
    )


def _fill(example: Example) -> tuple[str, str]:
    return example.text, example.title


def launch(demo: gr.Blocks, *, host: str, port: int, login: tuple[str, str] | None) -> str:
    """Serve a page from a thread of its own.

    Args:
        demo: From `build_app`.
        host: Address to listen on.
        port: Port; 0 takes the first free one from 7860 on.
        login: Name and password to ask for.

    Returns:
        The page's URL.

    Raises:
        SettingsError: the port is taken.
    """
    import gradio as gr

    _reach_directly(host)
    theme = gr.themes.Base(neutral_hue="gray", radius_size="sm", spacing_size="sm", font=_FONTS, font_mono=_FONTS)
    try:
        _, url, _ = demo.launch(
            server_name=host,
            server_port=port or None,
            auth=login,
            auth_message="请用单位分配的账号登录。",
            theme=theme.set(**_THEME, **{f"{name}_dark": value for name, value in _THEME.items()}),
            css=CARD_CSS + PAGE_CSS,
            js=_ON_LOAD,
            prevent_thread_lock=True,
            share=False,
            inbrowser=False,
            quiet=True,
            ssr_mode=False,
            footer_links=[],
            run_history=False,  # on by default, it keeps every complaint in the browser's storage
            enable_monitoring=False,
        )
    except OSError as error:
        raise SettingsError(f"port {port} on {host} cannot be used; choose another with --port") from error
    return url


def _reach_directly(host: str) -> None:
    """Keep Gradio's request to its own address off the proxy that offices set for everything."""
    known = os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or ""
    # clients read either spelling, and most prefer the lower-case one
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = ",".join(filter(None, (known, "localhost", "127.0.0.1", host)))


# ---------------------------------------------------------------- command line


def serve(
    host: Annotated[str | None, typer.Option("--host", help="监听地址；不给则用 XIAOZHENG_HOST")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="端口；0 为自动选择")] = None,
) -> None:
    """Serve the workbench and the REST API until interrupted."""
    from agent.cli.console import open_agent
    from agent.settings import Settings

    settings = Settings.load()
    address = host or settings.host
    login = login_for(address, settings.login)  # before the seconds that opening the agent takes
    agent = open_agent(settings)
    names = {department.id: department.name for department in agent.base.tables.departments}
    demo = build_app(agent.triage, names)
    url = launch(demo, host=address, port=settings.port if port is None else port, login=login)
    typer.echo(f"受理台：{url}")
    demo.block_thread()


def command_line() -> typer.Typer:
    """The commands of `agent.cli`, and `serve`."""
    from agent.cli import cli
    from agent.cli.console import one_line_errors

    if "serve" not in {command.name for command in cli.registered_commands}:
        cli.command("serve")(one_line_errors(serve))
    return cli


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the `xiaozheng` command.

    Args:
        arguments: Words after the command's name; those of the process by default.
    """
    command_line()(arguments)


if __name__ == "__main__":
    main(sys.argv[1:] or ["serve"])
