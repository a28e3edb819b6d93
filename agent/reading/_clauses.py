"""Cutting Chinese complaint prose into sentences and clauses, and telling what each one does.

Surface words only: it knows what a greeting, a place or a demand looks like, not what the complaint is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_CHARS = 4000

_SENTENCE = re.compile(r"[^。！？!?；;\n\r]+[。！？!?；;]*")
_CLAUSE = re.compile(r"[^，,。！？!?；;：:\n\r]+")
_COURTESY = re.compile(
    r"^[\s　]*(?:(?:尊敬|敬爱|亲爱)的[^，。！？：:,]{0,16}[：:，,！!\s]*)?"
    r"(?:[^，。！？：:,\s]{0,6}(?:领导|书记|市长|局长|厅长|县长|区长|主任|同志|小编)们?"
    r"(?:[：:！!\s]+|(?<=领导)[，,]|(?=(?:您们?|你们?|大家)?好[，。！!,：:~\s])))?"
    r"(?:(?:您们|你们|您|你|大家|各位)?(?:好|早上好|上午好|下午好|晚上好|新年好)(?![^，。！!,：:\s])[啊呀]?[，,。！!：:~\s]*)?"
)
_LEAD_IN = re.compile(
    r"(?:(?:哎呀?|喂|哎|那个|就是|恁(?:给?俺?)?说说|[我俺](?:跟|给)[你恁]们?(?:说|讲)(?:一?下)?|俺?想?问问)[啊呀吧哈]*[，,\s]*)*"
    r"(?:(?:我|本人|我们|市民|来电人|群众|居民|业主)?(?:今天|现在|现|特|再次|在此)?"
    r"(?:想要?|要|需要)?(?:来电|致电)?(?:向[^，。]{0,10})?(?:反映|反应|投诉|举报)(?:的是|一下|如下|一个?(?:问题|情况|事情))?"
    r"|(?:我|本人|我们|俺)?想?(?:请问|咨询|问)一?下|请问一?下?|(?:事情|情况|问题)(?:是|如下|经过)(?:这样的)?)?[，：:,\s]*"
)
_THANKS = re.compile(
    r"^(?:非常|万分|十分|衷心|深表|先|在此|再次)*(?:谢谢|感谢|多谢|拜托|不胜感激|此致|敬礼|致敬|打扰|辛苦|祝)|百忙之中"
)
_SELF = re.compile(r"^(?:我|本人|我们|俺)(?:是|叫|系|们是|名叫|姓|来自|住在?|家住|的?小?孩)")
_DEPENDENT = re.compile(
    r"虽|但|而且|并且|当|因|所以|如果|为了|对此|有时|也|还|就|都|却|再|又|从而|导致|其|他|她|它|这|那|我|现在|最近|每|是否|此|然而|由于|作为"
)
_PLACE = re.compile(
    r"[一-鿿A-Za-z0-9]{2,14}?(?:路与?[一-鿿]{1,6}路|大道|大街|路(?!灯|面|上|口堵)|街(?!道办)|巷|小区|花园|家园|社区|新村|村|镇|乡|区(?!别|分)"
    r"|县|广场|市场|公园|学校|小学|中学|大学|医院|幼儿园|工地|公司|地铁站|火车站|车站|大厦|公寓|\d{1,3}号楼|交叉口|苑|府|城(?!管|市|乡))"
)
PROBLEM = re.compile(
    r"扰民|噪[音声]|油烟|污染|异味|臭|垃圾|污水|漏水|渗水|积水|停[水电气暖]|断[水电气]|不亮|损坏|破损|坏了|塌|堵|拥堵|占道|占用|乱停"
    r"|违[建章规法]|非法|无证|拖欠|欠薪|工资|乱收费|收费|不退|退[款费]|欺骗|虚假|强制|拒绝|推诿|不作为|没人管|无人|未(?!来)[一-鿿]|不[让给能予]|没有"
    r"|无法|难|隐患|危险|事故|坑|脏|施工|拆迁|安置|补[贴助偿]|办理|报销|社保|医保|户口|落户|入学|学区|产权证|房产证|交房|烂尾|质量|开裂"
    r"|电梯|暖气|供暖|物业|路灯|井盖|红绿灯|公交|停车|消防|广场舞|补课|服务|态度|扬尘|流浪犬|偷|骗|赌|假"
    r"|[煤燃]气味|糊味|怪味|刺鼻|呛|吵|不[热通转动响走来]|停工|冒[烟水火]|着火|被困|没了|没[人水电气暖]|歪|[掉断裂]了|闯禁行|晃|过期|冰凉|满了|欠"
)
# What is asked of the listener, and the talk about earlier calls: neither names the matter.
_PLEA = re.compile(
    r"赶[紧快]|麻烦|请(?!问)|希望|帮[帮我个]|帮不了|求求|拜托|快点|派人|盼|管管|尽快|给个说法|怎么[办着]|咋[办弄]"
    r"|电话(?:[一都]?[直也]?)?(?:没人接|打不通|没人管|不接)|打(?:过|了)?(?:好?几[次遍个])?电话|好几遍|没办法|联系(?:我|不上)|^[我俺]?找(?:了|过)?"
)
_ADDRESS = re.compile(
    r"(?:(?:我们?|俺们?|本人)?(?:家?住址?|家)?[在于是]?|位于|地[址点][是在为]?)(?P<words>[一-鿿A-Za-z0-9]{2,26}?"
    r"(?:[区县市镇乡村]|[路街巷院号楼栋]|大道|单元|[户室]|花园|家园|交叉口|附近|门口|旁边|[东西南北]侧))这?[里边]?"
    r"|(?:我们?|俺们?)?(?:小区|村)(?:名字?)?[是叫](?P<name>[一-鿿A-Za-z0-9]{2,12})"
)
_DEMAND = re.compile(
    r"希望|请求|恳请|建议|要求|望|请(?:相关|有关|政府|领导|尽快|问|给|帮)|咨询|能否|是否|何时|尽快|呼吁|[吗呢]$|[?？]$|为什么|怎么|如何"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text: `text == whole[start:start + len(text)]`, and what it holds."""

    text: str
    start: int
    place: bool
    problem: int
    demand: bool
    filler: bool
    dependent: bool
    plea: bool
    address: str  # the place of a clause that says nothing else, '' for any other clause


def sentences(whole: str) -> list[Piece]:
    """Whole sentences with their end marks, greetings cut off the front; at most `MAX_CHARS` are read."""
    return list(_pieces(_SENTENCE, whole[:MAX_CHARS]))


def clauses(whole: str) -> list[Piece]:
    """Clauses between commas, without marks, greetings and lead-ins cut off the front."""
    return list(_pieces(_CLAUSE, whole[:MAX_CHARS], lead_in=True))


def place_in(text: str) -> str:
    """The first stretch of `text` that looks like a place, '' when none does."""
    match = _PLACE.search(text)
    return match[0] if match else ""


def _pieces(pattern: re.Pattern[str], whole: str, *, lead_in: bool = False) -> Iterator[Piece]:
    for match in pattern.finditer(whole):
        raw = match[0]
        skip = _COURTESY.match(raw)
        cut = skip.end() if skip else 0
        if lead_in and (lead := _LEAD_IN.match(raw, cut)) and lead.start() == cut:
            cut = lead.end()
        text = raw[cut:].strip()
        if not text or not any(char.isalnum() for char in text):
            continue
        yield _read(text, match.start() + raw.index(text, cut))


def _read(text: str, start: int) -> Piece:
    address = _ADDRESS.fullmatch(text)
    problem = PROBLEM.search(text) is not None
    return Piece(
        text=text,
        start=start,
        place=_PLACE.search(text) is not None,
        problem=min(3, sum(1 for _ in PROBLEM.finditer(text))),
        demand=_DEMAND.search(text) is not None,
        filler=bool(_THANKS.search(text) or _SELF.search(text)),
        dependent=_DEPENDENT.match(text) is not None,
        plea=_PLEA.search(text) is not None,
        address=(address["words"] or address["name"]) if address and not problem else "",
    )
