"""The quality page's charts and tables: every number a link to its matters, nothing hostile, nothing left blank."""

from __future__ import annotations

import base64
import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import unquote

import pytest
from python_calamine import CalamineWorkbook

from agent.desk.records import Confused, QueueFilter
from agent.ledger import Ledger
from agent.schema import Complaint
from agent.workbench.operator.fields import Names
from agent.workbench.quality.charts import Dot, Line, Point, calibration_svg, lines_svg, range_bar
from agent.workbench.quality.page import layout
from agent.workbench.quality.sections import report_html, summary_html
from agent.workbench.quality.tables import heat
from agent.workbench.quality.work import QualityWork
from models.errors import InputError
from tests.suggestions import suggestion
from tests.workbench.lively import REVIEWER, TABLES, LivelyDesk, add_matter, lively_desk
from tests.workbench.pages import HOSTILE, Parsed

NAMES = Names(TABLES.department, TABLES.category)
ALL = QueueFilter()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> LivelyDesk:
    """Read only."""
    return lively_desk(tmp_path_factory.mktemp("quality"), 40)


def point(value: float | None) -> Point:
    low, high = (None, None) if value is None else (max(0, value - 0.1), min(1, value + 0.1))
    return Point("三件", value, low, high, ALL)


def shapes(svg: str, name: str) -> list[ET.Element]:
    """Elements of a chart, which must be well formed."""
    return [one for one in ET.fromstring(svg).iter() if one.tag == name]


@pytest.mark.parametrize(
    ("values", "lines", "spots"),
    [
        ([0.5, 0.6, 0.7], 1, 3),
        ([0.5, None, 0.7, 0.8], 1, 3),
        ([None, None], 0, 0),
        ([1.0], 0, 1),
        ([0.0, 0.1, None, 0.9, 1.0], 2, 4),
        ([], 0, 0),
    ],
    ids=["whole", "gap", "nothing", "one", "two-runs", "no-week"],
)
def test_line_breaks_where_nothing_is_known(values: list[float | None], lines: int, spots: int) -> None:
    """A week without figures is a gap, not a zero."""
    labels = [str(at) for at in range(len(values))]
    svg = lines_svg("图", labels, [Line("xz-line-1", tuple(map(point, values)))], [0.5] * len(values))
    assert len(shapes(svg, "polyline")) == lines
    assert len(shapes(svg, "circle")) == spots
    assert len(shapes(svg, "rect")) == len(values)


def test_higher_is_higher() -> None:
    """A greater share lies above a smaller one, and both inside the picture."""
    svg = lines_svg("图", ["a", "b"], [Line("x", (point(0.2), point(0.9)))])
    low, high = (float(one.attrib["cy"]) for one in shapes(svg, "circle"))
    assert 0 < high < low < 190


def test_calibration_on_the_diagonal() -> None:
    """A bin that is as right as it is sure lies on the diagonal; more matters make a larger dot."""
    dots = [Dot("x", 0.5, 0.5, 0.4, 0.6, 4, ALL), Dot("y", 0.9, 0.8, 0.7, 0.9, 40, ALL)]
    svg = calibration_svg("图", dots)
    ideal = next(one for one in shapes(svg, "line") if one.attrib.get("class") == "xz-ideal")
    small, large = shapes(svg, "circle")
    for axis in "xy":
        middle = (float(ideal.attrib[f"{axis}1"]) + float(ideal.attrib[f"{axis}2"])) / 2
        assert float(small.attrib[f"c{axis}"]) == pytest.approx(middle, abs=0.1)
    assert float(large.attrib["r"]) > float(small.attrib["r"])


def test_many_weeks_keep_few_labels() -> None:
    """A year of weeks is still readable."""
    labels = [f"w{at}" for at in range(52)]
    svg = lines_svg("图", labels, [Line("x", tuple(point(0.5) for _ in labels))])
    assert sum(one.text in labels for one in shapes(svg, "text")) <= 8


@pytest.mark.parametrize("words", [words for words in HOSTILE.values() if "\udc80" not in words])
def test_charts_escape(words: str) -> None:
    """Names and hints of a chart are text."""
    dot = Dot(words, 0.5, 0.5, 0.4, 0.6, 4, QueueFilter(text=words))
    for svg in (calibration_svg(words, [dot]), lines_svg(words, [words], [Line("x", (point(0.4),))])):
        assert not {"script", "img", "h1"} & {one.tag for one in ET.fromstring(svg).iter()}


def test_range_bar_stays_inside() -> None:
    """Band and tick are shares of the cell; nothing without a value."""
    assert 'style="left:0.0%;width:1.0%"' in range_bar(0.0, 0.0, 0.0)
    assert range_bar(None, None, None) == ""


def test_heat_is_darkest_where_most() -> None:
    """Depth grows with the count, and every count opens its pair."""
    pairs = [
        Confused(proposed="cgj", right="hbj", n=8, opens=QueueFilter(proposed_lead="cgj", final_lead="hbj")),
        Confused(proposed="hbj", right="cgj", n=2, opens=QueueFilter(proposed_lead="hbj", final_lead="cgj")),
    ]
    html = heat(pairs, NAMES)
    assert Parsed(html).stack == []
    assert re.findall(r"--depth:(\d+)%", html) == ["75", "30"]
    assert "%22proposed_lead%22%3A%22cgj%22" in html


def test_every_link_counts_what_it_says(desk: LivelyDesk) -> None:
    """Each whole number on the page opens a list of exactly so many matters."""
    html = report_html(desk.quality(), NAMES)
    assert Parsed(html).stack == []
    checked = 0
    for carried, text in set(re.findall(r'href="\./review#list=([^"]+)"[^>]*>(\d+)</a>', html)):
        wanted = QueueFilter.model_validate(json.loads(unquote(carried)))
        assert len(desk.entries(wanted, 1000)) == int(text), (wanted, text)
        checked += 1
    assert checked > 30


def test_report_has_pictures_and_their_numbers(desk: LivelyDesk) -> None:
    """Both charts are named for screen readers and followed by a table of the same numbers."""
    html = report_html(desk.quality(), NAMES)
    assert html.count('role="img"') == 2
    assert html.count("看数字") == 2
    assert "%" in summary_html(desk.quality())


def test_empty_ledger_and_empty_filter(tmp_path: Path, desk: LivelyDesk) -> None:
    """Nothing at all, nothing that passes, nothing decided, nothing reviewed: each says what to do."""
    empty = LivelyDesk(Ledger.open(f"sqlite:///{tmp_path / 'empty.db'}"))
    assert "受理台处理第一件之后" in report_html(empty.quality(), NAMES)
    assert "去掉几个条件" in report_html(desk.quality(QueueFilter(operator="nobody")), NAMES)
    empty.ledger.record(Complaint(text="路灯不亮"), suggestion("路灯不亮"), REVIEWER)
    assert "还没有受理员决定过" in report_html(empty.quality(), NAMES)
    add_matter(empty, "路灯不亮", suggestion("路灯不亮"))
    html = report_html(empty.quality(), NAMES)
    assert "还没有复核过的工单" in html
    assert Parsed(html).stack == []


def test_hostile_reasons_stay_text(tmp_path: Path) -> None:
    """An operator's reason is text among the reasons, and its link is only an address."""
    busy = LivelyDesk(Ledger.open(f"sqlite:///{tmp_path / 'busy.db'}"))
    for words in HOSTILE.values():
        add_matter(busy, words, suggestion(words), said=words[:300])
    page = Parsed(report_html(busy.quality(), NAMES))
    assert page.stack == []
    assert not {"script", "img", "h1"} & set(page.tags)
    assert not {name for name in page.attributes if name.startswith("on")}


def test_work_counts_and_exports(desk: LivelyDesk) -> None:
    """A filtered report and its workbook come from the same filter; a broken filter is refused."""
    work = QualityWork(desk, NAMES, clock=desk.clock)
    answer = work.report(REVIEWER, {"filter": {"department": "cgj"}})
    assert "郑州市城市管理局" in str(answer["chips"])
    content = base64.b64decode(str(work.export(REVIEWER, {"filter": {"department": "cgj"}})["data"]))
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert {"准确率", "易混主办", "各单位退回率"} <= set(book.sheet_names)
    with pytest.raises(InputError):
        work.report(REVIEWER, {"filter": {"days": 10**8}})


def test_layout_closes_its_tags() -> None:
    """The static page is well formed."""
    assert Parsed(layout()).stack == []
