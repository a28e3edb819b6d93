"""What the quality page's script can ask for: a report, and its workbook. Counting is the desk's."""

from __future__ import annotations

import base64
from functools import cached_property
from typing import Protocol

from pydantic import JsonValue

from agent.desk.records import QualityReport, QueueFilter
from agent.desk.shared import Clock, now
from agent.ledger.records import Actor
from agent.workbench.operator.fields import Names
from agent.workbench.quality.sections import report_html, summary_html
from agent.workbench.review.door import Asked
from agent.workbench.review.filterbar import filter_lists
from agent.workbench.review.wanted import checked, chips
from agent.workbench.shell import Answer


class QualityDesk(Protocol):
    """The part of `Desk` that this page uses."""

    def quality(self, filter: QueueFilter = ...) -> QualityReport:
        """Count everything over the matters of a filter."""

    def quality_xlsx(self, filter: QueueFilter = ...) -> bytes:
        """The same as a workbook."""


class QualityWork:
    """The figures as the page sees them.

    Args:
        desk: Counts.
        names: Departments and categories.
        clock: Time of now.
    """

    def __init__(self, desk: QualityDesk, names: Names, *, clock: Clock = now) -> None:
        self._desk, self._names, self._clock = desk, names, clock

    @cached_property
    def _lists(self) -> Answer:
        """Spelled in pinyin when the first reader comes: it takes half a second."""
        return filter_lists(self._names)

    def start(self, actor: Actor, data: JsonValue) -> Answer:
        """The closed lists of the filters."""
        return {"lists": self._lists}

    def report(self, actor: Actor, data: JsonValue) -> Answer:
        """Every section of the report over a filter."""
        wanted = checked(Asked.model_validate(data).filter)
        report = self._desk.quality(wanted)
        return {
            "report": report_html(report, self._names),
            "summary": summary_html(report) if report.matters else "",
            "chips": chips(wanted, self._names),
        }

    def export(self, actor: Actor, data: JsonValue) -> Answer:
        """The report as a workbook, in base64."""
        content = self._desk.quality_xlsx(checked(Asked.model_validate(data).filter))
        return {"name": f"质量报告_{self._clock():%Y%m%d_%H%M}.xlsx", "data": base64.b64encode(content).decode()}
