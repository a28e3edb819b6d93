"""The handling unit's own record as sentences of a reply: person and tense adapted, nothing added.

A sentence that holds personal data, is talk within the office, promises what nobody can promise or cites law that
nobody verified is left out whole. What remains are the record's words; whether they answer every demand is said too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.drafting._person import to_third
from agent.drafting.demands import Demand, brief, is_vague

_SENTENCE = re.compile(r"[^。！？!?；;\n\r]+")
_LABEL = re.compile(
    r"^(?:\s|(?:[一二三四五六七八九十]|\d{1,2})[、.．](?!\d)|[①-⑩]|[（(][一二三四五六七八九\d][）)]"
    r"|(?:办理|处理|处置|核查|调查|核实|反馈|回访)(?:情况|结果|过程|意见|时间|记录)[：:])+"
)
_BASIS = re.compile(
    r"(?:根据|依据|按照|依照)《(?:[^《》]|《[^《》]{0,30}》){2,60}》(?:第[〇零一二三四五六七八九十百千\d]{1,6}条(?:之[一二三四五六七八九十])?[、和及]?){0,4}(?:的?(?:相关|有关)?规定)?[，,]?"
)
_INTERNAL = re.compile(
    r"内部|工单|回访(?!.{0,6}您)|请示|派单|退单|领导批示|审核人|经办人|承办人|签批|存档|归档|联系电话|【|明[天日]|后天|下周"
)
_PROMISE = re.compile(
    r"(?:一定|必定|必将|保证|确保|务必|肯定[会能]|承诺)[^，。；：]{0,12}(?:解决|处理|整改|满意|修复|赔偿|退|查处|办结|拆除|发放)|彻底|绝不再|不再发生|杜绝|让您满意"
)
_COMMON = re.compile(
    r"希望|请|要求|恳请|尽快|及时|处理|解决|问题|情况|有关|相关|部门|单位|什么|怎么|如何|是否|能否|一下|进行|的"
)
_OPEN = re.compile(r"(?:正在|将|拟|计划|待|下一步|尚未|暂未|暂无法|预计|还需|仍在|后续|继续)")
_MANNER = re.compile(r"(?:态度恶劣|无理|胡搅蛮缠|不配合|蛮不讲理|情绪激动|无理取闹|精神)")


def record_sentences(record: str, laws: Sequence[str]) -> tuple[str, ...]:
    """Word a masked record as sentences, each ended by 。.

    Args:
        record: The record, personal data masked.
        laws: Titles of the laws that the plan verified; others are not named.

    Returns:
        The sentences that may go out, in the record's order, no two alike.
    """
    kept: dict[str, None] = {}
    for found in _SENTENCE.findall(record):
        sentence = _without_other_law(_LABEL.sub("", found).strip("，,、：: \t"), laws)
        if len(sentence) < 4 or _INTERNAL.search(sentence) or _PROMISE.search(sentence) or _MANNER.search(sentence):
            continue
        if "《" in sentence and not any(f"《{law}》" in sentence for law in laws):
            continue
        kept[to_third(sentence) + "。"] = None
    return tuple(kept)


def still_open(record: str) -> bool:
    """Whether the record itself says that something is still to be done."""
    return _OPEN.search(record) is not None


def unanswered(record: str, demands: Sequence[Demand]) -> tuple[Demand, ...]:
    """Demands that name something of which the record says nothing.

    A bare 请处理 is answered by any record. Others count as answered when the record shares a fifth of the pairs of
    characters of the demand's own words; common words do not count.
    """
    held = _bigrams(record)
    return tuple(demand for demand in demands if not _touches(held, demand))


def _touches(held: set[str], demand: Demand) -> bool:
    if is_vague(demand.text):
        return bool(held)
    words = _bigrams(_COMMON.sub("，", brief(demand) or demand.text))
    return 5 * len(words & held) >= max(len(words), 1)


def _without_other_law(sentence: str, laws: Sequence[str]) -> str:
    def keep(match: re.Match[str]) -> str:
        return match[0] if any(f"《{law}》" in match[0] for law in laws) else ""

    return _BASIS.sub(keep, sentence)


def _bigrams(text: str) -> set[str]:
    plain = re.sub(r"[^一-鿿A-Za-z0-9]", "", text)
    return {plain[i : i + 2] for i in range(len(plain) - 1)}
