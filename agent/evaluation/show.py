"""Prints an evaluation as tables; draws its curves as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agent.evaluation.report import Dial, Group, Report
from models.errors import InputError
from models.measures import Bin, Figure, Point

ROWS = 12  # longest table of groups
FONTS = ("Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "WenQuanYi Zen Hei", "SimHei", "Microsoft YaHei")


def show(report: Report, out: Console) -> None:
    """Print every table of a report."""
    out.print(
        f"读入 {report.read} 行，评测 {report.evaluated} 行（无建议 {report.failed} 行）；"
        f"不计：重复 {report.repeated} 行，无人工标注的类别和主办单位 {report.unlabelled} 行，"
        f"仅有分词文本 {report.segmented} 行，与历史工单或训练数据近似 {report.duplicates} 行。",
        highlight=False,
        soft_wrap=True,
    )
    out.print(_figures(report.figures))
    out.print(_curve("主办：准确率与覆盖率", report.lead_curve))
    out.print(_curve("类别（三级）：准确率与覆盖率", report.category_curve))
    out.print(_bins("主办把握校准", report.lead_bins, report.lead_error))
    out.print(_bins("类别把握校准", report.category_bins, report.category_error))
    out.print(_dials(f"自动派单：目标准确率 {report.target:.0%}，主办把握不低于 {report.threshold:.0%}", [report.dial]))
    precision = report.dial.precision
    if precision is not None and precision < report.target:
        out.print(
            f"注意：本数据上自动派单准确率 {precision:.3f}，未达目标；件数少时请看区间，件数多时请重新训练。",
            highlight=False,
        )
    out.print(_dials("不同目标准确率", report.settings))
    out.print(_dials("按建议的一级类别", report.by_category))
    out.print(_dials("按建议的主办单位", report.by_department))
    out.print(_groups("派错最多的应办单位", report.worst_departments(ROWS)))
    for title, pairs in (("主办混淆", report.lead_confusion), ("一级类别混淆", report.level1_confusion)):
        table = Table("应为", "建议", "件", title=title)
        for pair in pairs:
            table.add_row(pair.wanted, pair.given, str(pair.n))
        out.print(table)
    if report.periods:
        out.print(_groups("按受理季度的主办准确率", report.periods))


def _figures(figures: Sequence[Figure]) -> Table:
    table = Table("指标", "值", "件", "95% 区间", title="准确率")
    for one in figures:
        if one.value is None:
            table.add_row(one.name, "-", "0", "-")
        else:
            table.add_row(one.name, f"{one.value:.3f}", str(one.n), f"{one.low:.3f}–{one.high:.3f}")
    return table


def _curve(title: str, points: Sequence[Point]) -> Table:
    table = Table("覆盖率", "准确率", "把握不低于", title=title)
    for at, point in enumerate(points):
        if at % 2 or at + 1 == len(points):
            table.add_row(f"{point.coverage:.0%}", f"{point.accuracy:.3f}", f"{point.threshold:.2f}")
    return table


def _bins(title: str, bins: Sequence[Bin], error: float) -> Table:
    shown = f"{error:.3f}" if bins else "-"
    table = Table("把握", "件", "平均把握", "实际准确率", title=f"{title}（期望校准误差 {shown}）")
    for one in bins:
        table.add_row(f"{one.low:.1f}–{one.high:.1f}", str(one.n), f"{one.confidence:.3f}", f"{one.accuracy:.3f}")
    return table


def _dials(title: str, dials: Sequence[Dial]) -> Table:
    table = Table("", "件", "自动", "自动占比", "自动准确率", "每千件派错", title=title)
    for dial in dials[:ROWS]:
        precision = "-" if dial.precision is None else f"{dial.precision:.3f}"
        share, wrong = f"{dial.share:.1%}", f"{dial.wrong_per_thousand:.1f}"
        table.add_row(dial.name, str(dial.n), str(dial.auto), share, precision, wrong)
    return table


def _groups(title: str, groups: Sequence[Group]) -> Table:
    table = Table("", "件", "派对", "准确率", title=title)
    for group in groups:
        table.add_row(group.name, str(group.n), str(group.right), f"{group.accuracy:.3f}")
    return table


def plot(report: Report, path: Path) -> None:
    """Draw coverage and calibration side by side.

    Labels are Chinese where the machine has a Chinese font, English otherwise: no boxes.

    Raises:
        InputError: matplotlib is missing, or the picture cannot be written.
    """
    try:
        import matplotlib as mpl

        mpl.use("Agg")
        from matplotlib import font_manager
        from matplotlib import pyplot as plt
    except ImportError as error:
        raise InputError("--plot needs matplotlib: pip install 'xiaozheng[plot]'") from error
    installed = {font.name for font in font_manager.fontManager.ttflist}
    font = next((name for name in FONTS if name in installed), "")
    words = _CHINESE if font else _ENGLISH
    with mpl.rc_context({"font.family": font or "sans-serif", "axes.unicode_minus": False}):
        figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6), layout="constrained")
        for points, name, color in ((report.lead_curve, 0, "#1f6feb"), (report.category_curve, 1, "#d1782f")):
            left.plot(
                [p.coverage for p in points], [p.accuracy for p in points], "-o", ms=3, color=color, label=words[name]
            )
        left.axhline(report.target, color="#888888", lw=0.8, ls="--", label=f"{words[2]} {report.target:.0%}")
        left.set(xlabel=words[3], ylabel=words[4], xlim=(0, 1.02), title=words[5])
        for bins, name, color in ((report.lead_bins, 0, "#1f6feb"), (report.category_bins, 1, "#d1782f")):
            sizes = [12 + 6 * b.n**0.5 for b in bins]
            right.scatter(
                [b.confidence for b in bins], [b.accuracy for b in bins], s=sizes, color=color, label=words[name]
            )
        right.plot([0, 1], [0, 1], color="#888888", lw=0.8, ls="--")
        right.set(xlabel=words[6], ylabel=words[4], xlim=(0, 1.02), ylim=(0, 1.05), title=words[7])
        for axis in (left, right):
            axis.grid(alpha=0.25)
            axis.legend(loc="best")
        try:
            figure.savefig(path, dpi=150)
        except (OSError, ValueError) as error:
            raise InputError(f"{path} cannot be written as a picture: {error}") from error
        finally:
            plt.close(figure)


_CHINESE = ("主办", "类别（三级）", "目标", "覆盖率", "准确率", "准确率与覆盖率", "把握", "校准（点越大件数越多）")
_ENGLISH = (
    "lead",
    "category (level 3)",
    "target",
    "coverage",
    "accuracy",
    "Accuracy with coverage",
    "confidence",
    "Calibration (larger: more messages)",
)
