"""The mark of a row: what is kept of a complaint to find later rows that report the same matter.

Hashes only, no text: 24 bits of the checksum of up to 88 words of the masked complaint, its category and its hour.
Numbers are left out, so that no door, flat or telephone can be tried out; words can be, one by one, from a dictionary:
a mark is to be kept as safe as the backlog it comes from.
"""

from __future__ import annotations

import datetime as dt
import re
import struct
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.schema import Suggestion
from knowledge.workdays import SHANGHAI
from models.bags import ROLE_BITS, Bags, word_hash
from models.lexical import tokens

MAX_WORDS = 88
TITLE, PLACE = 1, 2  # bits: where a word occurs
UNKNOWN = -(2**31)
_ROLES = (PLACE | TITLE, PLACE, TITLE, 0)  # the order of the words in a mark
_HEADER = struct.Struct("<BBBBiI")  # version, words of the first three roles, minutes since 1970, category
_VERSION = 1
_HIDDEN = re.compile(r"【[^【】]{1,6}】")
_NUMBER = re.compile(r"\d{3}|^\d+$")
_JOINED = 1 << 15  # marks turned into words at once


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """What many marks hold, one row a mark, in their order.

    Attributes:
        bags: Their words; an empty mark is an empty bag.
        minutes: When each was received, since 1970; `UNKNOWN` where nobody said.
        categories: Codes as numbers, 0 where there is none.
    """

    bags: Bags
    minutes: NDArray[np.int64]
    categories: NDArray[np.int32]


def write_mark(suggestion: Suggestion, received_at: dt.datetime | None) -> bytes:
    """The mark of one row, at most 276 bytes; b'' for a row without a reading.

    Args:
        suggestion: What the agent made of the row.
        received_at: When it was received; a time without a zone is 郑州's.
    """
    read = suggestion.complaint
    if read is None:
        return b""
    address = read.address
    spot, area = f"{address.community} {address.place}", f"{address.street} {address.district}"
    roles: dict[int, int] = {}
    for role, text in ((PLACE, spot), (TITLE, read.title), (0, area), (0, read.masked_text)):
        for word in _words(text):
            if word in roles:
                roles[word] |= role
            elif len(roles) < MAX_WORDS:
                roles[word] = role
    groups = [[word for word, role in roles.items() if role == wanted] for wanted in _ROLES]
    category = int(suggestion.category.code) if suggestion.category is not None else 0
    header = _HEADER.pack(_VERSION, *(len(group) for group in groups[:3]), _minutes(received_at), category)
    return header + b"".join(word.to_bytes(3, "big") for group in groups for word in group)


def read_marks(marks: Iterable[bytes]) -> Marks:
    """Unpack the marks of a whole backlog; about five bytes a word stay in memory."""
    words, sizes, minutes, categories = array("I"), array("q", [0]), array("q"), array("i")
    bodies: list[bytes] = []
    counts: list[int] = []
    for mark in marks:
        if mark:
            _, *roles, minute, category = _HEADER.unpack_from(mark)
            size = (len(mark) - _HEADER.size) // 3
            counts += (*roles, size - sum(roles))
            bodies.append(mark[_HEADER.size :])
        else:
            size, minute, category = 0, UNKNOWN, 0
        sizes.append(size)
        minutes.append(minute)
        categories.append(category)
        if len(bodies) == _JOINED:
            words.frombytes(_packed(bodies, counts))
            bodies.clear()
            counts.clear()
    words.frombytes(_packed(bodies, counts))
    return Marks(
        bags=Bags(np.frombuffer(words, np.uint32), np.cumsum(np.frombuffer(sizes, np.int64))),
        minutes=np.frombuffer(minutes, np.int64),
        categories=np.frombuffer(categories, np.int32),
    )


def _words(text: str) -> Iterable[int]:
    shown = _HIDDEN.sub(" ", text)
    return (word_hash(word) for word in tokens(shown) if len(word) > 1 and not _NUMBER.search(word))


def _minutes(moment: dt.datetime | None) -> int:
    if moment is None:
        return UNKNOWN
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=SHANGHAI)
    return int(aware.timestamp()) // 60


def _packed(bodies: list[bytes], counts: list[int]) -> bytes:
    """Words of some marks with their roles, as `models.bags` packs them."""
    octets = np.frombuffer(b"".join(bodies), np.uint8).reshape(-1, 3).astype(np.uint32)
    words = octets[:, 0] << 16 | octets[:, 1] << 8 | octets[:, 2]
    roles = np.repeat(np.tile(np.array(_ROLES, np.uint32), len(bodies)), counts)
    return bytes((words << ROLE_BITS | roles).tobytes())
