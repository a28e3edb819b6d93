"""The office that acts: district names where they are sure, municipal names where they are not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge.tables import DATA, Tables, load_tables
from knowledge.units import UnitPattern, load_unit_patterns, resolve_unit
from knowledge.vocabulary import Address
from models.errors import TableError


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


@pytest.fixture(scope="module")
def patterns() -> tuple[UnitPattern, ...]:
    return load_unit_patterns(DATA / "units.csv")


@dataclass(frozen=True)
class Case:
    """One department at one place, and the office expected."""

    id: str
    department: str
    district: str
    unit: str
    street: str = ""
    city: str = "郑州市"


CASES = [
    Case("city-management", "cgj", "金水区", "金水区城市管理局"),
    Case("city-management-county-city", "cgj", "巩义市", "巩义市城市管理局"),
    Case("no-district", "cgj", "", "郑州市城市管理局"),
    Case("zone-office-uncertain", "cgj", "郑东新区", "郑州市城市管理局"),
    Case("outside", "cgj", "金水区", "郑州市城市管理局", city="洛阳市"),
    Case("police-district", "gaj", "管城回族区", "郑州市公安局管城分局"),
    Case("police-county", "gaj", "中牟县", "中牟县公安局"),
    Case("traffic-police-city", "jjzd", "二七区", "郑州市公安局交通警察支队"),
    Case("traffic-police-county", "jjzd", "登封市", "登封市公安局交通警察大队"),
    Case("market", "scj", "惠济区", "惠济区市场监督管理局"),
    Case("housing-is-construction", "zfbz", "荥阳市", "荥阳市住房和城乡建设局"),
    Case("housing-district", "zfbz", "惠济区", "惠济区住房和城乡建设局"),
    Case("environment-branch", "hbj", "上街区", "郑州市生态环境局上街分局"),
    Case("agriculture-county", "nyj", "新郑市", "新郑市农业农村局"),
    Case("agriculture-district-uncertain", "nyj", "金水区", "郑州市农业农村工作委员会"),
    Case("culture-county", "wgl", "巩义市", "巩义市文化广电旅游体育局"),
    Case("tax-district", "sws", "中原区", "国家税务总局郑州市中原区税务局"),
    Case("tax-county-city", "sws", "新密市", "国家税务总局新密市税务局"),
    Case("petitions", "xfj", "二七区", "二七区信访局"),
    Case("discipline-stays", "jw", "二七区", "中共郑州市纪律检查委员会、郑州市监察委员会"),
    Case("utility-stays", "reli", "金水区", "郑州热力集团有限公司"),
    Case("vertical-stays", "yzgl", "金水区", "郑州市邮政管理局"),
    Case("government-district", "quzf", "管城回族区", "管城回族区人民政府"),
    Case("government-zone", "quzf", "郑州经济技术开发区", "郑州经济技术开发区管理委员会"),
    Case("government-unknown", "quzf", "", "区县(市)人民政府、开发区管委会"),
    Case("street-office", "jiedao", "金水区", "文化路街道办事处", street="文化路街道"),
    Case("town", "jiedao", "二七区", "马寨镇人民政府", street="马寨镇"),
    Case("township", "jiedao", "荥阳市", "高村乡人民政府", street="高村乡"),
    Case("street-unknown", "jiedao", "金水区", "金水区属地街道办事处（乡镇人民政府）"),
    Case(
        "street-scenic-area",
        "jiedao",
        "新密市",
        "新密市属地街道办事处（乡镇人民政府）",
        street="伏羲山风景区",
    ),
    Case("street-nothing-known", "jiedao", "", "街道办事处、乡镇人民政府"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_resolve_unit(case: Case, tables: Tables, patterns: tuple[UnitPattern, ...]) -> None:
    """The district's office is named where its name is known, else the department's own."""
    address = Address(city=case.city, district=case.district, street=case.street)
    assert resolve_unit(tables.department[case.department], address, tables.districts, patterns) == case.unit


def test_every_pattern_is_of_a_known_department(tables: Tables, patterns: tuple[UnitPattern, ...]) -> None:
    """The shipped table names only departments that exist, and no utility."""
    assert {p.department_id for p in patterns} <= set(tables.department)
    kinds = {tables.department[p.department_id].kind for p in patterns}
    assert "公用企业" not in kinds


def test_no_office_keeps_a_brace(tables: Tables, patterns: tuple[UnitPattern, ...]) -> None:
    """Every department resolves in every district to a name without placeholders."""
    for department in tables.departments:
        for district in tables.districts:
            unit = resolve_unit(department, Address(district=district.name), tables.districts, patterns)
            assert unit
            assert not set(unit) & set("{}")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        pytest.param("cgj,市辖州,{district}城市管理局,high,", "district_kind", id="kind"),
        pytest.param("cgj,*,{city}城市管理局,high,", "pattern", id="field"),
        pytest.param("cgj,*,城市管理局,high,", "pattern", id="no-field"),
        pytest.param("cgj,*,{district城市管理局,high,", "pattern", id="brace"),
        pytest.param("cgj,*,{district}城市管理局,sure,", "confidence", id="confidence"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, row: str, column: str) -> None:
    """A bad cell is named by file, line and column."""
    path = tmp_path / "units.csv"
    path.write_text(f"department_id,district_kind,pattern,confidence,note\n{row}\n", encoding="utf-8")
    with pytest.raises(TableError, match=rf"units\.csv, line 2, column '{column}'"):
        load_unit_patterns(path)


def test_two_patterns_for_one_kind_are_refused(tmp_path: Path) -> None:
    """Which of two names would win is not left to the order of rows."""
    path = tmp_path / "units.csv"
    rows = "cgj,*,{district}城市管理局,high,\ncgj,县,{district}城管局,high,\n"
    path.write_text(f"department_id,district_kind,pattern,confidence,note\n{rows}", encoding="utf-8")
    with pytest.raises(TableError, match=r"line 3, column 'district_kind'"):
        load_unit_patterns(path)
