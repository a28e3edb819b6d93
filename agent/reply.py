"""The reply to one complaint: plan, words, guard, in this order and whoever finds the words.

A language model words it only where one is set, and never decides whether its words go out: what fails the guard
is mended or replaced by the template.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from agent.drafting import Plan, build_plan, check_draft, write_draft
from agent.drafting.advice import AdviceRules
from agent.drafting.guard import mend_draft, own_grounds
from agent.drafting.template import mark
from agent.schema import (
    Check,
    ComplaintReading,
    Deadline,
    Dispatch,
    Draft,
    RegulationHit,
    Suggestion,
    Track,
    UrgencyGuess,
)
from agent.wording_model import ModelWriter, adopt
from knowledge.base import KnowledgeBase
from knowledge.numerals import article_label
from knowledge.vocabulary import Duty

EXAMPLES = 3  # replies of similar cases that a model may take its tone from


class Replier:
    """Writes and checks reply drafts for one knowledge base.

    Args:
        base: Its statutes judge citations, its tables name departments.
        rules_dir: The user's own rule files; None means those that come with the project.
    """

    def __init__(self, base: KnowledgeBase, rules_dir: Path | None) -> None:
        self._base = base
        self._advice = AdviceRules.load(rules_dir)

    def plan(
        self,
        complaint: ComplaintReading,
        dispatch: Dispatch,
        urgency: UrgencyGuess,
        track: Track,
        deadline: Deadline,
        *,
        day: dt.date,
        record: str = "",
        regulations: Sequence[RegulationHit] = (),
        duty: Duty | None = None,
        precedents: Sequence[str] = (),
    ) -> Plan:
        """All that the draft may say; see `build_plan`."""
        return build_plan(
            complaint,
            dispatch,
            urgency,
            track,
            deadline,
            record=record,
            day=day,
            regulations=regulations,
            rules=self._advice,
            topic=() if duty is None else (duty.topic, *duty.keywords),
            precedents=precedents,
        )

    def draft(
        self,
        plan: Plan,
        complaint: ComplaintReading,
        seed: str,
        day: dt.date,
        examples: Sequence[str] = (),
        writer: ModelWriter | None = None,
    ) -> Draft:
        """Word the plan and check the words; never fails because a language model did.

        Args:
            plan: All that may be said.
            complaint: What was read; its masked words may be repeated.
            seed: Chooses among the template's wordings.
            day: Day whose law counts.
            examples: Replies in similar cases, best first, for a model's tone.
            writer: A language model that words the plan; None leaves it to the template.
        """
        check = partial(self._check, plan=plan, complaint=complaint, day=day)
        written = write_draft(plan, seed)
        mended = mend_draft(written.text, check)
        text = mended.text or written.text
        template = Draft(
            text=text,
            generator=written.generator,
            citations=tuple(c for c in written.citations if article_label(c.article) in text),
            blanks=tuple(blank for blank in written.blanks if mark(blank) in text),
            checks=mended.checks,
        )
        if writer is None:
            return template
        worded = writer.write(plan, complaint.masked_text, [text for text in examples if text][:EXAMPLES], check)
        return adopt(worded, template, plan)

    def redraft(self, suggestion: Suggestion, dispatch: Dispatch, deadline: Deadline, day: dt.date) -> Draft | None:
        """The template's draft with what a person chose instead; None where there is no complaint to word."""
        complaint = suggestion.complaint
        if complaint is None or suggestion.urgency is None or suggestion.track is None:
            return None
        # the first matter is the one that was dispatched
        main = [issue.model_copy(update={"dispatch": dispatch}) for issue in complaint.issues[:1]]
        told = complaint.model_copy(update={"issues": (*main, *complaint.issues[1:])})
        plan = self.plan(
            told,
            dispatch,
            suggestion.urgency,
            suggestion.track,
            deadline,
            day=day,
            regulations=suggestion.regulations,
        )
        return self.draft(plan, told, suggestion.id, day)

    def _check(self, text: str, *, plan: Plan, complaint: ComplaintReading, day: dt.date) -> tuple[Check, ...]:
        said = f"{complaint.title}\n{complaint.masked_text}"
        cited = self._base.citations.check(text, day)
        return check_draft(text, plan, said, cited, own_grounds(plan, self._base.tables))
