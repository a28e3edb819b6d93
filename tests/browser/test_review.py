"""复核台 in a browser: a reviewer's way through the queue by keys, and what others and hostile text can do there."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from agent.desk.records import QueueFilter
from agent.ledger.records import Actor
from agent.people.roles import Permission
from agent.schema import Complaint
from agent.workbench.review import review_page
from agent.workbench.review.page import REASONS
from agent.workbench.shell import Asking, Page, Shell
from tests.browser.conftest import DESKTOP, PHONE, Open, Visit
from tests.browser.fakes import serve_pages
from tests.suggestions import suggestion
from tests.workbench.lively import REVIEWER, TABLES, LivelyDesk, add_matter, lively_desk
from tests.workbench.pages import everywhere

HOSTILE = (
    "<script>window.hacked=1</script><img src=x onerror='window.hacked=1'> ${window.hacked=1} {{value}} @children "
    "=HYPERLINK(1) 路灯不亮"
)
OPERATOR = Actor(name="张静")


@dataclass
class Office:
    """A served reviewer page, the desk behind it, and who is asking."""

    desk: LivelyDesk
    url: str = ""
    actor: Actor = field(default=REVIEWER)

    def identify(self, request: Asking) -> Actor | None:
        """Whoever the test says."""
        return self.actor


def nothing(shell: Shell) -> None:
    """The first page, which these tests do not need."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    desk = lively_desk(tmp_path_factory.mktemp("review"), 20)
    office = Office(desk)
    pages = [Page("", "受理台", Permission.DECIDE, nothing), review_page(desk, TABLES, clock=desk.clock)]
    running = serve_pages(pages, office.identify, demo=False)
    office.url = running.url
    yield office
    running.stop()
    desk.ledger.close()


@pytest.fixture
def office(served: Office) -> Office:
    """A reviewer asks; the ledger is shared by the tests of this file."""
    served.actor = REVIEWER
    return served


def visit(open_page: Open, office: Office, hash_: str = "", size: tuple[int, int] = DESKTOP) -> Visit:
    """The page with its list, and on a desktop with its first matter."""
    opened = open_page(f"{office.url}review{hash_}", size)
    opened.page.wait_for_selector("[data-state=shown], [data-state=empty]")
    return opened


def current(shown: Visit) -> str:
    """Id of the open matter."""
    return shown.page.get_attribute(".xz-row[aria-current]", "data-matter") or ""


def said(shown: Visit) -> str:
    """What the page says happened."""
    return shown.page.inner_text(".xz-toast")


def test_agree_and_go_on_with_one_key(open_page: Open, office: Office) -> None:
    """A agrees, the desk has it, and the next matter is open."""
    shown = visit(open_page, office, f"#list={'%7B%22reviewed%22%3Afalse%2C%22decided%22%3Atrue%7D'}")
    before = current(shown)
    shown.page.keyboard.press("a")
    shown.page.wait_for_selector(f'.xz-row[aria-current]:not([data-matter="{before}"])')
    assert "已同意" in said(shown)
    review = office.desk.ledger.history(before).reviews[-1]
    assert (review.verdict, review.reviewer) == ("agree", REVIEWER.name)
    assert shown.errors == []


def test_correct_by_keyboard_teaches_at_once(open_page: Open, office: Office) -> None:
    """C, Z, pinyin, Enter and a number correct a lead; the desk learned it and the next matter is open."""
    shown = visit(open_page, office)
    matter = current(shown)
    for key in ("c", "z"):
        shown.page.keyboard.press(key)
        shown.page.wait_for_selector("[data-editing]" if key == "c" else "#xz-right-lead input")
    shown.page.keyboard.type("mzj")
    shown.page.keyboard.press("Enter")
    shown.page.wait_for_selector("td[data-side=改判][data-differs] >> text=郑州市民政局")
    shown.page.keyboard.press("1")
    shown.page.wait_for_selector(f'.xz-row[aria-current]:not([data-matter="{matter}"])')
    assert "已成为案例，下一条相似诉求即生效" in said(shown)
    review = office.desk.ledger.history(matter).reviews[-1]
    assert (review.choice.lead, review.reason) == ("mzj", REASONS[0])
    assert review.case_id in office.desk.memory.cases


def test_correction_needs_a_change_and_can_be_left(open_page: Open, office: Office) -> None:
    """A number without a change records nothing; A does not agree by mistake; Esc leaves the correction."""
    shown = visit(open_page, office)
    matter = current(shown)
    reviews = len(office.desk.ledger.history(matter).reviews)
    shown.page.keyboard.press("c")
    shown.page.wait_for_selector("[data-editing]")
    shown.page.keyboard.press("a")
    shown.page.keyboard.press("2")
    shown.page.wait_for_selector(".xz-toast[data-kind=error]")
    shown.page.keyboard.press("Escape")
    shown.page.wait_for_selector(".xz-rv:not([data-editing])")
    assert current(shown) == matter
    assert len(office.desk.ledger.history(matter).reviews) == reviews


def test_keys_move_and_do_not_collide_with_typing(open_page: Open, office: Office) -> None:
    """J and K move; the same letters in a text field are letters; ? shows the keys."""
    shown = visit(open_page, office)
    first = current(shown)
    shown.page.keyboard.press("j")
    shown.page.wait_for_selector(f'.xz-row[aria-current]:not([data-matter="{first}"])')
    shown.page.keyboard.press("k")
    shown.page.wait_for_selector(f'.xz-row[aria-current][data-matter="{first}"]')
    shown.page.click("[data-key=operator]")
    shown.page.keyboard.type("jack?")
    assert current(shown) == first
    assert shown.page.query_selector("[data-help][open]") is None
    shown.page.click(".xz-rv-head")
    shown.page.keyboard.press("?")
    shown.page.wait_for_selector("[data-help][open]")


def test_filters_narrow_and_can_be_dropped(open_page: Open, office: Office) -> None:
    """A filter shows what the desk finds with it, stands in the address, and goes away with its chip."""
    shown = visit(open_page, office)
    shown.page.click("[data-listed=true]")
    shown.page.wait_for_selector("text=新的在前")
    shown.page.click("[data-toggle=changed]")
    shown.page.wait_for_selector("[data-drop=changed]")
    wanted = len(office.desk.entries(QueueFilter(changed=True)))
    assert 0 < wanted == len(shown.page.query_selector_all(".xz-row")) < 20
    assert "changed" in shown.page.url
    shown.page.click("[data-find=department]")
    shown.page.keyboard.type("chengguan")
    shown.page.keyboard.press("Enter")
    shown.page.wait_for_selector("[data-drop=department]")
    assert len(shown.page.query_selector_all(".xz-row")) == len(
        office.desk.entries(QueueFilter(changed=True, department="cgj"))
    )
    shown.page.click("[data-drop=department]")
    shown.page.wait_for_selector(f".xz-row >> nth={wanted - 1}")
    shown.page.fill("[data-key=text]", "这句话谁也没有说过")
    shown.page.keyboard.press("Enter")
    shown.page.wait_for_selector("[data-state=empty]")
    assert "没有符合条件的工单" in shown.page.inner_text("[data-slot=empty]")


def test_news_is_told_and_loaded(open_page: Open, office: Office) -> None:
    """What came is counted on a badge and in the title; N loads it, and the correction that was begun stays open."""
    shown = visit(open_page, office)
    before = current(shown)
    shown.page.keyboard.press("c")
    shown.page.wait_for_selector("[data-editing]")
    came = office.desk.ledger.record(Complaint(text="丰产路有人触电"), suggestion("丰产路有人触电"), OPERATOR).matter.id
    shown.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    shown.page.wait_for_selector("[data-news]:has-text('有 1 件新的，其中 1 件须立即处置')")
    assert shown.page.title().startswith("(1，急)")
    assert shown.page.query_selector(f'.xz-row[data-matter="{came}"]') is None
    shown.page.keyboard.press("n")
    shown.page.wait_for_selector(f'.xz-row[data-new][data-urgent][data-matter="{came}"]')
    assert current(shown) == before
    assert shown.page.query_selector("[data-editing]") is not None
    assert not shown.page.is_visible("[data-news]")
    assert "(" not in shown.page.title()


def test_replay_tells_what_differs(open_page: Open, office: Office) -> None:
    """R shows state, what changed since and what would be said now."""
    shown = visit(open_page, office)
    shown.page.keyboard.press("r")
    shown.page.wait_for_selector("[data-slot=replay] table")
    assert "依据已变" in shown.page.inner_text("[data-slot=replay]")


def test_hostile_text_does_nothing(open_page: Open, office: Office) -> None:
    """A hostile complaint and reason are words in list, matter and correction, and nothing is fetched for them."""
    matter = add_matter(office.desk, HOSTILE, everywhere(HOSTILE))
    shown = visit(open_page, office, "#list=%7B%22operator%22%3A%22clerk%22%7D")
    assert matter in {row.get_attribute("data-matter") for row in shown.page.query_selector_all(".xz-row")}
    shown.page.click(f'.xz-row[data-matter="{matter}"]')
    shown.page.wait_for_selector(".xz-rv-head >> text=window.hacked")
    folds = shown.page.locator(".xz-part > summary")
    for at in range(folds.count()):
        folds.nth(at).click()
    shown.page.click("[data-do=correct]")
    shown.page.wait_for_selector("[data-editing]")
    assert shown.page.evaluate("window.hacked") is None
    assert shown.errors == []
    assert shown.outside(office.url) == []
    assert shown.overflow() == 0


def test_broken_link_shows_everything(open_page: Open, office: Office) -> None:
    """An address that holds no filter is said, and shows the whole list."""
    shown = visit(open_page, office, "#list=%7Bnot json")
    assert len(shown.page.query_selector_all(".xz-row")) >= 20
    assert shown.errors == []


def test_operator_is_refused(open_page: Open, office: Office) -> None:
    """An operator sees no reviewer page and no list of others' matters."""
    office.actor = OPERATOR
    shown = open_page(f"{office.url}review")
    shown.page.wait_for_selector(".xz-refused")
    assert "复核台" not in shown.page.inner_text(".xz-bar-top")
    assert shown.page.locator(".xz-toast").count() == 0
    assert shown.page.get_attribute(".xz-refused a", "href") == "./"
    assert shown.page.query_selector_all(".xz-row") == []


@pytest.mark.parametrize("handler", ["start", "find", "news", "open", "change", "judge", "replay", "export"])
def test_operator_is_refused_at_the_endpoint(open_page: Open, office: Office, handler: str) -> None:
    """Calling what the script calls, by hand and with a role of one's own making, gives nothing."""
    office.actor = OPERATOR
    shown = open_page(office.url)
    components = shown.page.request.get(f"{office.url}config").json()["components"]
    number = next(one["id"] for one in components if one["props"].get("elem_id") == "xz-review")
    matter = office.desk.queue()[0].matter_id
    answer = shown.page.request.post(
        f"{office.url}gradio_api/component_server",
        data={
            "session_hash": "x",
            "component_id": number,
            "fn_name": handler,
            "data": {"matter": matter, "role": "admin", "actor": {"name": "boss", "role": "admin"}},
        },
    )
    assert answer.json()["error"]["code"] == "forbidden"
    assert matter not in answer.text()


def test_list_is_exported_clean(open_page: Open, office: Office, tmp_path: Path) -> None:
    """The downloaded workbook opens, and a formula in a reason is text in it."""
    add_matter(office.desk, "路灯不亮", suggestion("路灯不亮"), said="=HYPERLINK(1)")
    shown = visit(open_page, office, "#list=%7B%22operator%22%3A%22clerk%22%7D")
    with shown.page.expect_download() as download:
        shown.page.click("[data-do=export]")
    assert download.value.suggested_filename.endswith(".xlsx")
    content = Path(download.value.path()).read_bytes()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 1 + len(office.desk.entries(QueueFilter(operator="clerk")))
    assert "'=HYPERLINK(1)" in str(rows)
    assert not [cell for row in rows for cell in row if isinstance(cell, str) and cell[:1] in "=+@-" and cell]


def test_phone_shows_list_then_matter(open_page: Open, office: Office) -> None:
    """On a phone the list fills the page, a matter opens over it, and one gets back."""
    shown = visit(open_page, office, size=PHONE)
    assert not shown.page.is_visible(".xz-rv-open")
    shown.page.click(".xz-row")
    shown.page.wait_for_selector(".xz-rv-matter h3", state="visible")
    assert not shown.page.is_visible(".xz-rv-list")
    assert shown.overflow() == 0
    shown.page.click("[data-do=back]")
    assert shown.page.is_visible(".xz-rv-list")
