"""The text's own words for a spot: a road, crossing, estate, school, station, village.

Works from the endings that Chinese place words have (路, 小区, 大厦 ...) leftwards to where the name begins.
Door numbers (3号楼2单元501) lie right of those endings and are never taken. Knows no official names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MAX_NAME = 12  # characters before an ending
_MAX_SPOT = 40
_CROSSINGS = "交叉路口 十字路口 交叉口 交汇处 交会处 交界处 路口 交口"
_ROADS = "高速公路 快速路 大道 大街 胡同 高速 三环路 四环路 三环 四环 内环 外环 路 街 巷"
_STRUCTURES = "立交桥 高架桥 人行天桥 立交 高架 天桥 隧道 桥 号线"
_HOMES = "家属院 安置区 小区 花园 家园 花苑 嘉苑 名苑 佳苑 公馆 华府 华庭 国际城 社区 号院 新村 新城 雅苑 苑 村"
_BUILDINGS = "购物中心 写字楼 大厦 大楼 广场 商场 市场 超市 商城 建材城 中心 公寓 酒店 宾馆 影院 体育馆 图书馆 博物馆"
_SERVICES = "幼儿园 小学 中学 高中 大学 学院 学校 卫生服务站 卫生院 卫生室 医院 养老院 敬老院 派出所"
_OUTDOORS = "森林公园 公园 游园 湿地 风景区 景区 水库 河 渠"
_STATIONS = "地铁站 火车站 高铁站 公交站 汽车站 客运站 加油站 充电站 变电站 东站 西站 南站 北站 站 国际机场 机场 停车场"
_WORKS = "工业园区 产业园区 产业园 工业园 科技园 物流园 园区 工地 厂"
_ENDINGS = f"{_CROSSINGS} {_ROADS} {_STRUCTURES} {_HOMES} {_BUILDINGS} {_SERVICES} {_OUTDOORS} {_STATIONS} {_WORKS}"
_ENDING = re.compile("|".join(sorted(_ENDINGS.split(), key=len, reverse=True)))
_ROAD_ENDINGS = tuple(_ROADS.split())
_SHORT_NAMED = frozenset(
    ["村", "三环", "三环路", "四环", "四环路", "东站", "西站", "南站", "北站", "河"]
)  # one character may name these
_NEEDS_ROAD = frozenset(_CROSSINGS.split()) - {"路口"} | {"号院"}
_OTHER_WORD_NEXT = {  # 路灯, 街道, 村委会: the ending is the head of another word
    "路": re.compile(r"[灯费]"),
    "街": re.compile(r"[道区]"),
    "村": re.compile(r"[民委]"),
    "渠": re.compile(r"道"),
    "河": re.compile(r"[南北]省"),
}
_ROADSIDE = re.compile(r"[面段边上旁]")  # 交叉口路面 is the crossing, not a road
_CROSSING_TAILS = ("口", "处")
_COMMON_WORD = re.compile(
    r"(?:[道马跑思出线电销走修让]路|[农全本]村|城中村|[网接甩到进出本每]站|中小学|[上下]街|逛街)$"
)

_NAME_STOPS = frozenset(
    "的了是在于我你他她它们这那哪到去从被把让请有住及或对给也就还很没不因为由说某与跟、向离之将并但"
)
_JOINERS = frozenset("与和跟、/及—-～~至")
_LEAD = re.compile(
    r".*(?:反映|投诉|举报|咨询|求助|建议|表示|来电|市民|群众|居民|业主|村民|先生|女士|同志|本人|自己|位于|坐落|地址|地点"
    r"|附近|旁边|对面|门口|隔壁|楼下|楼上|周边|路过|经过|途经|走到|来到|看到|发现|沿着|前往|乘坐|每次|目前|现在|最近"
    r"|近期|今天|今日|昨天|昨晚|今早|早上|上午|中午|下午|晚上|夜里|夜间|半夜|深夜|天天|凌晨|个|往|[河路村院楼屋家厂区]里|排[黑污放到水烟气]|每天|每晚|长期|经常|希望|要求|施工|占用|占道|扰民"
    r"|严重|影响|存在|出现|购买|租赁|关于|尊敬|领导|[您你]好|辖区|境内|范围|孩子|老人|开车|骑车|步行|路面|路边|路段|交通"
    r"|拥堵|积水|坐|公交车|通往|开往|一[家个条处座所]|\d+(?:号楼|单元|室|户|栋|楼|层)|\d[年月日点时元米]|开设|违规|违法|平台|加快|管一下|此条|报警|多[套户名]|数次|[㐀-鿿A-Z\d]{2}区|省|县|镇|乡|街道|家住|沿|[称等叫靠近])"
)
_GENERIC = re.compile(  # what stands before an ending without naming anything
    r"(?:[一二两三几多各整全每同本该此其另]?(?:大|家|个|条|所|处|座|片|栋|间|段)?(?:建筑)?"
    r"|[马道公小大沿顺走上下出进车修铁菜夜网驿新老旧农全本村工左右前后桥主次支快]"
    r"|我们|咱们|整个|老旧|附近|周围|隔壁|所有|其他|相关|大型|公共|私立|公立|城市|城中|农村|行政|自然|幼儿|露天|地下|地面"
    r"|人行|非机动车|机动车|高速公|乡村道|市政道|小区内部道|主要道|消防通|主干|辅|背街小|大街小|路边"
    r"|化工|食品|加工|塑料|水泥|造纸|某|某某"
    r"|农贸|生活|便民|人才|劳务|二手房|房地产|房屋|政务服务|服务|客服|指挥|应急|售楼|体育|活动|社会|拆迁)"
)
_TAIL = re.compile(
    r"(?:[东西南北]{1,2}[门侧角区院]|[一二三四五六七八九十\d]{1,2}期|[A-Z]\d?[口区座]|段"
    r"|向[东西南北]{1,2}约?\d+米|路[东西南北](?![侧边面])){1,3}"
)
# An estate whose name has no known ending (康桥知园), where the words around it say that one stands there.
_ESTATE = r"(?P<name>(?![在住是到答])[㐀-鿿]{3,8}?)"
_ESTATES = (
    re.compile(
        r"(?:小区(?:名字?|名称)?\s*(?:[:：]|[是叫])|(?:哪个|什么)小区[^，。？?:：\s]{0,3}[?？][\s]*(?:[^，。？?:：\s]{1,4}[:：])?)"
        rf"\s*(?:(?:我们?|俺们?)?(?:家)?(?:是|在|住在?|叫))?\s*{_ESTATE}(?=[，。,；;！!\s]|的|这|\d|[一二三四五六七八九十]+期|$)"
    ),
    re.compile(
        rf"(?:^|[，。,；;：:？?！!\s在住是到路街]){_ESTATE}(?=(?:[一二三四五六七八九十\d]期)?[A-Z]?\d{{1,3}}(?:号楼|栋|幢))"
    ),
)
_NO_ESTATE = re.compile(
    r"[的了是在于我你他她它们这那哪没不有去从被把让请说跟吧呢吗啊也都就还来]|知道|小区|物业|业主|邻居|电梯|楼[上下道顶]|单元|门口"
    r"|对面|隔壁|施工|维修|开发|停[水电气]|漏水|坏|号|反映|投诉|举报|家住|附近|旁边|位于|半夜|夜里|晚上|昨|今天|某|问题|情况|保密|匿名"
)


@dataclass(frozen=True, slots=True)
class Spot:
    """The words at `[start, end)` of the text."""

    start: int
    end: int
    is_road: bool


def find_spots(text: str) -> list[Spot]:
    """Spots in reading order; neighbours that belong together (文化路与东风路交叉口) are one.

    Args:
        text: Any length; official names already replaced by line breaks, so that they end a name.
    """
    spots: list[Spot] = []
    for ending in _ENDING.finditer(text):
        last = spots[-1] if spots else None
        part = _part(text, ending, last)
        if part is None:
            continue
        if last is not None and part.start <= last.end and part.end - last.start <= _MAX_SPOT:
            spots[-1] = Spot(last.start, part.end, part.is_road)
        else:
            spots.append(part)
    return [Spot(s.start, _with_tail(text, s.end), s.is_road) for s in _with_estates(text, spots)]


def _with_estates(text: str, spots: list[Spot]) -> list[Spot]:
    """Add estates that only their surroundings give away; one right after a road belongs to it."""
    for found in (match for pattern in _ESTATES for match in pattern.finditer(text)):
        start, end = found.span("name")
        overlaps = any(s.start < end and start < s.end for s in spots)
        if overlaps or _NO_ESTATE.search(found["name"]) or _LEAD.match(found["name"]):
            continue
        road = next((s for s in spots if s.end == start), None)
        spots = [s for s in spots if s is not road]
        spots.append(Spot(road.start if road is not None else start, end, is_road=False))
    return sorted(spots, key=lambda spot: spot.start)


def _part(text: str, ending: re.Match[str], last: Spot | None) -> Spot | None:
    """One name with its ending; it starts at `last.end` (or a joiner before it) when both are one spot."""
    floor = _floor(text, last)
    start = ending.start()
    while start > max(floor, ending.start() - _MAX_NAME) and _names(text[start - 1]):
        start -= 1
    name = text[start : ending.start()]
    joined = last is not None and start == floor
    if joined and last is not None and name[:1] == "和" and last.is_road:
        start, name = start + 1, name[1:]
    lead = _LEAD.match(name)
    if lead is not None:
        start, name, joined = start + lead.end(), name[lead.end() :], False
    is_road = ending.group() in _ROAD_ENDINGS
    if _is_other_word(text, ending, name):
        return None
    if not _is_name(name, ending.group(), joined=joined, is_road=is_road):
        return None
    end = ending.end()
    return Spot(last.end, end, is_road) if joined and last is not None else Spot(start, end, is_road)


def _floor(text: str, last: Spot | None) -> int:
    if last is None:
        return 0
    end = _with_tail(text, last.end)
    joins = last.is_road and end < len(text) and text[end] in _JOINERS and text[end] != "和"
    return end + 1 if joins else end


def _is_other_word(text: str, ending: re.Match[str], name: str) -> bool:
    word, end = ending.group(), ending.end()
    other = _OTHER_WORD_NEXT.get(word)
    if other is not None and other.match(text, end) and not (word == "村" and name):
        return True
    if not name:
        before = text[: ending.start()][-1:]
        return (word == "路" and before in _CROSSING_TAILS and _ROADSIDE.match(text, end) is not None) or (
            word == before and word in {"路", "村"}  # 建设路路面, 米村村道路
        )
    return _COMMON_WORD.search(name[-2:] + word) is not None


def _is_name(name: str, ending: str, *, joined: bool, is_road: bool) -> bool:
    if is_road and name[-1:].isdigit():
        return False  # 906路 is a bus line
    if joined and not name:
        return True
    if ending in _NEEDS_ROAD or _GENERIC.fullmatch(name):
        return joined and name.isdigit() and ending == "号院"
    return len(name) > 1 or ending in _SHORT_NAMED or joined


def _names(char: str) -> bool:
    return char.isalnum() and char not in _NAME_STOPS


def _with_tail(text: str, end: int) -> int:
    tail = _TAIL.match(text, end)
    return tail.end() if tail is not None else end
