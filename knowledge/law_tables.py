"""The tables between everyday life and statutes: further bases of a topic, and what people bring under each law.

`bases.csv` adds to the duty table the articles that set the rule itself and those of earlier law, each cited
only on days when it is in force. `law_matters.csv` says in citizens' words what each law is about, for search;
both are hand-written and may name statutes that are not held.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from pathlib import Path

from knowledge.csvfile import Row, read_table
from models.record import Record

_TOGETHER = 8  # matters in one vector; 4 and 8 find laws equally well, all of a law in one finds fewer
_NUMBER = re.compile(r"\d+(-\d+)?")


class Basis(Record):
    """Articles that govern one everyday topic, beside those of its duty."""

    topic: str
    statute: str
    articles: tuple[str, ...]
    note: str = ""


class LawMatters(Record):
    """What citizens bring to a hotline that some articles of a law answer, in their words."""

    law: str
    articles: tuple[str, ...] = ()
    matters: tuple[str, ...]


def load_bases(path: Path, topics: Container[str]) -> tuple[Basis, ...]:
    """Read the further bases.

    Raises:
        TableError: an unknown topic, a wrong article number, or one basis twice; names file, line and column.
    """
    bases: list[Basis] = []
    seen: set[tuple[str, str]] = set()
    for row in read_table(path, ("topic", "statute", "articles", "note")):
        topic, statute = row.key("topic", topics), row.text("statute")
        if (topic, statute) in seen:
            raise row.error("statute", f"{topic} has a row for {statute} above; join the articles")
        seen.add((topic, statute))
        note = row.text("note", needed=False)
        bases.append(Basis(topic=topic, statute=statute, articles=_numbers(row), note=note))
    return tuple(bases)


def load_matters(path: Path) -> tuple[LawMatters, ...]:
    """Read what each law is about; a row without articles speaks for the whole law.

    Returns:
        The rows in order, long ones in parts of a few matters: a vector of many things is near to none of them.

    Raises:
        TableError: a row without matters, a wrong article number, or articles that stand twice; names file, line
            and column.
    """
    found: dict[tuple[str, tuple[str, ...]], LawMatters] = {}
    for row in read_table(path, ("law", "articles", "matters")):
        law, matters = row.text("law"), row.words("matters")
        articles = _numbers(row) if row.text("articles", needed=False) else ()
        if not matters:
            raise row.error("matters", "is empty; write what people bring, with ； between")
        if (law, articles) in found:
            raise row.error("articles", f"{law} has a row for these above; join the matters")
        found[law, articles] = LawMatters(law=law, articles=articles, matters=matters)
    return tuple(part for row in found.values() for part in _parts(row))


def _parts(row: LawMatters) -> Iterator[LawMatters]:
    for at in range(0, len(row.matters), _TOGETHER):
        yield row.model_copy(update={"matters": row.matters[at : at + _TOGETHER]})


def _numbers(row: Row) -> tuple[str, ...]:
    numbers = row.words("articles")
    wrong = next((number for number in numbers if not _NUMBER.fullmatch(number)), None)
    if not numbers or wrong is not None:
        raise row.error("articles", f"{wrong or ''!r} is no article number; write 43;77 or 133-1")
    return numbers
