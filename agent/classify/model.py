"""The fitted half of the agent: text models and rankers, loaded from one artifact without pickle."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from agent.classify.signals import (
    CATEGORY_FEATURES,
    LEAD_FEATURES,
    Evidence,
    Lists,
    category_features,
    lead_features,
    spread,
)
from models.errors import ModelError
from models.linear import TextClassifier
from models.ranker import Ranker
from models.record import Record

SHIPPED = Path(__file__).with_name("artifact.npz")
Floats = NDArray[np.float32]


class Card(Record):
    """What an artifact was made from; printed by `knowledge status`, kept in docs/model_card.md."""

    rows: dict[str, int]
    trained_on: str
    seed: int
    held_out: dict[str, float]


class Model:
    """Calibrated probabilities of categories and departments for one complaint."""

    def __init__(
        self, level1: TextClassifier, lead: TextClassifier, categories: Ranker, leads: Ranker, card: Card
    ) -> None:
        if categories.names != CATEGORY_FEATURES or leads.names != LEAD_FEATURES:
            raise ModelError("the classifier was trained for other features; run `xiaozheng train` again")
        self._level1, self._lead = level1, lead
        self._categories, self._leads = categories, leads
        self.card = card

    def categories(self, lists: Lists, evidence: Evidence, text: str) -> Floats:
        """Log-probability of each category, in the order of `lists.codes`."""
        level1 = spread(self._level1.labels, self._level1.log_proba([text])[0], lists.level1)
        return self._categories.log_proba(category_features(lists, evidence, level1))

    def leads(self, lists: Lists, evidence: Evidence, text: str, categories: Floats) -> Floats:
        """Log-probability of each department, in the order of `lists.departments`."""
        lead = spread(self._lead.labels, self._lead.log_proba([text])[0], lists.departments)
        return self._leads.log_proba(lead_features(lists, evidence, lead, categories))

    def save(self, path: Path) -> None:
        """Write one `.npz` of plain arrays; same model, same bytes."""
        meta = {
            "categories": self._categories.model_dump(),
            "leads": self._leads.model_dump(),
            "card": self.card.model_dump(),
        }
        arrays: dict[str, NDArray[np.generic]] = {
            **self._level1.arrays("level1"),
            **self._lead.arrays("lead"),
            "meta": np.array(json.dumps(meta, sort_keys=True)),
        }
        partial = path.with_suffix(".partial.npz")
        with partial.open("wb") as handle:
            np.savez_compressed(handle, **arrays)  # type: ignore[arg-type]  # numpy's stub wants bool first
        partial.replace(path)

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Model:
        """Read an artifact.

        Raises:
            ModelError: missing, damaged, or made for other features.
        """
        try:
            with np.load(path, allow_pickle=False) as data:
                arrays: Mapping[str, NDArray[np.generic]] = {name: data[name] for name in data.files}
            meta = json.loads(str(arrays["meta"]))
            return cls(
                TextClassifier.from_arrays("level1", arrays),
                TextClassifier.from_arrays("lead", arrays),
                Ranker.model_validate(meta["categories"]),
                Ranker.model_validate(meta["leads"]),
                Card.model_validate(meta["card"]),
            )
        except (OSError, EOFError, KeyError, IndexError, TypeError, ValueError, BadZipFile) as error:
            reason = type(error).__name__  # numpy's own text would advise to unpickle
            raise ModelError(f"{path} is no classifier ({reason}); run `xiaozheng train` to make one") from error


def artifact_hash(path: Path = SHIPPED) -> str:
    """Twelve hex digits of the artifact, for provenance."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
