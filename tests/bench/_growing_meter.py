"""Processor time and resident memory for the growth of the index.

Knows nothing of what it measures. The command is `python -m tests.bench.index_growth`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time

import faiss
import numpy as np

_READ = """
import sys, faiss
def held(): return int(open('/proc/self/statm').read().split()[1]) * 4096
before = held(); index = faiss.read_index(sys.argv[1]); print((held() - before) / 1e6)
"""


def lap(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    begin = process_time()
    work()
    return process_time() - begin


def spread(values: Sequence[float], scale: float = 1.0) -> str:
    """Median and quartiles."""
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75]) * scale
    return f"{middle:.4g} [{low:.3g}, {high:.3g}]"


def memory() -> float:
    """Resident MB of this process now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / 1e6


def peak() -> float:
    """Highest resident MB since this program started; `ru_maxrss` would bring the parent's along."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def resident(index: faiss.Index, folder: Path) -> tuple[float, float]:
    """MB of the file, and MB that a fresh process gains by reading it."""
    path = folder / "one.faiss"
    faiss.write_index(index, str(path))
    done = subprocess.run([sys.executable, "-c", _READ, str(path)], check=True, capture_output=True, text=True)
    return path.stat().st_size / 1e6, float(done.stdout)
