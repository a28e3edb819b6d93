"""Chinese numerals as statutes write them, both ways, and article numbers in our short form.

Whole numbers only; written ones up to 9999, for no statute has more articles.
"""

from __future__ import annotations

import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
NUMERAL = "[零〇一二两三四五六七八九十百千万]"
_SHORT = re.compile(r"(\d+)(?:-(\d+))?")
_ARTICLE = re.compile(rf"第\s*({NUMERAL}+|\d+)\s*条(?:\s*之\s*({NUMERAL}+|\d+))?")


def to_int(text: str) -> int:
    """Read `一百三十三`, `一〇三`, `两千` or `133`.

    Raises:
        ValueError: `text` holds anything but a numeral.
    """
    if text.isdecimal():  # full-width digits too
        return int(text)
    if not text or any(c not in _DIGITS and c not in _UNITS for c in text):
        raise ValueError(f"not a Chinese numeral: {text!r}")
    if not any(c in _UNITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        else:
            # 十五 means 15: a unit without a digit before it counts once
            section += (digit or 1) * _UNITS[char]
            digit = 0
    return total + section + digit


def to_chinese(number: int) -> str:
    """Write 0 to 9999 the way statutes do: 12 → 十二, 1024 → 一千零二十四.

    Raises:
        ValueError: `number` is outside 0–9999.
    """
    if not 0 <= number <= 9999:
        raise ValueError(f"outside 0-9999: {number}")
    if number == 0:
        return "零"
    out, gap = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            out += ("零" if gap else "") + "零一二三四五六七八九"[digit] + sign
            gap = False
        elif out:
            gap = True
    return out.removeprefix("一") if out.startswith("一十") else out


def article_number(text: str) -> str:
    """Our short form of an article number: 第一百三十三条之一 → '133-1', 第278条 → '278', else ''."""
    match = _ARTICLE.fullmatch(text.strip())
    if match is None:
        return ""
    main = str(to_int(match[1]))
    return f"{main}-{to_int(match[2])}" if match[2] else main


def article_label(number: str) -> str:
    r"""The statute's own form of our short one: '133-1' → 第一百三十三条之一.

    Raises:
        ValueError: `number` is not `\d+` or `\d+-\d+`, or above 9999.
    """
    match = _SHORT.fullmatch(number)
    if match is None:
        raise ValueError(f"not an article number: {number!r}")
    main, sub = match.groups()
    return f"第{to_chinese(int(main))}条" + (f"之{to_chinese(int(sub))}" if sub else "")
