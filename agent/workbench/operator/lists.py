"""The closed lists that an operator chooses from, to be found by text, pinyin or initials.

Computed once at the start (about 600 entries); the search itself runs in the browser (`xz.Picker`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from knowledge.vocabulary import Category, Department
from models.record import Record

_REMIT = 30  # characters of a department's remit shown below its name


class Item(Record):
    """One entry of a list; `keys` are what may be typed, lower case and without blanks."""

    id: str
    text: str
    sub: str
    keys: tuple[str, ...]


def department_items(departments: Sequence[Department]) -> tuple[Item, ...]:
    """Departments by official name and alias: 城管局, chengguanju, cgj."""
    return tuple(
        Item(
            id=department.id,
            text=department.name,
            sub=department.remit[:_REMIT] or department.kind,
            keys=search_keys((department.name, department.name.removeprefix("郑州市"), *department.aliases)),
        )
        for department in departments
    )


def category_items(categories: Sequence[Category]) -> tuple[Item, ...]:
    """Leaves by their own name, by the level above, and by code."""
    return tuple(
        Item(
            id=category.code,
            text=category.level3,
            sub=f"{category.level1} › {category.level2}",
            keys=(*search_keys((category.level3, category.level2 + category.level3)), category.code),
        )
        for category in categories
    )


@cache
def search_keys(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names, their pinyin and its initials, without repetition."""
    from pypinyin import Style, lazy_pinyin  # here: its dictionary takes a tenth of a second to load

    keys: dict[str, None] = {}
    for name in names:
        spelled = "".join(lazy_pinyin(name))
        initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
        for key in (name, spelled, initials):
            keys["".join(key.lower().split())] = None
    return tuple(keys)
