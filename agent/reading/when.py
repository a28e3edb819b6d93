"""When the matter happened, in the text's own words or as an ISO date.

Finds every time phrase, scores it (a moment beats a span beats "最近"; what happened beats what a law,
a contract or a demand dates), and gives the best. Not a deadline reader, and a missing year stays missing.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from agent.reading._moment import CLOCK, NUM, TAIL, resolve

_MAX_CHARS = 4000
_NEAR = 12  # characters around a phrase that say what it dates

_Y = r"(?P<y>(?:19|20)\d{2}|[一二][九零〇○][一二三四五六七八九零〇○]{2})"
_MD = rf"(?P<m>{NUM})月(?:份|(?P<d>{NUM})[日号])?"
_PART = r"(?:年?[初中底末]|[上下]半年|[春夏秋冬][天季])"
_DATE = (
    r"(?:(?:(?:19|20)\d{2}|\d{2})年|[今去前]年|上个?月|昨天|前天)"
    rf"(?:{NUM}月份?(?:{NUM}[日号])?|{_PART})?"
)
_MONTH_DATE = rf"(?:{_DATE}|{NUM}月份?(?:{NUM}[日号])?|(?:19|20)\d{{2}}[.\-/]\d{{1,2}}(?:[.\-/]\d{{1,2}})?)"
_MANY = r"(?:\d{1,3}|[一二两三四五六七八九十几数多半]{1,3})"
_SPAN = rf"{_MANY}[多余来]?(?:个(?:半|多)?)?(?:年(?!级|代|龄|度|初|底|检)|月(?!\d|份|底|初)|星期|周|天|小时)[多余半]?"
_UNTIL = r"(?:以来|至今|到现在|到今天|到目前|起(?!诉)|开始|之后一直)"
_EVERY = (
    r"(?:几乎)?(?:每天|每日|每晚|每夜|每周[一二三四五六日末]?|每个?周末|天天|夜夜"
    r"|每逢[^，。；！？]{1,6}|每到[^，。；！？]{1,6})"
)


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to name a time; `score` orders forms, `moment` marks those that can become ISO."""

    pattern: re.Pattern[str]
    score: float
    moment: bool = False


_FORMS = (
    _Form(re.compile(rf"{_Y}年(?P<m>{NUM})月(?P<d>{NUM})[日号]?{TAIL}"), 5.0, moment=True),
    _Form(
        re.compile(rf"(?<!\d)(?P<y>(?:19|20)\d\d)[.\-/](?P<m>\d{{1,2}})[.\-/](?P<d>\d{{1,2}})(?!\d)[日号]?{TAIL}"),
        4.6,
        moment=True,
    ),
    _Form(re.compile(rf"(?<!至)(?P<rd>大前|前|昨|今)(?:天|日(?![报前])|(?=[早晨晚夜])){TAIL}"), 4.8, moment=True),
    _Form(re.compile(rf"(?P<ry>[今去前]年)的?{_MD}{TAIL}"), 4.7, moment=True),
    _Form(
        re.compile(rf"(?P<week>上上?个?|本|这个?)(?:周|星期|礼拜)(?P<wd>[一二三四五六日天]){TAIL}"),
        4.8,
        moment=True,
    ),
    _Form(re.compile(rf"(?<![\d一二三四五六七八九十])(?P<ago>{NUM})天(?:之|以)?前"), 4.4, moment=True),
    _Form(re.compile(rf"(?P<rm>上个?月|本月|这个月)(?:(?P<d>{NUM})[日号])?{TAIL}"), 4.0, moment=True),
    _Form(re.compile(rf"(?:自从?|从|打){_MONTH_DATE}[^，。；！？]{{0,8}}?{_UNTIL}"), 4.9),
    _Form(re.compile(rf"(?:自从?|从){_MONTH_DATE}(?=[^，。；！？]{{0,6}}(?:就|一直|到|至))"), 4.3),
    _Form(re.compile(rf"{_MONTH_DATE}[^，。；！？\d]{{0,6}}?{_UNTIL}"), 4.7),
    _Form(re.compile(rf"{_EVERY}的?{CLOCK}(?:(?:至|到|-|—|~|～){CLOCK})?"), 4.2),
    _Form(re.compile(rf"{CLOCK}(?:至|到|-|—|~|～){CLOCK}"), 3.4),
    _Form(re.compile(rf"(?<![\d年]){_MD}{TAIL}"), 3.6, moment=True),
    _Form(re.compile(rf"{_Y}年(?P<m>{NUM})月份?(?!\d)"), 3.5, moment=True),
    _Form(
        re.compile(
            rf"(?:这|最近|已经?|快|将近|近|长达|持续|足足|整整|连续|过了|大概|差不多){{1,3}}了?有?{_SPAN}"
            r"(?:了|以来|来|之久|时间|没|都没)?"
        ),
        4.0,
    ),
    _Form(re.compile(rf"{_SPAN}(?:以来|来(?!自|到|电)|之久|至今|了(?=[，。！？；]|$))"), 3.8),
    _Form(re.compile(rf"(?<=[欠停断资薪水电气暖])(?P<span>{_SPAN})(?!内|前|后)"), 3.3),
    _Form(re.compile(rf"{_SPAN}(?=(?:都|还|也|仍)?(?:没|未|不))"), 3.2),
    _Form(re.compile(rf"{_EVERY}的?(?:凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|夜里|深夜|半夜)?"), 3.1),
    _Form(
        re.compile(r"(?:[今去前]年|上周|上个?星期|上周末|前段时间|前几天|前阵子)(?:[年]?[初中底末]|[上下]半年)?"),
        2.9,
    ),
    _Form(re.compile(r"(?<!\d)(?:19|20)\d{2}年(?:[初中底末]|[上下]半年|[春夏秋冬][天季])?(?!度)"), 2.4),
    _Form(re.compile(r"多年来|多年以来|长期以来|常年|近年来|近日|近期|最近|这段时间|这几天|这几年|连日来"), 2.0),
    _Form(re.compile(rf"(?=[凌清大早上中下傍晚深半夜])(?:{CLOCK})"), 1.5),
)
_SINCE = re.compile(_UNTIL)
_LEGAL_AFTER = re.compile(
    r"^[^，。；]{0,8}(?:修正|修订|施行|颁布|公布|发布|出台|印发|实施|通过|文件|号文|规定|条例|办法|通知|政策|意见|标准)"
)
_PROMISE_BEFORE = re.compile(
    r"(?:承诺|约定|合同|预计|计划|规划|将于|应于|截止|保证|答应|最迟|最晚|期限|于.{0,4}前|必须|要求|希望|请|盼)[^。！？]{0,8}$"
)
_PROMISE_AFTER = re.compile(r"^(?:之?前|以前|内|底前|[^，。；]{0,6}(?:交房|交付|竣工|完工|到期|届满))")
_ASIDE_BEFORE = re.compile(
    r"(?:出生|生于|年龄|参加工作|入伍|退伍|结婚|入职|毕业|买的?|购买|购于|建于|办理|电话|拨打|反映|投诉)[^，。！？]{0,6}$"
)
_ASIDE_AFTER = re.compile(
    r"^[^，。；！？]{0,10}(?:出生|参加工作|入伍|退伍|结婚|离婚|毕业|入职|购买|购房|买房|买的|建成|修建|拨打|反映|投诉|答复|回复|给.{0,4}打电话)"
)
# How long something was agreed, paid or sentenced for, or has been broken, is no time at which it happened.
_LASTS_BEFORE = re.compile(
    r"[签判租办充买交缴订包贷约坏等用住修](?:了|的是|期)$|(?:有效期|保修|质保|合同期|刑期)[^，。]{0,2}$"
)
_AGE_AFTER = re.compile(r"[^，。]{0,2}\d{1,3}岁")
_ONSET_AFTER = re.compile(
    r"^[^。；！？]{0,12}(?:发生|发现|开始|出现|突然|停[水电气工]|断[水电气]|遇到|施工|摔|撞|漏|塌|坏|被|堵|冒|炸|着火|扰民|没人|无人|未|没有|拖欠|欠)"
)


def find_occurred(text: str, received_at: dt.datetime | None) -> str:
    """Say when the matter of a complaint happened.

    Args:
        text: Cleaned complaint. Only its first 4,000 characters are read.
        received_at: When it came in; makes 昨晚 or 上周五 computable. None leaves such words as they are.

    Returns:
        '2026-03-14', '2026-03-14 20:00', '2026-03', or the text's own words ('从2019年开始',
        '3月14日'); '' when the text names no time.
    """
    text = text[:_MAX_CHARS]
    best: tuple[float, int, re.Match[str], _Form] | None = None
    taken = _quoted(text)
    for form in _FORMS:
        for match in form.pattern.finditer(text):
            if not match[0].strip() or any(start <= match.start() < end for start, end in taken):
                continue
            if not form.moment and _LASTS_BEFORE.search(text, max(0, match.start() - _NEAR), match.start()):
                continue
            score = form.score + _context(text, match.start(), match.end())
            if form.moment and _SINCE.match(text, match.end()):
                score -= 1.5  # 去年12月至今 is a span, and another form reads it whole
            if best is None or (score, -match.start()) > (best[0], -best[1]):
                best = (score, match.start(), match, form)
    if best is None:
        return ""
    _, _, match, form = best
    words = match.groupdict().get("span") or match[0]
    return (resolve(match, received_at) if form.moment else None) or words.strip(" ，,的")


def _quoted(text: str) -> list[tuple[int, int]]:
    """Spans whose dates belong to documents: 《…》 and 〔2019〕 / (2021年修正)."""
    pattern = re.compile(
        r"《[^《》]{0,80}》|[〔\[（(][^〔〕（）()\[\]]{0,20}(?:修正|修订|施行|号)?[〕\]）)]号|[（(][^（）()]{0,16}(?:修正|修订)[^（）()]{0,6}[)）]"
    )
    return [match.span() for match in pattern.finditer(text)]


def _context(text: str, start: int, end: int) -> float:
    """Points for what stands around a phrase: events up, laws, promises and side facts down."""
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR + 8]
    points = -0.3 * start / _MAX_CHARS
    if _LEGAL_AFTER.search(after):
        points -= 3.0
    if _PROMISE_BEFORE.search(before) or _PROMISE_AFTER.search(after):
        points -= 2.5
    if _ASIDE_BEFORE.search(before) or _ASIDE_AFTER.search(after):
        points -= 1.5
    if _AGE_AFTER.match(after) or (start > 0 and len(text.rstrip(" 。)）")) - end <= 1):
        points -= 4.0  # an age, or the date under a signature
    if _ONSET_AFTER.search(after):
        points += 0.6
    return points
