"""How long each step of a suggestion took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Clock:
    """Milliseconds of each step, and of all."""

    started: float = field(default_factory=time.perf_counter)
    steps: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what happens inside, in milliseconds; a step entered twice is added up."""
        begin = time.perf_counter()
        yield
        self.steps[name] = round(self.steps.get(name, 0.0) + (time.perf_counter() - begin) * 1000, 2)

    def total(self) -> dict[str, float]:
        """All steps, and the time since the clock was made."""
        return {"total": round((time.perf_counter() - self.started) * 1000, 2), **self.steps}
