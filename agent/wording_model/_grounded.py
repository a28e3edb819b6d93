"""Whether a model's clause is made of the plan's words and of what our replies say anyway.

The guard lists what a reply must not say; a model that obeys a hidden order can say things no list foresees. So each
clause of a model must share pairs of characters with the plan or with the template's wordings. The complaint is no
source: that is where such orders come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from agent.drafting.demands import brief
from agent.drafting.guard.case import clauses_of, covered, fold, grams, sentences_of
from agent.drafting.phrases import ending, final, handling, opening
from agent.drafting.plan import Plan
from agent.drafting.template import cite, mark

# By hand, 21 November 2026: honest paraphrases mostly shared 0.54 or more, obeyed orders 0.33 or less; a courtesy
# that falls below is lost with its sentence, which costs little.
_LEAST = 0.4
_SHORT = 4  # characters; 您好 says nothing by itself
_WORD = re.compile(r"[一-鿿A-Za-z0-9]")
_FIELD = re.compile(r"\{\w+\}")
# Courtesies that a model may say beside the template's: sympathy, care on the way, keeping in touch.
_TALK = (
    "我们理解您的心情和对安全的担忧",
    "在此之前，夜间经过时请绕行、减速慢行，注意安全，尽量避开",
    "以便更快找到位置",
    "办理结果、处理结果将于、会在规定时间前向您反馈、告诉您",
    "主办单位会认真研究，工作人员会到现场查看实际情况，核实后给您答复",
)


def ungrounded(text: str, plan: Plan) -> Iterator[str]:
    """The clauses that lean on nothing, and the sentences made of many such scraps."""
    source = grams(fold("\n".join(_words(plan)))) | _lexicon()
    for sentence in sentences_of(fold(text)):
        for clause in (*clauses_of(sentence), sentence):
            if len(_WORD.findall(clause)) >= _SHORT and covered(clause, source) < _LEAST:
                yield f"要点里没有的话“{clause[:16]}”"


def _words(plan: Plan) -> Iterator[str]:
    for lead in (plan.lead, *(issue.lead for issue in plan.issues)):
        if lead is not None:
            yield from (lead.name, lead.unit)
    yield from (issue.matter for issue in plan.issues)
    yield from (brief(demand) for demand in plan.demands)
    yield from map(mark, plan.blanks)
    for citation in plan.citations:
        yield from (cite((citation,)), citation.text)
    yield from (plan.matter, plan.place, *plan.assists, plan.outside_city, plan.authority, plan.due_text)
    yield from (*plan.advice, plan.record)


@lru_cache(maxsize=1)
def _lexicon() -> frozenset[str]:
    tables = (vars(module) for module in (opening, handling, ending, final))
    wordings = (words for table in tables for name, value in table.items() if name.isupper() for words in _texts(value))
    return grams(fold(_FIELD.sub(" ", "\n".join((*wordings, *_TALK)))))


def _texts(value: object) -> Iterator[str]:
    """Every wording in a string, a tuple or a mapping of them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)
