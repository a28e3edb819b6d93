"""A language model in this process: checks what lies on the disk, loads it once, runs one generation at a time.

Imports no torch; `models.llm_torch`, which does, is loaded with the weights. Nothing is downloaded, no code
that comes with a model is run, and pickled weights are refused.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import ModelError
from models.llm import Request, T
from models.llm_calls import TICK, Generated, Turn, Watch

if TYPE_CHECKING:
    from models.llm_torch import Weights

_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


class Local:
    """A folder of safetensors or one GGUF file; see `models.llm.open_local`."""

    def __init__(self, path: Path) -> None:
        check_weights(path)
        self.name = f"local/{path.resolve().name}"
        self._path = path
        self._lock = threading.Lock()
        self._weights: Weights | None = None

    def count(self, turns: Sequence[Turn], watch: Watch) -> int:
        """Exactly as the model's tokenizer counts; loads the model."""
        with self._loaded(watch) as weights:
            return weights.count(turns)

    def generate(self, turns: Sequence[Turn], request: Request[T], watch: Watch) -> Generated:
        """See `models.llm_calls.Backend.generate`; waits for its turn."""
        with self._loaded(watch) as weights:
            made = weights.generate(turns, request, watch)
        watch.check()  # a generation that was stopped is no answer
        return made

    @contextmanager
    def _loaded(self, watch: Watch) -> Iterator[Weights]:
        """The weights, for this caller alone."""
        while not self._lock.acquire(timeout=TICK):
            watch.check()
        try:
            if self._weights is None:
                # As for the encoder (docs/adr/0003): torch's spinning threads halve the speed beside any load.
                os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
                from models.llm_torch import load

                self._weights = load(self._path)
                watch.check()  # loading cannot be interrupted
            yield self._weights
        finally:
            self._lock.release()


def check_weights(path: Path) -> None:
    """Look at names only, before anything is read.

    Raises:
        ModelError: nothing usable lies there, or only pickles do.
    """
    if path.is_file() and path.suffix.lower() == ".gguf":
        return
    if not path.is_dir():
        raise ModelError(f"no language model at {str(path)!r}; give a folder of safetensors or a .gguf file")
    if not any(path.glob("*.safetensors")):
        if any(name for pattern in _PICKLES for name in path.glob(pattern)):
            raise ModelError(
                f"the weights in {str(path)!r} are pickles, which can run code; convert them to safetensors or GGUF"
            )
        raise ModelError(f"no *.safetensors in {str(path)!r}; give the folder that holds them, or a .gguf file")
    if not (path / "config.json").is_file():
        raise ModelError(f"no config.json in {str(path)!r}; copy the whole model folder, not the weights alone")
