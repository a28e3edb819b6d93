"""The city's tables: complete, replaceable one by one, and every bad cell named by file, line and column."""

from __future__ import annotations

import csv
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge import import_facts
from knowledge.csvfile import read_table
from knowledge.tables import DATA, Tables, load_tables, table_path
from models.errors import InputError, TableError

FACTS = Path(__file__).parents[3] / "shared" / "facts"
COUNTS = {
    "categories": 517,
    "category_leads": 517,
    "departments": 69,
    "duties": 403,
    "districts": 16,
    "streets": 213,
    "communities": 3084,
    "modes": 4,
    "deadlines": 63,
}


def grid(name: str) -> list[list[str]]:
    """The cells of a shipped table, header first."""
    with (DATA / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def write(folder: Path, name: str, rows: list[list[str]]) -> Path:
    with (folder / name).open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)
    return folder


@pytest.mark.parametrize("name", COUNTS)
def test_counts(tables: Tables, name: str) -> None:
    """No row of the project's facts is lost on the way into the product."""
    assert len(getattr(tables, name)) == COUNTS[name]


def test_categories_and_leads(tables: Tables) -> None:
    """Every category has a code of its own and a usual lead that exists."""
    assert len(tables.category) == len(tables.category_code) == 517
    assert set(tables.category_lead) == set(tables.category)
    assert {lead.lead for lead in tables.category_leads} <= set(tables.department)


def test_safe_duties(tables: Tables) -> None:
    """A rule may stand on 281 duties: those where both statute and mapping are certain."""
    assert sum(duty.safe for duty in tables.duties) == 281
    assert {d.mapping_confidence for d in tables.duties if d.safe} == {"high"}


@pytest.mark.skipif(not FACTS.is_dir(), reason="the project's facts are not on this machine")
def test_shipped_tables_are_what_the_import_writes(tmp_path: Path) -> None:
    """Nobody has edited an imported table by hand: importing the facts today gives the same bytes."""
    import_facts.main(FACTS, tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(written) == 8
    assert [name for name, data in written.items() if data != (DATA / name).read_bytes()] == []


def test_own_file_replaces_a_table(tables: Tables, tmp_path: Path) -> None:
    """A file in the user's folder replaces the shipped one whole, and only that one."""
    rows = grid("deadlines.csv")[:3]
    rows[1][1] = "本市自定时限"
    changed = load_tables(write(tmp_path, "deadlines.csv", rows))
    assert [d.name for d in changed.deadlines] == ["本市自定时限", rows[2][1]]
    assert changed.duties == tables.duties
    assert changed.content_hash != tables.content_hash


@pytest.mark.parametrize("name", ["units.csv", "holidays.csv"])
def test_hash_knows_tables_read_elsewhere(tables: Tables, tmp_path: Path, name: str) -> None:
    """Office names and holidays change suggestions too, so provenance has to notice them."""
    (tmp_path / name).write_text("mine\n", encoding="utf-8")
    assert table_path(name, tmp_path) == tmp_path / name
    assert load_tables(tmp_path).content_hash != tables.content_hash


def test_hash_is_of_what_was_read(tables: Tables, tmp_path: Path) -> None:
    """Editing a table under a running program does not change what its suggestions claim to rest on."""
    shutil.copy(DATA / "modes.csv", tmp_path)
    loaded = load_tables(tmp_path)
    (tmp_path / "modes.csv").write_text("edited\n", encoding="utf-8")
    assert loaded.content_hash == tables.content_hash


def test_windows_csv(tables: Tables, tmp_path: Path) -> None:
    """A table saved by Excel (byte-order mark, CRLF, blank last line) reads the same."""
    text = (DATA / "modes.csv").read_text(encoding="utf-8").replace("\n", "\r\n") + "\r\n"
    (tmp_path / "modes.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load_tables(tmp_path).modes == tables.modes


@pytest.mark.parametrize("char", ["\u2028", "\x85", "\x0b"], ids=["u2028", "nel", "vt"])
def test_odd_separators_stay_in_the_cell(tmp_path: Path, char: str) -> None:
    """Only a line feed ends a line: separators pasted from a web page are part of the text."""
    path = tmp_path / "t.csv"
    path.write_text(f"a,b\n一{char}二,三\n", encoding="utf-8")
    assert [row.text("a") for row in read_table(path, ("a", "b"))] == [f"一{char}二"]


@dataclass(frozen=True)
class BadCell:
    """One cell changed in a copy of a shipped table, and the reason that must be given."""

    id: str
    table: str
    column: str
    value: str
    why: str
    row: int = 2


UNKNOWN, EMPTY, TWICE = "is not a known id", "is empty; fill it in", "stands in line 2 already"
BAD_CELLS = [
    BadCell("category-code", "categories", "code", "12", "String should match pattern"),
    BadCell("category-twice", "categories", "code", "010101", TWICE, row=5),
    BadCell("category-empty", "categories", "level3", " ", EMPTY),
    BadCell("category-lead", "categories", "lead", "nobody", f"'nobody' {UNKNOWN}"),
    BadCell("category-lead-empty", "categories", "lead", "", EMPTY),
    BadCell("category-assist", "categories", "assist", "cgj；nobody", f"'nobody' {UNKNOWN}", row=9),
    BadCell("category-confidence", "categories", "confidence", "sure", "'sure': Input should be 'high'"),
    BadCell("department-kind", "departments", "kind", "机关", "'机关': Input should be '政府部门'"),
    BadCell("department-verified", "departments", "verified", "maybe", "must be yes or no"),
    BadCell("department-empty", "departments", "name", "", EMPTY, row=7),
    BadCell("department-twice", "departments", "id", "cgj", TWICE, row=70),
    BadCell("duty-category", "duties", "category", "999999", f"'999999' {UNKNOWN}", row=404),
    BadCell("duty-lead", "duties", "lead", "市城管局", f"'市城管局' {UNKNOWN}"),
    BadCell("duty-assist", "duties", "assist", "jiedao;x", f"'x' {UNKNOWN}"),
    BadCell("duty-confidence", "duties", "confidence", "certain", "'certain': Input should be 'high'"),
    BadCell("duty-article", "duties", "articles", "18;第四十七条", "'第四十七条' is not an article number"),
    BadCell("duty-topic", "duties", "topic", "", EMPTY),
    BadCell("duty-twice", "duties", "topic", "占道经营", TWICE, row=3),
    BadCell("district-kind", "districts", "kind", "区", "'区': Input should be '市辖区'"),
    BadCell("district-empty", "districts", "governing_body", "", EMPTY),
    BadCell("street-district", "streets", "district_id", "中原区", f"'中原区' {UNKNOWN}", row=20),
    BadCell("street-empty", "streets", "name", "", EMPTY),
    BadCell("community-district", "communities", "district_id", "x", f"'x' {UNKNOWN}", row=3085),
    BadCell("mode-id", "modes", "id", "weekend", "'weekend': Input should be 'daily'"),
    BadCell("mode-empty", "modes", "goal", "", EMPTY, row=5),
    BadCell("deadline-confidence", "deadlines", "confidence", "", "'': Input should be 'high'"),
    BadCell("deadline-empty", "deadlines", "name", "", EMPTY),
]


@pytest.mark.parametrize("bad", BAD_CELLS, ids=lambda b: b.id)
def test_bad_cell_is_named(tmp_path: Path, bad: BadCell) -> None:
    """A wrong cell stops the start; the message says where it is and what is wrong with it."""
    name = f"{bad.table}.csv"
    rows = grid(name)
    rows[bad.row - 1][rows[0].index(bad.column)] = bad.value
    where = f"{tmp_path / name}, line {bad.row}, column {bad.column!r}: "
    with pytest.raises(TableError, match=re.escape(where) + ".*" + re.escape(bad.why)):
        load_tables(write(tmp_path, name, rows))


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (path.stem, column)
        for path in sorted(DATA.glob("*.csv"))
        if path.stem not in {"units", "bases", "law_matters"}  # read, and tested, elsewhere
        for column in path.read_text(encoding="utf-8").partition("\n")[0].split(",")
    ],
)
def test_missing_column_is_named(tmp_path: Path, table: str, column: str) -> None:
    """A table without one of its columns is refused by name, whichever column it is."""
    rows = grid(f"{table}.csv")[:2]
    at = rows[0].index(column)
    write(tmp_path, f"{table}.csv", [row[:at] + row[at + 1 :] for row in rows])
    with pytest.raises(TableError, match=rf"{table}\.csv, line 1: column '{column}' is missing; add it"):
        load_tables(tmp_path)


@dataclass(frozen=True)
class BadFile:
    """Bytes of a two-column table and the message they give."""

    id: str
    data: bytes
    match: str


BAD_FILES = [
    BadFile("not-utf8", "a,b\n中,文\n".encode("gbk"), r"t\.csv is not UTF-8 at byte 4; save it"),
    BadFile("too-many-cells", b"a,b\n1,2\n1,2,3\n", r"t\.csv, line 3, column 'b': 3 cells, expected 2; quote"),
    BadFile("too-few-cells", b"a,b\n\n1\n", r"t\.csv, line 3, column 'b': 1 cells, expected 2"),
    BadFile("open-quote", b'a,b\n1,"2\n3,4\n', r"t\.csv, line 3: unexpected end of data; look for a quote"),
    BadFile("huge-cell", b"a,b\n1," + b"x" * 200_000, r"t\.csv, line 2: field larger.*look for a quote"),
    BadFile("empty", b"", r"t\.csv, line 1: column 'a' is missing"),
]


@pytest.mark.parametrize("bad", BAD_FILES, ids=lambda b: b.id)
def test_bad_file_is_named(tmp_path: Path, bad: BadFile) -> None:
    """A file that is no table of the right shape says where it breaks."""
    path = tmp_path / "t.csv"
    path.write_bytes(bad.data)
    with pytest.raises(TableError, match=bad.match):
        [row.key("b", {"2"}) for row in read_table(path, ("a", "b"))]


def test_absent_file_and_folder(tmp_path: Path) -> None:
    """A path that is not there is the caller's mistake and is said so."""
    with pytest.raises(TableError, match=r"gone\.csv cannot be read: No such file"):
        list(read_table(tmp_path / "gone.csv", ("a",)))
    with pytest.raises(InputError, match="gone is not a folder; set XIAOZHENG_KNOWLEDGE_DIR"):
        load_tables(tmp_path / "gone")
