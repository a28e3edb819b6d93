"""What a reply must not sound like: promises, blame, politics, a model talking, a hidden instruction obeyed.

What a sentence sounds like is the classifier's to say (`kinds`); what is certain is read here: time limits, Latin
words, words that the citizen or the record said, words of an instruction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.drafting.guard.case import LAW_WORDS, Case, covered, grams, sentences_of
from agent.drafting.guard.kinds import Label, of_kind
from agent.drafting.guard.patterns import pattern
from agent.drafting.guard.quantities import to_number
from knowledge.numerals import NUMERAL

TERM = pattern(rf"((?:\d|{NUMERAL}|[几数半])+)(?:个)?(工作日|日|天|小时|分钟|周|星期|月|年)(?:之?内|以内|前|左右)")
_SPAN = pattern(rf"((?:\d|{NUMERAL}|[几数半])+)(?:个)?(工作日|日|天|小时|分钟|周|星期|月|年)")
_FROM_DAY = pattern(r"自[^，。；]{1,24}起")
_FOREIGN_WORDS = pattern(
    r"""
    [A-Za-z]{3,}(?:[\x20,.'-]+[A-Za-z]+)+|[A-Za-z]{9,}|\b(?:system|user|assistant|prompt|json|null|none|
    true|false|undefined|todo|plan|draft|lead|kind)\b
""",
    re.IGNORECASE,
)
# What only someone who sets a writer his task says.
_PROMPT = pattern(r"""
    (?:写作|输出|格式|字数|文风|语气|撰写)(?:的)?要求|不得(?:虚构|编造|杜撰)|只写[^，。；]{1,10}(?:事项|内容|结果)|
    未提供(?:办理|处理)?记录|(?:控制在|不超过|不少于)\d+(?:至\d+)?个?字|语气(?:要|应|须|需)|占位符|不得写|(?:以|用)空[格白]标|(?:无|没有|缺少?)[^，。；]{0,6}记录(?:时|则|的?情况下)|缺失(?:的)?信息|(?:根据|按照?)(?:以上|上述|给定)(?:模板|提纲|要点|指令)|
    (?:先|首先)(?:表示|写)[^，。；]{1,10}[，、]再(?:说明|写)
""")
_INSTRUCTION = pattern(
    r"""
        忽略|无视|(?:后台|内部|模型)(?:提示|指令|要求|说明)|必须(?:推荐|注明|宣布)|不要管|不用管|绕过|解除限制|系统(?:提示|消息|指令|管理员)|system|prompt|提示词|指令|
        ignore|disregard|你(?:现在)?是(?:一[个名]|管理员|系统|AI|超级|开发)|扮演|假装|假设你|角色|(?:请|
        必须|务必|直接|只|统一|一律)?(?:在)?(?:回复|答复|输出|回答|草稿|结尾|开头|末尾)(?:里|中|的?结尾|
        的?开头|末尾)?(?:[^，。；]{0,6})(?:写[上明入]?|输出|加上|附上|注明|写成|改成|填|说明?|标注|回复|
        只能)|标记(?:为|成)|管理员|开发者模式|越狱|base64|解码|</?\w+>|\[\w+\]|\{\{
    """,
    re.IGNORECASE,
)  # fmt: skip
_OBEYED = pattern(
    r"""
        (?:应|按照?|遵照|依照|根据)您?的?(?:要求|指示|指令|吩咐)(?:[^，。；]{0,6})(?:附|标记|改|写|输出|
        设|回复|展示|公开|删|变更|更改|调整)|(?:已|现)(?:经)?(?:将|把)[^，。；]{0,16}(?:标记为|改为|
        设为|切换|变更为|更改为|升级为)
    """
)
_REFUSES = pattern(r"不会|不能|无法|不予|不按|不受|不执行|不回复|没有权限|不支持")
_SAID = 0.6  # share of a sentence's pairs from which on it is the citizen's or the record's
_AGREED = 0.3  # the same of a promise beside a record, which may report what was agreed and is reworded freely
_HALF = 0.4
_VOWS = re.compile("保证|绝对?不|一定|彻底|永|放心|务必|必[定将]|肯定|再也不|杜绝|确保")
_VOWED = re.compile(r"(?:我们|我局|本局|热线|在此)[^，。；请督]{0,4}(?:保证|担保)(?!金|书|人)")
_SHOWN = 20
# Two lines of seven characters or four of five, one after the other.
_VERSE = re.compile(
    r"(?:(?<=[。！？\n])|^)(?:[\u4e00-\u9fff]{7}[，。！？]\s*){2}"
    r"|(?:(?<=[。！？\n])|^)(?:[\u4e00-\u9fff]{5}[，。！？]\s*){4}"
)
_ASKS_VERSE = re.compile("诗|顺口溜|押韵|对联|歌词|快板")
_COPIED = 0.5  # share of a hidden instruction's pairs in a sentence of the draft from which on it was followed


def promises(case: Case) -> Iterator[str]:
    """Results that nobody can promise, and time limits other than the deadline's."""
    yield from (f"不能承诺的结果“{words}”" for words in _of_kind("promise", case))
    for sentence in case.sentences:
        vowed = _VOWED.search(sentence)
        if vowed and vowed[0] not in case.record and not _REFUSES.search(sentence):
            yield f"不能承诺的结果“{sentence[vowed.start() :][:_SHOWN]}”"
    yield from _terms(case)


def _terms(case: Case) -> Iterator[str]:
    deadline = case.plan.deadline
    workdays = deadline.workdays if deadline is not None else None
    articles = "\n".join(c.article_text for c in case.cited) + "\n".join(c.text for c in case.plan.citations)
    for sentence in case.sentences:
        for found in TERM.finditer(LAW_WORDS.sub("", sentence)):
            value = to_number(found[1])
            if LAW_WORDS.search(sentence) and _FROM_DAY.search(sentence):
                continue  # 自收到申请之日起七日内 is the law's term
            allowed = found[2] == "工作日" and value is not None and value == workdays
            recorded = _in_record(found[1], found[2], case.record)
            if not (allowed or recorded or _told(found[0], sentence, case) or _lawful(found[0], articles)):
                yield f"与办理时限不符的期限“{found[0]}”"


def _in_record(number: str, unit: str, record: str) -> bool:
    """Whether the record has the term: 三天内 is 3日内."""
    value = to_number(number)
    for found in _SPAN.finditer(record):
        same = found[1] == number or (value is not None and to_number(found[1]) == value)
        if same and found[2].replace("天", "日") == unit.replace("天", "日"):
            return True
    return False


def _told(term: str, sentence: str, case: Case) -> bool:
    """近一年内 and the like are the citizen's words when most of the sentence is."""
    return term in case.complaint and covered(sentence, grams(case.complaint)) > 0.4


def _lawful(term: str, articles: str) -> bool:
    """A statutory term: the article has it."""
    return re.sub(r"(?:之内|以内|前|左右)$", "内", term) in articles or term.removesuffix("内") in articles


def blame(case: Case) -> Iterator[str]:
    """Reproach of the citizen."""
    yield from (f"指责市民的话“{words}”" for words in _of_kind("blame", case))


def politics(case: Case) -> Iterator[str]:
    """Politics and praise of oneself beyond the matter."""
    yield from (f"与事项无关的政治表述或自我夸耀“{words}”" for words in _of_kind("politics", case))


def machine(case: Case) -> Iterator[str]:
    """Words of a prompt or of a model about itself, and other languages."""
    yield from (f"提示词或机器用语“{words}”" for words in _of_kind("machine", case))
    for found in _PROMPT.finditer(case.own):
        yield f"提示词或机器用语“{found[0]}”"
    for found in _FOREIGN_WORDS.finditer(LAW_WORDS.sub("", case.own)):
        if found[0] not in case.known:
            yield f"提示词或机器用语“{found[0][:_SHOWN]}”"


def _of_kind(label: Label, case: Case) -> Iterator[str]:
    """Sentences of a kind that are neither the citizen's, the record's nor the law's own."""
    told = "\n".join((case.complaint, case.record, *case.articles))
    sources = grams(told if case.grounds.foreign else f"{told}\n{case.known}")
    final = bool(case.record) and label == "promise"
    said = _AGREED if final else _SAID
    for sentence in case.sentences:
        words = of_kind(sentence, label)
        if words and covered(LAW_WORDS.sub("", words), sources) < said and not (final and _agreed(words, told)):
            yield words.strip("。；！")[:_SHOWN]


def _agreed(words: str, told: str) -> bool:
    """Whether enough characters are the record's or the complaint's and nothing is vowed: an agreement, reworded."""
    if _VOWS.search(words):
        return False
    signs = [sign for sign in words if "\u3400" <= sign <= "\u9fff"]
    return sum(sign in told for sign in signs) >= _HALF * len(signs)


def obedience(case: Case) -> Iterator[str]:
    """Instructions hidden in the complaint, carried out or repeated."""
    if not _INSTRUCTION.search(case.complaint):
        return
    if _ASKS_VERSE.search(case.complaint) and _VERSE.search(case.own):
        yield "照办了诉求中夹带的指令，写成了韵文"
    for found in _OBEYED.finditer(case.own):
        yield f"照办了诉求中夹带的指令“{found[0][:16]}”"
    for order in sentences_of(case.complaint):
        asked = _INSTRUCTION.search(order)
        if asked is None:
            continue
        wanted = grams(order[asked.start() :])
        for sentence in case.sentences:
            told = grams(sentence)
            if wanted and len(told) > 5 and len(told & wanted) / len(told) >= _COPIED and not _REFUSES.search(sentence):
                yield f"照抄了诉求中夹带的指令“{sentence[:16]}”"
