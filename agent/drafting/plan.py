"""What a reply may say: the facts that other parts found, and the blanks that only the handling unit can fill.

Every fact in a draft comes from its plan, whoever words it, template or language model; `checks` holds the draft
against the plan. No wording here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Literal

from pydantic import Field, field_validator

from agent.drafting._matter import restate
from agent.intake import mask
from agent.schema import ComplaintReading, Deadline, Dispatch, Issue, Track, Unit, UrgencyGuess
from knowledge.places import CITY
from knowledge.vocabulary import Citation, CitationState, Kind, Urgency
from knowledge.workdays import SHANGHAI
from models.record import Record

Hazard = Literal["燃气", "火灾", "带电", "坍塌", "被困", "伤病", "侵害", "走失"]

OUT = "out"  # department id of what a hotline may not take
MIN_CHARS, MAX_CHARS = 120, 350  # of a draft, white space not counted
_MATTER_CHARS = 56  # one long sentence; two of them would leave no room for the answer
_ISSUE_CHARS = 30
_ARTICLE = re.compile(r"\d{1,4}(?:-\d{1,3})?")

# Collective names of the department table, as they read in a letter while the place is unknown.
_COLLECTIVE = {
    "jiedao": "属地街道办事处（乡镇人民政府）",
    "quzf": "属地区县（市）人民政府（管委会）",
}
_BLANKS: dict[Kind, tuple[str, ...]] = {
    "投诉": ("现场核查时间", "核查情况和处理意见"),
    "求助": ("与您联系的时间", "处置安排"),
    "举报": ("核查时间", "核查结论和处理意见"),
    "咨询": ("政策依据和答复要点", "咨询窗口和办公电话"),
    "建议": ("是否采纳及理由",),
    "表扬": ("受表扬的单位或人员",),
}
_SEVERAL = ("各项办理情况和意见",)
# Words that say which advice fits a danger; asked only where the urgency is 2.
_HAZARDS: tuple[tuple[Hazard, re.Pattern[str]], ...] = (
    ("燃气", re.compile(r"(?:燃气|煤气|天然气|液化气)|气罐|煤气味")),
    ("火灾", re.compile(r"起火|着火|失火|火灾|大火|明火|冒烟|浓烟|燃烧|爆炸")),
    ("带电", re.compile(r"漏电|触电|带电|(?:电线|高压线|电缆)[^，。]{0,6}(?:掉|断|裸露|垂)")),
    ("坍塌", re.compile(r"坍塌|塌|倾斜|倒塌|坠落|脱落|危房")),
    ("被困", re.compile(r"被困|困人|困在|掉[进到入]|落水|溺水|坠[井河]")),
    ("侵害", re.compile(r"打人|殴打|持刀|砍|威胁|绑架|囚禁|轻生|自杀|跳楼|抢劫|拐|虐待|家暴|性侵|猥亵")),
    ("走失", re.compile(r"走失|失踪|失联|走丢")),
    ("伤病", re.compile(r"受伤|昏迷|晕倒|中毒|流血|骨折|呕吐|休克|抢救|[摔砸咬撞]伤|病危|心脏病")),
)
_AUTHORITIES = (
    (re.compile(r"仲裁"), "有管辖权的仲裁机构"),
    (re.compile(r"检察|抗诉|批捕"), "有管辖权的人民检察院"),
    (re.compile(r"法院|法官|判决|执行局|起诉|诉讼|立案|开庭|失信"), "有管辖权的人民法院"),
    (re.compile(r"部队|军事|军队"), "军队有关机关"),
)


class PlanIssue(Record):
    """One of several matters and who leads it."""

    matter: str = Field(description="a stretch of the complaint, '' when none is fit to be quoted")
    lead: Unit | None


class Plan(Record):
    """All that a draft may state; what is not here, it leaves blank.

    `matter` and `place` are the complaint's words and official names; `assists` are names of departments.
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
    issues: tuple[PlanIssue, ...] = Field(default=(), description="empty for a single matter")

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
) -> Plan:
    """Collect what the reply to one complaint may say.

    Args:
        reading: The complaint; its issues decide whether the reply is numbered.
        dispatch: Lead, assists and legal basis of the main issue; None when none was chosen.
        urgency: Level of the whole complaint; its evidence says which advice fits.
        track: The track, when one was chosen.
        deadline: The time limit, when one was computed.

    Returns:
        A plan whose citations are all VERIFIED and whose texts hold no personal data that the mask knows.
    """
    city = reading.address.city
    outside = city if city not in ("", CITY) else ""
    lead = _spoken(dispatch.lead) if dispatch is not None else None
    issues = tuple(_issue(issue, reading.kind) for issue in reading.issues) if len(reading.issues) > 1 else ()
    handled = not outside and (lead is None or lead.id != OUT or bool(issues))
    words = " ".join((reading.title, reading.summary, *(span.text for span in urgency.evidence)))
    return Plan(
        kind=reading.kind,
        matter=restate(reading.summary or reading.masked_text, reading.kind, reading.title, _MATTER_CHARS),
        lead=lead,
        assists=_assists(dispatch),
        citations=_citations([dispatch, *(issue.dispatch for issue in reading.issues)]),
        track=track,
        deadline=deadline,
        urgency=urgency.level,
        hazards=tuple(name for name, pattern in _HAZARDS if urgency.level == 2 and pattern.search(words)),
        place=_place(reading),
        outside_city=outside,
        authority=next((name for pattern, name in _AUTHORITIES if pattern.search(words)), ""),
        blanks=_blanks(reading.kind, urgency.level, several=bool(issues)) if handled else (),
        issues=issues,
    )


def say_time(moment: dt.datetime) -> str:
    """Write a moment as officials do, in 郑州's time: 2026年3月20日17时30分."""
    local = moment.astimezone(SHANGHAI) if moment.tzinfo is not None else moment
    minutes = f"{local.minute:02d}分" if local.minute else ""
    return f"{local.year}年{local.month}月{local.day}日{local.hour}时{minutes}"


def _issue(issue: Issue, kind: Kind) -> PlanIssue:
    lead = _spoken(issue.dispatch.lead) if issue.dispatch is not None else None
    return PlanIssue(matter=restate(issue.text, kind, "", _ISSUE_CHARS), lead=lead)


def _spoken(unit: Unit) -> Unit:
    """The unit under a name that can stand in a sentence."""
    if unit.id in _COLLECTIVE and unit.unit == unit.name:
        return unit.model_copy(update={"unit": _COLLECTIVE[unit.id]})
    return unit


def _assists(dispatch: Dispatch | None) -> tuple[str, ...]:
    if dispatch is None:
        return ()
    helpers = [helper for helper in dispatch.assist if helper.id not in (OUT, dispatch.lead.id)]
    return tuple(dict.fromkeys(_COLLECTIVE.get(helper.id, helper.name) for helper in helpers))


def _citations(dispatches: Iterable[Dispatch | None]) -> tuple[Citation, ...]:
    cited = [citation for dispatch in dispatches if dispatch is not None for citation in dispatch.basis]
    usable = [c for c in cited if c.state is CitationState.VERIFIED and _ARTICLE.fullmatch(c.article)]
    return tuple({(c.law, c.article): c for c in usable}.values())


def _place(reading: ComplaintReading) -> str:
    """District and street office, then the text's own words without repeating either."""
    address = reading.address
    # A spot that intake masked (a house number, say) must not come back through the address.
    spot = address.place if address.place in reading.masked_text or address.place in reading.title else ""
    spot = mask(spot).text
    if "【" in spot:
        spot = ""
    if address.district and address.district in spot:
        return spot
    return address.district + ("" if address.street in spot else address.street) + spot


def _blanks(kind: Kind, level: Urgency, *, several: bool) -> tuple[str, ...]:
    if level == 2 and kind in ("咨询", "建议"):  # a question about a danger asks for help first
        kind = "求助"
    return _SEVERAL if several and kind not in ("咨询", "建议", "表扬") else _BLANKS[kind]
