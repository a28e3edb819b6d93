"""No act of handling, result or finding without a record that tells it.

With a record a claim fails when the record has no step of its class, has it only as ordered or denied, says the
opposite, or has other dates or sums; how the record words it does not count. What a claim is, is the business of
`claims`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.drafting.guard import deeds
from agent.drafting.guard.case import LAW_WORDS, Case, clauses_of, grams, sentences_of
from agent.drafting.guard.claims import Claim, claims
from agent.drafting.guard.classes import CLASSES, borne, claimed
from agent.drafting.guard.kinds import chance
from agent.drafting.guard.patterns import pattern
from agent.drafting.guard.quantities import Amounts, read_amounts

_MUCH_OF_CLASS = 5  # new pairs that are much for a clause that names a step
_COUNTED = 9  # a greater number that the record has ties a clause to it
_MONEY = frozenset({"pay", "fine"})
_SAID_OF_ALL = re.compile("[的了一是在于已经由到进行完成全部所有该其并均，。；：、\\d]")
_PARTICLES = re.compile("对|该|进行|予以|了|的|已经?|均|并|也|某|其|向您?")
_OBJECT_PAIRS, _OBJECT = 4, 12  # pairs that make a thing, characters after a verb that say of what
# Chance of an act, share of signs in the sources, and new pairs of a clause that nothing bears.
_SURE, _APART, _MUCH = 0.9, 0.34, 7
# How a careless writer adds a step to a record's own.
_MORE = re.compile("^(?:并且?|同时|另外?|此外|还|也)(?![非称反])|(?<=.)也(?:都|已|一并|进行|作|做|开展|予以|被)")
_STEPS = tuple(deeds.FAMILIES[name] for name in ("inspect", "test", "talk", "punish", "pay", "clear", "concede"))
_NOT_DONE = (deeds.FUTURE, deeds.CONDITION, deeds.RECEIPT, re.compile("您好|谢|抱歉|(?:向您|深)表|让我们|我们"))
_MARKER = re.compile("并且?|同时|另外?|此外|还|也|向您")
_FEW_SIGNS, _HARDLY, _SHOWN = 4, 0.26, 20
_LOOKED = re.compile("了一[遍下番趟]")
_TWO_SIDED = re.compile("同意|认可|属实|发现|符合|合格|达标|满意|接受|达成|存在|愿意")
# A step that a record says was not taken, or is only planned.
_DENIES = pattern(r"""
    尚未|还没|未能|未(?:更换|维修|修复|修[好缮]|整改|退还?|支付|拆除|清[理运]|达成|解决|安装|恢复|处罚|完成|办结|到账|[发下]?出|定)|
    (?:列入|纳入)[^，。；]{0,12}(?:计划|项目)|待定|未果|正在|办理中|审核中
""")
_PLANS = re.compile("计划|列入|拟|将于|预计")
_NEGATED = re.compile("(?:不|未|没有?|无|拒绝|非|未能|未曾|并未|不予)$")
_DENIED = re.compile("未|不|没|无(?!异议)|拒|尚|暂|仍")
# Who begins a clause is no longer ordered: 要求店家整改，店家签承诺书.
_SUBJECT = pattern(r"""
    ^[^，。；]{0,6}(?:者|[店商]家|商户|店[主方]|物业|公司|单位|企业|[住业]主|住户|街道|社区|部门|民警|双方|负责人)(?!应|须|需|要)
""")
# What every matter with a record may be said to be: in hand, looked into, answered; never that it is solved.
_CLOSED = re.compile(
    r"[均现业都已经正在由按照依法程序规定正常有关部门全部逐项分别予以进行中一步、的]*"
    r"(?:办理|处理|办结|结果|进展|核查|调查|核实|答复|回复)*(?:完毕|完成|到位|中)?"
)
_GENERAL = pattern(r"""
    ^(?:您?(?:所|来电|来信)?反映的?)?(?:以上|上述|该|此|各|您的|您提出的)?
    [两三四五]?[项个件]?(?:问题|诉求|事项|线索|情况|事情|案件|此事)?
""")
_CLAUSE_END = re.compile("[，。；：]")


@dataclass(frozen=True, slots=True)
class Step:
    """One clause of a record: the classes that it tells as done, all that it speaks of, its sums and its date."""

    text: str
    done: frozenset[str]
    named: frozenset[str]
    amounts: Amounts


def acts(case: Case) -> Iterator[str]:
    """Clauses that tell of handling nobody recorded."""
    steps = tuple(_steps(case.record))
    yield from _added(case) if steps and case.grounds.foreign else ()
    for claim in claims(case):
        objection = _objection(claim, steps, case) if steps else "没有记录的办理行为或结论"
        if objection:
            yield f"{objection}“{claim.shown}”"


def _added(case: Case) -> Iterator[str]:
    """Clauses that add a step (并, 同时, 还, 也) of which record and complaint have hardly a sign."""
    told = set(case.record)
    sums = {quantity.value for quantity in case.told.quantities}
    for sentence in case.sentences:
        if LAW_WORDS.search(sentence):
            continue
        for clause in clauses_of(sentence):
            stepless = not any(words.search(clause) for words in _STEPS) and not any(claimed(clause))
            undone = _DENIED.search(clause) or any(words.search(clause) for words in _NOT_DONE)
            if stepless or undone or not _MORE.search(clause):
                continue
            signs = set(_SAID_OF_ALL.sub("", _MARKER.sub("", clause)))
            known = any(_COUNTED < quantity.value in sums for quantity in read_amounts(clause).quantities)
            if len(signs) >= _FEW_SIGNS and len(signs & told) <= _HARDLY * len(signs) and not known:
                yield f"记录里没有的办理行为或结论“{clause[:_SHOWN]}”"


def _steps(record: str) -> Iterator[Step]:
    date = ""
    for sentence in sentences_of(record):
        ordered = False
        for clause in clauses_of(sentence):
            finished = bool(deeds.FINISHED.search(clause))
            ordered = ordered and not finished and not _SUBJECT.match(clause)
            order, planned = deeds.ORDER.search(clause), deeds.PLANNED.search(clause)
            cut = min((m.end() for m in (order, planned) if m), default=len(clause))
            doing = "" if ordered else clause[:cut]
            found = read_amounts(clause, loose=True)
            date = found.dates[-1].text if found.dates else date
            done = frozenset(() if _DENIES.search(clause) else borne(doing))
            yield Step(clause, done, frozenset(borne(clause)), read_amounts(f"{date}，{clause}", loose=True))
            ordered = ordered or (bool(order or planned) and not finished)


def _objection(claim: Claim, steps: Sequence[Step], case: Case) -> str:
    """Why the record does not carry a claim; '' when it does."""
    clause = _PARTICLES.sub("，", claim.text)
    names = frozenset(claimed(claim.text))
    if not _carried(claim.text, names, steps, case) or _out_of_nowhere(claim.text, clause, case):
        return "记录里没有的办理行为或结论"
    if _turned(clause, case.record):
        return "与记录相反的说法"
    said = read_amounts(f"{claim.date}，{claim.text}")
    verbs = [found[0] for name in names if (found := CLASSES[name].says.search(claim.text))]
    same = [step for step in steps if any(verb in step.text for verb in verbs)]
    same = same or [step for step in steps if names & step.done]
    dates = [date for step in same for date in step.amounts.dates]
    if dates and any(not any(date.within(other) for other in dates) for date in said.dates):
        return "与记录的日期不符"
    sums = {quantity.value for step in steps for quantity in step.amounts.quantities}
    paid = (quantity for quantity in said.quantities if quantity.kind == "money" and names & _MONEY)
    return "与记录的数量不符" if any(quantity.value not in sums for quantity in paid) else ""


def _carried(clause: str, names: frozenset[str], steps: Sequence[Step], case: Case) -> bool:
    """Whether the record has a step of every class that a clause claims, done where the clause says so."""
    order = deeds.ORDER.search(clause)
    ordered = order.end() if order and not deeds.FINISHED.search(clause[order.end() :]) else len(clause)
    finished = deeds.FINISHED.search(clause) is not None and not _PLANS.search(clause)
    sources = set(case.record + case.complaint)
    for name in names:
        found = CLASSES[name].says.search(clause)
        if found is None or _DENIED.search(clause[: found.start()]):
            continue
        done = finished and found.start() < ordered
        same = [step for step in steps if found[0] in step.text] or steps
        if not any(name in (step.done if done else step.named) for step in same):
            return False
        thing = _CLAUSE_END.split(clause[found.end() :])[0]
        if len(grams(thing)) >= _OBJECT_PAIRS and not set(_SAID_OF_ALL.sub("", thing)) & sources:
            return False
    return True


def _out_of_nowhere(text: str, clause: str, case: Case) -> bool:
    """Whether a clause is surely an act and has nothing in common with record and complaint."""
    new = grams(clause) - grams(case.record) - grams(case.complaint)
    signs = set(_SAID_OF_ALL.sub("", clause))
    share = len(signs & set(case.record + case.complaint)) / max(1, len(signs))
    sums = {q.value for q in read_amounts(case.record, loose=True).quantities if q.value > _COUNTED}
    if any(q.value in sums for q in read_amounts(clause).quantities):
        return False
    much = _MUCH_OF_CLASS if set(claimed(text)) - {"visit"} else _MUCH
    if len(new) < much or share >= _APART or _LOOKED.search(text) or _DENIED.search(text) or _says_nothing(text):
        return False
    return chance(text, "act") >= _SURE


def _says_nothing(clause: str) -> bool:
    """Whether a clause tells only that the matter is in hand or was answered."""
    general = _GENERAL.match(clause)
    rest = clause[general.end() :] if general else clause
    return _CLOSED.fullmatch(rest.strip("。；：！”")) is not None


def _turned(clause: str, told: str) -> bool:
    """Whether a verb of agreeing or finding is affirmed where the record denies it of the same thing, or denied."""
    for found in _TWO_SIDED.finditer(clause):
        ours = _NEGATED.search(clause[: found.start()]) is not None
        about = _about(clause, found.end())
        theirs = []
        for other in re.finditer(found[0], told):
            shared = len(about & _about(told, other.end()))
            theirs.append((shared, _NEGATED.search(told[: other.start()]) is not None))
        most = max((shared for shared, _ in theirs), default=0)
        if 2 * most > len(about) and all(denied != ours for shared, denied in theirs if shared == most):
            return True
    return False


def _about(text: str, place: int) -> frozenset[str]:
    """Pairs of what follows a verb in its clause, or where nothing does (甲不同意) of what comes before."""
    after = grams(_CLAUSE_END.split(text[place : place + _OBJECT])[0])
    return after or grams(text[max(0, place - 2 * _OBJECT) : place])
