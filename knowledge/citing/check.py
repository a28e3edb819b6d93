"""Whether each citation of a text holds on a given day: the law, the article, its paragraphs, the quoted words.

The first of these that applies is the state, so that what is graver wins:

1. the law is not held: ended by a held law (REPEALED), not existing (NOT_FOUND), or of a body that is not held
   whole (OUT_OF_CORPUS);
2. the text names a version that is not held: an older one (REPEALED), or an unknown one (OUT_OF_CORPUS);
3. the law has no such article (NOT_FOUND), whatever its standing;
4. the law, or the version named, ended or was superseded (REPEALED) or has not begun (NOT_YET_IN_FORCE);
5. the article has no such paragraph or item (PARTIAL);
6. quoted words do not stand in the article (CONTENT_MISMATCH);
7. VERIFIED. Words without quotation marks are never judged.

Finding citations is the work of `knowledge.citing.references`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import Field

from knowledge.citing import _notes as notes
from knowledge.citing._extent import Extent, extents
from knowledge.citing._outline import Outline, outline
from knowledge.citing._quoting import Comparable, is_quotation, stands_in
from knowledge.citing.references import Passage, Reference, find_references
from knowledge.citing.titles import Named, Standing, TitleBook
from knowledge.regulations import Regulations
from knowledge.validity import InForce
from knowledge.vocabulary import Article, Citation, CitationState, Law
from models.record import Record

_STATES = {
    InForce.YES: CitationState.VERIFIED,
    InForce.REPEALED: CitationState.REPEALED,
    InForce.SUPERSEDED: CitationState.REPEALED,
    InForce.FUTURE: CitationState.NOT_YET_IN_FORCE,
}


class CheckedCitation(Record):
    """One citation of a text with what the check of it found."""

    law: str = Field(description="full title when held, else as written without 《》 and blanks")
    article: str = Field(description="'278', '133-1', '' where only the law is named")
    state: CitationState
    start: int = Field(ge=0, description="code points from the beginning of the input")
    end: int = Field(ge=0)
    text: str = Field(description="input[start:end]")
    paragraph: int | None = Field(default=None, description="款")
    item: int | None = Field(default=None, description="项")
    article_text: str = Field(default="", description="text of the article found")
    note: str = Field(default="", description="one short Chinese sentence for people; '' when there is nothing to say")
    replaced_by: str = Field(default="", description="full title of what took its place")


@dataclass(frozen=True, slots=True)
class _Finding:
    """What is known of a reference; grows from law to article to words."""

    state: CitationState
    note: str = ""
    replaced_by: str = ""
    article: Article | None = None


@dataclass(frozen=True, slots=True)
class _Version:
    """The version that a reference is held against, or why there is none."""

    law: Law | None
    problem: _Finding | None = None


class CitationChecker:
    """Checks texts against one set of statutes; titles and compared articles are prepared once."""

    def __init__(self, regulations: Regulations) -> None:
        self._regulations = regulations
        self._book = TitleBook(regulations)
        self._comparable: dict[str, str] = {}
        self._outlines: dict[str, Outline] = {}

    def check(self, text: str, day: dt.date) -> tuple[CheckedCitation, ...]:
        """Find and judge every citation.

        Args:
            text: Anything; a text without citations gives an empty result.
            day: Day on which the law is asked for, usually the day the matter was received.

        Returns:
            In order of appearance; of a range one entry an article.
        """
        words = _Words(text)
        return tuple(self._checked(text, reference, words, day) for reference in find_references(text, self._book))

    def cite(self, title: str, number: str, day: dt.date) -> Citation:
        """Judge one article whose law and number are known.

        Args:
            title: Full or short title, with or without 《》; never matched by part of it.
            number: `'278'` or `'133-1'`.
            day: Day the matter was received.

        Returns:
            The citation under its full title, with the article's text when it was found.
        """
        named = self._book.named(title)
        if named.standing is not Standing.HELD:
            return Citation(law=named.title, article=number, state=self._not_held(named, day).state)
        version = self._version(named, day)
        if version.law is None:
            return Citation(law=named.title, article=number, state=CitationState.OUT_OF_CORPUS)
        article = self._regulations.article_of(version.law, number)
        if article is None:
            return Citation(law=named.title, article=number, state=self._no_article(version.law, number).state)
        state = self._standing(version.law, day, article).state
        return Citation(law=named.title, article=number, state=state, text=article.text)

    def _checked(self, text: str, reference: Reference, words: _Words, day: dt.date) -> CheckedCitation:
        found = self._judge(reference, words, day)
        provision, place = reference.provision, reference.place
        note = found.note
        if provision and provision.cut:
            note = "；".join(filter(None, (note, notes.CUT)))
        return CheckedCitation(
            law=reference.law.title,
            article=provision.article if provision else "",
            state=found.state,
            start=place.start,
            end=place.end,
            text=text[place.start : place.end],
            paragraph=provision.paragraph if provision else None,
            item=provision.item if provision else None,
            article_text=found.article.text if found.article else "",
            note=note,
            replaced_by=found.replaced_by,
        )

    def _judge(self, reference: Reference, words: _Words, day: dt.date) -> _Finding:
        if reference.law.standing is not Standing.HELD:
            return self._not_held(reference.law, day)
        version = self._version(reference.law, day)
        if version.law is None or version.problem is not None:
            return version.problem or _Finding(CitationState.OUT_OF_CORPUS)
        law = version.law
        article = None
        if reference.provision is not None:
            article = self._regulations.article_of(law, reference.provision.article)
            if article is None:
                return self._no_article(law, reference.provision.article)
        standing = self._standing(law, day, article)
        if standing.state is not CitationState.VERIFIED or article is None or reference.provision is None:
            return standing
        return self._part(reference, article, standing) or self._words(reference, law, words, standing) or standing

    def _not_held(self, named: Named, day: dt.date) -> _Finding:
        if named.standing is Standing.ABSENT:
            return _Finding(CitationState.NOT_FOUND, notes.no_law(named.title))
        if named.standing is Standing.VAGUE:
            return _Finding(CitationState.OUT_OF_CORPUS, notes.VAGUE)
        end = self._regulations.ended(named.clause) if named.clause else None
        if end is None:
            return _Finding(CitationState.OUT_OF_CORPUS, notes.OUTSIDE)
        if end > day:
            return _Finding(CitationState.OUT_OF_CORPUS, notes.not_held_yet_alive(end))
        repealer = self._regulations.law[self._regulations.repeal_clauses[named.clause]].title
        return _Finding(CitationState.REPEALED, notes.replaced(end, repealer), repealer)

    def _version(self, named: Named, day: dt.date) -> _Version:
        versions = self._regulations.versions[named.title]
        current = self._regulations.version_on(named.title, day) or versions[0]
        if named.year is None:
            return _Version(current)
        for dates in ([law.version for law in versions], [law.valid_from for law in versions]):
            for law, date in zip(versions, dates, strict=True):
                if date is not None and date.year == named.year:
                    return _Version(law)
        return _Version(None, _version_not_held(named, current, day))

    def _no_article(self, law: Law, number: str) -> _Finding:
        extent = self._extents.get(law.id)
        if extent is None:
            return _Finding(CitationState.OUT_OF_CORPUS, notes.NO_ARTICLES)
        if extent.lacks(number):
            return _Finding(CitationState.OUT_OF_CORPUS, notes.LOST)
        return _Finding(CitationState.NOT_FOUND, notes.no_article(law, number, extent.last))

    @cached_property
    def _extents(self) -> dict[str, Extent]:
        """How far the held text of each law goes, by its id."""
        return extents(self._regulations)

    def _standing(self, law: Law, day: dt.date, article: Article | None) -> _Finding:
        status = self._regulations.status(law, day)
        return _Finding(_STATES[status], notes.standing(law, status, day), _successor(law, status), article)

    def _part(self, reference: Reference, article: Article, standing: _Finding) -> _Finding | None:
        provision = reference.provision
        if provision is None or (provision.paragraph is None and provision.item is None):
            return None
        if article.id not in self._outlines:
            self._outlines[article.id] = outline(article.text)
        parts = self._outlines[article.id]
        if provision.paragraph is not None and not parts.has_paragraph(provision.paragraph):
            note = notes.no_paragraph(article.number, provision.paragraph, len(parts.paragraphs))
        elif provision.item is not None and not parts.has_item(provision.item, provision.paragraph):
            note = notes.no_item(article.number, provision.paragraph, provision.item)
        else:
            return None
        return _Finding(CitationState.PARTIAL, note, standing.replaced_by, article)

    def _words(self, reference: Reference, law: Law, words: _Words, standing: _Finding) -> _Finding | None:
        quoted = [words.between(quotation) for quotation in reference.quotations]
        judged = [part for part in quoted if is_quotation(part)]
        if not judged or standing.article is None:
            return None
        held = self._texts(law, reference.beside)
        if all(stands_in(part, held) for part in judged):
            return None
        note = notes.mismatch(reference.beside, standing.note)
        return _Finding(CitationState.CONTENT_MISMATCH, note, standing.replaced_by, standing.article)

    def _texts(self, law: Law, numbers: Sequence[str]) -> list[str]:
        found = (self._regulations.article_of(law, number) for number in numbers)
        return [self._plain(article) for article in found if article is not None]

    def _plain(self, article: Article) -> str:
        if article.id not in self._comparable:
            self._comparable[article.id] = Comparable(article.text).text
        return self._comparable[article.id]


class _Words:
    """The words of a text in comparable form, worked out when first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _comparable(self) -> Comparable:
        return Comparable(self._text)

    def between(self, passage: Passage) -> str:
        """What counts of a passage."""
        return self._comparable.between(passage.start, passage.end)


def check_text(text: str, regulations: Regulations, day: dt.date) -> tuple[CheckedCitation, ...]:
    """Find and judge every citation of one text; for many texts keep a `CitationChecker`.

    Args:
        text: Anything; a text without citations gives an empty result.
        regulations: The statutes held.
        day: Day on which the law is asked for.

    Returns:
        In order of appearance; of a range one entry an article.
    """
    return CitationChecker(regulations).check(text, day)


def _version_not_held(named: Named, current: Law, day: dt.date) -> _Finding:
    """A year that no held version has: the text of the day took its place, unless that text is younger than the day."""
    year, adopted = named.year or 0, current.version or current.valid_from
    if adopted is None or year > adopted.year or (current.text_from or adopted) > day:
        return _Finding(CitationState.OUT_OF_CORPUS, notes.version_unknown(year))
    return _Finding(CitationState.REPEALED, notes.version_old(year, current), current.title)


def _successor(law: Law, status: InForce) -> str:
    return law.replaced_by if status in {InForce.REPEALED, InForce.SUPERSEDED} else ""
