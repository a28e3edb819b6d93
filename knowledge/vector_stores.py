"""Vectors that are known before a shelf is built: those shipped with the project and those of imported statutes.

Imported articles are encoded in the background of `xiaozheng knowledge build`, hours for thousands of them; what
was encoded is written every few minutes, so that an interrupted run goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.tables import DATA
from models.embedder import Embedder, Vectors
from models.errors import KnowledgeError, ModelError
from models.vectors import VectorStore

VECTORS = DATA / "vectors.npz"
_IMPORTED = "imported-vectors.npz"
_BATCH, _KEEP_EVERY = 32, 1024  # texts encoded at once, and between two writes of the file
Report = Callable[[str, int, int], None]


@dataclass
class Stores:
    """The shipped store, and the one that grows in the index folder."""

    shipped: VectorStore | None
    imported: VectorStore | None
    path: Path | None

    @classmethod
    def open(cls, index_dir: Path | None) -> Stores:
        """Read what is there.

        Raises:
            ModelError: a file of vectors is damaged.
        """
        path = None if index_dir is None else index_dir / _IMPORTED
        return cls(
            shipped=VectorStore.load(VECTORS) if VECTORS.exists() else None,
            imported=_grown(path) if path is not None and path.exists() else None,
            path=path,
        )

    def held(self, embedder: Embedder, texts: Sequence[str]) -> Vectors:
        """Vectors of imported passages, rows of zeros for those not encoded yet; shape `(len(texts), dim)`."""
        if self.imported is None or self.imported.model != embedder.name or not texts:
            return np.zeros((len(texts), embedder.dim), np.float32)
        return self.imported.find(texts)[0]

    def encode(self, embedder: Embedder, texts: Sequence[str], report: Report | None) -> int:
        """Encode imported passages and keep their vectors.

        Returns:
            How many were encoded; those already known are not.

        Raises:
            KnowledgeError: the index folder cannot be written.
        """
        known = [bool(row.any()) for row in self.held(embedder, texts)]
        todo = list(dict.fromkeys(text for text, done in zip(texts, known, strict=True) if not done))
        for start in range(0, len(todo), _KEEP_EVERY):
            part = todo[start : start + _KEEP_EVERY]
            rows = []
            for at in range(0, len(part), _BATCH):
                rows.append(embedder.passages(part[at : at + _BATCH]))
                if report is not None:
                    report("imported", start + min(at + _BATCH, len(part)), len(todo))
            self._keep(VectorStore.build(embedder.name, part, np.concatenate(rows)))
        return len(todo)

    def _keep(self, fresh: VectorStore) -> None:
        same = self.imported is not None and self.imported.model == fresh.model
        self.imported = self.imported.joined(fresh) if same and self.imported is not None else fresh
        if self.path is not None:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.imported.save(self.path)
            except OSError as error:
                raise KnowledgeError(f"{self.path} cannot be written ({error.strerror}); free the disk") from error


def _grown(path: Path) -> VectorStore:
    try:
        return VectorStore.load(path)
    except ModelError as error:  # a build reads it too, so building alone would not help
        raise ModelError(f"{path} is damaged; delete it and run `xiaozheng knowledge build`") from error
