"""Long patterns written over several lines."""

from __future__ import annotations

import re


def pattern(text: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    r"""Compile a pattern whose white space does not count; write `\s` or `\x20` for a blank that does."""
    return re.compile("".join(text.split()), flags)


def listed(text: str) -> frozenset[str]:
    """A long list of words written over several lines."""
    return frozenset(text.split())
