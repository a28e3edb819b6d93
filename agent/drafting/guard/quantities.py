"""Numbers, dates and times of day in a text, in digits or characters, as values that can be compared.

两百元 and 200元 are one quantity, 十月十二日 and 10月12日 one date, 晚上11点 and 23时 one time. What a text may say
is not known here. Laws and article numbers must be taken out before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from knowledge.numerals import NUMERAL, to_int

_DIGITS = r"\d+(?:,\d{3})*(?:\.\d+)?"
_N = rf"(?:\d{{1,4}}|{NUMERAL}{{1,5}})"
_Y = r"(?:\d{4}|[一二][〇零○0-9一二三四五六七八九]{3})"
_FULL = rf"(?P<y>{_Y})\s*[年./-]\s*(?P<m>{_N})\s*[月./-]\s*(?P<d>{_N})[日号]?"
_OF_MONTHS = rf"(?!两|{NUMERAL}{{1,2}}[次笔个项件户家名批轮期处起份])"  # 3月两笔
_DAY = rf"(?P<m2>{_N})月{_OF_MONTHS}(?P<d2>{_N})[日号]?"
_MONTH = rf"(?:(?P<y3>{_Y})年)?(?P<m3>{_N})月(?![一两二三四几]次)(?:份|底|初|中旬|上旬|下旬|末)?(?!\d)"
_YEAR = r"(?P<y4>(?:19|20)\d\d)年(?!来|以来|前)"
_DATE = re.compile(rf"(?<![\d第个])(?:{_FULL}|{_DAY}|{_MONTH}|{_YEAR})")
_DAY_ALONE = re.compile(r"(?<![\d月.])(\d{1,2})[日号](?![内以前之后间楼院线门路])")  # 20日入户，22日冲洗
_PART = "凌晨|清晨|早上?|上午|中午|正午|下午|傍晚|晚上?|夜里?|深夜|夜间|[日号]"
_TIME = re.compile(
    rf"(?P<h>\d{{1,2}})[:：](?P<min>\d\d)(?::\d\d)?"
    rf"|(?<![\d第])(?!一时)(?P<h2>{_N})时(?!间|候|期|段|长|代|限|效|刻|常|值|节|光)(?:(?P<min2>{_N})分)?"
    rf"|(?:{_PART})(?P<h3>{_N})点(?:(?P<min3>{_N})分?|(?P<half>半))?"
)
_UNIT_CLASSES = {
    "money": "元 块钱 块 人民币 角",
    "length": "公里 千米 厘米 公分 毫米 分米 米",
    "area": "平方米 平方公里 平米 平方 ㎡ 亩 公顷",
    "workdays": "个工作日 工作日",
    "years": "年 周年",
    "duration": "个自然日 自然日 个月 个小时 小时 分钟 秒 天 日 周 星期",
    "share": "% ‰ 成",
    "times": "倍",
    "level": "分贝 dB db 度 ℃ 千瓦 千瓦时 伏 吨 公斤 千克 斤 两 钱 克 升 毫升 立方米 立方",
    "count": "回 趟 遍 笔 排 段 袋 瓶 户 人 名 位 家 个 辆 台 盏 处 起 件 项 条 "
    "次 座 栋 幢 棵 株 只 头 份 张 套 间 层 桶 车 根 块地 队 组 班 场 支",
    "place": "号楼 号院 号线 号 路 楼 栋楼 单元 室 街坊 省道 国道",
}
_CLASS = {unit: name for name, units in _UNIT_CLASSES.items() for unit in units.split()}
_HALF_DEGREES = re.compile(rf"({NUMERAL}+)度([一二三四五六七八九])(?!{NUMERAL})")
_IN_UNITS = {"成": 10.0, "公里": 1000.0, "千米": 1000.0, "厘米": 0.01, "公分": 0.01, "毫米": 0.001, "分米": 0.1}
_UNITS = "|".join(sorted(map(re.escape, _CLASS), key=len, reverse=True))
_QUANTITY = re.compile(
    rf"(?P<digits>{_DIGITS})(?:[多余来几])?(?P<scale>万|亿|千|百)?(?:[多余])?\s*(?P<unit>{_UNITS})?"
    rf"|(?P<part>百分之)?(?P<han>{NUMERAL}+)(?P<point>点[零一二三四五六七八九]+)?(?:[多余来几])?(?P<unit2>{_UNITS})?"
)
_VAGUE = re.compile(
    r"(?:数|好?几)[十百千万]+(?:多|余)?(?:个)?(?:万元|元|户|次|人|处|家|起|名|辆|台)"  # 几天 and 数月 claim nothing
)
_ALWAYS = re.compile(
    r"24小时(?=[^，。；]{0,6}(?:热线|值|有人|接听|轮|拨打|服务|在线|电话|受理|报修|监护))|(?:全天|全年|7×)(?:候)?24小时|二次供水|二维码|一块(?=[儿去来商协，。；、]|$)|两头的?|三两(?=[个句排])|[一二三四五六七八九十]+、(?=[一二三四五六七八九十]+两天)"
)
_BOTH_DAYS = re.compile("(?<=[一二三四五六七八九十])两天")  # 十四、十五两天: the last sign is no numeral
_OUNCES = re.compile("(?<=斤)([一二三四五六七八九])两")  # 四斤二两: the last sign is no numeral
_WITH_ME = re.compile(rf"我们?[和跟与同]\D{{0,3}}?({NUMERAL}+|\d+)(?:多)?[个名位]")
_SOME_NUMBER = re.compile(rf"\d|{NUMERAL}|[俩仨几数双]")
_SCALES = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000, "": 1}
_REST = re.compile(r"\d(?![\d.])")
_COLLOQUIAL = re.compile(r"(?P<head>.*[百千万])(?P<last>[一二三四五六七八九])$")
_RELATIVE = re.compile(
    r"昨[日天晚]|前[天日](?!门)|大前天|上[个]?(?:周|星期|礼拜|月)(?:[一二三四五六日天末])?|下[个]?(?:周|星期|礼拜|月)"
    r"(?:[一二三四五六日天末])?(?![^，。]{0,2}次)|明[天日早晚](?!确)|后天|本(?:周|星期)[一二三四五六日末]?|今[日天晨早晚](?!后)|去年|前年|明年"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and the kind of its unit; `kind` '' when none follows."""

    value: float
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Date:
    """A date, or a part of one; None for what is not said."""

    year: int | None
    month: int | None
    day: int | None
    text: str

    def within(self, other: Date) -> bool:
        """Whether `other` says all that this date says, or leaves the year open."""
        day = self.day is None or self.day == other.day
        month = self.month is None or self.month == other.month
        return day and month and (self.year is None or other.year is None or self.year == other.year)


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day; 11点 at night and 23时 are alike."""

    hour: int
    minute: int
    text: str

    def like(self, other: Time) -> bool:
        """Whether both may be one time."""
        return self.minute == other.minute and (self.hour - other.hour) % 12 == 0


@dataclass(frozen=True, slots=True)
class Amounts:
    """All that a text counts, dates and times."""

    quantities: tuple[Quantity, ...]
    dates: tuple[Date, ...]
    times: tuple[Time, ...]
    vague: tuple[str, ...]
    relative: tuple[str, ...]


@lru_cache(maxsize=4096)
def read_amounts(text: str, *, loose: bool = False) -> Amounts:
    """Read every number of a folded text.

    Args:
        text: Folded.
        loose: Also read numerals without a unit (收了我两百), as a source of what another text may say.
    """
    if not _SOME_NUMBER.search(text):  # most clauses
        return Amounts((), (), (), (), tuple(match[0] for match in _RELATIVE.finditer(text)))
    if loose:
        text = text.replace("俩", "两个").replace("仨", "三个").replace("双倍", "两倍")
    text = _HALF_DEGREES.sub(lambda found: f"{to_number(found[1])}.{to_number(found[2])}度", text)
    text = _BOTH_DAYS.sub("日", text)
    text = _OUNCES.sub(lambda found: f"{to_number(found[1])}两", text if loose else _ALWAYS.sub(" ", text))
    dates = (*_dates(text), *(_days_alone(text) if loose else ()))
    rest = _DATE.sub(" ", text)
    times = tuple(_times(rest))
    rest = _TIME.sub(" ", rest)
    quantities = tuple(_quantities(rest, loose=loose))
    if loose:
        quantities = (*quantities, *(Quantity(float(n + 1), "count", "") for n in _others_with_me(rest)))
    vague = tuple(match[0] for match in _VAGUE.finditer(rest))
    return Amounts(quantities, dates, times, vague, tuple(match[0] for match in _RELATIVE.finditer(rest)))


def _others_with_me(text: str) -> Iterator[int]:
    """Eleven in 我和十一个工友: then they are twelve."""
    for found in _WITH_ME.finditer(text):
        number = to_number(found[1])
        if number is not None:
            yield number


def to_number(text: str) -> int | None:
    """Digits or characters as a whole number; None for what is none."""
    try:
        if len(text) == 4 and not text.isdecimal() and not set(text) & set("十百千万"):
            return int("".join(c if c.isdecimal() else str(to_int(c)) for c in text.replace("○", "零")))
        return to_int(text)
    except ValueError:
        return None


def _dates(text: str) -> Iterator[Date]:
    for found in _DATE.finditer(text):
        year, month, day = (_first(found, *names) for names in (("y", "y3", "y4"), ("m", "m2", "m3"), ("d", "d2")))
        if found["m"] is None and found["m2"] is not None:
            year = _year_before(text, found.start())
        yield Date(year, month, day, found[0])


def _days_alone(text: str) -> Iterator[Date]:
    """Days without a month, in the month last spoken of before them."""
    dates = [(found.start(), found) for found in _DATE.finditer(text)]
    for found in _DAY_ALONE.finditer(text):
        before = [date for at, date in dates if at < found.start() and _first(date, "m", "m2", "m3") is not None]
        if before:
            year, month = _first(before[-1], "y", "y3"), _first(before[-1], "m", "m2", "m3")
            yield Date(year, month, to_number(found[1]), found[0])


def _year_before(text: str, start: int) -> int | None:
    found = re.search(rf"({_Y})年\s*$", text[max(0, start - 8) : start])
    return to_number(found[1]) if found else None


def _times(text: str) -> Iterator[Time]:
    for found in _TIME.finditer(text):
        hour, minute = _first(found, "h", "h2", "h3"), _first(found, "min", "min2", "min3")
        if hour is not None and hour <= 24:
            yield Time(hour, 30 if found["half"] else minute or 0, found[0])


def _first(found: re.Match[str], *names: str) -> int | None:
    text = next((found[name] for name in names if found[name] is not None), None)
    return None if text is None else to_number(text)


def _quantities(text: str, *, loose: bool) -> Iterator[Quantity]:
    for found in _QUANTITY.finditer(text):
        if found["digits"] is not None:
            value = float(found["digits"].replace(",", "")) * _SCALES[found["scale"] or ""] * _scale(found["unit"])
            value += _spoken_rest(text, found) if loose else 0.0
            yield Quantity(value, _CLASS.get(found["unit"] or "", ""), found[0])
        elif not _ordinal(text, found.start()):
            yield from _written(found, loose=loose)


def _spoken_rest(text: str, found: re.Match[str]) -> float:
    """The 2 of 1万2 (12000)."""
    rest = _REST.match(text, found.end("scale")) if found["scale"] else None
    return int(rest[0]) * _SCALES[found["scale"]] / 10 if rest else 0.0


def _scale(unit: str | None) -> float:
    """How many of the unit of its kind: six 成 are sixty of a hundred, 30厘米 are 0.3 metres."""
    return _IN_UNITS.get(unit or "", 1.0)


def _ordinal(text: str, start: int) -> bool:
    return start > 0 and text[start - 1] in "第周初"


def _written(found: re.Match[str], *, loose: bool) -> Iterator[Quantity]:
    han, unit = found["han"], found["unit2"] or ""
    if not unit and not found["part"] and not loose:
        return
    kind = "share" if found["part"] else _CLASS.get(unit, "")
    value = to_number(han)
    if value is None or (not loose and value <= 1 and kind in ("count", "level", "place")):
        return
    point = found["point"] or ""
    decimal = float("0." + "".join(str(to_number(c)) for c in point[1:])) if point else 0.0
    yield Quantity((value + decimal) * _scale(unit), kind, found[0])
    spoken = _COLLOQUIAL.fullmatch(han)
    if loose and spoken:  # 两千三 means 2300
        head, last = to_number(spoken["head"]), to_number(spoken["last"])
        if head is not None and last is not None:
            yield Quantity(head + last * _SCALES[spoken["head"][-1]] / 10, kind, found[0])
