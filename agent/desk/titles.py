"""What a matter is called in a list: its title where that can be read alone, else the beginning of what was said.

A title is a clause of the complaint's own words. Torn out of its sentence it may say nothing (难怪现在…, 超过后…”); the
rule here is a plain look at its first and last words, and no judgement of its sense.
"""

from __future__ import annotations

import re

from agent.schema import ComplaintReading
from agent.wording import shorten

LONGEST = 30
_LEAST = 5  # 路灯不亮 names a thing only beside its place
# Words that lean on a sentence before: a line that begins with one has lost its beginning.
_LEANING = (
    "但", "而", "却", "所以", "因此", "然后", "于是", "并且", "否则", "不然", "难怪", "虽然", "由于", "因为", "因家",
    "如果", "即使", "以至", "以及", "后来", "结果", "反而", "甚至", "就", "也", "还", "又", "才", "都", "更", "再",
    "只", "让", "使", "给", "避免", "一直", "现就", "超过", "对此", "这", "那", "其", "我是", "_x",
)  # fmt: skip
_OPEN_END = re.compile(r"(?:[，、；：,;:(（“《]|宣称|表示|左右|以后|之后|时|因|和|及|与|在|把|被|让|对|从|到|的)$")
_PAIRS = (("“", "”"), ("《", "》"), ("（", "）"))
_CALL_TAKER = re.compile(r"^(?:坐席|话务员|接线员|客服)[:：].*$", re.MULTILINE)
_CALLER = re.compile(r"^(?:市民|来电人|诉求人|群众)[:：]\s*", re.MULTILINE)


def title_of(reading: ComplaintReading | None, given: str = "") -> str:
    """The line that stands for a matter.

    Args:
        reading: What the agent read, masked; None for a matter without it.
        given: A title that came with the complaint; a person wrote it, so it stands as it is.

    Returns:
        '' where nothing is left to show.
    """
    if given.strip() or reading is None:
        return given
    if readable(reading.title):
        return reading.title
    spoken = _CALLER.sub("", _CALL_TAKER.sub("", reading.masked_text)).strip()
    summary = reading.summary if readable(shorten(reading.summary, LONGEST)) else ""
    return shorten(summary or spoken or reading.title, LONGEST)


def readable(title: str) -> bool:
    """Whether a title can be read without the sentence that it was taken from."""
    line = title.strip()
    return (
        len(line) >= _LEAST
        and not line.startswith(_LEANING)
        and _OPEN_END.search(line) is None
        and all(line.count(left) == line.count(right) for left, right in _PAIRS)
    )
