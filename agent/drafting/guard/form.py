"""The outer form of a draft: length, blanks, an end, no loops, no markup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from agent.drafting.guard.case import BLANK, Case, clauses_of, grams, sentences_of
from agent.drafting.plan import MAX_CHARS, MIN_CHARS
from agent.drafting.template import count_chars, mark

_FOREIGN_MIN, _FOREIGN_MAX = 45, 750  # characters of a draft from elsewhere, whose writer keeps no template
# A draft from elsewhere may leave its blanks in its own words.
_ANY_BLANK = re.compile(
    r"【(?:承办单位|办理单位|处置单位|主办单位)?(?:填写|待填写?|待补充?|补充)(?:[：:][^【】\n]{1,40})?】"
)
_BRACKET = re.compile(r"【[^【】]*】?|】")
_STRAY = re.compile(
    r"_{2,}|…{3,}|[xX×＊*]{2,}|(?:某|XX|××)[年月日](?!的)|[（(\[](?:待?填写?|请填写|略|时间|姓名|电话|待定|待补充)[）)\]]|\{|\}"
)
_NUMBERED = re.compile(
    r"(?:^|[\s。；：])(?:\d{1,2}[.、．]|[（(]?[一二三四五六七八九][）)、]|第[一二三四五六七八九][，、])", re.MULTILINE
)
_MARKUP = re.compile(
    r"</?[A-Za-z][^<>]{0,80}>|&(?:[A-Za-z]{2,8}|#\d+);|https?:|www\.|\]\(|^#{1,6}\s|\*\*|```|(?:^|(?<=[。；：]))\s*[-*+•]\s|^\s*>\s|\\[nrt]|\{\{|\}\}|\{\"|\"[A-Za-z_]+\"\s*:"
    r"|\|\s*-{2,}|^\s*\||[A-Za-z0-9-]+\.(?:com|cn|net|org|gov|html)\b|[\U0001F300-\U0001FAFF\u2600-\u27BF]|data:|javascript:",
    re.MULTILINE,
)
_END = re.compile(r"[。！？!?”』」）)】]$")
_MARK = re.compile(r"[。！？\n]")
_SIGNED = re.compile(r"(?:局|委|办|中心|政府|公司|热线|[大支]队|街道|\d日|平台|[回答函]复|此复|谢谢|支持|理解)$")
_DANGLING = re.compile(r"[，、：；,:;（(《“【]$")
_PAIRS = (("“", "”"), ("《", "》"), ("【", "】"), ("（", "）"))
_GRAM = 10  # characters that, said three times, are a loop
_OFTEN = 3
_CLAUSE = 4  # characters; shorter clauses are lead-ins
_ALIKE = 0.5  # share of pairs in common from which on two sentences say the same
_LONG, _TURNED = 9, 0.5  # characters of a clause that says something, and share of pairs that two turned ones have
_SHORT = 9  # characters; 感谢您的支持 may stand twice


def length(case: Case) -> Iterator[str]:
    """120 to 350 characters; a draft from elsewhere says too little or too much only far outside of that."""
    size = count_chars(case.text)
    least, most = (_FOREIGN_MIN, _FOREIGN_MAX) if case.grounds.foreign else (MIN_CHARS, MAX_CHARS)
    if not least <= size <= most:
        yield f"共{size}字，应为{least}至{most}字"


def blanks(case: Case) -> Iterator[str]:
    """Blanks in the one form, none of the plan's lost, no improvised ones."""
    allowed = _ANY_BLANK if case.grounds.foreign else BLANK
    for found in (*_BRACKET.finditer(allowed.sub("", case.text)), *_STRAY.finditer(case.own)):
        yield f"不规范的空缺“{found[0]}”，应写作{mark('……')}"
    if not case.grounds.foreign:
        for blank in case.plan.blanks:
            if mark(blank) not in case.text:
                yield f"缺少{mark(blank)}"


def ending(case: Case) -> Iterator[str]:
    """A whole last sentence, every bracket and quotation closed."""
    text = case.text.rstrip()
    last = _MARK.split(text)[-1].strip()
    if text and (_DANGLING.search(text) or not (_END.search(text) or (_SIGNED.search(last) and len(last) <= 24))):
        yield f"结尾不完整“{text[-10:]}”"
    for opening, closing in _PAIRS:
        if case.folded.count(opening) != case.folded.count(closing):
            yield f"{opening}{closing}不成对"


def repetition(case: Case) -> Iterator[str]:
    """No sentence twice, no phrase three times."""
    sentences = [s for s in sentences_of(case.folded) if len(s) > _SHORT]
    pairs = [(s, grams(s)) for s in sentences]
    for place, (sentence, own) in enumerate(pairs):
        for other, its in pairs[place + 1 :]:
            if (
                own
                and len(own & its) / len(own | its) >= _ALIKE
                and not (_NUMBERED.search(sentence) or _NUMBERED.search(other))
            ):
                yield f"内容重复“{sentence[:14]}”"
    names = sorted({name for name in case.names if name in case.own}, key=len, reverse=True)
    shown = case.own
    for name in names:  # a long name of an office may well stand three times
        shown = shown.replace(name, "某")
    yield from _loops(shown, f"{case.complaint}{case.record}")
    yield from _reworded(shown)
    clauses = Counter(clause for s in case.sentences for clause in clauses_of(s) if len(clause) >= _CLAUSE)
    yield from (f"内容重复“{clause}”" for clause, often in clauses.items() if often >= _OFTEN)


def _reworded(text: str) -> Iterator[str]:
    """A thought said three times with its words turned round: 由甲核查, 核查的是甲."""
    told = [(clause, grams(clause)) for s in sentences_of(text) for clause in clauses_of(s) if len(clause) >= _LONG]
    for clause, own in told:
        alike = sum(len(own & its) / max(1, len(own | its)) >= _TURNED for _, its in told)
        if alike >= _OFTEN:
            yield f"内容重复“{clause[:14]}”"
            return


def _loops(text: str, told: str) -> Iterator[str]:
    """Phrases said three times that are no name or term of the matter."""
    flat = re.sub(r"\s", "", text)
    seen: dict[str, int] = {}
    for at in range(len(flat) - _GRAM + 1):
        phrase = flat[at : at + _GRAM]
        seen[phrase] = seen.get(phrase, 0) + 1
        if seen[phrase] == _OFTEN and "《" not in phrase and "》" not in phrase and phrase not in told:
            yield f"内容重复“{phrase}”"
            return


def markup(case: Case) -> Iterator[str]:
    """Plain text only: no tags, links, lists of dashes, JSON or pictures."""
    for found in _MARKUP.finditer(case.text):
        yield f"含有标记、链接或代码“{found[0][:16]}”"
