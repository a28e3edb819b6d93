"""The lines of a statute as articles with their chapters, and what does not add up.

A line that begins with 第X条 starts an article only where one can start; anything else, such as a reference
that a line break left at the beginning of a line, is text. Appendices are kept apart from the last article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from knowledge.importing.lines import (
    ArticleHead,
    article_head,
    continues,
    glued,
    heading,
    is_appendix,
    is_bare_heading,
    is_ended,
    pieces,
)
from knowledge.numerals import article_label, to_int

Number = tuple[int, int]
_LEVELS = ("编", "分编", "章", "节")
_JOINING = "及和与、的在"
_WIDE = 13  # a centred heading that goes on in the next line was too long for one
_MOST_DOUBTS = 10  # of one file: a broken one may have thousands
_FAR = 30  # a jump this wide is a reference at the beginning of a line, not a missing part
_PARAGRAPHS = (
    re.compile(r"([一二三四五六七八九十]{1,3})、 ?(.*)"),
    re.compile(r"[（(]([一二三四五六七八九十]{1,3})[）)](?![项目款、，]) ?(.*)"),
    re.compile(r"(\d{1,3})[.．、](?!\d) ?(.*)"),
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One article: its number in short form, its text (paragraphs apart by line breaks) and its chapter."""

    number: str
    text: str
    chapter: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """What the lines of one file hold.

    Attributes:
        preamble: The lines before the first article: title, history, table of contents.
        clauses: The articles in the order of the file.
        appendix: Everything behind the statute itself, '' for nothing.
        doubts: Chinese sentences 「kind：detail」.
        paragraphs: The clauses are numbered paragraphs of a text without articles.
    """

    preamble: tuple[str, ...]
    clauses: tuple[Clause, ...]
    appendix: str
    doubts: tuple[str, ...]
    paragraphs: bool = False


def read_articles(lines: Sequence[str]) -> Body:
    """Articles of a statute; numbered paragraphs (一、二、…) where it has none."""
    reader = _Reader()
    parts = [piece for line in lines for piece in pieces(line)]
    for i, line in enumerate(parts):
        reader.take(line, parts[i + 1 : i + 3])
    return reader.body() if reader.clauses else _paragraphs(lines)


@dataclass(slots=True)
class _Open:
    """An article being read."""

    number: Number
    chapter: str
    lines: list[str] = field(default_factory=list)

    def add(self, line: str) -> None:
        if self.lines and continues(self.lines[-1], line):
            self.lines[-1] = glued(self.lines[-1], line)
        elif line:
            self.lines.append(line)

    def close(self) -> Clause:
        return Clause(_short(self.number), "\n".join(self.lines), self.chapter)


class _Reader:
    """Takes line after line; knows the article that is open and the one expected next."""

    def __init__(self) -> None:
        self.clauses: list[_Open] = []
        self._preamble: list[str] = []
        self._appendix: list[str] = []
        self._doubts: list[str] = []
        self._seen: set[Number] = set()
        self._last: Number = (0, 0)
        self._repeated = False  # inside the second text of a number: dropped
        self._before = ""
        self._chapter: dict[str, str] = {}
        self._behind = ""  # level of the heading that the line before was, '' when it was none

    def take(self, line: str, following: Sequence[str]) -> None:
        """Read one line; `following` are the next two, fewer at the end."""
        head = article_head(line)
        if self._appendix:
            self._take_behind(line, head)
        elif head is not None and self._starts(head):
            self._start(head)
        elif self.clauses and is_appendix(line):
            self._appendix.append(line)
        elif self._free() and (level := self._heads(line, following)):
            self._behind, self._before = level, line
            return
        elif not self.clauses:
            self._preamble.append(line)
        elif not self._repeated:
            self.clauses[-1].add(line)
        self._behind, self._before = "", line

    def body(self) -> Body:
        return Body(
            tuple(self._preamble),
            tuple(clause.close() for clause in self.clauses),
            "\n".join(self._appendix),
            tuple(_capped(self._doubts)),
        )

    def _free(self) -> bool:
        """Whether the sentence before is over, so that something new may begin."""
        return not self.clauses or bool(self._behind) or is_ended(self._before)

    def _take_behind(self, line: str, head: ArticleHead | None) -> None:
        if head is not None and head.spaced and self._last[0] > 1 and _follows(self._last, head.number):
            # what looked like an appendix stood in the middle
            self.clauses[-1].lines.extend(self._appendix)
            self._appendix.clear()
            self._start(head)
        else:
            self._appendix.append(line)

    def _starts(self, head: ArticleHead) -> bool:
        expected = _follows(self._last, head.number)
        if not self.clauses:
            return head.spaced or (head.number == (1, 0) and not head.reference)
        if head.spaced and expected:
            return True
        if head.reference or not self._free():
            return False
        return (head.spaced or expected) and head.number[0] - self._last[0] <= _FAR

    def _start(self, head: ArticleHead) -> None:
        number = head.number
        self._repeated = number in self._seen
        if number == (1, 0) and self._last[0] >= 3:
            self._doubts.append("文件内有第二份条文：从第二个第一条起归入附件，请拆成两个文件")
            self._appendix.append(f"第一条 {head.rest}")
        elif self._repeated:
            self._doubts.append(f"条号重复：{_label(number)}出现不止一次，保留前一条")
        else:
            self._remark_order(number)
            self._seen.add(number)
            self._last = number
            chapter = " ".join(self._chapter[level] for level in ("章", "节") if level in self._chapter)
            chapter = chapter or self._chapter.get("分编") or self._chapter.get("编", "")
            self.clauses.append(_Open(number, chapter, [head.rest] if head.rest else []))

    def _remark_order(self, number: Number) -> None:
        if _follows(self._last, number):
            return
        if number < self._last:
            self._doubts.append(f"条号倒序：{_label(number)}排在{_label(self._last)}之后")
        elif self._last == (0, 0):
            self._doubts.append(f"条号不连续：从{_label(number)}开始，可能是节选")
        else:
            self._doubts.append(f"条号不连续：{_label(self._last)}之后是{_label(number)}")

    def _heads(self, line: str, following: Sequence[str]) -> str:
        """Take the line as heading and say of which level, '' when it is none; the preamble keeps it too."""
        found = heading(line)
        if found is not None:
            level, name = found
        elif self._behind and is_bare_heading(line) and _goes_on(self._chapter[self._behind], line):
            level, name = self._behind, _named(self._chapter[self._behind], line)
        elif self.clauses and is_bare_heading(line) and _opens(following):
            # a chapter that lost its number; directly behind another one it is the first section
            level, name = "节" if self._behind == "章" else "章", "".join(line.split())
        else:
            return ""
        self._enter(level, name)
        if not self.clauses:
            self._preamble.append(line)
        return level

    def _enter(self, level: str, name: str) -> None:
        for lower in _LEVELS[_LEVELS.index(level) :]:
            self._chapter.pop(lower, None)
        self._chapter[level] = name


def _capped(doubts: list[str]) -> list[str]:
    if len(doubts) <= _MOST_DOUBTS:
        return doubts
    return [*doubts[:_MOST_DOUBTS], f"条号问题太多：另有 {len(doubts) - _MOST_DOUBTS} 处，请核对文件"]


def _opens(following: Sequence[str]) -> bool:
    """Whether the next line, or the one behind another heading, begins an article or a section."""
    for line in following:
        if article_head(line) is not None or heading(line) is not None:
            return True
        if not is_bare_heading(line):
            return False
    return False


def _goes_on(name: str, line: str) -> bool:
    """Whether a heading goes on in the next line: it is a bare number, breaks off, or is as long as a line."""
    unnamed = name.startswith("第") and " " not in name
    return unnamed or name[-1] in _JOINING or line[0] in _JOINING or len(name) >= _WIDE


def _named(name: str, line: str) -> str:
    unnamed = name.startswith("第") and " " not in name
    return name + (" " if unnamed else "") + "".join(line.split())


def _paragraphs(lines: Sequence[str]) -> Body:
    """The numbered paragraphs of a decision; no clause at all when it has none."""
    for pattern in _PARAGRAPHS:
        # the head of the first part gets lost more often than others: it stands where a title is expected
        first = next((i for i, line in enumerate(lines) if _paragraph(pattern, line) in (1, 2)), None)
        if first is None:
            continue
        appendix = next((i for i in range(first, len(lines)) if is_appendix(lines[i])), len(lines))
        clauses = tuple(_numbered(pattern, lines[first:appendix]))
        if len(clauses) > 1:
            doubts = ["无条文，按分段导入：本件没有“第X条”，把各个带序号的段落当作条"]
            if clauses[0].number != "1":
                doubts.append("条号不连续：没有第一段")
            return Body(tuple(lines[:first]), clauses, "\n".join(lines[appendix:]), tuple(doubts), paragraphs=True)
    return Body(tuple(lines), (), "", ())


def _paragraph(pattern: re.Pattern[str], line: str) -> int:
    match = pattern.match(line)
    return to_int(match[1]) if match else 0


def _numbered(pattern: re.Pattern[str], lines: Sequence[str]) -> Iterator[Clause]:
    current: _Open | None = None
    for line in lines:
        number = _paragraph(pattern, line)
        if number and (current is None or number == current.number[0] + 1):
            if current is not None:
                yield current.close()
            match = pattern.match(line)
            current = _Open((number, 0), "", [match[2]] if match else [])
        elif current is not None:
            current.add(line)
    if current is not None:
        yield current.close()


def _follows(last: Number, number: Number) -> bool:
    return number in ((last[0] + 1, 0), (last[0], last[1] + 1))


def _short(number: Number) -> str:
    return f"{number[0]}-{number[1]}" if number[1] else str(number[0])


def _label(number: Number) -> str:
    return article_label(_short(number))
