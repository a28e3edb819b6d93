"""Column types that mean the same on SQLite and PostgreSQL: times, words, identifiers, JSON.

Migrations import them too, so a type here keeps its meaning once a version with it is released.
"""

from __future__ import annotations

import datetime as dt
import json
import re

from sqlalchemy import JSON, DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from knowledge.workdays import SHANGHAI

# NUL is refused by PostgreSQL, half a surrogate pair by UTF-8; both come in with broken exports.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with every character that a database refuses made U+FFFD; its length, so every span, stays."""
    return _UNSTORABLE.sub("\ufffd", text)


def local(moment: dt.datetime) -> dt.datetime:
    """The moment in Asia/Shanghai; a naive one is taken to be so already."""
    return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)


def utc_text(moment: dt.datetime) -> str:
    """The moment in UTC, always of one width, so that text sorts as time does."""
    return local(moment).astimezone(dt.UTC).isoformat(timespec="microseconds")


class UtcTime(TypeDecorator[dt.datetime]):
    """A moment: TIMESTAMPTZ on PostgreSQL, UTC text with its offset on SQLite; read back in Asia/Shanghai."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str] | TypeEngine[dt.datetime]:
        """SQLite has no type for moments."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(32))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> str | dt.datetime | None:
        """To UTC."""
        if value is None:
            return None
        text = utc_text(value)
        return text if dialect.name == "sqlite" else dt.datetime.fromisoformat(text)

    def process_result_value(self, value: str | dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """To Asia/Shanghai."""
        if value is None:
            return None
        return local(dt.datetime.fromisoformat(value) if isinstance(value, str) else value)


class Words(TypeDecorator[str]):
    """Text of any length that a person or a citizen wrote."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Without characters that a database refuses."""
        return None if value is None else storable(value)


def identifier(length: int = 36) -> String:
    """Text compared byte by byte on both databases, whatever the server's language."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def document() -> JSON:
    """JSON kept as it was written: PostgreSQL's `json`, for `jsonb` would rewrite numbers and break content hashes."""
    return JSON()


def dump_json(value: object) -> str:
    """How a JSON column is written."""
    return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
