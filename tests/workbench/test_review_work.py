"""What the reviewer page's script may ask: masked words only, hostile data refused, the desk told the truth."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import JsonValue, ValidationError
from python_calamine import CalamineWorkbook

from agent.desk.records import QueueFilter
from agent.ledger.records import Choice, History
from agent.workbench.operator.fields import Names
from agent.workbench.parts import bar
from agent.workbench.review.work import ReviewWork
from models.errors import InputError, KnowledgeError
from tests.suggestions import suggestion
from tests.workbench.lively import REVIEWER, TABLES, LivelyDesk, add_matter, copied_desk, lively_desk

Sent = dict[str, JsonValue]
NAMES = Names(TABLES.department, TABLES.category)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a ledger that nobody changes."""
    folder = tmp_path_factory.mktemp("lively")
    lively_desk(folder, 14).ledger.close()
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Iterator[LivelyDesk]:
    """One's own copy."""
    copied = copied_desk(made, tmp_path)
    yield copied
    copied.ledger.close()


@pytest.fixture
def work(desk: LivelyDesk) -> ReviewWork:
    return ReviewWork(desk, NAMES, clock=desk.clock)


def first(desk: LivelyDesk, **wanted: object) -> str:
    """The matter that stands first in the queue."""
    return desk.queue(QueueFilter.model_validate(wanted))[0].matter_id


def opened(work: ReviewWork, matter: str) -> Sent:
    """The page's ids of a matter."""
    return work.open(REVIEWER, matter)


def said(page: Sent, verdict: str, **more: JsonValue) -> Sent:
    """What the script sends."""
    return {**{name: page[name] for name in ("matter", "suggestion", "decision", "review")}, "verdict": verdict, **more}


def history(desk: LivelyDesk, matter: str) -> History:
    return desk.ledger.history(matter)


def test_queue_and_list(work: ReviewWork, desk: LivelyDesk) -> None:
    """The queue is by expected loss and the list holds everything, newest first."""
    queued = str(work.find(REVIEWER, {})["rows"])
    assert queued.index(first(desk)) < queued.index(desk.queue()[-1].matter_id)
    listed = str(work.find(REVIEWER, {"listed": True})["rows"])
    assert listed.count("data-matter=") == 14


def test_a_row_shows_how_sure_the_lead_was(work: ReviewWork, desk: LivelyDesk) -> None:
    """In queue and list the bar is the calibrated confidence of the lead, not the doubt that orders them."""
    item = desk.queue()[0]
    proposed = history(desk, item.matter_id).suggestions[-1].suggestion.dispatch
    assert proposed is not None
    assert item.lead_confidence == proposed.confidence != 1 - item.loss.doubt
    for listed in (False, True):
        row = (
            str(work.find(REVIEWER, {"listed": listed})["rows"])
            .split(f'data-matter="{item.matter_id}"')[1]
            .split("</button>")[0]
        )
        assert bar(proposed.confidence) in row


def test_only_masked_words_are_shown(work: ReviewWork, desk: LivelyDesk) -> None:
    """Names and phones of a citizen reach no answer, not even for an administrator."""
    admin = REVIEWER.model_copy(update={"role": "admin"})
    for item in desk.queue():
        assert "139380" in history(desk, item.matter_id).matter.text
        shown = str(work.open(admin, item.matter_id)) + str(work.change(admin, {"matter": item.matter_id}))
        assert "139380" not in shown
        assert "王先生" not in shown


def test_agreement_reaches_the_desk(work: ReviewWork, desk: LivelyDesk) -> None:
    """Agreeing records a review of the decision on the page."""
    matter = first(desk, decided=True)
    page = opened(work, matter)
    assert str(work.judge(REVIEWER, said(page, "agree"))["line"]).startswith("已同意")
    review = history(desk, matter).reviews[-1]
    assert (review.verdict, review.reviewer, review.decision_id) == ("agree", REVIEWER.name, page["decision"])


def test_correction_becomes_a_case(work: ReviewWork, desk: LivelyDesk) -> None:
    """A correction needs a reason, is what the page showed, and is learned at once."""
    matter = first(desk, decided=True)
    page = opened(work, matter)
    begun = work.change(REVIEWER, {"matter": matter})
    edited = work.change(REVIEWER, {"matter": matter, "choice": begun["choice"], "field": "lead", "value": "mzj"})
    with pytest.raises(InputError, match="理由"):
        work.judge(REVIEWER, said(page, "correct", choice=edited["choice"]))
    answer = work.judge(REVIEWER, said(page, "correct", choice=edited["choice"], reason="职责不属于所派单位"))
    assert answer == {"line": "已改判；已成为案例，下一条相似诉求即生效", "learned": True}
    review = history(desk, matter).reviews[-1]
    assert (review.choice.lead, review.choice.unit, review.reason) == ("mzj", "郑州市民政局", "职责不属于所派单位")
    assert review.case_id in desk.memory.cases


def test_correction_keeps_what_the_page_masked(work: ReviewWork, desk: LivelyDesk) -> None:
    """Place and reply that the reviewer left alone stay as the operator wrote them, not as the page showed them."""
    words = "找王建国先生13912345678"
    matter = add_matter(desk, words, suggestion(words))
    page = opened(work, matter)
    choice = work.change(REVIEWER, {"matter": matter, "choice": None, "field": "lead", "value": "mzj"})["choice"]
    assert "13912345678" not in str(choice)
    work.judge(REVIEWER, said(page, "correct", choice=choice, reason="职责不属于所派单位"))
    whole = history(desk, matter)
    assert whole.reviews[-1].choice.place == whole.decisions[-1].choice.place == words
    assert whole.reviews[-1].choice.reply == whole.decisions[-1].choice.reply
    assert {change.field for change in whole.reviews[-1].changes} == {"lead", "unit"}


def test_reviewer_decides_what_waits_for_a_reviewer(work: ReviewWork, desk: LivelyDesk) -> None:
    """A matter that no operator decided is decided and reviewed in one step; an unchanged correction is refused."""
    waiting = next(entry.matter.id for entry in desk.entries(QueueFilter(decided=False)))
    page = opened(work, waiting)
    assert "就是派单决定" in str(page["note"])
    begun = work.change(REVIEWER, {"matter": waiting})
    with pytest.raises(InputError, match="相同"):
        work.judge(REVIEWER, said(page, "correct", choice=begun["choice"], reason="类别选错"))
    choice = work.change(REVIEWER, {"matter": waiting, "field": "lead", "value": "mzj"})["choice"]
    work.judge(REVIEWER, said(page, "correct", choice=choice, reason="类别选错"))
    whole = history(desk, waiting)
    assert (whole.decisions[-1].action, whole.decisions[-1].choice.lead) == ("change", "mzj")
    assert (whole.reviews[-1].verdict, whole.reviews[-1].choice.lead) == ("agree", "mzj")


def test_second_review_replaces_and_a_late_one_is_told(work: ReviewWork, desk: LivelyDesk) -> None:
    """Who saw the last review may replace it; who did not is told that somebody was quicker."""
    matter = first(desk, decided=True)
    before = opened(work, matter)
    work.judge(REVIEWER, said(before, "agree"))
    with pytest.raises(InputError, match="刚被别人处理") as caught:
        work.judge(REVIEWER, said(before, "agree"))
    assert caught.value.code == "conflict"
    again = opened(work, matter)
    assert "已经复核过" in str(again["note"])
    work.judge(REVIEWER, said(again, "agree"))
    assert len(history(desk, matter).reviews) == 2


def test_review_without_case_is_said(work: ReviewWork, desk: LivelyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A review that is stored but not learned says so instead of failing."""

    def broken(cases: object) -> int:
        raise KnowledgeError("the data folder cannot be written")

    matter = first(desk, decided=True)
    page = opened(work, matter)
    choice = work.change(REVIEWER, {"matter": matter, "field": "lead", "value": "mzj"})["choice"]
    monkeypatch.setattr(desk.memory, "add_cases", broken)
    answer = work.judge(REVIEWER, said(page, "correct", choice=choice, reason="类别选错"))
    assert answer["learned"] is False
    assert "没有写入案例库" in str(answer["line"])
    assert history(desk, matter).reviews[-1].choice.lead == "mzj"


def test_erased_matter_is_closed(work: ReviewWork, desk: LivelyDesk) -> None:
    """An erased matter opens with its labels and can no longer be judged."""
    matter = first(desk, decided=True)
    desk.ledger.erase([matter], REVIEWER.model_copy(update={"role": "admin"}), "依申请")
    page = opened(work, matter)
    assert page["closed"] is True
    assert "已按规定清除" in str(page["slots"])


@pytest.mark.parametrize(
    ("field", "value"),
    [("lead", "nowhere"), ("category", "999999"), ("urgency", "7"), ("track", "慢办"), ("assist", "<b>")],
)
def test_values_outside_the_lists_are_refused(work: ReviewWork, desk: LivelyDesk, field: str, value: str) -> None:
    """A correction takes closed lists only."""
    with pytest.raises(InputError):
        work.change(REVIEWER, {"matter": first(desk), "field": field, "value": value})


def test_hostile_choice_is_refused(work: ReviewWork, desk: LivelyDesk) -> None:
    """A choice made up by hand is checked by the desk."""
    page = opened(work, first(desk, decided=True))
    choice = Choice(category="010202", lead="'; drop table", unit="x").model_dump(mode="json")
    with pytest.raises(InputError, match="不在单位清单"):
        work.judge(REVIEWER, said(page, "correct", choice=choice, reason="类别选错"))


@pytest.mark.parametrize("data", [None, 7, [], {}, {"matter": "x"}, {"verdict": "agree"}], ids=repr)
def test_malformed_requests_are_refused(work: ReviewWork, data: JsonValue) -> None:
    """Anything else than what the script sends is an error of ours or a validation error, never a crash."""
    for call in (work.open, work.judge, work.replay):
        with pytest.raises((InputError, ValidationError)):
            call(REVIEWER, data)


def test_unknown_ids_are_said(work: ReviewWork) -> None:
    """Ids that are none give a Chinese sentence."""
    for call in (work.open, work.replay):
        with pytest.raises(InputError, match="没有这件工单"):
            call(REVIEWER, "m-none")


def test_replay_is_shown(work: ReviewWork, desk: LivelyDesk) -> None:
    """What differs and what changed since, in Chinese."""
    page = opened(work, first(desk))
    html = str(work.replay(REVIEWER, page["suggestion"])["html"])
    assert all(words in html for words in ("依据已变", "以往工单", "主办单位", "c41f", "c77a"))


def test_list_leaves_as_a_workbook_without_words(work: ReviewWork, desk: LivelyDesk) -> None:
    """The workbook holds the filter's matters, no citizen's words, and no cell that runs."""
    add_matter(desk, "=HYPERLINK(1) 找王建国先生", suggestion("=HYPERLINK(1) 找王建国先生"), said="=1+1")
    answer = work.export(REVIEWER, {"filter": {"operator": "clerk"}, "listed": True})
    content = base64.b64decode(str(answer["data"]))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert len(rows) == 2
    cells = [cell for cell in rows[1] if isinstance(cell, str)]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    assert "王建国" not in str(rows)
