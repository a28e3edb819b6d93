"""What an article says about a matter: a term they share, or the one sentence of the article that answers.

Looks at characters only. A term is said of an article only because it stands in it; a sentence is quoted as it stands.
"""

from __future__ import annotations

import re

from models.lexical import tokens

_SHORTEST, _LONGEST = 3, 10
_MOST_WORDS = 4
_HAN = re.compile(r"[一-鿿]+")
_SENTENCE = re.compile(r"[^。；\n]+")
# A rule for whoever asks; not a programme of the state, a duty among offices or a penalty.
_ANSWERS = re.compile(
    r"应当|可以|不得|须|有权|享受|享有|按月|按照|由[^，]{2,20}(?:支付|承担|缴纳|办理|负责)|满[^，]{1,6}年|无需|免"
)
_PROGRAMME = re.compile(
    r"^国家|主管[^，]{0,8}工作|负责[^，]{0,12}(?:管理|监督)?工作|罚款|责令|处分|拘留|没收|吊销|追究|人民政府应当|部门应当|统筹|规划|鼓励"
)
_QUOTABLE = 64  # characters of an article's sentence that a short reply can hold
_FEWEST = 2  # characters of a term that are not empty words
_LOOSE_END = re.compile(r"^[的和与或是在有了及等对将被]|[的和与或是在有了及等对将被]$")
_SHARED = 3  # pairs of characters that question and sentence must share
# Shared by nearly all statutes and complaints: they tell nothing about the matter.
_EMPTY = re.compile(
    r"有关|相关|规定|部门|单位|人民|政府|应当|可以|不得|进行|处理|情况|问题|要求|依法|办理|解决|负责|管理|工作|国家|行政|主管|以上|以下|按照|根据|所在|本市|郑州"
    r"|之一|其他|或者|及其|自己|他们|我们|没有|这个|一个|合法|权益|投诉|举报|反映|申请|提供|使用|发生|通过|造成|影响|严重|费用|时间|公司|个人|生活|居民|群众|社会|经济|法律|规范"
)


def shared_term(question: str, article: str) -> str:
    """The longest run of whole words, 3 to 10 characters, that stands in both and says something; '' when none does."""
    words = tokens(question)
    runs = (
        "".join(words[i : i + n]) for i in range(len(words)) if len(words[i]) > 1 for n in range(1, _MOST_WORDS + 1)
    )
    terms = [run for run in runs if _SHORTEST <= len(run) <= _LONGEST and run in question and run in article]
    return max((term for term in terms if _HAN.fullmatch(term) and _says(term)), key=len, default="")


def touches(question: str, article: str) -> bool:
    """Whether one whole word of the question stands in the article; without the article's text it may."""
    return not article or any(len(word) > 1 and word in article and _says(word) for word in tokens(question))


def answering_sentence(question: str, article: str) -> str:
    """The sentence of the article that shares most with the question, as it stands; '' when none is near and short."""
    wanted = _pairs(question)
    best, most = "", _SHARED - 1
    for found in _SENTENCE.findall(article):
        sentence = found.strip()
        shared = len(wanted & _pairs(sentence))
        if (
            shared > most
            and len(sentence) <= _QUOTABLE
            and _ANSWERS.search(sentence)
            and not _PROGRAMME.search(sentence)
            and not re.search(r"[“”：:（]|^[一二三四五六七八九十]+[、是]", sentence)
        ):
            best, most = sentence, shared
    return best


def _says(term: str) -> bool:
    bare = _EMPTY.sub("", term)
    return len(bare) >= _FEWEST and not _LOOSE_END.search(term)


def _pairs(text: str) -> set[str]:
    pairs = {text[i : i + 2] for i in range(len(text) - 1)}
    return {pair for pair in pairs if _HAN.fullmatch(pair) and not _EMPTY.fullmatch(pair) and "的" not in pair}
