"""Figures and lists as Excel workbooks that open clean: no cell is a formula, and no citizen's words unless asked.

Numbers are numbers, names come with their ids; a text is masked once more before it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

import xlsxwriter

from agent.batch.writers import neutralise
from agent.desk.facts import Facts
from agent.desk.records import Drift, QualityReport, Rate, Weighted
from agent.desk.words import ACTION_NAMES, FIELD_NAMES, MATTER_STATE_NAMES, MEASURE_NAMES
from agent.intake import mask
from agent.ledger.records import Entry
from agent.wording import ROUTE_NAMES, URGENCY_NAMES, visible
from knowledge.tables import Tables

Cell = str | float | int | None
_WIDE, _NARROW = 28, 12
_CELL_CHARS = 10_000  # far under Excel's 32,767 UTF-16 units, and more than anyone reads in a cell
_SHARES: Mapping[str, str] = {
    "auto": ROUTE_NAMES["auto"],
    "operator": ROUTE_NAMES["operator"],
    "reviewer": ROUTE_NAMES["reviewer"],
    "decided": "已有受理决定",
    "changed": "受理员改动",
    "sent_back": "受理员退回未派",
    "reviewed": "已复核",
    "returned": "承办单位退回",
}
_MEASURES: Mapping[str, str] = {str(field): name for field, name in MEASURE_NAMES.items()}
_RATE = ("项目", "件数", "其中", "比例", "95%下限", "95%上限", "覆盖率")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table; numbers under a column of `percent` are shown as such."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    percent: frozenset[int] = frozenset()


def quality_workbook(report: QualityReport, tables: Tables) -> bytes:
    """All figures of a report, one sheet a table."""
    return _workbook(
        (
            _rates("准确率", report.figures, _MEASURES),
            _rates("准确率（仅复核件）", report.reviewed_figures, _MEASURES),
            _weighted(report.weighted),
            _rates("流转", report.shares, _SHARES),
            _weeks(report),
            _bins(report),
            _confusion(report, tables),
            _rates("各单位退回率", report.departments, {d.id: d.name for d in tables.departments}),
            _counted(report),
            Sheet(
                "受理用时（秒）",
                ("方式", "件数", "中位数", "90%不超过"),
                tuple((one.name, one.n, one.median, one.p90) for one in report.seconds),
            ),
            _drift(report.drift),
            Sheet("说明", ("说明",), tuple((note,) for note in (*report.notes, report.baseline) if note)),
        )
    )


def list_workbook(entries: Iterable[Entry], tables: Tables, *, text: bool = False) -> bytes:
    """A list of matters, one row each.

    Args:
        entries: The matters.
        tables: Names of labels.
        text: Also the masked text of the complaint.
    """
    header = (
        "编号", "登记时间", "渠道", "标题", "状态", "流转", "建议类别", "建议主办", "主办把握", "紧急程度",
        "受理员", "处理", "改动", "派出主办", "改动理由", "最终类别", "最终主办", "承办退回",
    )  # fmt: skip
    rows = tuple(_row(entry, tables, text=text) for entry in entries)
    return _workbook((Sheet("工单", header + (("诉求（已脱敏）",) if text else ()), rows, frozenset({8})),))


def _row(entry: Entry, tables: Tables, *, text: bool) -> tuple[Cell, ...]:
    one = Facts.of(entry)
    given = entry.suggestion.suggestion
    cells: tuple[Cell, ...] = (
        one.matter_id,
        one.recorded_at.isoformat(sep=" ", timespec="minutes"),
        mask(one.channel).text,
        mask(one.title).text,
        MATTER_STATE_NAMES[one.state],
        ROUTE_NAMES[one.route] if one.route else "",
        _category(one.proposed.category, tables),
        _department(one.proposed.lead, tables),
        one.lead_confidence,
        URGENCY_NAMES[given.urgency.level] if given.urgency else "",
        one.operator,
        ACTION_NAMES[one.action] if one.action else "",
        "、".join(FIELD_NAMES.get(field, field) for field in one.changed),
        _department(one.chosen.lead, tables) if one.chosen else "",
        mask(one.reason).text,
        _category(one.final.category, tables) if one.final else "",
        _department(one.final.lead, tables) if one.final else "",
        "是" if one.returned else "",
    )
    return (*cells, mask(entry.matter.masked_text).text) if text else cells


def _department(key: str, tables: Tables) -> str:
    found = tables.department.get(key)
    return found.name if found is not None else key


def _category(code: str, tables: Tables) -> str:
    found = tables.category.get(code)
    return f"{found.level1}/{found.level2}/{found.level3}" if found is not None else code


def _rates(title: str, rates: Sequence[Rate], names: Mapping[str, str]) -> Sheet:
    rows = tuple(
        (names.get(one.name, one.name), one.n, one.hits, one.value, one.low, one.high, one.coverage) for one in rates
    )
    return Sheet(title, _RATE, rows, frozenset({3, 4, 5, 6}))


def _weighted(found: Sequence[Weighted]) -> Sheet:
    rows = tuple((_MEASURES[one.name], one.n, one.value, one.low, one.high, one.unseen) for one in found)
    header = ("项目", "复核件数", "加权准确率", "95%下限", "95%上限", "未复核层占比")
    return Sheet("准确率（加权）", header, rows, frozenset({2, 3, 4, 5}))


def _weeks(report: QualityReport) -> Sheet:
    header = ("周一", "件数", "主办准确率", "覆盖率", "类别准确率", "覆盖率", "可自动派单", "承办退回率")
    rows = tuple(
        (
            week.monday.isoformat(),
            week.matters,
            week.lead.value,
            week.lead.coverage,
            week.category.value,
            week.category.coverage,
            week.auto.value,
            week.returned.value,
        )
        for week in report.weeks
    )
    return Sheet("逐周", header, rows, frozenset(range(2, 8)))


def _bins(report: QualityReport) -> Sheet:
    groups = (("主办单位", report.lead_bins), ("类别", report.category_bins))
    rows = tuple(
        (name, one.bin.low, one.bin.high, one.bin.n, one.bin.confidence, one.bin.accuracy, one.low, one.high)
        for name, bins in groups
        for one in bins
    )
    header = ("项目", "把握从", "到", "件数", "平均把握", "实际准确率", "95%下限", "95%上限")
    return Sheet("把握与准确", header, rows, frozenset({1, 2, 4, 5, 6, 7}))


def _confusion(report: QualityReport, tables: Tables) -> Sheet:
    rows = tuple((_department(c.proposed, tables), _department(c.right, tables), c.n) for c in report.confusion)
    return Sheet("易混主办", ("建议", "实际", "件数"), rows)


def _counted(report: QualityReport) -> Sheet:
    fields = tuple(("改动项", FIELD_NAMES.get(one.name, one.name), one.n) for one in report.fields)
    reasons = tuple(("理由", mask(one.name).text, one.n) for one in report.reasons)
    return Sheet("改动与理由", ("类型", "内容", "件数"), (*fields, *reasons))


def _drift(found: Sequence[Drift]) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        rows.append((one.name, "合计", one.n, one.distance, one.by_chance, one.stability, "是" if one.moved else "否"))
        rows += [(one.name, label.label, None, label.now, label.before, None, "") for label in one.most]
    header = ("项目", "标签", "件数", "距离或现占比", "偶然上限或原占比", "稳定性指数", "是否变动")
    return Sheet("与训练期相比", header, tuple(rows), frozenset({3, 4}))


def _workbook(sheets: Iterable[Sheet]) -> bytes:
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        bold, percent = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "0.00%"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            for column, title in enumerate(sheet.header):
                page.write_string(0, column, title, bold)
                page.set_column(column, column, _WIDE if column == 0 else _NARROW)
            for row, cells in enumerate(sheet.rows, 1):
                for column, cell in enumerate(cells):
                    if isinstance(cell, str):
                        page.write_string(row, column, _safe(cell))
                    elif cell is not None:
                        page.write_number(row, column, cell, percent if column in sheet.percent else None)
    return target.getvalue()


def _safe(cell: str) -> str:
    text = neutralise(visible(cell)[:_CELL_CHARS])
    # xlsxwriter copies what looks like its own rich text into the sheet unescaped
    return f"'{text}" if text.startswith("<r>") else text
