"""The one hybrid index: BM25 over words and FAISS over vectors, fused, a shelf for each corpus.

Articles and past cases answer differently (people do not speak like statutes), so each shelf has its own
weight between words and vectors (docs/adr/0004). The index holds ids and scores; texts live with their
owners, and a shelf can always be rebuilt from them. Flat vectors: exact, see docs/adr/0004.
"""

from __future__ import annotations

import errno
import hashlib
import json
import math
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from models.embedder import Vectors
from models.errors import IndexMismatchError
from models.lexical import Bm25
from models.record import Record

Scores = NDArray[np.float32]
_SWAPS = 10  # tries to swap a folder in while other processes do the same
_MIDDLE = 3.0  # standard score shown as 0.5: three deviations above the mean entry


@dataclass(frozen=True, slots=True)
class Query:
    """A question in both forms, made once and used for every shelf.

    `asked` is set where many questions are asked together, and `row` is the place of this one among them.
    """

    words: tuple[str, ...]
    vector: Vectors
    asked: Asked | None = None
    row: int = 0


class Asked:
    """The vectors of questions that are asked together: a shelf is multiplied once for all of them.

    Args:
        vectors: Shape `(n, dim)`.
    """

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors
        # by shelf, which is held here so that no other one can get its identity
        self._products: dict[int, tuple[Shelf, Scores]] = {}

    def cosines(self, shelf: Shelf, row: int) -> Scores:
        """Cosine of every entry of a shelf with one of the questions, shape `(len(shelf),)`."""
        held = self._products.get(id(shelf))
        if held is None or held[1].shape[1] != len(shelf):
            held = shelf, np.asarray(self._vectors @ shelf.matrix().T, np.float32)
            self._products[id(shelf)] = held
        return np.asarray(held[1][row], np.float32)


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry found; `score` is the fused score in [0, 1], higher is better."""

    id: str
    score: float


class Manifest(Record):
    """What a saved shelf was made from; it is loaded only when all of it fits."""

    layout: int = 1
    model: str
    dim: int
    lexical_weight: float
    entries: int
    content: str


class Shelf:
    """One corpus: ids, words and vectors in the same order.

    Reading from several threads is safe, changing while another thread reads is not: change a copy
    (`copy.deepcopy`) and put it in the old one's place.

    Args:
        name: File name of the shelf.
        lexical_weight: Weight of words against 1 for vectors, both as standard scores.
        dim: Length of a vector.
        model: Name of the encoder, for the manifest.
    """

    def __init__(self, name: str, lexical_weight: float, dim: int, model: str) -> None:
        import faiss

        self.name, self.model, self.dim = name, model, dim
        self._weight = lexical_weight
        self._ids: list[str] = []
        self._hashes: list[str] = []
        self._bm25 = Bm25()
        self._dense: faiss.IndexFlat = faiss.IndexFlatIP(dim)

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids in the order of the score arrays."""
        return tuple(self._ids)

    def add(self, ids: Sequence[str], hashes: Sequence[str], words: Sequence[Sequence[str]], vectors: Vectors) -> None:
        """Add entries; one whose id is already held replaces the old one.

        Args:
            ids: `n` different ids.
            hashes: `n` hashes of the texts, see `Entry.digest`.
            words: `n` lists of search words.
            vectors: Shape `(n, dim)`, unit rows.

        Raises:
            IndexMismatchError: vectors of another length than the shelf's; use the encoder that it was built with.
        """
        if vectors.shape != (len(ids), self.dim):
            raise IndexMismatchError(
                f"shelf {self.name!r} holds vectors of length {self.dim}, got {vectors.shape} for {len(ids)} entries; "
                "run `xiaozheng knowledge build`"
            )
        self.remove(set(ids) & set(self._ids))
        self._ids.extend(ids)
        self._hashes.extend(hashes)
        self._bm25.add(words)
        self._dense.add(np.ascontiguousarray(vectors, np.float32))

    def remove(self, ids: Collection[str]) -> None:
        """Drop entries; unknown ids are ignored."""
        rows = [row for row, held in enumerate(self._ids) if held in ids]
        if not rows:
            return
        import faiss

        self._dense.remove_ids(faiss.IDSelectorBatch(np.array(rows, np.int64)))
        self._bm25.remove(rows)
        gone = set(rows)
        self._ids = [x for row, x in enumerate(self._ids) if row not in gone]
        self._hashes = [x for row, x in enumerate(self._hashes) if row not in gone]

    def fused(self, query: Query) -> Scores:
        """Standard score of every entry, shape `(len(self),)`: words and vectors together.

        Each half is standardised over the whole shelf first, so that a weight means the same whatever the
        query: a BM25 maximum says nothing by itself, and E5's cosines all lie between 0.7 and 0.9.
        """
        if not self._ids:
            return np.empty(0, np.float32)
        dense, words = standard(self.cosines(query)), standard(self.word_scores(query.words))
        return np.asarray((dense + self._weight * words) / np.hypot(1.0, self._weight), np.float32)

    def search(self, query: Query, k: int, allowed: Callable[[str], bool] = lambda _: True) -> list[Hit]:
        """The `k` best allowed entries, best first."""
        fused = self.fused(query)
        hits: list[Hit] = []
        for row in np.argsort(-fused, kind="stable").tolist():
            if len(hits) == k:
                break
            if allowed(self._ids[row]):
                hits.append(Hit(self._ids[row], shown(float(fused[row]))))
        return hits

    def word_scores(self, words: Sequence[str]) -> Scores:
        """BM25 of every entry, shape `(len(self),)`; its root, so that one rare word cannot outvote the rest."""
        return np.asarray(np.sqrt(self._bm25.scores(words)), np.float32)

    def cosines(self, query: Query) -> Scores:
        """Cosine of every entry, shape `(len(self),)`; 0 for entries without a vector yet."""
        if not self._ids:
            return np.empty(0, np.float32)
        if query.asked is not None:
            return query.asked.cosines(self, query.row)
        return np.asarray(self.matrix() @ np.asarray(query.vector, np.float32).reshape(-1), np.float32)

    def matrix(self) -> Vectors:
        """The index's own memory as `(len(self), dim)`: every score is wanted, and a search would sort them all."""
        import faiss

        rows: Vectors = faiss.rev_swig_ptr(self._dense.get_xb(), len(self) * self.dim)
        return rows.reshape(len(self), self.dim)

    def vectors(self) -> dict[str, Vectors]:
        """The vector of each entry by the hash of its texts."""
        return {d: np.asarray(self._dense.reconstruct(i), np.float32) for i, d in enumerate(self._hashes)}

    def encoded(self) -> NDArray[np.bool_]:
        """Which entries have a vector, shape `(len(self),)`; the rest hold zeros until they are encoded."""
        if not self._ids:
            return np.empty(0, np.bool_)
        return np.asarray(self.matrix().any(axis=1))

    def content_hash(self) -> str:
        """See `content_hash`."""
        return content_hash(self._ids, self._hashes)

    def save(self, folder: Path) -> None:
        """Write the shelf; the manifest comes last, so a folder without one is no shelf."""
        import faiss

        folder.mkdir(parents=True, exist_ok=True)
        faiss.write_index(self._dense, str(folder / "vectors.faiss"))
        self._bm25.save(folder)
        entries = {"ids": self._ids, "hashes": self._hashes}
        (folder / "entries.json").write_text(json.dumps(entries), encoding="utf-8")
        manifest = Manifest(
            model=self.model, dim=self.dim, lexical_weight=self._weight, entries=len(self), content=self.content_hash()
        )
        (folder / "manifest.json").write_text(manifest.model_dump_json(indent=1), encoding="utf-8")

    @staticmethod
    def differs_only_in_content(folder: Path, expected: Manifest) -> bool:
        """Whether a saved shelf fits in everything but its texts.

        Raises:
            IndexMismatchError: there is no readable manifest.
        """
        same = {"entries": expected.entries, "content": expected.content}
        return _manifest(folder).model_copy(update=same) == expected

    @classmethod
    def saved_vectors(cls, folder: Path, name: str) -> dict[str, Vectors]:
        """`vectors` of a saved shelf whatever its texts: those that are still there need no encoding.

        Raises:
            IndexMismatchError: it is damaged.
        """
        return cls.load(folder, name, _manifest(folder)).vectors()

    @classmethod
    def load(cls, folder: Path, name: str, expected: Manifest) -> Shelf:
        """Read a saved shelf.

        Raises:
            IndexMismatchError: made by another model, from other texts, or damaged; says which.
        """
        import faiss

        manifest = _manifest(folder)
        for field in ("model", "dim", "content", "entries", "lexical_weight", "layout"):
            saved, wanted = getattr(manifest, field), getattr(expected, field)
            if saved != wanted:
                raise IndexMismatchError(
                    f"the saved index {name!r} has {field} {saved!r}, this start needs {wanted!r}; "
                    "run `xiaozheng knowledge build`"
                )
        shelf = cls(name, manifest.lexical_weight, manifest.dim, manifest.model)
        try:
            shelf._dense = cast("faiss.IndexFlat", faiss.read_index(str(folder / "vectors.faiss")))
            shelf._bm25 = Bm25.load(folder)
            entries = json.loads((folder / "entries.json").read_text(encoding="utf-8"))
            shelf._ids, shelf._hashes = entries["ids"], entries["hashes"]
            shelf._check(manifest)
        # all that faiss, bm25s, numpy and json raise on files cut off or of another shape
        except (OSError, RuntimeError, ValueError, LookupError, TypeError, AttributeError, EOFError) as error:
            raise IndexMismatchError(f"{folder} is damaged ({error}); run `xiaozheng knowledge build`") from error
        return shelf

    def _check(self, manifest: Manifest) -> None:
        """Refuse parts that do not belong together (a swap by another process in the middle of a load)."""
        lengths = {manifest.entries, len(self._ids), len(self._hashes), len(self._bm25), self._dense.ntotal}
        if len(lengths) != 1 or self._dense.d != self.dim or self.content_hash() != manifest.content:
            raise ValueError("its files are not of one build")


def _manifest(folder: Path) -> Manifest:
    try:
        return Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexMismatchError(f"{folder} is no saved index; run `xiaozheng knowledge build`") from error


def content_hash(ids: Iterable[str], hashes: Iterable[str]) -> str:
    """Changes when any entry's text does; order does not matter."""
    joined = "\n".join(sorted(f"{i}:{h}" for i, h in zip(ids, hashes, strict=True)))
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


def replace_folder(folder: Path, write: Callable[[Path], None]) -> None:
    """Write a folder beside its place and swap it in: what stands there is always whole.

    A failure while writing leaves the old folder. A crash in the instant between the two renames leaves none,
    and a missing index is built. Of two processes that swap at once, the last one's folder stays.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        fresh = scratch / "fresh"
        fresh.mkdir()
        write(fresh)
        for attempt in range(_SWAPS):
            with suppress(FileNotFoundError):
                folder.rename(scratch / f"old-{attempt}")
            try:
                fresh.rename(folder)
                break
            except OSError as error:
                # another process has put its own there between our two renames
                if error.errno not in {errno.ENOTEMPTY, errno.EEXIST} or attempt == _SWAPS - 1:
                    raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def shown(score: float) -> float:
    """A fused score as a number in [0, 1]."""
    return 1 / (1 + math.exp(_MIDDLE - score))


def standard(scores: Scores) -> Scores:
    """Scores with mean 0 and deviation 1."""
    return np.asarray((scores - scores.mean()) / (scores.std() + 1e-9), np.float32)
