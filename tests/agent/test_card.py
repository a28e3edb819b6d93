"""The terminal card and the words that both cards share: complete, within its width, and obeying no complaint."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from agent.card import render_card
from agent.schema import Suggestion
from agent.wording import Piece, article_name, cut_at_evidence, moment, percent, percent_range, shorten, visible
from knowledge.vocabulary import Span
from tests.suggestions import CHINA, COMPLAINT, DEPARTMENTS, error, spans, suggestion


def printed(made: Suggestion, text: str, *, width: int = 120, colour: bool = False) -> str:
    console = Console(width=width, force_terminal=colour, color_system="standard" if colour else None)
    with console.capture() as capture:
        console.print(render_card(made, text, DEPARTMENTS))
    return capture.get()


@pytest.mark.parametrize(
    "part",
    [
        "金水区烧烤店占道经营、油烟扰民",
        "请复核员判断",
        "涉及人身安全，须立即由复核员处置",
        "城乡建设 › 城市建设和市政管理 › 城管执法  81%",
        "燃气供应 11%",
        "金水区城市管理局  88%",
        "郑州市生态环境局 3%",
        "属地街道办事处（乡镇政府）：多件相似工单由其协办",
        "2级 立即处置  风险：人身安全、重复反映",
        "原话：“很浓的煤气味”",
        "郑州市 金水区 文化路街道 任砦北街附近",
        "2. 后门液化气罐有煤气味 → 待定",
        "有没有人受伤或被困？现在还有没有危险？",
        "督办快办 · 日常模式 · 2026-03-05（周四）20:15",
        "《郑州市城市市容和环境卫生管理条例》第十八条［库外法规，未核条文］",
        "《中华人民共和国大气污染防治法》第八十一条［已废止］",
        "第一百三十三条之一［现行有效］",
        "文化路街道任砦北街烧烤摊夜间占道、油烟大 → 郑州市城市管理局  疑似同一件事",
        "c-3 → unknown-id",
        "【承办单位填写：处理措施】",
        "未通过检查：法条现行有效 第八十一条已废止",
        "143 毫秒 · 版本 0.1.0",
    ],
    ids=lambda part: "part",
)
def test_card_says(part: str) -> None:
    """Each thing that an operator decides by stands on the card."""
    assert part in printed(suggestion(), COMPLAINT)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize(
    "text", [COMPLAINT, "很浓的煤气味" + "a" * 500, "很浓的煤气味" + "字" * 3000], ids=["usual", "word", "long"]
)
def test_card_keeps_its_width(text: str, width: int) -> None:
    """No line is wider than the terminal, counting Chinese characters as two columns."""
    lines = printed(suggestion(text, "很浓的煤气味"), text, width=width).splitlines()
    assert {cell_len(line) for line in lines} == {width}


def test_card_marks_the_evidence() -> None:
    """The words behind the urgency stand out in the complaint."""
    assert "\x1b[1;30;43m很浓的煤气味\x1b[0m" in printed(suggestion(), COMPLAINT, colour=True)


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("[bold red]二七广场[/bold red]没有路灯", "[bold red]二七广场[/bold red]没有路灯"),
        ("[/] [link=http://x.example]点我[/link]", "[/] [link=http://x.example]点我[/link]"),
        ("路灯\x1b[31m不亮\x07", "路灯\\x1b[31m不亮\\x07"),
        ("\x1b]8;;http://x.example\x1b\\路灯", "\\x1b]8;;http://x.example\\x1b\\路灯"),
        ("路灯\u202e亮不", "路灯\\u202e亮不"),
        ("\x9b31m路灯", "\\x9b31m路灯"),
    ],
    ids=["markup", "stray-close", "csi", "osc", "bidi", "c1"],
)
def test_card_shows_what_it_must_not_obey(hostile: str, shown: str) -> None:
    """Markup and control characters of a complaint are printed as text."""
    made = suggestion(hostile)
    assert made.complaint is not None
    titled = made.complaint.model_copy(update={"title": "[blink]标题\x1b[2J"})
    out = printed(made.model_copy(update={"complaint": titled}), hostile)
    assert shown in out
    assert "[blink]标题\\x1b[2J" in out
    assert "\x1b" not in out


def test_long_complaint_is_cut_but_its_evidence_stays() -> None:
    """A page of transcript does not push the answer off the screen, and evidence in it is still shown."""
    text = "坐席请讲。" * 400 + "楼道里冒烟了" + "市民在说。" * 400
    out = printed(suggestion(text, "冒烟"), text)
    assert "冒烟" in out.split("诉求原文")[1]
    assert len(out.splitlines()) < 60


def test_card_of_an_error() -> None:
    """An unusable complaint gives one panel with the reason, and nothing that looks like a suggestion."""
    out = printed(error("太短了\x1b[31m；请补充"), "x")
    assert "未能研判（input）" in out
    assert "太短了\\x1b[31m；请补充" in out
    assert "主办单位" not in out


def test_card_of_a_bare_suggestion() -> None:
    """A suggestion without any part still makes a card, and says that nothing was chosen."""
    out = printed(Suggestion(id="bare", status="ok"), "x")
    assert "未能归类" in out
    assert "未能确定" in out


@dataclass(frozen=True)
class Cut:
    """Spans in 0123456789 and the pieces they must give; marked pieces are in brackets."""

    id: str
    want: str
    spans: tuple[Span, ...]


DIGITS = "0123456789"
CUTS = [
    Cut("none", "0123456789", ()),
    Cut("one", "0|[12]|3456789", spans(DIGITS, "12")),
    Cut("unsorted", "[01]|2345|[67]|89", spans(DIGITS, "67", "01")),
    Cut("overlap", "01|[2345]|6789", spans(DIGITS, "234", "345")),
    Cut("touching", "01|[2345]|6789", spans(DIGITS, "23", "45")),
    Cut("inside", "01|[23456]|789", spans(DIGITS, "23456", "4")),
    Cut("whole", "[0123456789]", spans(DIGITS, DIGITS)),
    Cut("misplaced", "0123456789", (Span(text="12", start=5, end=7),)),
    Cut("beyond", "0123456789", (Span(text="x", start=40, end=41),)),
    Cut("empty", "0123456789", (Span(text="", start=3, end=3),)),
]


@pytest.mark.parametrize("case", CUTS, ids=lambda case: case.id)
def test_cut_at_evidence(case: Cut) -> None:
    """Exactly the words of valid spans are marked, each once."""
    pieces = cut_at_evidence(DIGITS, case.spans)
    assert "|".join(f"[{p.text}]" if p.marked else p.text for p in pieces) == case.want


@given(text=st.text(max_size=60), cuts=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6))
@settings(max_examples=200, deadline=None)
def test_pieces_are_the_text(text: str, cuts: list[tuple[int, int]]) -> None:
    """Whatever the spans, the pieces together are the text, unchanged."""
    marks = [Span(text=text[a:b], start=a, end=b) for a, b in cuts]
    pieces: tuple[Piece, ...] = cut_at_evidence(text, marks)
    assert "".join(piece.text for piece in pieces) == text


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_visible_leaves_nothing_hidden(text: str) -> None:
    """What is shown can be printed anywhere: no control character but newline and tab, and valid UTF-8."""
    shown = visible(text)
    assert all(char in "\n\t" or char >= " " for char in shown)
    assert not set(shown) & set("\x7f\x9b\u202e\u2066\u2028")
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("value", "want"),
    [
        (0.0, "0%"),
        (0.004, "<1%"),
        (0.29, "29%"),
        (0.5, "50%"),
        (0.949, "94%"),
        (0.9499999, "94%"),
        (0.99, "99%"),
        (0.996, ">99%"),
        (1.0, "100%"),
    ],
)
def test_percent_never_overstates(value: float, want: str) -> None:
    """Cut off, not rounded; only certainty reads 100 %, only impossibility 0 %."""
    assert percent(value) == want


@pytest.mark.parametrize(
    ("value", "want"),
    [(0.0, "0.0%"), (0.0004, "<0.1%"), (0.9496, "94.9%"), (0.999, "99.9%"), (0.9995, ">99.9%"), (1.0, "100.0%")],
)
def test_percent_with_a_decimal_place(value: float, want: str) -> None:
    """The same with finer steps."""
    assert percent(value, 1) == want


@pytest.mark.parametrize(
    ("low", "high", "want"),
    [(0.904, 0.941, "90%–95%"), (0.29, 0.55, "29%–55%"), (0.0, 0.004, "0%–1%"), (0.995, 1.0, "99%–100%")],
)
def test_percent_range_holds_its_interval(low: float, high: float, want: str) -> None:
    """An interval is never shown narrower than it is, and whole numbers stay as they are."""
    assert percent_range(low, high) == want


def test_article_name() -> None:
    """Article numbers are written as statutes write them; what is no number stays."""
    assert article_name("城市供水条例", "133-1") == "《城市供水条例》第一百三十三条之一"
    assert article_name("城市供水条例", "附则") == "《城市供水条例》附则"


def test_moment_and_shorten() -> None:
    """A due time carries its weekday; a shortened text is never longer than asked."""
    assert moment(dt.datetime(2026, 3, 1, 9, 5, tzinfo=CHINA)) == "2026-03-01（周日）09:05"
    assert shorten("一二三\n四五六", 20) == "一二三 四五六"
    assert shorten("一二三四五六", 4) == "一二三…"
