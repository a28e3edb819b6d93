"""The citizen's own words for the matter, short enough to quote in a reply.

Extractive: a contiguous stretch of one sentence, only its inner quotation marks changed to single ones. A clause
that held personal data is left out whole, so that no 【姓名】 stands in a letter.
"""

from __future__ import annotations

import re

from agent.intake import mask
from knowledge.vocabulary import Kind

_SENTENCE = re.compile(r"[^。！？!?；;\n\r]+")
_COMMA = re.compile(r"，|,(?!\d)")  # 1,200元 is one number
_CLAUSE = re.compile(r"(?:[^，,]|,(?=\d))+[，,]*|[，,]+")
_MARKS = re.compile(r"^[\s，,、：:.．~～—–-]+|[\s，,、：:~～—–。！!？?；;-]+$")
_VERB = "(?:反映|反应|投诉|举报|咨询|求助|表扬)"
_OPENINGS = re.compile(
    r"^(?:"
    r"(?:尊敬|敬爱)的[^，。：:]{1,12}[，：:]"
    r"|[^，。：:]{0,4}(?:领导|书记|市长|局长|客服|同志)们?(?:您?好|[，：:])"
    r"|(?:您|你)们?好(?=[，,：:\s]|我|$)"
    r"|(?:一|二|三|四|五|\d)[、.．]"
    rf"|(?:我|本人|我们|市民|来电人|群众|居民)(?:现在?|特|今天)?(?:想要?|要)?(?:来电|致电)?{_VERB}(?:一下|的是)?"
    rf"|{_VERB}(?:一下|的是|(?=[，,：:]))"
    r"|(?:我|我们)?(?:想|要)?(?:请问|问)一?下"
    r"|请问"
    r"|(?:我|我们)建议"
    r"|(?:另外|此外|还有|因此|所以|对此|为此|故|后来)(?=[，,])"
    r"|(?:但是?|而且|并且|可是|于是)(?=[^，。])"
    r")[，,：:、\s]*"
)
_DEMAND_LAST = re.compile(
    r"[，,]\s*(?:希望|请(?![假示客教])|恳请|望|要求|求(?:求|助)|特此|非常感谢|谢谢|感谢|盼|急)[^，,]{0,18}$"
)
_COMPOUND = re.compile(
    r"(?:投诉|举报|咨询|求助|建议|表扬)(?:电话|热线|信|渠道|平台|奖|人|箱|窗口|无门|了|过|多次|后|书|公司|机构|费)"
)
_DEMAND_FIRST = re.compile(r"希望|请|恳请|望|要求|求|能否|能不能|如果|谢|感谢")
_REPORTING = re.compile(r"^(?:反映|投诉|举报|咨询|求助)")
_SHORTEST = 4  # 路灯不亮 alone still reads well inside the quotation marks, 谢谢 does not
_TITLE_SHARE = 0.3  # of the title's bigrams that a sentence must share to be quoted in its stead
_DEMAND_COSTS = 4.0  # bigrams; 希望尽快处理 names no matter
_QUOTES = str.maketrans('“”"', "‘’'")


def restate(text: str, kind: Kind, title: str, limit: int) -> str:
    """Quote the matter.

    Args:
        text: Summary or full text; it is masked again here, which changes a masked text by nothing.
        kind: Its own word at the beginning (投诉某店…) is left out: the reply says it already.
        title: Chooses among the sentences: the one that shares most words with it goes first; where none shares
            enough, the title says the matter better and is quoted itself. '' lets the first sentence win.
        limit: Most characters.

    Returns:
        A stretch of one sentence without its end mark, ended by …… where it had to be cut inside a clause; ''
        when no sentence is fit to be quoted.
    """
    stretches = [_stretch(match[0], kind) for match in _SENTENCE.finditer(mask(text).text)]
    head = _stretch(mask(title).text, kind)
    wanted = _bigrams(head)
    best, most = (head, _TITLE_SHARE * len(wanted)) if len(head) >= _SHORTEST else ("", -_DEMAND_COSTS - 1.0)
    for stretch in stretches:
        shared = len(wanted & _bigrams(stretch)) - _DEMAND_COSTS * bool(_DEMAND_FIRST.match(stretch))
        if len(stretch) >= _SHORTEST and shared > most:
            best, most = stretch, shared
    return cut(_requoted(best), limit)


def cut(matter: str, limit: int) -> str:
    """Shorten at the last comma that fits; inside a clause, with ……, where none leaves half of `limit`."""
    if len(matter) <= limit:
        return matter
    comma = max((match.start() for match in _COMMA.finditer(matter, 0, limit + 1)), default=-1)
    return matter[:comma] if comma >= limit // 2 else matter[: limit - 2].removesuffix("…") + "……"


def _stretch(sentence: str, kind: Kind) -> str:
    """The longest run of clauses without a mask, lead-ins cut off its front and bare demands off its end."""
    runs, run = [], ""
    for clause in _CLAUSE.findall(sentence):
        if "【" in clause or "】" in clause:
            runs.append(run)
            run = ""
        else:
            run += clause
    return _trim(max((*runs, run), key=len), kind)


def _trim(text: str, kind: Kind) -> str:
    before = ""
    while text != before:
        before = text
        text = _OPENINGS.sub("", _MARKS.sub("", text))
        if not _COMPOUND.match(text):
            text = _REPORTING.sub("", text).removeprefix(kind)
        text = _DEMAND_LAST.sub("", text)
    return text


def _requoted(text: str) -> str:
    """Inner quotation marks single, since the reply sets double ones around; none where a pair was torn."""
    single = text.translate(_QUOTES)
    paired = single.count("‘") == single.count("’")
    return single if paired else single.replace("‘", "").replace("’", "")


def _bigrams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}
