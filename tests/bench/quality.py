"""How good the suggestions are on labelled messages: `xiaozheng score`, then the shared measure.

    python tests/bench/quality.py [LABELS.jsonl]

Prints one figure a line: name, value, n, 95 % interval. Needs the project's shared data folder beside the
checkout; says so and stops where it is missing. Nothing is fitted here, and gold_dev is never trained on:
`make train` leaves its rows and their near-duplicates out.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
GOLD = SHARED / "data" / "messages" / "gold_dev.jsonl"
MEASURE = SHARED / "bench" / "measure.py"


def main(labels: Path = GOLD) -> int:
    """Score the messages with the installed command and measure the result."""
    if not labels.is_file() or not MEASURE.is_file():
        print(f"{labels} or {MEASURE} is missing: this benchmark needs the shared data folder beside the checkout")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "suggestions.jsonl"
        command = [
            str(Path(sys.executable).with_name("xiaozheng")),
            "score",
            str(labels),
            "-o",
            str(output),
            "--no-draft",
        ]
        subprocess.run(command, check=True)
        return subprocess.run([sys.executable, str(MEASURE), "gold", str(output), str(labels)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) if len(sys.argv) > 1 else main())
