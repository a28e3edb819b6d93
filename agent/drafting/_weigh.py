"""How well a clause says what is wrong: the thing and its trouble, not what its writer did about it.

Surface words and the words of the topic chosen; no clause is cut or changed here (see `_matter`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from knowledge.vocabulary import Kind

_EARLY, _LATEST = 0.018, 3.0  # points lost a character from the start, and at most: people name the matter first
_WORD, _PAIR = 1.5, 0.4  # points a topic word, and a pair of characters shared with a topic
_LENGTH, _LONG = 0.1, 14  # points a character, up to so many: a clause of four names no thing
_WHOLE = 8  # characters from which on a question says what it asks about
_MOST_WORDS, _MOST_PAIRS = 2, 3
_UNTROUBLED = 0.8  # points lost by a clause of a complaint that names no trouble
_TROUBLED, _MOST_TROUBLES = 1.4, 2
_HERE = 1.2  # where it is, just before what is wrong
_LEAST = -1.2  # points from which on a clause is worth saying with its neighbour
_SHORT, _CONTEXT, _LITTLE = 10, 0.9, 0.3  # what leads up to the trouble: much to a short clause, little to others
_SECOND = 0.6  # share of its points that the weaker of two clauses brings

# Pairs that topics of every kind hold.
_GENERAL = frozenset(
    [
        "管理",
        "服务",
        "问题",
        "设施",
        "公共",
        "其他",
        "机构",
        "质量",
        "安全",
        "人员",
        "投诉",
        "违规",
        "市场",
        "政策",
        "收费",
        "与服",
        "与态",
        "态度",
    ]
)
TROUBLE = re.compile(
    r"扰民|吵|睡不着|噪[音声]|打桩|施工|油烟|异味|臭|呛|刺鼻|怪味|[煤燃]气味|黑烟|冒[烟水火泡]|垃圾|污[水染]|脏|漏|渗|积水|淹|停[水电气暖产运工]|[断没]了?[水电气暖]|没[水电气暖]"
    r"|不[亮热转退通给让管发改修收办还足够公达符按接纳走]|不能|坏|破|损|裂|塌|堵|封了|封路|占[道着用]|占了|乱[停扔倒贴收堆挖砍采]|违[建章规法约停]|非法|违售|无证|没有?(?:车牌|批号|年检|标识|灯|执照)"
    r"|拖欠|欠薪|欠[着了]|断[交缴]|扣[了押]|克扣|强制|强迫|被逼|虚假|骗|假冒|换标|过期|变质|铁丝|涨价|乱收|多收|押金|拒[绝载]|摆手|推诿|无法|难[受走]|险|事故|坑|拆[迁除]|烂尾|闯|超[载标速]"
    r"|开瓶费|加塞|抢道|咬|扑|砸|夹[住伤]|推搡|打人|殴打|威胁|失联|走失|着火|起火|在烧|烧到|火从|被困|困[在着]|掉进|垂|歪|斜|倒[了塌]|锁[着了]|上不了|办不[了成下]|买不[了到]|用不[了成]"
    r"|进不[了去]|没(?:人[清修管]|发|退|交|修|清|搞|影|影了|亮过)|未(?:按|见|开|发|办|交|退|参)|迟迟|一直没|等不到|僵尸车|摊贩|烤串|关(?:闭|了)|老旧|简陋|看不清|跟不上|形同虚设|没了"
    r"|报销|过高|差[别距]|太[大高低少慢贵]|不了|倒车|撞|[欠躺]着|收[旧废]|砍伐|采伐|倾倒|往[^，]{1,4}[倒推扔排灌]|喷|顶牛|晚上拉上|洗钱|横着|冒出|账单|拉黑|偷|跑路|拉走|人身|传销|喊口号|推销|暴|塌方|凉|掐|没听清|听不清|咯牙|横着|摔|难闻|绊|停[课诊]|[刷扫]不上|不[上认]|并成|堵[死着]|失效|少[了发]|出血|早产|鸭声|苦水|味[道很]|一等|[Nn几数]年了|烧纸|扔一地"
)
_PLACE = re.compile(
    r"(?:路|街|巷|小区|花园|家园|社区|村|镇|乡|区|县|广场|市场|公园|学校|小学|中学|医院|工地|车站|大厦|公寓|号楼|路口|口|苑|隧道|匝道|园|城|厂|店|酒店|公司)"
    r"(?:[东西南北]?[边侧头]|附近|旁边|门口|往[东西南北]|这边|那边|里面?|的?那个[一-鿿]{2,4}|地头)?$"
)
_BARE_PLACE = re.compile(r"[一-鿿A-Za-z\d]{2,20}(?:街道|区|镇|乡|村|组|号楼|单元|小区|社区|路)")
# What weighs against a clause: points, and the words.
_AGAINST: tuple[tuple[float, re.Pattern[str]], ...] = (
    (  # who was asked, and did not help
        3.5,
        re.compile(
            r"(?:打[过了给]?|拨打?|接到|(?<!投诉)(?<!服务)电话)[^，]{0,8}(?:电话|客服|热线|的电话|不通|没人接|无人接|关机|占线|接听)|打给|(?:没|无)人(?:理|接|应|处理)|打不通|报警|报[过了](?:警|1)|1[12][029]"
            r"|(?:反映|投诉|举报|找|说|问|联系|沟通|交涉|协商|催|劝|敲|报修)[过了](?!的)|(?:多次|几次|两次|一直|再三)(?:反映|投诉|举报|联系|沟通|交涉|电话|找)|^(?:问|找|联系|打)[^，]{1,8}$"
            r"|(?:给|跟|向|和)[^，]{1,8}(?:反映|反应|打|说|讲|沟通)|联系不上|排队排到|未果|无果|不知情|没人肯|上前看|答复|回复"
        ),
    ),
    (2.5, re.compile(r"谢|感激|拜托|辛苦|麻烦您?|打扰|领导|书记|厅长|政府|部门|为民|依法治国|体察民情|民意")),
    (
        2.0,
        re.compile(
            r"^(?:您|我们?|俺)?(?:再次|强烈)?(?:请(?![假问])|希望|要求|恳|求|盼|望|建议|想请|赶[紧快]|快)|派人|人来|来人|尽快|给个"
        ),
    ),
    (
        1.8,
        re.compile(  # what he feels
            r"气得|怨气|心里|心疼|心酸|懵|苦不堪言|着急|寒心|害怕|生怕|[他她]?怕|羞|哭|气愤|急死|声音|苦恼|甚是|无奈|实在|受不了|忍|放心|冤大头|说实话|说实在|算啥|敢怒"
        ),
    ),
    (
        2.5,
        re.compile(
            r"^(?:您|我们?|俺|本人|作为)?(?:是|叫|姓|名|家?住|名叫|来自)(?!在?[^，]{2,20}(?:漏|坏))|反映$|打来$|^地址|举报人|村名$|来电|爱好者|一位|声音|慢声|强调|自称|愿意作证|不愿留名|^您(?:今天|上班)|听说|^户籍"
        ),
    ),
    (  # reported words of the other side
        1.2,
        re.compile(r"^[^，]{1,9}(?<!要)(?:说|称|讲|告知|表示|承认|回答|问)(?![明法话])"),
    ),
    (  # who he is, and what came before
        1.0,
        re.compile(
            r"\d岁|[一二三四五六七八九十]岁|年纪|周岁|出生|生于|儿子前年|去年|前年|早年|当初|之初|以前|从前|原来|本来|于?(?:19|20)\d\d年|才知道|怀疑|觉得|认为|估计|据说|拍了|录了|录音|证据"
        ),
    ),
    (
        1.5,
        re.compile(
            r"^(?:您)?(?:今天?|昨天?|前天|现在|刚才|最近|近日|年前|清明|到|从|都|已经?)?[^，]{0,8}(?:[点时天月年]|星期|半月|小时|分钟|凌晨|早上|晚上|放学|多钟)(?:了|多|半)?$"
        ),
    ),
    (0.8, re.compile(r"[他她它]")),
    (1.0, re.compile(r"^(?:说|可|因为?|像|再不|又|才|再|只好|老|别|要么|到时候|结果)|[的地得]$")),
)
_ASKS = re.compile(
    r"吗$|呢$|么$|能不能|能否|可否|可以|是否|怎[么样]|如何|多少|什么|啥|哪|多久|何时|为何|算不算|要不要|有没有|会不会|咋|几"
)
_SUGGESTS = re.compile(r"建议|希望|能不能|能否|提议|最好|应该|可以|增设|设置|加装|改[为成]")


def pairs(text: str) -> set[str]:
    """Pairs of neighbouring characters."""
    return {text[i : i + 2] for i in range(len(text) - 1)}


def is_place(clause: str) -> bool:
    """Whether the clause only says where, and belongs before what happened there."""
    return _BARE_PLACE.fullmatch(clause) is not None


class Scale:
    """Weighs the clauses of one complaint.

    Args:
        kind: A 咨询 is looked for its question, a 建议 for its wish.
        topic: Words of the topic chosen, none where none was chosen.
    """

    def __init__(self, kind: Kind, topic: Iterable[str]) -> None:
        self._kind = kind
        self._words = frozenset(word for word in topic if len(word) > 1)
        self._pairs = frozenset(pair for word in self._words for pair in pairs(word)) - _GENERAL

    def weigh(self, clause: str, start: int) -> float:
        """Points of one clause that starts at character `start`; below 0 it says nothing of the matter."""
        if is_place(clause):
            return -1.0
        words = min(_MOST_WORDS, sum(word in clause for word in self._words))
        shared = min(_MOST_PAIRS, len(self._pairs & pairs(clause)))
        troubles = min(_MOST_TROUBLES, sum(1 for _ in TROUBLE.finditer(clause)))
        about = _WORD * words + _PAIR * shared
        if not troubles and self._kind not in ("咨询", "建议", "表扬"):
            about = about / 2 - _UNTROUBLED  # the thing without its trouble
        points = about + _TROUBLED * troubles - min(_LATEST, _EARLY * start)
        points -= sum(cost for cost, pattern in _AGAINST if pattern.search(clause))
        if self._kind == "咨询" and _ASKS.search(clause):
            points += 2.5 if len(clause) >= _WHOLE else 1.0
        if self._kind == "建议" and _SUGGESTS.search(clause):
            points += 3.5  # what a complaint would lose for the same words, and more
        elif self._kind in ("投诉", "举报") and _SUGGESTS.search(clause):
            points -= 1.5
        return points + _LENGTH * min(len(clause), _LONG)

    def join(self, first: str, second: str, one: float, two: float) -> float:
        """Points of two neighbours said together, given their own."""
        low, high = sorted((one, two))
        if _PLACE.search(first) and two > 0 and one <= two:
            return two + max(0.0, _SECOND * one) + _HERE
        if low <= _LEAST:
            return high + low - 1.0
        context = _CONTEXT if len(second) < _SHORT else _LITTLE
        return high + _SECOND * max(low, -0.5) + (context if one < two else 0.0)
