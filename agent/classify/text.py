"""Which part of a complaint each model reads; training and use must agree, so it is written once."""

from __future__ import annotations

import re

QUERY_CHARS = 200  # title and beginning carry the matter; encoding time grows with every character
TEXT_CHARS = 2000
_SPACE = re.compile(r"\s+")


def query_text(title: str, text: str) -> str:
    """What is encoded and searched: title and beginning of the text."""
    return _joined(title, text)[:QUERY_CHARS]


def model_text(title: str, text: str) -> str:
    """What the n-gram models read."""
    return _joined(title, text)[:TEXT_CHARS]


def _joined(title: str, text: str) -> str:
    body = _SPACE.sub(" ", text).strip()
    head = _SPACE.sub(" ", title).strip()
    return body if not head or body.startswith(head) else f"{head}。{body}"
