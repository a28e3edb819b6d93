"""A quality report as HTML, section by section. Pure: a report in, strings out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.desk.records import CalibrationBin, QualityReport, QueueFilter, Rate, Weighted
from agent.desk.words import ACTION_NAMES, FIELD_NAMES, MEASURE_NAMES
from agent.wording import ROUTE_NAMES, percent_range, shorten
from agent.workbench.operator.fields import Names
from agent.workbench.parts import esc, notice
from agent.workbench.quality.charts import Dot, Line, Point, calibration_svg, lines_svg
from agent.workbench.quality.tables import Cells, drift_table, heat, interval, rate_cell, share, short, table
from agent.workbench.review.wanted import link, number

_MEASURES: Mapping[str, str] = {str(field): name for field, name in MEASURE_NAMES.items()}
_SHARES: Mapping[str, str] = {
    **{str(route): name for route, name in ROUTE_NAMES.items()},
    "decided": "已有受理决定",
    "changed": "受理员改动",
    "sent_back": "受理员退回未派",
    "reviewed": "已复核",
    "returned": "承办单位退回",
}
_REASON = 40
_ENOUGH = 20  # judged matters
_LEGEND = (
    '<p class="xz-legend"><i class="xz-line-1"></i>主办<i class="xz-line-2"></i>类别<i class="xz-share"></i>覆盖率</p>'
)


def report_html(report: QualityReport, names: Names) -> str:
    """The whole page below the filters."""
    if not report.matters:
        filtered = report.opens != QueueFilter()
        title = "没有符合条件的工单" if filtered else "还没有登记过的工单"
        words = "去掉几个条件再看。" if filtered else "受理台处理第一件之后，这里就有数字。"
        return f'<div class="xz-card xz-whole">{notice(title, words)}</div>'
    left = (
        _part("逐周准确率", _weeks(report)),
        _part("易混的主办单位", _confusion(report, names)),
        _part("流转", _shares(report)),
        _part("与训练期相比", _drift(report)),
    )
    right = (
        _part("把握与实际", _calibration(report)),
        _part("各单位退回率", _departments(report, names)),
        _part("受理员的改动与用时", _operators(report)),
        _part("怎么看这些数字", _notes(report)),
    )
    columns = "".join(f'<div class="xz-q-column">{"".join(column)}</div>' for column in (left, right))
    return f'{_missing(report)}<div class="xz-whole">{_part("准确率", _accuracy(report))}</div>{columns}'


def _part(title: str, body: str) -> str:
    return f'<section class="xz-card xz-q"><h3>{title}</h3>{body}</section>'


def _none(words: str) -> str:
    return f'<p class="xz-dim">{words}</p>'


def _missing(report: QualityReport) -> str:
    """What is still lacking before the numbers mean much."""
    decided, reviewed = report.figure("decided"), report.figure("reviewed")
    if not decided.hits:
        words = "还没有受理员决定过的工单；有了决定，才能说建议对不对。"
    elif not reviewed.hits:
        words = (
            "还没有复核过的工单，下面的准确率只对照受理员的决定，可能偏高。"
            '<a class="xz-num" href="./review">去复核台看第一件</a>'
        )
    else:
        return ""
    return f'<p class="xz-card xz-q xz-whole xz-missing">{words}</p>'


# ---- accuracy


def _accuracy(report: QualityReport) -> str:
    heads = ("", "有人工结论的", "覆盖率", "建议有误", "仅复核件", "加权到全部已派出")
    rows = [
        _accuracy_row(rate, reviewed, weighted)
        for rate, reviewed, weighted in zip(report.figures, report.reviewed_figures, report.weighted, strict=True)
    ]
    return table(heads, rows) + _none("小字和色带是 95% 区间；覆盖率是有人工结论的占全部工单的比例。")


def _accuracy_row(rate: Rate, reviewed: Rate, weighted: Weighted) -> Cells:
    wrong = rate.n - rate.hits
    return (
        esc(_MEASURES[rate.name]),
        rate_cell(rate),
        f"{number(str(rate.n), rate.opens)} 件 <small>{share(rate.coverage)}</small>",
        number(str(wrong), rate.part) if wrong else "0",
        rate_cell(reviewed),
        _weighted(weighted, reviewed),
    )


def _weighted(weighted: Weighted, reviewed: Rate) -> str:
    if weighted.value is None:
        return '<span class="xz-dim">—</span>'
    unseen = f"，{share(weighted.unseen)} 未被看到" if weighted.unseen else ""
    return (
        f"{number(share(weighted.value), reviewed.opens, '所依据的复核件')} "
        f"<small>{interval(weighted.low, weighted.high)}{unseen}</small>"
    )


# ---- over time


def _weeks(report: QualityReport) -> str:
    weeks = report.weeks
    if not any(week.lead.n for week in weeks):
        return _none("还没有人工结论，画不出准确率。")
    labels = [f"{week.monday:%m-%d}" for week in weeks]
    lines = (
        Line("xz-line-1", tuple(_point(label, "主办", week.lead) for label, week in zip(labels, weeks, strict=True))),
        Line(
            "xz-line-2", tuple(_point(label, "类别", week.category) for label, week in zip(labels, weeks, strict=True))
        ),
    )
    picture = lines_svg("逐周的主办与类别准确率，灰柱为覆盖率", labels, lines, [week.lead.coverage for week in weeks])
    rows = [
        (
            label,
            number(str(week.matters), week.lead.opens.model_copy(update={"known": None})),
            rate_cell(week.lead),
            rate_cell(week.category),
            share(week.lead.coverage),
            number(share(week.auto.value), week.auto.part),
            number(share(week.returned.value), week.returned.part),
        )
        for label, week in zip(labels, weeks, strict=True)
    ]
    heads = ("周一", "件数", "主办准确率", "类别准确率", "覆盖率", "可自动派单", "退回率")
    return _LEGEND + picture + _numbers(table(heads, rows))


def _point(label: str, what: str, rate: Rate) -> Point:
    words = f"{label} 起一周，{what}准确率 {share(rate.value)}（{rate.hits}/{rate.n}）"
    return Point(words, rate.value, rate.low, rate.high, rate.opens)


def _numbers(body: str) -> str:
    return f'<details class="xz-fold"><summary>看数字</summary>{body}</details>'


# ---- calibration


def _calibration(report: QualityReport) -> str:
    if not report.lead_bins:
        return _none("还没有人工结论，看不出把握准不准。")
    picture = calibration_svg("主办单位：把握与实际准确率", [_dot(one) for one in report.lead_bins])
    tables = table(("主办把握", "件数", "平均把握", "实际准确"), [_bin(one) for one in report.lead_bins]) + table(
        ("类别把握", "件数", "平均把握", "实际准确"), [_bin(one) for one in report.category_bins]
    )
    words = f"横轴为把握，纵轴为实际准确率，圆越大件数越多；在斜线上方说明说得保守。{_error(report)}"
    return picture + _none(words) + _numbers(tables)


def _error(report: QualityReport) -> str:
    """How far confidence is from what came true; of a few matters that is mostly luck, and is not said."""
    found = (("主办", report.lead_bins, report.lead_error), ("类别", report.category_bins, report.category_error))
    told = [
        f"{name} {share(value)}"
        if (many := sum(one.bin.n for one in bins)) >= _ENOUGH
        else f"{name}件数太少（{many} 件）"
        for name, bins, value in found
    ]
    return f"平均偏差：{'，'.join(told)}。"


def _dot(one: CalibrationBin) -> Dot:
    bin_ = one.bin
    words = f"把握 {percent_range(bin_.low, bin_.high)}：{bin_.n} 件，准确 {share(bin_.accuracy)}"
    return Dot(words, bin_.confidence, bin_.accuracy, one.low, one.high, bin_.n, one.opens)


def _bin(one: CalibrationBin) -> Cells:
    bin_ = one.bin
    return (
        percent_range(bin_.low, bin_.high),
        number(str(bin_.n), one.opens),
        share(bin_.confidence),
        f"{share(bin_.accuracy)} <small>{interval(one.low, one.high)}</small>",
    )


# ---- who is taken for whom, what came back


def _confusion(report: QualityReport, names: Names) -> str:
    if not report.confusion:
        return _none("还没有发现主办建议错误的工单。")
    return heat(report.confusion, names)


def _departments(report: QualityReport, names: Names) -> str:
    if not report.departments:
        return _none("还没有派出过工单。")
    rows = [
        (
            esc(short(names.department(rate.name))),
            number(str(rate.n), rate.opens),
            number(str(rate.hits), rate.part) if rate.hits else "0",
            rate_cell(rate.model_copy(update={"opens": rate.part})),
            share(rate.coverage),
        )
        for rate in report.departments
    ]
    return table(("主办单位", "派出", "退回", "退回率", "已有反馈"), rows)


def _shares(report: QualityReport) -> str:
    rows = [
        (
            esc(_SHARES.get(rate.name, rate.name)),
            number(str(rate.hits), rate.part) if rate.hits else "0",
            f"共 {number(str(rate.n), rate.opens)}",
            f"{share(rate.value)} <small>{interval(rate.low, rate.high)}</small>",
        )
        for rate in report.shares
    ]
    return table(("", "件数", "其中", "占比"), rows)


# ---- operators


def _operators(report: QualityReport) -> str:
    by_field = [(esc(FIELD_NAMES.get(one.name, one.name)), number(str(one.n), one.opens)) for one in report.fields]
    by_reason = [(esc(shorten(one.name, _REASON)), number(str(one.n), one.opens)) for one in report.reasons]
    opened = _by_action(report.opens)
    taken = [
        (
            esc(one.name),
            number(str(one.n), opened.get(one.name, report.opens)),
            _seconds(one.median),
            _seconds(one.p90),
        )
        for one in report.seconds
    ]
    if not (by_field or by_reason or taken):
        return _none("还没有受理员的决定。")
    return (
        (table(("改动项", "件数"), by_field) if by_field else _none("受理员没有改动过建议。"))
        + (table(("改动或退回的理由", "件数"), by_reason) if by_reason else "")
        + (table(("用时", "件数", "中位数", "九成不超过"), taken) if taken else "")
    )


def _by_action(opens: QueueFilter) -> dict[str, QueueFilter]:
    found = {name: opens.model_copy(update={"action": action}) for action, name in ACTION_NAMES.items()}
    return found | {"全部": opens.model_copy(update={"decided": True})}


def _seconds(value: float | None) -> str:
    return "—" if value is None else f"{value:.0f} 秒"


# ---- the rest


def _drift(report: QualityReport) -> str:
    if not report.drift:
        return _none("没有训练时的分布可比。")
    return "".join(map(drift_table, report.drift)) + _none(esc(f"对照：{report.baseline}"))


def _notes(report: QualityReport) -> str:
    items = "".join(f"<li>{esc(note)}</li>" for note in _all_notes(report))
    return f'<ul class="xz-q-notes">{items}</ul>'


def _all_notes(report: QualityReport) -> Sequence[str]:
    return (*report.notes, "每个数字都可以点开，看它数的是哪些工单。")


def summary_html(report: QualityReport) -> str:
    """One line above the sections: how many matters, and how good."""
    lead = report.figure("lead")
    many = f'共 <a class="xz-num" href="{esc(link(report.opens))}">{report.matters}</a> 件'
    if lead.value is None:
        return many
    return f"{many}，主办建议准确率 {number(share(lead.value), lead.opens)}（覆盖率 {share(lead.coverage)}）"
