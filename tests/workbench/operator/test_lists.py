"""Closed lists are found by text, pinyin and initials."""

from __future__ import annotations

import pytest

from agent.workbench.operator.lists import category_items, department_items
from knowledge.tables import load_tables

TABLES = load_tables()


@pytest.mark.parametrize(
    ("typed", "department"),
    [("城管局", "cgj"), ("chengguanju", "cgj"), ("cgj", "cgj"), ("gonganju", "gaj"), ("12369", "hbj"), ("hbj", "hbj")],
    ids=["text", "pinyin", "initials", "without-city", "number", "alias-initials"],
)
def test_department_is_found(typed: str, department: str) -> None:
    """What a person types is the beginning of a key of the department that is meant."""
    found = [item.id for item in department_items(TABLES.departments) if any(k.startswith(typed) for k in item.keys)]
    assert department in found


@pytest.mark.parametrize(
    "typed", ["城管执法", "chengguanzhifa", "cgzf", "010202"], ids=["t", "pinyin", "initials", "code"]
)
def test_category_is_found(typed: str) -> None:
    """The leaf itself, its pinyin, its initials or its code."""
    (item,) = [item for item in category_items(TABLES.categories) if item.id == "010202"]
    assert typed in item.keys


def test_lists_are_whole_and_typed_keys_are_lower_case() -> None:
    """Every department and category is there once, and every key is what the page compares with."""
    for items, table in (
        (department_items(TABLES.departments), TABLES.department),
        (category_items(TABLES.categories), TABLES.category),
    ):
        assert {item.id for item in items} == set(table)
        assert len(items) == len(table)
        assert all(key and key == key.lower() and " " not in key for item in items for key in item.keys)
