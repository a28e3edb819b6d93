"""A corrected case changes the next suggestion at once, without training."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent import Settings, TriageAgent
from knowledge.base import KnowledgeBase
from knowledge.vocabulary import PastCase


@pytest.fixture
def fresh(tmp_path: Path, real_agent: TriageAgent) -> TriageAgent:
    """An agent whose additions nobody else sees."""
    base = KnowledgeBase.open(tmp_path, embedder=real_agent.base.embedder)
    return TriageAgent.from_settings(Settings.load({"XIAOZHENG_DATA_DIR": str(tmp_path)}), base)


def test_added_case_is_found_and_speaks_for_its_department(fresh: TriageAgent) -> None:
    """A kind of matter nobody foresaw: after one correction its department gains and the case is shown."""
    text = "低空送餐无人机每天从阳台外面飞过，离窗户就一两米，螺旋桨声音大还怕掉下来，想知道归谁管"
    before = fresh.triage(text)
    probability = {a.id: a.confidence for a in before.dispatch.alternatives} if before.dispatch else {}
    corrected = PastCase(
        id="fix-1", title="送餐无人机贴窗飞行扰民", text="送餐无人机天天贴着阳台飞，桨声吵人，担心坠落伤人",
        category=fresh.base.tables.category_code["交通运输", "其他", "其他"], lead="mhj",
    )  # fmt: skip
    fresh.base.add_cases([corrected])
    after = fresh.triage(text)
    assert after.dispatch is not None
    now = {after.dispatch.lead.id: after.dispatch.confidence}
    now |= {a.id: a.confidence for a in after.dispatch.alternatives}
    assert after.similar_cases[0].id == "fix-1"
    assert now.get("mhj", 0.0) > probability.get("mhj", 0.0)
    assert before.provenance is not None
    assert after.provenance is not None
    assert before.provenance.knowledge != after.provenance.knowledge


def test_a_correction_wins_for_the_same_report(fresh: TriageAgent) -> None:
    """What a person decided is the first choice for the same words, whatever the duty list and the model say."""
    text = "贾鲁河南岸有人夜里用电网捕鱼，还拿着强光灯来回照，报过一次没人来看"
    code = fresh.base.tables.category_code["政法", "社会治安", "其他"]
    before = fresh.triage(text)
    assert before.dispatch is not None
    assert before.dispatch.lead.id != "mhj"
    fresh.base.add_cases([PastCase(id="fix-2", title="", text=text, category=code, lead="mhj")])
    for told in (text, text.replace("报过一次", "报了一次")):
        after = fresh.triage(told)
        assert after.dispatch is not None
        assert after.category is not None
        assert after.dispatch.lead.id == "mhj"
        assert after.category.code == code
        assert after.dispatch.confidence > 0.6
        assert "fix-2" in after.dispatch.reason
        assert after.decision is not None
        assert "参照了本地同类工单" in after.decision.reason


def test_same_report_again_is_a_duplicate(fresh: TriageAgent) -> None:
    """The same matter in nearly the same words carries the first one's id."""
    text = "高新区科学大道与瑞达路口东南角的非机动车道塌陷一个大坑，骑车容易摔，已经摔了两个人"
    code = fresh.base.tables.category_code["交通运输", "建设管理", "设施维护"]
    fresh.base.add_cases([PastCase(id="first", title="瑞达路口塌陷", text=text, category=code, lead="cgj")])
    again = fresh.triage(text.replace("容易摔", "很容易摔倒") + "，快修修吧")
    assert [d.id for d in again.duplicates] == ["first"]
