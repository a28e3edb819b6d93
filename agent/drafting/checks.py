"""Whether a draft says only what its plan and the complaint give it ground to say.

Deterministic patterns over the text of any drafter; each finding is named and told to the operator. Words that a
draft quotes from the complaint are the citizen's and are not held against it. It judges no style and no truth: a
draft that passes may still be a poor reply.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from agent.drafting.plan import MAX_CHARS, MIN_CHARS, Plan
from agent.drafting.template import count_chars, mark
from agent.intake import mask
from agent.schema import Check
from agent.wording import STATE_NAMES, article_name
from knowledge.citing import CheckedCitation
from knowledge.numerals import NUMERAL, article_number, to_chinese, to_int
from knowledge.regulations import PREFIX
from knowledge.vocabulary import CitationState

PUBLIC_NUMBERS = frozenset({"110", "119", "120", "12345", "12348"})
_SHOWN = 3  # findings named in one detail

_QUOTE = re.compile(r"“([^“”]*)”")
_BLANK = re.compile(r"【承办单位填写：[^【】：\s]{2,20}】")
_BRACKET = re.compile(r"【[^【】]*】?|】")
_STRAY = re.compile(
    r"_{2,}|…{3,}|[xX×＊*]{2,}|(?:某|XX|××)[年月日](?!的)|[（(\[](?:待?填写?|请填写|略|时间|姓名|电话)[）)\]]|\{|\}"
)
_TITLE = r"《((?:[^《》]|《[^《》]*》)+)》"
_ARTICLE = rf"第\s*(?:{NUMERAL}+|\d+)\s*条(?:\s*之\s*(?:{NUMERAL}+|\d+))?"
_LAW_OR_ARTICLE = re.compile(rf"{_TITLE}|(?P<article>{_ARTICLE})")
_NUMBER = re.compile(r"\d+(?:[.:]\d+)*")
_WORD_NUMBER = re.compile(
    rf"(?:{NUMERAL}|[几数])+(?:多|余)?(?:个|名)?(?:万元|元|工作日|日|天|小时|分钟|周|月|年|户|次|人|处|家|起)(?!条)"
)
_DATE = re.compile(r"(?:\d{2,4}年)?\d{1,2}月\d{1,2}[日号](?:\d{1,2}[时点](?:\d{1,2}分)?)?")
_ORDINAL = re.compile(r"^\s*\d{1,2}[.．、]", re.MULTILINE)

_DONE = (
    "核查|核实|检查|勘查|勘察|调查|了解|走访|巡查|取证|检测|责令|整改|整治|处罚|处理|处置|查处|解决|办结|完成|清理|清运"
    "|清除|拆除|修复|维修|抢修|恢复|约谈|立案|取缔|查封|扣押|劝导|劝离|制止|教育|批评|通知|联系|派员|派出|到场|到达"
    "|赶到|前往|赶赴|安排|组织|要求|督促|督办|协调|告知|关停|停止|停业|退还|退款|支付|发放|回访|消除|答复|反馈|采纳|表彰|奖励"
    "|更换|加装|安装|疏通|下达|下发|送达|出动|启动|落实"
)
_PEOPLE = (
    "执法人员|工作人员|执法队员|监察员|民警|交警|网格员|检查组|专班|维修人员|我局|我办|我单位|我中心|我街道|我公司|我们"
)
# What only the handling unit can know, told as a fact.
_ACTS = (
    rf"(?:现|均|业)?已(?:经)?(?:于|对|向|将|把|由|赴|到|在|就|按|依法|现场|当场|及时|立即|第一时间|全部|基本|初步|多次|[^，。；]"
    rf"{{0,12}}?)(?:{_DONE})",
    r"(?<![如若需须待应未不])经(?!济|营|常|办)(?:过)?(?:[^，。；]{0,10}?)(?:查|核查|核实|查证|查实|查明|调查|了解|检查|勘[查察]|走访|协调|沟通|排查|检测"
    r"|研判|鉴定|认定)(?=[，,：:]|[^，。；]{0,16}(?:属实|不属实|发现|存在|确有|情况|该|您))",
    r"据(?:查|核查|核实|调查|了解|现场)(?=[，,：:]|[^，。；]{2})",
    rf"(?:{_PEOPLE})[^，。；]{{0,14}}(?:前往|赶赴|赶到|到达|抵达|到现场|赴现场|现场[核检勘调]|进行了|约谈了|责令|查处|查封)",
    rf"(?:{_DONE}|作出|进行|开展|采取|实施)了(?![解结])",
    rf"(?:{_DONE})(?:完毕|到位|完成|结束)",
    r"得到(?:[^，。；]{0,4})(?:解决|处理|整改|缓解|落实)",
    rf"(?:正在|目前正|现正)(?:[^，。；]{{0,6}})(?:{_DONE}|施工|推进)",
    r"(?:情况|问题|内容|事项|反映|投诉|举报)(?:的)?(?:[^，。；]{0,4})(?:属实|不实|不成立)|未发现|现场发现|检查发现",
    rf"(?:当场|当即|随即)(?:{_DONE})",
)
_ACT = re.compile("|".join(f"(?:{pattern})" for pattern in _ACTS))
# Results that nobody can promise, and time limits other than the plan's.
_PROMISE = re.compile(
    r"(?:一定|必定|必将|保证|确保|务必|肯定[会能])[^，。；：]{0,12}(?:解决|处理|整改|满意|修复|赔偿|退[款还费钱]|查处|办结|拆除|发放)"
    r"|彻底(?:解决|整治|消除)|绝不再|不再发生|杜绝|让您满意"
)
_TERM = re.compile(rf"((?:\d|{NUMERAL}|[几数])+)(?:个)?(工作日|日|天|小时|分钟|周|星期|月)(?:之?内|以内|前)")


@dataclass(frozen=True, slots=True)
class _Case:
    """One draft on trial; `own` is its text without quotations from the complaint and without blanks."""

    text: str
    own: str
    plan: Plan
    known: str  # everything that numbers and dates may come from, full-width signs folded
    cited: tuple[CheckedCitation, ...]


def check_draft(text: str, plan: Plan, complaint_text: str, cited: Sequence[CheckedCitation] = ()) -> tuple[Check, ...]:
    """Hold a draft against its plan.

    Args:
        text: The draft, by whatever drafter.
        plan: What it may say.
        complaint_text: The complaint, masked or not; its numbers and dates may be repeated, personal data not.
        cited: What the citation checker found in `text` as of the matter's day.

    Returns:
        One check for each name in `CHECKS`, in that order; the detail of a failed one says to the operator what
        was found.
    """
    own = _own_words(text, plan, complaint_text)
    case = _Case(text, own, plan, _known(plan, complaint_text), tuple(c for c in cited if c.text in own))
    checks = []
    for name, find in CHECKS:
        findings = list(dict.fromkeys(find(case)))
        checks.append(Check(name=name, ok=not findings, detail="；".join(findings[:_SHOWN])))
    return tuple(checks)


def _own_words(text: str, plan: Plan, complaint: str) -> str:
    matters = (plan.matter, *(issue.matter for issue in plan.issues))
    sources = [_plain(source) for source in (complaint, *matters)]

    def keep(match: re.Match[str]) -> str:
        quoted = _plain(match[1]).removesuffix("……")
        return "“”" if any(quoted in source for source in sources) else match[0]

    return _QUOTE.sub(keep, _BLANK.sub("", text))


def _plain(text: str) -> str:
    """Without quotation marks, which a draft may change, and without white space."""
    return re.sub(r"[“”‘’\"'\s]", "", text)


def _known(plan: Plan, complaint: str) -> str:
    parts = [complaint, plan.matter, plan.due_text, str(len(plan.issues)), *PUBLIC_NUMBERS, *_names(plan)]
    parts += [issue.matter for issue in plan.issues]
    if plan.deadline is not None and plan.deadline.workdays is not None:
        parts += [f"{plan.deadline.workdays}个工作日", f"{to_chinese(plan.deadline.workdays)}个工作日"]
    return unicodedata.normalize("NFKC", "\n".join(parts))


def _citations(case: _Case) -> Iterator[str]:
    allowed = {(_short(c.law), c.article) for c in case.plan.citations}
    laws = {law for law, _ in allowed}
    law = ""
    for found in _LAW_OR_ARTICLE.finditer(case.own):
        if found["article"] is None:
            law = _short(found[1])
            if law not in laws:
                yield f"未经核实的依据《{found[1]}》"
        elif not law:
            yield f"{found['article']}没有写明法规名称"
        elif law in laws and (law, article_number(found["article"])) not in allowed:
            yield f"未经核实的依据《{law}》{found['article']}"

    for cited in case.cited:
        if cited.state not in (CitationState.VERIFIED, CitationState.OUT_OF_CORPUS):
            yield f"{article_name(cited.law, cited.article)}{STATE_NAMES[cited.state]}"


def _short(title: str) -> str:
    return "".join(title.split()).removeprefix(PREFIX)


def _numbers(case: _Case) -> Iterator[str]:
    own = unicodedata.normalize("NFKC", _ORDINAL.sub("", _LAW_OR_ARTICLE.sub("", case.own)))
    known = set(_NUMBER.findall(case.known))
    for found in _NUMBER.findall(own):
        if found not in known:
            yield f"没有来源的数字“{found}”"
    for match in _WORD_NUMBER.finditer(own):
        if match[0] not in case.known:
            yield f"没有来源的数量“{match[0]}”"


def _dates(case: _Case) -> Iterator[str]:
    for found in _DATE.findall(unicodedata.normalize("NFKC", case.own)):
        if not re.search(rf"(?<!\d){found}", case.known):
            yield f"没有来源的日期“{found}”"


def _names(plan: Plan) -> list[str]:
    leads = (plan.lead, *(issue.lead for issue in plan.issues))
    names = [plan.place, *plan.assists, *(lead.unit for lead in leads if lead is not None)]
    return [name for name in names if name]


def _acts(case: _Case) -> Iterator[str]:
    own = case.own
    for name in _names(case.plan):  # 经开区, 经三路 and 监督检查局 are names, not acts
        own = own.replace(name, "")
    for match in _ACT.finditer(own):
        yield f"没有记录的办理行为或结论“{match[0]}”"


def _promises(case: _Case) -> Iterator[str]:
    for match in _PROMISE.finditer(case.own):
        yield f"不能承诺的结果“{match[0]}”"
    deadline = case.plan.deadline
    workdays = deadline.workdays if deadline is not None else None
    for match in _TERM.finditer(_DATE.sub("", case.own)):
        if match[2] != "工作日" or _read(match[1]) != workdays:
            yield f"与办理时限不符的期限“{match[0]}”"


def _read(number: str) -> int:
    """The number in digits or characters; -1 for one that says no number (几个工作日)."""
    try:
        return to_int(number)
    except ValueError:
        return -1


def _length(case: _Case) -> Iterator[str]:
    size = count_chars(case.text)
    if not MIN_CHARS <= size <= MAX_CHARS:
        yield f"共{size}字，应为{MIN_CHARS}至{MAX_CHARS}字"


def _blanks(case: _Case) -> Iterator[str]:
    loose = (*_BRACKET.finditer(_BLANK.sub("", case.text)), *_STRAY.finditer(case.own))
    for found in loose:
        yield f"不规范的空缺“{found[0]}”，应写作{mark('……')}"
    for blank in case.plan.blanks:
        if mark(blank) not in case.text:
            yield f"缺少{mark(blank)}"


def _privacy(case: _Case) -> Iterator[str]:
    for found in mask(case.text).found:
        yield f"含有个人信息（第{found.start + 1}字起）"


def _routing(case: _Case) -> Iterator[str]:
    """The reply names who acts: the lead of each matter, or the other city."""
    plan = case.plan
    if plan.outside_city:
        wanted: tuple[str, ...] = (plan.outside_city,)
    elif plan.excluded or plan.lead is None:
        return
    else:
        wanted = (plan.lead.unit, plan.lead.name)
    if not any(name in case.text for name in wanted):
        yield f"没有写明{wanted[0]}"


def _safety(case: _Case) -> Iterator[str]:
    if case.plan.urgent and not re.search(r"110|119|120", case.own):
        yield "情况紧急，应提醒拨打110、119或120"


CHECKS: tuple[tuple[str, Callable[[_Case], Iterator[str]]], ...] = (
    ("citations", _citations),
    ("numbers", _numbers),
    ("dates", _dates),
    ("acts", _acts),
    ("promises", _promises),
    ("length", _length),
    ("blanks", _blanks),
    ("privacy", _privacy),
    ("routing", _routing),
    ("safety", _safety),
)
