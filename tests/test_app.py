"""The workbench without a browser: what the HTML lets through, who may listen, and what an error becomes."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

import app
from agent.card_html import draft_notes_html, empty_html, suggestion_html
from agent.card_style import CARD_CSS
from agent.schema import Complaint, Suggestion
from agent.wording import visible
from models.errors import InputError, SettingsError
from tests.suggestions import COMPLAINT, DEPARTMENTS, error, suggestion

ROOT = Path(__file__).parents[1]
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "handler": '"><img src=x onerror=alert(1)>',
    "quotes": "他说'不管'，又说\"等着\"",
    "close": "</p></article><h1>假的",
    "entity": "&lt;b&gt; &amp;",
    "markdown": "# 标题 **粗体** [链接](http://x.example) ![](http://x.example/i.png)",
    "template": "${alert(1)} {{value}} {{{x}}} @children `${1}`",
    "bidi": "路灯\u202e亮不\x00\x1b[31m",
    "long-word": "a" * 5000,
    "surrogate": "坏\udc80字",
}


class Page(HTMLParser):
    """Tags that were opened, attributes' names, the text, and whether every tag was closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.stack: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an opened tag."""
        self.tags.append(tag)
        self.stack.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        """Fail when it is not the last one opened."""
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data


def everywhere(text: str) -> Suggestion:
    """A suggestion that repeats the complaint's words wherever an agent could."""
    made = suggestion(text, text)
    assert made.complaint is not None
    assert made.dispatch is not None
    assert made.draft is not None
    address = made.complaint.address.model_copy(update={"place": text})
    reading = made.complaint.model_copy(update={"title": text, "occurred": text, "address": address})
    dispatch = made.dispatch.model_copy(update={"reason": text})
    cases = tuple(case.model_copy(update={"title": text, "reply": text}) for case in made.similar_cases)
    return made.model_copy(update={"complaint": reading, "dispatch": dispatch, "similar_cases": cases})


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_html_shows_and_never_obeys(text: str) -> None:
    """No tag and no attribute comes from a complaint, every tag is closed, and its words are still to be read."""
    page = Page(suggestion_html(everywhere(text), text, DEPARTMENTS))
    plain = Page(suggestion_html(everywhere("路灯不亮"), "路灯不亮", DEPARTMENTS))
    assert page.tags == plain.tags
    assert page.attributes == plain.attributes
    assert page.stack == []
    assert visible(text) in page.text
    page.text.encode("utf-8")


def test_html_marks_exactly_the_evidence() -> None:
    """Marks lie in the text as pasted, around the evidence and nothing else."""
    text = "a<b\r\n楼道<很浓的煤气味>"
    html = suggestion_html(suggestion(text, "<很浓的煤气味>"), text)
    assert '<p class="xz-original">a&lt;b\n楼道<mark>&lt;很浓的煤气味&gt;</mark></p>' in html
    assert html.count("<mark>") == 1


@pytest.mark.parametrize(
    "part",
    [
        '<div class="xz-banner xz-reviewer"><strong>请复核员判断</strong>',
        "城市建设和市政管理 › 燃气供应</span><b>12%",
        "<span>金水区城市管理局</span>",
        "郑州市生态环境局</span><b>3%",
        "多件相似工单由其协办",
        "立即处置",
        "2026-03-05（周四）20:15",
        '第十八条 <span class="xz-chip xz-risk">库外法规，未核条文</span>',
        '第四十六条 <span class="xz-chip xz-good">现行有效，2020-01-01起</span>',
        "疑似同一件事</span><small>由郑州市城市管理局办理</small>",
        "要求商户将灶台移入店内",
        "用时 143 毫秒",
        "主办待定",
    ],
    ids=lambda part: "part",
)
def test_html_says(part: str) -> None:
    """Each thing that an operator decides by stands on the card."""
    assert part in suggestion_html(suggestion(), COMPLAINT, DEPARTMENTS)


def test_notes_name_blanks_and_failed_checks() -> None:
    """Beside the draft stands what is left to fill in and what a check found, and no passed check."""
    notes = draft_notes_html(suggestion().draft)
    assert "现场核查时间和情况" in notes
    assert "法条现行有效 第八十一条已废止" in notes
    assert "无编造事实" not in notes
    assert draft_notes_html(None) == ""


def test_error_and_empty_state_are_written_for_people() -> None:
    """An error shows the reason, escaped, and no trace of a suggestion; the first screen says what to do."""
    html = suggestion_html(error("太短：<b>"), "x")
    assert "太短：&lt;b&gt;" in html
    assert "xz-banner" not in html
    assert "粘贴" in empty_html()


def test_styles_fetch_nothing() -> None:
    """Neither style sheet names a file or an address."""
    for css in (CARD_CSS, app.PAGE_CSS):
        assert "url(" not in css
        assert "@import" not in css
        assert "http" not in css


def test_propose_passes_on_what_was_typed() -> None:
    """The agent gets text, title, channel and mode, and the time of now with its zone."""
    seen: list[Complaint] = []

    def triage(complaint: Complaint) -> Suggestion:
        seen.append(complaint)
        return suggestion()

    assert app.propose(triage, "正文", "标题", "郑好拍", "holiday").status == "ok"
    (complaint,) = seen
    assert (complaint.text, complaint.title, complaint.channel, complaint.mode) == ("正文", "标题", "郑好拍", "holiday")
    assert complaint.received_at is not None
    assert complaint.received_at.utcoffset() is not None


def test_propose_turns_every_fault_into_an_answer(caplog: pytest.LogCaptureFixture) -> None:
    """A known error keeps its code, a wrong mode is named, and a bug is logged but not shown."""

    def refuse(complaint: Complaint) -> Suggestion:
        raise InputError("没有文字", code="empty_text")

    def crash(complaint: Complaint) -> Suggestion:
        raise ZeroDivisionError("secret detail")

    codes = [app.propose(refuse, "x").error, app.propose(refuse, "x", mode="weekly").error]
    assert [(e.code, e.message[:9]) for e in codes if e] == [("empty_text", "没有文字"), ("input", "字段 mode 的")]
    failed = app.propose(crash, "x").error
    assert failed is not None
    assert failed.code == "internal"
    assert "secret" not in failed.message
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_loopback_needs_no_login(host: str) -> None:
    """One's own machine may do without, and may ask all the same."""
    assert app.login_for(host, None) is None
    assert app.login_for(host, SecretStr("operator:a:b")) == ("operator", "a:b")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "hotline.example", ""])
def test_others_need_a_login(host: str) -> None:
    """A page that others can reach is never open."""
    with pytest.raises(SettingsError, match="XIAOZHENG_LOGIN=name:password"):
        app.login_for(host, None)


@pytest.mark.parametrize("login", ["operator", "operator:", ":password", ":"])
def test_half_a_login_is_refused(login: str) -> None:
    """An empty name or password would be an open door."""
    with pytest.raises(SettingsError, match="must be name:password"):
        app.login_for("127.0.0.1", SecretStr(login))


def test_serve_stops_before_it_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """`serve --host 0.0.0.0` without a login is one line and exit code 2, before anything is loaded."""
    monkeypatch.delenv("XIAOZHENG_LOGIN", raising=False)
    monkeypatch.setattr("agent.cli.console.open_agent", lambda settings: pytest.fail("the agent was opened"))
    result = CliRunner().invoke(app.command_line(), ["serve", "--host", "0.0.0.0"])
    assert result.exit_code == 2
    assert "XIAOZHENG_LOGIN=name:password" in result.stderr
    assert "Traceback" not in result.output


def test_importing_app_leaves_gradio_alone() -> None:
    """Every command starts through this module; only `serve` pays the seconds that gradio takes."""
    code = "import sys, app; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
