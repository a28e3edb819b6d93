"""Whether a clause torn out of a complaint can stand alone: it begins with its thing and says something of it.

By the tags of its words; a coarse test, made to refuse rather than to let a fragment pass.
"""

from __future__ import annotations

import re

from agent.drafting._asking import QUESTION
from agent.drafting._weigh import TROUBLE
from knowledge.vocabulary import Kind

# Nouns, names, places, letters of masked places, 您家.
_THING = ("n", "s", "f", "eng", "j", "l", "i", "b", "q")
_SAYS = ("v", "a", "z", "d", "zg", "i", "l")
_HOME = re.compile(r"^您(?:家|所在|女儿|儿子|父亲|母亲|父母|孩子|爱人|老公|老婆|妻子|丈夫)")
# Points back at what is not said, tells a story, reports speech, or judges without a thing.
_LEANS = re.compile(
    r"是一[个家所名位]|成为了|投诉多次|已经报案|几十年的历史|多次投诉|为什么|该(?![交出得罚管拆修])|此(?!外|前)|这|那(?!里)|其(?!他|中)|上述|前面|后来|当时|于是|目的是|分别是|怎么会|如此|以上|一直没有?$|不得不|这时|那时|明明|真是|真的|根本|竟|居然|难道"
    r"|再苦|血汗|泣血|叩拜|维权|谈判|回答|答复|回应|告诉|强调|认定您|有损|甚是|提心吊胆|苦恼|无奈|气愤|可喜|荣耀|形象|利益受到|损失惨重|所谓|据说|据了解|据悉|[说称]$|一模一样|大会$|为由"
)
_OPENS_BADLY = re.compile(
    r"^(?:支持|里面|外面|多的|道理|他们?|她们?|全体业主|有的|位于|坐落|家住|自从|自|从|到|每次|有时|有些|有的|一些|很多|许多|多少|目前|现在|如今|今年|去年|最近|当|在|把|将|被|用|靠|由|与|跟|和|对|向|给|往|按|依|除|经|现|备|准备|采用|构成|受骗|作为|提供|尽显|导致|造成|致使"
    r"|工作人员|父母都|人在|生意|本身|本人|目的|原因|结果|问题是|事情|情况|具体|主要|尊敬|身份证|姓名|电话|联系|名叫|业主主要|相关|有关|之前|以前|您除了)"
)
_NO_THING = re.compile(r"什么时候|何时|怎么|如何|能否|是否|多少|为什么|有没有|.{0,7}$")  # a question that names nothing
_BETTER = re.compile(r"建议|希望|增[设加]|设[置立]|加装|安装|修建|新建|改[为成造]|延长|优化|开通")
_SETTING = re.compile(r"^(?:现在|目前|如今|最近|近期|近日|然而|但是?|可是|不过|而且|并且|另外|同时|主要是|而)[，,]?")


def unset(clause: str) -> str:
    """The clause without words of time and contrast before it: 然而楼道灯坏了."""
    return _SETTING.sub("", clause)


def is_sound(clause: str, kind: Kind) -> bool:
    """Whether the clause names a thing first and then says something of it; a question may open as it likes."""
    if _LEANS.search(clause) or _OPENS_BADLY.match(clause):
        return False
    if kind == "咨询":
        return "，" not in clause and QUESTION.search(clause) is not None and not _NO_THING.match(clause)
    if "您" in clause and not _HOME.match(clause):
        return False
    if kind == "表扬":
        return True
    if kind == "建议" and not (TROUBLE.search(clause) or _BETTER.search(clause)):
        return False
    import rjieba  # half a second at first use; not at import of the agent

    tags = [tag for word, tag in rjieba.tag(clause.removeprefix("您")) if tag != "x"]
    if len(tags) < 2:
        return False
    thing = tags[0].startswith(_THING) or (tags[0].startswith("v") and tags[1].startswith("n"))
    numbered = tags[0] == "m" and any(tag.startswith("n") for tag in tags[1:3])
    says = any(tag.startswith(_SAYS) for tag in tags[1:]) or TROUBLE.search(clause) is not None
    return (thing or numbered) and says
