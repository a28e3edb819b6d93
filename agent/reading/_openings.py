"""Where a writer turns to something else: the words that open another matter, and the talk that only sounds so.

Surface words only. Says where a cut may be; whether both sides are one matter is for the caller of
`agent.reading.split` to decide.
"""

from __future__ import annotations

import re

from agent.reading._clauses import PROBLEM

MAX_OPENINGS = 6  # each costs the caller an encoding or two
_HEAD = 60  # characters in which a new matter names what is wrong
_AFTER_SENTENCE = r"(?:(?<=[。！？!?；;…：:”\s])|^)"
_AFTER_CLAUSE = r"(?:(?<=[。！？!?；;…：:，,”\s])|^)"
_WHO = r"(?:我们?|俺们?|咱们?|本人|他|她)?"
_TELL = r"(?:反映|反应|咨询|投诉|举报|[请想]?问)"
_BY_THE_WAY = r"(?:顺[便带道嘴]|捎带|附带|借此机会|趁此机会)(?:着|再|也|还|想)*"

# The writer says himself that another matter begins. 还有一个 alone counts people and things as well.
_ANNOUNCED = re.compile(
    _AFTER_CLAUSE
    + r"(?:(?:哦|噢|哎|欸|另外|此外|还有|再者|同时|对了|再一个|最后)[，,]?)*"
    + _WHO
    + r"(?:(?:还有|另外有?|此外有?|[另再]有|再(?:说|提|讲|反映)|忘了说?|这里还有)(?:另外)?[一1]?"
    r"(?:(?:个|件|桩|码|宗|回)(?:小|别的|其他|另外的?)?(?:事[情儿]?|问题|情况)|(?:件|桩|样|宗|码)(?:小事|相关的)?(?=[，,：:]))"
    r"|另外?[一1]?(?:件事|桩事|个(?:问题|事[情儿]?|情况))"
    rf"|还(?:想|得)(?:再)?(?:顺[便带])?(?:{_TELL}|说(?:一下|说|个))|还要(?:再)?(?:反映|投诉|举报|咨询)"
    rf"|(?:另外|此外|同时)[，,]?{_WHO}(?:还|再|也)?(?:想|要)(?:再|也)?{_TELL}"
    rf"|(?:另(?:外)?|一并|再){_TELL}(?:一下|一个|[：:，,])|{_BY_THE_WAY}{_TELL}"
    r"|对了[，,]?还有"
    r"|说完[一-鿿]{1,6}[，,]?(?:又|再|还要?)说"
    r"|[一-鿿]{2,8}也有(?:件|个)?(?:事|问题)[：:，,])"
)
# A second one counts by itself only where the first was not counted the same way: that is a list.
_SECOND = re.compile(_AFTER_CLAUSE + r"第[二三四五](?:[件桩码宗]|个(?=事|问题))(?:事[情儿]?|问题)?(?=[，,：:是])")
_FIRST = re.compile(r"[第头]一[件桩码宗个]")
# These words also add a detail, a demand or a reason: what follows must look like a complaint of its own.
_BESIDES = re.compile(
    _AFTER_SENTENCE
    + r"(?:(?:哦|噢|哎)[，,]?)?"
    + r"(?:另外(?:还有?)?|此外(?:还有?)?|除此之?[外以][，,]?(?:还有?)?|与此同时|同时"
    r"|还有(?:就是|一点)?|再有(?:就是)?|再就是|对了|再一个|再者|再[说提]一[句点嘴]"
    r"|更(?:[气恼烦]人|可[气恨]|过分)的(?:是|还?有)|不光(?:如此|这样)|多[说嘴]一句"
    rf"|{_BY_THE_WAY}[说提讲](?:一[句下点嘴])?)[啊呀呢吧]?[，,：:]?"
)
_END = re.compile(r"[。！!；;\n]")
_ASKS = re.compile(
    r"希望|请|别再|不要再|建议|要求|诉求|恳求|盼|应当|应该|能不能|能否|可否|可不可以|是否|要不要|有没有|会不会|算不算|是不是|想知道|多久|公布|怎么|如何|多少|什么"
    r"|哪|[吗么呢？?]"
)
# What goes on about the matter at hand: reasons, what somebody said, proof, praise, the writer himself.
_GOES_ON = re.compile(
    r"据|听说|因为?|由于|如果|要是|即使|该|此|上述|对方|同样|方面|关于|补充|说明|强调|实在的|说句|我有|我是|我们(?:是|认为|觉得)|我手|我拍"
    r"|其|这|那(?!边|条|棵|根)|他(?!家)们?|她(?!家)们?|它们?|老师很|你们|证据|录音|照片|视频|经理说|物业说|老板说"
)
_WRONG = re.compile(
    r"坏|漏|渗|堵|塌|陷|脏|臭|吵|断|歪|斜|裂|掏空|冒|烂|破|淹|死了|枯|掉[枝皮漆砖落]|不[退亮通热给让管灵接]|没(?:有?人|水|电|气|暖|给|改|发|结|交|装|修|退)"
    r"|无人|无证|扰民|占[道用了]|乱[停扔倒贴收]|横七竖八|私[自拉搭占]|噪[音声]|喇叭|油烟|黑烟|异味|污水|垃圾|违[建章停规]|拖欠|克扣|扣了|欠[着了薪我他]"
    r"|停(?:[水电气暖了]|课|运)|不亮|施工|半夜|夜里|飞线|火[星花]|贷款|骗|假|超标|过期|咬|轧|压[坏得]|一直没|迟迟|下一批|照收|涨价|乱收费|多收"
)


def openings(text: str, *, judged: bool) -> list[int]:
    """Where another matter may open, ascending, at most `MAX_OPENINGS`.

    Args:
        text: The complaint.
        judged: A classifier will compare both sides, so that doubtful openings may be named too.
    """
    announced = (match.start() for match in _ANNOUNCED.finditer(text))
    besides = (m.start() for m in _BESIDES.finditer(text) if _complains(text[m.end() : m.end() + _HEAD], judged))
    second = () if _FIRST.search(text) else (match.start() for match in _SECOND.finditer(text))
    return sorted({*announced, *besides, *second})[:MAX_OPENINGS]


def _complains(said: str, judged: bool) -> bool:
    """Whether the words after 另外 tell a trouble of their own, before they ask for anything."""
    sentence = _END.split(said, maxsplit=1)[0]
    if _GOES_ON.match(sentence):
        return False
    asks, wrong = _ASKS.search(sentence), _WRONG.search(sentence)
    if wrong is not None:
        return asks is None or asks.start() > wrong.start()
    # words such as 补贴 or 物业 name a field, not a trouble: in one clause with a question they are asked about
    field = PROBLEM.search(sentence) if judged else None
    return field is not None and (asks is None or "，" in sentence[field.start() : asks.start()])
