"""One complaint in, one trustworthy suggestion out: the method that every caller shares.

Joins the steps and times them; each step lives in its own module. Bad input gives a Suggestion with
`status: "error"` and a code, never a traceback; a fault of ours is raised.
"""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from agent.choose import Chooser, Read
from agent.classify.firm import FirmRules
from agent.classify.model import SHIPPED, Model, artifact_hash
from agent.clock import Clock
from agent.course import Course
from agent.deadline import DeadlineRules
from agent.decide import decide, find_doubts
from agent.intake import simplify
from agent.issues import part_issues, sure
from agent.judge import UrgencyJudge
from agent.language import LanguageHelp
from agent.law import find_statutes, quoted_laws, related_articles
from agent.memory import duplicates, similar_cases
from agent.questions import QuestionRules
from agent.read import read_complaint
from agent.reply import Replier
from agent.rules import rules_hash
from agent.schema import (
    Complaint,
    ComplaintReading,
    Deadline,
    Dispatch,
    Draft,
    ErrorInfo,
    Provenance,
    RegulationHit,
    Suggestion,
    Track,
)
from agent.seen import Seen
from agent.settings import Settings
from agent.track import TrackRules
from agent.urgency import UrgencyRules
from knowledge.base import KnowledgeBase
from knowledge.workdays import SHANGHAI
from models.errors import InputError

# Likeness of a past case whose reply may tell how such things go; read on 118 questions: 4 got a sentence, 3 fit.
PRECEDENT_FROM = 0.6


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
        self._course = Course(TrackRules.load(own), DeadlineRules.load(own), base.calendar)
        self._questions = QuestionRules.load(own)
        self._rules = rules_hash(own)
        self._language = LanguageHelp.from_settings(settings)
        self._replier = Replier(base, own)
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

    @property
    def has_language(self) -> bool:
        """Whether a language model is set: `triage(..., language=False)` then answers sooner, by template."""
        return self._language is not None

    def triage(
        self, complaint: str | Complaint, *, draft: bool = True, record: str = "", language: bool = True
    ) -> Suggestion:
        """Propose category, departments, urgency, deadline, law and reply.

        Args:
            complaint: The text as pasted (received now), or a Complaint. A Complaint without
                `received_at` gets no due time: the time of import is not the time of the report.
            draft: Also write the reply draft.
            record: What the handling unit found and did; given, the draft is the final reply that words it.
            language: Let the language model help where one is set; False never waits for it.

        Returns:
            A complete Suggestion, or one with `status: "error"` when the input is unusable.
        """
        now = dt.datetime.now(SHANGHAI).replace(microsecond=0)
        given = Complaint(text=complaint, received_at=now) if isinstance(complaint, str) else _local(complaint)
        identity = given.id or hashlib.sha256(given.text.encode("utf-8", "replace")).hexdigest()[:12]
        clock, helper = Clock(), self._language if language else None
        try:
            seen = self._understand(given, now, clock, helper)
        except InputError as error:
            info = ErrorInfo(code=error.code, message=str(error))
            return Suggestion(id=identity, status="error", error=info, mode=given.mode)
        with clock.step("deadline"):
            track = self._course.track(given, seen)
            deadline = self._course.deadline(given, seen, track)
        written = None
        if draft:
            with clock.step("draft"):
                written = self._draft(seen, identity, track, deadline, record, helper)
        return self._suggestion(given, identity, seen, track, deadline, written, helper, clock)

    def _understand(self, given: Complaint, now: dt.datetime, clock: Clock, helper: LanguageHelp | None) -> Seen:
        """Read the complaint, choose category and departments, find law.

        Raises:
            InputError: the text is unusable.
        """
        settings, day = self._settings, (given.received_at or now).date()
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
        if helper is not None:
            with clock.step("language"):
                choice = replace(choice, category=helper.category(choice.category, reading.masked))
                summary = helper.summary(reading.masked, summary)
        with clock.step("issues"):
            choice, issues = part_issues(self._chooser, self._judge, reading, choice, urgency, day)
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
        return Seen(day, reading, complaint, choice, urgency, regulations)

    def _draft(
        self,
        seen: Seen,
        identity: str,
        track: Track,
        deadline: Deadline,
        record: str,
        helper: LanguageHelp | None,
    ) -> Draft:
        cases = seen.choice.cases
        plan = self._replier.plan(
            seen.complaint,
            seen.choice.dispatch,
            seen.urgency,
            track,
            deadline,
            day=seen.day,
            record=record,
            regulations=seen.regulations,
            duty=seen.choice.duty,
            precedents=[hit.case.reply for hit in cases if hit.score >= PRECEDENT_FROM],
        )
        replies = [hit.case.reply for hit in cases]
        writer = helper.writer if helper is not None else None
        return self._replier.draft(plan, seen.complaint, identity, seen.day, replies, writer)

    def _suggestion(
        self,
        given: Complaint,
        identity: str,
        seen: Seen,
        track: Track,
        deadline: Deadline,
        written: Draft | None,
        helper: LanguageHelp | None,
        clock: Clock,
    ) -> Suggestion:
        """Put the parts together, and decide who must look."""
        choice = seen.choice
        words = f"{simplify(seen.reading.given_title)}\n{seen.reading.plain}"
        asked = (seen.complaint.kind, sure(choice.category), words, seen.complaint.address)
        doubts = find_doubts(
            seen.complaint,
            track,
            deadline,
            written,
            lead=self.base.tables.department[choice.dispatch.lead.id],
            outside=self.base.gazetteer.is_outside(seen.complaint.address),
            precedent=choice.precedent,
            placeless=self._questions.lacks_place(*asked),
            manner=seen.reading.manner,
        )
        lead_from = self.threshold(self._settings.target_precision)
        return Suggestion(
            id=identity,
            status="ok",
            complaint=seen.complaint,
            category=sure(choice.category),
            dispatch=choice.dispatch,
            urgency=seen.urgency,
            track=track,
            mode=given.mode,
            deadline=deadline,
            similar_cases=similar_cases(choice.cases),
            regulations=seen.regulations,
            duplicates=duplicates(seen.reading.plain, choice.cases),
            questions=self._questions.choose(*asked),
            draft=written,
            decision=decide(choice.category, choice.dispatch, seen.urgency, doubts=doubts, lead_from=lead_from),
            provenance=self.provenance(language=helper is not None),
            timing_ms=clock.total(),
        )

    def redraft(self, suggestion: Suggestion, dispatch: Dispatch, deadline: Deadline, *, day: dt.date) -> Draft | None:
        """The template's draft for the same complaint with what a person chose instead.

        Args:
            suggestion: What was proposed.
            dispatch: The departments that a person chose.
            deadline: The time limit that follows.
            day: Day whose law counts.

        Returns:
            The draft, or None where the suggestion has no complaint to word.
        """
        return self._replier.redraft(suggestion, dispatch, deadline, day)

    def provenance(self, *, language: bool = True) -> Provenance:
        """Versions of everything that a suggestion rests on, without the language model when it did not help."""
        try:
            release = version("xiaozheng")
        except PackageNotFoundError:
            release = "source"
        return Provenance(
            version=release,
            knowledge=self.base.version(),
            classifier=self._classifier,
            embedder=self.base.embedder.name,
            llm=self._language.name if language and self._language is not None else "",
            rules=self._rules,
        )


def _local(complaint: Complaint) -> Complaint:
    """The complaint with its time of receipt in Shanghai: the day there decides the law."""
    moment = complaint.received_at
    if moment is None:
        return complaint
    local = moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)
    return complaint.model_copy(update={"received_at": local})
