"""What each role may do: the one table that pages, API and tools ask.

Rights only, no account. A role holds what the role before it holds, save one right: a reviewer reads masked text,
because a judgement of a dispatch needs no citizen's name; an operator calls the citizen back.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from agent.ledger.records import Role


class Permission(StrEnum):
    """One right; closed, so that a misspelt one is an error and not a refusal."""

    TRIAGE = "triage"
    DECIDE = "decide"
    SEE_NAMES = "see_names"
    REVIEW = "review"
    QUALITY = "quality"
    SCORE = "score"
    IMPORT_KNOWLEDGE = "import_knowledge"
    MANAGE_PEOPLE = "manage_people"
    READ_AUDIT = "read_audit"


_OPERATOR = frozenset({Permission.TRIAGE, Permission.DECIDE})
_REVIEWER = _OPERATOR | {Permission.REVIEW, Permission.QUALITY, Permission.SCORE}
PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        "operator": _OPERATOR | {Permission.SEE_NAMES},
        "reviewer": _REVIEWER,
        "admin": frozenset(Permission),
    }
)


def allowed(role: Role, permission: Permission) -> bool:
    """Whether a role holds a right."""
    return permission in PERMISSIONS[role]
