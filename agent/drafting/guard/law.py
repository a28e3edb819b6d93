"""Law in a draft: every citation verified as of the day, fit for the matter, and what is said of it in its words.

The state of a citation is the work of `knowledge.citing`; here it is held against the plan. Numbers and prohibitions
that a draft puts into an article's mouth must stand in the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.drafting.guard.case import Case, covered, fold, fold_signs, grams
from agent.drafting.guard.quantities import read_amounts
from agent.wording import STATE_NAMES, article_name
from knowledge.citing import CheckedCitation
from knowledge.numerals import NUMERAL, article_number
from knowledge.regulations import PREFIX
from knowledge.vocabulary import CitationState

_TITLE = r"《((?:[^《》]|《[^《》]*》)+)》"
_ARTICLE = rf"第\s*(?:{NUMERAL}+|\d+)\s*条(?:\s*之\s*(?:{NUMERAL}+|\d+))?"
_LAW_OR_ARTICLE = re.compile(rf"{_TITLE}|(?P<article>{_ARTICLE})")
_LAW_TITLE = re.compile(
    r"(?:法|法典|条例|办法|规定|细则|解释|规程|规则|标准|通知|意见|决定|公约|准则)(?:（[^（）]*）)?$"
)
_SAYS = re.compile(r"^[^。；]{0,24}?(?:规定|[，：])")
_MODAL = re.compile(
    r"(?P<bans>不得|禁止|严禁|不准|不可以?)|(?P<binds>应当|必须|应(?=[当予])|须)|(?P<allows>可以|有权|允许)"
)
_EXACT = frozenset({"money", "share", "duration", "level"})
_FOLLOWING = re.compile(r"[^，。；、：]{4,6}")  # what the article must have after the same modal
_CLAUSE = 40  # characters before them in which its modal may stand
_WORDS = 0.4  # share of pairs that words put into an article's mouth must have in common with it
_LONG_ENOUGH = 14  # characters; shorter words are no paraphrase


def citations(case: Case) -> Iterator[str]:
    """Every citation VERIFIED, and part of the plan or, in a foreign draft, about the matter."""
    if case.grounds.foreign:
        yield from _foreign(case)
    else:
        yield from _beside_the_plan(case)
    for cited in case.cited:
        if cited.state is not CitationState.VERIFIED and not _excused(cited, case):
            yield f"{article_name(cited.law, cited.article)}{STATE_NAMES[cited.state]}"


def law_words(case: Case) -> Iterator[str]:
    """What a draft says an article provides must be what it provides."""
    verified = [c for c in case.cited if c.state is CitationState.VERIFIED and c.article_text]
    for place, cited in enumerate(verified):
        following = verified[place + 1].start if place + 1 < len(verified) else len(case.text)
        said = fold(case.text[cited.end : following]).partition("。")[0]
        beside = [c for c in verified if c.end <= cited.end and cited.end - c.end < 40] or [cited]
        text = "\n".join(fold_signs(c.article_text) for c in (*beside, cited))
        yield from _misquoted(cited, said, text, case)


def _misquoted(cited: CheckedCitation, said: str, text: str, case: Case) -> Iterator[str]:
    opening = _SAYS.search(said)
    if opening is None or len(said) - opening.end() < _LONG_ENOUGH:
        return
    words = said[opening.end() :].partition("；")[0]
    name = article_name(cited.law, cited.article)
    source = grams(text)
    if covered(words, source) < _WORDS and covered(words, source | grams(case.complaint)) < 2 * _WORDS:
        yield f"所述内容与{name}不符"
    told = {q.value for q in read_amounts(text, loose=True).quantities}
    other = {q.value for q in read_amounts(case.complaint + case.record, loose=True).quantities}
    for quantity in read_amounts(words).quantities:
        if quantity.value not in told | other and quantity.kind in _EXACT:
            yield f"{name}中没有“{quantity.text}”"
    for modal in _turned(words, text):
        yield f"{name}中不是“{modal}”"


def _turned(words: str, text: str) -> Iterator[str]:
    """Modals that the article does not put before the same words: 可以明码标价 where it says 应当明码标价."""
    for modal in _MODAL.finditer(words):
        after = _FOLLOWING.match(words, modal.end())
        following = after[0] if after else ""
        places = [found.start() for found in re.finditer(re.escape(following), text)] if following else []
        forces = {_force(text, place) for place in places}
        if forces and not forces & {"", modal.lastgroup}:
            yield modal[0] + following


def _force(text: str, place: int) -> str:
    """The force of the last modal before a place in its clause; '' when there is none."""
    clause = re.split(r"[，。；：\n]", text[max(0, place - _CLAUSE) : place])[-1]
    found = list(_MODAL.finditer(clause))
    return str(found[-1].lastgroup) if found else ""


def _foreign(case: Case) -> Iterator[str]:
    checked = [(c.start, c.end) for c in case.cited]
    for found in _LAW_OR_ARTICLE.finditer(case.text):
        if found["article"] is None:
            seen = any(start <= found.start() < end for start, end in checked)
            if _LAW_TITLE.search(found[1]) and not seen and _short(found[1]) not in case.complaint + case.record:
                yield f"未经核实的依据《{found[1]}》"
        elif not checked or found.start() < checked[0][0]:
            yield f"{found['article']}没有写明法规名称"
    for cited in case.cited:
        fits = not case.grounds.laws or cited.law in case.grounds.laws or _short(cited.law) in case.complaint
        if cited.state is CitationState.VERIFIED and not fits and _short(cited.law) not in case.record:
            yield f"《{cited.law}》与此事无关"


def _beside_the_plan(case: Case) -> Iterator[str]:
    allowed = {(_short(c.law), c.article) for c in case.plan.citations}
    laws = {law for law, _ in allowed}
    law = ""
    for found in _LAW_OR_ARTICLE.finditer(case.own):
        if found["article"] is None:
            law = _short(found[1])
            if law not in laws and law not in case.record:
                yield f"未经核实的依据《{found[1]}》"
        elif not law:
            yield f"{found['article']}没有写明法规名称"
        elif law in laws and (law, article_number(found["article"])) not in allowed:
            yield f"未经核实的依据《{law}》{found['article']}"


def _excused(cited: CheckedCitation, case: Case) -> bool:
    """Quoted from the complaint, or of a body of law that is not held and named by plan or record."""
    if cited.text not in case.own:
        return True
    named = _short(cited.law) in case.record or any(_short(c.law) == _short(cited.law) for c in case.plan.citations)
    return cited.state is CitationState.OUT_OF_CORPUS and named


def _short(title: str) -> str:
    return "".join(title.split()).removeprefix(PREFIX)
