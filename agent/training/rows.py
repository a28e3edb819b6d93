"""Labelled messages for fitting and measuring, whatever their file calls the fields.

A row may carry any part of the labels: a whole category, only its first level, a lead, or just an
authority's reply (then the lead is read off it, weakly). Labels may also lie in a file of their own, by id,
where the texts may not be copied. Word-segmented texts without their small words (`words`) serve the n-gram
models only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import get_args

import numpy as np

from agent.classify.text import model_text
from agent.training.weak import lead_from_reply
from knowledge.cases import category_code
from knowledge.tables import Tables
from knowledge.vocabulary import Kind, Urgency
from models.errors import InputError
from models.ngrams import count_matrix, ngram_counts

NEAR_DUPLICATE = 0.6  # share of the shorter text's n-grams found in the other
Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """One message with what is known of its labels; '', None and empty mean unknown.

    Attributes:
        categories: Accepted category codes, the best first.
        leads: Accepted departments, the best first.
        assist: Departments that should help; None when nobody said.
        helpers: All that a careful colleague would accept as help, `assist` and other leads among them.
        kinds: Accepted kinds, the best first.
        urgencies: Accepted levels, the best first.
        weak_lead: The lead was read off a reply.
        natural: The text is in its own words, not segmented.
        real: A real message, not one written for this project.
    """

    id: str
    title: str
    text: str
    level1: str = ""
    categories: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    assist: tuple[str, ...] | None = None
    helpers: frozenset[str] = frozenset()
    kinds: tuple[Kind, ...] = ()
    urgencies: tuple[Urgency, ...] = ()
    received_at: str = ""
    weak_lead: bool = False
    natural: bool = True
    real: bool = False

    @property
    def full(self) -> str:
        """Title and text as the n-gram models read them."""
        return model_text(self.title, self.text)


def read_training(path: Path, tables: Tables, labels: Mapping[str, Json] | None = None) -> Iterator[TrainingRow]:
    """Yield the usable rows of a JSON-lines file.

    Args:
        path: One message a line.
        tables: The closed lists.
        labels: More labels by message id; see `read_labels`.

    Raises:
        InputError: a line is no JSON object, or names a label that does not exist; names file and line.
    """
    for number, data in _lines(path):
        extra = (labels or {}).get(_text(data, "id"), {})
        try:
            yield _row({**data, **extra}, tables)
        except (ValueError, TypeError, InputError) as error:
            raise InputError(f"{path}, line {number}: {error}", code="case") from error


def read_labels(path: Path) -> dict[str, Json]:
    """Labels by message id, from a file that holds no texts.

    Raises:
        InputError: a line is no JSON object, or lacks an id.
    """
    labels = {}
    for number, data in _lines(path):
        name = _text(data, "id")
        if not name:
            raise InputError(f"{path}, line {number}: a label needs the id of its message", code="case")
        labels[name] = data
    return labels


def matched(labels: Mapping[str, Json], rows: Iterable[TrainingRow]) -> int:
    """How many of the labels found their text among the rows.

    Raises:
        InputError: none did, so that the files do not belong together.
    """
    found = len(labels.keys() & {row.id for row in rows})
    if not found:
        raise InputError(f"none of the {len(labels)} labels has the id of a text; give the labels of these texts")
    return found


def _lines(path: Path) -> Iterator[tuple[int, Json]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as UTF-8 JSON lines: {error}", code="case") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                data = json.loads(line)
            except ValueError as error:
                raise InputError(f"{path}, line {number}: {error}", code="case") from error
            if not isinstance(data, dict):
                raise InputError(f"{path}, line {number}: give one JSON object a line", code="case")
            yield number, data


def _text(data: Json, name: str) -> str:
    return str(data.get(name) or "").replace("_x000D_", " ").strip()


def _row(data: Json, tables: Tables) -> TrainingRow:
    text = partial(_text, data)
    categories, leads = _categories(data, tables), _departments(data, ("lead", "lead_alt"), tables)
    level1 = tables.category[categories[0]].level1 if categories else text("level1")
    if level1 and all(category.level1 != level1 for category in tables.categories):
        raise InputError(f"first level {level1!r} does not exist")
    weak = "" if leads else lead_from_reply(text("reply"))
    if weak not in tables.department:
        weak = ""  # the user's own list of departments lacks it
    body = text("text") or text("words").replace(" ", "")
    assist = _departments(data, ("assist",), tables) if data.get("assist") is not None else None
    return TrainingRow(
        id=text("id") or hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()[:12],
        title=text("title"),
        text=body,
        level1=level1,
        categories=categories,
        leads=leads or ((weak,) if weak else ()),
        assist=assist,
        helpers=frozenset((*(assist or ()), *_departments(data, ("assist_any",), tables), *leads[1:])),
        kinds=_kinds(data),
        urgencies=_urgencies(data),
        received_at=text("received_at"),
        weak_lead=bool(weak),
        natural=bool(text("text")),
        real="author" not in data,
    )


def _values(data: Json, *names: str) -> tuple[str, ...]:
    """Strings of several fields, each a string or a list, without repeats."""
    found: list[str] = []
    for name in names:
        value = data.get(name)
        found.extend(map(str, value) if isinstance(value, list) else [str(value)] if value else [])
    return tuple(dict.fromkeys(found))


def _categories(data: Json, tables: Tables) -> tuple[str, ...]:
    names = list(_values(data, "category"))
    if not names and data.get("level3"):
        names = ["/".join(str(data.get(f"level{i}")) for i in (1, 2, 3))]
    alternatives = data.get("alt") or []
    if not isinstance(alternatives, list):
        raise InputError("alt must be a list of categories")
    names += ["/".join(map(str, a)) if isinstance(a, list) else str(a) for a in alternatives]
    return tuple(dict.fromkeys(category_code(name, tables) for name in names))


def _departments(data: Json, names: tuple[str, ...], tables: Tables) -> tuple[str, ...]:
    found = _values(data, *names)
    for department in found:
        if department not in tables.department:
            raise InputError(f"department {department!r} does not exist")
    return found


def _kinds(data: Json) -> tuple[Kind, ...]:
    known: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
    found = _values(data, "kind", "kind_alt")
    for kind in found:
        if kind not in known:
            raise InputError(f"kind {kind!r} does not exist")
    return tuple(known[kind] for kind in found)


def _urgencies(data: Json) -> tuple[Urgency, ...]:
    if data.get("urgency") in (None, ""):
        return ()
    levels: dict[str, Urgency] = {str(level): level for level in get_args(Urgency)}
    found = (str(data["urgency"]), *_values(data, "urgency_alt"))
    for level in found:
        if level not in levels:
            raise InputError(f"urgency {level!r} does not exist")
    return tuple(dict.fromkeys(levels[level] for level in found))


def without_near_duplicates(rows: Sequence[TrainingRow], tests: Iterable[TrainingRow]) -> list[TrainingRow]:
    """Drop rows that share an id with a test row, or nearly its text."""
    held = list(tests)
    if not held:
        return list(rows)
    ids = {row.id for row in held}
    kept = [row for row in rows if row.id not in ids]
    test, train = (count_matrix([ngram_counts(r.full) for r in part]) for part in (held, kept))
    test.data[:] = train.data[:] = 1
    shared = np.asarray((train @ test.T).todense(), np.float32)
    sizes = np.minimum(train.sum(axis=1)[:, None], test.sum(axis=1)[None, :])
    alike = (shared / np.maximum(sizes, 1)).max(axis=1)
    return [row for row, share in zip(kept, alike, strict=True) if share < NEAR_DUPLICATE]


def once(rows: Sequence[TrainingRow]) -> list[TrainingRow]:
    """Each message once: a segmented copy of a message that is also there in its own words is dropped.

    Two copies would sit in different folds, and what is called held out would have been seen. Of rows with
    one id or one text the last counts.
    """
    by_id = {row.id: row for row in rows if row.natural}
    natural = list({"".join(row.full.split()): row for row in by_id.values()}.values())
    return natural + without_near_duplicates([row for row in rows if not row.natural], natural)
