"""What replies in similar matters say of the way to go: a sentence of procedure, without the facts of their case.

A reply of the past answers another person. Only a sentence that states a rule for everybody and holds no number,
date, place, office, act of handling or person may be taken over, and it is said where it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.drafting._basis import shared_term
from models.lexical import tokens

_SENTENCE = re.compile(r"[^。；;！？\n]+")
_ANSWERED = re.compile(r"^[^，：:。]{2,24}[：:]")  # 人社部门答复：
_SHORTEST, _LONGEST = 12, 56
_SHARED = 2  # words of the question that the sentence must use, where it shares no longer term
_RULE = re.compile(
    r"可(?:以|申请|凭|持|在|到|向|参与|按)|应当?|须|凭|持[^续有]|不得|无[须需]|需(?!求)|允许|方可|以[^，]{2,12}为准|按[^，]{2,16}(?:计|核|办|执行|报销|缴)"
)
_OF_THEIR_CASE = re.compile(
    r"\d|[一二三四五六七八九十百千万两]+(?:年|个?月|日|天|元|岁|周|户|人|名|次|项|份|倍|成)|[来举反投]信?[信电报映诉]人|您|你|该(?!项)|本(?!人)|贵|其(?!他|中)|此(?!类)|已(?!经?满)|均|经(?!办)"
    r"|责令|约谈|核查|查[证明实处]|立案|整改|退还|补发|张贴|印发|转(?:交|办)|受理(?!条件|范围)|收悉|研究|拟|计划|正在|将(?!军)|目前|今年|明年|去年|近期|日前|上旬|下旬|督促|协调|回访|办结|启动"
    r"|[一-鿿](?:区|县|镇|街道|村|路|小区|公司|集团|先生|女士|同学|业主)|郑州|河南|专员|网点|我[局们办委]"
)
_EMPTY = frozenset(
    [
        "可以",
        "应当",
        "需要",
        "办理",
        "申请",
        "规定",
        "部门",
        "单位",
        "个人",
        "人员",
        "情况",
        "问题",
        "按照",
        "咨询",
        "相关",
    ]
)


def procedure(question: str, replies: Sequence[str]) -> str:
    """Find the sentence of a similar reply that says how such a matter goes.

    Args:
        question: The matter and what is asked.
        replies: Replies in similar cases, best first.

    Returns:
        A sentence without end mark, as it stands in the reply; '' when none is general and near enough.
    """
    asked = {word for word in tokens(question) if len(word) > 1} - _EMPTY
    for reply in replies:
        for sentence in _general(reply):
            shared = asked & set(tokens(sentence))
            if len(shared) >= _SHARED and (shared_term(question, sentence) or len(shared) > _SHARED):
                return sentence
    return ""


def _general(reply: str) -> Iterator[str]:
    for found in _SENTENCE.findall(reply):
        sentence = _ANSWERED.sub("", found.strip()).strip("，, ")
        if _SHORTEST <= len(sentence) <= _LONGEST and _RULE.search(sentence) and not _OF_THEIR_CASE.search(sentence):
            yield sentence
