"""Which office of a department acts at a place: 市城管局 in 金水区 is 金水区城市管理局.

The naming patterns are a table (`data/units.csv`), because offices are renamed. A pattern of low
confidence is kept there as a note but never used: a municipal name that is right goes before a district
name that may not exist. Who is in charge is not decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import Formatter
from typing import Literal, cast, get_args

from knowledge.csvfile import Row, read_table
from knowledge.vocabulary import Address, Confidence, Department, District
from models.record import Record

DistrictKind = Literal["市辖区", "县级市", "县", "功能区"]
_KINDS: tuple[DistrictKind, ...] = get_args(DistrictKind)
_LEVELS: tuple[Confidence, ...] = get_args(Confidence)
_COLUMNS = ("department_id", "district_kind", "pattern", "confidence", "note")
_CITIES = ("", "郑州市")
_DISTRICT_GOVERNMENT = "quzf"
_STREET_OFFICE = "jiedao"


class UnitPattern(Record):
    """How the offices of one department are named in districts of some kinds."""

    department_id: str
    kinds: tuple[DistrictKind, ...]
    pattern: str
    confidence: Confidence
    note: str = ""

    def name(self, district: District) -> str:
        """The office in this district, e.g. 国家税务总局郑州市金水区税务局."""
        return self.pattern.format(district=district.name, short=_short(district.name))


def load_unit_patterns(path: Path) -> tuple[UnitPattern, ...]:
    """Read the naming patterns.

    `district_kind` is one or several of 市辖区, 县级市, 县, 功能区 with semicolons between them, or `*`;
    `pattern` may hold `{district}` (official name) and `{short}` (without 区, 市, 县 and 回族).

    Raises:
        TableError: a cell is wrong, or a department has two patterns for one kind; names file, line, column.
    """
    patterns: list[UnitPattern] = []
    seen: set[tuple[str, str]] = set()
    for row in read_table(path, _COLUMNS):
        pattern = UnitPattern(
            department_id=row.text("department_id"),
            kinds=_kinds(row),
            pattern=_pattern(row),
            confidence=cast("Confidence", row.key("confidence", _LEVELS)),
            note=row.text("note", needed=False),
        )
        for kind in pattern.kinds:
            if (pattern.department_id, kind) in seen:
                raise row.error("district_kind", f"{pattern.department_id} has a pattern for {kind} above; keep one")
            seen.add((pattern.department_id, kind))
        patterns.append(pattern)
    return tuple(patterns)


def resolve_unit(
    department: Department, address: Address, districts: Sequence[District], patterns: Sequence[UnitPattern]
) -> str:
    """Name the office that acts at this address.

    Args:
        department: Who is in charge of the matter.
        address: Where it is; official names as `Gazetteer.locate` gives them.
        districts: The city's districts.
        patterns: From `load_unit_patterns`.

    Returns:
        The district's office where its name is known; the department's own name without a district, outside
        郑州, and where no pattern of at least medium confidence fits.
    """
    district = next((d for d in districts if d.name == address.district), None)
    if district is None or address.city not in _CITIES:
        return department.name
    if department.id == _DISTRICT_GOVERNMENT:
        return district.governing_body
    if department.id == _STREET_OFFICE:
        return _street_office(address, district)
    for pattern in patterns:
        fits = pattern.department_id == department.id and district.kind in pattern.kinds
        if fits and pattern.confidence != "low":
            return pattern.name(district)
    return department.name


def _street_office(address: Address, district: District) -> str:
    if address.street.endswith("街道"):
        return f"{address.street}办事处"
    if address.street.endswith(("镇", "乡")):
        return f"{address.street}人民政府"
    return f"{district.name}属地街道办事处（乡镇人民政府）"


def _short(name: str) -> str:
    return name.rstrip("区市县").removesuffix("回族")


def _kinds(row: Row) -> tuple[DistrictKind, ...]:
    if row.text("district_kind") == "*":
        return _KINDS
    return tuple(cast("DistrictKind", kind) for kind in row.keys("district_kind", _KINDS))


def _pattern(row: Row) -> str:
    value = row.text("pattern")
    try:
        fields = {name for _, name, _, _ in Formatter().parse(value) if name is not None}
    except ValueError as error:
        raise row.error("pattern", f"{value!r} has an unpaired brace; write {{district}}") from error
    if not fields or not fields <= {"district", "short"}:
        raise row.error("pattern", f"{value!r} must hold {{district}} or {{short}} and no other field")
    return value
