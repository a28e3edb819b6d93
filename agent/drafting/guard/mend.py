"""Failing sentences taken out of a draft where the rest stands.

Asks the caller's check, so that citations are judged as of the same day; adds no word.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pydantic import Field

from agent.schema import Check
from models.record import Record

_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；]?[”’」』）]*\n*")
# Checks that judge the whole: no sentence can be blamed for what a draft lacks.
_WHOLE = frozenset({"length", "blanks", "ending", "subject", "demands", "routing", "safety", "kind"})


class Mended(Record):
    """What is left of a draft, or why it cannot be used."""

    text: str | None = Field(description="the draft that passes every check; None when there is none")
    removed: tuple[str, ...] = Field(default=(), description="the sentences taken out, in order")
    checks: tuple[Check, ...] = Field(description="of `text`, or of the draft as given when nothing is left")


def mend_draft(text: str, check: Callable[[str], tuple[Check, ...]]) -> Mended:
    """Take out the sentences that fail by themselves.

    Args:
        text: The draft.
        check: Judges a text as a whole, e.g. `check_draft` with the plan and citations filled in.

    Returns:
        The draft unchanged when it passes; without its failing sentences when the rest passes every check; else
        no text, and the template serves.
    """
    checks = check(text)
    if _passed(checks):
        return Mended(text=text, checks=checks)
    if all(result.ok or result.name in _WHOLE for result in checks):
        return Mended(text=None, checks=checks)
    kept: list[str] = []
    removed: list[str] = []
    for sentence in _SENTENCE.findall(text):
        alone = check(sentence) if sentence.strip() else ()
        (kept if all(result.ok or result.name in _WHOLE for result in alone) else removed).append(sentence)
    rest = re.sub(r"\n{2,}", "\n", "".join(kept)).strip()
    after = check(rest) if removed and rest else checks
    if not _passed(after):
        return Mended(text=None, checks=checks)
    return Mended(text=rest, removed=tuple(sentence.strip() for sentence in removed), checks=after)


def _passed(checks: tuple[Check, ...]) -> bool:
    return all(result.ok for result in checks)
