"""Firm rules: words that name the body which has to act first, each with its source.

A rule is one feature of the lead ranker, whose weight is learned, so its say stays calibrated; what it adds is a
reason that an operator can check. Rules marked `above`, and any rule in an emergency, outweigh the model. Rules
marked `emergency` hold only there, are no feature of the ranker, and decide: no model was taught who goes to a body
in the river.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from agent.rules import Pattern, load_rules
from models.errors import SettingsError
from models.record import Record


class FirmRule(Record):
    """One rule of `dispatch.toml`."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    lead: str
    patterns: tuple[Pattern, ...] = Field(min_length=1)
    unless: tuple[Pattern, ...] = ()
    source: str = Field(min_length=1)
    above: bool = Field(default=False, description="stands above the model: practice of this city, or a statute's word")
    emergency: bool = Field(default=False, description="holds only where a life is in danger, and then decides")
    assist: tuple[str, ...] = Field(default=(), description="who must come along, of an emergency rule")


class _File(Record):
    rule: tuple[FirmRule, ...]


@dataclass(frozen=True)
class FirmRules:
    """All rules, compiled."""

    rules: tuple[FirmRule, ...]

    @classmethod
    def load(cls, departments: Collection[str], override_dir: Path | None = None) -> FirmRules:
        """Read `dispatch.toml`, the user's own when there is one.

        Raises:
            SettingsError: The file is wrong, or names a department that does not exist.
        """
        rules = load_rules("dispatch", _File, override_dir).rule
        for rule in rules:
            for named in (rule.lead, *rule.assist):
                if named not in departments:
                    raise SettingsError(f"dispatch.toml: rule {rule.id!r} names {named!r}, which is no department")
        return cls(rules)

    def matching(self, text: str) -> tuple[FirmRule, ...]:
        """The ordinary rules that hold for a text, in file order."""
        return tuple(rule for rule in self.rules if not rule.emergency and _holds(rule, text))

    def deciding(self, text: str) -> FirmRule | None:
        """The first emergency rule that holds for a text."""
        return next((rule for rule in self.rules if rule.emergency and _holds(rule, text)), None)


def _holds(rule: FirmRule, text: str) -> bool:
    return any(re.search(p, text) for p in rule.patterns) and not any(re.search(p, text) for p in rule.unless)
