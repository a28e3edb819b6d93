"""How urgent a message is and which risks it carries, from rules with the words that say so.

Reads plain text with `rules/urgency.toml`; knows no category, no department and no model. A danger that is
denied, over, past or only feared is not a danger now: every hit is read inside its own sentence first.
The spans are offsets into the text given; a caller that cleaned the text maps them back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from agent.rules import Pattern, load_rules
from knowledge.vocabulary import Risk, Urgency
from models.record import Record

Cue = Literal["negated", "resolved", "past", "supposed"]

_SENTENCE_END = re.compile(r"[。！？!?；;\n]")
_CLAUSE_END = re.compile(r"[，,、：:。！？!?；;\n]")

# How far a “怕” or “如果” reaches, in characters: farther off it speaks of something else.
_SUPPOSED_REACH = 40


class UrgencyRule(Record):
    """Words that carry a risk, and the level they raise when they are meant."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    risks: tuple[Risk, ...] = Field(min_length=1)
    level: Urgency = Field(default=0, description="0 names the risk only")
    patterns: tuple[Pattern, ...] = Field(min_length=1)
    unless: tuple[Pattern, ...] = Field(default=(), description="one of these in the same sentence: no hit")
    needs: tuple[Pattern, ...] = Field(
        default=(), description="the level needs one of these somewhere in the text; the risk does not"
    )
    min_hits: int = Field(default=1, ge=1, description="different hits before the rule counts")
    head: int = Field(default=0, ge=0, description="one hit that starts in the first `head` characters is enough")
    ignores: tuple[Cue, ...] = Field(default=(), description="readings that do not weaken this rule")
    source: str = Field(default="", description="the statute behind the rule")


class CuePatterns(Record):
    """The wording that weakens a hit, by where it stands."""

    negated_before: tuple[Pattern, ...] = Field(
        min_length=1, description="ends right before the hit, same clause: no hit"
    )
    denied_after: tuple[Pattern, ...] = Field(min_length=1, description="later in the sentence: no hit")
    resolved_after: tuple[Pattern, ...] = Field(min_length=1, description="later in the sentence: no hit")
    again: tuple[Pattern, ...] = Field(min_length=1, description="cancels `resolved_after` when it comes after it")
    past_before: tuple[Pattern, ...] = Field(min_length=1, description="earlier in the sentence: level 0")
    continuing: tuple[Pattern, ...] = Field(min_length=1, description="anywhere in the sentence: cancels `past_before`")
    not_now_before: tuple[Pattern, ...] = Field(min_length=1, description="earlier in the sentence: level 1 at most")
    supposed_before: tuple[Pattern, ...] = Field(
        min_length=1, description="shortly before the hit, same sentence: level 0"
    )
    supposed_after: tuple[Pattern, ...] = Field(min_length=1, description="right after the hit: level 0")
    denied_inside: tuple[Pattern, ...] = Field(min_length=1, description="within a wide hit: no hit")
    supposed_inside: tuple[Pattern, ...] = Field(min_length=1, description="within a wide hit: level 0")


class UrgencyRuleFile(Record):
    """The whole of `urgency.toml`."""

    cues: CuePatterns
    rule: tuple[UrgencyRule, ...] = Field(min_length=1)

    @field_validator("rule")
    @classmethod
    def _unique(cls, rules: tuple[UrgencyRule, ...]) -> tuple[UrgencyRule, ...]:
        ids = [rule.id for rule in rules]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"rule ids must differ, used twice: {', '.join(twice)}")
        return rules


@dataclass(frozen=True, slots=True)
class UrgencyReading:
    """What the rules found.

    Attributes:
        level: The highest level that a rule raises.
        risks: Every risk named.
        spans: (start, end) code point offsets, in order and without overlap.
        rule_ids: The rules that fired.
        by_statute: A rule with a statute behind it raised the level.
    """

    level: Urgency
    risks: tuple[Risk, ...]
    spans: tuple[tuple[int, int], ...]
    rule_ids: tuple[str, ...]
    by_statute: bool = False


@dataclass(frozen=True, slots=True)
class _Hit:
    rule: UrgencyRule
    level: Urgency
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: UrgencyRule
    patterns: re.Pattern[str]
    unless: re.Pattern[str] | None
    needs: re.Pattern[str] | None


class UrgencyRules:
    """The rules of one file, compiled once and read-only; safe to share between threads."""

    def __init__(self, file: UrgencyRuleFile) -> None:
        self._rules = tuple(
            _Compiled(rule, _any_of(rule.patterns), _maybe(rule.unless), _maybe(rule.needs)) for rule in file.rule
        )
        self._cues = _Cues(file.cues)

    @classmethod
    def load(cls, override_dir: Path | None = None) -> UrgencyRules:
        """Read `urgency.toml`, the user's own when `override_dir` has one.

        Raises:
            SettingsError: The file does not fit; names file and field.
        """
        return cls(load_rules("urgency", UrgencyRuleFile, override_dir))

    def judge(self, text: str) -> UrgencyReading:
        """Read one message; the title, if any, comes first.

        Args:
            text: Any text, also an empty one.

        Returns:
            The highest level that any rule raises, every risk named (in the order of the closed list) and,
            for each rule that fired, the first of its strongest hits.
        """
        hits = [hit for rule in self._rules if (hit := self._best_hit(rule, text)) is not None]
        named = {risk for hit in hits for risk in hit.rule.risks}
        return UrgencyReading(
            level=max((hit.level for hit in hits), default=0),
            risks=tuple(risk for risk in Risk if risk in named),
            spans=_disjoint(sorted((hit.start, hit.end) for hit in hits)),
            rule_ids=tuple(hit.rule.id for hit in hits),
            by_statute=any(hit.level and hit.rule.source for hit in hits),
        )

    def _best_hit(self, compiled: _Compiled, text: str) -> _Hit | None:
        rule = compiled.rule
        hits = list(self._hits(compiled, text))
        if not hits or (len(hits) < rule.min_hits and hits[0].start >= rule.head):
            return None
        best = max(hits, key=lambda hit: hit.level)  # the first of the strongest
        if best.level and compiled.needs is not None and not compiled.needs.search(text):
            return _Hit(rule, 0, best.start, best.end)
        return best

    def _hits(self, compiled: _Compiled, text: str) -> Iterator[_Hit]:
        for match in compiled.patterns.finditer(text):
            start, end = match.span()
            context = _context(text, start, end)
            if compiled.unless is not None and compiled.unless.search(context.sentence):
                continue
            level = self._cues.level(compiled.rule, context)
            if level is not None and end > start:
                yield _Hit(compiled.rule, level, start, end)


@dataclass(frozen=True, slots=True)
class _Context:
    """A hit's sentence, and the parts of it before (also of the clause only) and after the hit."""

    sentence: str
    before: str
    hit: str
    clause_before: str
    after: str


def _context(text: str, start: int, end: int) -> _Context:
    # 120 characters reach over any normal sentence; the bound keeps a text without 。 linear.
    left, right = max(0, start - 120), min(len(text), end + 120)
    before = _SENTENCE_END.split(text[left:start])[-1]
    after = _SENTENCE_END.split(text[end:right], maxsplit=1)[0]
    clause_before = _CLAUSE_END.split(before)[-1]
    hit = text[start:end]
    return _Context(before + hit + after, before, hit, clause_before, after)


class _Cues:
    """Decides what a hit is worth in its sentence."""

    def __init__(self, cues: CuePatterns) -> None:
        self._negated = re.compile(f"(?:{'|'.join(cues.negated_before)})$")
        self._denied = _any_of(cues.denied_after)
        self._resolved = _any_of(cues.resolved_after)
        self._again = _any_of(cues.again)
        self._past = _any_of(cues.past_before)
        self._continuing = _any_of(cues.continuing)
        self._not_now = _any_of(cues.not_now_before)
        self._supposed_before = _any_of(cues.supposed_before)
        self._supposed_after = _any_of(cues.supposed_after)
        self._denied_inside = _any_of(cues.denied_inside)
        self._supposed_inside = _any_of(cues.supposed_inside)

    def level(self, rule: UrgencyRule, context: _Context) -> Urgency | None:
        """Weaken the rule's level: 1 where it recurs, 0 where it is not now, None where it is denied or over."""
        if "negated" not in rule.ignores and self._is_negated(context):
            return None
        if "resolved" not in rule.ignores and self._is_resolved(context):
            return None
        if "past" not in rule.ignores and self._is_past(context):
            return 0
        if "supposed" not in rule.ignores and self._is_supposed(context):
            return 0
        if rule.level == 2 and self._not_now.search(context.before):
            return 1
        return rule.level

    def _is_negated(self, context: _Context) -> bool:
        return bool(
            self._negated.search(context.clause_before)
            or self._denied.search(context.after)
            or self._denied_inside.search(context.hit)
        )

    def _is_resolved(self, context: _Context) -> bool:
        found = self._resolved.search(context.after)
        return found is not None and not self._again.search(context.after, found.end())

    def _is_past(self, context: _Context) -> bool:
        return bool(self._past.search(context.before + context.hit)) and not self._continuing.search(context.sentence)

    def _is_supposed(self, context: _Context) -> bool:
        near = context.before[-_SUPPOSED_REACH:]
        return bool(
            self._supposed_before.search(near)
            or self._supposed_after.match(context.after)
            or self._supposed_inside.search(context.hit)
        )


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _maybe(patterns: Sequence[str]) -> re.Pattern[str] | None:
    return _any_of(patterns) if patterns else None


def _disjoint(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Join spans that overlap; `spans` is sorted."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
