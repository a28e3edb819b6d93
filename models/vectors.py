"""Passage vectors that ship with the project: int8 rows, found by a hash of the very text they encode.

A changed text has another hash, so a stale vector can never be used for it; what is missing is encoded on
the spot. `find` gives unit vectors. Knows texts and vectors only.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.embedder import Embedder, Vectors
from models.errors import ModelError

Progress = Callable[[int, int], None]


def text_keys(texts: Sequence[str]) -> NDArray[np.uint64]:
    """64-bit keys, shape `(len(texts),)`; a clash among 30,000 texts has a chance of 2.4e-11."""
    # surrogatepass: a broken character must not stop the build, nor make two texts one
    encoded = (text.encode("utf-8", "surrogatepass") for text in texts)
    digests = b"".join(hashlib.blake2b(data, digest_size=8).digest() for data in encoded)
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64)


@dataclass(frozen=True)
class VectorStore:
    """Vectors of one model by key; `keys` is sorted, `rows` has shape `(len(keys), dim)`, int8."""

    model: str
    keys: NDArray[np.uint64]
    rows: NDArray[np.int8]

    @classmethod
    def build(cls, model: str, texts: Sequence[str], vectors: Vectors) -> VectorStore:
        """Quantise unit vectors, each row scaled to its largest entry.

        Args:
            model: Name of the encoder.
            texts: `n` texts; of equal ones the first counts.
            vectors: Their vectors, shape `(n, dim)`. The bundled encoder's keep a cosine above 0.9999 to the
                original (a test measures it); a vector with one dominant entry loses more.
        """
        keys, first = np.unique(text_keys(texts), return_index=True)
        chosen = vectors[first]
        peaks = np.maximum(np.abs(chosen).max(axis=1, keepdims=True), 1e-9)
        return cls(model, keys, np.rint(chosen / peaks * 127).astype(np.int8))

    @classmethod
    def load(cls, path: Path) -> VectorStore:
        """Read a saved store.

        Raises:
            ModelError: the file is missing, damaged or not a vector store.
        """
        try:
            with np.load(path, allow_pickle=False) as data:
                meta = json.loads(str(data["meta"]))
                store = cls(str(meta["model"]), data["keys"], data["rows"])
        # a cut-off file is a BadZipFile or an EOFError, a lone array or other JSON a TypeError
        except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile, zlib.error) as error:
            reason = type(error).__name__  # numpy's own words advise to unpickle the file
            raise ModelError(f"{path} is no vector store ({reason}); run `xiaozheng knowledge build`") from error
        if store.keys.dtype != np.uint64 or store.rows.dtype != np.int8 or store.rows.shape[:1] != store.keys.shape:
            raise ModelError(f"{path} holds keys and rows that do not fit each other; run `xiaozheng knowledge build`")
        return store

    def save(self, path: Path) -> None:
        """Write atomically."""
        partial = path.with_suffix(".partial.npz")
        np.savez_compressed(partial, keys=self.keys, rows=self.rows, meta=np.array(json.dumps({"model": self.model})))
        partial.replace(path)

    def joined(self, other: VectorStore) -> VectorStore:
        """Both stores' vectors; of a text in both, this one's.

        Raises:
            ModelError: another model made the other's.
        """
        if other.model != self.model:
            raise ModelError(f"vectors of {other.model} do not go with those of {self.model}; encode them anew")
        keys, first = np.unique(np.concatenate([self.keys, other.keys]), return_index=True)
        return VectorStore(self.model, keys, np.concatenate([self.rows, other.rows])[first])

    def find(self, texts: Sequence[str]) -> tuple[Vectors, NDArray[np.bool_]]:
        """Vectors of the texts, shape `(n, dim)`, and which of them were found (others are zero rows)."""
        keys = text_keys(texts)
        at = np.searchsorted(self.keys, keys)
        at[at == len(self.keys)] = 0
        found = self.keys[at] == keys if len(self.keys) else np.zeros(len(keys), bool)
        vectors = (
            self.rows[at].astype(np.float32) if len(self.keys) else np.zeros((len(keys), self.rows.shape[1]), "f4")
        )
        vectors[~found] = 0
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(norms, 1e-9), np.float32), found


def embed_passages(
    embedder: Embedder, store: VectorStore | None, texts: Sequence[str], progress: Progress | None = None
) -> Vectors:
    """Vectors of passages, from the store where it has them for this model, encoded where it has not.

    Args:
        embedder: Encodes what is missing.
        store: Shipped vectors; ignored when another model made them.
        texts: `n` passages.
        progress: Called with (done, total) of the texts that had to be encoded.

    Returns:
        Shape `(n, embedder.dim)`, unit rows.
    """
    if store is None or store.model != embedder.name:
        store = VectorStore(embedder.name, np.empty(0, np.uint64), np.empty((0, embedder.dim), np.int8))
    vectors, found = store.find(texts)
    missing = np.flatnonzero(~found)
    step = 32
    for start in range(0, len(missing), step):
        batch = missing[start : start + step]
        vectors[batch] = embedder.passages([texts[i] for i in batch])
        if progress is not None:
            progress(min(start + step, len(missing)), len(missing))
    return vectors
