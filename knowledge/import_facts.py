"""Makes the tables of `knowledge/data` from the project's fact tables; run once, by hand, when the facts change.

    python -m knowledge.import_facts ../shared/facts

It reshapes and never invents: columns that only served the collection (evidence paths, sources) stay
behind, articles become short numbers, categories get codes. Not used at run time; `units.csv` is written by hand.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from knowledge.numerals import article_number

Cells = dict[str, str]
DATA = Path(__file__).with_name("data")


def _read(path: Path) -> list[Cells]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def coded_categories(rows: Iterable[Cells]) -> Iterator[tuple[str, str, str, str]]:
    """Number the scheme in file order, two digits a level; codes stay as long as rows are only appended."""
    ones: list[str] = []
    twos: dict[str, list[str]] = {}
    threes: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        one, two, three = row["level1"], row["level2"], row["level3"]
        if one not in ones:
            ones.append(one)
        level2 = twos.setdefault(one, [])
        if two not in level2:
            level2.append(two)
        level3 = threes.setdefault((one, two), [])
        level3.append(three)
        code = f"{ones.index(one) + 1:02d}{level2.index(two) + 1:02d}{len(level3):02d}"
        yield code, one, two, three


def _categories(source: Path, target: Path) -> dict[tuple[str, str, str], str]:
    rows = list(coded_categories(_read(source / "taxonomy.csv")))
    codes = {(one, two, three): code for code, one, two, three in rows}
    usual = {codes[r["level1"], r["level2"], r["level3"]]: r for r in _read(source / "taxonomy_map.csv")}
    _write(
        target / "categories.csv",
        ("code", "level1", "level2", "level3", "lead", "assist", "confidence"),
        (
            (
                *row,
                *(usual[row[0]][c] for c in ("default_lead_department_id", "assist_department_ids", "confidence")),
            )
            for row in rows
        ),
    )
    return codes


def _duties(source: Path, codes: dict[tuple[str, str, str], str]) -> Iterator[tuple[str, ...]]:
    for row in _read(source / "responsibility.csv"):
        title = re.sub(r"^《(.*)》$", r"\1", row["statute"])
        articles = [article_number(part) for part in re.split("[；;]", row["article"]) if part]
        yield (
            row["topic"], codes[row["level1"], row["level2"], row["level3"]],
            row["lead_department_id"], row["assist_department_ids"], row["handled_at"],
            title, ";".join(articles), row["actor_in_law"], row["confidence"], row["mapping_confidence"],
            row["keywords"], row["note"],
        )  # fmt: skip


def _plain(source: Path, target: Path, columns: dict[str, str]) -> None:
    rows = _read(source)
    _write(target, tuple(columns), ([row[old] for old in columns.values()] for row in rows))


def main(source: Path, target: Path = DATA) -> None:
    """Write every table anew.

    Args:
        source: Folder of the fact tables.
        target: Folder that gets ours; files of the same name are replaced.
    """
    target.mkdir(exist_ok=True)
    codes = _categories(source, target)
    _write(
        target / "duties.csv",
        ("topic", "category", "lead", "assist", "handled_at", "statute", "articles", "actor_in_law",
         "confidence", "mapping_confidence", "keywords", "note"),
        _duties(source, codes),
    )  # fmt: skip
    _plain(source / "departments.csv", target / "departments.csv", {
        "id": "id", "name": "official_name", "aliases": "aliases", "kind": "kind", "remit": "remit",
        "verified": "verified", "note": "note"})  # fmt: skip
    _plain(source / "districts.csv", target / "districts.csv", {
        "id": "id", "name": "name", "kind": "kind", "aliases": "aliases",
        "governing_body": "governing_body"})  # fmt: skip
    _plain(source / "streets.csv", target / "streets.csv", {
        "name": "street", "kind": "kind", "district_id": "district_id", "aliases": "aliases",
        "zone": "managed_by_zone", "zone_confidence": "zone_confidence"})  # fmt: skip
    _plain(source / "communities.csv", target / "communities.csv", {
        "name": "community", "kind": "kind", "street": "street", "district_id": "district_id"})  # fmt: skip
    _plain(source / "deadlines.csv", target / "deadlines.csv", {
        "id": "id", "name": "name", "value": "value", "unit": "unit", "counted_from": "counted_from",
        "applies_to": "applies_to", "document": "source_document", "article": "article",
        "confidence": "confidence", "note": "note"})  # fmt: skip
    modes = _read(source / "modes.csv")
    ids = {"major_task": "major"}  # the contract's name for the third mode
    _write(target / "modes.csv", ("id", "name", "when", "goal", "changes"), (
        (ids.get(m["mode_id"], m["mode_id"]), m["mode_name"], m["when_it_applies"], m["goal"],
         "；".join(m[c] for c in ("preparation_change", "monitoring_change", "force_change",
                                 "coordination_change", "reporting_change", "command_change")))
        for m in modes))  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m knowledge.import_facts FOLDER_OF_FACTS")
    main(Path(sys.argv[1]))
