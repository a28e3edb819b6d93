"""How well two labellers agree on the same 100 messages: the ceiling of what a measurement can show.

    python tests/bench/agreement.py

Both read the same guide and not each other's labels. `accepted` counts a first choice that the other named
at all; `same` counts equal first choices. Needs no texts: only ids and labels are compared.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from agent.training.rows import Json, read_labels
from models.measures import figure

FIRST = Path(__file__).parents[2] / "agent" / "training" / "labels.jsonl"
SECOND = Path(__file__).with_name("second_labels.jsonl")
FIELDS = (("category", "alt"), ("lead", "lead_alt"), ("kind", "kind_alt"), ("urgency", "urgency_alt"))


def main() -> int:
    """Print one line a figure."""
    first, second = read_labels(FIRST), read_labels(SECOND)
    pairs = [(first[i], second[i]) for i in second if i in first]
    for digits in (2, 4, 6):
        values = [float(str(a["category"])[:digits] == str(b["category"])[:digits]) for a, b in pairs]
        print(_line(f"category, {digits} digits, same", values))
    for field, others in FIELDS:
        print(_line(f"{field} same", [float(a[field] == b[field]) for a, b in pairs]))
        print(_line(f"{field} accepted", [v for a, b in pairs for v in _accepted(a, b, field, others)]))
    both = [({*_list(a, "assist")}, {*_list(b, "assist_any"), *_list(b, "lead_alt")}) for a, b in pairs]
    print(_line("assist of one accepted", [len(a & b) / len(a) for a, b in both if a]))
    return 0


def _accepted(a: Json, b: Json, field: str, others: str) -> Iterator[float]:
    yield float(a[field] in (b[field], *_list(b, others)))
    yield float(b[field] in (a[field], *_list(a, others)))


def _list(label: Json, field: str) -> list[object]:
    value = label.get(field)
    return value if isinstance(value, list) else []


def _line(name: str, values: list[float]) -> str:
    one = figure(name, values)
    return f"{name:28s} {one.value} n={one.n} [{one.low}, {one.high}]"


if __name__ == "__main__":
    sys.exit(main())
