"""Who made a statute, on which level, and where it applies.

Told from the history in the header first, then from the folder, then from the title; the names of the
counties and county-level cities of 郑州 come from the districts table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from knowledge.csvfile import read_table
from knowledge.importing.header import Header
from knowledge.tables import table_path

Level = Literal[
    "法律", "行政法规", "监察法规", "部门规章", "司法解释",
    "省级地方性法规", "市级地方性法规", "省级政府规章", "市级政府规章", "其他",
]  # fmt: skip
_CITY_OF_DISTRICTS = "郑州"  # the districts table holds this city's
_MUNICIPALITIES = ("北京", "上海", "天津", "重庆")
_AUTONOMOUS = ("广西", "内蒙古", "宁夏", "新疆", "西藏")
_PROVINCES = (
    "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北",
    "湖南", "广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海",
)  # fmt: skip
_HAN = r"\u4e00-\u9fff"
_NUM = "零〇一二三四五六七八九十百0-9０-９"
_CONGRESS = re.compile(
    rf"(?:由|经)?([{_HAN}]{{2,20}}?)(?:第[{_NUM}]{{1,5}}[届次])?(?:人民代表大会|人大)(常务委员会|常委会)?"
)
_NATIONAL_CONGRESS = re.compile(rf"(?:第[{_NUM}]{{1,5}}届)?全国(?:人民代表大会|人大)(常务委员会|常委会)?")
_GOVERNMENT = re.compile(
    rf"([{_HAN}]{{2,16}}?)人民政府(?:令|第[{_NUM}]{{1,5}}[届次号]|常务会议|全体会议|公布|发布|颁布)"
)
_STATE_COUNCIL = re.compile(
    rf"国务院(?=令|、|第[{_NUM}]{{1,4}}次|批准|公布|发布|颁布|通过|批转|常务|同意|关于)|《国务院关于修改|《国务院关于废止"
)
_MINISTRY = re.compile(
    rf"(?:中华人民共和国)?([{_HAN}、]{{2,60}}?(?:部|委员会|总局|局|署|院|办公室|银行|会))(?:令|公告|公布|发布|颁布|印发)"
)
_QUOTED = re.compile(r"《[^《》]{0,200}》")
_REGION = re.compile(rf"([{_HAN}]{{2,6}}?)(省|自治区|市|自治州|地区|盟|县|区)")
_NOT_A_PLACE = re.compile(r"城市|都市|乡镇|本市|全市|本省|各省|市")
_LEVEL_OF_FOLDER: tuple[tuple[str, Level], ...] = (
    ("行政法规", "行政法规"), ("部门规章", "部门规章"), ("司法解释", "司法解释"), ("监察法规", "监察法规"),
    ("法律", "法律"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """Who made a statute (`issuer`, '' when unknown), on which level, and where it applies ('' everywhere)."""

    level: Level
    issuer: str
    place: str


def origin(header: Header, folders: Sequence[str]) -> Origin:
    """Tell level, issuer and place.

    Args:
        header: Title and history.
        folders: Names of the folders the file lies in, outermost first.
    """
    return (
        _local_congress(header)
        or _national(header)
        or _local_government(header)
        or _by_folder(header, folders)
        or _ministry(header, "")
        or _local_by_title(header.title, folders)
        or Origin("其他", "", "")
    )


def _national(header: Header) -> Origin | None:
    words = header.words
    courts = [name for name in ("最高人民法院", "最高人民检察院") if header.title.startswith(name) or name in words]
    if courts:
        return Origin("司法解释", "、".join(courts), "")
    if "国家监察委员会公告" in words:
        return Origin("监察法规", "国家监察委员会", "")
    if any(_STATE_COUNCIL.search(event.words) for event in header.acts) or "国务院令" in words:
        party = "中共中央、" if any(event.words.startswith("中共中央、国务院") for event in header.acts) else ""
        military = "、中央军事委员会" if "中央军事委员会令" in words else ""
        return Origin("行政法规", f"{party}国务院{military}", "")
    for event in header.acts:
        congress = _NATIONAL_CONGRESS.match(event.words)
        if congress is not None:
            return Origin("法律", f"全国人民代表大会{'常务委员会' if congress[1] else ''}", "")
    return None


def _local_congress(header: Header) -> Origin | None:
    """The lowest body that adopted: a city's rule is approved by the province, not made by it."""
    found: list[tuple[int, Origin]] = []
    for event in header.acts:
        congress = _CONGRESS.match(event.words)
        if congress is not None and _NATIONAL_CONGRESS.match(event.words) is None:
            found.append(_congress(congress[1], standing=bool(congress[2])))
    cities = [made for rank, made in found if rank == 1]
    return next(iter(cities or (made for _, made in found)), None)


def _local_government(header: Header) -> Origin | None:
    government = _GOVERNMENT.search(header.words)
    return None if government is None else _government(_clipped(government[1]))


def _congress(body: str, *, standing: bool) -> tuple[int, Origin]:
    rank, place = _where(body)
    level: Level = ("省级地方性法规", "市级地方性法规", "其他")[rank]
    return rank, Origin(level, f"{body}人民代表大会{'常务委员会' if standing else ''}", place)


def _government(body: str) -> Origin:
    rank, place = _where(body)
    level: Level = ("省级政府规章", "市级政府规章", "其他")[rank]
    return Origin(level, f"{body}人民政府", place)


def _by_folder(header: Header, folders: Sequence[str]) -> Origin | None:
    for i in reversed(range(len(folders))):
        for word, level in _LEVEL_OF_FOLDER:
            if folders[i] == word or (len(word) > 2 and word in folders[i]):
                inner = folders[i + 1] if i + 1 < len(folders) else ""
                if level == "部门规章":
                    return _ministry(header, inner) or Origin(level, inner, "")
                return Origin(level, "国务院" if level == "行政法规" else "", "")
    return None


def _ministry(header: Header, folder: str) -> Origin | None:
    """The ministry that issued, as the history names it; else as the folder does."""
    words = [event.words for event in header.acts] or [header.words]
    found = [match[1] for text in words for match in _MINISTRY.finditer(_QUOTED.sub("", text))]
    named = [body.removeprefix("中华人民共和国") for body in found if "人民代表大会" not in body]
    issuer = next((body for body in named if folder and folder in body), named[-1] if named else folder)
    return Origin("部门规章", issuer, "") if issuer else None


def _local_by_title(title: str, folders: Sequence[str]) -> Origin | None:
    """A local rule without history: its title begins with the place, or its folder is one."""
    region = _REGION.match(title)
    name = region[0] if region and not _NOT_A_PLACE.match(region[0]) else ""
    if not name:
        known = (*_PROVINCES, *_MUNICIPALITIES, *_AUTONOMOUS)
        name = next((f"{folder}省" for folder in reversed(folders) if folder in known), "")
    if not name:
        return None
    rank, place = _where(name)
    if rank == 2 or "条例" not in title:
        return Origin("其他", "", place)
    return Origin("省级地方性法规" if rank == 0 else "市级地方性法规", "", place)


def _where(body: str) -> tuple[int, str]:
    """Rank (0 province, 1 city, 2 below) and place of a body's name: 郑州市金水区 → (2, 郑州)."""
    for name in (*_MUNICIPALITIES, *_PROVINCES, *_AUTONOMOUS):
        if body.startswith(name) and len(body) > len(name):
            rest = re.sub(r"^(?:省|市|[^省市县]{0,4}自治区)", "", body[len(name) :])
            rank, place = _where(rest) if rest else (0, name)
            return rank, place or name
    if body in _counties():
        return 2, _CITY_OF_DISTRICTS
    city = re.match(rf"([{_HAN}]{{1,8}}?)(?:市|自治州|地区|盟)", body)
    if city is None:
        return 2, ""
    return (1 if city.end() == len(body) else 2), city[1]


def _clipped(body: str) -> str:
    """The name of a region at the end of what stands before 人民政府."""
    match = re.search(rf"(?:[{_HAN}]{{2,4}}省)?[{_HAN}]{{2,7}}(?:省|市|自治区|自治州|县|区)$", body)
    return match[0] if match else body


@cache
def _counties() -> frozenset[str]:
    """County-level cities and counties of the districts table: their names do not say which city they belong to."""
    rows = read_table(table_path("districts.csv"), ("name", "kind"))
    return frozenset(row.text("name") for row in rows if row.text("kind") in ("县级市", "县"))
