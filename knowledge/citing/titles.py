"""Which law a title names: held, ended by a held repeal clause, not existing, or outside of what is held.

A title is compared as a whole, never by a part of it: 道路交通安全法实施条例 is not 道路交通安全法. Blanks, brackets
inside a title and the prefix 中华人民共和国 do not count. Where titles stand in a text is not known here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from knowledge.citing._marks import fold
from knowledge.regulations import PREFIX, Regulations

# What people say for a law; each is no title of its own.
NICKNAMES = {
    "消法": "消费者权益保护法",
    "消保法": "消费者权益保护法",
    "道交法": "道路交通安全法",
    "交通安全法": "道路交通安全法",
    "治安处罚法": "治安管理处罚法",
    "环保法": "环境保护法",
    "环评法": "环境影响评价法",
    "噪声法": "噪声污染防治法",
    "噪音污染防治法": "噪声污染防治法",
    "环境噪音污染防治法": "环境噪声污染防治法",
    "大气法": "大气污染防治法",
    "固废法": "固体废物污染环境防治法",
    "人防法": "人民防空法",
    "食安法": "食品安全法",
    "未保法": "未成年人保护法",
    "老年人保护法": "老年人权益保障法",
    "民诉法": "民事诉讼法",
    "刑诉法": "刑事诉讼法",
    "行诉法": "行政诉讼法",
    "个保法": "个人信息保护法",
    "反家暴法": "反家庭暴力法",
    "职业病法": "职业病防治法",
    "特种设备法": "特种设备安全法",
    "房地产管理法": "城市房地产管理法",
    "土地承包法": "农村土地承包法",
    "村委会组织法": "村民委员会组织法",
    "居委会组织法": "城市居民委员会组织法",
    "居民委员会组织法": "城市居民委员会组织法",
    "劳动仲裁法": "劳动争议调解仲裁法",
    "香港基本法": "香港特别行政区基本法",
    "澳门基本法": "澳门特别行政区基本法",
}
ENDING = "法典|法|条例|办法|规定|细则|规则|解释|决定|决议|准则|修正案"
_BLANKS = re.compile(r"[\s《》〈〉]+")
_LABEL = re.compile(
    r"（[^（）\d]{0,20}(?P<year>(?:19|20)\d\d)(?!\d)[^（）]{0,60}?(?:修|版|文本)[^（）]{0,8}）$|（(?P<bare>(?:19|20)\d\d)年?）$"
)
_TAIL = re.compile(r"(?:（[^（）]*）)+$")
_ENDS = re.compile(f"(?:{ENDING})$")
_GENERIC = re.compile(
    "(?:新|旧|原|该|本)?(?:实施|管理|暂行|若干|有关|相关|上述|具体|试行){0,3}(?:法典|法律|法|条例|办法|规定|细则|规则|解释|决定|决议|准则|修正案)"
)
_WHOLE = re.compile(f"(?:{PREFIX})?.+(?:法典|法)")
# 法 that is a way of doing something; 公司法, 预算法, 医疗法 and 法律适用法 are not.
_WAYS = re.compile(
    "(?:书|方|兵|做|看|说|想|写|语|手|打|技|佛|魔|戏|枪|拳|剑|针|刀|唱|学|画|乘|加|减|除|句|文|章|历|笔|指|心|妙|身|土|活|疗|立|执|普|守|违|合|非|不|犯"
    r"|枉|依|司(?<!公司)|算(?<!预算)|步(?<!进步)|用(?<!适用)|家(?<!国家)|王|国)法$"
)
_DOCUMENT = re.compile(
    "(?:草案|征求意见稿|送审稿|讨论稿|修订稿)|(?:表彰|任免|处分|处罚|奖励|名词|复议|仲裁|裁决)[^《》]*(?:决定|解释)$"
    "|(?:业主|业委|小区|村规)[^《》]*议事规则$"
)
_ABROAD = re.compile("(?:日本|德国|法国|美国|英国|韩国|意大利|俄罗斯|瑞士|瑞典|欧盟|台湾|拿破仑|新加坡)")


class Standing(Enum):
    """What is known of a title."""

    HELD = auto()
    ENDED = auto()  # not held; a held law says that it repealed it
    ABSENT = auto()  # of a body of law held whole, and not in it
    OUTSIDE = auto()  # of a body that is not held whole
    VAGUE = auto()  # 《条例》 alone: some statute, not said which
    DOCUMENT = auto()  # no statute


@dataclass(frozen=True, slots=True)
class Named:
    """A law as a text names it.

    Attributes:
        title: The held full title; as written, without outer 《》 and blanks, when not held.
        standing: What is known of it.
        clause: The title in the repeal clause, for `Standing.ENDED`.
        year: Of the version that the text names, as in （2018年修正）.
    """

    title: str
    standing: Standing
    clause: str = ""
    year: int | None = None

    @property
    def ending(self) -> str:
        """法, 条例, 办法 …; 法 for a 法典 too, '' for no statute."""
        return ending_of(self.title)


class TitleBook:
    """All titles held, and the rules for those that are not."""

    def __init__(self, regulations: Regulations) -> None:
        self._held = _keys(regulations.versions)
        self._ended = _keys(title for title in regulations.repeal_clauses if plain(title) not in self._held)
        nicknames = {name: self._held.get(law, "") for name, law in NICKNAMES.items()}
        self._nicknames = {name: law for name, law in nicknames.items() if law and name not in self._held}
        self._lengths = _lengths((*self._held, *self._ended, *self._nicknames, *NICKNAMES))

    def named(self, written: str) -> Named:
        """The law that a title names, alone or with a version's year behind it.

        Args:
            written: What stands between 《 and 》, or a bare title; not folded.
        """
        key = plain(written)
        known = self._known(key)
        if known is not None:
            return known
        label = _LABEL.search(key)
        if label is not None:
            known = self._known(key[: label.start()])
            if known is not None:
                return Named(known.title, known.standing, known.clause, int(label["year"] or label["bare"]))
        return Named(_unbracketed(written), _standing(key))

    def _known(self, key: str) -> Named | None:
        full = self._held.get(key) or self._nicknames.get(key)
        if full:
            return Named(full, Standing.HELD)
        key = NICKNAMES.get(key, key)
        return Named(key, Standing.ENDED, self._ended[key]) if key in self._ended else None

    def longest_before(self, text: str, end: int) -> tuple[int, Named] | None:
        """The longest known title that stands bare before `end`, and where it begins.

        Args:
            text: Folded text.
            end: Where the title must end.
        """
        for length in self._lengths.get(text[max(0, end - 2) : end], ()):
            start = end - length
            if start >= 0 and (known := self._known(text[start:end])) is not None:
                return start, known
        return None


def plain(title: str) -> str:
    """What titles are compared by: folded, without blanks and brackets."""
    return _BLANKS.sub("", fold(title))


def ending_of(title: str) -> str:
    """The word that makes a title a statute's; 法 for 法典; '' for another document or for 书法 and 办事方法."""
    key = _TAIL.sub("", plain(title))
    match = _ENDS.search(key)
    if match is None or _DOCUMENT.search(title) or (match[0] == "法" and _WAYS.search(key)):
        return ""
    return match[0].removesuffix("典")


def is_generic(title: str) -> bool:
    """Whether it is only the kind of a statute (条例, 实施办法) and names none."""
    return _GENERIC.fullmatch(plain(title)) is not None


def _standing(key: str) -> Standing:
    ending = ending_of(key)
    if not ending:
        return Standing.DOCUMENT
    if is_generic(key):
        return Standing.VAGUE
    if _WHOLE.fullmatch(_TAIL.sub("", key)) and ending == "法" and not _ABROAD.match(key):
        return Standing.ABSENT
    return Standing.OUTSIDE


def _unbracketed(written: str) -> str:
    """As written without blanks; 《土地管理法》实施条例 loses its brackets, 河南省实施《…》办法 keeps them."""
    title = re.sub(r"\s+", "", written)
    return re.sub("[《》]", "", title) if title.startswith("《") else title


def _keys(titles: Iterable[str]) -> dict[str, str]:
    """Comparable form → title, without 中华人民共和国 too; a full title wins over another's short one."""
    full = {plain(title): title for title in titles}
    short = {key.removeprefix(PREFIX): title for key, title in full.items()}
    return short | full


def _lengths(names: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
    """Last two characters → lengths of the names that end so, longest first."""
    found: dict[str, set[int]] = defaultdict(set)
    for name in names:
        found[name[-2:]].add(len(name))
    return {tail: tuple(sorted(lengths, reverse=True)) for tail, lengths in found.items()}
