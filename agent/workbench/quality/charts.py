"""Charts as inline SVG: values in, a string out. No library, and colours from the page's style sheet.

Every chart is a picture with a name for screen readers and hidden from them otherwise; its numbers stand in a table
beside it (`agent.workbench.quality.tables`). Points are links to their matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.desk.records import QueueFilter
from agent.workbench.parts import esc
from agent.workbench.review.wanted import link

WIDTH, HEIGHT = 640, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 50, 20, 12, 28
_GRID = (0.0, 0.25, 0.5, 0.75, 1.0)
_MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class Point:
    """One share with its interval.

    Attributes:
        words: What a pointer that rests on it reads.
        value: In [0, 1]; None where nothing could be counted.
    """

    words: str
    value: float | None
    low: float | None
    high: float | None
    opens: QueueFilter


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart over time; `style` is its class."""

    style: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """One bin of a calibration curve."""

    words: str
    sure: float
    right: float
    low: float
    high: float
    n: int
    opens: QueueFilter


def lines_svg(name: str, labels: Sequence[str], lines: Sequence[Line], shares: Sequence[float] = ()) -> str:
    """Shares over time with bands for their intervals.

    Args:
        name: Of the chart.
        labels: One each step in time.
        lines: Each has as many points as there are labels; a point without value breaks its line.
        shares: Heights of the grey bars behind, such as coverage; in [0, 1].
    """
    places = [_x((at + 0.5) / max(len(labels), 1)) for at in range(len(labels))]
    width = 0.5 * (WIDTH - _LEFT - _RIGHT) / max(len(labels), 1)
    bars = "".join(
        f'<rect class="xz-share" x="{x - width / 2:.1f}" y="{_y(share):.1f}" width="{width:.1f}" '
        f'height="{_y(0) - _y(share):.1f}"/>'
        for x, share in zip(places, shares, strict=bool(shares))
    )
    step = max(1, -(-len(labels) // _MOST_LABELS))
    below = "".join(
        f'<text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="middle">{esc(label)}</text>'
        for at, (x, label) in enumerate(zip(places, labels, strict=True))
        if at % step == 0
    )
    return _svg(name, WIDTH, _grid() + bars + "".join(_line(line, places) for line in lines) + below)


def _line(line: Line, places: Sequence[float]) -> str:
    runs: list[list[tuple[float, Point]]] = [[]]
    for x, point in zip(places, line.points, strict=True):
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append((x, point))
    drawn = "".join(_band(run) + _path(run) for run in runs if len(run) > 1)
    return f'<g class="{line.style}">{drawn}{"".join(_spot(x, point) for run in runs for x, point in run)}</g>'


def _band(run: Sequence[tuple[float, Point]]) -> str:
    upper = [f"{x:.1f},{_y(point.high if point.high is not None else 1):.1f}" for x, point in run]
    lower = [f"{x:.1f},{_y(point.low if point.low is not None else 0):.1f}" for x, point in reversed(run)]
    return f'<polygon class="xz-band" points="{" ".join(upper + lower)}"/>'


def _path(run: Sequence[tuple[float, Point]]) -> str:
    return f'<polyline points="{" ".join(f"{x:.1f},{_y(point.value or 0):.1f}" for x, point in run)}"/>'


def _spot(x: float, point: Point) -> str:
    return _linked(point.opens, point.words, f'<circle cx="{x:.1f}" cy="{_y(point.value or 0):.1f}" r="3.6"/>')


def calibration_svg(name: str, dots: Sequence[Dot]) -> str:
    """How often suggestions were right against how sure they were; on the diagonal both agree."""
    most = max((dot.n for dot in dots), default=1)
    diagonal = f'<line class="xz-ideal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
    below = "".join(
        f'<text x="{_x(share):.1f}" y="{HEIGHT - 6}" text-anchor="middle">{share:.0%}</text>' for share in _GRID
    )
    marks = "".join(
        f'<line class="xz-whisker" x1="{_x(dot.sure):.1f}" x2="{_x(dot.sure):.1f}" y1="{_y(dot.low):.1f}" '
        f'y2="{_y(dot.high):.1f}"/>'
        + _linked(
            dot.opens,
            dot.words,
            f'<circle cx="{_x(dot.sure):.1f}" cy="{_y(dot.right):.1f}" r="{3 + 5 * (dot.n / most) ** 0.5:.1f}"/>',
        )
        for dot in dots
    )
    return _svg(name, WIDTH, f'{_grid()}{diagonal}<g class="xz-line-1">{marks}</g>{below}')


def range_bar(value: float | None, low: float | None, high: float | None) -> str:
    """A share as a tick on a line from 0 to 1, its interval as a band; for a table's cell."""
    if value is None or low is None or high is None:
        return ""
    width = max(high - low, 0.01)
    return (
        f'<span class="xz-range" aria-hidden="true"><i style="left:{100 * low:.1f}%;width:{100 * width:.1f}%"></i>'
        f'<b style="left:{100 * value:.1f}%"></b></span>'
    )


def _linked(opens: QueueFilter, words: str, shape: str) -> str:
    # not in the order of tabs: the same numbers are links in the table
    return f'<a href="{esc(link(opens))}" tabindex="-1"><title>{esc(words)}</title>{shape}</a>'


def _grid() -> str:
    return "".join(
        f'<line class="xz-grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{_y(share):.1f}" y2="{_y(share):.1f}"/>'
        f'<text x="{_LEFT - 5}" y="{_y(share) + 3.5:.1f}" text-anchor="end">{share:.0%}</text>'
        for share in _GRID
    )


def _x(share: float) -> float:
    return _LEFT + share * (WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return _TOP + (1 - share) * (HEIGHT - _TOP - _BOTTOM)


def _svg(name: str, width: int, body: str) -> str:
    return f'<svg class="xz-chart" viewBox="0 0 {width} {HEIGHT}" role="img" aria-label="{esc(name)}">{body}</svg>'
