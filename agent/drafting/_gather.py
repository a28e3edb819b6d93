"""The parts of a plan, each found from what was read and chosen: matter, place, blanks, citations, dangers, advice.

Functions from the job's values to plain ones; `plan` joins them and says what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from agent.drafting._asking import QUESTION
from agent.drafting._basis import shared_term
from agent.drafting._matter import WISHED, restate
from agent.drafting._place import is_proper
from agent.drafting.advice import AdviceRules, Referral
from agent.drafting.demands import Demand, brief
from agent.drafting.precedent import procedure
from agent.intake import mask
from agent.reading import make_title
from agent.schema import CategoryGuess, ComplaintReading, Dispatch, RegulationHit, Unit, UrgencyGuess
from knowledge.places import CITY
from knowledge.validity import InForce
from knowledge.vocabulary import Citation, CitationState, Kind, Urgency

Hazard = Literal["燃气", "火灾", "带电", "坍塌", "被困", "毒气", "自伤", "伤病", "侵害", "走失"]

OUT = "out"  # department id of what a hotline may not take
NO_RESULT = ("办理结果",)  # the blank of a record none of whose sentences may go out
_HEAD = 80  # characters after the title that name the matter; later words are of side issues and call for no advice
_MATTER_CHARS = 42  # one clause or two; more would leave no room for the answer
_ACCUSED_READ = 300  # characters; later an office is mostly named for having been asked
_ACCUSED = re.compile(
    r"(?:[局所站队]|委员会|街道办?|办事处|镇政府|乡政府|村委会?|村支书|村干部|社区(?:干部|主任|书记)|民警|警察|城管|执法(?:人员|队)|窗口|大厅)"
    r"(?:[^，。；]{0,10}(?:工作人员|领导|干部|队长|所长|局长|主任|书记))?"
    r"[^，。；]{0,8}(?:不作为|乱作为|作风|态度(?:恶劣|差|极差|蛮横)|吃拿卡要|以权谋私|刁难|推诿扯皮|暴力执法|粗暴|包庇|渎职|玩忽职守|弄虚作假|胡作非为|中饱私囊|贪污|纵容|偏袒|袒护|推脱|敷衍|放任|勾结|越权|违规审批|不管不问)"
)
_TELLING = 8  # characters from which on a demand says what the matter is
_POINTS = re.compile(r"该|此|相关|那|您|上述|^解决|^(?:妥善|尽快|依法)?(?:处理|解决)")  # needs what went before
SURE = 0.5  # chance from which on a category may name the matter
_BROKEN = re.compile(r"[局处所院站委办厅]")  # the end of another name, torn off
_ARTICLE = re.compile(r"\d{1,4}(?:-\d{1,3})?")

# Collective names of the department table, as they read in a letter while the place is unknown.
_COLLECTIVE = {
    "jiedao": "属地街道办事处（乡镇人民政府）",
    "quzf": "属地区县（市）人民政府（管委会）",
}
_BLANKS: dict[Kind, tuple[str, ...]] = {
    "投诉": ("核实处理安排", "承办人和联系电话"),
    "求助": ("与您联系的时间", "处置安排"),
    "举报": ("核查时间",),
    "咨询": ("政策依据和答复要点", "咨询窗口和办公电话"),
    "建议": (),
    "表扬": (),
}
_ON_SITE = ("现场核查时间", "承办人和联系电话")
_SEVERAL = ("各承办单位的联系人和电话",)
# A matter that the names of district and street can stand before: 小区楼下有煤气味, 经三路夜市占道.
_LOCAL = re.compile(
    r"(?![在从由把被您])(?:小区|楼[下上道]|门口|路口|工地|[一-鿿]{1,6}(?:路|街|大道|小区|社区|村|市场|广场|公园|花园|家园|苑|巷))"
)
# Something to go and look at; a dispute about money or papers is settled at a desk.
_SPOT = re.compile(
    r"占道|违停|乱停|路灯|井盖|路面|积水|垃圾|油烟|噪[音声]|扰民|异味|臭|污|扬尘|施工|工地|违建|违章建筑|漏水|渗水|堵塞|消防通道|摊贩|破损|坍塌|裂缝|树|绿化"
    r"|电梯|无证经营|养殖|采[沙石矿]|排放|围挡|杂物|护栏|红绿灯|停车"
)
# Words that say which advice fits a danger; asked only where the urgency is 2.
_HAZARDS: tuple[tuple[Hazard, re.Pattern[str]], ...] = (
    ("燃气", re.compile(r"(?:燃气|煤气|天然气|液化气)|气罐|煤气味")),
    ("火灾", re.compile(r"起火|着火|失火|火灾|大火|明火|冒烟|浓烟|燃烧|爆炸")),
    ("带电", re.compile(r"漏电|触电|带电|(?:电线|高压线|电缆)[^，。]{0,6}(?:掉|断|裸露|垂)")),
    ("坍塌", re.compile(r"坍塌|塌|倾斜|倒塌|坠落|脱落|危房")),
    ("被困", re.compile(r"被困|困人|困在|掉[进到入]|落水|溺水|坠[井河]")),
    ("毒气", re.compile(r"一氧化碳|烧炭")),
    (
        "自伤",
        re.compile(r"轻生|自杀|寻死|寻短见|不想活|跳楼|跳桥|割腕|上吊|农药|敌敌畏|百草枯|安眠药|毒药|鼠药"),
    ),
    ("侵害", re.compile(r"打人|殴打|持刀|砍|威胁|绑架|囚禁|抢劫|拐|虐待|打我|追着打|家暴|性侵|猥亵")),
    ("走失", re.compile(r"走失|失踪|失联|走丢|没有?回来|未归|不见了|找不到人|被拐")),
    ("伤病", re.compile(r"受伤|昏迷|晕倒|中毒|流血|骨折|呕吐|休克|抢救|[摔砸咬撞]伤|病危|心脏病")),
)


def find_hazards(urgency: UrgencyGuess, words: str) -> tuple[Hazard, ...]:
    """Kinds of danger that the words name, where the urgency is 2."""
    return tuple(name for name, pattern in _HAZARDS if urgency.level == 2 and pattern.search(words))


def find_matter(reading: ComplaintReading, demands: Sequence[Demand] = (), topic: Sequence[str] = ()) -> str:
    """The matter after the district and street that it does not name itself.

    Where neither title nor text has a clause that can stand alone, what is asked for names the matter, else its
    category: better general than broken.

    Args:
        reading: A title made out of the text is no title of the writer's and does not count.
        demands: What is asked for.
        topic: Words of the duty chosen; the name of the main category is added.
    """
    text, title = reading.masked_text, reading.title
    if title and title == make_title(text):
        title = ""
    category = reading.issues[0].category if reading.issues else None
    words = (*topic, *category_words(category))
    matter = restate(text or reading.summary, reading.kind, title, _MATTER_CHARS, words)
    matter = matter or _wish(reading.kind, demands) or _about(category, reading)
    district, street = reading.address.district, reading.address.street
    named = re.search(r"[区县市]", matter[:10].replace("小区", "").replace("社区", "").replace("市场", "")) is not None
    if named or not _LOCAL.match(matter) or reading.address.city not in ("", CITY):
        return matter
    short = street.removesuffix("街道")
    place = district + ("" if short and short in matter else street)
    return place + matter if len(place) + len(matter) <= _MATTER_CHARS else matter


def _wish(kind: Kind, demands: Sequence[Demand]) -> str:
    """The first thing asked for that names itself: 请求更换文化路的路灯, or for a 咨询 its question."""
    for demand in demands:
        words = brief(demand)
        asks = QUESTION.search(words) is not None
        if len(words) < _TELLING or _POINTS.search(words) or (kind == "咨询") != asks:
            continue
        return words if asks else f"{'建议' if kind == '建议' else WISHED[0]}{words}"
    return ""


def _about(category: CategoryGuess | None, reading: ComplaintReading) -> str:
    """The name of a category that is sure enough, after the place: 经三路噪音污染问题."""
    if category is None or category.confidence < SURE or reading.kind == "表扬":
        return ""
    name = category.level3 if category.level3 not in ("", "其他") else category.level2
    if not name or name.startswith("其他") or reading.address.city not in ("", CITY):
        return ""
    place = find_place(reading)
    tail = "方面" if reading.kind == "建议" else "方面的问题"
    return f"{place if is_proper(place) else ''}{name}{tail}"


def category_words(category: CategoryGuess | None) -> tuple[str, ...]:
    """The name of the category, where it says something."""
    return () if category is None or category.level3 in ("", "其他") else (category.level3,)


def find_advice(
    table: AdviceRules, reading: ComplaintReading, words: str, referral: Referral | None
) -> tuple[str, ...]:
    """How to go to the body that takes the matter; else what to keep and where to ask."""
    if referral is not None and len(reading.issues) < 2:
        return (referral.advice,)
    category = reading.issues[0].category if reading.issues else None
    return table.choose(reading.kind, category, words[: len(reading.title) + _HEAD])


def find_procedure(matter: str, demands: Sequence[Demand], precedents: Sequence[str]) -> tuple[str, ...]:
    """How such matters usually go, as replies in similar cases say; () when none says it in general words."""
    found = procedure("，".join((matter, *(demand.text for demand in demands))), precedents)
    return (f"据同类咨询的答复，{found}，供您参考。",) if found else ()


def accuses_office(reading: ComplaintReading) -> bool:
    """Whether a complaint is about what an office or its people did or left undone."""
    head = f"{reading.title}。{reading.masked_text[:_ACCUSED_READ]}"
    return reading.kind in ("投诉", "举报") and _ACCUSED.search(head) is not None


def spoken(unit: Unit) -> Unit:
    """The unit under a name that can stand in a sentence."""
    if unit.id in _COLLECTIVE and unit.unit == unit.name:
        return unit.model_copy(update={"unit": _COLLECTIVE[unit.id]})
    return unit


def find_assists(dispatch: Dispatch | None) -> tuple[str, ...]:
    """Names of the helpers, the lead and what a hotline may not take left out."""
    if dispatch is None:
        return ()
    helpers = [helper for helper in dispatch.assist if helper.id not in (OUT, dispatch.lead.id)]
    return tuple(dict.fromkeys(_COLLECTIVE.get(helper.id, helper.name) for helper in helpers))


def find_citations(dispatches: Iterable[Dispatch | None], answers: Iterable[Citation]) -> tuple[Citation, ...]:
    """What answers the question first, then the ground of the duty."""
    cited = [*answers, *(citation for sent in dispatches if sent is not None for citation in sent.basis)]
    usable = [c for c in cited if c.state is CitationState.VERIFIED and _ARTICLE.fullmatch(c.article)]
    first: dict[tuple[str, str], Citation] = {}
    for citation in usable:
        first.setdefault((citation.law, citation.article), citation)
    return tuple(first.values())


def find_answers(regulations: Sequence[RegulationHit], matter: str, demands: Sequence[Demand]) -> tuple[Citation, ...]:
    """The best article that uses the question's own words; one about something else is worse than none."""
    question = "，".join((matter, *(demand.text for demand in demands)))
    for hit in regulations:
        if hit.status == InForce.YES and shared_term(question, hit.text):
            return (Citation(law=hit.law, article=hit.article, state=CitationState.VERIFIED, text=hit.text),)
    return ()


def find_place(reading: ComplaintReading) -> str:
    """District and street office, then the text's own words without repeating either."""
    address = reading.address
    # A spot that intake masked (a house number, say) must not come back through the address.
    spot = address.place if address.place in reading.masked_text or address.place in reading.title else ""
    spot = mask(spot).text
    if "【" in spot or _BROKEN.match(spot):
        spot = ""
    if address.district and address.district in spot:
        return spot
    return address.district + ("" if address.street in spot else address.street) + spot


def find_blanks(kind: Kind, level: Urgency, words: str, *, several: bool) -> tuple[str, ...]:
    """Facts that only the handling unit knows, by kind of message and sort of matter."""
    if level == 2 and kind in ("咨询", "建议"):  # a question about a danger asks for help first
        kind = "求助"
    if several and kind not in ("咨询", "建议", "表扬"):
        return _SEVERAL
    return _ON_SITE if kind == "投诉" and _SPOT.search(words) else _BLANKS[kind]
