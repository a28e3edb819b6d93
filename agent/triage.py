"""One complaint in, one trustworthy suggestion out: the method that every caller shares.

Joins the steps and times them; each step lives in its own module. Bad input gives a Suggestion with
`status: "error"` and a code, never a traceback; a fault of ours is raised.
"""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from agent.assembly import Assembly
from agent.cascade import Cascade
from agent.choose import Chooser, Read
from agent.classify.firm import FirmRules
from agent.classify.model import SHIPPED, Model, artifact_hash
from agent.clock import Clock
from agent.course import Course
from agent.deadline import DeadlineRules
from agent.intake import simplify
from agent.judge import UrgencyJudge
from agent.language import LanguageHelp
from agent.law import find_statutes
from agent.questions import QuestionRules
from agent.reply import Replier
from agent.rules import rules_hash
from agent.schema import (
    Complaint,
    Deadline,
    Dispatch,
    Draft,
    ErrorInfo,
    Provenance,
    RegulationHit,
    Suggestion,
)
from agent.settings import PREFIX, Settings
from agent.track import TrackRules
from agent.understand import Heard, Understanding
from agent.urgency import UrgencyRules
from knowledge.base import KnowledgeBase
from knowledge.workdays import SHANGHAI
from models.distilled import DistilledEncoder
from models.errors import InputError

Profile = Literal["accurate", "fast"]
# Settings that change what a suggestion says and show in none of its versions.
_DECIDING = ("mask_doors", "max_chars", "target_precision", "llm__word", "llm__arbitrate", "llm__condense")


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
        self._model = model
        self._understanding = Understanding(base, model, UrgencyJudge(UrgencyRules.load(own), model), settings)
        self._rules = rules_hash(own)
        self._language = LanguageHelp.from_settings(settings)
        self._replier = Replier(base, own)
        course = Course(TrackRules.load(own), DeadlineRules.load(own), base.calendar)
        self._assembly = Assembly(base, course, QuestionRules.load(own), self._replier)
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

    @cached_property
    def _cascade(self) -> Cascade:
        return Cascade(self._chooser, DistilledEncoder.load(self.base.embedder.name))

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
    def _lead_from(self) -> float:
        return self.threshold(self._settings.target_precision)

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
        now = _this_second()
        given = Complaint(text=complaint, received_at=now) if isinstance(complaint, str) else complaint
        return self._one(given, now, self._language if language else None, draft=draft, record=record)

    def triage_many(
        self,
        complaints: Sequence[Complaint],
        *,
        draft: bool = True,
        profile: Profile = "accurate",
        now: dt.datetime | None = None,
    ) -> list[Suggestion]:
        """Propose for many complaints, one suggestion each, in their order.

        Args:
            complaints: As for `triage`.
            draft: Also write the reply drafts.
            profile: `accurate` does what `triage` does. `fast` encodes only what words cannot settle, looks law up in
                the duty table only, asks no language model, and computes what it can for all complaints at once.
            now: To what “昨晚” refers, and whose law counts, in complaints without a time of their own.

        Raises:
            ModelError: the fast profile, with an encoder that the distilled one does not imitate.
        """
        moment = now or _this_second()
        if profile == "accurate":
            return [self._one(complaint, moment, self._language, draft=draft) for complaint in complaints]
        return self._fast(complaints, moment, draft=draft)

    def _one(
        self, complaint: Complaint, now: dt.datetime, helper: LanguageHelp | None, *, draft: bool, record: str = ""
    ) -> Suggestion:
        given, clock = _local(complaint), Clock()
        try:
            heard = self._understanding.hear(given, now, clock)
        except InputError as error:
            return _unusable(given, error)
        with clock.step("choose"):
            choice = self._chooser.choose(heard.matter)
        seen = self._understanding.see(heard, choice, self._chooser, clock, helper=helper)
        return self._assembly.suggestion(
            given,
            _identity(given),
            seen,
            helper,
            clock,
            draft=draft,
            record=record,
            lead_from=self._lead_from,
            provenance=self.provenance(language=helper is not None),
        )

    def _fast(self, complaints: Sequence[Complaint], now: dt.datetime, *, draft: bool) -> list[Suggestion]:
        answers: dict[int, Suggestion] = {}
        heard: dict[int, Heard] = {}
        for at, complaint in enumerate(complaints):
            given = _local(complaint)
            try:
                heard[at] = self._understanding.hear(given, now, Clock())
            except InputError as error:
                answers[at] = _unusable(given, error)
        settled = self._cascade.settle([one.matter for one in heard.values()])
        for (at, one), done in zip(heard.items(), settled, strict=True):
            clock = Clock()
            seen = self._understanding.see(one, done.choice, self._cascade.cheap, clock, search=False)
            answers[at] = self._assembly.suggestion(
                one.given,
                _identity(one.given),
                seen,
                None,
                clock,
                draft=draft,
                record="",
                lead_from=self._lead_from,
                provenance=self.provenance(language=False).model_copy(update={"embedder": done.encoder}),
            )
        return [answers[at] for at in range(len(complaints))]

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
        return Provenance(
            version=_release(),
            knowledge=self.base.version(),
            classifier=self._classifier,
            embedder=self.base.embedder.name,
            llm=self._language.name if language and self._language is not None else "",
            rules=self._rules,
        )

    def conditions(self, profile: Profile) -> Mapping[str, str]:
        """What the suggestions of a profile rest on beside the versions of `provenance`, by name.

        Raises:
            ModelError: the fast profile, with an encoder that the distilled one does not imitate.
        """
        named = {PREFIX + name.upper(): str(getattr(self._settings, name)) for name in _DECIDING}
        return named | ({"distilled": self._cascade.cheap.encoder.name} if profile == "fast" else {})


@cache
def _release() -> str:
    try:
        return version("xiaozheng")
    except PackageNotFoundError:
        return "source"


def _this_second() -> dt.datetime:
    return dt.datetime.now(SHANGHAI).replace(microsecond=0)


def _identity(given: Complaint) -> str:
    return given.id or hashlib.sha256(given.text.encode("utf-8", "replace")).hexdigest()[:12]


def _unusable(given: Complaint, error: InputError) -> Suggestion:
    info = ErrorInfo(code=error.code, message=str(error))
    return Suggestion(id=_identity(given), status="error", error=info, mode=given.mode)


def _local(complaint: Complaint) -> Complaint:
    """The complaint with its time of receipt in Shanghai: the day there decides the law."""
    moment = complaint.received_at
    if moment is None:
        return complaint
    local = moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)
    return complaint.model_copy(update={"received_at": local})
