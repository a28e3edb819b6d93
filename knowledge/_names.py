"""Every way the official names of 郑州 are written: aliases, former names, and slips of one character.

Builds the keys that `knowledge._mentions` looks for. Where a name counts is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import Literal

from knowledge import _outside
from knowledge.vocabulary import Community, District, Street

NameKind = Literal["city", "district", "street", "stem", "community", "outside", "bare", "code"]
CITY = "郑州市"
_SUFFIXES = ("街道", "镇", "乡")
_OFFICES = ("街道", "街道办", "街道办事处", "办事处", "办")
# Former towns and townships with such a stem exist all over the country: the text must name their district.
_COMMON_STEMS = frozenset([
    "新城", "双桥", "清河", "银河", "滨河", "明湖", "莲湖", "柳湖",
    "前程", "祥云", "新港", "矿山", "矿区", "杨桥", "大石桥", "五里堡",
])  # fmt: skip
# Characters of these names and what people type instead: the same sound, or the same look.
_SLIPS = {
    "荥": "荣",
    "密": "蜜",
    "封": "丰",
    "牟": "谋",
    "济": "挤际",
    "巩": "拱",
    "惠": "慧",
    "路": "陆",
    "事": "时式",
    "侯": "候",
    "祭": "蔡",
    "颍": "颖",
    "隗": "魏",
    "汜": "祀",
    "圃": "浦",
    "岗": "冈",
    "棉": "绵",
    "铭": "名",
}
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪"
    "田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_CALLED = re.compile(rf"(?:叫|名字?[是为:：]?)\s*[{_SURNAMES}]$|(?:名叫|叫做|名为|(?:小区|公司|店)叫)$")
_SURNAME = re.compile(rf"[{_SURNAMES}]$")
_TITLE_NEXT = re.compile(r"先生|女士|同志|师傅|老师|医生|律师|经理|主任")
_COMMON_END = "区"
_COMMON_END_SLIP = "曲"


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
    needs_district: bool = False  # says something only together with its district
    typo: bool = False  # mistyped, and short enough to be another word


def written_names(
    districts: Sequence[District], streets: Sequence[Street], communities: Sequence[Community]
) -> list[tuple[str, Name]]:
    """All written names with their meanings; about 9,000 pairs for 郑州."""
    units = [pair for district in districts for pair in _district_names(district)]
    taken = {key for street in streets for key in _street_keys(street)}
    for street in streets:
        units += _street_names(street, taken)
    names = [(CITY, Name("city", CITY)), (CITY[:-1], Name("city", CITY)), *units]
    by_stem = {(_stem(s.name), s.district_id): s for s in streets}
    for community in communities:
        names += _community_names(community, by_stem.get((_stem(community.street), community.district_id)))
    names += [(n, Name("outside", n, guarded=len(n) < 3)) for n in _outside.full_names()]
    names += [(n, Name("outside", full)) for n, full in _outside.paired_names().items()]
    names += [(n, Name("bare", full, guarded=True)) for n, full in _outside.bare_names().items()]
    return [*names, *_slips(units, real={key for key, _ in names})]


def in_other_name(text: str, start: int, end: int) -> bool:
    """Say whether the words around `[start, end)` make it part of a person's or a firm's name: 我叫王新密."""
    before = text[max(0, start - 6) : start]
    titled = _SURNAME.search(before) is not None and _TITLE_NEXT.match(text, end) is not None
    return titled or _CALLED.search(before) is not None


def _stem(street: str) -> str:
    suffix = next((s for s in _SUFFIXES if street.endswith(s)), "")
    return street.removesuffix(suffix)


def _district_names(district: District) -> Iterator[tuple[str, Name]]:
    for key in (district.name, *district.aliases):
        official = key.endswith(("区", "市", "县"))
        # 经开区, 高新区 exist in every city, and 上街区 hides in 路上街区.
        common = district.kind == "功能区" and not key.startswith(("郑", "航空港"))
        county = district.kind in {"县级市", "县"} or key in {"郑东", "航空港"}
        guarded = common or key.startswith("上街") or not (official or county)
        yield key, Name("district", district.name, district.id, short=not official, guarded=guarded, common=common)


def _street_keys(street: Street) -> set[str]:
    stem = _stem(street.name)
    keys = {street.name, *(a for a in street.aliases if a != stem)}
    if street.name.endswith("街道"):
        keys |= {f"{stem}{office}" for office in _OFFICES if office != "办"}
    return keys


def _street_names(street: Street, taken: set[str]) -> Iterator[tuple[str, Name]]:
    stem = _stem(street.name)

    def name(kind: NameKind, key: str, *, needs_district: bool = False) -> tuple[str, Name]:
        return key, Name(
            kind,
            street.name,
            street.district_id,
            zone=street.zone,
            zone_sure=street.zone_confidence == "high",
            guarded=len(key) < 5,
            needs_district=needs_district,
        )

    for key in _street_keys(street):
        yield name("street", key)
    if stem == street.name:
        return
    is_road = stem.endswith(("路", "街"))
    if len(stem) > 1 and not is_road:
        yield name("stem", stem)
    # Townships become towns and towns become street offices; people go on using both names.
    is_office = street.name.endswith("街道")
    for suffix in ("办",) if is_office else _OFFICES:
        if suffix == "办事处" or stem + suffix not in taken:  # 龙湖办事处 may be the town or the office
            yield name("street", stem + suffix, needs_district=suffix == "办")
    for suffix in () if is_road else ("镇", "乡"):
        if stem + suffix not in taken:
            common = stem in _COMMON_STEMS or (not is_office and len(stem) < 3)
            yield name("street", stem + suffix, needs_district=common)


def _slips(names: Sequence[tuple[str, Name]], real: Set[str]) -> Iterator[tuple[str, Name]]:
    """The names with one character mistyped, where what is left makes the name certain.

    A district's everyday name keeps its mark `typo`: so short a word needs proof around it.
    """
    for key, name in names:
        if name.kind == "stem" or name.common:
            continue
        for slip in _one_slip(key):
            if slip not in real:
                suffixed = name.kind == "street" or (not name.short and not slip.endswith(_COMMON_END_SLIP))
                yield slip, replace(name, typo=not suffixed, short=name.short or not suffixed)


def _one_slip(key: str) -> Iterator[str]:
    for i, char in enumerate(key):
        for slip in _SLIPS.get(char, ""):
            yield key[:i] + slip + key[i + 1 :]
    if key.endswith(_COMMON_END) and len(key) == 3:
        yield key[:-1] + _COMMON_END_SLIP


def _community_names(community: Community, street: Street | None) -> Iterator[tuple[str, Name]]:
    name = Name(
        "community",
        community.name,
        community.district_id,
        zone=street.zone if street is not None else "",
        zone_sure=street is not None and street.zone_confidence == "high",
        street=street.name if street is not None else "",
        guarded=len(community.name) < 5,
    )
    yield community.name, name
    if street is not None:
        # 东风路白庙社区 is 白庙社区 to those who live there.
        rest = community.name.removeprefix(_stem(street.name))
        if rest != community.name and rest.endswith("社区") and len(rest) > 3:
            yield rest, name
