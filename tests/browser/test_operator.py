"""受理台 in a browser: an operator's way through it by mouse and by keyboard, and what hostile text does there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.workbench.operator import operator_page
from agent.workbench.operator.page import EXAMPLES, REASONS, RETURN_REASONS
from knowledge.tables import load_tables
from tests.browser.conftest import DESKTOP, PHONE, Open, Visit
from tests.browser.fakes import BETTER, FakeDesk, serve_pages
from tests.suggestions import COMPLAINT

HOSTILE = (
    "<script>window.hacked=1</script><img src=x onerror='window.hacked=1'> ${window.hacked=1} {{value}} @children "
    "=HYPERLINK(1) 楼道里有很浓的煤气味"
)


@dataclass
class Desk:
    """A served operator page and the desk behind it."""

    url: str
    fake: FakeDesk


@pytest.fixture(scope="module")
def server() -> Iterator[Desk]:
    fake = FakeDesk()
    served = serve_pages([operator_page(fake, load_tables(), refines=False)])
    yield Desk(served.url, fake)
    served.stop()


@pytest.fixture
def desk(server: Desk) -> Desk:
    """Empty for each test."""
    server.fake.decisions.clear()
    server.fake.matters.clear()
    return server


@pytest.fixture(scope="module")
def refining() -> Iterator[Desk]:
    """A page whose desk has a language model, as slow as a test wants it."""
    fake = FakeDesk()
    served = serve_pages([operator_page(fake, load_tables(), refines=True)])
    yield Desk(served.url, fake)
    fake.refining.set()
    served.stop()


def submit(visit: Visit, text: str = COMPLAINT) -> None:
    """Paste and press Ctrl+Enter; the suggestion is there afterwards."""
    visit.page.wait_for_selector("[data-ready]")  # the lists have come
    visit.page.fill(".xz-text textarea", text)
    visit.page.keyboard.press("Control+Enter")
    visit.page.wait_for_selector("[data-state=shown]")


def done(visit: Visit) -> str:
    """What the page says of the decision."""
    visit.page.wait_for_selector("[data-state=done]")
    return visit.page.inner_text("[data-done]")


def slot(visit: Visit, name: str) -> str:
    return visit.page.inner_text(f"[data-slot={name}]")


def draft(visit: Visit) -> str:
    return visit.page.input_value(".xz-reply textarea")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_operator_accepts(open_page: Open, desk: Desk, size: tuple[int, int], tmp_path: Path) -> None:
    """Paste, Ctrl+Enter, accept: everything is shown, fits the screen, is recorded, and nothing is asked outside."""
    visit = open_page(desk.url, size)
    submit(visit)
    assert "金水区城市管理局" in slot(visit, "lead")
    assert visit.page.locator(".xz-text mark").all_inner_texts() == ["很浓的煤气味"]
    assert visit.page.locator(".xz-reply mark").count() == 2
    assert visit.page.inner_text("[data-blanks]") == "2 处待填"
    assert visit.overflow() <= 0
    assert visit.page.screenshot(path=tmp_path / "page.png")
    visit.page.click("[data-do=accept]")
    assert "已采纳" in done(visit)
    assert "m1" in done(visit)
    assert [(d.action, d.changes) for d in desk.fake.decisions] == [("accept", ())]
    assert visit.overflow() <= 0
    assert (visit.errors, visit.outside(desk.url)) == ([], [])


def test_lead_and_decision_are_seen_without_scrolling(open_page: Open, desk: Desk) -> None:
    """At 1366 by 768 category, lead, urgency, deadline and the buttons are on the screen."""
    visit = open_page(desk.url)
    submit(visit)
    names = ["[data-slot=lead] .xz-answer", "[data-slot=category] .xz-answer", "[data-slot=urgency] .xz-segments",
             "[data-slot=clock] time", "[data-do=accept]", "[data-do=return]", ".xz-reply"]  # fmt: skip
    for name in names:
        box = visit.page.locator(name).bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= DESKTOP[1], name


def test_reading_order_on_a_phone(open_page: Open, desk: Desk) -> None:
    """On a narrow screen one reads text, fields, reply, own matters; the buttons stay at hand."""
    visit = open_page(desk.url, PHONE)
    submit(visit)
    parts = [".xz-text", "[data-slot=lead]", ".xz-reply", ".xz-recent"]
    tops = visit.page.evaluate("parts => parts.map(p => document.querySelector(p).getBoundingClientRect().top)", parts)
    assert tops == sorted(tops)
    visit.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    box = visit.page.locator("[data-do=accept]").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PHONE[1]


@pytest.mark.parametrize(
    ("typed", "chosen"), [("gonganju", "gaj"), ("gaj", "gaj"), ("公安局", "gaj")], ids=["pinyin", "initials", "text"]
)
def test_operator_changes_the_lead_by_keyboard(open_page: Open, desk: Desk, typed: str, chosen: str) -> None:
    """Alt+Z, pinyin, Enter, Alt+A, one key for the reason, Alt+N: a change without a mouse."""
    visit = open_page(desk.url)
    submit(visit)
    visit.page.keyboard.press("Alt+z")
    visit.page.keyboard.type(typed)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("[data-field=lead][data-changed]")
    assert "原建议：金水区城市管理局" in slot(visit, "lead")
    assert "郑州市公安局金水分局" in slot(visit, "lead")
    visit.page.keyboard.press("Alt+a")
    visit.page.wait_for_selector("[data-why=change] input:focus")
    assert desk.fake.decisions == []
    visit.page.keyboard.press("2")
    assert "主办 郑州市公安局金水分局" in done(visit)
    (decision,) = desk.fake.decisions
    assert (decision.action, decision.choice.lead, decision.reason) == ("change", chosen, REASONS[1])
    assert decision.seconds is not None
    visit.page.keyboard.press("Alt+n")
    assert visit.page.evaluate("document.activeElement.matches('.xz-text textarea')")
    assert visit.page.input_value(".xz-text textarea") == ""


def test_closed_list_takes_no_word_of_its_own(open_page: Open, desk: Desk) -> None:
    """What is in no list cannot be chosen; Escape leaves everything as it was."""
    visit = open_page(desk.url)
    submit(visit)
    visit.page.keyboard.press("Alt+l")
    visit.page.keyboard.type("没有这样的类别")
    visit.page.keyboard.press("Enter")
    assert "没有这一项" in visit.page.inner_text("#xz-pick-category")
    visit.page.keyboard.press("Escape")
    visit.page.wait_for_selector("#xz-pick-category input", state="detached")
    assert visit.page.locator("[data-changed]").count() == 0


def test_runner_up_is_taken_and_given_back(open_page: Open, desk: Desk) -> None:
    """A click on a runner-up chooses it; a click on the proposal takes it back, and an acceptance needs no reason."""
    visit = open_page(desk.url)
    submit(visit)
    visit.page.click("[data-set=category][data-value='010213']")
    visit.page.wait_for_selector("[data-field=category][data-changed]")
    assert "燃气供应" in visit.page.inner_text("[data-field=category] .xz-answer")
    assert visit.page.inner_text("[data-accept]") == "按修改派单"
    visit.page.click("[data-set=category][data-value='010202']")
    visit.page.wait_for_selector("[data-field=category]:not([data-changed])")
    assert visit.page.inner_text("[data-accept]") == "采纳"
    visit.page.keyboard.press("Alt+a")
    done(visit)
    assert desk.fake.decisions[0].action == "accept"


def test_every_field_can_be_changed(open_page: Open, desk: Desk) -> None:
    """Urgency, track, due time, place, assist and reply: each marked, all recorded, no reason asked."""
    visit = open_page(desk.url)
    page = visit.page
    submit(visit)
    page.click("[data-set=urgency][data-value='1']")
    page.click("[data-set=track][data-value='协同联办']")
    page.click(".xz-due summary")
    page.fill("[data-input=due]", "2026-11-30T09:30")
    page.keyboard.press("Tab")
    page.wait_for_function(
        "document.querySelector('[data-slot=clock] [data-due]').dataset.due.startsWith('2026-11-30T09:30')"
    )
    page.fill("[data-input=place]", "经三路")
    page.keyboard.press("Enter")
    page.click("[data-set=assist][data-value=scj]")
    page.wait_for_selector("[data-field=assist][data-changed]")
    page.click("[data-open=assist]")
    page.keyboard.type("jiaojing")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('.xz-helpers li').length === 2")
    page.fill(".xz-reply textarea", "改过的答复")
    assert page.locator(".xz-field[data-changed]").count() == 4
    page.keyboard.press("Alt+a")
    done(visit)
    choice = desk.fake.decisions[0].choice
    assert (choice.urgency, choice.track, choice.place, choice.reply) == (1, "协同联办", "经三路", "改过的答复")
    assert choice.due is not None
    assert choice.due.isoformat() == "2026-11-30T09:30:00+08:00"
    assert choice.assist[0] == "jiedao"
    assert len(choice.assist) == 2


def test_operator_returns(open_page: Open, desk: Desk) -> None:
    """Alt+R asks for a reason, in words or by number, and records a return."""
    visit = open_page(desk.url)
    submit(visit)
    visit.page.keyboard.press("Alt+r")
    visit.page.keyboard.press("Escape")
    assert visit.page.locator("[data-why=return]").is_hidden()
    visit.page.keyboard.press("Alt+r")
    visit.page.click(f"[data-reason='{RETURN_REASONS[1]}']")
    assert "已退回" in done(visit)
    assert [(d.action, d.reason) for d in desk.fake.decisions] == [("return", RETURN_REASONS[1])]
    visit.page.wait_for_selector(".xz-recent button:has-text('已退回')")


def test_a_reason_in_ones_own_words(open_page: Open, desk: Desk) -> None:
    """A sentence that begins with a figure is typed, not taken for a number key once it has begun."""
    visit = open_page(desk.url)
    submit(visit)
    visit.page.keyboard.press("Alt+r")
    visit.page.keyboard.type("第2次来电，并入前一件")
    visit.page.keyboard.press("Enter")
    done(visit)
    assert desk.fake.decisions[0].reason == "第2次来电，并入前一件"


def test_hostile_text_is_only_text(open_page: Open, desk: Desk) -> None:
    """Script, handlers, Gradio's template signs and formulas in a complaint are shown and never run."""
    visit = open_page(desk.url)
    submit(visit, HOSTILE)
    assert visit.page.evaluate("window.hacked") is None
    assert visit.page.input_value(".xz-text textarea") == HOSTILE
    assert visit.page.evaluate("document.querySelector('.xz-text div').textContent") == HOSTILE + "\n"
    visit.page.fill(".xz-reply textarea", HOSTILE)
    visit.page.fill("[data-input=place]", HOSTILE)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("[data-field=place][data-changed]")
    visit.page.keyboard.press("Alt+a")
    done(visit)
    assert desk.fake.decisions[0].choice.reply == HOSTILE
    visit.page.click(".xz-recent button:has-text('已改派')")
    visit.page.wait_for_selector(".xz-before")
    assert draft(visit) == HOSTILE
    assert visit.page.locator(".xz-op img, .xz-op script").count() == 0
    assert visit.page.evaluate("window.hacked") is None
    assert visit.errors == []


def test_error_replaces_the_suggestion_before_it(open_page: Open, desk: Desk) -> None:
    """After an unusable text neither fields nor draft are left to be mistaken for its answer."""
    visit = open_page(desk.url)
    submit(visit)
    visit.page.fill(".xz-text textarea", " ")
    visit.page.keyboard.press("Control+Enter")
    visit.page.wait_for_selector("[data-state=failed] .xz-error")
    assert slot(visit, "lead") == ""
    assert visit.page.locator(".xz-right").is_hidden()
    assert visit.page.locator("[data-do=accept]").is_hidden()


def test_second_press_makes_no_second_matter(open_page: Open, desk: Desk) -> None:
    """Ctrl+Enter on what is already on the page does nothing."""
    visit = open_page(desk.url)
    submit(visit)
    visit.page.keyboard.press("Control+Enter")
    visit.page.keyboard.press("Control+Enter")
    submit(visit, "油烟很大，晾的衣服都是味")
    assert [len(history.suggestions) for history in desk.fake.matters.values()] == [1, 1]


def test_added_words_stay_the_same_matter(open_page: Open, desk: Desk) -> None:
    """What the caller adds is asked about again under the same number; the decision rests on the later suggestion."""
    visit = open_page(desk.url)
    submit(visit)
    added = COMPLAINT + "另外有人被烫伤。"
    submit(visit, added)
    (history,) = desk.fake.matters.values()
    assert (history.matter.text, len(history.suggestions)) == (added, 2)
    visit.page.keyboard.press("Alt+a")
    assert "m1" in done(visit)
    assert [(d.matter_id, d.suggestion_id) for d in desk.fake.decisions] == [("m1", "m1-s2")]
    visit.page.wait_for_function("document.querySelectorAll('.xz-recent button').length === 1")


def test_quite_another_text_is_a_new_matter(open_page: Open, desk: Desk) -> None:
    """Pasted over an undecided complaint: both are kept, and the decision is on the one that is shown."""
    visit = open_page(desk.url)
    submit(visit)
    other = "二七区大学路的路灯坏了半个月，晚上看不见路"
    submit(visit, other)
    assert [history.matter.text for history in desk.fake.matters.values()] == [COMPLAINT, other]
    visit.page.keyboard.press("Alt+a")
    assert "m2" in done(visit)
    assert [d.matter_id for d in desk.fake.decisions] == ["m2"]


def test_after_a_decision_the_same_words_are_a_new_matter(open_page: Open, desk: Desk) -> None:
    """A decided matter is closed: words added to its text do not write over it."""
    visit = open_page(desk.url)
    submit(visit)
    visit.page.keyboard.press("Alt+a")
    done(visit)
    submit(visit, COMPLAINT + "又来了。")
    assert [history.matter.text for history in desk.fake.matters.values()] == [COMPLAINT, COMPLAINT + "又来了。"]


def choose_police(visit: Visit) -> None:
    """Another lead, by keyboard."""
    visit.page.keyboard.press("Alt+z")
    visit.page.keyboard.type("gonganju")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("[data-field=lead][data-changed]")


def test_untouched_draft_follows_the_lead(open_page: Open, desk: Desk) -> None:
    """What the desk wrote into the draft is what the operator sees, and it is no edit of the operator's."""
    visit = open_page(desk.url)
    submit(visit)
    choose_police(visit)
    assert "已转郑州市公安局金水分局主办" in draft(visit)
    assert visit.page.locator("[data-stale]").is_hidden()
    assert visit.page.locator(".xz-draft[data-changed]").count() == 0


def test_edited_draft_that_names_the_old_lead_says_so(open_page: Open, desk: Desk) -> None:
    """An operator's own words stay; one click puts the new name into them."""
    visit = open_page(desk.url)
    submit(visit)
    visit.page.fill(".xz-reply textarea", "我改过的：已转金水区城市管理局主办。")
    choose_police(visit)
    assert draft(visit) == "我改过的：已转金水区城市管理局主办。"
    visit.page.click("[data-do=rename]")
    assert draft(visit) == "我改过的：已转郑州市公安局金水分局主办。"
    assert visit.page.locator("[data-stale]").is_hidden()


def test_blanks_are_walked_and_counted(open_page: Open, desk: Desk) -> None:
    """Alt+G selects blank after blank; what is typed takes its place and the count goes down."""
    visit = open_page(desk.url)
    submit(visit)
    visit.page.keyboard.press("Alt+g")
    visit.page.keyboard.insert_text("3月6日上午")
    assert visit.page.inner_text("[data-blanks]") == "1 处待填"
    visit.page.keyboard.press("Alt+g")
    visit.page.keyboard.insert_text("已责令整改")
    assert visit.page.inner_text("[data-blanks]") == "没有待填"
    assert "经核查，3月6日上午。\n处理结果：已责令整改。" in draft(visit)


def test_slow_language_model_blocks_nothing(open_page: Open, refining: Desk) -> None:
    """The quick draft is there at once; the model's takes its place when it comes, and a decision rests on it."""
    refining.fake.refining.clear()
    visit = open_page(refining.url)
    submit(visit)
    assert "金水区城市管理局" in draft(visit)
    visit.page.wait_for_function("document.querySelector('[data-generator]').textContent.includes('润色中')")
    visit.page.click("[data-set=urgency][data-value='1']")
    visit.page.wait_for_selector("[data-field=urgency][data-changed]")
    refining.fake.refining.set()
    visit.page.wait_for_function("document.querySelector('.xz-reply textarea').value.includes('语言模型写的一稿')")
    visit.page.wait_for_selector("[data-field=urgency][data-changed]")
    visit.page.keyboard.press("Alt+a")
    done(visit)
    decision = refining.fake.decisions[-1]
    assert decision.suggestion_id.endswith("-s2")
    assert (decision.choice.urgency, decision.choice.reply) == (1, BETTER)


def test_operators_words_are_never_overwritten(open_page: Open, refining: Desk) -> None:
    """A draft that was edited stays; the model's is offered and taken on a click only."""
    refining.fake.refining.clear()
    visit = open_page(refining.url)
    submit(visit)
    visit.page.fill(".xz-reply textarea", "我写的答复")
    refining.fake.refining.set()
    visit.page.wait_for_selector("[data-better]:not([hidden])")
    assert draft(visit) == "我写的答复"
    visit.page.click("[data-do=better]")
    assert draft(visit) == BETTER


def test_failing_language_model_leaves_the_template(open_page: Open, refining: Desk) -> None:
    """The page says so, keeps the template's draft, and the decision goes through."""
    refining.fake.broken = True
    refining.fake.refining.set()
    try:
        visit = open_page(refining.url)
        submit(visit)
        visit.page.wait_for_function("document.querySelector('[data-generator]').textContent.includes('没有给出结果')")
        visit.page.keyboard.press("Alt+a")
        done(visit)
        assert refining.fake.decisions[-1].suggestion_id.endswith("-s1")
    finally:
        refining.fake.broken = False


def test_file_is_read_into_the_box(open_page: Open, desk: Desk, tmp_path: Path) -> None:
    """A transcript chosen as a file stands in the box; one that cannot be read is a sentence."""
    path = tmp_path / "通话.txt"
    path.write_text("坐席：您好。\n市民：路灯不亮。", encoding="gb18030")
    visit = open_page(desk.url)
    visit.page.wait_for_selector("[data-ready]")
    visit.page.set_input_files("input[type=file]", path)
    visit.page.wait_for_function("document.querySelector('.xz-text textarea').value.includes('路灯不亮')")
    bad = tmp_path / "x.exe"
    bad.write_bytes(b"MZ")
    visit.page.set_input_files("input[type=file]", bad)
    visit.page.wait_for_selector(".xz-toast[data-kind=error]")
    assert "只能拖入" in visit.page.inner_text(".xz-toast")


def test_dropped_file_is_read(open_page: Open, desk: Desk) -> None:
    """A file let go over the page stands in the box, and the browser does not open it instead."""
    visit = open_page(desk.url)
    visit.page.wait_for_selector("[data-ready]")
    visit.page.evaluate("""() => {
      const carried = new DataTransfer();
      carried.items.add(new File(["市民：路灯不亮。"], "a.txt"));
      const drop = new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true });
      window.kept = document.querySelector(".xz-text textarea").dispatchEvent(drop);
    }""")
    visit.page.wait_for_function("document.querySelector('.xz-text textarea').value === '市民：路灯不亮。'")
    assert visit.page.evaluate("window.kept") is False


def test_examples_fill_the_form(open_page: Open, desk: Desk) -> None:
    """Every example of the demonstration puts its text and title into the form."""
    visit = open_page(desk.url)
    for example in EXAMPLES:
        visit.page.get_by_role("button", name=example.name).click()
        assert visit.page.input_value(".xz-text textarea") == example.text
        assert visit.page.input_value("input[name=title]") == example.title


def test_statutes_and_cases_unfold(open_page: Open, desk: Desk) -> None:
    """An article's text and a past reply open on a click."""
    visit = open_page(desk.url)
    submit(visit)
    for slot_name, words in (("law", "立即关闭阀门"), ("cases", "要求商户将灶台移入店内")):
        fold = visit.page.locator(f"[data-slot={slot_name}] details", has_text=words)
        assert not fold.locator("p").is_visible()
        fold.locator("summary").click()
        assert words in fold.locator("p").inner_text()


def test_nothing_of_a_complaint_stays_in_the_browser(open_page: Open, desk: Desk) -> None:
    """Neither storage nor database of the browser keeps what was pasted."""
    visit = open_page(desk.url)
    submit(visit)
    kept = visit.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "任砦北街" not in kept
    assert visit.page.evaluate("indexedDB.databases().then(found => found.length)") == 0


def test_decided_matter_stands_still_until_wanted(open_page: Open, desk: Desk) -> None:
    """Opened again it says who decided; keys decide nothing before Alt+E, and afterwards they do."""
    visit = open_page(desk.url)
    submit(visit)
    visit.page.keyboard.press("Alt+a")
    done(visit)
    visit.page.click(".xz-recent button:has-text('已采纳')")
    visit.page.wait_for_selector("[data-locked] .xz-before:has-text('已由 demo 于')")
    for key in ("Alt+a", "Alt+r", "Control+Enter", "Alt+z"):
        visit.page.keyboard.press(key)
    assert visit.page.locator("[data-why]:not([hidden]), .xz-picker").count() == 0
    assert len(desk.fake.matters) == len(desk.fake.decisions) == 1
    visit.page.keyboard.press("Alt+e")
    visit.page.keyboard.press("Alt+a")
    done(visit)
    assert len(desk.fake.decisions) == 2


def test_typed_words_are_never_lost(open_page: Open, desk: Desk) -> None:
    """Words that nobody sent stay as a row when another matter is opened, and come back on a click."""
    visit = open_page(desk.url)
    submit(visit)
    visit.page.keyboard.press("Alt+a")
    done(visit)
    visit.page.keyboard.press("Alt+n")
    visit.page.fill(".xz-text textarea", "桐柏路井盖 <b>松了")
    visit.page.click(".xz-recent button:has-text('已采纳')")
    visit.page.wait_for_selector("[data-locked]")
    assert visit.page.inner_text("[data-restore]").split("\n") == ["未研判的文字", "桐柏路井盖 <b>松了"]
    visit.page.click("[data-restore]")
    visit.page.wait_for_selector("[data-state=empty]")
    assert visit.page.input_value(".xz-text textarea") == "桐柏路井盖 <b>松了"
    assert visit.page.locator("[data-restore]").count() == 0


def test_danger_is_said_first(open_page: Open, desk: Desk) -> None:
    """Urgency 2 has its banner above all; set down to ordinary it goes."""
    visit = open_page(desk.url)
    submit(visit)
    assert "先转110、119或120，再派单" in slot(visit, "danger")
    visit.page.wait_for_selector(".xz-recent button[data-urgent] .xz-left:has-text('已超')")
    visit.page.click("[data-set=urgency][data-value='0']")
    visit.page.wait_for_selector("[data-field=urgency][data-changed]")
    assert slot(visit, "danger") == ""


# Contrast of every text that is seen, against the nearest background behind it (WCAG 2.2, 1.4.3).
_CONTRAST = """() => {
  const numbers = (css) => (css.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = numbers(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const node of document.querySelectorAll(".xz-op *, .xz-bar-top *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if ((!own && node.tagName !== "TEXTAREA" && node.tagName !== "INPUT") || !node.checkVisibility()) continue;
    if (node.closest(".xz-marked > div") || node.tagName === "KBD") continue;
    const [a, b] = [light(numbers(getComputedStyle(node).color)), light(behind(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) weak.push(`${node.tagName}.${node.className} ${ratio.toFixed(2)}: ${node.textContent}`);
  }
  return weak;
}"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_stands_out(open_page: Open, desk: Desk, dark: bool) -> None:
    """Every text has a contrast of at least 4.5 to 1, in light and in dark."""
    visit = open_page(desk.url, dark=dark)
    submit(visit)
    visit.page.click("[data-set=lead][data-value=hbj]")
    visit.page.wait_for_selector("[data-field=lead][data-changed]")
    back = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", back)[:3])) < 200) is dark
    visit.page.wait_for_timeout(300)  # colours of a button fade over
    assert visit.page.evaluate(_CONTRAST) == []


def test_dark_switch_is_kept(open_page: Open, desk: Desk) -> None:
    """The switch in the bar turns the page dark, and it is dark after a reload."""
    visit = open_page(desk.url)
    visit.page.click("[data-theme-switch]")
    assert visit.page.evaluate("document.body.classList.contains('dark')")
    visit.page.reload()
    visit.page.wait_for_selector("[data-theme-switch]")
    assert visit.page.evaluate("document.body.classList.contains('dark')")


def test_page_says_demonstration(open_page: Open, desk: Desk) -> None:
    """A machine without accounts is never mistaken for the real thing."""
    visit = open_page(desk.url)
    visit.page.wait_for_selector(".xz-demo")
    assert visit.page.inner_text(".xz-demo") == "演示模式"
