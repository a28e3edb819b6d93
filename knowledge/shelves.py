"""Builds, loads and saves the shelves of the index: one for each corpus, from texts and vectors.

What a saved shelf must have been made from is worked out from the texts of today; a foreign or stale one is
refused, except where only cases or imported statutes have come or gone since. Searching is `knowledge.index`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from knowledge.entries import (
    Entry,
    article_entries,
    case_entries,
    category_entries,
    department_entries,
    duty_entries,
    matter_entries,
)
from knowledge.index import Manifest, Shelf, content_hash, replace_folder
from knowledge.law_tables import LawMatters
from knowledge.regulations import Regulations
from knowledge.tables import Tables
from knowledge.vector_stores import Report, Stores
from knowledge.vocabulary import Duty, PastCase
from models.embedder import Embedder, Vectors
from models.errors import IndexMismatchError, KnowledgeError
from models.lexical import tokens
from models.vectors import Progress, embed_passages

# Weight of words against vectors in each corpus's score; docs/adr/0004 has the measurements. Statutes are
# ranked by `knowledge.law_search`, with weights of its own.
LEXICAL_WEIGHT = {
    "articles": 0.15, "imported": 0.15, "matters": 0.3, "cases": 0.3, "duties": 0.5, "categories": 0.3,
    "departments": 0.5,
}  # fmt: skip
# Their texts come and go while the city works: what is new since the last save is added, the rest is kept.
_LIVING = ("cases", "imported")


def corpora(
    tables: Tables, regulations: Regulations, matters: Sequence[LawMatters], cases: Iterable[PastCase]
) -> dict[str, list[Entry]]:
    """The entries of every shelf, by its name."""
    shipped = [a for a in regulations.articles if not regulations.law[a.law_id].source]
    imported = [a for a in regulations.articles if regulations.law[a.law_id].source]
    return {
        "articles": article_entries(shipped),
        "imported": article_entries(imported),
        "matters": matter_entries(matters),
        "cases": case_entries(cases),
        "duties": duty_entries(tables),
        "categories": category_entries(tables),
        "departments": department_entries(tables),
    }


def open_shelf(
    name: str,
    entries: Sequence[Entry],
    embedder: Embedder,
    stores: Stores,
    saved: Path | None,
    *,
    rebuild: bool = False,
    report: Report | None = None,
) -> Shelf:
    """The saved shelf where it fits, else a new one, saved in its place.

    Args:
        name: Corpus.
        entries: Its texts.
        embedder: Encodes what no store holds; imported articles wait for `knowledge build` instead.
        stores: Vectors that are already known.
        saved: Folder of the shelf; None keeps it in memory.
        rebuild: Build anew even when the saved shelf fits.
        report: Called with (corpus, done, total) while texts are encoded.

    Raises:
        IndexMismatchError: the saved shelf was made by another model or from other texts.
        KnowledgeError: the folder cannot be written.
    """
    held = None if saved is None or rebuild else _loaded(saved, name, _expected(name, entries, embedder))
    if isinstance(held, Shelf):
        return held
    shelf = build_shelf(name, entries, embedder, stores, held or {}, report)
    if saved is not None:
        save_shelf(shelf, saved)
    return shelf


def build_shelf(
    name: str,
    entries: Sequence[Entry],
    embedder: Embedder,
    stores: Stores,
    known: Mapping[str, Vectors],
    report: Report | None = None,
) -> Shelf:
    """A new shelf; `known` holds vectors by the digest of an entry."""
    shelf = Shelf(name, LEXICAL_WEIGHT[name], embedder.dim, embedder.name)
    new = [e for e in entries if e.digest not in known]
    if name == "imported":
        fresh = stores.held(embedder, [e.passage for e in new])
    else:
        progress: Progress | None = None if report is None else lambda done, total: report(name, done, total)
        fresh = embed_passages(embedder, stores.shipped, [e.passage for e in new], progress)
    vectors = {**known, **{e.digest: vector for e, vector in zip(new, fresh, strict=True)}}
    stacked = np.stack([vectors[e.digest] for e in entries]) if entries else np.empty((0, embedder.dim), np.float32)
    put_entries(shelf, entries, stacked)
    return shelf


def put_entries(shelf: Shelf, entries: Sequence[Entry], vectors: Vectors) -> None:
    """Add entries, or replace those of the same id."""
    shelf.add([e.id for e in entries], [e.digest for e in entries], [tokens(e.words) for e in entries], vectors)


def save_shelf(shelf: Shelf, folder: Path) -> None:
    """Write the shelf in place of the folder.

    Raises:
        KnowledgeError: it cannot be written.
    """
    try:
        replace_folder(folder, shelf.save)
    except (OSError, RuntimeError) as error:  # faiss says RuntimeError when it cannot write
        raise KnowledgeError(f"{folder} cannot be written ({error}); point XIAOZHENG_DATA_DIR elsewhere") from error


def _expected(name: str, entries: Sequence[Entry], embedder: Embedder) -> Manifest:
    return Manifest(
        model=embedder.name,
        dim=embedder.dim,
        lexical_weight=LEXICAL_WEIGHT[name],
        entries=len(entries),
        content=content_hash([e.id for e in entries], [e.digest for e in entries]),
    )


def _loaded(saved: Path, name: str, expected: Manifest) -> Shelf | dict[str, Vectors] | None:
    """The saved shelf; None where there is none; its vectors by text where only living texts have changed since.

    Another process may have added cases or statutes, or have died between the database and the index: the
    database is the truth, and the few new texts are added. Any other difference is refused.
    """
    if not saved.exists():
        return None
    try:
        return Shelf.load(saved, name, expected)
    except IndexMismatchError:
        if name in _LIVING and Shelf.differs_only_in_content(saved, expected):
            return Shelf.saved_vectors(saved, name)
        raise


def all_matters(rows: Sequence[LawMatters], duties: Sequence[Duty]) -> tuple[LawMatters, ...]:
    """The table's rows, and the topics of the duty table with their keywords under the statutes that they name."""
    topics = [
        LawMatters(law=duty.statute, articles=duty.articles, matters=(duty.topic, *duty.keywords))
        for duty in duties
        if duty.statute
    ]
    return (*rows, *topics)
