"""The sentence that restates a matter: whole, polite, and general rather than broken."""

from __future__ import annotations

import pytest

from agent.drafting import build_plan, write_draft
from agent.drafting._place import is_proper
from agent.drafting._sound import is_sound
from agent.drafting.plan import Plan
from agent.schema import CategoryGuess, ComplaintReading, Dispatch, Issue, Unit, UrgencyGuess
from knowledge.vocabulary import Address, Kind

URBAN = Unit(id="cgj", name="郑州市城市管理局", unit="郑州市城市管理局")
ESTATE = Unit(id="zfbz", name="郑州市住房保障和房地产管理局", unit="郑州市住房保障和房地产管理局")
CALM = UrgencyGuess(level=0, confidence=0.9)
# A letter of which no clause can stand alone.
RAMBLING = (
    "我是退休教师，在这里住了二十年，从来没有求过谁。当时大家都说会好起来，可是等到现在也没有等来，"
    "他们每次都说快了快了，叫我怎么相信呢，说起来心里就难受，晚上翻来覆去想不通。"
)


def category(level3: str, confidence: float = 0.9) -> CategoryGuess:
    return CategoryGuess(code="010101", level1="城建", level2="市政", level3=level3, confidence=confidence)


def plan_of(
    text: str,
    *,
    kind: Kind = "投诉",
    title: str = "",
    known: CategoryGuess | None = None,
    place: str = "",
    issues: tuple[Issue, ...] = (),
) -> Plan:
    lead = Dispatch(lead=URBAN, confidence=0.9, reason="")
    own = issues or ((Issue(text=text, category=known, dispatch=lead, urgency=CALM),) if known else ())
    complaint = ComplaintReading(
        title=title, summary="", kind=kind, masked_text=text, address=Address(place=place), issues=own
    )
    return build_plan(complaint, lead, CALM, None, None)


@pytest.mark.parametrize(
    ("text", "known", "want"),
    [
        (RAMBLING, category("物业服务"), "物业服务方面的问题"),
        (RAMBLING, category("物业服务", 0.2), ""),
        (RAMBLING, category("其他"), "市政方面的问题"),
        (RAMBLING, None, ""),
        (RAMBLING + "希望更换棉纺路中段损坏的路灯。", category("物业服务"), "请求更换棉纺路中段损坏的路灯"),
        (RAMBLING + "希望尽快解决。", category("物业服务"), "物业服务方面的问题"),
    ],
    ids=["category", "unsure", "level-two", "nothing-known", "request", "vague-request"],
)
def test_without_a_whole_clause_the_matter_is_general(text: str, known: CategoryGuess | None, want: str) -> None:
    """What is asked for names the matter, else a sure category, else nothing; never a torn clause."""
    assert plan_of(text, known=known).matter == want


def test_a_general_matter_names_its_place() -> None:
    """A place with a name stands before the category."""
    text = f"{RAMBLING}地址在嵩山路。"
    assert plan_of(text, known=category("物业服务"), place="嵩山路").matter == "嵩山路物业服务方面的问题"


@pytest.mark.parametrize(
    ("title", "kind", "want"),
    [
        ("希望桐柏路增设公交站", "建议", "希望桐柏路增设公交站"),
        ("建议延长图书馆开放时间", "建议", "建议延长图书馆开放时间"),
        ("请求处理淮河路烧烤摊占道", "投诉", "请求处理淮河路烧烤摊占道"),
        ("无良开发商拖延交房", "投诉", "开发商拖延交房"),
        ("锦绣苑12栋3单元电梯停运", "投诉", "锦绣苑电梯停运"),
        ("车位租金一年三涨，业主苦不堪言", "投诉", "车位租金一年三涨"),
        ("网友_~>_希望农业路设斑马线", "建议", "希望农业路设斑马线"),
    ],
    ids=["hope", "propose", "request", "rude-word", "door", "feeling", "junk-before"],
)
def test_a_title_is_cleaned(title: str, kind: Kind, want: str) -> None:
    """A wish keeps its wishing word; rude words, door numbers and laments go."""
    assert plan_of("情况如题。", kind=kind, title=title).matter == want


@pytest.mark.parametrize(
    ("clause", "sound"),
    [
        ("楼道路灯坏了半个月", True),
        ("您家楼上天天漏水", True),
        ("备在附近买房", False),
        ("该楼盘至今没有开工", False),
        ("他们说过几天就好", False),
        ("导致家里一直没有水", False),
        ("您已经打过很多次电话", False),
    ],
    ids=["thing", "home", "torn", "points-back", "of-others", "consequence", "story"],
)
def test_a_clause_stands_alone_or_not(clause: str, sound: bool) -> None:
    """A whole clause begins with its thing; one that leans on what went before is refused."""
    assert is_sound(clause, "投诉") is sound


@pytest.mark.parametrize(
    ("matter", "kind", "said"),
    [
        ("棉纺路何时完工", "投诉", "询问"),
        ("希望棉纺路加装护栏", "建议", "您希望棉纺路加装护栏"),
        ("棉纺路绿灯时间太短", "建议", "棉纺路绿灯时间太短"),
    ],
    ids=["complaint-asks", "wish", "suggestion-tells"],
)
def test_the_opening_fits_the_shape_of_the_matter(matter: str, kind: Kind, said: str) -> None:
    """A question is asked, a wish is wished and a trouble is told, whatever the kind of message."""
    for seed in map(str, range(12)):
        text = write_draft(Plan(kind=kind, matter=matter, lead=URBAN), seed).text
        opening = text.split("\n")[0]
        assert matter in opening
        assert said in opening or (said == "询问" and "所问" in opening)
        assert f"关于{matter}的建议" not in opening


@pytest.mark.parametrize(
    ("text", "interested"),
    [
        ("某某街道办工作人员态度恶劣，不办事。", True),
        ("派出所民警推诿扯皮。", True),
        ("公园路灯坏了，打电话给城管局。", False),
    ],
    ids=["street-office", "police", "only-called"],
)
def test_who_is_complained_of_does_not_look_into_it(text: str, interested: bool) -> None:
    """A complaint about an office is told that its superiors look into it."""
    plan = plan_of(text)
    assert plan.interested is interested
    drafts = [write_draft(plan, str(seed)).text for seed in range(6)]
    assert all(("上级机关" in draft) is interested for draft in drafts)


def test_parts_for_one_unit_without_words_are_no_list() -> None:
    """A numbered line must say something: parts that name nothing for one unit give a plain reply."""
    sent = Dispatch(lead=ESTATE, confidence=0.9, reason="")
    mute = tuple(Issue(text=text, category=None, dispatch=sent, urgency=CALM) for text in ("求求你们。", "谢谢。"))
    assert plan_of("求求你们。谢谢。", issues=mute).issues == ()


@pytest.mark.parametrize(
    "words", ["要原学校", "优待铁路", "人民医院", "这条路"], ids=["torn", "line", "common", "this"]
)
def test_words_that_only_stand_for_a_place_are_no_place(words: str) -> None:
    """地点登记为 needs a name."""
    assert not is_proper(words)
