"""What a complaint asks for, and where it stands in the text.

A demand is worded: a request (希望…, 请…), a wish in form of a question (能不能…) or a question to be answered
(何时…, 怎么办理…). Rhetorical questions and demands told of the past ask for nothing; a complaint that only tells
gets no demand rather than a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field, model_validator

from agent.drafting._asking import JOINS, OPENS, QUESTION, STRONG, WISH, core
from agent.drafting._naming import general as general
from agent.drafting._naming import is_vague as is_vague
from agent.drafting._naming import named
from knowledge.vocabulary import Kind
from models.record import Record

MAX_DEMANDS = 8
_MAX_READ = 4000  # characters
_MAX_CHARS = 80  # of one demand; a longer one ends at its last comma
_SHORTEST = 4

_SENTENCE = re.compile(r"(?:(?!_x000D_)[^。！？!?；;\n\r])+[。！？!?；;]*")  # _x000D_: a line end that Excel wrote
_CLAUSE = re.compile(r"[^，,：:]+")
_ITEM = re.compile(r"^\s*(?:[（(]?(?:[一二三四五六七八九十]{1,2}|\d{1,2})[）)、.．](?!\d)|[①-⑩])\s*")
_ITEM_INSIDE = re.compile(
    r"(?:[（(](?:[一二三四五六七八九十]|\d)[）)]|(?<!\d)[1-9][、.．](?!\d)|[①-⑩]|(?<![一-鿿])[一二三四五六七八九][、.])"
)

_INSIDE = re.compile(rf"^[^，。]{{1,14}}?(?P<cue>{STRONG}|{WISH})")
_TOLD = re.compile(  # of the past, of others, or of hope itself
    r"(?:多次|曾经?|之前|当时|当初|先后|一再|屡次|去年|前年|上次|昨天|后来|已经?|没有?|无|有|给|带着|抱|充满|毫无|失去|不|别|物业|公司|学校|老师|商家|他|她|对方"
    r"|开发商|店家|老板|客服|医生|大夫|专家|律师|法官|民警|警察|法院|干部|班主任|校长|他们|她们|有人|回复|答复|医院|银行|单位|村里|社区)[^，。]{0,8}$"
)
_AFTER_CUE = re.compile(r"[了过着破落]")
_LEADS_QUESTION = re.compile(
    r"请问|想问|问一?下|(?<!我)(?:询问|咨询)(?!了|过|保安|医生|老师|客服|物业|店|工作人员|的)|请教|(?<!不)想?知道(?!的|了)"
    r"|想?了解(?=一?下|[^，。]{0,12}(?:什么|如何|怎|何|是否|哪))"
)
_FACTUAL = re.compile(  # time, way and office: even an angry writer wants this answered
    r"什么时候|何时|啥时候|几时|什么时间|怎么(?:办理?[？?]*$|申请|补办|查询)|如何(?:办理|申请|查询|处理|解决)|需要?(?:什么|哪些)(?:手续|材料|条件)"
    r"|(?:哪个|什么)(?:部门|单位)|[归由]谁|谁(?:来)?负责"
)
_REPROACHES = re.compile(r"[吗么][？?！!。\s]*$")  # 请问这样合理吗: in a complaint it reproaches
_RHETORICAL = re.compile(  # asked of the air, not of an office
    r"难道|扪心自问|就没有一点|为民除害|何来|何在|凭什么|岂|天理|良心|王法|哪去了|哪里去了|去哪了|情何以堪|谁来管|谁管|何必|何苦|怎么能|怎能|怎么会|怎么敢|叫我们|[让叫]人怎|又如何"
    r"|有没有(?:人[管性]|法|天|良)|没人管|是不是太|保护伞[吗？]|看到[^，。]{0,14}了吗|什么(?:道理|意思|逻辑|世道|东西)|合理吗|合法吗|合适吗|应该吗|对吗|公平|好吗|行吗|像话|于心何忍|意义"
    r"|怎么[活过住]|怎么生活|才是个?头|何时[休了]|不觉得|知道吗|这么难|这样难|居然|竟然|谁给|为人民的?名义|人民的名义|后患|良心|那么大|这么大胆|[谁何]权|吃干饭|不是吗|是吗|为人民服务"
)
_LIST_HEAD = re.compile(r"(?:诉求|要求|请求|建议|希望|咨询|想问|请问)[^。？?]{0,12}(?:[：:]|如下)[：:。]?\s*$")
_TAIL = re.compile(
    r"(?:[，,\s]*(?:谢谢|感谢|多谢|非常感谢|万分感谢|不胜感[激谢]|不胜|为盼|为谢|此致|敬礼|特此|拜谢|跪谢|辛苦了?|急盼)[^。！？!?；;，,]{0,10}"
    r"|[\s，,、：:~～—….·。！!？?；;]+|_x000D_)+$"
)
_COVERING = re.compile(
    r"(?:诉求|要求|请求|问题|建议|想法|”)[^。；]{0,24}(?:一并|逐项|分别)[^。；]{0,8}(?:答复|提出|办理|说明)|继续跟进并逐项答复|一并答复如上|所提诉求的答复"
    r"|(?:诉求|请求|要求|问题|建议)，[^，。]{0,40}(?:核实|核查|研究|了解情况)后(?:依法)?答复。"
    r"|(?:此问题|您问的事项|您的建议)[^。]{0,60}(?:解答|答复|研究)"
)


class Demand(Record):
    """One thing asked for; `masked_text[start:end] == text`."""

    text: str = Field(min_length=1)
    start: int = Field(ge=0)
    end: int = Field(ge=1)

    @model_validator(mode="after")
    def _spans_its_text(self) -> Demand:
        if self.end - self.start != len(self.text):
            raise ValueError("end - start must be the length of text")
        return self


def find_demands(masked_text: str, kind: Kind) -> tuple[Demand, ...]:
    """Find what is asked for.

    Args:
        masked_text: The complaint without personal data; its first 4,000 characters are read.
        kind: A question mark in a 咨询 asks; in a complaint it mostly reproaches, and only 请问 or a question of time
            or way counts.

    Returns:
        At most `MAX_DEMANDS` demands in the order of the text, none overlapping another; () when nothing is asked
        for in words.
    """
    found: list[Demand] = []
    listed = False
    for sentence in _SENTENCE.finditer(masked_text[:_MAX_READ]):
        item = _ITEM.match(sentence[0])
        if listed and item:
            spans = [(sentence.start() + item.end(), sentence.end())]
        else:
            listed = bool(_LIST_HEAD.search(sentence[0]))
            spans = [] if listed else list(_in_sentence(sentence[0], sentence.start(), kind))
        found += [demand for start, end in spans if (demand := _demand(masked_text, start, end)) is not None]
    return tuple({core(demand.text): demand for demand in reversed(found)}.values())[::-1][:MAX_DEMANDS]


def brief(demand: Demand) -> str:
    """The demand in a few words to stand in quotation marks, '' when it has none: see `_naming.named`."""
    return named(demand.text)


def covers(reply: str, demand: Demand) -> bool:
    """Whether a reply answers a demand: by its own words, or in a sentence about all that was asked for."""
    words = brief(demand)
    return bool(words and words in reply) or _COVERING.search(reply) is not None


@dataclass(frozen=True, slots=True)
class _Clause:
    start: int
    end: int
    asks: int  # where in the text the request begins; -1 when the clause makes none
    question: bool


def _in_sentence(sentence: str, offset: int, kind: Kind) -> Iterator[tuple[int, int]]:
    """Spans of the demands of one sentence."""
    rhetorical = _RHETORICAL.search(sentence) is not None
    open_at = -1
    for clause in _clauses(sentence, offset, kind):
        starts = clause.asks if clause.asks >= 0 else (clause.start if clause.question and not rhetorical else -1)
        joined = open_at >= 0 and JOINS.match(sentence[clause.start - offset :])
        if open_at >= 0 and (starts >= 0 or joined):
            yield open_at, clause.start
            open_at = clause.start if starts < 0 else starts
        elif open_at < 0:
            open_at = starts
    if open_at >= 0:
        yield open_at, offset + len(sentence)


def _clauses(sentence: str, offset: int, kind: Kind) -> Iterator[_Clause]:
    asked = sentence.rstrip().endswith(("？", "?"))
    led = False
    for match in _CLAUSE.finditer(sentence):
        words = match[0]
        start = offset + match.start() + len(words) - len(words.lstrip())
        item = _ITEM.match(words)
        if item:
            start = offset + match.start() + item.end()
        led = led or _LEADS_QUESTION.search(words) is not None
        if kind == "咨询" and (led or asked):
            question = QUESTION.search(words) is not None
        elif led:
            question = QUESTION.search(words) is not None and not _REPROACHES.search(words)
        else:
            question = asked and _FACTUAL.search(words) is not None
        yield _Clause(start, offset + match.end(), _request(words.lstrip(), start), question)


def _request(words: str, start: int) -> int:
    """Where the request of a clause begins in the text, -1 when it makes none."""
    found = OPENS.match(words) or _INSIDE.match(words)
    if found is None or _TOLD.search(words[: found.start("cue")]) or _AFTER_CUE.match(words, found.end("cue")):
        return -1
    return -1 if _RHETORICAL.search(words) else start + found.start("cue")


def _demand(whole: str, start: int, end: int) -> Demand | None:
    words = whole[start:end]
    inner = _ITEM_INSIDE.search(words, 2)
    if inner:
        words = words[: inner.start()]
    if len(words) > _MAX_CHARS:
        comma = max(words.rfind("，", 0, _MAX_CHARS), words.rfind(",", 0, _MAX_CHARS))
        words = words[: comma if comma > 0 else _MAX_CHARS]
    words = _TAIL.sub("", words)
    front = len(words) - len(words.lstrip())
    words = words.lstrip()
    if len(words) < _SHORTEST - 1 or not core(words) or words[0] in "】）)":
        return None
    return Demand(text=words, start=start + front, end=start + front + len(words))
