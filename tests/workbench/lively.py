"""A ledger with life in it for the reviewer's and the quality page: eighty invented matters over five weeks.

The ledger, the queue, the figures and the workbooks are the real ones; only what would need a model is plain: the
suggestions are made here, and office and time limit do not follow from a choice by rule.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from agent import Settings, TriageAgent
from agent.desk import Desk
from agent.desk.grounds import Grounds
from agent.desk.records import Difference, Effect, Replay
from agent.intake import mask
from agent.ledger import Ledger
from agent.ledger.records import Actor, Choice
from agent.schema import (
    CategoryChoice,
    CategoryGuess,
    Complaint,
    Decision,
    Dispatch,
    LeadAlternative,
    Route,
    Suggestion,
    Unit,
    UrgencyGuess,
)
from knowledge.tables import load_tables
from knowledge.vocabulary import Address, PastCase, Risk
from knowledge.workdays import SHANGHAI
from tests.suggestions import spans, suggestion

TABLES = load_tables()
MATTERS = 80
START = dt.datetime(2026, 2, 2, 8, 30, tzinfo=SHANGHAI)
NOW = dt.datetime(2026, 3, 6, 17, 0, tzinfo=SHANGHAI)
BEFORE = dt.datetime(2026, 3, 5, 18, 0, tzinfo=SHANGHAI)  # the deadline of tests.suggestions
OPERATORS = (Actor(name="张静"), Actor(name="马强"), Actor(name="赵敏"))
CLERK = Actor(name="clerk")
REVIEWER = Actor(name="李岩", role="reviewer")
CHANNELS = ("12345热线", "郑好拍", "网格巡查", "数字城管")
REASONS = ("职责不属于原建议单位", "类别选错", "按属地应由区县（街道）承办", "诉求人补充了情况")
FOOD, SAFETY, WAGES = Risk.FOOD_DRUG, Risk.PERSONAL_SAFETY, Risk.WAGES


@dataclass(frozen=True)
class Topic:
    """What a complaint is about, who is right and who is easily taken for it."""

    words: str
    title: str
    category: str
    lead: str
    rival: str
    risk: Risk | None = None
    evidence: str = ""


TOPICS = (
    Topic("{place}夜里有烧烤摊占着人行道，油烟往楼上飘，劝了几次都不听。", "烧烤摊占道", "010202", "cgj", "hbj"),
    Topic("{place}的工地半夜还在打桩，孩子没法睡，请派人来看看。", "工地夜间施工噪声", "040206", "hbj", "cjj"),
    Topic("{place}一家包子铺的馅料有异味，两个人拉肚子。", "包子有异味", "120401", "scj", "wjw", FOOD, "拉肚子"),
    Topic("{place}楼道里一股煤气味，大家都不敢开灯。", "楼道有煤气味", "010213", "ranqi", "cgj", SAFETY, "煤气味"),
    Topic("{place}的项目欠我们班组三个月工钱，没人接电话。", "项目欠薪", "010804", "rsj", "cjj", WAGES, "工钱"),
    Topic("{place}小区物业收了停车费，车棚漏雨半年没人修。", "物业不修车棚", "011003", "zfbz", "scj"),
    Topic("{place}的绿化带堆了一个多月垃圾，味道受不了。", "绿化带堆放垃圾", "010214", "cgj", "ylj"),
    Topic("{place}路口信号灯时长太短，老人过不去马路。", "信号灯放行时间短", "010211", "jjzd", "cgj"),
)
PLACES = (
    "金水区丰产路",
    "二七区大学路",
    "中原区桐柏路",
    "惠济区天河路",
    "郑东新区商鼎路",
    "高新区科学大道",
    "经开区航海东路",
)


@dataclass
class Memory:
    """Past cases as the desk adds them: ids only."""

    tables: object = TABLES
    cases: set[str] = field(default_factory=set)

    def add_cases(self, cases: list[PastCase]) -> int:
        """Remember."""
        self.cases |= {case.id for case in cases}
        return len(cases)

    def remove_case(self, case_id: str) -> None:
        """Forget."""
        self.cases.discard(case_id)


class PlainGrounds(Grounds):
    """The office is the department itself, and the time limit is the one proposed."""

    def __init__(self) -> None:
        """Needs no rules."""

    def effect(
        self, suggestion: Suggestion, proposed: Choice, choice: Choice, received_at: dt.datetime | None
    ) -> Effect:
        """Only the office follows."""
        known = TABLES.department.get(choice.lead)
        unit = proposed.unit if choice.lead == proposed.lead else known.name if known else ""
        due = suggestion.deadline.due if suggestion.deadline else None
        return Effect(choice=choice.model_copy(update={"unit": unit, "due": due}), deadline=suggestion.deadline)


class LivelyDesk(Desk):
    """The real desk without a model; `memory` is what it was taught."""

    def __init__(self, ledger: Ledger, now: dt.datetime = NOW) -> None:
        self.memory = Memory()
        agent = SimpleNamespace(base=self.memory, threshold=lambda precision: 0.8)
        super().__init__(cast("TriageAgent", agent), ledger, Settings(), clock=lambda: now)
        self.grounds = PlainGrounds()

    def replay(self, suggestion_id: str) -> Replay:
        """As if a case had been added since."""
        stored = self.ledger.suggestion(suggestion_id)
        return Replay(
            suggestion_id=suggestion_id,
            matter_id=stored.matter_id,
            state="not_rebuildable",
            made_at=stored.created_at,
            changed=(Difference(field="knowledge.cases", before="c41f", after="c77a"),),
            differences=(Difference(field="dispatch.lead.id", before="cgj", after="hbj 电话13812345678"),),
            message="以往工单已与当时不同，无法按原样重放；按今天的版本重做，有1处不同。",
        )


@dataclass
class Clock:
    """A clock that a test sets."""

    now: dt.datetime = START

    def __call__(self) -> dt.datetime:
        """The time it was set to."""
        return self.now


def copied_desk(made: Path, folder: Path) -> LivelyDesk:
    """A desk of one's own over a copy of the ledger that `lively_desk` made in another folder."""
    shutil.copyfile(made / "ledger.db", folder / "ledger.db")
    return LivelyDesk(Ledger.open(f"sqlite:///{folder / 'ledger.db'}", migrate=False, clock=lambda: NOW))


def lively_desk(folder: Path, matters: int = MATTERS, *, seed: int = 7) -> LivelyDesk:
    """A desk over a fresh ledger with so many matters; the same seed gives the same matters."""
    clock, chance = Clock(), random.Random(seed)
    ledger = Ledger.open(f"sqlite:///{folder / 'ledger.db'}", clock=clock)
    desk = LivelyDesk(ledger)
    span = (NOW - dt.timedelta(hours=2) - START) / max(matters, 1)
    for at in range(matters):
        clock.now = START + at * span
        _live(desk, clock, chance, at)
    clock.now = NOW
    return desk


def _live(desk: LivelyDesk, clock: Clock, chance: random.Random, at: int) -> None:
    """One matter's life: proposed, mostly decided, sometimes returned, sometimes reviewed."""
    topic = TOPICS[at % len(TOPICS)]
    place = chance.choice(PLACES)
    number = at // 8 + 1
    text = topic.words.format(place=f"{place}{number}号") + f"联系人王先生，电话139{38000000 + at * 137}。"
    mistaken = chance.random() < 0.32
    sure = round(chance.uniform(0.35, 0.8) if mistaken else chance.uniform(0.55, 0.99), 3)
    made = suggestion_on(topic, text, place, lead=topic.rival if mistaken else topic.lead, sure=sure, at=clock.now)
    complaint = Complaint(id=f"ZZ{at:05}", text=text, received_at=clock.now, channel=CHANNELS[at % len(CHANNELS)])
    stored = desk.ledger.record(complaint, made, OPERATORS[at % 3])
    if at % 13 == 12:
        return
    clock.now += dt.timedelta(minutes=chance.randint(1, 9))
    noticed = mistaken and chance.random() < 0.5
    choice = desk.choice_of(made)
    if noticed:
        choice = desk.with_lead(made, topic.lead)
    if at % 11 == 5:
        choice = desk.with_category(made, "010205", choice=choice)
    decision = desk.decide(
        stored.matter.id,
        stored.suggestion.id,
        "change" if noticed else "accept",
        choice,
        OPERATORS[at % 3],
        reason=chance.choice(REASONS) if noticed else "",
        seconds=round(chance.uniform(6, 95), 1),
    )
    clock.now += dt.timedelta(hours=chance.randint(1, 9))
    sent_wrong = choice.lead != topic.lead
    if sent_wrong and chance.random() < 0.7:
        desk.outcome(stored.matter.id, "returned", REVIEWER, unit=choice.lead, reason="不属于本单位职责，请转有权单位")
    elif chance.random() < 0.5:
        happy = chance.random() < 0.8
        desk.outcome(
            stored.matter.id,
            "closed",
            REVIEWER,
            unit=choice.lead,
            record="已到现场处理。",
            solved=happy,
            satisfied=happy,
        )
    if chance.random() < (0.6 if sent_wrong else 0.25):
        clock.now += dt.timedelta(hours=1)
        right = desk.with_lead(made, topic.lead) if sent_wrong else None
        desk.review(
            decision.id,
            "correct" if right else "agree",
            right,
            REVIEWER,
            reason="职责不属于所派单位" if right else "",
            matter_id=stored.matter.id,
        )


def add_matter(desk: LivelyDesk, text: str, made: Suggestion, *, said: str = "") -> str:
    """One more matter, changed by an operator who `said` why; its id."""
    given = Complaint(text=text, title=text[:100], received_at=BEFORE, channel="郑好拍")
    stored = desk.ledger.record(given, made, CLERK)
    choice = desk.with_lead(made, "gaj").model_copy(update={"place": text[:100], "reply": f"{text}。改过。"})
    desk.decide(stored.matter.id, stored.suggestion.id, "change", choice, CLERK, reason=said or text[:400])
    desk.outcome(stored.matter.id, "returned", CLERK, unit="gaj", reason=text[:400], record=text)
    return stored.matter.id


def suggestion_on(topic: Topic, text: str, place: str, *, lead: str, sure: float, at: dt.datetime) -> Suggestion:
    """A complete suggestion for an invented complaint."""
    made = suggestion(text, *((topic.evidence,) if topic.evidence else ()))
    assert made.complaint is not None
    assert made.deadline is not None
    known = TABLES.category[topic.category]
    guess = CategoryChoice(**known.model_dump(), confidence=min(0.99, round(sure + 0.05, 3)))
    other = topic.rival if lead == topic.lead else topic.lead
    names = TABLES.department
    reading = made.complaint.model_copy(
        update={
            "title": f"{place}{topic.title}",
            "summary": topic.title,
            "masked_text": mask(text).text,
            "address": Address(city="郑州市", district=place[:3], place=place[3:]),
            "issues": made.complaint.issues[:1],
        }
    )
    dispatch = Dispatch(
        lead=Unit(id=lead, name=names[lead].name, unit=names[lead].name),
        confidence=sure,
        alternatives=(LeadAlternative(id=other, name=names[other].name, confidence=round((1 - sure) * 0.8, 3)),),
        reason=f"以往类似诉求多由{names[lead].name}主办。",
    )
    urgent = topic.risk in (SAFETY, FOOD)
    urgency = UrgencyGuess(
        level=(2 if topic.risk is SAFETY else 1) if urgent else 0,
        confidence=0.9,
        risks=(topic.risk,) if topic.risk else (),
        evidence=spans(text, topic.evidence) if topic.evidence else (),
    )
    route: Route = "reviewer" if urgent else "auto" if sure > 0.9 else "operator"
    return made.model_copy(
        update={
            "complaint": reading,
            "category": CategoryGuess(**guess.model_dump()),
            "dispatch": dispatch,
            "urgency": urgency,
            "track": "督办快办" if urgent else "一键快办",
            "deadline": made.deadline.model_copy(update={"due": at + dt.timedelta(hours=2 if urgent else 96)}),
            "decision": Decision(route=route, reason="按把握和风险分流。"),
            "duplicates": (),
        }
    )
