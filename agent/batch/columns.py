"""Which column of somebody's export carries which field of ours.

Knows column names; cells only to hand them over. The accepted names lie in `rules/columns.toml`. Two candidates
for a field that a complaint is built from are a question to the person: nothing is guessed.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from agent.batch._cells import unwrapped, visible
from agent.intake import mask
from models.errors import InputError, SettingsError
from models.record import Record

Privacy = Literal["plain", "mask", "hide"]
_NOTE = re.compile(r"\([^()]*\)$")  # 诉求内容(必填), and the (2) of a repeated name
_LONGEST_NAME = 200  # characters, notes in brackets included; a longer cell is data, and may be of any length
_NAME = 12  # characters of a column name in an error
_SHOWN = 30  # columns named in an error; a line with two hundred names helps nobody


class FieldRule(Record):
    """The names under which one field comes, and how its cells are exported."""

    names: tuple[str, ...] = Field(min_length=1)
    fallback: tuple[str, ...] = ()
    ask: bool = False
    privacy: Privacy
    label: str = Field(default="", description="what a hidden cell becomes, e.g. 【电话】")


class ColumnRules(Record):
    """The whole of `columns.toml`."""

    fields: dict[str, FieldRule]

    @model_validator(mode="after")
    def _no_name_twice(self) -> ColumnRules:
        names = [fold(name) for rule in self.fields.values() for name in (*rule.names, *rule.fallback)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"column names must differ, used twice: {', '.join(twice)}")
        return self


@cache
def column_rules() -> ColumnRules:
    """Read the shipped `columns.toml`, once.

    Raises:
        SettingsError: The file is not TOML or a field of it is wrong.
    """
    try:
        data = tomllib.loads(resources.files("agent.rules").joinpath("columns.toml").read_text(encoding="utf-8"))
        return ColumnRules.model_validate(data)
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise SettingsError(f"rules/columns.toml is unusable ({error}); restore or correct it.") from error


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The columns of one file and the fields they carry."""

    header: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]

    def column(self, field: str) -> str | None:
        """The one column of a field; None when the file has none.

        Raises:
            InputError: Several columns could be it; names them and the option that decides.
        """
        candidates = self.fields.get(field, ())
        if len(candidates) > 1:
            raise _ambiguous(field, candidates)
        return candidates[0] if candidates else None

    def value(self, field: str, cells: Mapping[str, str]) -> str:
        """What the cell of a field says, without its wrappings; '' when the file or the row has none.

        Raises:
            InputError: Several columns could be it.
        """
        column = self.column(field)
        return unwrapped(cells.get(column, "")) if column is not None else ""

    def exported(self, column: str) -> tuple[Privacy, str]:
        """How the cells of one column leave the house: the manner, and the label of a hidden cell."""
        for field, columns in self.fields.items():
            if column in columns:
                rule = column_rules().fields[field]
                return rule.privacy, rule.label
        return "mask", ""


def map_columns(header: Sequence[str], overrides: Mapping[str, str] = MappingProxyType({})) -> ColumnMap:
    """Find the column of every field.

    Args:
        header: The column names of the file, all different and none empty.
        overrides: Field to column, as the person said; a field may go by any of its names (`id`, `诉求内容`).

    Returns:
        The mapping. Fields that no complaint is built from (category, lead ...) may keep several columns;
        `ColumnMap.column` asks when one of those is wanted.

    Raises:
        InputError: An override names an unknown field or column, two columns could be the same field of a
            complaint, or no column holds the text.
    """
    found = find_columns(header, overrides)
    for field, rule in column_rules().fields.items():
        if rule.ask:
            found.column(field)
    if "text" not in found.fields:
        raise InputError(
            f"没有找到诉求内容列，请用 --columns text=列名 指明；表中有：{listed(header)}。", code="no_text_column"
        )
    return found


def find_columns(header: Sequence[str], overrides: Mapping[str, str] = MappingProxyType({})) -> ColumnMap:
    """The same without a judgement: a field may have several columns, and the text none.

    Raises:
        InputError: An override names an unknown field or column.
    """
    chosen = {_field(name): _existing(header, column) for name, column in overrides.items()}
    free = [column for column in header if column not in chosen.values()]
    fields: dict[str, tuple[str, ...]] = {}
    for field, rule in column_rules().fields.items():
        found = (chosen[field],) if field in chosen else _candidates(rule, free)
        if found:
            fields[field] = found
    return ColumnMap(tuple(header), MappingProxyType(fields))


def parse_overrides(option: str) -> dict[str, str]:
    """Read `text=诉求内容,title=标题`.

    Raises:
        InputError: A part is not `field=column`, or a field comes twice.
    """
    overrides: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in option.split(","))):
        name, equals, column = (piece.strip() for piece in part.partition("="))
        if not (name and equals and column):
            raise InputError(f"--columns 中的 {part!r} 写法不对，请写成 字段=列名，例如 text=诉求内容,title=标题。")
        if name in overrides:
            raise InputError(f"--columns 中 {name} 出现了两次，请只保留一个。")
        overrides[name] = column
    return overrides


def unique_names(cells: Iterable[str]) -> tuple[str, ...]:
    """Make column names of header cells: an empty one becomes 列N, a repeated one gets (2), (3) ..."""
    names: dict[str, None] = {}
    last: Counter[str] = Counter()  # number that a repeated name got last: ten thousand empty columns are no dozen
    for position, cell in enumerate(cells, start=1):
        name = base = " ".join(cell.split()) or f"列{position}"
        while name in names:
            last[base] += 1
            name = f"{base}({last[base] + 1})"
        names[name] = None
    return tuple(names)


def header_score(cells: Iterable[str], wanted: Collection[str] = ()) -> int:
    """Say how much a row looks like a header.

    Args:
        cells: The row.
        wanted: Column names that the person gave.

    Returns:
        The number of known or wanted names in it; 0 when that could be chance (a lone 电话 under 渠道).
    """
    fields = _fields_by_name()
    asked = {fold(name) for name in wanted}
    names = {fold(cell) for cell in cells if len(cell) <= _LONGEST_NAME}
    known = {name for name in names if name in fields}
    certain = bool(names & asked) or any(fields[name] == "text" for name in known)
    return len(known | (names & asked)) if certain or len(known) > 1 else 0


def fold(name: str) -> str:
    """The form in which two column names are compared."""
    plain = "".join(unicodedata.normalize("NFKC", visible(name)).casefold().split()).strip("*:")
    return _NOTE.sub("", plain) or plain


@cache
def _fields_by_name() -> Mapping[str, str]:
    return {
        fold(name): field
        for field, rule in column_rules().fields.items()
        for name in (field, *rule.names, *rule.fallback)
    }


def _field(name: str) -> str:
    field = _fields_by_name().get(fold(name))
    if field is None:
        raise InputError(f"--columns 中没有名为 {name!r} 的字段，可用的有：{'、'.join(column_rules().fields)}。")
    return field


def _existing(header: Sequence[str], column: str) -> str:
    same = [name for name in header if name == column] or [name for name in header if fold(name) == fold(column)]
    if len(same) != 1:
        raise InputError(f"--columns 指明的列 {column!r} 不在表中，表中有：{listed(header)}。", code="no_such_column")
    return same[0]


def _candidates(rule: FieldRule, header: Sequence[str]) -> tuple[str, ...]:
    for names in (rule.names, rule.fallback):
        known = {fold(name) for name in names}
        found = tuple(column for column in header if fold(column) in known)
        if found:
            return found
    return ()


def _ambiguous(field: str, candidates: Sequence[str]) -> InputError:
    options = " 或 ".join(f"--columns {field}={column}" for column in candidates)
    return InputError(f"{'、'.join(candidates)} 都可能是 {field}，请用 {options} 指明其一。", code="ambiguous_column")


def listed(header: Sequence[str]) -> str:
    """Column names for an error; of a very wide table the first.

    Masked and short: where a file has no header, its first complaint stands in the place of the names.
    """
    more = f" 等 {len(header)} 列" if len(header) > _SHOWN else ""
    return "、".join(_short(name) for name in header[:_SHOWN]) + more


def _short(name: str) -> str:
    masked = mask(name).text
    return masked if len(masked) <= _NAME else f"{masked[:_NAME]}…"
