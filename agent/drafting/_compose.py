"""Putting sentences together: one wording of several for each slot, no two neighbours that begin alike, short enough.

Knows no complaint and no plan; what a reply says is decided in `template`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

_ALIKE = 2  # characters that two neighbouring sentences may not begin with in common
FILL = 99  # spareness of what is said only in a reply that would be too short
_LAST_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?$")


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a reply.

    Attributes:
        wordings: Ways to say it, the preferred one first.
        spare: 0 must stay; of the others the highest goes first when the draft is too long.
    """

    wordings: tuple[str, ...]
    spare: int = 0

    def spared(self, spare: int) -> Slot:
        """The same slot, left out sooner the higher `spare` is."""
        return replace(self, spare=spare)


Paragraph = tuple[Slot, ...]


def turned(seed: str, slot: str, wordings: Sequence[str]) -> tuple[str, ...]:
    """The wordings in the order of this seed; each slot turns on its own."""
    digest = hashlib.sha256(f"{slot}\0{seed}".encode()).digest()
    first = int.from_bytes(digest[:4]) % len(wordings)
    return (*wordings[first:], *wordings[:first])


def count_chars(text: str) -> int:
    """Length of a draft: characters without white space."""
    return len("".join(text.split()))


def fit(paragraphs: Sequence[Paragraph], least: int, most: int) -> str:
    """The reply in `least` to `most` characters, as near as its slots allow.

    Slots of spareness `FILL` are said only where the reply is shorter than `least` without them.
    """
    ranks = sorted(
        {slot.spare for paragraph in paragraphs for slot in paragraph if 0 < slot.spare < FILL}, reverse=True
    )
    text = _join(paragraphs, upto=max(ranks, default=0))
    if count_chars(text) < least:
        return _join(paragraphs, upto=FILL)
    for rank in ranks:
        if count_chars(text) <= most:
            break
        text = _join(paragraphs, upto=rank - 1)
    return text


def _join(paragraphs: Sequence[Paragraph], upto: int) -> str:
    """All slots up to a rank of spareness, each in its first wording that does not begin like the one before."""
    lines: list[str] = []
    before = ""
    for paragraph in paragraphs:
        line = ""
        for slot in paragraph:
            if slot.spare > upto:
                continue
            said = next((w for w in slot.wordings if w[:_ALIKE] != before), slot.wordings[0])
            line += said
            last = _LAST_SENTENCE.search(said)
            before = (last[0] if last else said)[:_ALIKE]
        if line:
            lines.append(line)
    return "\n".join(lines)
