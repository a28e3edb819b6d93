"""A suggestion put together from what was seen: track, deadline, draft, questions to the caller, and who must look."""

from __future__ import annotations

from dataclasses import dataclass

from agent.clock import Clock
from agent.course import Course
from agent.decide import decide, find_doubts
from agent.intake import simplify
from agent.issues import sure
from agent.language import LanguageHelp
from agent.memory import duplicates, similar_cases
from agent.questions import QuestionRules
from agent.reply import Replier
from agent.schema import Complaint, Deadline, Draft, Provenance, Suggestion, Track
from agent.seen import Seen
from knowledge.base import KnowledgeBase

# Likeness of a past case whose reply may tell how such things go; read on 118 questions: 4 got a sentence, 3 fit.
PRECEDENT_FROM = 0.6


@dataclass(frozen=True)
class Assembly:
    """Everything that comes after the choice."""

    base: KnowledgeBase
    course: Course
    questions: QuestionRules
    replier: Replier

    def suggestion(
        self,
        given: Complaint,
        identity: str,
        seen: Seen,
        helper: LanguageHelp | None,
        clock: Clock,
        *,
        draft: bool,
        record: str,
        lead_from: float,
        provenance: Provenance,
    ) -> Suggestion:
        """Put the parts together, and decide who must look.

        Args:
            given: The complaint as it came.
            identity: Id of the suggestion.
            seen: What was read and chosen.
            helper: A language model that words the draft.
            clock: Times the steps.
            draft: Also write the reply draft.
            record: What the handling unit found and did, '' for nothing yet.
            lead_from: Confidence of the lead from which a matter may go automatically.
            provenance: Versions of what the suggestion rests on.
        """
        with clock.step("deadline"):
            track = self.course.track(given, seen)
            deadline = self.course.deadline(given, seen, track)
        written = None
        if draft:
            with clock.step("draft"):
                written = self._draft(seen, identity, track, deadline, record, helper)
        choice = seen.choice
        words = f"{simplify(seen.reading.given_title)}\n{seen.reading.plain}"
        asked = (seen.complaint.kind, sure(choice.category), words, seen.complaint.address)
        doubts = self._doubts(seen, track, deadline, written, placeless=self.questions.lacks_place(*asked))
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
            questions=self.questions.choose(*asked),
            draft=written,
            decision=decide(choice.category, choice.dispatch, seen.urgency, doubts=doubts, lead_from=lead_from),
            provenance=provenance,
            timing_ms=clock.total(),
        )

    def _doubts(
        self, seen: Seen, track: Track, deadline: Deadline, draft: Draft | None, *, placeless: bool
    ) -> list[str]:
        return find_doubts(
            seen.complaint,
            track,
            deadline,
            draft,
            lead=self.base.tables.department[seen.choice.dispatch.lead.id],
            outside=self.base.gazetteer.is_outside(seen.complaint.address),
            precedent=seen.choice.precedent,
            placeless=placeless,
            manner=seen.reading.manner,
        )

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
        plan = self.replier.plan(
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
        return self.replier.draft(plan, seen.complaint, identity, seen.day, replies, writer)
