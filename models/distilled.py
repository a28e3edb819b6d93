"""An encoder's question vectors guessed from character n-grams: a thousand times cheaper, and less exact.

A linear map, learned from questions that the encoder itself has encoded (`models.fit_distilled`); the teacher needs
no labels. Good enough where words alone settle a matter; who needs the real vector asks the teacher.
Source: the idea of learning a cheap model from a dear one's answers, Hinton et al. 2015; a linear student over
n-grams is ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from models.embedder import Vectors
from models.errors import ModelError
from models.ngrams import Buckets, Floats, ngram_counts

if TYPE_CHECKING:
    from scipy.sparse import csr_array

SHIPPED = Path(__file__).with_name("distilled.npz")


@dataclass(frozen=True)
class DistilledEncoder:
    """Guesses what a teacher would answer; see the module.

    Attributes:
        teacher: Name of the encoder that it imitates.
        buckets: Kept n-gram buckets, sorted, shape `(f,)`.
        idf: Inverse document frequency of each, shape `(f,)`.
        weights: int8, shape `(f, dim)`.
        scale: What one step of a dimension's weights is worth, shape `(dim,)`; the stretch that undoes the shrinking
            of a regularised fit is in it.
        mean: What the teacher answers on average, shape `(dim,)`.
    """

    teacher: str
    buckets: Buckets
    idf: Floats
    weights: NDArray[np.int8]
    scale: Floats
    mean: Floats

    @property
    def name(self) -> str:
        """The teacher's name, marked as a guess, and which guess."""
        return f"distilled-{self._digest}:{self.teacher}"

    @cached_property
    def _digest(self) -> str:
        content = hashlib.sha256(self.weights.tobytes() + self.scale.tobytes() + self.mean.tobytes())
        return content.hexdigest()[:8]

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Shape `(len(texts), dim)`, float32, rows of L2 norm 1; a text without a known n-gram gets the mean."""
        guessed = self.mean + self.raw(texts)
        return np.asarray(guessed / np.linalg.norm(guessed, axis=1, keepdims=True), np.float32)

    def raw(self, texts: Sequence[str]) -> Vectors:
        """How far each answer lies from the mean, before it is brought to norm 1."""
        used, features = self._features(texts)
        if not len(used):
            return np.zeros((len(texts), len(self.mean)), np.float32)
        return np.asarray((features @ self.weights[used].astype(np.float32)) * self.scale, np.float32)

    def _features(self, texts: Sequence[str]) -> tuple[NDArray[np.intp], csr_array]:
        """The n-grams that occur, as rows of `weights`, and the features of each text over those."""
        from scipy.sparse import csr_array

        counted = [ngram_counts(text) for text in texts]
        row = np.repeat(np.arange(len(texts)), [len(found) for found, _ in counted])
        found = np.concatenate([found for found, _ in counted]) if counted else np.empty(0, np.int64)
        times = np.concatenate([times for _, times in counted]) if counted else np.empty(0, np.int64)
        at = np.searchsorted(self.buckets, found)
        at[at == len(self.buckets)] = 0
        known = self.buckets[at] == found if len(self.buckets) else np.zeros(len(found), np.bool_)
        at, row = at[known], row[known]
        values = (1.0 + np.log(times[known].astype(np.float32))) * self.idf[at]
        norms = np.sqrt(np.bincount(row, weights=values.astype(np.float64) ** 2, minlength=len(texts)))
        values = np.asarray(values / norms[row], np.float32)
        used, column = np.unique(at, return_inverse=True)
        return used, csr_array((values, (row, column)), shape=(len(texts), len(used)))

    def save(self, path: Path) -> None:
        """Write one `.npz` of plain arrays; same encoder, same bytes."""
        partial = path.with_suffix(".partial.npz")
        np.savez_compressed(
            partial,
            teacher=np.array(self.teacher),
            buckets=self.buckets.astype(np.int32),
            idf=self.idf.astype(np.float16),
            weights=self.weights,
            scale=self.scale,
            mean=self.mean,
        )
        partial.replace(path)

    @classmethod
    def load(cls, teacher: str, path: Path = SHIPPED) -> DistilledEncoder:
        """Read one.

        Args:
            teacher: Name of the encoder that it has to imitate.
            path: The file.

        Raises:
            ModelError: missing, damaged, or learned from another encoder.
        """
        try:
            with np.load(path, allow_pickle=False) as data:
                loaded = cls(
                    teacher=str(data["teacher"]),
                    buckets=np.asarray(data["buckets"], np.int64),
                    idf=np.asarray(data["idf"], np.float32),
                    weights=np.asarray(data["weights"], np.int8),
                    scale=np.asarray(data["scale"], np.float32),
                    mean=np.asarray(data["mean"], np.float32),
                )
        except (OSError, EOFError, KeyError, ValueError, BadZipFile) as error:
            reason = type(error).__name__  # numpy's own text would advise to unpickle
            raise ModelError(f"{path} is no distilled encoder ({reason}); make one by `xiaozheng distil`") from error
        if loaded.teacher != teacher:
            raise ModelError(
                f"{path} imitates the encoder {loaded.teacher!r}, but {teacher!r} is set; run `xiaozheng distil`, "
                "or score with the profile accurate"
            )
        return loaded
