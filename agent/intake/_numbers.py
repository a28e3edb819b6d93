"""Personal numbers in a text: phones, identity and bank cards, plates, mail, account ids, doors.

Works on a view of the text with full-width letters and digits folded one to one, so that offsets hold.
Errs on the side of masking: a wrong check digit hides nothing from a reader either. What must stay is
written down as `PUBLIC` (400 numbers, numbers of records) and wins over every kind; hotlines such as
12345 are too short for any kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from agent.intake._words import words

Kind = Literal[
    "mobile", "landline", "id_card", "bank_card", "plate", "email", "name", "passport", "wechat", "qq", "door"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One piece of personal data: `text[start:end]` (code points) of the text that was read."""

    kind: Kind
    start: int
    end: int


_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()}
_WIDE |= {ord("＠"): ord("@"), ord("．"): ord("."), ord("－"): ord("-"), ord("＋"): ord("+"), 0x3000: 0x20}
_SPOKEN = str.maketrans("零〇○一壹幺二贰两三叁四肆五伍六陆七柒八捌九玖", "00011122233445566778899")

_PROVINCES = words(
    """
    11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82
    83
    """
)  # GB/T 2260
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_BORN = re.compile(rf"\d{{6}}(?:18|19|20)\d\d{_MONTH_DAY}\d{{3}}[\dXx]")
_BORN_OLD = re.compile(rf"\d{{8}}{_MONTH_DAY}\d{{3}}")
_DATED = re.compile(rf"20[0-4]\d{_MONTH_DAY}")  # how record numbers and timestamps begin

_AMOUNT = r"(?![\d%％]|[.．]\d|\s?(?:元|万|亿|平米|平方|㎡|公里|吨|块钱|人民币))"
_MOBILE = re.compile(
    rf"(?<![\d.])(?:(?:[+]|00)?86[ -]{{0,2}})?"
    rf"(?:1[3-9]\d(?:[ .·–—-]?\d){{8}}|1([ ,，、-])[3-9](?:\1\d){{9}}){_AMOUNT}"
)
_SPOKEN_MOBILE = re.compile(r"(?<!\d)1[3-9]\d(?:[ ,，、-]?\d){8}(?!\d)")
_LANDLINE = re.compile(
    rf"(?<![\d.])(?:[+]?86[ -]?)?[(（]?(?<!\d)0(?:10|2\d|[3-9]\d\d)[)）]?[ —–-]{{0,2}}[2-8]\d{{2,3}}[ -]?\d{{4}}"
    rf"(?:(?:-|转)\d{{1,5}})?{_AMOUNT}|(?<!\d)[+]86[ -]?(?:10|2\d|[3-9]\d\d)[ -]?[2-8]\d{{6,7}}(?!\d)"
)
_BARE_CONTEXT = re.compile(r"(?:电话|座机|联系|致电|拨打|来电|固话|[Tt][Ee][Ll])[^\d\n。；;]{0,6}")
_BARE = re.compile(rf"(?<!\d)[2-8]\d{{2,3}}[ -]?\d{{4}}{_AMOUNT}(?![年月日号/-])")
_BARE_NEXT = re.compile(r"[、，,/／或和及 ]{1,2}")
_ID_18 = re.compile(r"(?<![\dA-Za-z])\d(?:[ .·–—-]?\d){16}[ .·–—-]?[\dXx](?![\dA-Za-z])")
_ID_15 = re.compile(r"(?<![\dA-Za-z])\d{6}[ -]?\d{6}[ -]?\d{3}(?![\dA-Za-z])")
_ID_CONTEXT = re.compile(r"(?:身份证|证件号|身份号)[^\d\n。；;]{0,8}$")
_CARD = re.compile(
    r"(?<![\dA-Za-z.])(?:\d{13,19}|\d{6}[ -]\d{13}|\d{4}(?:[ -]\d{4}){2,3}(?:[ -]\d{1,4})?)(?![\dA-Za-z])"
)
_CARD_CONTEXT = re.compile(r"(?:卡号|银行卡|账号|帐号|账户|帐户|信用卡|储蓄卡|借记卡|打款|转账|汇款|"
                           r"工资卡|[建工农中交招商]行)"
                           r"[^\d\n。；;]{0,10}$")  # fmt: skip
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?[A-HJ-NP-Za-hj-np-z][ ·•・.-]?"
    r"(?=[A-Za-z]{0,5}\d)[A-Za-z0-9]{4,5}[A-Za-z0-9学警港澳挂](?![A-Za-z0-9])"
)
_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]++@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_LINK = r"[号码IDid]{0,3}\s?(?:[是为叫：:]|\s){0,3}"
_PASSPORT = re.compile(rf"护照{_LINK}([A-Za-z]{{1,2}}\d{{7,8}})(?![A-Za-z0-9])")
_WECHAT = re.compile(
    rf"(?:微信|[Ww]e[Cc]hat|[Vv]信|(?<![A-Za-z])[VvWw][Xx]){_LINK}([A-Za-z][-_A-Za-z0-9]{{5,19}})(?![-_A-Za-z0-9])"
)
_QQ = re.compile(rf"(?:(?<![A-Za-z])[Qq][Qq]|扣扣){_LINK}([1-9]\d{{4,11}})(?!\d)")
_COUNT = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
_BUILDING = rf"(?:[A-Za-z]?{_COUNT}|[A-Za-z])(?:号楼|栋|幢|#楼?)"
_UNIT = rf"(?:{_COUNT}|[东西南北中]|[A-Za-z])单元"
_ROOM = rf"(?:{_COUNT}[楼层])?[东西南北中]?户?(?:[A-Za-z]?\d{{3,4}}(?:室|号房|户|房间?)?)(?!\d)"
_DOOR = re.compile(
    rf"(?<![\dA-Za-z])(?:{_BUILDING}(?:{_UNIT})?(?:{_ROOM})?|{_UNIT}(?:{_ROOM})?|\d{{3,4}}(?:室|号房)|"
    r"\d{1,3}[-—]\d{1,2}[-—]\d{3,4}(?![\d-]))"
)

# Numbers that belong to the public or to a record. A number that proves itself an identity card is not one.
_RECORD = (
    r"(?:(?<!身份证)(?<!证件)(?<!卡)编[号码]|(?:工单|订单|案件|快递|运单|快件|受理|流水|发票|合同|立案|许可证|回执|票据|批准|"
    r"[电水气]表)号码?|(?<![账帐用客])户号|信用代码|条形?码|案号|文号|单号|批号|税号|学号|工号|备案号)"
    r"[是为：:# ]{0,3}[A-Za-z(（〔\[]{0,6}"
)
PUBLIC = re.compile(rf"{_RECORD}(?P<number>\d(?:[A-Za-z0-9]|[-_]\d)*+)|(?<![\d-])[48]00[ -]?\d{{3}}[ -]?\d{{4}}(?!\d)")


def view(text: str) -> str:
    """Full-width letters, digits and signs folded, one character for one."""
    return text.translate(_WIDE)


def public_ranges(seen: str) -> Iterator[tuple[int, int]]:
    """Ranges of `seen` that stay whatever they look like."""
    for found in PUBLIC.finditer(seen):
        number = found["number"]
        if number is None or not (len(number) == 18 and _is_id(number) and _check_digit(number) == number[-1].upper()):
            yield found.span() if number is None else found.span("number")


def find_numbers(seen: str) -> Iterator[PersonalData]:
    """Everything here but doors, surest kind first; ranges may overlap."""
    yield from _whole(_EMAIL, "email", seen)
    yield from _part(_PASSPORT, "passport", seen)
    yield from _part(_WECHAT, "wechat", seen)
    yield from _part(_QQ, "qq", seen)
    yield from _id_cards(seen)
    yield from _whole(_PLATE, "plate", seen)
    yield from _whole(_MOBILE, "mobile", seen)
    yield from _whole(_LANDLINE, "landline", seen)
    yield from _bank_cards(seen)
    yield from _bare_landlines(seen)
    spoken = seen.translate(_SPOKEN)
    if spoken != seen:
        yield from (hit for hit in _id_cards(spoken) if _changed(seen, spoken, hit))
        yield from (hit for hit in _whole(_SPOKEN_MOBILE, "mobile", spoken) if _changed(seen, spoken, hit))


def find_doors(seen: str) -> Iterator[PersonalData]:
    """Building, unit and room numbers; a street number (56号) is a public place and stays."""
    yield from _whole(_DOOR, "door", seen)


def _changed(seen: str, spoken: str, hit: PersonalData) -> bool:
    return seen[hit.start : hit.end] != spoken[hit.start : hit.end]


def _whole(pattern: re.Pattern[str], kind: Kind, seen: str) -> Iterator[PersonalData]:
    return (PersonalData(kind, *found.span()) for found in pattern.finditer(seen))


def _part(pattern: re.Pattern[str], kind: Kind, seen: str) -> Iterator[PersonalData]:
    return (PersonalData(kind, *found.span(1)) for found in pattern.finditer(seen))


def _context(pattern: re.Pattern[str], seen: str, start: int) -> bool:
    return pattern.search(seen, max(0, start - 16), start) is not None


def _digits(number: str) -> str:
    return "".join(char for char in number if char.isascii() and char.isalnum())


def _is_id(number: str) -> bool:
    born = _BORN if len(number) == 18 else _BORN_OLD
    return number[:2] in _PROVINCES and born.fullmatch(number) is not None


def _check_digit(number: str) -> str:
    return "10X98765432"[sum(int(d) * w for d, w in zip(number[:17], _WEIGHTS, strict=True)) % 11]


def _id_cards(seen: str) -> Iterator[PersonalData]:
    for pattern in (_ID_18, _ID_15):
        for found in pattern.finditer(seen):
            number = _digits(found[0])
            bare_x = number[-1] in "Xx" and len(found[0]) == 18
            if bare_x or _is_id(number) or _context(_ID_CONTEXT, seen, found.start()):
                yield PersonalData("id_card", *found.span())


def _bank_cards(seen: str) -> Iterator[PersonalData]:
    for found in _CARD.finditer(seen):
        number, grouped = _digits(found[0]), not found[0].isdigit()
        if _context(_CARD_CONTEXT, seen, found.start()) or _looks_like_card(number, grouped):
            yield PersonalData("bank_card", *found.span())


def _looks_like_card(number: str, grouped: bool) -> bool:
    """Without context: not a timestamp or record number, and long or of a right check digit."""
    if _DATED.match(number) or (number[0] not in "34569" and (grouped or len(number) < 16)):
        return False
    return (len(number) >= 16 and not (grouped and len(number) > 19)) or _luhn(number)


def _luhn(number: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = (int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(number)))
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def _bare_landlines(seen: str) -> Iterator[PersonalData]:
    for context in _BARE_CONTEXT.finditer(seen):
        at = context.end()
        while (found := _BARE.match(seen, at)) and not _DATED.fullmatch(found[0]):
            yield PersonalData("landline", *found.span())
            more = _BARE_NEXT.match(seen, found.end())
            at = more.end() if more else found.end()
