"""Which clauses of a draft say that something happened, the citizen's own telling apart.

Read sentence by sentence, clause by clause. Whether a record carries a claim is the business of `acts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.drafting.guard import deeds
from agent.drafting.guard.case import LAW_WORDS, Case, clauses_of, covered, grams
from agent.drafting.guard.kinds import PART, chance, is_plain
from agent.drafting.guard.quantities import read_amounts

_TOLD = 0.7  # share of a clause's pairs in the complaint from which on it is the citizen's telling
_TOLD_AS_SUCH = 0.12  # the same after 您反映, 您称
_RESTATED = 0.3  # share of a sentence's pairs from which on one of the first sentences restates the complaint
_FIRST = 2  # sentences in which a reply restates
_GREETING = 12  # characters; a shorter sentence before them only greets
_HARDLY, _DOUBTED = 0.03, 0.3  # chance of an act under which a sign of one deceives; after 今后, 将 or 如
_LIKELY, _SURELY = 0.75, 0.9  # chance from which on no sign is needed: without a record, and with one
_PAIR = 0.75  # the same for a clause beside its neighbour
_OF_LAW = 0.5  # share of a clause's pairs in the cited articles from which on the law speaks
_SHOWN = 20  # characters of a claim told to the operator
_MATTER = re.compile(r"的?(?:问题|情况|事项|诉求|一事|线索|来电|来信|要求|意见|建议)(?=[，。：已经属均]|$)")
_RESULT = re.compile(r"属实|不实|办结|核实|核查")
_OTHERS = re.compile(r"您|请|歉|勿|不要|避免|感谢|欢迎|热线|《|答复如下|回复如下|如下：?$|特此|^\d")
_RECEIVED = re.compile("收悉|收到|知悉|获悉")
_FEELING = re.compile("换[了作]?谁|谁[都也]|难免|心里|滋味|揪心|不自在")
_NO_ACT = (deeds.FUTURE, deeds.CONDITION, deeds.RECEIPT, _OTHERS, _RECEIVED, _FEELING)
# A clause without any verb of a step or sign of time is a heading or a noun: 村级合同方面的问题.
_VERB = re.compile("了|过|已|[完到好着出]|" + "|".join(words.pattern for words in deeds.FAMILIES.values()))
_UNSOURCED = re.compile("“([^“”]+)”")
_COURTESY = re.compile(r"(?:向您|深?表|深感|谨)[^，。；]{0,4}(?:致?歉|道歉|抱歉)(?!信)")
_FELT = re.compile(
    "(?:我们|深|都|完全|十分|非常)[^，。；]{0,6}(?:看到|看在|听到|理解|明白|体会|感受|注意到|记[下在]|懂|同身受)"
)
_PARTY = re.compile("[位司店商方校业板人员师园院企][^，。；]{0,8}向您")  # 物业向您道歉 is an act
_IN_PERSON = re.compile("当面|书面|登门|上门")
_CLAIMED = ("punish", "talk", "pay", "repair", "clear", "test", "mediate", "concede", "mended", "solved")
_DATE_ALONE = re.compile("[日时分]$")
# 经双方协商一致，可以变更: what comes first is a condition.
_RULE_FOLLOWS = re.compile(r"^(?:可以?|应当?|则|即可|需|须|将|再|方可|才[能可]|承办|有关|相关)")
# A citizen who has called before may tell of visits and answers.
_CALLED_BEFORE = re.compile(
    r"报警|[报打来去找说劝投反]过|来了|来看|答复|回复|民警|警察|城管|交警|物业|居委|社区|街道|12345|110|热线"
)
_NOW = re.compile(r"^(?:现|均|业|都)?已|^经|^目前")
_VISITS = frozenset({"inspect", "talk"})


@dataclass(frozen=True, slots=True)
class Claim:
    """One clause of a draft that tells of something done; `date` stands in it or alone before it."""

    text: str
    sign: str
    date: str

    @property
    def shown(self) -> str:
        """The words that tell it, for the operator."""
        return (self.sign if len(self.sign) > len("已核查") else self.text).strip("。；！？")[:_SHOWN]


@dataclass(frozen=True, slots=True)
class _Complaint:
    """The complaint as the source of what a citizen tells; `told` is it without what it asks for."""

    told: str
    pairs: frozenset[str]
    called_before: bool


@dataclass(frozen=True, slots=True)
class _Around:
    """A clause between its neighbours, '' where there is none."""

    clause: str
    before: str
    following: str
    sentence: str

    def may_be_act(self, least: float) -> bool:
        """Whether the sentence, the clause or the clause beside a neighbour bears out a sign of an act."""
        return any(_act(words) >= least for words in (self.sentence, self.clause, *self._pairs()))

    def is_act(self, sure: float) -> bool:
        """Whether a clause without any sign is of an act, by itself or beside a neighbour."""
        if is_plain(self.sentence) or not _VERB.search(self.clause):
            return False
        if any(words.search(self.clause) for words in _NO_ACT):
            return False
        if len(self.clause) >= PART and _act(self.clause) >= sure:
            return True
        return any(len(words) >= PART and _act(words) >= max(sure, _PAIR) for words in self._pairs())

    def _pairs(self) -> Iterator[str]:
        if self.before:
            yield f"{self.before}，{self.clause}"
        if self.following:
            yield f"{self.clause}，{self.following}"


def _act(words: str) -> float:
    """Chance of an act; what is quoted without a source is read as the draft's own words."""
    return chance(_UNSOURCED.sub(r"\1", words), "act")


def claims(case: Case) -> Iterator[Claim]:
    """Clauses of the draft that say something happened and that the citizen did not tell."""
    law = grams("\n".join(case.articles))
    complaint = _Complaint(
        told="。".join(clause for clause in clauses_of(case.complaint) if not deeds.ASKING.search(clause)),
        pairs=grams(case.complaint),
        called_before=_CALLED_BEFORE.search(case.complaint) is not None,
    )
    held = {name for name in case.names if len(name) > len("某局") and not name.isascii() and name in case.own}
    names = sorted(held, key=len, reverse=True)
    place = 0
    for sentence in case.sentences:
        shown = LAW_WORDS.sub("", sentence)
        for name in names:  # 经开区 and 监督检查局 are names, not acts
            shown = shown.replace(name, "某")
        speaks = law if LAW_WORDS.search(sentence) else frozenset[str]()
        restates = place < _FIRST and covered(shown, complaint.pairs) >= _RESTATED
        yield from _in_sentence(shown, complaint, speaks, restates=restates, recorded=bool(case.record))
        place += len(sentence) > _GREETING


def _in_sentence(
    sentence: str, complaint: _Complaint, law: frozenset[str], *, restates: bool, recorded: bool
) -> Iterator[Claim]:
    clauses = list(clauses_of(sentence))
    open_future, telling, date, before = False, restates, "", ""
    for clause, following in zip(clauses, [*clauses[1:], ""], strict=False):
        opens = deeds.TELLING.search(clause)
        ours = deeds.HANDLER.search(clause)
        telling = opens is not None or (telling and not (ours and ours[0] not in complaint.told))
        sign = _sign(clause, following, open_future=open_future, recorded=recorded)
        around = _Around(clause, before, following, sentence)
        least = _DOUBTED if open_future else 0.0 if recorded else _HARDLY
        if sign and not around.may_be_act(least):
            sign = ""
        elif not sign and not (open_future or telling or law) and around.is_act(_SURELY if recorded else _LIKELY):
            sign = clause
        open_future = open_future or _turns_to_future(clause, recorded=recorded)
        dates = read_amounts(clause).dates
        date = dates[-1].text if dates else (date if _DATE_ALONE.search(before) else "")
        before = clause
        ended = _MATTER.search(clause)
        at = clause.find(sign[:2])
        # 您反映的路灯已修好 tells for us
        named = opens is not None and (clause.startswith("的", opens.end()) or opens.start() >= at)
        told = telling and not named and not (ended and ended.start() < at)
        telling = telling and not ended
        if not sign or (law and covered(clause, law) >= _OF_LAW):
            continue
        if not _is_citizens(clause, sign, complaint, told=told, outright=told and opens is not None):
            yield Claim(clause, sign, date)


def _turns_to_future(clause: str, *, recorded: bool) -> bool:
    """Whether what follows in the sentence may be yet to come; 要求其将桌椅收回 of a record is not."""
    if recorded and deeds.ORDER.search(clause):
        return False
    return bool(deeds.FUTURE.search(clause) or deeds.CONDITION.search(clause))


def _sign(clause: str, following: str, *, open_future: bool, recorded: bool) -> str:
    """The words by which a clause tells of something done; '' when it tells of nothing, or of what may come.

    Args:
        clause: Folded.
        following: The next clause of the sentence.
        open_future: An earlier clause of the sentence speaks of what may come.
        recorded: In a final reply what is not future is told as done: 对该店作出罚款处理.
    """
    if deeds.LABEL.search(clause) and not deeds.FINISHED.search(clause):
        return ""
    felt = _FEELING.search(clause) or _FELT.search(clause)
    if felt and not deeds.HANDLER.search(clause.replace("我们", "")):
        return ""
    if _COURTESY.search(clause) and not _PARTY.search(clause) and not _IN_PERSON.search(clause):
        return ""
    receipt = deeds.RECEIPT.search(clause)
    rest = clause[receipt.end() :] if receipt else clause
    found = _perfect(rest)
    if found is not None:
        general = _RULE_FOLLOWS.match(following) and not deeds.FINISHED.search(found[0])
        return "" if general else found[0] + rest[found.end() : found.end() + 6]
    if receipt:  # 已转某部门核查: they are to
        return ""
    unfinished = (deeds.FUTURE, deeds.ASSIGNED_TO, deeds.CONDITION)
    if open_future or any(words.search(rest) for words in unfinished) or _OTHERS.search(clause):
        return ""
    left_to_others = deeds.ASSIGNED.search(rest) or deeds.ORDER.search(rest)
    plain = deeds.BARE.search(rest) or (None if left_to_others else deeds.ACTED.search(rest))
    if plain is None and recorded:
        steps = (deeds.FAMILIES[name].search(rest) for name in _CLAIMED)
        plain = next((step for step in steps if step is not None), None)
    return plain[0] + rest[plain.end() : plain.end() + 6] if plain else ""


def _perfect(clause: str) -> re.Match[str] | None:
    """The first sign of something done that no wish, duty or condition of its clause takes back."""
    future, assigned = deeds.FUTURE.search(clause), deeds.ASSIGNED_TO.search(clause)
    condition = deeds.CONDITION.search(clause)
    for pattern in deeds.PERFECT:
        for found in pattern.finditer(clause):
            if future is not None and (future.start() < found.start() or found[0].startswith("经")):
                continue
            if assigned is not None and assigned.start() < found.start() and not deeds.FINISHED.search(found[0]):
                continue
            if condition is None or _stands(condition, found):
                return found
    return None


def _stands(condition: re.Match[str], found: re.Match[str]) -> bool:
    """Whether a sign holds in spite of a condition in its clause: 核查时发现 tells, 核查后将 does not."""
    after = condition.start() >= found.start() and condition[0][0] in "后时"
    return after and re.search(r"已|发现|了", found[0]) is not None


def _is_citizens(clause: str, sign: str, complaint: _Complaint, *, told: bool, outright: bool) -> bool:
    """Whether the citizen told it.

    Mostly the complaint's words; or after 您反映, where further clauses may name no step of handling that the
    complaint does not tell.
    """
    share = covered(clause, complaint.pairs)
    if told and _RESULT.search(sign) is None:
        free = _VISITS if complaint.called_before and not _NOW.search(sign) else frozenset[str]()
        steps = (deeds.FAMILIES[name].search(clause) for name in deeds.HANDLING - free)
        ours = any(step is not None and step[0] not in complaint.told for step in steps)
        stepless = not any(words.search(clause) for words in deeds.FAMILIES.values())
        return outright or "“”" in clause or (not ours and (stepless or share >= _TOLD_AS_SUCH))
    handled = deeds.HANDLER.search(clause) is not None
    return not handled and (share >= _TOLD or "“”" in clause)
