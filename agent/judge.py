"""How urgent one complaint is: what the rules read, weighed with the learned chance, and the words behind it.

Danger to life stays with the rules, and so does a level that a rule takes from a statute: the model may raise
a matter, never lower these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.classify.model import Model, Tone
from agent.intake import simplify
from agent.read import Reading
from agent.schema import UrgencyGuess
from agent.urgency import UrgencyReading, UrgencyRules
from knowledge.vocabulary import Span, Urgency

_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_SHOWN = 80  # a longer sentence is no evidence one can read at a glance


@dataclass(frozen=True)
class UrgencyJudge:
    """Rules and model together."""

    rules: UrgencyRules
    model: Model

    def read(self, reading: Reading) -> UrgencyReading:
        """What the rules find in title and text; positions count from the title on."""
        return self.rules.judge(_head(reading) + reading.text)

    def guess(self, reading: Reading, judged: UrgencyReading, tone: Tone) -> UrgencyGuess:
        """The level of the whole complaint; evidence only from the text, as given."""
        chance = self.model.urgent(tone, judged)
        level = self._level(judged, chance)
        spans = _in_text(reading, judged)
        if level and not spans and not judged.level:
            spans = self._loudest(reading)
        return UrgencyGuess(level=level, confidence=_sure(level, chance), risks=judged.risks, evidence=spans)

    def guess_part(self, text: str, tone: Tone) -> UrgencyGuess:
        """The level of one separate matter of a complaint; without evidence."""
        judged = self.rules.judge(text)
        chance = self.model.urgent(tone, judged)
        level = self._level(judged, chance)
        return UrgencyGuess(level=level, confidence=_sure(level, chance), risks=judged.risks)

    def _level(self, judged: UrgencyReading, chance: float) -> Urgency:
        if judged.level == 2:
            return 2
        return 1 if judged.by_statute or chance >= self.model.urgent_from else 0

    def _loudest(self, reading: Reading) -> tuple[Span, ...]:
        """The sentence whose words speak most for urgency."""
        sentences = [m for m in _SENTENCE.finditer(reading.text) if 4 <= len(m.group().strip()) <= _SHOWN]
        if not sentences:
            return ()
        best = max(sentences, key=lambda m: self.model.alarm(m.group()))
        return (reading.span(best.start(), best.end()),)


def _sure(level: Urgency, chance: float) -> float:
    return round(min(max(chance if level else 1 - chance, 0.0), 1.0), 4)


def _head(reading: Reading) -> str:
    return f"{simplify(reading.given_title)}。" if reading.given_title else ""


def _in_text(reading: Reading, judged: UrgencyReading) -> tuple[Span, ...]:
    head = _head(reading)
    spans: list[Span] = []
    for start, end in judged.spans:
        if start < len(head):  # said in the title: show the same words where the text repeats them
            words = (head + reading.text)[start:end]
            at = reading.text.find(words)
            start, end = (at, at + len(words)) if at >= 0 else (0, 0)
        else:
            start, end = start - len(head), end - len(head)
        if end > start:
            spans.append(reading.span(start, end))
    unique = sorted({(span.start, span.end): span for span in spans}.items())
    return tuple(span for _, span in unique)
