"""受理台 as HTML: what stands on it, what an edit marks, and that a complaint's words stay words."""

from __future__ import annotations

import pytest

from agent.desk.records import Effect
from agent.ledger.records import Choice
from agent.schema import Suggestion
from agent.wording import visible
from agent.workbench.operator.evidence import evidence_slots, failed_html
from agent.workbench.operator.fields import Names, Shown, field_slots
from agent.workbench.operator.page import EXAMPLES, layout
from agent.workbench.parts import marked
from agent.workbench.style import asset, page_css
from knowledge.tables import load_tables
from knowledge.vocabulary import Citation, CitationState
from tests.browser.fakes import FakeDesk
from tests.suggestions import COMPLAINT, error, spans, suggestion
from tests.workbench.pages import HOSTILE, Parsed, everywhere

TABLES = load_tables()
NAMES = Names(TABLES.department, TABLES.category)


def shown(made: Suggestion, **changes: object) -> Shown:
    proposed = FakeDesk().choice_of(made)
    choice = proposed.model_copy(update=changes)
    return Shown(made, proposed, choice, Effect(choice=choice, deadline=made.deadline), NAMES)


def slots(made: Suggestion, **changes: object) -> dict[str, str]:
    return {**field_slots(shown(made, **changes)), **evidence_slots(made, NAMES)}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_html_shows_and_never_obeys(text: str) -> None:
    """No tag and no attribute comes from a complaint, every tag is closed, and its words are still to be read."""
    hostile, plain = slots(everywhere(text)), slots(everywhere("路灯不亮"))
    for name, html in hostile.items():
        page, model = Parsed(html), Parsed(plain[name])
        assert (page.tags, page.attributes, page.stack) == (model.tags, model.attributes, [])
        html.encode("utf-8")
    # a title in the list of cases is cut, the one above the fields is not
    assert visible(text) in Parsed(hostile["banner"]).text
    assert visible(text) in Parsed(hostile["ask"]).text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_layer_behind_the_text_box_has_the_same_characters(text: str) -> None:
    """Marks lie where the words are: the layer holds exactly what the box holds, and no tag but the marks."""
    html = marked(f"前{text}后", spans(f"前{text}后", text))
    page = Parsed(html)
    assert set(page.tags) <= {"mark"}
    assert page.text == f"前{text}后"


@pytest.mark.parametrize(
    ("slot", "part"),
    [
        ("banner", "<strong>请复核员判断</strong><span>涉及人身安全"),
        ("banner", "主办待定"),
        ("lead", "<span>金水区城市管理局</span>"),
        ("lead", 'data-set="lead" data-value="hbj">郑州市生态环境局<b>3%</b>'),
        ("lead", '第十八条 <span class="xz-chip xz-risk">库外法规，未核条文</span>'),
        ("category", 'data-value="010213">城市建设和市政管理 › 燃气供应<b>11%</b>'),
        ("urgency", 'data-value="2" aria-pressed="true">立即处置'),
        ("urgency", "“很浓的煤气味”"),
        ("clock", 'data-due="2026-03-05T20:15:00+08:00"'),
        ("clock", 'aria-pressed="true">督办快办'),
        ("place", "任砦北街附近"),
        ("assist", "多件相似工单由其协办"),
        ("ask", "有没有人受伤或被困"),
        ("notes", "法条现行有效 第八十一条已废止"),
        ("notes", "1 项检查通过"),
        ("cases", "疑似同一件事"),
        ("cases", "郑州市城市管理局办理"),
        ("cases", "要求商户将灶台移入店内"),
        ("law", "现行有效，2020-01-01起"),
        ("made", "用时 143 毫秒"),
    ],
    ids=lambda part: part if part.isascii() and part.isalpha() else "part",
)
def test_page_says(slot: str, part: str) -> None:
    """Each thing that an operator decides by stands in its place."""
    assert part in slots(suggestion())[slot]


def test_clause_in_force_is_unfolded() -> None:
    """The first verified clause of the ground stands open, others are folded."""
    made = suggestion()
    assert made.dispatch is not None
    good = Citation(law="郑州市燃气管理条例", article="46", state=CitationState.VERIFIED, text="此处为演示文字。")
    dispatch = made.dispatch.model_copy(update={"basis": (*made.dispatch.basis, good)})
    html = slots(made.model_copy(update={"dispatch": dispatch}))["lead"]
    assert html.count("<details") == 2
    assert html.count('<details class="xz-fold" open>') == 1
    assert html.index("open>") < html.index("演示文字。")


@pytest.mark.parametrize(
    ("field", "change", "was"),
    [
        ("lead", {"lead": "gaj", "unit": "郑州市公安局金水分局"}, "原建议：金水区城市管理局"),
        ("category", {"category": "040201"}, "原建议：城市建设和市政管理 › 城管执法"),
        ("urgency", {"urgency": 0}, "原建议：立即处置"),
        ("clock", {"track": "协同联办"}, "原建议：督办快办"),
        ("clock", {"due": None}, "原建议：03-05 20:15"),
        ("place", {"place": "经三路"}, "任砦北街附近"),
        ("assist", {"assist": ()}, "原建议：郑州市市场监督管理局、"),
    ],
    ids=["lead", "category", "urgency", "track", "due", "place", "assist"],
)
def test_changed_field_is_marked(field: str, change: dict[str, object], was: str) -> None:
    """A changed field says so, with what was proposed; the others do not."""
    html = slots(suggestion(), **change)
    assert was in html[field]
    assert [name for name, part in html.items() if "xz-was" in part] == [field]


def test_desk_says_what_of_the_draft_no_longer_fits() -> None:
    """Its sentence stands above the draft, escaped; without one nothing stands there."""
    made = shown(suggestion())
    effect = made.effect.model_copy(update={"note": "初稿<旧>"})
    assert field_slots(made)["stale"] == ""
    assert "初稿&lt;旧&gt;" in field_slots(Shown(made.suggestion, made.proposed, made.choice, effect, NAMES))["stale"]


def test_changed_lead_shows_no_confidence_and_no_old_reason() -> None:
    """Confidence and reason belong to the proposal; a person's choice must not borrow them."""
    html = slots(suggestion(), lead="gaj", unit="郑州市公安局金水分局")["lead"]
    assert "88%" not in html
    assert "店外经营" not in html
    assert 'data-value="cgj">郑州市城市管理局<b>原建议</b>' in html


def test_unknown_lead_and_category_ask_for_a_choice() -> None:
    """Where nothing is proposed the page says so, and offers the lists."""
    made = suggestion().model_copy(update={"dispatch": None, "category": None})
    choice = Choice()
    html = field_slots(Shown(made, choice, choice, Effect(choice=choice), NAMES))
    assert "未能确定，请人工选择" in html["lead"]
    assert "未能归类，请人工选择" in html["category"]
    assert 'data-open="lead"' in html["lead"]


def test_error_and_empty_state_are_written_for_people() -> None:
    """An error shows the reason, escaped; the first screen says what to do."""
    assert "太短：&lt;b&gt;" in failed_html(error("太短：<b>"))
    assert "粘贴" in Parsed(layout()).text


def test_layout_closes_its_tags_and_offers_examples() -> None:
    """The static page is well formed; examples stand on it in a demonstration only."""
    assert Parsed(layout(examples=EXAMPLES)).stack == []
    assert EXAMPLES[0].name in layout(examples=EXAMPLES)
    assert EXAMPLES[0].name not in layout()


def test_styles_and_scripts_fetch_nothing() -> None:
    """No style sheet and no script names an address, and no script puts an answer together as HTML unescaped."""
    for source in (page_css(), asset("shell.js"), asset("operator.js")):
        assert "url(" not in source
        assert "@import" not in source
        assert "://" not in source


def test_evidence_marks_exactly_the_words() -> None:
    """Marks lie around the evidence and nothing else."""
    assert marked(COMPLAINT, spans(COMPLAINT, "很浓的煤气味")).count("<mark>很浓的煤气味</mark>") == 1
