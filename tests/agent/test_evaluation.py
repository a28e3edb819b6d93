"""Measuring on labelled messages: every figure can be worked out by hand, and the dial trades share for errors."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from rich.console import Console

from agent import TriageAgent
from agent.evaluation import Report, evaluate
from agent.evaluation.report import Dial, Group
from agent.evaluation.show import plot, show
from agent.training.rows import TrainingRow
from models.errors import InputError

ROWS = (
    TrainingRow(
        "a",
        "路灯不亮",
        "陇海路桐柏路口往东一溜路灯黑了五六天，晚上遛弯看不见路",
        categories=("010204",),
        leads=("cgj",),
    ),
    TrainingRow(
        "b", "老板拖着工钱", "在航海路一家饭馆端盘子，走的时候欠俺一个半月工资", categories=("150306",), leads=("rsj",)
    ),
    TrainingRow(
        "c", "", "请问孩子户口在外地，租房能不能在中原区上小学", leads=("jyj",), kinds=("咨询",), urgencies=(0,)
    ),
    TrainingRow("d", "", "楼下饭店油烟直往俺家窗户里灌，开不了窗", leads=("nyj",), received_at="2026-03-02"),
    TrainingRow("e", "", "公交站牌被撞歪了", leads=("gongjiao", "jtj"), assist=("cgj",), received_at="2026/7/2"),
)


@pytest.fixture(scope="module")
def report(real_agent: TriageAgent) -> Report:
    return evaluate(real_agent, ROWS, target=0.95)


def test_every_figure_says_on_how_many(report: Report) -> None:
    """Rows without a label are left out of its figure, and never counted as wrong."""
    sizes = {one.name: one.n for one in report.figures}
    wanted = {"level1": 2, "level3": 2, "lead": 5, "lead@3": 5, "kind": 1, "urgency": 1, "assist recall": 1}
    assert {name: sizes[name] for name in wanted} == wanted
    assert report.figure("urgent recall").value is None
    with pytest.raises(KeyError):
        report.figure("nothing")


def test_a_wrong_label_is_found_as_an_error(report: Report) -> None:
    """Nobody would send kitchen fumes to the farming bureau: the row counts as wrong, and shows in the confusion."""
    assert any(pair.wanted == "郑州市农业农村工作委员会" for pair in report.lead_confusion)
    worst = report.worst_departments(1)[0]
    assert (worst.name, worst.right) == ("郑州市农业农村工作委员会", 0)


def test_groups_add_up(report: Report) -> None:
    """Every row is in one category, one department, one bin; times only where they are known."""
    for parts in (report.by_category, report.by_department, report.lead_bins):
        assert sum(part.n for part in parts) == 5
    assert [(g.name, g.n) for g in report.periods] == [("2026Q1", 1), ("2026Q3", 1)]


def test_a_higher_target_sends_less(report: Report) -> None:
    """Something goes at the lowest target; the dial only ever takes matters back, and does take some."""
    sent = [dial.auto for dial in report.settings]
    assert sent[0] > 0
    assert sent == sorted(sent, reverse=True)
    assert sent[-1] < sent[0]


def test_dial_counts_what_it_costs() -> None:
    """20 of 50 sent, one wrong: 40 %, 95 % right, 20 wrong in a thousand."""
    dial = Dial(name="全部", n=50, auto=20, wrong=1)
    assert (dial.share, dial.precision, dial.wrong_per_thousand) == pytest.approx((0.4, 0.95, 20))
    assert Dial(name="无", n=0, auto=0, wrong=0).precision is None
    assert Group(name="无", n=0, right=0).accuracy == 0


def test_what_the_agent_remembers_is_no_test(real_agent: TriageAgent) -> None:
    """A row that is nearly a past case, or a training row, is left out; nothing left is an error."""
    case = next(iter(real_agent.base.cases))
    copied = TrainingRow("x", case.title, case.text, leads=(case.lead,))
    found = evaluate(real_agent, [*ROWS, copied], target=0.95, against=ROWS[:1])
    assert (found.read, found.duplicates, found.evaluated) == (6, 2, 4)
    with pytest.raises(InputError, match="no labelled row is left"):
        evaluate(real_agent, [copied], target=0.95)


def test_every_row_is_counted_once(real_agent: TriageAgent) -> None:
    """Repeated, unlabelled, segmented, nearly known, evaluated: the reasons add up to the rows read, also in print."""
    case = next(iter(real_agent.base.cases))
    rows = [
        *ROWS,
        ROWS[0],
        replace(ROWS[1], id="b2"),
        TrainingRow("u", "", "郑东新区龙湖里的公共自行车什么时候能恢复"),
        TrainingRow("w", "", "学校门口的红绿灯太短，孩子过不去", leads=("jjzd",), weak_lead=True),
        TrainingRow("v", "", "健身器材生锈断裂", leads=("tyj",), natural=False),
        TrainingRow("x", case.title, case.text, leads=(case.lead,)),
    ]
    found = evaluate(real_agent, rows, target=0.95)
    parts = (found.repeated, found.unlabelled, found.segmented, found.duplicates, found.evaluated)
    assert (parts, found.read) == ((2, 2, 1, 1, 5), 11)
    out = Console(record=True, width=120, force_terminal=False)
    show(found, out)
    first = out.export_text().splitlines()[0]
    assert [int(number) for number in re.findall(r"\d+", first)] == [11, 5, 0, 2, 2, 1, 1]


def test_tables_and_picture(report: Report, tmp_path: Path) -> None:
    """Everything prints, and the picture opens."""
    out = Console(record=True, width=120, force_terminal=False)
    show(report, out)
    text = out.export_text()
    assert all(
        words in text for words in ("准确率与覆盖率", "主办把握校准", "不同目标准确率", "主办混淆", "按受理季度")
    )
    plot(report, tmp_path / "curve.png")
    with Image.open(tmp_path / "curve.png") as picture:
        assert picture.width > 1000


def test_report_is_json(report: Report) -> None:
    """`--json` gives a record that reads back the same."""
    assert Report.model_validate_json(report.model_dump_json()) == report
    assert json.loads(report.model_dump_json())["target"] == 0.95


def test_no_suggestion_is_never_right(real_agent: TriageAgent) -> None:
    """A row that the agent refuses counts as wrong, urgency included; a lead read off a reply is no truth."""
    refused = TrainingRow("r", "", "!!!!!!!!", leads=("cgj",), urgencies=(0,))
    weak = TrainingRow(
        "w", "", "学校门口的红绿灯太短，孩子过不去", leads=("jjzd",), weak_lead=True, categories=("010204",)
    )
    found = evaluate(real_agent, [refused, weak], target=0.95)
    assert found.failed == 1
    assert (found.figure("lead").n, found.figure("lead").value) == (1, 0.0)
    assert found.figure("urgency").value == 0.0
