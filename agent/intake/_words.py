"""Word lists written as one block of text."""

from __future__ import annotations


def words(block: str) -> frozenset[str]:
    """The words of a block, split at blanks and line ends."""
    return frozenset(block.split())
