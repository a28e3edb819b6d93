"""The regular expressions that rule files may hold: those that search in linear time."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

# A repeat without an upper bound lets a search take more than linear time; `{0,20}` says the same safely.
_UNBOUNDED = re.compile(r"(?<!\\)[*+]|\{\d*,\}")


def _safe_pattern(pattern: str) -> str:
    """Accept a regular expression that compiles and whose repeats are all bounded."""
    if not pattern:
        raise ValueError("a pattern must not be empty")
    if _UNBOUNDED.search(pattern):
        raise ValueError(f"pattern {pattern!r} repeats without bound; write {{0,20}} instead of * or +")
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"pattern {pattern!r} is not a regular expression ({error})") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_safe_pattern)]
