"""What cleaning takes out, what it leaves, and that every character can be found in the raw text."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.intake import check_text, clean, simplify
from models.errors import InputError


@dataclass(frozen=True)
class Case:
    """One row of a table."""

    id: str
    raw: str
    want: str


CASES = [
    Case("plain", "文化路积水，请处理。", "文化路积水，请处理。"),
    Case("inline-tag", "<b>文化路</b>积水", "文化路积水"),
    Case("block-tag", "<p>一楼</p><p>二楼</p>", "一楼\n二楼"),
    Case("line-break-tag", "一楼<br/>二楼", "一楼\n二楼"),
    Case("table-cells", "<tr><td>路灯</td><td>不亮</td></tr>", "路灯 不亮"),
    Case("quoted-gt", "<a title=\"x>y\" href='#'>链接</a>", "链接"),
    Case("unclosed-quote", '<a title="x>链接', "链接"),
    Case("office-tag", "<o:p>段落</o:p>", "段落"),
    Case("unknown-tag-with-attribute", "<foo onload=x>文字", "文字"),
    Case("script", "前<script>alert('x')</script>后", "前后"),
    Case("script-case", "前<SCRIPT src=x>a<b</Script >后", "前后"),
    Case("style", "<style>p{color:red}</style>路灯", "路灯"),
    Case("script-unclosed", "<script>路灯不亮", "路灯不亮"),
    Case("script-nested", "<scr<script>ipt>路灯", "＜script>路灯"),
    Case("script-escaped", "&lt;script&gt;路灯", "＜script>路灯"),
    Case("script-split-by-zero-width", "<scr\u200bipt>路灯", "＜script>路灯"),
    Case("image-unclosed", "路灯<img src=x onerror=a()", "路灯＜img src=x onerror=a()"),
    Case("comment", "前<!-- 注释 -->后", "前后"),
    Case("doctype", "<!DOCTYPE html>路灯", "路灯"),
    Case("entities", "&ldquo;路灯&rdquo;&nbsp;不亮&#33;&#x5929;", "“路灯” 不亮!天"),
    Case("entity-twice", "&amp;amp;", "&amp;"),
    Case("entity-unknown", "R&D;部门 AT&T", "R&D;部门 AT&T"),
    Case("url-parameters", "http://a.cn/?x=1&lt=2", "http://a.cn/?x=1&lt=2"),
    Case("less-than", "3<5，a<b，5 > 3", "3<5，a<b，5 > 3"),
    Case("angle-title", "<郑州市养犬条例>第三条", "<郑州市养犬条例>第三条"),
    Case("angle-letters", "<A市A6区>和<KTV噪音>", "<A市A6区>和<KTV噪音>"),
    Case("excel-return", "第一行_x000D_\n第二行", "第一行\n第二行"),
    Case("excel-tab", "甲_x0009_乙_x0000_丙", "甲 乙丙"),
    Case("excel-underscore", "a_x005F_b", "a_b"),
    Case("nul-and-controls", "路\x00灯\x07不\x1b亮", "路灯不亮"),
    Case("zero-width", "路\u200b灯\ufeff不\u2060亮", "路灯不亮"),
    Case("bidi", "路\u202e灯\u2066不亮\u2069", "路灯不亮"),
    Case("surrogate", "路\ud83d灯", "路灯"),
    Case("excel-surrogate", "路_xD83D_灯", "路灯"),
    Case("variation-selector", "❤\ufe0f路灯", "❤路灯"),
    Case("full-width", "ＫＴＶ在１２３号，吵！", "KTV在123号，吵！"),
    Case("mathematical-digits", "𝟏𝟑𝟖", "138"),
    Case("superscript-stays", "80m²", "80m²"),
    Case("radical-forms", "⽂化⼤路", "文化大路"),
    Case("ideographic-blank", "　　路灯　　不亮　", "路灯 不亮"),
    Case("blank-lines", "一\r\n\r\n \t\n二", "一\n二"),
    Case("line-separators", "一\u2028二\u0085三", "一\n二\n三"),
    Case("exclamations", "快来人！！！！！！", "快来人！"),
    Case("mixed-repeats", "为什么？？？。。。", "为什么？。"),
    Case("ellipsis-and-dash", "等了很久………………——————", "等了很久……——"),
    Case("dots", "等......", "等..."),
    Case("phone-zeros-stay", "电话0000000", "电话0000000"),
    Case("nothing", "\u200b \n\x00", ""),
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_clean(case: Case) -> None:
    """Noise goes, words stay."""
    assert clean(case.raw).text == case.want


SPANS = [
    ("entity", "路&nbsp;灯", "路 灯", "路&nbsp;灯"),
    ("collapsed", "急！！！！", "急！", "急！！！！"),
    ("tag-inside", "文<b>化</b>路", "文化路", "文<b>化</b>路"),
    ("width", "１２３号", "123", "１２３"),
    ("excel", "甲_x000D_\n乙", "甲\n乙", "甲_x000D_\n乙"),
]


@pytest.mark.parametrize(("raw", "part", "want"), [s[1:] for s in SPANS], ids=[s[0] for s in SPANS])
def test_span_is_the_raw_substring(raw: str, part: str, want: str) -> None:
    """A cleaned range gives the raw words it came from."""
    cleaned = clean("开头 " + raw + " 结尾")
    start = cleaned.text.index(part)
    span = cleaned.span(start, start + len(part))
    assert span.text == want
    assert cleaned.raw[span.start : span.end] == want


def test_span_leaves_out_a_lone_surrogate() -> None:
    """No span holds what JSON cannot: the longest part without it is given."""
    span = clean("路灯\ud800不亮了").span(0, 5)
    assert (span.text, span.start, span.end) == ("不亮了", 3, 6)


def test_span_outside_the_text_is_moved_to_its_edge() -> None:
    """Positions past the end give an empty span, not an error."""
    span = clean("路灯").span(9, 12)
    assert (span.text, span.start, span.end) == ("", 2, 2)


FRAGMENTS = st.sampled_from(
    [
        "<b>",
        "</b>",
        "<p>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<",
        ">",
        "&lt;",
        "&amp;",
        "&#60;",
        "&#xD800;",
        "&",
        ";",
        "_x000D_",
        "_x003C_",
        "_",
        "script",
        "img src=x",
        '"',
        "'",
        "！！！",
        "……",
        " ",
        "\n",
        "\r\n",
        "\u200b",
        "\x00",
        "\ud800",
        "\udc00",
        "１",
        "路灯",
        "3<5",
        "𝟏",
        "⽂",
        "😀",
    ]
)
RAW = st.lists(FRAGMENTS, max_size=25).map("".join) | st.text(
    st.characters(codec=None, exclude_categories=()), max_size=80
)


@settings(max_examples=400, deadline=None)
@given(RAW, st.integers(-5, 120), st.integers(-5, 120))
def test_every_span_is_an_exact_substring(raw: str, start: int, end: int) -> None:
    """raw[span.start:span.end] is span.text, for any text and any range."""
    span = clean(raw).span(start, end)
    assert raw[span.start : span.end] == span.text


@settings(max_examples=400, deadline=None)
@given(RAW)
def test_cleaned_text_is_clean(raw: str) -> None:
    """No tag, control, invisible character, blank run or surrogate is left; the map covers every character."""
    cleaned = clean(raw)
    text = cleaned.text
    assert len(text) == len(cleaned.starts) == len(cleaned.ends)
    assert list(cleaned.starts) == sorted(cleaned.starts)
    assert all(a < b for a, b in zip(cleaned.starts, cleaned.ends, strict=True))
    assert not {"\x00", "\u200b", "\r"} & set(text)
    assert text.encode().decode() == text  # no surrogate
    assert "  " not in text
    assert "\n\n" not in text
    assert text == text.strip()
    assert "<script>" not in text.lower()
    assert "<b>" not in text


REFUSED = [
    ("empty", "", "empty_text"),
    ("blank", " \n\u200b<br>", "empty_text"),
    ("only-script", "<script>x</script>", "empty_text"),
    ("emoji", "😀😀！！", "no_words"),
    ("digits", "13812345678", "no_words"),
    ("one-letter", "a", "too_short"),
    ("one-character", "灯。", "too_short"),
    ("long", "路灯不亮" * 26, "too_long"),
    ("long-raw", "<b>" * 1000, "too_long"),
]


@pytest.mark.parametrize(("raw", "code"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_unreadable_texts_are_refused(raw: str, code: str) -> None:
    """Each reason has its own code."""
    with pytest.raises(InputError) as caught:
        check_text(raw, limit=100)
    assert caught.value.code == code


def test_too_long_says_how_long_and_what_to_do() -> None:
    """The message names the length, the limit and the way out."""
    with pytest.raises(InputError, match=r"104 字，超过 100 字.*删减"):
        check_text("路灯不亮" * 26, limit=100)


@pytest.mark.parametrize("raw", ["路灯", "The street lamp is broken", "<p>路灯</p>" * 20])
def test_readable_texts_come_back_cleaned(raw: str) -> None:
    """Two characters, English, and markup that shrinks under the limit are fine."""
    assert check_text(raw, limit=100) == clean(raw)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("鄭州市金水區物業亂收費", "郑州市金水区物业乱收费"),
        ("乾隆年間的乾淨", "乾隆年间的干净"),
        ("郑州市金水区", "郑州市金水区"),
        ("plain ASCII", "plain ASCII"),
        ("", ""),
    ],
    ids=["traditional", "phrases", "simplified", "ascii", "empty"],
)
def test_simplify(text: str, want: str) -> None:
    """Traditional becomes simplified, all else stays."""
    assert simplify(text) == want


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("鄭州乾隆裡麼著後髮發，。ab路\n"), max_size=300))
def test_simplify_keeps_offsets(text: str) -> None:
    """The result is as long as the text: offsets stay valid."""
    assert len(simplify(text)) == len(text)
