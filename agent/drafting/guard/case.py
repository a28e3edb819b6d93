"""One draft on trial: its text folded for matching, its own words apart from quoted ones, and what it may lean on.

No check here. Folding keeps every letter and digit readable one way (full width, traditional, hidden characters),
so that no check can be passed by by another spelling.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pydantic import Field

from agent.drafting.guard.names import Place, without_districts
from agent.drafting.guard.quantities import Amounts, read_amounts
from agent.drafting.plan import Plan
from agent.intake import simplify
from knowledge.citing import CheckedCitation
from knowledge.numerals import NUMERAL
from knowledge.vocabulary import CitationState
from models.record import Record

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()}
_SIGNS = str.maketrans(_WIDE | {ord("％"): "%", ord("．"): ".", ord("－"): "-", 0x3000: " ", ord("＂"): '"'})
_ASCII_SIGN = re.compile(r"(?<!\d)[,:](?!\d)|(?<=\d)[,:](?!\d)|(?<!\d)[,:](?=\d)|[;!?()]")
_WIDE_SIGN = dict(zip(",:;!?()", "，：；！？（）", strict=True))

# Joiners, directions and half characters: nobody sees them, and they split words.
_HIDDEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)

QUOTE = re.compile(r"“([^“”]*)”|‘([^‘’]*)’|「([^「」]*)」|『([^『』]*)』|\"([^\"]*)\"")
# What the citizen said of the day, and how many days before or years after the day of receipt it was.
_DAYS_AGO = {"昨天": 1, "昨日": 1, "昨晚": 1, "前天": 2, "前晚": 2, "大前天": 3}
_YEARS_ON = {"今年": 0, "去年": -1, "前年": -2, "明年": 1}
_TITLE = r"《(?:[^《》]|《[^《》]*》)+》"
_ARTICLE = rf"第\s*(?:{NUMERAL}+|\d+)\s*[条款项](?:\s*之\s*(?:{NUMERAL}+|\d+))?(?:第（?(?:{NUMERAL}+|\d+)）?[款项])*"
LAW_WORDS = re.compile(rf"{_TITLE}|{_ARTICLE}")
_ORDINAL = re.compile(rf"(?:^|(?<=[。；：\n ]))[（]?(?:\d{{1,2}}|{NUMERAL}{{1,2}})(?:[）.．、]|(?=[）]))", re.MULTILINE)
BLANK = re.compile(r"【承办单位填写：[^【】：\s]{2,20}】")
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?[”’」』）]*")
_CLAUSE = re.compile(r"[^，：—]+")
_MARKS = re.compile(r"[“”‘’\"'「」『』\s]")
_RUN = re.compile(r"[\u3400-\u9fffA-Za-z0-9]+")


class Grounds(Record):
    """What a draft may lean on beside its plan; empty for the product's own drafts from the plan alone."""

    foreign: bool = Field(default=False, description="written elsewhere: other words and departments are no fault")
    names: tuple[str, ...] = Field(default=(), description="departments and units that may be named, aliases too")
    laws: frozenset[str] = Field(default=frozenset(), description="full titles that govern matters like this one")
    places: tuple[Place, ...] = Field(default=(), description="the city's districts, to know one by")
    misfits: tuple[str, ...] = Field(default=(), description="departments without any duty in matters like this one")
    private: tuple[str, ...] = Field(default=(), description="personal data of the unmasked complaint")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch between commas; `at` and `sentence` are places in the case's `own` and `sentences`."""

    text: str
    sentence: int


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a check reads.

    Attributes:
        text: The draft as given.
        folded: The draft folded, quotations and blanks included.
        own: `folded` without blanks and without what it quotes from complaint or record.
        sentences: The sentences of `own`.
        clauses: The clauses of `sentences`.
        plan: What the draft may say.
        grounds: What else it may lean on.
        complaint: The complaint, folded.
        record: The record of handling, folded; '' when there is none.
        names: Offices and the place that plan and grounds name.
        articles: Texts of the articles of plan and verified citations, folded.
        known: Complaint, plan, record, departments and the articles cited, folded.
        known_names: The same with every district marked, as `names` compares it.
        said: Numbers, dates and times of `own`.
        told: Those of the complaint, the plan, the record and the articles.
        cited: Citations of law in the draft with what the checker found.
    """

    text: str
    folded: str
    own: str
    sentences: tuple[str, ...]
    clauses: tuple[Clause, ...]
    plan: Plan
    grounds: Grounds
    complaint: str
    record: str
    names: tuple[str, ...]
    articles: tuple[str, ...]
    known: str
    known_names: str
    said: Amounts
    told: Amounts
    cited: tuple[CheckedCitation, ...]


def open_case(text: str, plan: Plan, complaint: str, cited: Sequence[CheckedCitation], grounds: Grounds) -> Case:
    """Fold and cut everything once."""
    folded, told, record = fold(text), fold(complaint), fold(plan.record)
    matters = (plan.matter, *(issue.matter for issue in plan.issues))
    sources = [_bare(source) for source in (told, record, *map(fold, matters))]
    own = QUOTE.sub(lambda quote: _own_quote(quote, sources), BLANK.sub("", folded))
    sentences = tuple(sentence.strip() for sentence in _SENTENCE.findall(own) if sentence.strip())
    clauses = tuple(Clause(part, i) for i, sentence in enumerate(sentences) for part in clauses_of(sentence))
    verified = [c.article_text for c in cited if c.state is CitationState.VERIFIED]
    articles = tuple(fold_signs(text) for text in (*(c.text for c in plan.citations), *verified) if text)
    facts = "\n".join((told, record, fold("\n".join((*matters, *_plan_words(plan)))), *articles))
    departments = _departments(grounds.names, grounds.places)
    return Case(
        text=text,
        folded=folded,
        own=own,
        sentences=sentences,
        clauses=clauses,
        plan=plan,
        grounds=grounds,
        complaint=told,
        record=record,
        names=(*_plan_names(plan), *grounds.names),
        articles=articles,
        known=f"{facts}\n{departments.text}",
        known_names=f"{without_districts(facts, grounds.places)}\n{departments.marked}",
        said=read_amounts(_ORDINAL.sub(" ", LAW_WORDS.sub(" ", own))),
        told=read_amounts("\n".join((facts, *_plan_numbers(plan, told))), loose=True),
        cited=tuple(cited),
    )


@lru_cache(maxsize=256)
def fold(text: str) -> str:
    """One spelling of everything: half-width letters and digits, full-width signs, simplified characters."""
    return fold_signs(simplify(text))


def fold_signs(text: str) -> str:
    """The same for a text that is known to be simplified, such as a statute's."""
    return _ASCII_SIGN.sub(lambda sign: _WIDE_SIGN[sign[0]], _HIDDEN.sub("", text.translate(_SIGNS)))


def clauses_of(sentence: str) -> Iterator[str]:
    """The stretches between commas and colons."""
    return (part.strip() for part in _CLAUSE.findall(sentence) if part.strip(" 。；！？”"))


def sentences_of(text: str) -> list[str]:
    """Sentences with their end marks."""
    return [sentence.strip() for sentence in _SENTENCE.findall(text) if sentence.strip()]


def grams(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters, signs and blanks left out."""
    return frozenset(run[i : i + 2] for run in _RUN.findall(text) for i in range(len(run) - 1))


def covered(text: str, source: frozenset[str]) -> float:
    """Share of a text's pairs that a source has, in [0, 1]; 1 for a text without any."""
    pairs = grams(text)
    return len(pairs & source) / len(pairs) if pairs else 1.0


@dataclass(frozen=True, slots=True)
class _Departments:
    text: str
    marked: str


@lru_cache(maxsize=8)
def _departments(names: tuple[str, ...], places: tuple[Place, ...]) -> _Departments:
    """The same for every draft of a city, so folded once."""
    text = fold("\n".join(names))
    return _Departments(text, without_districts(text, places))


def _own_quote(quote: re.Match[str], sources: Sequence[str]) -> str:
    words = _bare(next(group for group in quote.groups() if group is not None)).removesuffix("……")
    return "“”" if any(words in source for source in sources) else quote[0]


def _bare(text: str) -> str:
    """Without quotation marks, which a draft may change, and without white space."""
    return _MARKS.sub("", text)


def _plan_numbers(plan: Plan, told: str) -> Iterator[str]:
    yield fold(plan.due_text)
    if plan.day is not None:
        yield _written(plan.day)
        yield from (_written(plan.day - dt.timedelta(days=days)) for word, days in _DAYS_AGO.items() if word in told)
        yield from (f"{plan.day.year + years}年" for word, years in _YEARS_ON.items() if word in told)
    if plan.deadline is not None and plan.deadline.workdays is not None:
        yield f"{plan.deadline.workdays}个工作日"
    if plan.issues:
        yield f"{len(plan.issues)}项"


def _written(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _plan_names(plan: Plan) -> Iterator[str]:
    for lead in (plan.lead, *(issue.lead for issue in plan.issues)):
        if lead is not None:
            yield from (lead.unit, lead.name)
    yield from (name for name in (*plan.assists, plan.place) if name)


def _plan_words(plan: Plan) -> Iterator[str]:
    yield from (*_plan_names(plan), plan.outside_city, plan.authority, *plan.advice)
    yield from (demand.text for demand in plan.demands)
