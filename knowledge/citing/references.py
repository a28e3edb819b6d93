"""Every reference to law in a text: which law, which article, where, and the words said to stand there.

One pass over folded text; the state is what was named last. Whether a reference is right is judged in
`knowledge.citing.check`. Articles of contracts and of documents that are no statute (通知, 合同) are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.citing import _bare as bare
from knowledge.citing import _surroundings as near
from knowledge.citing._marks import CLOSING, fold, quote_pairs, title_pairs
from knowledge.citing._provisions import Provision, names_article, read_provisions
from knowledge.citing.titles import Named, Standing, TitleBook, ending_of, plain

_UNNAMED = {Standing.DOCUMENT, Standing.VAGUE}
_MOST_QUOTATIONS = 8
# Articles listed between the ends of ranges, in one text: a page of 第一条至第二百条 must not give a million.
MOST_WITHIN = 2000
_LAW = re.compile("法典?")


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the text, `start` to `end` (exclusive)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reference:
    """One law or one provision of it, as named.

    Attributes:
        law: The law meant.
        place: The words that name it.
        provision: What of it; None for the law alone.
        quotations: Words in quotation marks that are said to stand there.
        beside: All articles of the chain (第八十五条、第九十九条) that the quotations may be from.
    """

    law: Named
    place: Passage
    provision: Provision | None = None
    quotations: tuple[Passage, ...] = ()
    beside: tuple[str, ...] = ()


def find_references(text: str, book: TitleBook) -> list[Reference]:
    """All references in order of appearance; time linear in the length of the text."""
    return _Reader(text, book).read()


class _Reader:
    """Walks over a text once; remembers laws by kind, in the paragraph and in the whole text."""

    def __init__(self, text: str, book: TitleBook) -> None:
        self._raw = text
        self._text = fold(text)
        self._book = book
        self._titles = title_pairs(self._text)
        self._quotes = quote_pairs(self._text)
        self._found: list[Reference] = []
        self._aliases: dict[str, Named] = {}
        self._by_kind: dict[str, Named] = {}
        self._in_paragraph: dict[str, Named] = {}
        self._latest: Named | None = None
        self._same_sentence = self._has_article = False  # as for the latest law
        self._quoted_to = self._within = 0

    def read(self) -> list[Reference]:
        steps = {
            "line": self._line,
            "stop": self._stop,
            "title": self._title,
            "pronoun": self._pronoun,
            "ending": self._bare_title,
            "article": self._article,
        }
        position = 0
        while match := near.ANCHOR.search(self._text, position):
            position = max(match.start() + 1, steps[match.lastgroup or ""](match))
        return self._found

    def _line(self, match: re.Match[str]) -> int:
        if match.start() >= self._quoted_to:  # a quoted article has lines of its own
            self._latest = None
            self._in_paragraph = {}
        return match.end()

    def _stop(self, match: re.Match[str]) -> int:
        if match.start() >= self._quoted_to:
            self._same_sentence = False
        return match.end()

    def _title(self, match: re.Match[str]) -> int:
        start = match.start()
        end = self._titles.get(start)
        if end is None:
            return start + 1
        law = self._law(self._raw[start + 1 : end - 1])
        if law.standing is Standing.DOCUMENT:
            if match[0] == "〈" or self._holds_article(start, end):
                return start + 1
        elif outer := near.outer_title(self._text, start, end):
            start, end = outer
            law = self._book.named(self._raw[start:end])
        return self._name(law, start, end, alone=True)

    def _holds_article(self, start: int, end: int) -> bool:
        """《民法典第1254条》: the title ends inside its brackets."""
        at = self._text.find("第", start, end)
        provisions = read_provisions(self._text, at) if at > 0 else []
        return bool(provisions) and provisions[-1].end == end - 1 and ending_of(self._text[start + 1 : at]) != ""

    def _law(self, written: str) -> Named:
        """What a title means here: a short name that the text gave, a known title, or the last of its kind."""
        key = plain(written)
        if key in self._aliases:
            return self._aliases[key]
        law = self._book.named(written)
        if law.standing is Standing.VAGUE:
            return self._by_kind.get(law.ending, law)
        return law

    def _name(self, law: Named, start: int, end: int, *, alone: bool) -> int:
        """Take in a law at its place with the articles that follow, or `alone`; returns where to go on."""
        between = near.read_between(self._text, end)
        law = replace(law, year=law.year or between.year or near.year_before(self._text, start))
        self._remember(law)
        if between.alias:
            self._aliases[plain(between.alias)] = law
        provisions = read_provisions(self._text, between.end, unsigned=between.end == end)
        if provisions:
            return self._add(law, provisions, start)
        if alone and law.standing not in _UNNAMED:
            self._found.append(Reference(law, Passage(start, end)))
        return max(end, between.alias_end)

    def _remember(self, law: Named) -> None:
        self._latest, self._same_sentence, self._has_article = law, True, False
        if law.standing not in _UNNAMED:
            self._by_kind[law.ending] = self._in_paragraph[law.ending] = law

    def _pronoun(self, match: re.Match[str]) -> int:
        between = near.read_between(self._text, match.end())
        provisions = read_provisions(self._text, between.end)
        kind = re.sub("^[该本同此上述前]+", "", match[0]).replace("法律", "法").removesuffix("典")
        law = self._in_paragraph.get(kind)
        if not provisions or law is None:
            return max([match.end(), *(provision.end for provision in provisions)])
        self._remember(law)
        return self._add(law, provisions, match.start())

    def _bare_title(self, match: re.Match[str]) -> int:
        """A title without brackets; it counts only where an article or a short name follows."""
        end = match.end()
        closed = self._text[end : end + 1] in CLOSING.values()  # “大气污染防治法”第八十一条
        between = near.read_between(self._text, end + closed)
        if not between.alias and not names_article(self._text, between.end, unsigned=True):
            return end
        known = self._bare_law(end)
        if known is None or (closed and self._quotes.get(known[0] - 1) != end):
            return end
        start, law = known
        return self._name(law, start - closed, end + closed, alone=False)

    def _bare_law(self, end: int) -> tuple[int, Named] | None:
        known = self._alias_before(end) or self._book.longest_before(self._text, end)
        if known is not None and bare.stands_alone(self._text, known[0], end):
            return known
        rules = bare.its_rules(self._text, end)
        if rules is not None and self._latest is not None and self._latest.ending == "法":
            return rules.start(), self._book.named(self._latest.title + rules["rules"])
        start = bare.unheld_title(self._text, end)
        if start is not None:
            start = self._after_chatter(start, end)
            return start, self._law(self._raw[start:end])
        return self._kind_alone(end)

    def _alias_before(self, end: int) -> tuple[int, Named] | None:
        """The longest short name given by the text that stands before `end`."""
        for start in range(max(0, end - near.LONGEST_ALIAS), end - 1) if self._aliases else ():
            law = self._aliases.get(self._text[start:end])
            if law is not None and bare.stands_alone(self._text, start, end):
                return start, law
        return None

    def _kind_alone(self, end: int) -> tuple[int, Named] | None:
        """条例 for the regulation last named in the paragraph; 法 alone is too common a word."""
        for kind, law in self._in_paragraph.items():
            start = end - len(kind)
            if kind != "法" and self._text.startswith(kind, start) and bare.stands_alone(self._text, start, end):
                return start, law
        return None

    def _after_chatter(self, start: int, end: int) -> int:
        """Where 我认为道路交通安全法实施条例 really begins: at the law in it, unless a place stands before that."""
        for match in _LAW.finditer(self._text, start, end - 1):
            inner = self._book.longest_before(self._text, match.end())
            if inner is not None and start < inner[0]:
                return inner[0] if bare.stands_alone(self._text, inner[0], match.end()) else start
        return start

    def _article(self, match: re.Match[str]) -> int:
        """An article number without a title before it: of the last law, or nobody's."""
        provisions = read_provisions(self._text, match.start())
        if not provisions:
            return match.end()
        start, end = match.start(), max(provision.end for provision in provisions)
        if self._latest is None or not self._continues(start, end):
            return end
        return self._add(self._latest, provisions, start)

    def _continues(self, start: int, end: int) -> bool:
        if self._same_sentence and near.goes_on(self._text, start, end):
            return self._has_article or near.is_said(self._text, end)
        return self._has_article and near.begins_sentence(self._text, start, end)

    def _add(self, law: Named, provisions: Sequence[Provision], start: int) -> int:
        first, end = provisions[0].start, max(provision.end for provision in provisions)
        self._has_article = self._same_sentence = True
        if law.standing is Standing.DOCUMENT:
            return end
        listed = self._listed(provisions)
        quotations = self._quotations(end)
        for provision in listed:
            place = Passage(start if provision.start == first else provision.start, provision.end)
            self._found.append(Reference(law, place, provision))
        articles = tuple(dict.fromkeys(provision.article for provision in listed))
        self._found[-1] = replace(self._found[-1], quotations=quotations, beside=articles)
        return end

    def _listed(self, provisions: Sequence[Provision]) -> list[Provision]:
        """The provisions, those within ranges only as long as the text has not named too many."""
        self._within += sum(provision.within for provision in provisions)
        if self._within <= MOST_WITHIN:
            return list(provisions)
        named = [provision for provision in provisions if not provision.within]
        return [*named[:-1], replace(named[-1], cut=True)] if len(named) < len(provisions) else named

    def _quotations(self, position: int) -> tuple[Passage, ...]:
        found: list[Passage] = []
        while len(found) < _MOST_QUOTATIONS:
            position = near.quotation_at(self._text, position, again=bool(found))
            closing = self._quotes.get(position)
            if closing is None or self._text[position] == "【":  # 【…】 heads an article
                break
            found.append(Passage(position + 1, closing))
            self._quoted_to = max(self._quoted_to, closing + 1)
            position = closing + 1
        return tuple(found)
