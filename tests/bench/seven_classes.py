"""Level 1 on the public seven-class set (level1_train + level1_raw): five-fold cross-validation.

    python tests/bench/seven_classes.py

Every message once: a segmented copy of a message that is also there in its own words is dropped first, as are
the rows of gold_dev. Prints accuracy and macro-F1 with intervals. Needs the shared data folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from agent.training.rows import TrainingRow, once, read_training, without_near_duplicates
from knowledge.tables import load_tables
from models.fit_linear import fit_classifier
from models.ngrams import Document

MESSAGES = Path(__file__).parents[3] / "shared" / "data" / "messages"
DRAWS = 500


def main() -> int:
    """Print the two figures."""
    if not MESSAGES.is_dir():
        print(f"{MESSAGES} is missing: this benchmark needs the shared data folder beside the checkout")
        return 2
    tables = load_tables()
    read = {name: list(read_training(MESSAGES / f"{name}.jsonl", tables)) for name in ("level1_train", "level1_raw")}
    gold = read_training(MESSAGES / "gold_dev.jsonl", tables)
    rows = without_near_duplicates(once([row for part in read.values() for row in part]), gold)
    truth, guess = predicted(rows)
    rng = np.random.default_rng(0)
    draws = [rng.integers(0, len(truth), len(truth)) for _ in range(DRAWS)]
    for name, measure in (("accuracy", accuracy), ("macro-F1", macro_f1)):
        low, high = np.quantile([measure(truth[d], guess[d]) for d in draws], [0.025, 0.975])
        print(f"{name:10s} {measure(truth, guess):.4f} n={len(truth)} [{low:.4f}, {high:.4f}]")
    return 0


def predicted(rows: list[TrainingRow]) -> tuple[np.ndarray, np.ndarray]:
    """True and held-out labels as class numbers."""
    fitted = fit_classifier([Document(row.title, row.full) for row in rows], [row.level1 for row in rows])
    labels = fitted.classifier.labels
    return np.array([labels.index(row.level1) for row in rows]), fitted.held_out.argmax(axis=1)


def accuracy(truth: np.ndarray, guess: np.ndarray) -> float:
    """Share right."""
    return float((truth == guess).mean())


def macro_f1(truth: np.ndarray, guess: np.ndarray) -> float:
    """Mean of the classes' F1."""
    scores = []
    for label in np.unique(truth):
        both = np.sum((truth == label) & (guess == label))
        scores.append(2 * both / (np.sum(truth == label) + np.sum(guess == label)))
    return float(np.mean(scores))


if __name__ == "__main__":
    sys.exit(main())
