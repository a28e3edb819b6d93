r"""What may stand around a title or an article number: patterns only, each bounded, none with memory.

Folded text throughout (`knowledge.citing._marks`): blanks are " ", line ends "\n", brackets （）《》〈〉.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.citing._bare import CITING_WORD
from knowledge.citing._provisions import STRAY
from knowledge.citing.titles import ENDING
from knowledge.numerals import NUMERAL

_NUMBER = rf"(?:{NUMERAL}{{1,9}}|[0-9]{{1,5}})"
_PART = r"(?:（[一二三四五六七八九十]{1,3}）)?"  # …的解释（一）

# 该法第六条, 本条例第六条; not the tail of 基本法, 日本法, 合同法.
_PRONOUN = (
    r"(?:该|(?<![基日根])本|(?<!合)同|(?<![因由])此|上述|前述)(?:法律|法典|法|条例|办法|规定|细则|规则|解释|决定)"
)
ANCHOR = re.compile(
    rf"(?P<line>\n)|(?P<stop>[。！？])|(?P<title>[《〈])|(?P<pronoun>{_PRONOUN})|(?P<ending>{ENDING})|(?P<article>第)"
)

# Between a title and its article: 《X》（2018年修正）第三章准入条件第十七条, 《X》国务院令第379号第二十条.
_BETWEEN = re.compile(
    r" {1,3}\n?|\n {0,3}"
    r"|(?P<note>（(?! ?第)[^（）\n]{1,90}）)"
    rf"|第 ?{_NUMBER} ?(?:分编|编|章|节)(?:[^第，。；：《》\n]{{0,24}}(?=第))?"
    r"|[\u4e00-\u9fff]{2,6}编(?=[ 第])"
    rf"|[^，。；：、《》第“”\n]{{0,16}}令?(?:第 ?)?{_NUMBER}号）?"
    r"|中的|里的|的|中|里|之|[：，（](?= ?第)"
    r"|(?:明确|也|还)?规定的?(?=[ 第：，])"
)
_MOST_BETWEEN = 6
_YEAR = r"((?:19|20)\d\d)"
_YEAR_AFTER = re.compile(rf"（[^（）\d]{{0,20}}{_YEAR}(?!\d)[^（）]{{0,60}}?(?:修|版|文本)|（{_YEAR}年?）")
_YEAR_BEFORE = re.compile(rf"{_YEAR} ?年? ?新?(?:修正|修订|修改|版)(?:后|版)?的?$")

# 《消费者权益保护法》（以下简称《消法》）
LONGEST_ALIAS = 20
_ALIAS_ENDS = r"[》〉”’」』\"（），。；：、第\n]"
_ALIAS = re.compile(
    r" ?(?:（ ?(?:[^（）《》“”，。；第\n]{0,30}[，；])?|， ?)?"
    r"(?:(?:以下|下文|下|本文|后文)(?:均|统|合|并)?(?:简)?称|简称)(?:为|作)?[ ：]{0,2}[《〈“‘「『\"]?"
    rf"(?P<alias>[^《》〈〉“”‘’「」『』\"（），。；：、第\n]{{1,{LONGEST_ALIAS}}})(?={_ALIAS_ENDS}|$)"
    r"[》〉”’」』\"]{0,2}(?:(?:[，；][^（）第\n]{0,30})?）)?"
)

# Directly after a title: these words make it the title of something else.
_OTHER_TITLE = re.compile(
    rf"的?(?:实施(?:条例|办法|细则|规定|意见|规则)|司法解释|(?:若干|配套)规定|若干问题的(?:解释|规定)|修正案|释义){_PART}"
    rf"|的?解释{_PART}(?= ?第)"
)
# 河南省实施《…法》办法 and 最高人民法院关于适用《…》…的解释（一）, written without brackets of their own.
_OUTER = (
    (
        re.compile(r"(?:[\u4e00-\u9fff]{2,10}(?:省|市|自治区|区|县))?(?:关于)?(?:贯彻)?实施$"),
        re.compile("的?(?:若干)?(?:实施)?(?:办法|细则|条例)"),
    ),
    (
        re.compile(r"(?:[\u4e00-\u9fff]{2,10}(?:院|部|局|会))?关于(?:适用|审理|执行|实施|贯彻|贯彻执行|修改|废止)$"),
        re.compile(rf"[^，。；：、《》第“”\n]{{0,30}}?(?:解释|若干规定|决定){_PART}(?=[ （第，。；、：\n]|$)"),
    ),
)

# Whether an article number without a title goes on with the last law: what must stand before it,
_LINKED = re.compile(
    r"(?:[，、；：（”’」』\"）]|和|与|及|或|并|至|到|其|中|同时|还有|按照?|依照?|据|依据|根据|违反|适用|参照|结合|符合"
    r"|而|又|且|以|在|由|对|属于|是) ?\n?$"
)
_NEW_SENTENCE = re.compile(r"[。！”」\"] ?$")
# what must not,
_OF_A_PAPER = re.compile(
    "合同|协议|协定|约定|公约|规约|章程|文件|通知|方案|意见|公告|手册|须知|说明|附件|制度|纪要|标准|规范|本项|清单|招标"
    "|文书|承诺|判决"
)
# and what must follow.
_SAYING = (
    "规定|明确|明文|指出|要求|载明|写明|写道|表述|提出|所称|所述|所指|强调|禁止|授权|设定|确立|确定|列举|处罚|处理"
)
_SAID = re.compile(
    rf" ?(?:中|里|则|也|还|就|又|均|的|之)?(?:相关|有关|明确|明文|清楚|具体|专门)?(?:{_SAYING})|：? ?[“「『]"
)
_FOLLOWS = re.compile(
    r"$|[ ，。；：、（）“”「」！？\n》]|[的之中里所对和与及或以并也还则就均亦有等至到已明作可应不]"
    rf"|关于|执行|予以|进行|办理|{_SAYING}"
)

# From an article to the words it is said to contain, and from one quotation to the next.
_QUOTING = re.compile(
    r" ?(?:（[^（）\n]{0,40}）|【[^【】\n]{0,40}】)?(?:原文|全文|条文|内容)?[中里]?"
    r"(?:也|就|已经|已|还|均|都|同时|分别|又|则)?(?:明确|明文|清楚|专门|特别|具体)?地?"
    rf"(?:(?:{_SAYING}|称|即|为|是)(?:了|为|有|如下|到|的|指出|规定)?[，：]?|：)? ?\n?"
    r"|[的之](?:相关|有关|明确)?(?:规定|内容|条文|原文)(?:为|是|如下|，?即)?：? ?\n?"
)
_QUOTING_ON = re.compile(
    rf"[，、；。]?(?:和|及|与|以及|并|并且|同时|又|还)?(?:明确)?(?:{_SAYING})?[，：]? ?\n?|[ …]{{0,6}}"
)


@dataclass(frozen=True, slots=True)
class Between:
    """What stands after a title: where it ends, and the year and the short name it gives."""

    end: int
    year: int | None
    alias: str
    alias_end: int


def read_between(text: str, position: int) -> Between:
    """Skip what may stand between a title and its article; a short name is read and skipped."""
    year: int | None = None
    alias, alias_end = "", position
    for _ in range(_MOST_BETWEEN):
        if not alias and (defined := _ALIAS.match(text, position)):
            year = year or _year_in(defined[0])
            alias, position = defined["alias"].replace(" ", ""), defined.end()
            alias_end = position
            continue
        match = _BETWEEN.match(text, position)
        if match is None:
            break
        year = year or _year_in(match["note"] or "")
        position = match.end()
    return Between(position, year, alias, alias_end)


def _year_in(note: str) -> int | None:
    match = _YEAR_AFTER.search(note)
    return int(match[1] or match[2]) if match else None


def year_before(text: str, position: int) -> int | None:
    """The year of 2018年修正的《…》."""
    match = _YEAR_BEFORE.search(text[max(0, position - 16) : position])
    return int(match[1]) if match else None


def outer_title(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where a longer title begins and ends of which the bracketed one is only a part; None when it stands alone."""
    window = CITING_WORD.split(text[max(0, start - 20) : start])[-1]
    for before, after in _OUTER:
        head = before.search(window)
        tail = after.match(text, end) if head else None
        if head and tail:
            return start - len(head[0]), tail.end()
    other = _OTHER_TITLE.match(text, end)
    return (start, other.end()) if other else None


def is_said(text: str, end: int) -> bool:
    """Whether a word such as 规定, or a quotation, follows an article number."""
    return _SAID.match(text, end) is not None


def goes_on(text: str, start: int, end: int) -> bool:
    """Whether an article number may belong to the law named before it in the sentence."""
    before = text[max(0, start - 30) : start]
    if STRAY.match(text, end) or not _FOLLOWS.match(text, end):
        return False
    return not _OF_A_PAPER.search(before) and bool(_LINKED.search(before))


def begins_sentence(text: str, start: int, end: int) -> bool:
    """Whether an article number opens a sentence that tells what it says: 。第三十七条规定……."""
    return is_said(text, end) and _NEW_SENTENCE.search(text[max(0, start - 2) : start]) is not None


def quotation_at(text: str, position: int, *, again: bool) -> int:
    """Where a quotation mark would open the words of the article that ends at `position`."""
    match = (_QUOTING_ON if again else _QUOTING).match(text, position)
    return match.end() if match else position
