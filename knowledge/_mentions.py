"""Where a text names a place, and how closely the words tie it to the matter.

A scan of exact names with guards on both sides: 中原 in 中原路 and 高新 in 高新技术企业 are no districts.
What the names together mean is decided in `knowledge.places`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

NameKind = Literal["city", "district", "street", "stem", "community", "outside", "bare", "code"]

# How the words before a mention tie it to the matter; the highest rank wins, then the first.
ORIGIN, HOME, PLAIN, AT, SPOT = range(5)
_TIES = (
    (SPOT, re.compile(r"(?:位于|坐落于?|座落于?|地处|事发|发生[在于]|地[址点][是为在]?[:：]?)\s*$")),
    (ORIGIN, re.compile(r"(?:老家|户籍|户口|籍贯|祖籍|原籍|身份证|来自|毕业于|从)[是在为于]?\s*$")),
    (HOME, re.compile(r"(?:住|家|居住|定居|落户)[在于址是]?\s*$")),
    (AT, re.compile(r"[在到去]\s*$")),
)
_AFTER_HOME = re.compile(r"(?:居?住|租房|定居|民(?!族|政|主)|籍|人(?!民|社|力|防|才|大|行))")

_CJK = re.compile(r"[㐀-鿿A-Za-z0-9]")
# A name after one of these starts a word; after any other letter it may be the tail of a longer name.
_WORD_STARTS = frozenset(
    "在于住到去是的从我们和与及由向至往对给为将把即本区省道路街巷镇乡旁边处口映诉报询称说位问求离来回靠近等家"
)
_OUR_CITY = ("我市", "本市", "全市")
_ROAD_NEXT = re.compile(r"[东西南北中]?[一二三四五六七八九十]?(?:路|街|大街|大道|巷)")
_NOT_PLACE_NEXT = re.compile(r"(?:国际)?机场|大枣|红枣|口岸|烩面")
_AREA_WORD_NEXT = re.compile(r"[域间段]")
_MARKET_NEXT = re.compile(r"[场部集]")
_BRAND_NEXT = re.compile(r"(?:现代|大众|烤鸭|牌|银行|饭店|酒店|宾馆|大厦|华联|菜|话|小区|花园|大学|站|口味|户口)")
_SHORT_NAME_END = re.compile(
    r"$|[^㐀-鿿A-Za-z0-9]|[的这那某有和与]|城管|交警|公安|教育|人社|法院|检察|税务|市场监|分局|政府|政务"
)
_STREETSIDE_NEXT = re.compile(r"(?!办)(?:[两上边旁路内中里坑积脏]|卫生|环境|狭窄|破)")
_LANDMARK_NEXT = {  # unmistakable places that carry a district's short name
    "二七": re.compile(r"广场|纪念塔|塔|万达|商圈"),
    "经开": re.compile(r"第?[一二三四五六七八九十]+大街"),
    "CBD": re.compile(r"[内外]环|商务"),
}
_BEFORE_STREET = ("路", "道", "马")  # 马路上街区
_CITY_PREFIXED_ONLY = frozenset({"东区", "CBD"})
_CITY_IN_NAME = re.compile(r"[东西南北]?站|火车站|高铁站|大学|机场|动物园|植物园|园博园|绿博园|国际会展")
# A市, K8县: names made unreadable in published texts. A区 alone is a part of an estate.
_CODE_NAME = re.compile(r"[A-Z]\d{0,2}市|[A-Z]\d{1,2}[县区]|[A-Z]县")


@dataclass(frozen=True, slots=True)
class Name:
    """One official meaning of a written name; '' where the kind has no such part or it is not known."""

    kind: NameKind
    official: str
    district_id: str = ""
    zone: str = ""
    zone_sure: bool = False
    street: str = ""
    short: bool = False  # a district's everyday name, which other words may contain
    guarded: bool = False  # must stand at the start of a word
    common: bool = False  # other cities have a zone of this name too


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named at `[start, end)`; several names where the text leaves more than one meaning."""

    start: int
    end: int
    names: tuple[Name, ...]
    rank: int
    part_of_spot: bool = False

    @property
    def kind(self) -> NameKind:
        """What was named; all meanings of one mention are of one kind."""
        return self.names[0].kind


class MentionScanner:
    """Finds known names by their first two characters; longest first, left to right, no overlaps."""

    def __init__(self, names: Iterable[tuple[str, Name]]) -> None:
        keys: dict[str, list[Name]] = {}
        for key, name in names:
            if len(key) > 1 and name not in keys.setdefault(key, []):
                keys[key].append(name)
        self._names = {key: tuple(found) for key, found in keys.items()}
        self._heads: dict[str, list[str]] = {}
        for key in sorted(keys, key=len, reverse=True):
            self._heads.setdefault(key[:2], []).append(key)

    def scan(self, text: str) -> list[Mention]:
        """Every accepted mention in reading order."""
        mentions: list[Mention] = []
        i = 0
        while i < len(text) - 1:
            mention = self._at(text, i, mentions[-1] if mentions else None)
            if mention is None:
                i += 1
            else:
                mentions.append(mention)
                i = mention.end
        return mentions

    def _at(self, text: str, i: int, last: Mention | None) -> Mention | None:
        previous = last if last is not None and last.end == i else None
        for key in self._heads.get(text[i : i + 2], ()):
            if not text.startswith(key, i):
                continue
            names = tuple(n for n in self._names[key] if _fits(n, key, text, i, previous))
            if names:
                end = i + len(key)
                names = tuple(n for n in names if n.kind == names[0].kind)
                return Mention(i, end, names, _rank(text, i, end, previous), _in_spot(names[0], key, text, end))
        code = _CODE_NAME.match(text, i)
        if code is not None and (code.group()[-1] != "区" or _starts_word(text, i, previous)):
            name = Name("code", code.group())
            return Mention(i, code.end(), (name,), _rank(text, i, code.end(), previous))
        return None


def tie(text: str, start: int) -> int:
    """Rank of a place that starts here, by the words before it."""
    before = text[max(0, start - 8) : start]
    return next((rank for rank, pattern in _TIES if pattern.search(before)), PLAIN)


def _rank(text: str, start: int, end: int, previous: Mention | None) -> int:
    rank = previous.rank if previous is not None else tie(text, start)
    return min(rank, HOME) if _AFTER_HOME.match(text, end) else rank


def _starts_word(text: str, i: int, previous: Mention | None) -> bool:
    if i == 0 or previous is not None:
        return True
    before = text[i - 1]
    return before in _WORD_STARTS or not _CJK.match(before) or text[max(0, i - 2) : i] in _OUR_CITY


def _fits(name: Name, key: str, text: str, i: int, previous: Mention | None) -> bool:
    end = i + len(key)
    if name.guarded and not _starts_word(text, i, previous):
        return False
    if key.startswith("上街") and text[max(0, i - 1) : i] in _BEFORE_STREET:
        return False
    if (key.endswith("市") and _MARKET_NEXT.match(text, end)) or (
        key.endswith("区") and _AREA_WORD_NEXT.match(text, end)
    ):
        return False
    if name.kind == "district":
        return _district_fits(name, key, text, end, previous)
    if name.kind == "stem":
        return _stem_fits(name, text, end, previous)
    if name.kind in {"city", "bare"}:
        if name.kind == "bare" and _BRAND_NEXT.match(text, end):
            return False
        return not _ROAD_NEXT.match(text, end)
    if name.kind == "community":
        # Two characters (高村, 西村) are a surname's worth of evidence: only right after their street.
        after_street = previous is not None and previous.kind in {"street", "stem"}
        return (len(key) > 2 or after_street) and not _ROAD_NEXT.match(text, end)
    return not (name.kind == "street" and key.endswith(("路街道", "街街道")) and _STREETSIDE_NEXT.match(text, end))


def _district_fits(name: Name, key: str, text: str, end: int, previous: Mention | None) -> bool:
    if previous is not None and previous.kind in {"outside", "bare", "code"}:
        return False  # 洛阳高新区
    landmark = _LANDMARK_NEXT.get(key)
    if landmark is not None and landmark.match(text, end):
        return True
    if key in _CITY_PREFIXED_ONLY:
        return previous is not None and previous.kind in {"city", "district"}
    if not name.short:
        return True
    if name.guarded:
        return _SHORT_NAME_END.match(text, end) is not None
    return not (_ROAD_NEXT.match(text, end) or _NOT_PLACE_NEXT.match(text, end))


def _stem_fits(name: Name, text: str, end: int, previous: Mention | None) -> bool:
    """A town without its 镇 (惠济区古荥) counts only right after its own district, and as a whole word."""
    if previous is None or previous.kind != "district" or not _SHORT_NAME_END.match(text, end):
        return False
    return previous.names[0].district_id in {name.district_id, name.zone}


def _in_spot(name: Name, key: str, text: str, end: int) -> bool:
    """The name is the head of a spot's own name (郑州东站, 二七广场) and belongs to its words."""
    if name.kind == "city":
        return _CITY_IN_NAME.match(text, end) is not None
    landmark = _LANDMARK_NEXT.get(key) if key != "经开" else None
    return name.kind == "community" or (landmark is not None and landmark.match(text, end) is not None)


def named(mentions: Iterable[Mention], *kinds: NameKind) -> Iterator[Mention]:
    """The mentions of these kinds, in reading order."""
    return (m for m in mentions if m.kind in kinds)
