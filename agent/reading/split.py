"""Separate matters in one complaint: almost always one, split only on strong evidence.

Finds where the writer says that something else begins (numbering, 另外还有, 还想反映) and merges what is
about the same matter again. Numbered reasons, demands or steps of one matter are not separate issues.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

SameMatter = Callable[[str, str], bool]

MAX_ISSUES = 10
_MAX_CHARS = 4000  # what is longer stays in the last part
_MIN_PART = 8  # characters; shorter parts are headings or slips
_MAX_CUTS = 60  # bounds the calls of `same_matter`
_OVERLAP = 0.2  # shared share of bigrams above which two parts count as one matter
_COMMON = frozenset(
    (
        "我们",
        "小区",
        "希望",
        "领导",
        "问题",
        "没有",
        "解决",
        "影响",
        "居民",
        "严重",
        "业主",
        "相关",
        "部门",
        "有关",
        "政府",
        "尽快",
        "处理",
        "现在",
        "一个",
        "请问",
        "什么",
        "可以",
        "已经",
    )
)

_START = r"(?:(?<=[。！？!?；;：:，,\s])|^)"
_NUMBERED = (
    re.compile(_START + r"第(?P<n>[一二三四五六七八九十])(?:个(?:问题|事情?)|件事情?)(?:[就呢]?是)?"),
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
    r"(?:几|两|俩|二|三|四|五|多|各|以下|一些)(?:个|件|点|方面|项|大)?(?:的)?(?:问题|情况|事儿?|事情|事项)|问题(?:反映|汇报)?如下|反映如下"
)
_ONE_MATTER = re.compile(
    r"理由|原因|诉求|要求|请求|建议|依据|条件|方案|证据|事实|分析|办法|措施|好处|意见|看法|疑问|质疑|经过|步骤|具体(?:情况|表现|体现)?(?:为|如下|是)|路况|关于[^，。：:]{2,30}问题(?:反映|汇报)?如下"
)
_ANOTHER = re.compile(
    r"(?<=[。！？!?；;，,\s])(?:(?:另外|此外|还有|再者|同时)[，,]?)?"
    r"(?:(?:另外|此外|还)有(?:另外?)?[一1](?:个|件)(?:问题|事情?|情况)|还想(?:再)?(?:反映|反应|咨询|投诉|问)|还要(?:反映|投诉|举报)"
    r"|另外(?:我|我们)?(?:还|再|也)?(?:想|要)(?:再)?(?:反映|反应|咨询|投诉|请?问)|还有就是|另(?:反映|咨询|投诉)|顺便(?:再)?(?:反映|问|咨询|投诉))"
)
# 另外 also adds a detail, a demand or a reason to the same matter: a new one names a thing and what is wrong with it.
_BESIDES = re.compile(
    r"(?<=[。！？!?；;\n])(?:另外(?:还有?)?|此外|还有)[，,]?"
    r"(?![^。！？!?；;，,]{0,8}(?:希望|请|建议|要求|望|应|据|因|由于|如果|该|此|这|那|其|他|她|它|我们?(?:是|认为|觉得)|对方|上述|同样|方面|关于))"
    r"(?=[一-鿿]{2,20}(?:坏|漏|堵|塌|脏|臭|吵|不[退亮通热给让管]|没[有人水电气暖]|无人|扰民|占[道用]|乱停|乱收费|噪[音声]|油烟|违建|拖欠|停[水电气暖]))"
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
            that share many words are one. Called at most 60 times.

    Returns:
        One to ten spans in the text's order, the first is the main one and holds the introduction;
        together they are the whole text. One empty span for ''.
    """
    same = same_matter or _shares_words
    bounds = [0]
    cuts = _cuts(text[:_MAX_CHARS])
    for position, cut in enumerate(cuts):
        end = cuts[position + 1] if position + 1 < len(cuts) else len(text)
        part = text[cut:end]
        if len(bounds) == MAX_ISSUES:
            break
        if len(part.strip()) >= _MIN_PART and not same(text[bounds[-1] : cut], part):
            bounds.append(cut)
    ends = [*bounds[1:], len(text)]
    return tuple(IssueSpan(text[start:end], start, end) for start, end in zip(bounds, ends, strict=True))


def _cuts(text: str) -> list[int]:
    """Where another matter may begin, ascending; never 0."""
    cuts = {match.start() for pattern in (_ANOTHER, _BESIDES) for match in pattern.finditer(text)}
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
    """Whether the parts share at least `_OVERLAP` of the smaller one's character bigrams."""
    a, b = _bigrams(left), _bigrams(right)
    return bool(a and b) and len(a & b) >= _OVERLAP * min(len(a), len(b))


def _bigrams(text: str) -> set[str]:
    pairs = {text[i : i + 2] for i in range(len(text) - 1)}
    return {pair for pair in pairs if pair.isalnum() and pair not in _COMMON}
