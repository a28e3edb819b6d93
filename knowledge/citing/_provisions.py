"""The grammar of 第X条第Y款第（Z）项: numbers, lists and ranges of them, each with its own span.

Works on folded text (`knowledge.citing._marks`). Which law is meant is not known here. Every pattern is linear:
between two numbers stands at least one sign that no number contains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.numerals import NUMERAL, to_int

LONGEST_RANGE = 200  # articles; no sentence means more
_N = rf"(?:{NUMERAL}{{1,9}}|[0-9]{{1,5}})"
_TO = r"(?:至|到|—{1,2})"
_AND = r"(?:、|以及|或者|和|及|与|或|暨)"
_EACH = rf"(?:（ ?{_N} ?）|{_N})"
_GROUP = re.compile(
    rf"(?P<sign>第 {{0,2}})?(?P<numbers>{_N}(?: ?(?:{_TO}|{_AND}) ?(?:第 ?)?{_N}){{0,30}}) {{0,2}}条"
    rf"(?: ?之 ?(?P<sub>{NUMERAL}{{1,3}}|[0-9]{{1,2}}))?"
)
_UNIT = re.compile(
    rf"(?P<sign>第 {{0,2}})?(?P<numbers>{_EACH}(?: ?(?:{_TO}|{_AND}) ?(?:第 ?)?{_EACH}| ?（ ?{_N} ?）){{0,30}})"
    r" ?(?P<kind>款|项(?!目[^的])|目)"
)
_ONE = re.compile(rf"(?P<to>{_TO})? ?(?P<words>(?:第 ?)?(?:（ ?)?(?P<number>{_N})(?: ?）)?)")
_RANGE = re.compile(rf" ?{_TO} ?")
_JOIN = re.compile(rf" ?(?:{_AND}|[，；]|[，、]?(?:以及|并)) ?\n?| {{0,2}}")
# 第三条胡同, 第五条线路: a count, and no article
STRAY = re.compile(
    "胡同|弄|线|街|路|巷|大道|高速|车道|通道|地铁|公交|航|河|桥|管|生命|消息|短信|新闻|信息|评论|留言|意见|建议|诉求"
    "|问题|理由|措施|船|狗|鱼|蛇|裤|裙|腿|项目"
)
_TIGHT = re.compile(rf" ?{_AND} ?")


@dataclass(frozen=True, slots=True)
class Provision:
    """One article, paragraph or item that a text names, and where.

    Attributes:
        article: '278' or '133-1'.
        start: Where the words for it begin; for one inside a range, where the range begins.
        end: Where they end (exclusive).
        paragraph: 款, None when not named.
        item: 项, None when not named.
        cut: The last of a range so long that not all of it was listed.
        within: It stands inside a range and is not named itself.
    """

    article: str
    start: int
    end: int
    paragraph: int | None = None
    item: int | None = None
    cut: bool = False
    within: bool = False


def names_article(text: str, position: int, *, unsigned: bool = False) -> bool:
    """Whether an article number stands at `position`; see `read_provisions`."""
    match = _GROUP.match(text, position)
    return match is not None and (unsigned or match["sign"] is not None)


def read_provisions(text: str, position: int, *, unsigned: bool = False) -> list[Provision]:
    """All provisions of the chain that begins at `position`; none when there is no article.

    Args:
        text: Folded text.
        position: Where the first number, or the 第 before it, must stand.
        unsigned: The first article may lack its 第, as in 《城乡规划法》四十条.
    """
    found = _group(text, position, unsigned=unsigned)
    while found:
        end = found[-1].end
        if (more := _after(_RANGE, text, end, unsigned=True)) and _plain(found[-1]):
            found[-1:] = _range(found[-1], more[0])
            found += more[1:]
            continue
        more = _after(_TIGHT, text, end, unsigned=True) or _after(_JOIN, text, end, unsigned=False)
        if not more or STRAY.match(text, more[-1].end):
            break
        found += more
    return found


def _after(link: re.Pattern[str], text: str, position: int, *, unsigned: bool) -> list[Provision]:
    match = link.match(text, position)
    return _group(text, match.end(), unsigned=unsigned) if match else []


def _plain(provision: Provision) -> bool:
    return provision.paragraph is None and provision.item is None


def _group(text: str, position: int, *, unsigned: bool) -> list[Provision]:
    """One 条 with the numbers before it (第八十五、九十九条) and the paragraphs and items after it."""
    match = _GROUP.match(text, position)
    if match is None or (match["sign"] is None and not unsigned):
        return []
    found: list[Provision] = []
    begin, last = match.start(), match.end("numbers")
    for one in _ONE.finditer(text, match.start("numbers"), last):
        end = match.end() if one.end() >= last else one.end()
        number = _canonical(one["number"])
        start = begin if not found else one.start("words")
        if one["to"] and found and _is_insertion(found[-1].article, number, text[one.start("to")]):
            found[-1] = replace(found[-1], article=f"{found[-1].article}-{number}", end=end)
        elif one["to"] and found:
            found[-1:] = _range(found[-1], Provision(number, start, end))
        else:
            found.append(Provision(number, start, end))
    if match["sub"]:
        found[-1] = replace(found[-1], article=f"{found[-1].article}-{to_int(match['sub'])}")
    return [*found[:-1], *_units(text, found[-1])]


def _canonical(numeral: str) -> str:
    return str(to_int(numeral))


def _is_insertion(left: str, right: str, sign: str) -> bool:
    """133-1 is 第一百三十三条之一, 278-280 is a range."""
    return sign == "—" and int(right) < int(left.split("-")[0])


def _range(first: Provision, last: Provision) -> list[Provision]:
    """Both ends with their own spans, and between them every article with the span of the whole range."""
    between = list(_between(first.article, last.article))
    kept = between[: LONGEST_RANGE - 2]
    inner = [Provision(number, first.start, last.end, within=True) for number in kept]
    return [first, *inner, replace(last, cut=len(kept) < len(between))]


def _between(first: str, last: str) -> Iterator[str]:
    main, _, sub = first.partition("-")
    last_main, _, last_sub = last.partition("-")
    if main == last_main:
        yield from (f"{main}-{number}" for number in range(int(sub or 0) + 1, int(last_sub or 0)))
    else:
        yield from (str(number) for number in range(int(main) + 1, int(last_main)))


def _units(text: str, article: Provision) -> list[Provision]:
    """The article alone, or one entry for each paragraph or item named after it."""
    cells = [article]
    named = to = False
    position, limit = article.end, 0
    while limit < LONGEST_RANGE and (match := _unit(text, position, first=not named)):
        values = _values(text, match)
        cells = _joined(cells, match["kind"], values, match.end(), named=named, to=to)
        limit += len(values)
        named, position = True, match.end()
        to, position = _link(text, position)
    return cells


def _unit(text: str, position: int, *, first: bool) -> re.Match[str] | None:
    while text.startswith(" ", position) and first:
        position += 1
    match = _UNIT.match(text, position)
    if match is None or match["sign"] or match["numbers"].startswith("（"):
        return match
    # 第二十条一款 is a paragraph; 第二十条一项 may be 一项制度
    return match if first and match["kind"] == "款" else None


def _link(text: str, position: int) -> tuple[bool, int]:
    """Whether a range sign follows, and where the next paragraph or item would begin."""
    if match := _RANGE.match(text, position):
        return True, match.end()
    match = _JOIN.match(text, position)
    return False, match.end() if match else position


def _values(text: str, match: re.Match[str]) -> list[tuple[int, int, int]]:
    """(number, start, end) of each number of one unit; numbers inside a range get the span of the range."""
    values: list[tuple[int, int, int]] = []
    for one in _ONE.finditer(text, match.start("numbers"), match.end("numbers")):
        number, last = to_int(one["number"]), one.end() >= match.end("numbers")
        end = match.end() if last else one.end()
        if one["to"] and values:
            low, start, _ = values[-1]
            values += [(n, start, end) for n in range(low + 1, min(number, low + LONGEST_RANGE))]
        values.append((number, match.start() if not values else one.start("words"), end))
    return values


def _joined(
    cells: Sequence[Provision], kind: str, values: Sequence[tuple[int, int, int]], end: int, *, named: bool, to: bool
) -> list[Provision]:
    """The cells with one more unit: it refines the last of them, or stands beside it."""
    last = cells[-1]
    if kind == "目":  # below the item, which is as deep as the check goes
        return [*cells[:-1], replace(last, end=end)]
    field = "paragraph" if kind == "款" else "item"
    refines = not named or (kind == "项" and last.item is None)
    before = getattr(last, field)
    first = values[0][0]
    out = list(cells[:-1] if refines else cells)
    if to and before is not None:
        out += [_cell(last, field, n, last.start, end) for n in range(before + 1, min(first, before + LONGEST_RANGE))]
    for i, (number, start, stop) in enumerate(values):
        begin = last.start if refines and i == 0 else start
        out.append(_cell(last, field, number, begin, stop))
    return out


def _cell(base: Provision, field: str, number: int, start: int, end: int) -> Provision:
    if field == "paragraph":
        return replace(base, paragraph=number, item=None, start=start, end=end)
    return replace(base, item=number, start=start, end=end)
