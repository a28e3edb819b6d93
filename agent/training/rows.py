"""Labelled messages for fitting and measuring, whatever their file calls the fields.

A row may carry any part of the labels: a whole category, only its first level, a lead, or just an
authority's reply (then the lead is read off it, weakly). Word-segmented texts without their small words
(`words`) serve the n-gram models only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.classify.text import model_text
from agent.training.weak import lead_from_reply
from knowledge.cases import category_code
from knowledge.tables import Tables
from models.errors import InputError
from models.linear import count_matrix

NEAR_DUPLICATE = 0.6  # share of the shorter text's n-grams found in the other


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """One message with what is known of its labels; '' and empty mean unknown."""

    id: str
    title: str
    text: str
    level1: str = ""
    category: str = ""
    lead: str = ""
    weak_lead: bool = False
    natural: bool = True
    real: bool = False

    @property
    def full(self) -> str:
        """Title and text as the n-gram models read them."""
        return model_text(self.title, self.text)


def read_training(path: Path, tables: Tables) -> Iterator[TrainingRow]:
    """Yield the usable rows of a JSON-lines file.

    Raises:
        InputError: a line is no JSON object, or names a label that does not exist; names file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as UTF-8 JSON lines: {error}", code="case") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _row(json.loads(line), f"{path.stem}:{number}", tables)
        except (ValueError, AttributeError, InputError) as error:
            raise InputError(f"{path}, line {number}: {error}", code="case") from error


def _row(data: Mapping[str, object], fallback: str, tables: Tables) -> TrainingRow:
    def text(name: str) -> str:
        return str(data.get(name) or "").replace("_x000D_", " ").strip()

    level1, code = text("level1"), ""
    if text("category"):
        code = category_code(text("category"), tables)
    elif text("level3"):
        code = category_code("/".join(text(f"level{i}") for i in (1, 2, 3)), tables)
    if code:
        level1 = tables.category[code].level1
    if level1 and all(category.level1 != level1 for category in tables.categories):
        raise InputError(f"first level {level1!r} does not exist")
    lead = text("lead")
    if lead and lead not in tables.department:
        raise InputError(f"department {lead!r} does not exist")
    weak = "" if lead else lead_from_reply(text("reply"))
    if weak not in tables.department:
        weak = ""  # the user's own list of departments lacks it
    return TrainingRow(
        id=text("id") or fallback,
        title=text("title"),
        text=text("text") or text("words").replace(" ", ""),
        level1=level1,
        category=code,
        lead=lead or weak,
        weak_lead=bool(weak),
        natural=bool(text("text")),
        real="author" not in data,
    )


def without_near_duplicates(rows: Sequence[TrainingRow], tests: Iterable[TrainingRow]) -> list[TrainingRow]:
    """Drop rows that share an id with a test row, or nearly its text."""
    held = list(tests)
    if not held:
        return list(rows)
    ids = {row.id for row in held}
    kept = [row for row in rows if row.id not in ids]
    test, train = (count_matrix([r.full for r in part]) for part in (held, kept))
    test.data[:] = train.data[:] = 1
    shared = np.asarray((train @ test.T).todense(), np.float32)
    sizes = np.minimum(train.sum(axis=1)[:, None], test.sum(axis=1)[None, :])
    alike = (shared / np.maximum(sizes, 1)).max(axis=1)
    return [row for row, share in zip(kept, alike, strict=True) if share < NEAR_DUPLICATE]


def once(rows: Sequence[TrainingRow]) -> list[TrainingRow]:
    """Each message once: a segmented copy of a message that is also there in its own words is dropped.

    Two copies would sit in different folds, and what is called held out would have been seen.
    """
    natural = [row for row in rows if row.natural]
    return natural + without_near_duplicates([row for row in rows if not row.natural], natural)
