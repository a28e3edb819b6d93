"""From a complaint to what is known of it: read, judged, chosen, parted into matters, with the law that governs it.

In two halves, so that the choosing between them may be done for many complaints at once. Nothing is written here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from agent.choose import Choice, Chooser, Matter
from agent.classify.model import Model
from agent.clock import Clock
from agent.intake import simplify
from agent.issues import part_issues
from agent.judge import UrgencyJudge
from agent.language import LanguageHelp
from agent.law import basis_articles, quoted_laws, related_articles
from agent.read import Reading, read_complaint
from agent.schema import Complaint, ComplaintReading
from agent.seen import Seen
from agent.settings import Settings
from agent.urgency import UrgencyReading
from knowledge.base import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Heard:
    """A complaint, read; nothing is chosen yet.

    Attributes:
        day: Day whose law counts.
        judged: What the urgency rules find.
    """

    given: Complaint
    day: dt.date
    reading: Reading
    judged: UrgencyReading

    @property
    def matter(self) -> Matter:
        """What is to be chosen for."""
        reading = self.reading
        return Matter(
            simplify(reading.given_title), reading.plain, reading.address, self.day, emergency=self.judged.level == 2
        )


@dataclass(frozen=True)
class Understanding:
    """Both halves, over one knowledge base and one fitted model."""

    base: KnowledgeBase
    model: Model
    judge: UrgencyJudge
    settings: Settings

    def hear(self, given: Complaint, now: dt.datetime, clock: Clock) -> Heard:
        """Read a complaint.

        Args:
            given: The complaint.
            now: When it came in, where it does not say so itself.
            clock: Times the steps.

        Raises:
            InputError: the text is unusable.
        """
        settings = self.settings
        with clock.step("read"):
            reading = read_complaint(
                given, self.base.gazetteer, max_chars=settings.max_chars, mask_doors=settings.mask_doors, now=now
            )
        with clock.step("urgency"):
            judged = self.judge.read(reading)
        return Heard(given, (given.received_at or now).date(), reading, judged)

    def see(
        self,
        heard: Heard,
        choice: Choice,
        chooser: Chooser,
        clock: Clock,
        *,
        helper: LanguageHelp | None = None,
        search: bool = True,
    ) -> Seen:
        """What follows from the choice.

        Args:
            heard: The complaint.
            choice: What was chosen for it.
            chooser: Asked for each separate matter of it.
            clock: Times the steps.
            helper: A language model that helps.
            search: Also search the statutes; otherwise only what the duty table names stands beside the card.
        """
        reading, day = heard.reading, heard.day
        with clock.step("choose"):
            kind = self.model.kind(choice.read.tone, reading.cues)
            urgency = self.judge.guess(reading, heard.judged, choice.read.tone)
        summary = reading.summary
        if helper is not None:
            with clock.step("language"):
                choice = replace(choice, category=helper.category(choice.category, reading.masked))
                summary = helper.summary(reading.masked, summary)
        with clock.step("issues"):
            choice, issues = part_issues(chooser, self.judge, reading, choice, urgency, day)
        with clock.step("regulations"):
            regulations = related_articles(self.base, choice, day) if search else basis_articles(self.base, choice, day)
            quoted = quoted_laws(self.base, heard.given.text, day)
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
