"""What a reply may say: the facts that other parts found, and the blanks that only the handling unit can fill.

Every fact in a draft comes from its plan, whoever words it, template or language model; the guard holds the draft
against the plan. No wording here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Literal

from pydantic import Field, field_validator

from agent.drafting._gather import (
    NO_RESULT,
    SURE,
    accuses_office,
    category_words,
    find_advice,
    find_answers,
    find_assists,
    find_blanks,
    find_citations,
    find_hazards,
    find_matter,
    find_place,
    find_procedure,
    spoken,
)
from agent.drafting._gather import OUT as OUT
from agent.drafting._gather import Hazard as Hazard
from agent.drafting._matter import restate, unwished
from agent.drafting.advice import AdviceRules, shipped_advice
from agent.drafting.demands import Demand, find_demands
from agent.drafting.record import record_sentences
from agent.intake import mask
from agent.schema import ComplaintReading, Deadline, Dispatch, Issue, RegulationHit, Track, Unit, UrgencyGuess
from knowledge.places import CITY
from knowledge.vocabulary import Citation, CitationState, Kind, Urgency
from knowledge.workdays import SHANGHAI
from models.record import Record

MIN_CHARS, MAX_CHARS = 120, 350  # of a draft, white space not counted
_ISSUE_CHARS = 30  # of an issue as it is listed
# Without one of these a part of a long letter tells a story, and names no issue.
_TROUBLE = re.compile(
    r"[不没无未乱坏漏堵违欠涨噪污臭脏占破损危难拆挖偷骗赌晃塌裂停断缺少高低慢差冷吵]|收费|问题|垃圾|请求|请|建议|何|多少|怎|吗|补|退|积水|公示|加装|增设|安全"
)


class PlanIssue(Record):
    """One of several matters and who leads it."""

    matter: str = Field(description="as `Plan.matter`, shorter; the name of the category where no words are fit")
    lead: Unit | None


class Plan(Record):
    """All that a draft may state; what is not here, it leaves blank.

    `matter` is said to its writer: the complaint's own words with his 我 as 您, after the official names of the place,
    '' when no words are fit. `place` holds official names and the text's words; `assists` are names of departments.
    """

    kind: Kind
    matter: str = ""
    lead: Unit | None = Field(default=None, description="None while no department could be chosen")
    assists: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = Field(default=(), description="VERIFIED only")
    track: Track | None = None
    deadline: Deadline | None = None
    urgency: Urgency = 0
    hazards: tuple[Hazard, ...] = Field(default=(), description="kinds of danger named; only where urgency is 2")
    place: str = ""
    outside_city: str = Field(default="", description="the other city, county or province the matter lies in")
    authority: str = Field(default="", description="who takes what a hotline may not, '' when the words do not say")
    blanks: tuple[str, ...] = ()
    interested: bool = Field(default=False, description="the complaint is about an office or its people")
    issues: tuple[PlanIssue, ...] = Field(default=(), description="empty for a single matter")
    form: Literal["first", "final"] = Field(default="first", description="a receipt now, or the reply after handling")
    record: str = Field(default="", description="the unit's record of handling, masked; only for the final form")
    demands: tuple[Demand, ...] = Field(default=(), description="what the masked complaint asks for, in its order")
    advice: tuple[str, ...] = Field(default=(), description="whole sentences: what the citizen can do meanwhile")
    day: dt.date | None = Field(default=None, description="day of receipt: whose law counts")

    @field_validator("citations")
    @classmethod
    def _verified(cls, citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
        if any(citation.state is not CitationState.VERIFIED for citation in citations):
            raise ValueError("only a VERIFIED citation may enter a plan")
        return citations

    @property
    def urgent(self) -> bool:
        """Someone must act at once; praise of a rescue speaks of danger that is over."""
        return self.urgency == 2 and self.kind != "表扬"

    @property
    def excluded(self) -> bool:
        """A hotline may not take the matter."""
        return self.lead is not None and self.lead.id == OUT

    @property
    def due_text(self) -> str:
        """The due time in words, e.g. 2026年3月20日17时30分; '' when there is none."""
        return say_time(self.deadline.due) if self.deadline is not None and self.deadline.due is not None else ""


def build_plan(
    reading: ComplaintReading,
    dispatch: Dispatch | None,
    urgency: UrgencyGuess,
    track: Track | None,
    deadline: Deadline | None,
    *,
    record: str = "",
    day: dt.date | None = None,
    regulations: Sequence[RegulationHit] = (),
    rules: AdviceRules | None = None,
    topic: Sequence[str] = (),
    precedents: Sequence[str] = (),
) -> Plan:
    """Collect what the reply to one complaint may say.

    Args:
        reading: The complaint; its issues decide whether the reply is numbered.
        dispatch: Lead, assists and legal basis of the main issue; None when none was chosen.
        urgency: Level of the whole complaint; its evidence says which advice fits.
        track: The track, when one was chosen.
        deadline: The time limit, when one was computed.
        record: The handling unit's own record; given, the plan is for the final reply.
        day: Day of receipt.
        regulations: Articles in force on `day` that may answer a question, best first; used for a 咨询 only.
        rules: Advice and referrals; None means those that come with the project.
        topic: Topic and keywords of the duty chosen; they tell the matter from side clauses.
        precedents: Replies in cases like this one, best first; a 咨询 may learn the usual way from them.

    Returns:
        A plan whose citations are all VERIFIED and whose texts hold no personal data that the mask knows.
    """
    told = mask(record).text.strip()
    words = " ".join((reading.title, reading.summary, *(span.text for span in urgency.evidence)))
    sent = {"track": track, "deadline": deadline, "urgency": urgency.level, "hazards": find_hazards(urgency, words)}
    plan = _found(reading, dispatch, regulations, topic, told).model_copy(update={**sent, "day": day})
    plan = _advised(plan, reading, words, rules or shipped_advice(), precedents)
    return plan.model_copy(update={"blanks": _blanks(plan, words)})


def _found(
    reading: ComplaintReading,
    dispatch: Dispatch | None,
    regulations: Sequence[RegulationHit],
    topic: Sequence[str],
    told: str,
) -> Plan:
    """What the complaint says and who answers it, before track, time and advice."""
    demands = find_demands(reading.masked_text, reading.kind)
    matter = find_matter(reading, demands, topic)
    answers = find_answers(regulations, matter, demands) if reading.kind == "咨询" else ()
    return Plan(
        kind=reading.kind,
        matter=matter,
        lead=spoken(dispatch.lead) if dispatch is not None else None,
        assists=find_assists(dispatch),
        citations=find_citations([dispatch, *(issue.dispatch for issue in reading.issues)], answers),
        place=find_place(reading),
        # What a unit of this city has handled is this city's matter, wherever the words seem to put it.
        outside_city=reading.address.city if reading.address.city not in ("", CITY) and not told else "",
        interested=accuses_office(reading),
        issues=_issues(reading),
        form="final" if told else "first",
        record=told,
        demands=demands,
    )


def _advised(plan: Plan, reading: ComplaintReading, words: str, table: AdviceRules, precedents: Sequence[str]) -> Plan:
    """The plan with the body that takes what a hotline may not, and with what the citizen can do meanwhile."""
    leads = [issue.lead for issue in plan.issues] if plan.issues else [plan.lead]
    excluded = any(lead is not None and lead.id == OUT for lead in leads)
    referral = (table.refer(words) or table.refer(reading.masked_text)) if excluded else None
    advice: tuple[str, ...] = ()
    if not plan.outside_city and plan.urgency < 2:
        advice = find_advice(table, reading, words, referral)
        if plan.kind == "咨询" and referral is None:
            advice = (*advice, *find_procedure(plan.matter, plan.demands, precedents))
    return plan.model_copy(update={"authority": referral.body if referral is not None else "", "advice": advice})


def say_time(moment: dt.datetime) -> str:
    """Write a moment as officials do, in 郑州's time: 2026年3月20日17时30分."""
    local = moment.astimezone(SHANGHAI) if moment.tzinfo is not None else moment
    minutes = f"{local.minute:02d}分" if local.minute else ""
    return f"{local.year}年{local.month}月{local.day}日{local.hour}时{minutes}"


def _issues(reading: ComplaintReading) -> tuple[PlanIssue, ...]:
    """One entry a separate matter; () for a single one."""
    if len(reading.issues) < 2:
        return ()
    topics = [
        issue.category.level3 if issue.category is not None and issue.category.confidence >= SURE else ""
        for issue in reading.issues
    ]
    issues = [
        _issue(issue, reading.kind, topic if topics.count(topic) == 1 else "")
        for issue, topic in zip(reading.issues, topics, strict=True)
    ]
    apart = tuple(dict.fromkeys(issues))
    leads = {issue.lead.id if issue.lead is not None else "" for issue in apart}
    # A list of one line, or for one unit with a line that says nothing, is none.
    return apart if len(apart) > 1 and (len(leads) > 1 or all(issue.matter for issue in apart)) else ()


def _issue(issue: Issue, kind: Kind, topic: str) -> PlanIssue:
    lead = spoken(issue.dispatch.lead) if issue.dispatch is not None else None
    matter = unwished(restate(issue.text, kind, "", _ISSUE_CHARS, category_words(issue.category)))
    named = f"{topic}方面的问题" if topic not in ("", "其他") else ""
    return PlanIssue(matter=matter if _TROUBLE.search(matter) else named, lead=lead)


def _blanks(plan: Plan, words: str) -> tuple[str, ...]:
    if plan.form == "final":
        return () if record_sentences(plan.record, [citation.law for citation in plan.citations]) else NO_RESULT
    if plan.outside_city or (plan.excluded and not plan.issues):
        return ()
    return find_blanks(plan.kind, plan.urgency, words, several=bool(plan.issues))
