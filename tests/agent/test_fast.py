"""The fast profile: many complaints at once, encoded only where words leave doubt, with the shipped artifacts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from agent import Complaint, TriageAgent
from agent.cascade import SETTLED_BY, SHORT, Cascade, margin
from agent.choose import Chooser, Matter
from knowledge.vocabulary import Address
from models.distilled import DistilledEncoder
from models.embedder import Vectors

NOW = dt.datetime.fromisoformat("2026-03-14T09:30:00+08:00")
CLEAR = "金水区经三路的路灯坏了半个月，晚上一片漆黑，老人出门看不见路，打过几次电话也没有人来修，希望尽快派人维修。"
VAGUE = "我们这里的事情反映过很多次，一直没有下文，到底归谁管，请给个说法。"
TEXTS = (CLEAR, VAGUE, "二七区大学路一家烧烤店夜里油烟呛人，排到居民窗户里。", "公司拖欠我三个月工资不给，在中原区。")


class Counting:
    """The real encoder, counting what it is asked."""

    def __init__(self, agent: TriageAgent) -> None:
        self.name, self.asked, self._encoder = agent.base.embedder.name, 0, agent.base.embedder

    def queries(self, texts: Sequence[str]) -> Vectors:
        """As the real one."""
        self.asked += len(texts)
        return self._encoder.queries(texts)


def complaints(*texts: str) -> list[Complaint]:
    return [Complaint(id=str(i), text=text, received_at=NOW) for i, text in enumerate(texts)]


@pytest.fixture(scope="module")
def chooser(real_agent: TriageAgent) -> Chooser:
    found: Chooser = real_agent._chooser
    return found


def test_answers_in_order_and_bad_rows_as_errors(real_agent: TriageAgent) -> None:
    """One suggestion a complaint, in their order; an unusable one is an error and stops nobody."""
    given = complaints(CLEAR, "？？", TEXTS[3])
    made = real_agent.triage_many(given, draft=False, profile="fast", now=NOW)
    assert [one.id for one in made] == ["0", "1", "2"]
    assert [one.status for one in made] == ["ok", "error", "ok"]
    assert made[2].dispatch is not None
    assert made[2].dispatch.lead.id == "rsj"
    assert real_agent.triage_many([], profile="fast") == []


def test_accurate_many_is_triage(real_agent: TriageAgent) -> None:
    """The accurate profile says what the workbench says, to the bit."""
    (one,) = complaints(CLEAR)
    (many,) = real_agent.triage_many([one], draft=False, now=NOW)
    alone = real_agent.triage(one, draft=False)
    assert many.model_dump(exclude={"timing_ms"}) == alone.model_dump(exclude={"timing_ms"})


def test_only_doubt_is_encoded(real_agent: TriageAgent, chooser: Chooser) -> None:
    """What words settle keeps the cheap vector; what they leave in doubt gets the real one, and is said to."""
    encoder = Counting(real_agent)
    cheap = DistilledEncoder.load(encoder.name)
    cascade = Cascade(chooser.with_encoder(encoder), cheap)
    matters = [Matter("", text, Address(), NOW.date()) for text in TEXTS]
    settled = cascade.settle(matters)
    guessed = chooser.with_encoder(cheap).choose_many(matters)
    doubtful = [len(text) < SHORT or margin(choice) < SETTLED_BY for text, choice in zip(TEXTS, guessed, strict=True)]
    assert doubtful[:2] == [False, True]
    assert encoder.asked == sum(doubtful)
    assert [one.encoder == encoder.name for one in settled] == doubtful


def test_the_dial_goes_from_nothing_to_everything(real_agent: TriageAgent, chooser: Chooser) -> None:
    """At 0 nothing is encoded; above 1 everything is, and then the choices are the accurate profile's."""
    matters = [Matter("", text, Address(), NOW.date()) for text in TEXTS]
    cheap = DistilledEncoder.load(real_agent.base.embedder.name)
    encoder = Counting(real_agent)
    Cascade(chooser.with_encoder(encoder), cheap, 0.0).settle(matters)
    assert encoder.asked == 0
    every = Cascade(chooser, cheap, 1.1).settle(matters)
    alone = [chooser.choose(matter) for matter in matters]
    assert [one.choice.dispatch.lead.id for one in every] == [choice.dispatch.lead.id for choice in alone]
    for one, choice in zip(every, alone, strict=True):
        assert one.choice.dispatch.confidence == pytest.approx(choice.dispatch.confidence, abs=2e-3)


def test_emergencies_stay_with_the_rules(real_agent: TriageAgent) -> None:
    """Danger to life is read from words: fast or not, the level and who must come are the same."""
    given = complaints("东风渠里漂着一具尸体", "我弟喝了一瓶农药，快来人", CLEAR)
    fast = real_agent.triage_many(given, draft=False, profile="fast", now=NOW)
    for quick, slow in zip(fast, real_agent.triage_many(given, draft=False, now=NOW), strict=True):
        assert quick.urgency is not None
        assert slow.urgency is not None
        assert quick.urgency.level == slow.urgency.level
        assert quick.dispatch is not None
        assert slow.dispatch is not None
        assert quick.dispatch.lead == slow.dispatch.lead


def test_a_short_danger_keeps_its_urgency(real_agent: TriageAgent) -> None:
    """Ten characters give the cheap copy too little: they are encoded, and no flooded tunnel goes automatically."""
    (made,) = real_agent.triage_many(complaints("京广路隧道积水严重"), draft=False, profile="fast", now=NOW)
    assert made.urgency is not None
    assert made.urgency.level == 1
    assert made.decision is not None
    assert made.decision.route != "auto"


def test_fast_writes_drafts_and_names_only_the_table_s_law(real_agent: TriageAgent) -> None:
    """A draft is written when asked for; the articles beside the card are those of the duty table, none searched."""
    (made,) = real_agent.triage_many(complaints(CLEAR), draft=True, profile="fast", now=NOW)
    assert made.draft is not None
    assert all(check.ok for check in made.draft.checks)
    assert made.dispatch is not None
    basis = {(cited.law, cited.article) for cited in made.dispatch.basis}
    assert {(hit.law, hit.article) for hit in made.regulations} <= basis
