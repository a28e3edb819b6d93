"""One complaint in, one trustworthy suggestion out: the method that every caller shares.

Joins the steps and times them; each step lives in its own module. Bad input gives a Suggestion with
`status: "error"` and a code, never a traceback; a fault of ours is raised.
"""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
from dataclasses import replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from agent.choose import Choice, Chooser, Read
from agent.classify.firm import FirmRules
from agent.classify.model import SHIPPED, Model, artifact_hash
from agent.clock import Clock
from agent.deadline import DeadlineRules, compute_deadline
from agent.decide import decide, find_doubts
from agent.intake import simplify
from agent.judge import UrgencyJudge
from agent.language import LanguageHelp
from agent.law import find_statutes, quoted_laws, related_articles
from agent.memory import duplicates, similar_cases
from agent.read import Reading, read_complaint
from agent.reading import split_issues
from agent.reply import Replier
from agent.rules import rules_hash
from agent.schema import (
    CategoryGuess,
    Complaint,
    ComplaintReading,
    Deadline,
    ErrorInfo,
    Issue,
    Provenance,
    RegulationHit,
    Suggestion,
    Track,
    UrgencyGuess,
)
from agent.settings import Settings
from agent.track import TrackRules, choose_track
from agent.urgency import UrgencyRules
from knowledge.base import KnowledgeBase
from knowledge.workdays import SHANGHAI
from models.errors import InputError

# Below this the best of 517 categories is hardly better than the next; none is named.
ABSTAIN_BELOW = 0.1


class TriageAgent:
    """Reads one complaint and proposes what a good operator would.

    Build it once with `from_settings` (seconds) and call `triage` for each complaint; safe to call from
    several threads.
    """

    def __init__(self, base: KnowledgeBase, model: Model, settings: Settings, classifier: str) -> None:
        self.base = base
        self._settings = settings
        own = settings.rules_dir
        self._chooser = Chooser(base, model, FirmRules.load(base.tables.department, own))
        self._model, self._judge = model, UrgencyJudge(UrgencyRules.load(own), model)
        self._tracks = TrackRules.load(own)
        self._deadlines = DeadlineRules.load(own)
        self._rules = rules_hash(own)
        self._language = LanguageHelp.from_settings(settings)
        self._replier = Replier(base, own, self._language.writer if self._language is not None else None)
        self._classifier = classifier

    @classmethod
    def from_settings(cls, settings: Settings | None = None, base: KnowledgeBase | None = None) -> TriageAgent:
        """Open knowledge and model as the settings say.

        Raises:
            SettingsError: a setting or rule file is wrong.
            IndexMismatchError: the saved index does not fit; run `xiaozheng knowledge build`.
            ModelError: classifier or encoder cannot be loaded.
        """
        chosen = settings or Settings.load()
        opened = base or KnowledgeBase.open(
            chosen.data_dir, knowledge_dir=chosen.knowledge_dir, embedder=chosen.embedder
        )
        path: Path = chosen.classifier or SHIPPED
        return cls(opened, Model.load(path), chosen, artifact_hash(path))

    def with_target(self, precision: float) -> TriageAgent:
        """The same agent with another precision wanted of automatic dispatch."""
        other = copy.copy(self)
        other._settings = self._settings.model_copy(update={"target_precision": precision})
        return other

    def read(self, text: str) -> Read:
        """A question as model and index see it, without a suggestion."""
        return self._chooser.read("", simplify(text))

    def search(self, question: str, day: dt.date, k: int = 8) -> tuple[RegulationHit, ...]:
        """Articles in force on `day` that answer a plain-language question, best first."""
        return find_statutes(self.base, self.read(question), question, day, k)

    def threshold(self, precision: float) -> float:
        """Confidence of the lead from which on this share of automatic dispatches is right."""
        return self._model.lead_from(precision)

    def triage(self, complaint: str | Complaint, *, draft: bool = True, record: str = "") -> Suggestion:
        """Propose category, departments, urgency, deadline, law and reply.

        Args:
            complaint: The text as pasted (received now), or a Complaint. A Complaint without
                `received_at` gets no due time: the time of import is not the time of the report.
            draft: Also write the reply draft.
            record: What the handling unit found and did; given, the draft is the final reply that words it.

        Returns:
            A complete Suggestion, or one with `status: "error"` when the input is unusable.
        """
        now = dt.datetime.now(SHANGHAI).replace(microsecond=0)
        given = Complaint(text=complaint, received_at=now) if isinstance(complaint, str) else _local(complaint)
        identity = given.id or hashlib.sha256(given.text.encode("utf-8", "replace")).hexdigest()[:12]
        try:
            return self._suggest(given, identity, now, draft=draft, record=record)
        except InputError as error:
            info = ErrorInfo(code=error.code, message=str(error))
            return Suggestion(id=identity, status="error", error=info, mode=given.mode)

    def _suggest(self, given: Complaint, identity: str, now: dt.datetime, *, draft: bool, record: str) -> Suggestion:
        clock, settings, provenance = Clock(), self._settings, self.provenance()
        day = (given.received_at or now).date()
        with clock.step("read"):
            reading = read_complaint(
                given, self.base.gazetteer, max_chars=settings.max_chars, mask_doors=settings.mask_doors, now=now
            )
        with clock.step("urgency"):
            judged = self._judge.read(reading)
        with clock.step("choose"):
            choice = self._chooser.choose(
                simplify(reading.given_title), reading.plain, reading.address, day, emergency=judged.level == 2
            )
            kind = self._model.kind(choice.read.document, reading.cues)
            urgency = self._judge.guess(reading, judged, choice.read.document)
        summary = reading.summary
        if self._language is not None:
            with clock.step("language"):
                choice = replace(choice, category=self._language.category(choice.category, reading.masked))
                summary = self._language.summary(reading.masked, summary)
        with clock.step("issues"):
            choice, issues = self._issues(reading, choice, urgency, day)
        with clock.step("regulations"):
            regulations = related_articles(self.base, choice, day)
            quoted = quoted_laws(self.base, given.text, day)
        complaint = ComplaintReading(
            title=reading.title,
            summary=summary,
            kind=kind,
            masked_text=reading.masked,
            address=reading.address,
            occurred=reading.occurred,
            issues=issues,
            citations=quoted,
        )
        with clock.step("deadline"):
            track = self._track(given, choice, urgency, issues)
            deadline = self._deadline(given, choice, complaint, urgency, track)
        written = None
        if draft:
            with clock.step("draft"):
                plan = self._replier.plan(
                    complaint, choice, urgency, track, deadline, record=record, day=day, regulations=regulations
                )
                replies = [hit.case.reply for hit in choice.cases]
                written = self._replier.draft(plan, complaint, identity, day, replies)
        doubts = find_doubts(
            complaint,
            track,
            deadline,
            written,
            lead=self.base.tables.department[choice.dispatch.lead.id],
            outside=self.base.gazetteer.is_outside(complaint.address),
            precedent=choice.precedent,
        )
        lead_from = self.threshold(settings.target_precision)
        return Suggestion(
            id=identity,
            status="ok",
            complaint=complaint,
            category=_sure(choice.category),
            dispatch=choice.dispatch,
            urgency=urgency,
            track=track,
            mode=given.mode,
            deadline=deadline,
            similar_cases=similar_cases(choice.cases),
            regulations=regulations,
            duplicates=duplicates(reading.plain, choice.cases),
            draft=written,
            decision=decide(choice.category, choice.dispatch, urgency, doubts=doubts, lead_from=lead_from),
            provenance=provenance,
            timing_ms=clock.total(),
        )

    def provenance(self) -> Provenance:
        """Versions of everything that a suggestion rests on."""
        try:
            release = version("xiaozheng")
        except PackageNotFoundError:
            release = "source"
        return Provenance(
            version=release,
            knowledge=self.base.version(),
            classifier=self._classifier,
            embedder=self.base.embedder.name,
            llm=self._language.name if self._language is not None else "",
            rules=self._rules,
        )

    def _issues(
        self, reading: Reading, choice: Choice, urgency: UrgencyGuess, day: dt.date
    ) -> tuple[Choice, tuple[Issue, ...]]:
        """Separate matters, the main one first, and the choice for it.

        Parts of one level-2 category and lead are one matter. With several matters the whole complaint is
        dispatched by its first one.
        """
        seen: dict[str, Choice] = {}

        def chosen(text: str) -> Choice:
            if text not in seen:
                seen[text] = self._chooser.choose("", text, reading.address, day)
            return seen[text]

        def same(a: str, b: str) -> bool:
            one, two = chosen(a), chosen(b)
            return one.category.code[:4] == two.category.code[:4] and one.dispatch.lead.id == two.dispatch.lead.id

        parts = split_issues(reading.plain, same)
        main = choice if len(parts) < 2 else chosen(parts[0].text)
        text = reading.masked[: parts[0].end] if len(parts) > 1 else reading.masked
        issues = [Issue(text=text, category=_sure(main.category), dispatch=main.dispatch, urgency=urgency)]
        for part in parts[1:]:
            own = chosen(part.text)
            level = self._judge.guess_part(part.text, own.read.document)
            shown = reading.masked[part.start : part.end]
            issues.append(Issue(text=shown, category=_sure(own.category), dispatch=own.dispatch, urgency=level))
        return main, tuple(issues)

    def _track(self, given: Complaint, choice: Choice, urgency: UrgencyGuess, issues: tuple[Issue, ...]) -> Track:
        return choose_track(
            urgency=urgency.level,
            risks=urgency.risks,
            lead=choice.dispatch.lead.id,
            rules=self._tracks,
            assists=[a.id for a in choice.dispatch.assist],
            issue_leads=[i.dispatch.lead.id for i in issues if i.dispatch is not None],
            mode=given.mode,
        ).track

    def _deadline(
        self, given: Complaint, choice: Choice, complaint: ComplaintReading, urgency: UrgencyGuess, track: Track
    ) -> Deadline:
        if given.received_at is None:
            return Deadline(due=None, rule="", workdays=None, error="不知道受理时间，无法计算办理时限；请补充受理时间")
        compute = partial(compute_deadline, rules=self._deadlines, calendar=self.base.calendar)
        return compute(
            given.received_at,
            track=track,
            urgency=urgency.level,
            mode=given.mode,
            kind=complaint.kind,
            lead_id=choice.dispatch.lead.id,
            category_code=choice.category.code,
            topic=choice.duty.topic if choice.duty is not None else "",
        )


def _sure(category: CategoryGuess) -> CategoryGuess | None:
    """The category, or None where even the best one is a guess: the model abstains."""
    return category if category.confidence >= ABSTAIN_BELOW else None


def _local(complaint: Complaint) -> Complaint:
    """The complaint with its time of receipt in Shanghai: the day there decides the law."""
    moment = complaint.received_at
    if moment is None:
        return complaint
    local = moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)
    return complaint.model_copy(update={"received_at": local})
