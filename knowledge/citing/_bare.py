"""Titles without 《》: whether one stands alone or is the tail of a longer name, and where an unheld one begins.

Folded text throughout. Doubtful names are left out: a citation missed costs a reader less than one that is put on
the wrong law.
"""

from __future__ import annotations

import re

_HAN = "\u4e00-\u9fff"
# What may stand directly before a bare title.
_CITING = "根据|依据|依照|按照|参照|遵照|违反|触犯|援引|引用|符合|对照"
_WORD_BEFORE = re.compile(
    rf"(?:{_CITING}|遵守|执行|适用|结合|以及|国家|我国|现行|新版|最新|新修订|修订后|规定"
    r"|[按据依照和与跟及或并同且新旧原的在从由是为即以对如见看查因了到用说有被将把比向受于凭违引而至条款项])$"
)
_SIGN_BEFORE = re.compile(rf"[^{_HAN}0-9A-Za-z]$")
# A place or a foreign state before it makes it another law; 我国, 中国 and 全国 do not.
_PLACE_BEFORE = re.compile("[省市区县州旗]$|(?<![我中全])国$|(?:日本|台湾|香港|澳门)$")
_LONG_LAW = 5  # characters; longer titles of laws are hardly ever the tail of another

CITING_WORD = re.compile(_CITING)
_STRONG_WORD = re.compile(f"{_CITING}|适用|执行")
_BREAK = re.compile(rf"[^{_HAN}A-Za-z0-9（）〈〉]")
_WINDOW = 60  # characters, more than people write without brackets
_ISSUED = re.compile(
    rf"(?:[{_HAN}A-Z0-9]{{1,8}}?(?:省|自治区|市|县|区)|国务院|最高人民法院|最高人民检察院|中华人民共和国|中国)[{_HAN}]"
)
_UNDER_LAW = re.compile("(?<![执方司立违合非])法典?[^法]{0,14}(?:条例|办法|细则|规定|解释)$")
_SHORTEST_REGULATION = 6
_ITS_RULES = re.compile("其(?P<rules>实施(?:条例|细则|办法))$")


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a bare title is a whole one: 技术合同法 is not 合同法, 根据合同法 is."""
    before = text[max(0, start - 4) : start]
    if not before or _SIGN_BEFORE.search(before) or _WORD_BEFORE.search(before):
        return True
    is_long_law = end - start >= _LONG_LAW and text[end - 1] in "法典"
    return is_long_law and _PLACE_BEFORE.search(before) is None


def unheld_title(text: str, end: int) -> int | None:
    """Where a bare title that is not held begins, such as 郑州市物业管理条例; None when unsure.

    It begins after a word such as 根据, else after a sign, and must name its issuer, a law, or be a 条例.
    """
    window = text[max(0, end - _WINDOW) : end]
    signs = [match.end() for match in _BREAK.finditer(window)]
    words = [match.end() for match in _STRONG_WORD.finditer(window, signs[-1] if signs else 0)]
    if not words and not signs and end > _WINDOW:
        return None  # a name without beginning
    title = window[(words or signs or [0])[-1] :]
    is_regulation = title.endswith("条例") and len(title) >= _SHORTEST_REGULATION
    certain = is_regulation or _ISSUED.match(title) or _UNDER_LAW.search(title)
    return end - len(title) if certain else None


def its_rules(text: str, end: int) -> re.Match[str] | None:
    """其实施条例 as in 《…法》及其实施条例: `rules` under the law named before."""
    return _ITS_RULES.search(text, max(0, end - 8), end)
