"""How far the held text of a law goes: a number that the source itself lost proves nothing about a citation."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from knowledge.numerals import article_label
from knowledge.regulations import Regulations
from knowledge.vocabulary import Article

# The last article of a whole statute says when it begins, or what else to do with it.
_NAMED = 5
_CLOSING = re.compile(r"施行|实施|生效|废止|解释|制定")


@dataclass(frozen=True, slots=True)
class Extent:
    """The article numbers of one version of a law.

    Attributes:
        last: Number of its last article.
        highest: Its highest whole number.
        gaps: Whole numbers below the highest that it does not have.
        cut: Whether an imported text breaks off before its closing article.
    """

    last: str
    highest: int
    gaps: frozenset[int]
    cut: bool

    def lacks(self, number: str) -> bool:
        """Whether an article of this number may have been lost by the source."""
        whole = int(number.partition("-")[0])
        return whole in self.gaps or (self.cut and whole > self.highest)


def extents(regulations: Regulations) -> dict[str, Extent]:
    """The extent of every version, by the law's id."""
    by_law: dict[str, list[Article]] = defaultdict(list)
    for article in regulations.articles:
        by_law[article.law_id].append(article)
    return {law_id: _extent(articles, bool(regulations.law[law_id].source)) for law_id, articles in by_law.items()}


def _extent(articles: list[Article], imported: bool) -> Extent:
    whole = {int(article.number.partition("-")[0]) for article in articles}
    highest = max(whole)
    first = min(whole)
    gaps = frozenset(range(first, highest)) - whole
    return Extent(articles[-1].number, highest, gaps, imported and not _CLOSING.search(articles[-1].text))


def lost_articles(regulations: Regulations) -> tuple[str, ...]:
    """One Chinese sentence for each version whose source lost articles or breaks off."""
    found = []
    for law_id, extent in extents(regulations).items():
        law = regulations.law[law_id]
        gaps = "、".join(article_label(str(number)) for number in sorted(extent.gaps)[:_NAMED])
        if gaps:
            found.append(
                f"{law.title}：数据源缺少{gaps}{'等' if len(extent.gaps) > _NAMED else ''}，引用这些条时不作结论"
            )
        if extent.cut:
            found.append(f"{law.title}：所导入文本止于{article_label(extent.last)}，似不完整")
    return tuple(found)
