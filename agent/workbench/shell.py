"""What every page of the workbench shares: the bar on top, who is asking, what they may do, how a page is served.

Knows accounts only through `Identify`, and no page by name: `app` hands the pages in. Nothing is decided here.
Gradio takes seconds to import, so it is imported where a page is built.
"""

from __future__ import annotations

import inspect
import logging
import os
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar, cast

from pydantic import JsonValue, ValidationError
from starlette.requests import HTTPConnection

from agent.ledger.records import Actor
from agent.people.roles import Permission, allowed
from agent.web.identity import identity_of
from agent.workbench.parts import ROLE_NAMES, esc
from agent.workbench.style import asset, page_css, page_theme
from models.errors import XiaozhengError, where_raised

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

P = ParamSpec("P")
R = TypeVar("R")
Answer = dict[str, JsonValue]
Handler = Callable[[Actor, JsonValue], Answer]
_log = logging.getLogger("xiaozheng.workbench")


class Asking(Protocol):
    """What `gr.Request` and FastAPI's own request have in common: enough to tell who is asking."""

    @property
    def cookies(self) -> Mapping[str, str]:
        """Cookies by name."""


Identify = Callable[[Asking], Actor | None]


def gate_actor(request: Asking) -> Actor | None:
    """Who sent a request, as the gate of `agent.web` found out before it got here."""
    # Gradio wraps the request of a queued event, and hands over the plain one for a server function
    inner = getattr(request, "request", request)
    identity = identity_of(inner.scope) if isinstance(inner, HTTPConnection) else None
    return identity.actor if identity is not None else None


class NotAllowedError(XiaozhengError):
    """Nobody is logged in (code `login`), or the role lacks the right (code `forbidden`)."""

    code = "forbidden"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the workbench.

    Attributes:
        path: '' for the first page, else one word: `review` is served as /review.
        name: What the bar calls it.
        permission: Who does not hold it neither sees the page in the bar nor uses it.
        add: Lays the page out; called inside the page's Blocks.
    """

    path: str
    name: str
    permission: Permission
    add: Callable[[Shell], None]


@dataclass(frozen=True)
class Shell:
    """Handed to every page: tells who asks, and guards what the page serves.

    Attributes:
        identify: Says who sent a request; None for nobody.
        demo: Whether this is a machine without accounts, where everybody is `demo`.
        pages: Every page, in the order of the bar.
    """

    identify: Identify
    demo: bool = False
    pages: tuple[Page, ...] = field(default=())

    def actor_of(self, request: Asking) -> Actor:
        """Who sent this request.

        Raises:
            NotAllowedError: nobody is logged in, or no longer.
        """
        actor = self.identify(request)
        if actor is None:
            raise NotAllowedError("登录已失效，请重新登录。", code="login")
        return actor

    def permitted(self, request: Asking, permission: Permission) -> Actor:
        """Who sent this request, if that person may.

        Raises:
            NotAllowedError: nobody is logged in, or the role lacks the right.
        """
        actor = self.actor_of(request)
        if not allowed(actor.role, permission):
            raise NotAllowedError(f"{ROLE_NAMES[actor.role]}账号没有这项权限，需要时请联系管理员。")
        return actor

    def answers(self, permission: Permission, handler: Handler) -> Callable[..., Answer]:
        """Make `handler(actor, data)` a server function of a `gr.HTML`: `server.name(data)` in its script.

        The script gets `{"value": …}`, or `{"error": {code, message}}` whatever went wrong; `xz.ask` in
        `assets/shell.js` unwraps it. `data` comes from outside: the handler must check all of it.
        """

        def answer(data: JsonValue, request: Asking) -> Answer:
            return answered(lambda: handler(self.permitted(request, permission), data))

        return _takes_request(answer, handler.__name__, "data")

    def event(self, permission: Permission, handler: Callable[Concatenate[Actor, P], R]) -> Callable[..., R]:
        """Make `handler(actor, *inputs)` an event handler of Gradio; a generator stays one.

        A refusal or an error of ours becomes Gradio's own notice on the page (`gr.Error`).
        """
        names = list(inspect.signature(handler).parameters)[1:]

        def run(*given: object) -> R:
            *inputs, request = given
            with _as_notice():
                call = cast("Callable[..., R]", handler)
                return call(self.permitted(cast("Asking", request), permission), *inputs)

        def stream(*given: object) -> Generator[object, None, None]:
            *inputs, request = given
            with _as_notice():
                call = cast("Callable[..., Generator[object, None, None]]", handler)
                yield from call(self.permitted(cast("Asking", request), permission), *inputs)

        wrapped = stream if inspect.isgeneratorfunction(handler) else run
        return cast("Callable[..., R]", _takes_request(wrapped, handler.__name__, *names))

    def bar(self, actor: Actor, data: JsonValue) -> Answer:
        """The bar's HTML for who is asking, and whether this page is theirs to use."""
        here = next((page for page in self.pages if page.path == data), None)
        mine = [page for page in self.pages if allowed(actor.role, page.permission)]
        return {"html": bar_html(mine, here, actor, demo=self.demo), "allowed": here in mine}

    def show_bar(self, path: str) -> None:
        """Put the bar on the page of this path; inside its Blocks."""
        import gradio as gr

        def bar(data: JsonValue, request: Asking) -> Answer:
            return answered(lambda: self.bar(self.actor_of(request), data))

        gr.HTML(
            f'<header class="xz-bar-top" data-path="{esc(path)}"><strong>AI小郑</strong></header>',
            elem_id="xz-bar",
            apply_default_css=False,
            js_on_load="xz.bar(element, server);",
            server_functions=[_takes_request(bar, "bar", "data")],
        )


def answered(work: Callable[[], Answer]) -> Answer:
    """Do the work and wrap what comes of it; of a bug only kind and place are logged, never its message.

    The message of a bug may quote a complaint.
    """
    try:
        return {"value": work()}
    except XiaozhengError as error:
        return _failure(error.code, str(error))
    except ValidationError as error:
        first = error.errors()[0]
        return _failure("input", f"字段 {'.'.join(map(str, first['loc']))} 的值无法使用。")
    except Exception as error:
        _log.error("a page's handler failed: %s at %s", type(error).__name__, where_raised(error))
        return _failure("internal", "程序出错，这一步没有完成；请稍后重试，仍不行时把日志交给管理员。")


def _failure(code: str, message: str) -> Answer:
    return {"error": {"code": code, "message": message}}


@contextmanager
def _as_notice() -> Iterator[None]:
    """Turn errors of ours into Gradio's notice on the page."""
    import gradio as gr

    try:
        yield
    except XiaozhengError as error:
        raise gr.Error(str(error), title="没有完成", print_exception=False) from None


def _takes_request(function: Callable[..., R], name: str, *names: str) -> Callable[..., R]:
    """Say in the signature that Gradio must hand the request over as the last argument.

    Gradio finds it by annotation, and an annotation that names gradio would import it with this module.
    """
    import gradio as gr

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(each, kind) for each in names]
    parameters.append(inspect.Parameter("request", kind, annotation=gr.Request))
    vars(function)["__signature__"] = inspect.Signature(parameters)
    function.__annotations__ = {"request": gr.Request}
    function.__name__ = function.__qualname__ = name
    return function


def bar_html(pages: Sequence[Page], here: Page | None, actor: Actor, *, demo: bool) -> str:
    """The bar on top: pages that this person may use, who it is, dark switch and logout."""
    links = "".join(
        f'<a href="./{esc(page.path)}"{" aria-current=page" if page is here else ""}>{esc(page.name)}</a>'
        for page in pages
    )
    who = (
        '<span class="xz-demo" title="本机演示：没有账号，任何人都以管理员身份操作">演示模式</span>'
        if demo
        else f'<span class="xz-who">{esc(actor.name)}<small>{ROLE_NAMES[actor.role]}</small></span>'
        '<form method="post" action="./logout"><button class="xz-link">退出</button></form>'
    )
    return (
        f'<strong>AI小郑</strong><nav aria-label="页面">{links}</nav><span class="xz-grow"></span>{who}'
        '<button class="xz-link" data-theme-switch aria-label="深色或浅色" title="深色或浅色">◐</button>'
    )


def build_pages(shell: Shell) -> gr.Blocks:
    """Lay every page out, each with the bar on top; see `mount_pages`."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read when gradio is imported
    import gradio as gr

    demo = gr.Blocks(title="AI小郑", analytics_enabled=False, fill_width=True)
    for page in shell.pages:
        # the first page is the Blocks itself, the others are routes of it: one bundle, cached once;
        # Gradio's own bar of pages is hidden by `assets/shell.css`
        with demo.route(page.name, page.path, show_in_navbar=False) if page.path else demo:
            shell.show_bar(page.path)
            page.add(shell)
    return demo


def mount_pages(app: FastAPI, demo: gr.Blocks, *, max_file_size: str | None = None) -> None:
    """Serve the pages from `/` of an application; its own routes must be there already, they come first.

    Who may enter is the application's to check, before a request gets here; what a handler may do, the shell's.
    """
    import gradio as gr

    with warnings.catch_warnings():
        # Gradio says so of every set of pages, also when server-side rendering is off
        warnings.filterwarnings("ignore", "SSR mode is not supported")
        gr.mount_gradio_app(
            app,
            demo,
            path="/",
            theme=page_theme(),
            css=page_css(),
            head=f"<script>{asset('shell.js')}</script>",
            footer_links=[],
            run_history=False,  # on by default, it keeps every complaint in the browser's storage
            show_error=False,
            ssr_mode=False,
            enable_monitoring=False,
            max_file_size=max_file_size,
        )
