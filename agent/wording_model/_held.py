"""What a model's draft is held to beside the guard: its quotation marks, its prompt, and the ground of each clause.

The guard lets a draft repeat the complaint inside quotation marks, because our template quotes demands only. A model
can be talked into quoting anything, so here the quoted words must be ones that the plan offers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.drafting.demands import brief
from agent.drafting.guard.case import QUOTE, fold
from agent.drafting.plan import Plan
from agent.schema import Check
from agent.wording_model._grounded import ungrounded

_RUN = 12  # characters in common with the prompt that no reply has by chance
_BARE = re.compile(r"[\s“”‘’\"'「」『』。，；！？]")
_SHOWN = 3


def own_checks(text: str, plan: Plan, prompt: str) -> tuple[Check, ...]:
    """Three checks: `quotes`, `echo` and `ground`."""
    findings = (("quotes", _quotes(text, plan)), ("echo", _echoes(text, prompt)), ("ground", ungrounded(text, plan)))
    return tuple(_check(name, found) for name, found in findings)


def _check(name: str, findings: Iterator[str]) -> Check:
    found = list(findings)[:_SHOWN]
    return Check(name=name, ok=not found, detail="；".join(found))


def _quotes(text: str, plan: Plan) -> Iterator[str]:
    sources = [_bare(source) for source in _quotable(plan) if source]
    for quote in QUOTE.finditer(fold(text)):
        words = _bare(quote[0])
        if not any(words in source for source in sources):
            yield f"引号内不是要点中的话“{words[:16]}”"


def _quotable(plan: Plan) -> Iterator[str]:
    yield from (plan.matter, plan.place, plan.record)
    yield from (issue.matter for issue in plan.issues)
    yield from (brief(demand) for demand in plan.demands)
    yield from (citation.text for citation in plan.citations)


def _echoes(text: str, prompt: str) -> Iterator[str]:
    told, said = _bare(fold(prompt)), _bare(fold(text))
    runs = {told[at : at + _RUN] for at in range(len(told) - _RUN + 1)}
    hit = next((said[at : at + _RUN] for at in range(len(said) - _RUN + 1) if said[at : at + _RUN] in runs), None)
    if hit is not None:
        yield f"照抄提示词“{hit}”"


def _bare(text: str) -> str:
    return _BARE.sub("", fold(text))
