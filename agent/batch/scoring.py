"""Scoring one chunk: rows in, finished rows out. The same object in one process, in a forked worker and on a Ray node.

Knows neither files nor engines. A row that fails becomes a row with an error; no text of a complaint gets into a
message or a log.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # no stubs upstream

from agent.batch._complaint import complaint_text
from agent.batch._flat import Layout
from agent.batch._source import SourceRow
from agent.batch._times import parse_time
from agent.batch.chunks import Chunk, Profile
from agent.batch.columns import ColumnMap
from agent.batch.manifest import Manifest
from agent.batch.parts import Part, ScoredRow
from agent.batch.rendering import Line, make_line
from agent.batch.repeats import mark
from agent.intake import mask
from agent.schema import Complaint, ErrorInfo, Provenance, Suggestion
from models.errors import ModelError, XiaozhengError, where_raised

Scores = Callable[[Sequence[Complaint]], Sequence[Suggestion]]
WORKER_CRASHED = "worker_crashed"
_WARM = "金水区经三路的路灯坏了，晚上看不见路，请派人维修。"
_log = logging.getLogger(__name__)


class BatchAgent(Protocol):
    """What a backlog needs of an agent; `TriageAgent` is one."""

    def triage_many(
        self, complaints: Sequence[Complaint], *, draft: bool, profile: Profile, now: dt.datetime
    ) -> Sequence[Suggestion]:
        """As many suggestions as complaints, in their order; `now` is the moment that their words refer to."""

    def provenance(self) -> Provenance:
        """Versions of everything that a suggestion rests on."""

    def conditions(self, profile: Profile) -> Mapping[str, str]:
        """What the suggestions of a profile rest on beside those versions, by name.

        Raises:
            ModelError: this agent cannot do the profile.
        """


def scores_of(agent: BatchAgent, *, draft: bool, profile: Profile, now: dt.datetime) -> Scores:
    """The agent with everything settled that is the same for all rows of a job.

    Args:
        agent: Scores the complaints.
        draft: Write reply drafts.
        profile: How much is encoded.
        now: The start of the job, kept in its manifest: a resumed job gives what an unbroken one would have.
    """

    def scores(complaints: Sequence[Complaint]) -> Sequence[Suggestion]:
        made = agent.triage_many(complaints, draft=draft, profile=profile, now=now)
        return made if draft else [suggestion.model_copy(update={"draft": None}) for suggestion in made]

    return scores


def job_scorer(agent: BatchAgent, manifest: Manifest, columns: ColumnMap, layout: Layout) -> Scorer:
    """The scorer of a job, made of an agent of this machine."""
    scores = scores_of(agent, draft=manifest.draft, profile=manifest.profile, now=manifest.started)
    return Scorer(scores, columns, make_line(manifest.kind, layout))


@dataclass(frozen=True, slots=True)
class Scorer:
    """Turns chunks into parts.

    Attributes:
        scores: Many complaints to as many suggestions; when it raises, the rows are tried one by one.
        columns: Which column means what.
        line: Writes a row of the output.
    """

    scores: Scores
    columns: ColumnMap
    line: Line

    def score(self, chunk: Chunk) -> Part:
        """Score all rows of a chunk; no row makes it raise, save several that together want too much memory.

        Raises:
            MemoryError: they do; each alone will be answered.
        """
        # A product's last digits depend on how many threads share it, and every engine would have another number.
        with threadpool_limits(limits=1, user_api="blas"):
            return self._part(chunk)

    def warm(self) -> None:
        """Score one made-up complaint, so that what is loaded at first use is loaded before workers share it."""
        try:
            self.scores([Complaint(id="warm", text=_WARM)])
        except Exception as error:
            _log.info("The first complaint failed with %s; the rows will say more", type(error).__name__)

    def failed(self, row: SourceRow, code: str, message: str) -> ScoredRow:
        """A row that could not be scored at all, for instance because it ends every process that tries."""
        return self._scored(row, _failed(self._id(row), code, message))

    def lost(self, row: SourceRow) -> ScoredRow:
        """A row whose worker died, twice."""
        message = "研判这一行的进程两次意外退出，请把这一行交给维护人员。"
        return self.failed(row, WORKER_CRASHED, message)

    def _part(self, chunk: Chunk) -> Part:
        answers: dict[int, Suggestion] = {}
        complaints: dict[int, Complaint] = {}
        for position, row in enumerate(chunk.rows):
            try:
                complaints[position] = self._complaint(row)
            except XiaozhengError as error:
                answers[position] = _failed(self._id(row), error.code, mask(str(error)).text)
            except Exception as error:
                answers[position] = _broken(row, str(row.number), error)
        rows = [chunk.rows[position] for position in complaints]
        answers |= zip(complaints, self._together(rows, list(complaints.values())), strict=True)
        return Part(chunk.index, tuple(self._scored(row, answers[at]) for at, row in enumerate(chunk.rows)))

    def _complaint(self, row: SourceRow) -> Complaint:
        value = self.columns.value
        return Complaint(
            id=self._id(row),
            text=complaint_text(row, self.columns),
            title=value("title", row.cells),
            received_at=self._received(row),
            channel=value("channel", row.cells),
        )

    def _id(self, row: SourceRow) -> str:
        return self.columns.value("order_no", row.cells) or str(row.number)

    def _received(self, row: SourceRow) -> dt.datetime | None:
        return parse_time(self.columns.value("received_at", row.cells))

    def _together(self, rows: Sequence[SourceRow], complaints: Sequence[Complaint]) -> Sequence[Suggestion]:
        if len(complaints) > 1:
            try:
                return self._answers(complaints)
            except MemoryError:
                raise  # want of memory may pass, and rows alone come out with other last digits: the engine decides
            except Exception as error:
                first, last, name = rows[0].number, rows[-1].number, type(error).__name__
                _log.info("Rows %d to %d are tried one by one (%s)", first, last, name)
        return [self._alone(row, complaint) for row, complaint in zip(rows, complaints, strict=True)]

    def _alone(self, row: SourceRow, complaint: Complaint) -> Suggestion:
        try:
            return self._answers([complaint])[0]
        except XiaozhengError as error:
            return _failed(complaint.id, error.code, mask(str(error)).text)
        except Exception as error:
            return _broken(row, complaint.id, error)

    def _answers(self, complaints: Sequence[Complaint]) -> Sequence[Suggestion]:
        answers = self.scores(complaints)
        if len(answers) != len(complaints):
            raise ModelError(f"{len(complaints)} 件诉求得到 {len(answers)} 个结果，请把这一行交给维护人员。")
        return answers

    def _scored(self, row: SourceRow, suggestion: Suggestion) -> ScoredRow:
        timeless = suggestion.model_copy(update={"timing_ms": {}})  # no two runs take the same time
        try:
            return _row(row.number, timeless, self.line(row, timeless), self._mark(row, timeless))
        except Exception as error:
            broken = _broken(row, suggestion.id, error)
            return _row(row.number, broken, self._error_line(row, broken), b"")

    def _error_line(self, row: SourceRow, broken: Suggestion) -> str:
        try:
            return self.line(row, broken)
        except Exception:  # what cannot be written are the row's own cells
            return self.line(replace(row, cells={}), broken)

    def _mark(self, row: SourceRow, suggestion: Suggestion) -> bytes:
        return mark(suggestion, self._received(row)) if suggestion.status == "ok" else b""


def _row(number: int, suggestion: Suggestion, line: str, mark: bytes) -> ScoredRow:
    return ScoredRow(
        number=number,
        status=suggestion.status,
        code=suggestion.error.code if suggestion.error else "",
        category=suggestion.category.code if suggestion.category else "",
        lead=suggestion.dispatch.lead.id if suggestion.dispatch else "",
        route=suggestion.decision.route if suggestion.decision else "",
        mark=mark,
        line=line,
        id=suggestion.id,
    )


def _failed(row_id: str, code: str, message: str) -> Suggestion:
    return Suggestion(id=row_id, status="error", error=ErrorInfo(code=code, message=message))


def _broken(row: SourceRow, row_id: str, error: Exception) -> Suggestion:
    # One complaint must not stop a thousand. The message may quote it, so only type and place are kept.
    name = type(error).__name__
    _log.warning("Row %d failed with %s at %s", row.number, name, where_raised(error))
    return _failed(row_id, "internal", f"内部错误（{name}），请把这一行交给维护人员。")
