"""The guard over drafts that were written elsewhere: the plan comes from triaging the complaint.

Such a draft may choose other words, and any department or law that fits the matter; what it states must still stand
in the complaint, the record or the law.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Protocol

from agent.choose import Read as Question
from agent.drafting.guard.case import Grounds
from agent.drafting.guard.check import check_draft
from agent.drafting.guard.grounds import districts_of, names_of
from agent.drafting.plan import Plan, build_plan
from agent.intake import mask
from agent.schema import Check, Complaint, Suggestion
from knowledge.base import KnowledgeBase
from knowledge.tables import Tables
from knowledge.workdays import SHANGHAI
from models.errors import InputError
from models.record import Record

_HITS = 200  # articles whose laws may be cited for a matter: some twenty laws, see tests/bench/guard.py
_LIKELY = 10  # categories whose departments fit
_SHORTEST = 4  # characters of an alias that names one department and nothing else
# Territory, police, hotline, petitions, justice and counters have a part in matters of every kind.
_EVERYWHERE = frozenset({"jiedao", "quzf", "gaj", "zhb", "xfj", "sfj", "zwb", "out"})
# Who decides when a matter is disputed, mediated or not the city's to handle: fit beside any matter.
_PROCEDURE = frozenset(
    f"中华人民共和国{law}"
    for law in (
        "民法典", "人民调解法", "行政复议法", "行政诉讼法", "民事诉讼法", "仲裁法", "法律援助法", "监察法",
        "行政处罚法",
    )
)  # fmt: skip


class Triager(Protocol):
    """What is needed of `TriageAgent`."""

    base: KnowledgeBase

    def triage(self, complaint: str | Complaint, *, draft: bool = True) -> Suggestion:
        """Read one complaint."""
        ...

    def read(self, text: str) -> Question:
        """A text as model and index see it."""
        ...


class Standing(Record):
    """What the drafts for one complaint are held against."""

    plan: Plan
    grounds: Grounds
    day: dt.date


class ForeignGuard:
    """Judges drafts from anywhere."""

    def __init__(self, agent: Triager) -> None:
        self._agent = agent

    def check(self, complaint: str, draft: str, record: str, received_at: dt.datetime | None) -> tuple[Check, ...]:
        """Hold a draft against what its complaint, its record and the law give it ground to say.

        Args:
            complaint: As the citizen wrote it.
            draft: The reply.
            record: The unit's record of handling, '' when there is none yet.
            received_at: When the complaint came in: whose law counts; None for today's.

        Raises:
            InputError: the complaint cannot be read.
        """
        return self.judge(complaint, draft, self.stand(complaint, record, received_at))

    def stand(self, complaint: str, record: str, received_at: dt.datetime | None) -> Standing:
        """Triage the complaint once; see `check` for the arguments and errors."""
        suggestion = self._agent.triage(Complaint(text=complaint, received_at=received_at), draft=False)
        day = (received_at or dt.datetime.now(SHANGHAI)).date()
        laws = {law for text in (complaint, record) if text.strip() for law in self._laws(text, day)}
        grounds = foreign_grounds(suggestion, complaint, self._agent.base.tables, laws)
        return Standing(plan=foreign_plan(suggestion, record, day), grounds=grounds, day=day)

    def judge(self, complaint: str, draft: str, standing: Standing) -> tuple[Check, ...]:
        """Judge one draft of a complaint that was triaged."""
        cited = self._agent.base.citations.check(draft, standing.day)
        return check_draft(draft, standing.plan, complaint, cited, standing.grounds)

    def _laws(self, text: str, day: dt.date) -> Iterator[str]:
        read = self._agent.read(text)
        search = self._agent.base.law_search
        for hit in search.search(read.query, day, _HITS, categories=read.chances or None):
            yield hit.article.law


def foreign_plan(suggestion: Suggestion, record: str, day: dt.date) -> Plan:
    """The plan that a suggestion amounts to.

    Raises:
        InputError: the complaint could not be read.
    """
    if suggestion.complaint is None or suggestion.urgency is None:
        error = suggestion.error
        raise InputError(error.message if error else "the complaint cannot be read", code=error.code if error else None)
    return build_plan(
        suggestion.complaint,
        suggestion.dispatch,
        suggestion.urgency,
        suggestion.track,
        suggestion.deadline,
        record=record,
        day=day,
    )


def foreign_grounds(suggestion: Suggestion, text: str, tables: Tables, laws: Iterable[str]) -> Grounds:
    """What a draft from elsewhere may lean on.

    Args:
        suggestion: Of the complaint.
        text: The complaint as given, unmasked.
        tables: The city's.
        laws: Titles found for the matter by search.
    """
    fitting = set(_fitting(suggestion, tables))
    others = [d for d in tables.departments if d.id not in fitting]
    related = {hit.law for hit in suggestion.regulations} | set(laws) | _PROCEDURE
    if suggestion.dispatch is not None:
        related |= {cited.law for cited in suggestion.dispatch.basis}
    return Grounds(
        foreign=True,
        names=tuple(names_of(tables.departments)),
        laws=frozenset(related),
        places=districts_of(tables),
        misfits=tuple(name for name in names_of(others) if len(name) >= _SHORTEST),
        private=tuple(_private(text)),
    )


def _fitting(suggestion: Suggestion, tables: Tables) -> Iterator[str]:
    """Ids of departments with some duty in a matter like this."""
    yield from _EVERYWHERE
    issues = suggestion.complaint.issues if suggestion.complaint is not None else ()
    for dispatch in (suggestion.dispatch, *(issue.dispatch for issue in issues)):
        if dispatch is not None:
            yield dispatch.lead.id
            yield from (other.id for other in dispatch.alternatives)
            yield from (other.id for other in dispatch.assist)
    codes = set(_codes(suggestion))
    for duty in tables.duties:
        if duty.category.code in codes:
            yield from (duty.lead, *duty.assist)
    for row in tables.category_leads:
        if row.category in codes:
            yield from (row.lead, *row.assist)
    yield from (case.lead for case in suggestion.similar_cases)


def _codes(suggestion: Suggestion) -> Iterator[str]:
    issues = suggestion.complaint.issues if suggestion.complaint is not None else ()
    for guess in (suggestion.category, *(issue.category for issue in issues)):
        if guess is not None:
            yield guess.code
            yield from (other.code for other in guess.alternatives[:_LIKELY])


def _private(text: str) -> Iterator[str]:
    for found in mask(text).found:
        piece = text[found.start : found.end]
        if len(piece) > 1:
            yield piece
