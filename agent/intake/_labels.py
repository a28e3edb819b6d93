"""Speaker labels of a call transcript, and whether they make a conversation.

A letter that quotes 客服： once, a form with 来电人：张三 and a list of options A：… B：… are no transcripts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Role = Literal["agent", "caller"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of one speaker: `text` is `CleanText.text[start:end]`, the label left out."""

    role: Role
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Label:
    speaker: str
    role: Role | None  # None: an anonymous speaker (A, 说话人1)
    start: int
    end: int
    timed: bool


_AGENT = r"(?:12345)?(?:热线|坐席|座席|客服|话务)(?:员|人员|代表)?|接线员|受理员|接听员|工号|12345|政务热线"
_CALLER = r"来电(?:市民|人|者)|来电群众|市民|群众|诉求人|反映人|投诉人|用户|客户|居民|业主|对方|主叫|呼入方"
_NAMED = r"[\u4e00-\u9fff]{1,3}(?:先生|女士|小姐)|先生|女士"
_ANONYMOUS = r"(?:说话人|发言人|讲话人|[Ss]peaker|SPEAKER)[ _]?[0-9A-Da-d]{1,2}|[ABSCabsc问答甲乙](?![A-Za-z])"
_WHO = (
    rf"(?:(?P<agent>(?:{_AGENT})(?:[（( ]?(?:工号)?[ ]?[A-Za-z]?\d{{1,8}}号?[）)]?)?|"
    rf"\d{{2,6}}号?(?:坐席|话务员|客服|接线员))|"
    rf"(?P<caller>(?:{_CALLER})(?:[（( ]?(?:{_NAMED})[）)]?)?|{_NAMED})|(?P<anonymous>{_ANONYMOUS}))"
)
_CLOCK = r"(?:\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?[ ]?)?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d{1,3})?"
_TIME = rf"[\[(（【]?{_CLOCK}(?:[ ]?[-~–—至][ ]?{_CLOCK})?[\])）】]?"
_LABEL = re.compile(
    rf"(?:(?<=[\n。！？!?；;…”】 ])|^)(?P<before>{_TIME}[ ]?)?"
    rf"(?:[【\[]{_WHO.replace('?P<', '?P<b_')}[】\]](?:[ ]?(?P<b_after>{_TIME}))?[ ]?[：:]?|"
    rf"[（(]?{_WHO}[）)]?(?:[ ]?(?P<after>{_TIME}))?(?:[ ]?[：:】]|(?<=[\d\])）】])(?=\n)))[ \n]?"
)
_CUE = re.compile(
    r"[？?]|您好|你好|请讲|请说|请问|请稍|为您|帮您|感谢|还有|记录|登记|转办|转交|派单|核实|受理|反馈|答复|有什么|"
    r"好的|贵姓|在哪|哪[里个]|什么|吗|呢"
)
_GREETING = re.compile(
    r"请问|请讲|请稍|为您|帮您|感谢|来电|热线|12345|贵姓|还有(?:什么|其他|别的)|(?:有什么|需要)(?:可以)?(?:帮|反映)"
)
_COVER = 0.7  # part of the text that the turns must hold: a letter that quotes a talk has more around it
_PREAMBLE = 60  # characters: a heading before the first turn


def find_turns(text: str) -> tuple[Turn, ...]:
    """The turns of a transcript in order, neighbours of one role kept apart; () for anything else."""
    labels = _resolve(text, [label for label in _labels(text) if not _quoted(text, label.start)])
    turns = []
    for label, end in zip(labels, _ends(labels, text), strict=True):
        body = text[label.end : end]
        start = label.end + len(body) - len(body.lstrip())
        if label.role and body.strip():
            turns.append(Turn(label.role, body.strip(), start, start + len(body.strip())))
    timed = sum(label.timed for label in labels)
    return tuple(turns) if _conversation(text, labels, turns, timed) else ()


def _ends(labels: list[_Label], text: str) -> list[int]:
    """Where the turn of each label ends: at the next label or the end of the text."""
    return [*(label.start for label in labels[1:]), len(text)] if labels else []


def _labels(text: str) -> list[_Label]:
    labels = []
    for found in _LABEL.finditer(text):
        group = found.groupdict()
        agent, caller = group["agent"] or group["b_agent"], group["caller"] or group["b_caller"]
        speaker = agent or caller or group["anonymous"] or group["b_anonymous"] or ""
        role: Role | None = "agent" if agent else "caller" if caller else None
        timed = any(group[name] for name in ("before", "after", "b_after"))
        labels.append(_Label(speaker.upper(), role, found.start(), found.end(), timed))
    return labels


def _quoted(text: str, position: int) -> bool:
    """Inside “…” of the same paragraph (at most 200 characters back)."""
    before = text[max(0, position - 200) : position].rpartition("\n")[2]
    return before.count("“") > before.count("”")


def _resolve(text: str, labels: list[_Label]) -> list[_Label]:
    """Give anonymous speakers a role: S and 问 serve; else the one who greets, else the one who begins."""
    anonymous = [label for label in labels if label.role is None]
    if not anonymous or len(anonymous) < len(labels):
        return [label for label in labels if label.role]
    speakers = list(dict.fromkeys(label.speaker for label in anonymous))
    if len(speakers) != 2 or len(anonymous) < 2:
        return []
    said = dict.fromkeys(speakers, 0)
    for label, end in zip(anonymous, _ends(anonymous, text), strict=True):
        said[label.speaker] += len(_GREETING.findall(text, label.end, end))
    if not any(said.values()) and set(speakers) not in ({"S", "C"}, {"问", "答"}):
        return []
    agent = next((s for s in speakers if s in ("S", "问")), max(speakers, key=lambda s: said[s]))
    return [
        _Label(label.speaker, "agent" if label.speaker == agent else "caller", label.start, label.end, label.timed)
        for label in anonymous
    ]


def _conversation(text: str, labels: list[_Label], turns: list[Turn], timed: int) -> bool:
    """The turns hold most of the text, both speak, and the agent sounds like one or they take turns."""
    roles = {turn.role for turn in turns}
    if len(turns) < 2 or "caller" not in roles:
        return False
    covered = sum(turn.end - turn.start for turn in turns) + sum(label.end - label.start for label in labels)
    if covered < _COVER * len(text) and labels[0].start > _PREAMBLE:
        return False
    if roles == {"caller"}:  # only one channel was written down
        return len(turns) >= 3 and timed >= 3
    changes = sum(a.role != b.role for a, b in pairwise(turns))
    return changes >= 3 or any(_CUE.search(turn.text) for turn in turns if turn.role == "agent")
