"""All statutes as arrays, for search: which article belongs to which law, from when to when, and of what kind.

Made once a knowledge base; nothing is scored here. What kind an article is follows from its words alone: people
who ask need duties, rights and penalties, not purposes, principles and definitions.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.law_tables import Basis, LawMatters
from knowledge.regulations import HOME, Regulations
from knowledge.tables import Tables
from knowledge.validity import begin
from knowledge.vocabulary import Article

Ints = NDArray[np.intp]
Floats = NDArray[np.float32]
KINDS = ("rule", "penalty", "principle", "authority", "definition", "scope", "commencement", "other")
_LAST = dt.date.max.toordinal()

_COMMENCEMENT = re.compile(r"自[^。；]{2,20}起(?:施行|实施)|同时废止")
_SCOPE = re.compile(r"适用(?:本法|本条例|本办法|本规定)|(?:本法|本条例|本办法|本规定)适用|制定本|根据宪法")
_DEFINITION = re.compile(r"是指|所称|下列用语|含义")
_PENALTY = re.compile(r"罚款|拘留|吊销|没收|责令|赔偿|处分|警告|有期徒刑|滞纳金")
_PRINCIPLE = re.compile(
    r"国家(?:鼓励|支持|建立|加强|保护|采取|制定|推行|实行|坚持|发展|提倡)|原则|坚持|国务院|全国|规划"
)
_BAN = re.compile(r"不得|禁止")
_AUTHORITY = re.compile(r"主管部门|负责[^。；]{0,12}工作|监督管理工作")
_RULE = re.compile(r"不得|禁止|应当|必须|有权|可以|无效|承担")
_HEAD, _SHORT = 80, 400  # characters that tell what an article is about; a commencement article is no longer


@dataclass(frozen=True)
class Layout:
    """The statutes in array order.

    Attributes:
        articles: Rows of every article array.
        titles: Rows of every law array; versions of one title share a row.
        title_of: `(articles,)` row of the article's title.
        begin: `(articles,)` first day of force, as an ordinal.
        end: `(articles,)` first day no longer in force, as an ordinal.
        places: Whose rules each title is, '' for the nation.
        home: `(titles,)` whether the statute can govern here.
        kind: `(articles,)` index into `KINDS`.
        matter_title: `(matters,)` title row of each matters row, -1 where the law is not held.
        tie_matter: Rows of matters that name an article, one for each pair.
        tie_article: The article of the same pair.
        by_category: `(categories, titles)` share of a category's topics that name the law.
        by_level2: The same for the category's second level.
    """

    articles: tuple[Article, ...]
    titles: tuple[str, ...]
    title_of: Ints
    begin: NDArray[np.int32]
    end: NDArray[np.int32]
    places: tuple[str, ...]
    home: NDArray[np.bool_]
    kind: Ints
    matter_title: Ints
    tie_matter: Ints
    tie_article: Ints
    by_category: Floats
    by_level2: Floats

    @classmethod
    def of(
        cls,
        articles: Sequence[Article],
        regulations: Regulations,
        tables: Tables,
        bases: Sequence[Basis],
        matters: Sequence[LawMatters],
    ) -> Layout:
        """Lay out `articles` in the given order (that of the index)."""
        titles = tuple(dict.fromkeys(article.law for article in articles))
        at = {title: row for row, title in enumerate(titles)}
        laws = [regulations.law[article.law_id] for article in articles]
        place = {law.title: law.place for law in laws}
        rows: dict[tuple[str, str], list[int]] = defaultdict(list)
        for row, article in enumerate(articles):
            rows[article.law, article.number].append(row)
        full = {title: regulations.full_title(title) for title in {m.law for m in matters}}
        ties = [
            (row, article)
            for row, matter in enumerate(matters)
            for number in matter.articles
            for article in rows[full[matter.law], number]
        ]
        three, two = _by_category(tables, bases, regulations, at)
        return cls(
            articles=tuple(articles),
            titles=titles,
            title_of=np.array([at[article.law] for article in articles], np.intp),
            begin=np.array([begin(law).toordinal() for law in laws], np.int32),
            end=np.array([law.valid_to.toordinal() if law.valid_to else _LAST for law in laws], np.int32),
            places=tuple(place[title] for title in titles),
            home=np.array([place[title] in HOME for title in titles], np.bool_),
            kind=np.array([KINDS.index(kind_of(article.text)) for article in articles], np.intp),
            matter_title=np.array([at.get(full[m.law], -1) for m in matters], np.intp),
            tie_matter=np.array([tie[0] for tie in ties], np.intp),
            tie_article=np.array([tie[1] for tie in ties], np.intp),
            by_category=three,
            by_level2=two,
        )

    def in_force(self, day: dt.date) -> NDArray[np.bool_]:
        """Which articles govern on `day`, shape `(articles,)`."""
        ordinal = day.toordinal()
        return np.asarray((self.begin <= ordinal) & (ordinal < self.end))

    def titles_in_force(self, day: dt.date) -> NDArray[np.bool_]:
        """Which titles have an article that governs on `day`, shape `(titles,)`."""
        held = np.zeros(len(self.titles), np.bool_)
        held[self.title_of[self.in_force(day)]] = True
        return held


def kind_of(text: str) -> str:
    """One of `KINDS`, by the article's words."""
    head = text[:_HEAD]
    if len(text) < _SHORT and _COMMENCEMENT.search(text):
        return "commencement"
    if _SCOPE.search(head):
        return "scope"
    if _DEFINITION.search(head) and not _BAN.search(text):
        return "definition"
    if _PENALTY.search(text):
        return "penalty"
    if _BAN.search(text):
        return "rule"
    if _PRINCIPLE.search(head):
        return "principle"
    if _AUTHORITY.search(text):
        return "authority"
    return "rule" if _RULE.search(text) else "other"


def _by_category(
    tables: Tables, bases: Sequence[Basis], regulations: Regulations, at: dict[str, int]
) -> tuple[Floats, Floats]:
    """How often the topics of a category, and of its second level, name each law, as shares."""
    codes = [category.code for category in tables.categories]
    row = {code: i for i, code in enumerate(codes)}
    three = np.zeros((len(codes), len(at)), np.float32)
    named = [(duty.topic, duty.statute) for duty in tables.duties if duty.statute]
    named += [(basis.topic, basis.statute) for basis in bases]
    for topic, statute in named:
        title = at.get(regulations.full_title(statute))
        if title is not None:
            three[row[tables.duty[topic].category.code], title] += 1
    second = np.array([codes.index(next(c for c in codes if c[:4] == code[:4])) for code in codes])
    two = np.zeros_like(three)
    np.add.at(two, second, three)
    return _shares(three), _shares(two)[second]


def _shares(counts: Floats) -> Floats:
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1), np.float32)
