"""How well places are found: 200 texts written for this project, by somebody who had not read the code.

    python tests/bench/places.py

Prints districts and streets right (an empty answer counts as right where nothing is told), and how many were
guessed where the text tells none. Nothing was tuned on these texts but what docs/benchmark.md says.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from knowledge.places import Gazetteer
from knowledge.tables import load_tables
from models.measures import Figure, figure

TEXTS = Path(__file__).with_name("places.jsonl")


def main(show: bool = False) -> int:
    """Locate every text and print the figures; with `--show` also what went wrong."""
    tables = load_tables()
    gazetteer = Gazetteer(tables.districts, tables.streets, tables.communities)
    rows = [json.loads(line) for line in TEXTS.read_text(encoding="utf-8").splitlines()]
    found = [gazetteer.locate(row["text"]) for row in rows]
    pairs = list(zip(rows, found, strict=True))
    for field in ("district", "street", "city"):
        print(line(figure(field, [float(row[field] == getattr(got, field)) for row, got in pairs])))
        silent = [(row, got) for row, got in pairs if not row[field]]
        print(line(figure(f"{field} not guessed", [float(not getattr(got, field)) for _, got in silent])))
    if show:
        for row, got in pairs:
            if (row["district"], row["street"]) != (got.district, got.street):
                print(row["id"], row["text"], "|", row["district"], row["street"], "|", got.district, got.street)
    return 0


def line(one: Figure) -> str:
    """Name, value, n, interval."""
    return f"{one.name:24s} {one.value:.4f} n={one.n} [{one.low:.3f}, {one.high:.3f}]"


if __name__ == "__main__":
    sys.exit(main("--show" in sys.argv))
