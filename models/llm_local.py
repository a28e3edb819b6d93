"""A language model in this process: checks what lies on the disk, loads it once, runs one generation at a time.

Imports no torch; `models.llm_torch`, which does, is loaded with the weights. Nothing is downloaded, no code
that comes with a model is run, and pickled weights are refused.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from models.errors import ModelError
from models.llm import Request, T
from models.llm_calls import TICK, Generated, Turn, Watch

if TYPE_CHECKING:
    from models.llm_torch import Weights

R = TypeVar("R")
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


class Local:
    """A folder of safetensors or one GGUF file; see `models.llm.open_local`."""

    def __init__(self, path: Path) -> None:
        check_weights(path)
        self.name = f"local/{path.resolve().name}"
        self._path = path
        self._lock = threading.Lock()  # held while the model works, also for a caller who has left
        self._weights: Weights | None = None

    def count(self, turns: Sequence[Turn], watch: Watch) -> int:
        """Exactly as the model's tokenizer counts; loads the model."""
        return self._within(watch, lambda weights: weights.count(turns))

    def generate(self, turns: Sequence[Turn], request: Request[T], watch: Watch) -> Generated:
        """See `models.llm_calls.Backend.generate`; waits for its turn."""
        made = self._within(watch, lambda weights: weights.generate(turns, request, watch))
        watch.check()  # a generation that was stopped is no answer
        return made

    def _within(self, watch: Watch, work: Callable[[Weights], R]) -> R:
        """Do it in a thread of its own, and wait no longer than allowed.

        Neither loading nor reading a prompt can be interrupted. A caller whose time is up leaves them running; what
        was loaded serves the next one.
        """
        while not self._lock.acquire(timeout=TICK):
            watch.check()
        done: Future[R] = Future()
        threading.Thread(target=self._work, args=(work, done), daemon=True).start()
        while not wait([done], timeout=TICK).done:
            watch.check()
        return done.result()

    def _work(self, work: Callable[[Weights], R], done: Future[R]) -> None:
        try:
            if self._weights is None:
                # As for the encoder (docs/adr/0003): torch's spinning threads halve the speed beside any load.
                os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
                from models.llm_torch import load

                self._weights = load(self._path)
            result = work(self._weights)
        except BaseException as error:  # raised again where the result is asked for
            self._lock.release()
            done.set_exception(error)
        else:
            self._lock.release()
            done.set_result(result)


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
