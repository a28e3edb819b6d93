"""What stands above the articles: title, and the history of adoption, approval, amendment and publication.

An event is a date with the words behind it, up to the next date. Bodies and levels are told in
`knowledge.importing.bodies`; which date counts as the version is decided in `knowledge.importing.statute`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.importing.dates import DATE, dated, without_file_date
from knowledge.importing.lines import article_head, heading, is_contents, is_item
from knowledge.importing.texts import Text

_MAX_LINES, _MAX_LINE = 60, 2_000  # a header is short; anything longer is prose
_FORCE = re.compile(r"[起开始正式 ]{0,5}(?:施行|实施|生效|执行)")
_FORCE_BEFORE = re.compile(r"(?:施行|实施|生效)(?:日期|时间)[：: 】\]]{0,3}$")
_ACT = re.compile(r"通过|批准|修正|修订|修改|公布|发布|颁布|颁发|印发|制定|公告|令第|批转|下发")
_AMEND = re.compile(r"修正|修订|修改|废止")
_QUOTED = re.compile(r"《[^《》]{0,200}》")
_REPEALED = re.compile(r"已废止|已失效|已被废止|[（(](?:废止|失效)[)）]")
_TITLE = re.compile(
    r".{2,120}(?:条例|规定|办法|细则|规则|决定|决议|章程|规范|通知|意见|方案|命令|标准|解释|批复|制度|准则|法|纪要)"
    r"(?:[（(](?:试行|暂行|草案|修正|修订|[^（）()]{0,12}修[正订][^（）()]{0,4})[)）])?"
)
_PROMULGATION = re.compile(r"令$|公告$|文件$|第 ?[\d一二三四五六七八九十〇零]{1,5} ?号|已经|现予|现将")


@dataclass(frozen=True, slots=True)
class Event:
    """One date of the history and what happened on it.

    Attributes:
        day: The date.
        words: What follows the date, without blanks.
        force: The date is a first day in force.
        amends: It changed an existing text by a decision; False for adoption and for a full revision.
    """

    day: dt.date
    words: str
    force: bool
    amends: bool


@dataclass(frozen=True, slots=True)
class Header:
    """Title and history of one file.

    Attributes:
        title: Without blanks and without 《》 around it.
        events: In the order of the text.
        words: The whole header as one string without blanks, a comma for each date.
        repealed: The header or the file's name says that the statute no longer applies.
    """

    title: str
    events: tuple[Event, ...]
    words: str
    repealed: bool

    @property
    def acts(self) -> tuple[Event, ...]:
        """Adoption, approval, amendment, publication; not the days on which a text came into force."""
        return tuple(event for event in self.events if not event.force)

    @property
    def last(self) -> dt.date | None:
        """The newest act."""
        return max((event.day for event in self.acts), default=None)

    @property
    def first_round(self) -> tuple[Event, ...]:
        """The acts that made the text before decisions amended it: the last full revision, or the adoption."""
        acts = self.acts
        revised = [i for i, event in enumerate(acts) if _is_full_revision(event)]
        start = revised[-1] if revised else 0
        end = next((i for i in range(start, len(acts)) if acts[i].amends), len(acts))
        return acts[start:end]


def read_header(text: Text, preamble: Sequence[str], stem: str) -> Header:
    """Read the header of a file.

    Args:
        text: The whole file.
        preamble: Its lines before the first article.
        stem: The file's name without ending; its title is used when the text has none.
    """
    lines = [line[:_MAX_LINE] for line in (text.lines[: text.header] if text.header else _above(preamble))]
    title = plain(text.title) or _title(lines) or plain(without_file_date(stem))
    words = " ".join(line for line in lines if plain(line) != title)
    note = _REPEALED.search(words) or _REPEALED.search(stem)
    return Header(title, tuple(_events(words)), "".join(DATE.sub("，", words).split()), note is not None)


def plain(title: str) -> str:
    """A title without blanks and without 《》 around the whole of it."""
    bare = "".join(title.split())
    whole = re.fullmatch(r"《([^《》]*)》", bare)
    return whole[1] if whole else bare


def _above(preamble: Sequence[str]) -> list[str]:
    """The preamble up to the table of contents, the first heading or item."""
    lines: list[str] = []
    for line in preamble[:_MAX_LINES]:
        if is_contents(line) or heading(line) or is_item(line) or article_head(line):
            break
        lines.append(line)
    return lines


def _title(lines: Sequence[str]) -> str:
    """The first line, or two that belong together, that reads like a title."""
    for i, line in enumerate(lines):
        if line[0] in "（(" or _PROMULGATION.search(line) or dated(line):
            continue
        if _TITLE.fullmatch(plain(line)):
            return plain(line)
        both = line + (lines[i + 1] if i + 1 < len(lines) else "")
        if len(line) >= 6 and not re.search(r"[。；：，]", both) and _TITLE.fullmatch(both) and not dated(both):
            return plain(both)
    return ""


def _events(words: str) -> list[Event]:
    # dates inside 《…》 belong to the title of another document
    text = _QUOTED.sub(lambda match: match[0] if not dated(match[0]) else "《》", words)
    days = dated(text)
    events = []
    for i, (day, start, end) in enumerate(days):
        behind = "".join(text[end : days[i + 1][1] if i + 1 < len(days) else len(text)].split())
        force = bool(_FORCE.match(behind) or _FORCE_BEFORE.search(text[max(0, start - 12) : start]))
        amends = bool(_AMEND.search(behind)) and not _is_revision(behind)
        if force or _ACT.search(behind) or not behind.strip("（）()，。、"):
            events.append(Event(day, behind, force, amends))
    return events


def _is_revision(words: str) -> bool:
    """Whether the words tell of a whole new text, not of a decision that changes some articles."""
    return "修订" in words and "决定" not in words and re.search(r"第[一二三四五六七八九十]次修[订正]", words) is None


def _is_full_revision(event: Event) -> bool:
    return _is_revision(event.words)
