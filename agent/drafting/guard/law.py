"""Law in a draft: every citation verified as of the day, fit for the matter, and what is said of it in its words.

The state of a citation is the work of `knowledge.citing`; here it is held against the plan. Numbers and prohibitions
that a draft puts into an article's mouth must stand in the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.drafting.guard.case import LAW_WORDS, Case, covered, fold, fold_signs, grams
from agent.drafting.guard.patterns import pattern
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
_SAYS = re.compile(r"^(?:[^。；，：]{0,16}?(?:规定|明确|要求|指出|写明)[，：]?|[^。；，：]{0,6}[，：])")
_MODAL = re.compile(
    r"(?P<bans>不得|禁止|严禁|不准|不可以?)|(?P<binds>应当|必须|应(?=[当予])|须)|(?P<allows>可以|有权|允许)"
)
_EXACT = frozenset({"money", "share", "duration", "workdays", "years", "level", "times"})
# A clause with one of these is the draft's own again.
_OWN_WORDS = re.compile(
    r"，[^，]{0,24}?(?:您|我们|将(?!其)|是否|具体|为准|该[店校园车院]|承办|如(?:查|检查|核查|经|属))"
)
_FOLLOWING = re.compile(r"[^，。；、：]{4,6}")  # what the article must have after the same modal
_CLAUSE = 40  # characters before them in which its modal may stand
_WORDS = 0.4  # share of pairs that words put into an article's mouth must have in common with it
_LEGAL = pattern(r"""
    规定|责令|改正|处理|处罚|罚款|违反|违法|应当|不得|可以|部门|单位|个人|机关|机构|人员|管理|监督|检查|依法|行为|进行|国家|工作|产品|
    主管|负责|使用|以上|以下|有关|其他|安全|消防|标准|要求|人民|政府|情况|结果|按照|依照
""")
_LEANS = re.compile(r"(?:依据|根据|依照|按照?|违反|适用)[^，。；]{0,12}$|[法例定]$")  # 第一条当晚就照办了 counts
_BEARS = re.compile(r"([\u4e00-\u9fff]{2})由([\u4e00-\u9fff]{2,6}?)(?:承担|支付|负担)")
_HEAD = 5  # characters from which on the first clauses say enough to be compared
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
        if case.text[: cited.start].endswith("违反") and not _shares(fold_signs(cited.article_text), case):
            yield f"{article_name(cited.law, cited.article)}与所述行为无关"
        beside = [c for c in verified if c.end <= cited.end and cited.end - c.end < 40] or [cited]
        text = "\n".join(fold_signs(c.article_text) for c in (*beside, cited))
        yield from _other_party(cited, case)
        yield from _misquoted(cited, said, text, case)


def _other_party(cited: CheckedCitation, case: Case) -> Iterator[str]:
    """Whom a draft makes bear what the article lays on another: 运费由经营者承担."""
    bears = {found[1]: found[2] for found in _BEARS.finditer(fold_signs(cited.article_text))}
    for found in _BEARS.finditer(case.own):
        if found[1] in bears and bears[found[1]] not in found[2] and found[2] not in bears[found[1]]:
            yield f"{article_name(cited.law, cited.article)}中不是“{found[0]}”"


def _shares(article: str, case: Case) -> bool:
    """Whether an article that is said to be broken has a word of what was done."""
    said = LAW_WORDS.sub("，", f"{case.own}，{case.complaint}，{case.record}")
    return bool(grams(_LEGAL.sub("，", article)) & grams(_LEGAL.sub("，", said)))


def _misquoted(cited: CheckedCitation, said: str, text: str, case: Case) -> Iterator[str]:
    opening = _SAYS.search(said)
    if opening is None or len(said) - opening.end() < _LONG_ENOUGH:
        return
    words = _OWN_WORDS.split(f"，{said[opening.end() :]}".partition("；")[0])[0].removeprefix("，")
    if len(words) < _LONG_ENOUGH:
        return
    name = article_name(cited.law, cited.article)
    if not _paraphrased(words, grams(text), grams(case.complaint)):
        yield f"所述内容与{name}不符"
    told = {q.value for q in read_amounts(text, loose=True).quantities}
    other = {q.value for q in read_amounts(case.complaint + case.record, loose=True).quantities}
    for quantity in read_amounts(words).quantities:
        if quantity.value not in told | other and quantity.kind in _EXACT:
            yield f"{name}中没有“{quantity.text}”"
    for modal in _turned(words, text):
        yield f"{name}中不是“{modal}”"


def _paraphrased(words: str, law: frozenset[str], complaint: frozenset[str]) -> bool:
    """Whether words are near an article's; the first clauses will do where what follows may be the draft's own."""
    clauses = words.split("，")
    heads = ("，".join(clauses[:count]) for count in range(1, len(clauses) + 1))
    near = (covered(head, law) >= _WORDS for head in heads if len(head) >= _HEAD or head == words)
    return any(near) or covered(words, law | complaint) >= 2 * _WORDS


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
        elif (not checked or found.start() < checked[0][0]) and _LEANS.search(case.text[: found.start()]):
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
