"""From which day to which day each version of a statute governs, worked out from dates and repeal clauses.

Status flags of the source are not trusted alone: laws that take effect next year carry 现行有效. What counts is
the effective date, the date of adoption, the next version of the same title, and clauses such as 生态环境法典
art. 1242. Where flag and dates disagree, dates win and the disagreement is told.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from knowledge.vocabulary import Article, Law

_TITLE = re.compile(r"《([^《》]+)》")
_AMENDING = re.compile(r"关于修改《([^《》]+)》的决定")
_REPEAL = re.compile(r"同时废止|即行废止|予以废止")
REPEALED_FLAG = "已废止"
# A statute is repealed by its own body or a higher one: a city's rule naming a national one ends nothing.
_RANKS = (("宪法",), ("法律",), ("行政法规", "监察法规", "司法解释"), ("部门规章", "省级地方性法规"), ("省级政府规章",))


class InForce(StrEnum):
    """What a law is on a given day."""

    YES = "现行有效"
    REPEALED = "已废止"
    SUPERSEDED = "已修订"
    FUTURE = "尚未施行"


@dataclass(frozen=True, slots=True)
class Days:
    """From the first day of force to the first day without it; None leaves that side open."""

    begin: dt.date | None
    end: dt.date | None


def begin(law: Law) -> dt.date:
    """First day of force; the beginning of time where the source gives none."""
    return law.valid_from or dt.date.min


def status_of(law: Law, day: dt.date) -> InForce:
    """What a dated version is on `day`, by dates alone."""
    if begin(law) > day:
        return InForce.FUTURE
    if law.valid_to is not None and law.valid_to <= day:
        return InForce.SUPERSEDED if law.replaced_by == law.title else InForce.REPEALED
    return InForce.YES


def repeals(articles: Sequence[Article]) -> dict[str, tuple[str, ...]]:
    """Titles that repeal clauses name → ids of the laws whose clauses they are, in the order of the articles."""
    found: dict[str, tuple[str, ...]] = {}
    for article in articles:
        if _REPEAL.search(article.text) is None:
            continue
        for sentence in re.split(r"[。；]", article.text):
            if _REPEAL.search(sentence):
                for title in _TITLE.findall(sentence):
                    found[title] = (*found.get(title, ()), article.law_id)
    return found


def dated(
    laws: Sequence[Law], flags: Mapping[str, str], repealed: Mapping[str, Sequence[str]]
) -> tuple[tuple[Law, ...], tuple[str, ...]]:
    """Give every version its days.

    Args:
        laws: Versions of all titles, without days.
        flags: The source's own status by law id; laws without one are taken by their dates.
        repealed: See `repeals`.

    Returns:
        The laws in their order, and one Chinese sentence for each that a person should look into.
    """
    by_id = {law.id: law for law in laws}
    by_title: dict[str, list[Law]] = defaultdict(list)
    for law in laws:
        by_title[law.title].append(law)
    changed = {(m[1], law.version): law.effective for law in laws if (m := _AMENDING.search(law.title))}
    collected = max((law.version for law in laws if law.version and law.id in flags), default=dt.date.min)
    done: dict[str, Law] = {}
    doubtful: list[str] = []
    for title, versions in by_title.items():
        versions.sort(key=lambda law: (law.version or law.effective or dt.date.min, law.id))
        chain = _chained(versions, changed)
        last, flag = chain[-1], flags.get(chain[-1].id, "")
        repealer = _repealer(last, [by_id[i] for i in repealed.get(title, ()) if i in by_id])
        if repealer is not None:
            chain[-1] = last.model_copy(update={"valid_to": repealer.effective, "replaced_by": repealer.title})
        elif flag == REPEALED_FLAG:
            # Nothing says since when. It was not in force when the data were collected; until then dates hold.
            chain[-1] = last.model_copy(update={"valid_to": max(collected, begin(last))})
        doubtful.append(_doubt(chain[-1], flag, dt.date.today()))
        done.update((law.id, law) for law in chain)
    return tuple(done[law.id] for law in laws), tuple(filter(None, doubtful))


def _repealer(law: Law, candidates: Sequence[Law]) -> Law | None:
    """The first law that may end this one and came after it."""
    able = [
        other
        for other in candidates
        if other.title != law.title and other.effective and other.effective >= begin(law) and _may_end(other, law)
    ]
    return min(able, key=lambda other: other.effective or dt.date.max, default=None)


def _may_end(other: Law, law: Law) -> bool:
    if other.place and other.place != law.place:
        return False
    return _rank(other.level) <= _rank(law.level)


def _rank(level: str) -> int:
    return next((rank for rank, levels in enumerate(_RANKS) if level in levels), len(_RANKS))


def _doubt(last: Law, flag: str, today: dt.date) -> str:
    """What a person should look into about the newest version held of a law; '' for nothing."""
    if flag == REPEALED_FLAG:
        if last.replaced_by:
            return ""
        return f"{last.title}：标注已废止，但库内没有废止条款或新版本，{last.valid_to} 起暂不引用，请人工核对"
    if flag not in {InForce.YES, ""}:
        return f"{last.title}：标注{flag}，但库内没有更新的版本，仍按所存文本引用，请人工核对"
    if flag and begin(last) > today:
        return f"{last.title}：标注现行有效，但 {begin(last).isoformat()} 才施行，按日期处理"
    if flag and last.valid_to is not None and last.valid_to <= today:
        return (
            f"{last.title}：标注现行有效，但 {last.valid_to.isoformat()} 起已被《{last.replaced_by}》废止，按日期处理"
        )
    return ""


def _chained(versions: Sequence[Law], changed: Mapping[tuple[str, dt.date | None], dt.date | None]) -> list[Law]:
    """Versions of one title, oldest first: each ends where the next begins.

    `changed` gives, by title and day of adoption, the day on which a held amending decision takes effect. Of a law
    that was amended the text before is often not held: it governs from its first day on, with a doubt about its words.
    """
    begun = []
    for i, law in enumerate(versions):
        first, amended = law.effective, changed.get((law.title, law.version)) or law.version
        # an amended text cannot govern before it was adopted; one dated by its adoption, not before its decision says
        if first and amended and (i or first == law.version):
            first = max(first, amended)
        text_from = max(filter(None, (first, amended)), default=None)
        begun.append(law.model_copy(update={"valid_from": first, "text_from": text_from}))
    ended = [
        old.model_copy(update={"valid_to": new.valid_from, "replaced_by": new.title})
        for old, new in itertools.pairwise(begun)
    ]
    return [*ended, begun[-1]]
