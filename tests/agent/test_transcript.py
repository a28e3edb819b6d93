"""Which texts are call transcripts, and what of them is the caller's statement."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.intake import clean, read_transcript


@dataclass(frozen=True)
class Case:
    """One row of a table."""

    id: str
    raw: str
    want: str


TRANSCRIPTS = [
    Case(
        "one-line",
        "坐席：您好，这里是12345，请讲。市民：喂你好，小区对面工地半夜还在打桩。坐席：在哪个小区？ 市民：正商新蓝钻。",
        "小区对面工地半夜还在打桩。在哪个小区？正商新蓝钻。",
    ),
    Case(
        "lines",
        "客服：您好，请问有什么可以帮您？\n来电人：文化路的路灯坏了三天，晚上看不见路\n客服：好的，已记录\n来电人：谢谢，再见",
        "文化路的路灯坏了三天，晚上看不见路",
    ),
    Case(
        "yes-keeps-the-question",
        "话务员：请讲。市民：楼上漏水没人管。话务员：是金水区未来路吗？市民：对。话务员：还有其他问题吗？市民：没有了。",
        "楼上漏水没人管。是金水区未来路吗？对。",
    ),
    Case(
        "name-and-number",
        "热线：请讲。群众：垃圾堆了一周。热线：请问您贵姓？群众：我姓陈。热线：联系电话是多少？群众：13800001111。",
        "垃圾堆了一周。请问您贵姓？我姓陈。联系电话是多少？13800001111。",
    ),
    Case(
        "question-without-mark",
        "接线员:您好请讲\n用户:地铁口单车堵路\n接线员:在哪个站\n用户:紫荆山站\n",
        "地铁口单车堵路。在哪个站？紫荆山站",
    ),
    Case(
        "brackets",
        "【客服】您好，请讲\n【市民】热水器水压太低\n【客服】持续多久了？\n【市民】半个月",
        "热水器水压太低。持续多久了？半个月",
    ),
    Case(
        "timestamps",
        "[00:01] 客服：您好\n[00:05] 客户：暖气不热\n[00:12] 客服：住哪里？\n[00:15] 客户：二七区大学路",
        "暖气不热。住哪里？二七区大学路",
    ),
    Case(
        "chat-export",
        "客服 10:32:05\n您好，请问什么事\n市民 10:32:20\n小区大门被私家车堵死\n客服 10:33:01\n已登记",
        "小区大门被私家车堵死",
    ),
    Case(
        "badge-number",
        "工号1023：您好，请讲。\n王女士：广场舞音响太大，孩子没法写作业。\n工号1023：收到，感谢来电。",
        "广场舞音响太大，孩子没法写作业。",
    ),
    Case("hotline-number", "12345：请讲\n来电者：井盖丢了，很危险\n12345：好的", "井盖丢了，很危险"),
    Case("letters", "A：您好，请问有什么可以帮您\nB：路灯坏了\nA：什么路？\nB：文化路", "路灯坏了。什么路？文化路"),
    Case(
        "letters-caller-first",
        "A：喂，楼道有人充电\nB：您好，请问哪个小区\nA：锦艺国际",
        "楼道有人充电。请问哪个小区？锦艺国际",
    ),
    Case("service-and-customer", "S：您好，请讲。\nC：快递柜乱收费。\nS：好的，为您登记。", "快递柜乱收费。"),
    Case(
        "asr-speakers",
        "说话人1：您好请讲\n说话人2：水管爆了\n说话人1：什么位置？\n说话人2：航海路",
        "水管爆了。什么位置？航海路",
    ),
    Case(
        "questions-and-answers",
        "问：什么诉求\n答：退健身卡\n问：哪家店\n答：大学路店",
        "什么诉求？退健身卡。哪家店？大学路店",
    ),
    Case("excel-lines", "坐席：请讲_x000D_\n市民：公厕没水_x000D_\n坐席：好的", "公厕没水"),
    Case("heading", "通话记录 2026-03-15\n坐席：请讲\n市民：外卖车逆行\n坐席：好的，再见", "外卖车逆行"),
    Case(
        "one-channel",
        "[00:05] 市民：工地扬尘大\n[00:20] 市民：在中原路\n[00:31] 市民：好的谢谢",
        "工地扬尘大。在中原路",
    ),
    Case(
        "turn-of-several-lines", "坐席：请讲\n市民：第一，停水。\n第二，停电。\n坐席：好的", "第一，停水。第二，停电。"
    ),
]

LETTERS = [
    ("plain", "尊敬的领导：您好！文化路积水严重，请处理。"),
    ("quotes-once", "我打电话过去，客服：不能退款。之后再也没人理我，希望有关部门管一管这家公司。"),
    ("quotes-in-marks", "我问为什么停水。“客服：在抢修。市民：多久？客服：不知道。”到现在还没有来水，请督促。"),
    (
        "quotes-inside-a-long-letter",
        "我于三月在郑东新区一家健身房办卡，办卡时承诺随时可退，现在门店关门，老板失联，会员一百多人受骗，"
        "多次到店要求退款都没有结果。\n客服：请您再等等？\n用户：等了三个月了。\n"
        "希望市场监管部门尽快介入调查，追回会员的钱款，并对这种卷款跑路的行为依法处罚，同时在全市范围内开展预付卡专项整治，"
        "让老百姓能够放心消费，也请公布处理结果，谢谢各位领导在百忙之中看我的来信，期待早日得到答复。",
    ),
    ("form", "来电人：周某\n联系电话：无\n诉求内容：井盖缺失"),
    ("form-two-labels", "热线：12345\n来电人：周某"),
    ("options", "对停车方案有两点意见。A：增加车位。B：降低收费。"),
    ("options-lines", "A：加装电梯\nB：改造管网\nA：最急"),
    ("caller-only", "市民：路灯坏了"),
    ("agent-only", "客服：您好，请讲\n客服：请问还在吗"),
    ("caller-says-nothing", "坐席：您好，请讲\n市民：喂\n坐席：听得到吗\n市民：嗯，谢谢"),
    ("empty", ""),
]


@pytest.mark.parametrize("case", TRANSCRIPTS, ids=lambda c: c.id)
def test_statement(case: Case) -> None:
    """What the caller said stays in order; a short answer brings its question; courtesies go."""
    statement = read_transcript(clean(case.raw))
    assert statement is not None
    assert statement.text == case.want


@pytest.mark.parametrize("raw", [raw for _, raw in LETTERS], ids=[name for name, _ in LETTERS])
def test_no_transcript(raw: str) -> None:
    """Letters, forms and lists that merely contain a label are left alone."""
    assert read_transcript(clean(raw)) is None


def test_turns_point_into_the_cleaned_text() -> None:
    """Roles come in order, and each turn is the substring it says it is."""
    cleaned = clean("坐席：您好<br>市民：１号楼停电！！！\n坐席：好的")
    statement = read_transcript(cleaned)
    assert statement is not None
    assert [(turn.role, turn.text) for turn in statement.turns] == [
        ("agent", "您好"),
        ("caller", "1号楼停电！"),
        ("agent", "好的"),
    ]
    assert all(cleaned.text[turn.start : turn.end] == turn.text for turn in statement.turns)


RAW = "坐席：请讲<br>市民：１号楼停电！！！\n坐席：哪个小区？\n市民：正商新蓝钻"


@pytest.mark.parametrize(
    ("part", "want"),
    [
        ("1号楼停电！", "１号楼停电！！！"),
        ("正商新蓝钻", "正商新蓝钻"),
        ("停电！哪个小区", "哪个小区"),
        ("小区？正商新蓝钻", "正商新蓝钻"),
    ],
    ids=["folded", "answer", "crosses-into-question", "crosses-into-answer"],
)
def test_span_is_an_exact_substring_of_one_turn(part: str, want: str) -> None:
    """Evidence is quoted from the raw call; a range across turns gives the part in one of them."""
    statement = read_transcript(clean(RAW))
    assert statement is not None
    start = statement.text.index(part)
    span = statement.span(start, start + len(part))
    assert span.text == want
    assert RAW[span.start : span.end] == want


def test_span_of_an_inserted_mark_is_empty() -> None:
    """A mark that was put in has no origin."""
    statement = read_transcript(clean("坐席：请讲\n市民：路灯坏了\n坐席：还有什么\n市民：井盖也丢了"))
    assert statement is not None
    assert statement.text == "路灯坏了。井盖也丢了"
    assert statement.span(4, 5).text == ""


LINES = st.lists(
    st.tuples(
        st.sampled_from(["坐席：", "市民：", "【客服】", "A：", "B：", "[00:12] 用户：", "王先生：", "", "“",
                         "客服 10:32:05\n"]),
        st.sampled_from(["您好，请问在哪里？", "路灯坏了", "对", "嗯，是的", "谢谢", 
                         "<b>１号</b>楼", "！！！", "”", "文化路 56号&amp;", "\ud800"]),
        st.sampled_from(["\n", "。", " ", ""]),
    ).map("".join),
    max_size=12,
).map("".join)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(LINES | st.text(max_size=60), st.integers(-3, 90), st.integers(-3, 90))
def test_every_span_is_an_exact_substring(raw: str, start: int, end: int) -> None:
    """For any transcript and any range the span is a substring of the raw input; nothing is made up."""
    cleaned = clean(raw)
    statement = read_transcript(cleaned)
    if statement is None:
        return
    span = statement.span(start, end)
    assert raw[span.start : span.end] == span.text
    assert statement.text
    for piece in statement.pieces:
        said = statement.text[piece.at : piece.at + piece.size]
        assert said == cleaned.text[piece.start : piece.start + piece.size]
        assert said in statement.turns[piece.turn].text
