"""Separate matters in one complaint: almost always one, split only on strong evidence.

Finds where the writer says that something else begins (numbering, 另外还有, 还想反映) and merges what is
about the same matter again. Numbered reasons, demands or steps of one matter are not separate issues.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from agent.reading._openings import openings
from agent.reading._overlap import overlap

SameMatter = Callable[[str, str], bool]

MAX_ISSUES = 10
_MAX_CHARS = 4000  # what is longer stays in the last part
_MIN_PART = 8  # characters; shorter parts are headings or slips
_MAX_CUTS = 12  # bounds the calls of `same_matter`: each may cost two encodings
_OPENING = 60  # characters after which the opening of a part ends with its sentence
_SENTENCE_END = re.compile(r"[。！？!?；;\n]+")
_OVERLAP = 0.2  # shared share of bigrams above which two parts count as one matter
_START = r"(?:(?<=[。！？!?；;：:，,\s])|^)"
_NUMBERED = (
    re.compile(
        _START
        + r"[第头](?P<n>[一二三四五六七八九十])(?:个(?:问题|事[情儿]?|(?=[，,：:]))|[件桩码宗](?:小?事[情儿]?)?)"
        + r"(?:[就呢]?是)?"
    ),
    re.compile(_START + r"(?:问题)?(?P<n>[一二三四五六七八九十])、"),
    re.compile(_START + r"(?P<n>\d{1,2})(?:[、．：:]|\.(?!\d))"),
    re.compile(r"[（(](?P<n>\d{1,2}|[一二三四五六七八九十])[）)]、?"),
    re.compile(r"(?P<n>[①②③④⑤⑥⑦⑧⑨⑩])"),
    re.compile(_START + r"(?:其(?P<f>[一二三四五六七八九十])|(?P<n>[一二三四五六七八九十])[就呢]?是)"),
    re.compile(_START + r"(?:第(?P<n>[一二三四五六七八九十])[，、,：:]|(?P<f>首先|其次|再次|最后)[，,])"),
)
_CHINESE = {c: i for i, c in enumerate("一二三四五六七八九十", start=1)}
_CIRCLED = {c: i for i, c in enumerate("①②③④⑤⑥⑦⑧⑨⑩", start=1)}
_FIRSTLY = {"首先": 1, "其次": 2, "再次": 3, "最后": 4}
_SEVERAL = re.compile(
    r"(?:几|两|俩|二|三|四|五|多|各|以下|一些)(?:个|件|点|方面|项|大|桩|样|码|宗)?(?:的|小|不同的?)?(?:问题|情况|事儿?|事情|事项|想法)|问题(?:反映|汇报)?如下|反映如下"
)
_ONE_MATTER = re.compile(
    r"[请想]问|请教|恳请|前提|回答|答复|担心|理由|原因|诉求|要求|请求|建议|依据|条件|方案|证据|事实|分析|办法|措施|好处|意见|看法|疑问|质疑|经过|步骤|具体(?:情况|表现|体现)?(?:为|如下|是)|路况|关于[^，。：:]{2,30}问题(?:反映|汇报)?如下"
)


@dataclass(frozen=True, slots=True)
class IssueSpan:
    """One matter; `text == whole[start:end]`, and the spans of a complaint partition it."""

    text: str
    start: int
    end: int


def split_issues(text: str, same_matter: SameMatter | None = None) -> tuple[IssueSpan, ...]:
    """Cut a complaint into its separate matters.

    Args:
        text: Cleaned, masked text.
        same_matter: Says whether two parts are about one matter, e.g. by category; without it, parts
            that share many words are one. Called at most 12 times, and not at all
            where the text neither counts matters nor opens one with 另外 and its like.

    Returns:
        One to ten spans in the text's order, the first is the main one and holds the introduction;
        together they are the whole text. One empty span for ''.
    """
    same = same_matter or _shares_words
    head = text[:_MAX_CHARS]
    cuts = _cuts(head, judged=same_matter is not None)
    bounds = [0]
    for position, cut in enumerate(cuts):
        end = cuts[position + 1] if position + 1 < len(cuts) else len(text)
        part = text[cut:end]
        if len(bounds) == MAX_ISSUES:
            break
        if len(part.strip()) >= _MIN_PART and not same(text[bounds[-1] : cut], _opening(part)):
            bounds.append(cut)
    ends = [*bounds[1:], len(text)]
    return tuple(IssueSpan(text[start:end], start, end) for start, end in zip(bounds, ends, strict=True))


def _opening(part: str) -> str:
    """The first sentences of a part: what comes later often returns to the first matter."""
    end = _SENTENCE_END.search(part, _OPENING)
    return part[: end.end()] if end else part


def _cuts(text: str, *, judged: bool) -> list[int]:
    """Where another matter may begin, ascending; never 0."""
    cuts = set(openings(text, judged=judged))
    cuts.update(_numbered_cuts(text))
    return sorted(cut for cut in cuts if len(text[:cut].strip()) >= _MIN_PART)[:_MAX_CUTS]


def _numbered_cuts(text: str) -> list[int]:
    """Starts of items 2, 3, ... of the first list whose introduction does not bind it to one matter."""
    for pattern in _NUMBERED:
        starts = _run(pattern, text)
        if len(starts) < 2:
            continue
        # 第一个问题 announces several matters itself and needs no introduction.
        intro = text[max(0, starts[0] - 40) : starts[0]]
        announced = not intro.strip() or pattern is _NUMBERED[0] or _SEVERAL.search(intro)
        if _ONE_MATTER.search(intro) or not announced:
            return []
        return starts[1:]
    return []


def _run(pattern: re.Pattern[str], text: str) -> list[int]:
    """Starts of a list counted 1, 2, 3, ...; [] when it does not start at 1."""
    starts: list[int] = []
    for match in pattern.finditer(text):
        if _ordinal(match) == len(starts) + 1:
            starts.append(match.start())
    return starts


def _ordinal(match: re.Match[str]) -> int:
    groups = match.groupdict()
    mark = groups.get("n") or groups.get("f") or ""
    if mark.isascii() and mark:
        return int(mark)
    return _CHINESE.get(mark) or _CIRCLED.get(mark) or _FIRSTLY.get(mark, 0)


def _shares_words(left: str, right: str) -> bool:
    """Whether the parts share so many words that they are one matter."""
    return overlap(left, right) >= _OVERLAP
