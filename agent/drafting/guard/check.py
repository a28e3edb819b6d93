"""The guard: every draft, whoever worded it, held against its plan by named checks.

Deterministic; it judges no style and no truth, and a draft that passes may still be a poor reply. Words that a draft
quotes from the complaint are the citizen's and are not held against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from agent.drafting.guard import acts, facts, form, law, privacy, tone, topic
from agent.drafting.guard.case import Case, Grounds, open_case
from agent.drafting.plan import Plan
from agent.schema import Check
from knowledge.citing import CheckedCitation

_SHOWN = 3  # findings named in one detail
_MAX_CHARS = 20_000  # of a draft or a complaint; more is not read

CHECKS: tuple[tuple[str, Callable[[Case], Iterator[str]]], ...] = (
    ("citations", law.citations),
    ("law_words", law.law_words),
    ("numbers", facts.numbers),
    ("dates", facts.dates),
    ("phones", facts.phones),
    ("organisations", facts.organisations),
    ("places", facts.places),
    ("persons", privacy.persons),
    ("acts", acts.acts),
    ("promises", tone.promises),
    ("blame", tone.blame),
    ("politics", tone.politics),
    ("machine", tone.machine),
    ("obedience", tone.obedience),
    ("length", form.length),
    ("blanks", form.blanks),
    ("ending", form.ending),
    ("repetition", form.repetition),
    ("markup", form.markup),
    ("privacy", privacy.privacy),
    ("informer", privacy.informer),
    ("subject", topic.subject),
    ("demands", topic.demands),
    ("routing", topic.routing),
    ("safety", topic.safety),
    ("kind", topic.kind_fits),
)
_NO_GROUNDS = Grounds()


def check_draft(
    text: str,
    plan: Plan,
    complaint_text: str,
    cited: Sequence[CheckedCitation] = (),
    grounds: Grounds = _NO_GROUNDS,
) -> tuple[Check, ...]:
    """Hold a draft against its plan.

    Args:
        text: The draft, by whatever drafter.
        plan: What it may say; its `record` is what it may tell of handling.
        complaint_text: The complaint, masked or not; its numbers and dates may be repeated, personal data not.
        cited: What the citation checker found in `text` as of the matter's day.
        grounds: What else it may lean on; for a draft from elsewhere see `foreign_grounds`.

    Returns:
        One check for each name in `CHECKS`, in that order; the detail of a failed one says to the operator what
        was found.
    """
    case = open_case(text[:_MAX_CHARS], plan, complaint_text[:_MAX_CHARS], cited, grounds)
    checks = []
    for name, find in CHECKS:
        findings = list(dict.fromkeys(find(case)))
        checks.append(Check(name=name, ok=not findings, detail="；".join(findings[:_SHOWN])))
    return tuple(checks)
