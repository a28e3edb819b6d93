"""Tables of figures as HTML: every number a link to its matters. Pure; what is counted is `agent.desk.quality`."""

from __future__ import annotations

from collections.abc import Sequence

from agent.desk.records import Confused, Drift, Rate
from agent.wording import percent, percent_range
from agent.workbench.operator.fields import Names
from agent.workbench.parts import chip, esc
from agent.workbench.quality.charts import range_bar
from agent.workbench.review.wanted import number

Cells = Sequence[str]


def table(heads: Cells, rows: Sequence[Cells], caption: str = "") -> str:
    """A table out of HTML cells; the first of each row is its name."""
    above = "".join(f'<th scope="col">{head}</th>' for head in heads)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>' for row in rows
    )
    title = f"<caption>{caption}</caption>" if caption else ""
    return (
        f'<div class="xz-wide"><table class="xz-table xz-figures">{title}<thead><tr>{above}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def share(value: float | None) -> str:
    """A share for a table; a dash where nothing could be counted."""
    return "—" if value is None else percent(value, 1)


def interval(low: float | None, high: float | None) -> str:
    """The ends of a 95 % interval."""
    return "" if low is None or high is None else percent_range(low, high)


def rate_cell(rate: Rate) -> str:
    """A share that opens its matters, with interval and count."""
    if rate.value is None:
        return '<span class="xz-dim">—</span>'
    return (
        f"{number(share(rate.value), rate.opens)} <small>{interval(rate.low, rate.high)}</small>"
        f"{range_bar(rate.value, rate.low, rate.high)}"
    )


def heat(pairs: Sequence[Confused], names: Names) -> str:
    """Proposed leads down, right ones across; the darker the more often. Only leads that were confused."""
    proposed = tuple(dict.fromkeys(pair.proposed for pair in pairs))
    right = tuple(dict.fromkeys(pair.right for pair in pairs))
    found = {(pair.proposed, pair.right): pair for pair in pairs}
    most = max((pair.n for pair in pairs), default=1)

    def cell(row: str, column: str) -> str:
        pair = found.get((row, column))
        if pair is None:
            return '<td class="xz-same">·</td>' if row == column else "<td></td>"
        depth = round(15 + 60 * pair.n / most)
        words = f"建议{names.department(row)}，应为{names.department(column)}"
        return f'<td class="xz-heat" style="--depth:{depth}%">{number(str(pair.n), pair.opens, words)}</td>'

    across = "".join(f'<th scope="col">{esc(short(names.department(column)))}</th>' for column in right)
    rows = "".join(
        f'<tr><th scope="row">{esc(short(names.department(row)))}</th>'
        f"{''.join(cell(row, column) for column in right)}</tr>"
        for row in proposed
    )
    return (
        '<div class="xz-wide"><table class="xz-table xz-figures xz-heats"><thead><tr>'
        f'<th scope="col">建议 ↓ 应为 →</th>{across}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def short(name: str) -> str:
    """A department's name without the city."""
    return name.removeprefix("郑州市") or name


def drift_table(drift: Drift) -> str:
    """One mix against that of the training, with the labels that moved most."""
    state = chip("有变动", "xz-risk") if drift.moved else chip("未见变动", "xz-good")
    line = (
        f"<p>{esc(drift.name)} {state} 距离 {share(drift.distance)}，偶然可达 {share(drift.by_chance)}，"
        f"稳定性指数 {drift.stability:.2f} <small>{drift.n} 件对 {drift.baseline_n} 条</small></p>"
    )
    rows = [
        (esc(one.label), share(one.before), number(share(one.now), one.opens), f"{100 * (one.now - one.before):+.1f}")
        for one in drift.most
    ]
    return line + table(("变化最大的", "训练时", "现在", "百分点"), rows) if rows else line
