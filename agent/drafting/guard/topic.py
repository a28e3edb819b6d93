"""Whether a draft answers this matter: its subject, every demand, who acts, the danger, the kind of message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from agent.drafting.guard.case import LAW_WORDS, Case, fold, grams, sentences_of
from agent.drafting.guard.kinds import chance, of_kind
from agent.drafting.guard.patterns import pattern
from agent.drafting.guard.themes import VAGUE, themes_of

_COMMON = pattern(
    r"""
        您好|反映|问题|情况|诉求|收悉|办理|处理|核查|核实|结果|承办|单位|部门|负责|依据|中华|人民|共和|
        国法|规定|应当|按照|职责|感谢|支持|理解|关心|监督|热线|拨打|电话|希望|要求|郑州|市民|请您|可以|
        时间|安排|意见|回复|答复|如下|有关|相关|管理|工作|人员|街道|办事|保留|材料|便于|现场|填写|我们|
        您的|一个|没有|如果|进行|依法|咨询|反馈|规定|时限|城市|区城|市管|理局|局办
    """
)
_PLACE = pattern(r"[\u4e00-\u9fff]{2,4}?(?:路|大街|街道|街|大道|镇|乡|村|公园|广场|[^小]区|县|市)")
_STEM = 2  # characters of a department's field (商务) from which on it can be called by it
_NAME = 4  # characters of a name that is no everyday word
_RESTATED = re.compile(
    r"(?:您(?:来电|来信|留言)?(?:反映|投诉|举报|咨询|建议|求助|提出)|(?:^|[。，])关于)([^。；]{6,60}?)(?:的?问题|的诉求|的情况|的事项|的线索|的建议|一事|收悉|，)"
)
_ENOUGH = 4  # pairs of a restatement that say enough to be compared
_UNNAMED = re.compile("匿名|留名|保密|透露|泄露|别说是我|报复|不便实名|不敢")
_SIGN = re.compile("[\u4e00-\u9fff]")
_PLENTY = 4  # pairs in common from which on a draft is about the matter, however it restates it
_ENOUGH_SIGNS, _SAME_SIGNS = 6, 0.34  # characters of a restatement to compare, and share under which it is another's
_SURELY_UNSAFE = 0.9  # chance from which on advice in a harmless matter is dangerous
_FEWEST = 2  # pairs in common with complaint or record under which a draft is about something else
_ACTOR = pattern(
    r"""
        [局厅]|委(?![托屈])|[支大中]队|办公室|委员会|街道|镇政府|乡政府|人民政府|(?:由|转|交|会同|督促|协调)[^，。；]{0,24}公司|
        [\u4e00-\u9fff]{2}集团|(?:由|转|交|请|向|派|送|会同|督促|协调)(?!您)[^，。；]{0,20}(?:单位|馆|院|站|所|方|企业|运营商|物业|社区|平台)|公司(?=[^，。；]{0,8}(?:负责|办理|答复|处理|核实|牵头|抢修|维修))|部门|机关|机构|
        中心|派出所|学校|承办单位|主办单位|12345|管委会|服务站|监察|集团|交警|民警|联合会|当地|属地
    """
)
_COURTS = pattern("人民法院|法院|仲裁机构|仲裁委员会|12345热线|拨打12345|有关方面")
# What no office of the city may decide is referred to who may.
_REFERRED = pattern(r"""
    不(?:属于|在)[^。；]{0,24}(?:范围|受理|管辖|决定|职[权责])|属于?[^。；，]{0,12}(?:法院|仲裁|检察|监察|军|外省|公司|企业)[^。；，]{0,12}(?:职[权责]|范围|管辖|事项)|
    (?:不能|无法|不予|不便)[^，。；]{0,4}(?:干预|受理|转办|介入|评判)|由[^，。；]{0,12}(?:法院|仲裁委员会|检察院|监察机关)[^，。；]{0,8}(?:审|处理|裁|管辖|受理)
""")
_EMERGENCY = pattern(r"110|119|120|122")
_DANGER = pattern(
    r"""
        (?:燃气|煤气|天然气|液化气)[^，。]{0,8}(?:味|漏|泄|爆)|着火|起火|失火|冒(?:浓)?烟[^。]{0,6}楼|
        火花|触电|漏电|电线[^，。]{0,8}(?:断|掉|垂|裸|落)|被困|困(?:在|人|住)|跳(?:下去|楼|河|桥)|轻生|
        自杀|想不开|落水|溺水|掉进|昏迷|晕倒|迷糊|中毒|一直吐|大出血|抽搐|持刀|砍人|打人|正在打|打我|
        家暴|绑架|走失|失踪|坍塌|倒塌|塌了|马上要塌|砸到人|砸伤|毒蘑菇|野蘑菇|喝了?农药|一氧化碳
    """
)
_NOT_NOW = pattern(r"""
    (?:前年|去年|前天|昨天|昨晚|那天|上个?月|上周|以前|曾经|万一|担心|害怕|怕|防止|以免|如果|险些|差点|
    隐患|演练|建议|咨询|请问)[^，。]{0,12}$
""")
# Nobody is in danger any more, whatever happened.
_OVER = pattern(r"""
    (?:人|没人|谁)[^，。]{0,4}没[^，。]{0,3}(?:伤|事)|没(?:人|有人)?(?:受伤|伤[着到亡])|(?:抢救|救)(?:过来|回来|上来)|出院|(?:现在|如今|眼下|暂时)住|
    (?:已经?|都)(?:扑灭|灭了|修好|搬走|送医|治好)|(?:前天|昨天|上周|上个?月|去年|那天)[^，。]{0,6}(?:塌|倒|漏|着火|起火|砸|冒烟|晕|打)
""")
_WARNS = pattern(r"不要|请勿|切勿|勿|禁止|避免|不得|不能|不可|别|严禁|防止|远离|不宜|不必自行")
_PRAISE = re.compile(
    r"表扬|点[个一]?赞|暖心|锦旗|(?:想|要|特来|特别|非常|衷心|真心)(?:地)?感谢(?!您|领导|贵|政府|各位)"
)
_THANKS = pattern(r"表扬|感谢|谢意|肯定|鼓励|认可|点赞|谢谢")
_SEVERE = pattern(
    r"""
        您投诉|投诉的|查处|违规|违法|追责|追究|道歉|歉意|不便|责令|整改|批评指正|引以为戒|以此为戒|
        服务态度问题|处罚|约谈|侵权|侵害
    """
)
_CALLS_IT = pattern(r"""
    您(?:来电|来信)?(投诉|举报|表扬|建议|咨询|求助)|您的(投诉|举报|表扬|建议)(?!意)|感谢您的(表扬|建议|
    举报)
""")
_HARD = frozenset({"投诉", "举报", "求助"})
_ASK = pattern(r"""
    要求|希望|请(?!问题)|恳请|求|能否|能不能|可否|是否|怎么|如何|什么|哪[里儿些]|多少|多久|？|应该|盼|
    想(?:让|要|请|知道|问|了解)|建议|管一?下|都管|麻烦
""")
_ALSO = re.compile("另外|还有(?!人|[很好]?多)|同时|此外|再就是|再者|顺便|其次|并且|第二(?![天次年个周日季代轮名])|二是")
_SEVERAL = re.compile(
    "[两二三四五几][件个项点](?:事|诉求|问题|要求|建议)|另外|还有一[件个]|第二(?![天次年个周日季代轮名])"
)
_ADDS = re.compile("还(?!是|好|行)|另外|此外|再者|顺便|其次|二是|第二(?![天次年个周日季代轮名])")
_GOES_ON = re.compile("还[要得请把想应]|并且?[要请把]|再[把请给]|也[要请]|(?:给[全我个]|说[清明]|退|赔|解释|公开|恢复)")
_TAKEN_UP = 0.2  # share of a clause's own pairs in the draft over which it is taken up
_CUT = re.compile(r"[。！；，\n]|(?<=？)|、(?=[给说退赔把请查修换补清拆公道让]|解释|处理|恢复)")
_NUMBER_OF_PART = re.compile(
    r"(?:^|(?<=[，。；：！？\s]))(?:第?[一二三四五](?:是|[、，：])|[1-5][.．、]|[（][一二三四五1-5][）]|[①②③④])"
)
# 一按原价算，二退多收的
_SPOKEN_NUMBER = re.compile("(?:^|(?<=[，。；：！？]))[一二三四](?=[按把退要请让给查赔修补换公拆清道停])")
_LUMPED = pattern(r"""
    (?:以上|上述|各项|逐项|一并|几项|多项|三项|两项|其余|其他|所有)(?:[^，。；]{0,8})(?:诉求|问题|事项|
    要求|办理|处理|答复|反馈|核查|核实|研究|请求|转|告知|交)|所提(?:出的)?诉求|提出的诉求|您的诉求
""")


def subject(case: Case) -> Iterator[str]:
    """A draft shares enough with complaint, plan or record to be about them."""
    quoted = [fold(part) for part in (case.plan.matter, *(issue.matter for issue in case.plan.issues)) if part]
    if case.grounds.foreign and _UNNAMED.search(case.complaint):  # such a reply says as little as it can
        return
    if not case.complaint or (not case.grounds.foreign and (not quoted or any(q in case.folded for q in quoted))):
        return
    source = _own_pairs(case.complaint) | _own_pairs(case.record)
    if len(source) < 2 * _FEWEST:
        return
    shared = _own_pairs(LAW_WORDS.sub("，", case.folded)) & source
    if case.grounds.foreign and len(shared) < _PLENTY and _elsewhere(case):
        yield "所述事项不是诉求反映的事项"
    alike = themes_of(case.folded) & themes_of(case.complaint)
    lawful = any(cited.law in case.grounds.laws for cited in case.cited)
    danger = (case.plan.urgent or _danger_now(case.complaint)) and _EMERGENCY.search(case.own)
    if len(shared) < _FEWEST and not (alike or lawful or danger):
        yield "与诉求内容无关"


def _elsewhere(case: Case) -> bool:
    """Whether the matter that the draft restates has nothing of the complaint but its place."""
    restated = _RESTATED.search(case.folded)
    if restated is None or themes_of(restated[1]) & themes_of(case.complaint):
        return False
    pairs = _own_pairs(restated[1])
    if len(pairs) >= _ENOUGH and not pairs & (grams(case.complaint) | grams(case.record)):
        return True
    signs = set(_SIGN.findall(_COMMON.sub("，", _PLACE.sub("，", restated[1])))) - set(case.plan.place)
    told = set(case.complaint + case.record)
    return len(signs) >= _ENOUGH_SIGNS and len(signs & told) / len(signs) < _SAME_SIGNS


def _own_pairs(text: str) -> frozenset[str]:
    """Pairs of characters that are neither everyday words of replies nor names of places."""
    return grams(_COMMON.sub("，", _PLACE.sub("，", text)))


def demands(case: Case) -> Iterator[str]:
    """Every demand of the plan comes up; in a draft from elsewhere every distinct thing that the complaint asks."""
    if case.plan.outside_city or case.plan.excluded or _LUMPED.search(case.own):
        return
    said, pairs = themes_of(case.folded), grams(case.folded)
    asked = [fold(demand.text) for demand in case.plan.demands] if len(case.plan.demands) > 1 else []
    if case.grounds.foreign:
        asked = [*_parts(case.complaint), *_added(case.complaint)]
    for part in asked:
        own = _own_pairs(part)
        if own and not own & pairs and not themes_of(part) & said:
            yield f"没有回应“{part.strip()[:16]}”"
    if case.grounds.foreign:
        yield from _untouched(case, said, pairs)


def _untouched(case: Case, said: frozenset[str], pairs: frozenset[str]) -> Iterator[str]:
    """Themes of clauses that ask, where the draft takes up neither the theme nor the clause's other words."""
    spoken = _SPOKEN_NUMBER.split(case.complaint)[1:]
    parts = _parts(case.complaint) or (spoken if len(spoken) > 1 else [])
    clauses = [*parts, *_asking(case.complaint)]
    asked = frozenset[str]().union(*map(themes_of, clauses))
    several = bool(asked & said) or len(case.plan.demands) > 1
    for clause in clauses:
        distinct = clause in parts or _ALSO.match(clause) is not None or _GOES_ON.match(clause) is not None
        own = _own_pairs(clause)
        answered = len(own & pairs) > _TAKEN_UP * len(own)
        if (distinct or several) and (not answered or clause in parts):
            themes = themes_of(clause) - said - (frozenset[str]() if distinct else VAGUE)
            yield from (f"没有回应诉求中的“{theme}”" for theme in sorted(themes))


def _asking(complaint: str) -> Iterator[str]:
    """Clauses that ask, and those that go on with it in the same sentence: 要求道歉，还要退钱."""
    for sentence in sentences_of(complaint):
        asks = False
        for clause in _CUT.split(sentence):
            if _ASK.search(clause) or _ALSO.match(clause) or (asks and _GOES_ON.match(clause)):
                asks = True
                yield clause


def _added(complaint: str) -> Iterator[str]:
    """What follows 还 and 另外 in a complaint that says itself that it brings several matters."""
    if _SEVERAL.search(complaint):
        yield from (clause for clause in _CUT.split(complaint) if _ADDS.match(clause))


def _parts(complaint: str) -> list[str]:
    """The matters of a complaint that numbers them; before the first number stands what they have in common."""
    return _NUMBER_OF_PART.split(complaint)[1:]


def routing(case: Case) -> Iterator[str]:
    """The reply names who acts: the lead of each matter, or the other city."""
    plan = case.plan
    if case.grounds.foreign:
        elsewhere = _REFERRED.search(case.own) or (plan.outside_city and plan.outside_city in case.own)
        told = case.plan.form == "final"  # then the record says who acted
        asks = case.plan.kind in _HARD and not case.plan.excluded
        if asks and not elsewhere and not told and not _ACTOR.search(_COURTS.sub("", case.own)):
            yield "没有写明由谁办理"
        yield from _misfits(case)
        return
    if plan.outside_city:
        wanted: tuple[str, ...] = (plan.outside_city,)
    elif plan.excluded or plan.lead is None:
        return
    else:
        wanted = (plan.lead.unit, plan.lead.name)
    if not any(name in case.text for name in wanted):
        yield f"没有写明{wanted[0]}"


def _misfits(case: Case) -> Iterator[str]:
    """Departments without a part in such matters, where the draft names none that has one."""
    misfits = frozenset(case.grounds.misfits)
    fitting = [n for n in case.grounds.names if len(n) >= _NAME and n not in misfits and not n.isascii()]
    if any(name in case.own for name in fitting):
        return
    in_general = any(form in case.own for name in fitting for form in _forms(name))
    for name in case.grounds.misfits:
        if name.isascii():  # a hotline, which `facts` knows
            continue
        for form in (name,) if in_general else (name, *_forms(name)):
            told = form not in case.own or form in case.complaint or form in case.record
            if not told and re.search(f"(?<![和与及、]){re.escape(form)}", case.own):
                yield f"“{form}”不办理这类事项"


@lru_cache(maxsize=1024)
def _forms(name: str) -> tuple[str, ...]:
    """How replies call a department in general: 商务局 as 商务部门."""
    stem = name.removeprefix("郑州").removeprefix("市").removesuffix("局").removesuffix("委员会").removesuffix("委")
    if len(stem) < _STEM or stem == name:
        return ()
    return tuple(f"{stem}{ending}" for ending in ("部门", "行政部门", "主管部门", "行政主管部门"))


def safety(case: Case) -> Iterator[str]:
    """Danger now needs an emergency number, and no advice that adds to it."""
    urgent = _danger_now(case.complaint) if case.grounds.foreign else case.plan.urgent
    if urgent and case.plan.form == "first" and not _EMERGENCY.search(case.own):
        yield "情况紧急，应提醒拨打110、119或120"
    wary = urgent or _DANGER.search(case.complaint) is not None
    for sentence in case.sentences if case.plan.form == "first" else ():
        words = of_kind(sentence, "unsafe", wary=wary)
        sure = wary or chance(words or sentence, "unsafe") >= _SURELY_UNSAFE
        if words and sure and not _WARNS.search(words):
            yield f"不安全的建议“{words[:20]}”"


def _danger_now(complaint: str) -> bool:
    if _OVER.search(complaint):
        return False
    return any(not _NOT_NOW.search(complaint[max(0, m.start() - 14) : m.start()]) for m in _DANGER.finditer(complaint))


def kind_fits(case: Case) -> Iterator[str]:
    """Praise is thanked for, a complaint is not; a suggestion is no accusation."""
    kind = case.plan.kind
    praise = kind == "表扬" or (
        case.grounds.foreign
        and bool(_PRAISE.search(case.complaint))
        and not re.search("投诉|不满|差评|太差|举报", case.complaint)
    )
    calls = {next(filter(None, found.groups())) for found in _CALLS_IT.finditer(case.own)}
    if praise:
        if calls & _HARD or _SEVERE.search(case.own) or not _THANKS.search(case.own):
            yield "把表扬当作其他诉求答复"
    elif "表扬" in calls:
        yield "把其他诉求当作表扬答复"
    suggests = kind == "建议" or (case.grounds.foreign and case.complaint.startswith("建议"))
    if suggests and calls & {"投诉", "举报"} and not re.search("投诉|举报", case.complaint):
        yield "把建议当作投诉答复"
    if kind == "咨询" and "举报" in calls and not re.search("投诉|举报|违规|违法", case.complaint):
        yield "把咨询当作举报答复"
    if kind in ("投诉", "举报") and not case.grounds.foreign and "建议" in calls:
        yield "把投诉当作建议答复"
