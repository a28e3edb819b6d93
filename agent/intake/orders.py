"""Sentences that speak to the machine instead of to the city: found, so that they have no say in any choice.

A complaint is evidence about a matter, never an instruction. What is found here stays in the text that people read;
only what is searched and classified gets blanks in its place, sign for sign, so that positions keep their meaning.
Surface words only: a text without such words passes unread by this module.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_SENTENCE = re.compile(r"(?:[^。！？!?；;\n.]|\.(?!\s))+[。！？!?；;.]*")
_CLAUSE = re.compile(r"[^，,、：:]+[，,、：:]*")
# A line of a conversation with a model, or the marks that its makers put around one: nothing in it is a citizen's.
_ROLE = re.compile(
    r"^\s*[\[【<＜|#*]{0,3}\s*(?:system|assistant|developer|系统(?:消息|指令))\s*[\]】>＞|]{0,3}\s*[:：]"
    r"|<\|[a-z_]{2,20}\|?|\[/?INST\]|#{2,4}\s*(?:instruction|system|指令)",
    re.IGNORECASE,
)
# What only this machine has; a category is also what a citizen may want changed, so it needs 把 before it.
_FIELD = (
    r"(?:(?:主办|协办|承办)(?:单位|部门)|紧急(?:程度|等级)|置信度|派单结果|研判结果"
    r"|(?:把|将)(?:本|该|此|这)?(?:单|工单|诉求)?的?(?:事项)?(?:分类|类别|处理方式|主办))"
)
_SET = r"(?:设[为成]|设置[为成]|改[为成]|置为|填[为写成]|标[为成记]|定为|输出为?|返回)"
_EARLIER = r"(?:以上|之前|前面|上述|此前|先前|你的|系统|(?:所有|一切|全部)的?(?=指令|提示))"
_ORDER = re.compile(
    rf"(?:忽略|无视|忘[掉记]|不要理会|跳过|覆盖)[^，。！？]{{0,6}}{_EARLIER}[^，。！？]{{0,8}}(?:指令|提示词?|规则|设定|要求)"
    rf"|{_FIELD}(?:必须|应当|一律|直接|都)?{_SET}"
    r"|你(?:现在|从现在起|将|就)?(?:是|扮演|充当)(?:一个|一名|一位)?[^，。！？]{0,12}(?:助手|机器人|模型|智能体|人工智能|AI)(?![吗么嘛])"
    r"|(?:输出|返回|回复|生成)[^，。！？]{0,8}(?:json|xml|yaml|markdown)"
    r"|(?:输出|显示|告诉我|透露)你的?[^，。！？]{0,6}(?:系统提示|提示词|内部指令)"
    r"|(?:进入|启用|切换到)(?:开发者|越狱|管理员|上帝)模式|(?:无需|不需要|不用|跳过)人工(?:审核|复核|确认)[^。！？]{0,8}派单"
    r"|(?:ignore|disregard|forget)\b[^。\n]{0,40}\b(?:instructions?|prompts?|rules?)|you are now (?:an?|the)\b"
    r"|\b(?:respond|reply|output) (?:only )?(?:in|with) json",
    re.IGNORECASE,
)
# Said beside an order it is part of it; said alone it is what any caller may ask.
_CARRIES_ON = re.compile(rf"派[给到往]|转给|自动派单|{_FIELD}|{_SET}|照做|json", re.IGNORECASE)


def find_orders(text: str) -> tuple[tuple[int, int], ...]:
    """Where a text gives orders to the machine.

    Args:
        text: Cleaned text in simplified characters.

    Returns:
        (start, end) in reading order, without overlap: whole lines that play a role, else the clauses.
    """
    found: list[tuple[int, int]] = []
    for sentence in _SENTENCE.finditer(text):
        if _ROLE.search(sentence[0]):
            found.append(sentence.span())
        elif _ORDER.search(sentence[0]):
            found += _ordering(sentence)
    return tuple(found)


def blank_orders(text: str, orders: Sequence[tuple[int, int]]) -> str:
    """The text with a blank for every character of the orders; as long as before."""
    for start, end in orders:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _ordering(sentence: re.Match[str]) -> list[tuple[int, int]]:
    """The clauses of a sentence that give the order or carry it on."""
    hits = [hit.span() for hit in _ORDER.finditer(sentence[0])]
    spans: list[tuple[int, int]] = []
    for clause in _CLAUSE.finditer(sentence[0]):
        start, end = clause.span()
        if any(a < end and b > start for a, b in hits) or _CARRIES_ON.search(clause[0]):
            spans.append((sentence.start() + start, sentence.start() + end))
    return spans
