"""What each corpus puts into the index: the passage to encode and the words to count.

The passage texts are the keys of the shipped vectors: changing one line here means encoding that whole
corpus again (`xiaozheng knowledge build --ship`), about 40 minutes for the articles on two cores.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.law_tables import LawMatters
from knowledge.regulations import PREFIX
from knowledge.tables import Tables
from knowledge.vocabulary import Article, PastCase

ARTICLE_CHARS = 300  # 96 % of articles are shorter; the encoder's own limit is 512 tokens
CASE_CHARS = 200
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of a corpus, ready to be indexed."""

    id: str
    passage: str
    words: str

    @property
    def digest(self) -> str:
        """Hash of both texts."""
        return hashlib.blake2b(f"{self.passage}\0{self.words}".encode(), digest_size=8).hexdigest()


def article_entries(articles: Iterable[Article]) -> list[Entry]:
    """Short title and article: the title carries the subject that an article leaves out."""
    return [
        Entry(
            article.id,
            f"{article.law.removeprefix(PREFIX)} {_SPACE.sub(' ', article.text).strip()[:ARTICLE_CHARS]}",
            f"{article.law.removeprefix(PREFIX)} {article.chapter} {article.text}",
        )
        for article in articles
    ]


def matter_entries(matters: Iterable[LawMatters]) -> list[Entry]:
    """What people bring under a law, a row each; ids are the places in the given order."""
    return [
        Entry(
            str(at),
            f"{row.law.removeprefix(PREFIX)}：{'，'.join(row.matters)}",
            f"{row.law.removeprefix(PREFIX)} {' '.join(row.matters)}",
        )
        for at, row in enumerate(matters)
    ]


def case_entries(cases: Iterable[PastCase]) -> list[Entry]:
    """Title and beginning; the title counts twice among the words."""
    return [
        Entry(
            case.id,
            _SPACE.sub(" ", f"{case.title}。{case.text}")[:CASE_CHARS],
            f"{case.title} {case.title} {case.text}",
        )
        for case in cases
    ]


def duty_entries(tables: Tables) -> list[Entry]:
    """Topic and the words people use for it."""
    return [
        Entry(
            duty.topic,
            f"{duty.topic}：{'、'.join(duty.keywords)}",
            f"{duty.topic} {' '.join(duty.keywords)} {duty.category.level3}",
        )
        for duty in tables.duties
    ]


def category_entries(tables: Tables) -> list[Entry]:
    """The three names of a category."""
    names = {c.code: f"{c.level1} {c.level2} {c.level3}" for c in tables.categories}
    return [Entry(code, name, name) for code, name in names.items()]


def department_entries(tables: Tables) -> list[Entry]:
    """Name and remit; of territorial offices the remit only, for 街道 and 社区 stand in every address."""
    return [
        Entry(
            d.id,
            f"{d.name}：{d.remit}",
            d.remit if d.kind == "属地" else f"{d.name} {' '.join(d.aliases)} {d.remit}",
        )
        for d in tables.departments
    ]
