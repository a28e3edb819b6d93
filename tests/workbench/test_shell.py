"""The shell without a browser: who may call what, and what comes of errors."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import gradio as gr
import pytest
from pydantic import JsonValue

from agent.ledger.records import Actor, Role
from agent.people import Permission
from agent.workbench.shell import Answer, Asking, Page, Shell, bar_html
from models.errors import InputError
from tests.workbench.pages import HOSTILE, Parsed


@dataclass(frozen=True)
class Asked:
    """A request that carries nothing but cookies."""

    cookies: Mapping[str, str] = field(default_factory=dict)


def by_cookie(request: Asking) -> Actor | None:
    """The role stands in the cookie."""
    role: Role | None = {"o": "operator", "r": "reviewer", "a": "admin"}.get(request.cookies.get("who", ""))  # type: ignore[assignment]  # the values are roles
    return Actor(name="zhang.wei", role=role) if role else None


def asked(who: str) -> Asked:
    return Asked({"who": who})


def nothing(shell: Shell) -> None:
    """A page without content."""


PAGES = (
    Page("", "受理台", Permission.DECIDE, nothing),
    Page("quality", "质量", Permission.QUALITY, nothing),
    Page("people", "账号", Permission.MANAGE_PEOPLE, nothing),
)
SHELL = Shell(by_cookie, pages=PAGES)


def echo(actor: Actor, data: JsonValue) -> Answer:
    """A handler."""
    return {"name": actor.name, "data": data}


@pytest.mark.parametrize(("who", "code"), [("", "login"), ("o", "forbidden"), ("r", None), ("a", None)])
def test_right_is_checked_for_every_call(who: str, code: str | None) -> None:
    """A stranger must sign in, a role without the right is refused, the others are answered."""
    answer = SHELL.answers(Permission.QUALITY, echo)({"x": 1}, asked(who))
    if code is None:
        assert answer == {"value": {"name": "zhang.wei", "data": {"x": 1}}}
    else:
        assert isinstance(answer["error"], dict)
        assert answer["error"]["code"] == code


def test_actor_cannot_be_sent() -> None:
    """Whoever the data names, the actor is who sent the request."""
    answer = SHELL.answers(Permission.DECIDE, echo)({"actor": {"name": "admin", "role": "admin"}}, asked("o"))
    assert isinstance(answer["value"], dict)
    assert answer["value"]["name"] == "zhang.wei"


def test_bug_is_logged_by_kind_and_place_only(caplog: pytest.LogCaptureFixture) -> None:
    """What a bug says may quote a complaint: neither page nor log shows it."""

    def crash(actor: Actor, data: JsonValue) -> Answer:
        raise ZeroDivisionError("王先生的电话")

    answer = SHELL.answers(Permission.DECIDE, crash)(None, asked("o"))
    assert isinstance(answer["error"], dict)
    assert answer["error"]["code"] == "internal"
    assert "ZeroDivisionError" in caplog.text
    assert "王先生" not in caplog.text + str(answer)


def test_error_of_ours_reaches_the_page() -> None:
    """Code and sentence arrive as they are."""

    def refuse(actor: Actor, data: JsonValue) -> Answer:
        raise InputError("没有文字", code="empty_text")

    answer = SHELL.answers(Permission.DECIDE, refuse)(None, asked("o"))
    assert answer == {"error": {"code": "empty_text", "message": "没有文字"}}


def test_gradio_finds_the_request() -> None:
    """The signature names the request last, annotated, which is how Gradio hands it over."""
    served = SHELL.answers(Permission.DECIDE, echo)
    assert list(inspect.signature(served).parameters) == ["data", "request"]
    assert inspect.signature(served).parameters["request"].annotation is gr.Request
    assert served.__name__ == "echo"


def test_event_keeps_inputs_and_generators() -> None:
    """An ordinary handler gets its inputs, a generator stays one, and a refusal is Gradio's notice."""

    def add(actor: Actor, one: int, two: int) -> str:
        return f"{actor.name}:{one + two}"

    def count(actor: Actor, upto: int) -> Iterator[int]:
        yield from range(upto)

    added, counted = SHELL.event(Permission.DECIDE, add), SHELL.event(Permission.DECIDE, count)
    assert added(1, 2, asked("o")) == "zhang.wei:3"
    assert inspect.isgeneratorfunction(counted)
    assert list(counted(3, asked("o"))) == [0, 1, 2]
    with pytest.raises(gr.Error, match="没有这项权限"):
        SHELL.event(Permission.QUALITY, add)(1, 2, asked("o"))


@pytest.mark.parametrize(
    ("who", "names"), [("o", ["受理台"]), ("r", ["受理台", "质量"]), ("a", ["受理台", "质量", "账号"])]
)
def test_bar_shows_what_the_role_may_use(who: str, names: list[str]) -> None:
    """Pages of other roles are not named, and the page asks whether it is one's own."""
    actor = SHELL.actor_of(asked(who))
    shown = SHELL.bar(actor, "quality")
    assert [name for name in ("受理台", "质量", "账号") if name in str(shown["html"])] == names
    assert shown["allowed"] is ("质量" in names)


@pytest.mark.parametrize("data", [None, 7, "nowhere", {"path": ""}, ["quality"]], ids=repr)
def test_bar_of_no_page_is_not_allowed(data: JsonValue) -> None:
    """A path that is none is refused, whatever its type."""
    assert SHELL.bar(Actor(name="zhang.wei", role="admin"), data)["allowed"] is False


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_bar_escapes_the_name(name: str) -> None:
    """An account's name is text."""
    page = Parsed(bar_html(PAGES, PAGES[0], Actor(name=name, role="admin"), demo=False))
    assert page.stack == []
    assert "img" not in page.tags
    assert "script" not in page.tags


def test_demonstration_is_said() -> None:
    """Without accounts the bar says so and offers no logout; with them it names who is signed in."""
    actor = Actor(name="demo", role="admin")
    assert "演示模式" in bar_html(PAGES, None, actor, demo=True)
    assert "logout" not in bar_html(PAGES, None, actor, demo=True)
    assert 'action="./logout"' in bar_html(PAGES, None, actor, demo=False)
