"""Fits the guard's sentence classifier on labelled sentences of replies; run by hand when the sentences change.

    python -m agent.training.draft_sentences

`draft_sentences.jsonl` holds one sentence a line with its label and its writer: 1 and 2 wrote without knowing the
guard, 3 wrote it. None is taken from a real reply or from the drafts of `tests/bench`. Prints the accuracy on each of
the first two writers when the other one and 3 taught, and writes `agent/drafting/guard/sentence_kinds.npz`, the same
bytes every time.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import ValidationError

from agent.drafting.guard.case import fold
from agent.drafting.guard.kinds import ARTIFACT, PREFIX, Label, plain
from models.errors import InputError
from models.fit_linear import fit_classifier
from models.linear import TextClassifier
from models.ngrams import Document
from models.record import Record

SENTENCES = Path(__file__).with_name("draft_sentences.jsonl")
OUTSIDE = (1, 2)
_LEAST = 2  # with so few sentences a pair of them is all that a rare word has
_KEPT = 1.0
_RIDGE = 0.3


class LabelledSentence(Record):
    """One sentence of a reply and what kind it is."""

    text: str
    label: Label
    writer: Literal[1, 2, 3]


def read_sentences(path: Path = SENTENCES) -> list[LabelledSentence]:
    """Read labelled sentences.

    Raises:
        InputError: a line is not of the form.
    """
    sentences = []
    for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            sentences.append(LabelledSentence.model_validate(json.loads(text)))
        except (ValueError, ValidationError) as error:
            raise InputError(
                f"{path}, line {line} is no labelled sentence ({error}); give text, label, writer"
            ) from error
    return sentences


def fit(sentences: Sequence[LabelledSentence]) -> TextClassifier:
    """The classifier of these sentences."""
    documents = [document(sentence) for sentence in sentences]
    labels = [sentence.label for sentence in sentences]
    return fit_classifier(documents, labels, ridge=_RIDGE, least=_LEAST, kept=_KEPT).classifier


def document(sentence: LabelledSentence) -> Document:
    """A sentence as the guard shows it to the classifier."""
    return Document("", plain(fold(sentence.text)))


def cross_accuracy(sentences: Sequence[LabelledSentence], writer: int) -> tuple[float, float]:
    """Accuracy on one writer's sentences by what the others taught: of all labels, and of `other` against the rest."""
    held = [sentence for sentence in sentences if sentence.writer == writer]
    classifier = fit([sentence for sentence in sentences if sentence.writer != writer])
    said = [classifier.predict(document(sentence)).label for sentence in held]
    right = [label == sentence.label for label, sentence in zip(said, held, strict=True)]
    apart = [(label == "other") == (sentence.label == "other") for label, sentence in zip(said, held, strict=True)]
    return float(np.mean(right)), float(np.mean(apart))


def main() -> None:
    """Print cross-validation by writer, fit on all sentences and write the artifact."""
    sentences = read_sentences()
    for writer in OUTSIDE:
        right, apart = cross_accuracy(sentences, writer)
        sys.stdout.write(f"writer {writer} held out: label right {right:.3f}, other against the rest {apart:.3f}\n")
    arrays = fit(sentences).arrays(PREFIX)
    np.savez_compressed(ARTIFACT, **arrays)  # type: ignore[arg-type]  # numpy's stub wants bool first
    sys.stdout.write(f"{ARTIFACT.name}: {len(sentences)} sentences, {ARTIFACT.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
