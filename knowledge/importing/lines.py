"""What one line of a statute begins: an article, a chapter, an item, an appendix, or nothing of the kind.

Also when a line only continues the one before, for PDFs and some web pages break sentences in the middle.
No state: which article is expected next is `knowledge.importing.articles`' business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.numerals import to_int

NUM = "零〇一二两三四五六七八九十百千0-9０-９"
_ARTICLE = re.compile(rf"第 ?([{NUM}]{{1,9}}) ?条(?: ?之 ?([{NUM}]{{1,3}})(?![{NUM}]))?")
# behind 第X条 these words make it a reference: 第三条规定的…, 第五条至第八条; with a blank only the first ones do
_REFERENCE = re.compile(
    r" ?(?:的|规定|所|第|款|项)|至|到|和|或|及|与|之|等|，|。|、|；|中(?:规定|所|的|第)|以[下上外及]"
    r"|[（(][零一二三四五六七八九十\d]"
)
_HEADING = re.compile(rf"第 ?([{NUM}]{{1,5}}) ?(编|分编|章|节)(?= |$|[^的至、，和或及规所中之第])(.{{0,60}})")
_ITEM = re.compile(
    r"[（(][零一二三四五六七八九十]{1,3}[）)](?![项目款、，和或及至])"
    r"|[一二三四五六七八九十]{1,3}、|[（(]\d{1,2}[）)](?![项目款、，和或及至])|\d{1,2}(?:、|[.．](?!\d))|[①-⑳]"
)
_APPENDIX = re.compile(rf"附(?:件|录|表|图|件表)? ?[{NUM}]{{0,3}}(?:$|[ :：、.．（(].{{0,60}}$)")
_SENTENCE = re.compile(r"[，。；：:;,.（(《“＝=×÷+＋\d]")
_CONTENTS = re.compile(r"目 ?[录次]")
_NOTE = re.compile(r"[（(][^（）()]{1,30}[）)]$")
_JOINT = re.compile(
    rf"(?<=[。；”）]) (?=第[{NUM}]{{1,9}}条)|(?<=。) ?(?=第[{NUM}]{{1,4}}[章节] ?[^第条章节，。；：]{{2,20}}$)"
)
_END = "。；：:;！？!?．."
_CLOSERS = "”’」』）)》〉】\"'"
_WRAPPED = 15  # a shorter line that ends without punctuation is a heading or a cell, not half a sentence


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """第X条 at the beginning of a line.

    Attributes:
        number: Main number and 之-number (0 for none).
        rest: What follows it, stripped.
        spaced: A blank, a bracketed caption or nothing follows: the usual form of a new article.
        reference: What follows reads like a reference to the article, not like its text.
    """

    number: tuple[int, int]
    rest: str
    spaced: bool
    reference: bool


def article_head(line: str) -> ArticleHead | None:
    """The article number that a line begins with, None when it begins with none."""
    match = _ARTICLE.match(line)
    if match is None:
        return None
    try:
        number = to_int(match[1]), to_int(match[2]) if match[2] else 0
    except ValueError:
        return None
    rest = line[match.end() :]
    caption = rest[:1] in "（(【[" and not _REFERENCE.match(rest)
    return ArticleHead(
        number, rest.lstrip(" :：").strip(), not rest or rest[0] in " :：" or caption, bool(_REFERENCE.match(rest))
    )


def heading(line: str) -> tuple[str, str] | None:
    """(编, 分编, 章 or 节; the whole heading in its usual form: 第三章 法律责任), None for any other line."""
    match = _HEADING.fullmatch(line)
    if match is None or line[-1] in "。；，":
        return None
    label = f"第{match[1]}{match[2]}"
    return match[2], f"{label} {''.join(match[3].split())}".strip()


def is_item(line: str) -> bool:
    """Whether the line begins an enumerated item: （一）, 二、, 3."""
    return _ITEM.match(line) is not None


def is_appendix(line: str) -> bool:
    """Whether the line is the head of an appendix: 附件, 附表2：…"""
    return _APPENDIX.fullmatch(line) is not None and line[-1] not in "。；，"


def is_contents(line: str) -> bool:
    """Whether the line is the head of a table of contents."""
    return _CONTENTS.fullmatch(line) is not None


def is_ended(line: str) -> bool:
    """Whether a sentence may end at the end of the line, or before a remark there: 。（2011年1月8日删除）."""
    bare = _NOTE.sub("", line.rstrip(_CLOSERS) if line[-1:] not in "）)" else line).rstrip(_CLOSERS)
    return not bare or bare[-1] in _END


def is_bare_heading(line: str) -> bool:
    """Whether the line may be a chapter's name that lost its number: short and without a sentence's punctuation."""
    return 2 <= len(line) <= 30 and not _SENTENCE.search(line) and not is_item(line) and article_head(line) is None


def pieces(line: str) -> list[str]:
    """The line cut where one line holds several articles, or a chapter's heading behind an article."""
    return _JOINT.split(line)


def continues(before: str, line: str) -> bool:
    """Whether `line` goes on with the sentence that `before` broke off."""
    if is_ended(before) or is_item(line) or is_appendix(line) or heading(line) or heading(before):
        return False
    return len(before) >= _WRAPPED or before[-1] in "，、,（(《“"


def glued(before: str, line: str) -> str:
    """The two halves of a broken sentence as one; a blank stands only between Latin words."""
    gap = " " if before[-1:].isascii() and before[-1:].isalnum() and line[:1].isascii() and line[:1].isalnum() else ""
    return before + gap + line
