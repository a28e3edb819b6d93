"""Where a text names a place, and how closely the words tie it to the matter.

A scan of exact names with guards on both sides: 中原 in 中原路 and 高新 in 高新技术企业 are no districts.
What the names together mean is decided in `knowledge.places`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from knowledge._names import Name, NameKind, in_other_name

# How the words around a mention tie it to the matter; the highest rank wins, then the first.
DENIED, ORIGIN, HOME, CITIZEN, WORK, PLAIN, AT, SPOT, MATTER = -2, 0, 3, 4, 5, 6, 9, 12, 15
_TIES = (
    (
        DENIED,
        re.compile(
            r"(?:(?<!是)不是|不[归属]于?|不属于|并非|(?<!特)别再?[派转推分][给到]|以为(?:我|俺|这里|那里)?[是在归]?)\s*$"
        ),
    ),
    (
        ORIGIN,
        re.compile(
            r"(?:老家|户籍|户口本?|籍贯|祖籍|原籍|来自|毕业于|从|总(?:部|公司)[设位]?|身份证(?:地址|住址)?上?"
            r"|(?:以前|原来|原先|过去|曾经?|原)[归属]于?)"
            r"(?:[写登]记?的?)?[是在为于]?\s*$"
        ),
    ),
    (
        MATTER,
        re.compile(
            r"(?:(?:投诉|反映|举报|说|出事)的(?:对象)?就?是|坐标[是在:：]?|(?:房子|房屋|铺面)[是就却都]?在"
            r"|归属?于?|(?<![家直下附金亲])属于?|划[归给到入]|[派移]交?给|派到|请转)\s*$"
        ),
    ),
    (SPOT, re.compile(r"(?:位于|坐落于?|座落于?|地处|事发|发生[在于]|地[址点][是为在]?[:：]?)\s*$")),
    (HOME, re.compile(r"(?:住|家|家安|居住|定居|落户)[在于址是]?\s*$")),
    (WORK, re.compile(r"(?:^|[我俺他她，,。；;！!？?、：:\s]|现在?|目前)(?:单位|人)[都就还正现也]?在?在\s*$")),
    (AT, re.compile(r"[在到去]\s*$")),
    (CITIZEN, re.compile(r"(?:我|俺|本人)是\s*$")),
)
_SPOT_RANKS = (ORIGIN, HOME, AT, SPOT)
_ASKED = re.compile(r"[^，。；！？,;!?]{0,8}[吗么嘛]")  # 这不是金水区管的吗 says that it is
_AFTER_MATTER = re.compile(r"代管|托管|管辖")
_AFTER = (
    (HOME, re.compile(r"居?住(?![房宅院建])|租房|定居|民(?![族政主警办生房营宿])|籍|人(?![民社力防才大行])")),
    (WORK, re.compile(r"(?:这边|那边)?(?:上班|工作(?!人员|[站室日])|打工|务工|上学|读书|就读|念书|实习)")),
    (ORIGIN, re.compile(r"的?总(?:部|公司)")),
)

_CJK = re.compile(r"[㐀-鿿A-Za-z0-9]")
# A name after one of these starts a word; after any other letter it may be the tail of a longer name.
_WORD_STARTS = frozenset(
    "在于住到去是的从我们和与及由向至往对给为将把即本区省道路街巷镇乡旁边处口映诉报询称说位问求离来回靠近等家归属标转找写"
)
_OUR_CITY = ("我市", "本市", "全市")
_ROAD_NEXT = re.compile(r"[东西南北中]?[一二三四五六七八九十]?(?:路|街|大街|大道|巷)")
_NOT_PLACE_NEXT = re.compile(
    r"(?:国际)?机场|口岸|(?:大枣|红枣|烩面|西瓜|大蒜|蒜薹|草莓|石榴|柿[子饼]|樱桃|金银花|芥[片丝])"
    r"(?!种|地|田|园|节|采摘|冷库|基地|大?棚|合作|市场|收购|交易)"
)
_AREA_WORD_NEXT = re.compile(r"[域间段]")
_MARKET_NEXT = re.compile(r"[场部集]")
_BRAND_NEXT = re.compile(r"(?:现代|大众|烤鸭|牌|银行|饭店|酒店|宾馆|大厦|华联|菜|话|小区|花园|大学|站|口味|户口)")
# 漯河源汇区: a short name with its own district says as much as 漯河市.
_DIVISION_NEXT = re.compile(
    r"的?(?!某)[^\W来到去回在往至和与跟寄发a-zA-Z0-9]{1,3}(?<![小景园校厂社地片山郊街辖城市])[区县](?![域间])"
)
_SHORT_NAME_END = re.compile(
    r"$|[^㐀-鿿A-Za-z0-9]|[的这那某有和与]|城管|交警|公安|教育|人社|法院|检察|税务|市场监|分局|政府|政务"
)
_SURE_SHORT = {"惠济": re.compile(r"(?![河桥街门])"), "管城": re.compile(r"(?![河桥街门])")}  # no other words
_WORDS = frozenset({"二七", "中原"})  # everyday words or names, as is 上街 (to go shopping)
_ONE_NEXT = re.compile(r"一[家个处所名位]|[城辖]区|境内")
_HERE_NEXT = re.compile(r"这[边里儿块]|那边|城管|交警|公安|教育|人社|法院|市场监|分局|政府")
_OFFICE_END = re.compile(r"$|[^㐀-鿿A-Za-z0-9]|辖区|城管|执法|工作人员|回复|答复")
_PROVINCE = ("河南", "河南省")
_ELSEWHERE = ("outside", "bare", "code")
_STREETSIDE_NEXT = re.compile(r"(?!办|上[班学])(?:[两上边旁路内中里坑积脏]|卫生|环境|狭窄|破)")
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
        return _level(mentions)

    def _at(self, text: str, i: int, last: Mention | None) -> Mention | None:
        previous = last if last is not None and last.end == i else None
        for key in self._heads.get(text[i : i + 2], ()):
            if not text.startswith(key, i):
                continue
            end = i + len(key)
            names = tuple(
                n
                for n in self._names[key]
                if _fits(n, key, text, i, previous) or self._leads_to_street(n, text, end, previous)
            )
            if names:
                names = tuple(n for n in names if n.kind == names[0].kind)
                if names[0].kind == "bare" and _DIVISION_NEXT.match(text, end):
                    names = (replace(names[0], kind="outside"),)
                return Mention(i, end, names, _rank(text, i, end, previous), _in_spot(names[0], key, text, end))
        code = _CODE_NAME.match(text, i)
        if code is not None and (code.group()[-1] != "区" or _starts_word(text, i, previous)):
            name = Name("code", code.group())
            return Mention(i, code.end(), (name,), _rank(text, i, code.end(), previous))
        return None

    def _leads_to_street(self, name: Name, text: str, end: int, previous: Mention | None) -> bool:
        """An everyday name right before a street office of that district needs no other proof: 二七侯寨办事处."""
        if not name.short or (previous is not None and previous.kind in _ELSEWHERE):
            return False
        return any(
            other.kind == "street" and name.district_id in {other.district_id, other.zone}
            for key in self._heads.get(text[end : end + 2], ())
            if text.startswith(key, end)
            for other in self._names[key]
        )


def _level(mentions: list[Mention]) -> list[Mention]:
    """Give names written as one the rank of the last: in 金水区杜岭街道上班 both are where somebody works."""
    for i in range(len(mentions) - 2, -1, -1):
        here, after = mentions[i], mentions[i + 1]
        if here.end == after.start and here.rank != after.rank:
            mentions[i] = replace(here, rank=after.rank)
    return mentions


def tie(text: str, start: int) -> int:
    """Rank of an official name that starts here, by the words before it."""
    before = text[max(0, start - 10) : start]
    return next((rank for rank, pattern in _TIES if pattern.search(before)), PLAIN)


def spot_tie(text: str, start: int) -> int:
    """Rank of a spot that starts here; 归, 属于 and 我是 lead to more than places."""
    rank = tie(text, start)
    return rank if rank in _SPOT_RANKS else PLAIN


def _rank(text: str, start: int, end: int, previous: Mention | None) -> int:
    rank = previous.rank if previous is not None else tie(text, start)
    if rank == DENIED:
        return PLAIN if _ASKED.match(text, end) else rank
    if _AFTER_MATTER.match(text, end):
        return MATTER
    for limit, pattern in _AFTER:
        if pattern.match(text, end):
            return min(rank, limit)
    return rank


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
        return _district_fits(name, key, text, i, previous)
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
    return name.kind != "street" or _street_fits(name, key, text, end, previous)


def _district_fits(name: Name, key: str, text: str, i: int, previous: Mention | None) -> bool:
    end = i + len(key)
    if previous is not None and previous.kind in _ELSEWHERE:
        return False  # 洛阳高新区
    landmark = _LANDMARK_NEXT.get(key)
    if landmark is not None and landmark.match(text, end):
        return True
    if key in _CITY_PREFIXED_ONLY:
        return previous is not None and previous.kind in {"city", "district"}
    return not name.short or _short_fits(name, key, text, i, previous)


def _short_fits(name: Name, key: str, text: str, i: int, previous: Mention | None) -> bool:
    """The everyday name of a district (惠济, 高新, 新密) stands for it, and not for something named like it."""
    end = i + len(key)
    after_city = previous is not None and previous.kind == "city"
    whole = _SHORT_NAME_END.match(text, end) is not None
    if name.typo:
        # 金水曲 is no other word; 新蜜 and 登丰 need our city or province before them.
        return whole and (
            _starts_word(text, i, previous) if len(key) > 2 else after_city or text[:i].endswith(_PROVINCE)
        )
    if key == "上街":
        return whole and (after_city or _HERE_NEXT.match(text, end) is not None or tie(text, i) in {HOME, MATTER})
    sure = _SURE_SHORT.get(key)
    if name.guarded and sure is None:
        return whole or (key not in _WORDS and _ONE_NEXT.match(text, end) is not None)
    if (
        _ROAD_NEXT.match(text, end)
        or _NOT_PLACE_NEXT.match(text, end)
        or (sure is not None and not sure.match(text, end))
    ):
        return False
    return not in_other_name(text, i, end)


def _street_fits(name: Name, key: str, text: str, end: int, previous: Mention | None) -> bool:
    if key.endswith("办") and not key.endswith("街道办"):
        # 文化路办 is an office only right after its district: 在文化路办的卡.
        return _after_own_district(name, previous) and _OFFICE_END.match(text, end) is not None
    return not (key.endswith(("路街道", "街街道")) and _STREETSIDE_NEXT.match(text, end))


def _after_own_district(name: Name, previous: Mention | None) -> bool:
    if previous is None or previous.kind != "district":
        return False
    return previous.names[0].district_id in {name.district_id, name.zone}


def _stem_fits(name: Name, text: str, end: int, previous: Mention | None) -> bool:
    """A town without its 镇 (惠济区古荥) counts only right after its own district, and as a whole word."""
    return _after_own_district(name, previous) and _SHORT_NAME_END.match(text, end) is not None


def _in_spot(name: Name, key: str, text: str, end: int) -> bool:
    """The name is the head of a spot's own name (郑州东站, 二七广场) and belongs to its words."""
    if name.kind == "city":
        return _CITY_IN_NAME.match(text, end) is not None
    landmark = _LANDMARK_NEXT.get(key) if key != "经开" else None
    return name.kind == "community" or (landmark is not None and landmark.match(text, end) is not None)


def named(mentions: Iterable[Mention], *kinds: NameKind) -> Iterator[Mention]:
    """The mentions of these kinds, in reading order."""
    return (m for m in mentions if m.kind in kinds)
