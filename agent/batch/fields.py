"""Which columns of the result a person wants (`--fields`): the option, and the names that it may hold.

Knows names only. A name that does not exist is an error that shows the nearest ones: a column that is silently
missing from a result of a million rows is found too late.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from agent.batch.columns import fold, listed
from agent.schema import Suggestion
from models.errors import InputError

KEPT = ("id", "status", "error")  # of a line of JSON: without them nobody knows whose line it is and whether it failed
_LIKE = 0.4  # of difflib's ratio; Chinese names are short, one character of four is a quarter
_NEAR = 5


def parse_fields(option: str) -> tuple[str, ...]:
    """Read `工单编号,建议主办,主办置信度`.

    Args:
        option: Names divided by commas, Chinese ones too; '' for all columns.

    Raises:
        InputError: A name comes twice.
    """
    names = [name for part in option.replace("，", ",").split(",") if (name := part.strip())]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise InputError(f"--fields 中 {twice} 出现了两次，请只保留一个。", code="unknown_field")
    return tuple(names)


def chosen_columns(fields: Sequence[str], header: Sequence[str]) -> tuple[int, ...]:
    """The places of the wanted columns in the full header, in the order of the wish.

    Raises:
        InputError: A name is none of the header, or two names are one column.
    """
    places = tuple(header.index(_existing(name, header)) for name in fields)
    for at, place in enumerate(places):
        if place in places[:at]:
            raise InputError(f"--fields 中 {header[place]} 出现了两次，请只保留一个。", code="unknown_field")
    return places


def chosen_keys(fields: Sequence[str]) -> frozenset[str]:
    """The keys of a Suggestion that a line of JSON keeps, `id`, `status` and `error` among them.

    Raises:
        InputError: A name is no key of a Suggestion.
    """
    return frozenset((*KEPT, *(_existing(name, json_keys()) for name in fields)))


def json_keys() -> tuple[str, ...]:
    """All top-level keys of a Suggestion."""
    return tuple(Suggestion.model_fields)


def _existing(name: str, names: Sequence[str]) -> str:
    same = [known for known in names if known == name] or [known for known in names if fold(known) == fold(name)]
    if len(same) == 1:
        return same[0]
    near = same or _near(name, names)
    if near:
        hint = f"是不是 {'、'.join(near)}"
        raise InputError(f"--fields 中的 {name!r} 不是输出的列，{hint}？请改正后重试。", code="unknown_field")
    raise InputError(f"--fields 中的 {name!r} 不是输出的列，请从这些中选择：{listed(names)}。", code="unknown_field")


def _near(name: str, names: Sequence[str]) -> list[str]:
    within = [known for known in names if name in known or known in name]
    like = get_close_matches(name, names, n=_NEAR, cutoff=_LIKE)
    return list(dict.fromkeys([*within, *like]))[:_NEAR]
