"""The fitted half of the agent: text models, rankers and calibration, loaded from one artifact without pickle."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from agent.classify.doubt import SURE_FEATURES, sure_features
from agent.classify.features import (
    ASSIST_FEATURES,
    CATEGORY_FEATURES,
    LEAD_FEATURES,
    assist_features,
    category_features,
    lead_features,
    level2_chances,
    spread,
)
from agent.classify.habit import Habit, HabitTable
from agent.classify.signals import Evidence, Lists, Views
from agent.classify.urgent import URGENT_FEATURES, urgent_features
from agent.reading.kind import load_kind_rules
from agent.urgency import UrgencyReading
from knowledge.vocabulary import Kind
from models.errors import ModelError
from models.linear import TextClassifier
from models.logit import Logit
from models.ngrams import Document, Floats
from models.ranker import Ranker
from models.record import Record

SHIPPED = Path(__file__).with_name("artifact.npz")


class Card(Record):
    """What an artifact was made from; printed by `knowledge status`, kept in docs/model_card.md."""

    rows: dict[str, int]
    trained_on: str
    seed: int
    held_out: dict[str, float]


class Weights(Record):
    """Everything fitted but the text models; saved as JSON.

    Attributes:
        category_sure: Chance that a candidate category is acceptable, from its ranking.
        lead_sure: The same for a lead.
        by_lead: Which departments usually help each lead.
        by_level2: Which departments usually help in each second level.
        assist_from: Probability from which an assist is named.
        urgent_from: Probability from which a matter is urgent.
    """

    categories: Ranker
    leads: Ranker
    category_sure: Logit
    lead_sure: Logit
    assist: Logit
    by_lead: Habit
    by_level2: Habit
    assist_from: float = Field(ge=0, le=1)
    kind: Logit
    urgent: Logit
    urgent_from: float = Field(ge=0, le=1)
    card: Card
    lead_curve: tuple[tuple[float, float], ...] = Field(
        description="held-out rows: a confidence of the lead, and the share right from there on"
    )


@dataclass(frozen=True, slots=True)
class Tone:
    """What the text models say of the manner of one message.

    Attributes:
        kind: Log-probability of each kind that they know.
        urgent: Log-odds that it is urgent.
    """

    kind: Floats
    urgent: float


@dataclass(frozen=True)
class TextModels:
    """Linear classifiers over one message."""

    level1: TextClassifier
    category: TextClassifier
    lead: TextClassifier
    assist: TextClassifier
    kind: TextClassifier
    urgent: TextClassifier

    def views(self, lists: Lists, documents: Sequence[Document]) -> list[Views]:
        """What they say of categories and departments, in the order of the lists; one each document."""
        asked = (
            (self.level1, lists.level1),
            (self.category, lists.codes),
            (self.lead, lists.departments),
            (self.assist, lists.departments),
        )
        spread_out = [
            [spread(model.labels, row, order) for row in model.log_proba(documents)] for model, order in asked
        ]
        return [Views(*parts) for parts in zip(*spread_out, strict=True)]


@dataclass(frozen=True, slots=True)
class _Constants:
    """What is the same for every complaint: habits as arrays, and one column a department."""

    departments: tuple[str, ...]
    habits: tuple[HabitTable, HabitTable]
    columns: Floats


class Model:
    """Calibrated probabilities for one complaint."""

    def __init__(self, texts: TextModels, weights: Weights) -> None:
        cues = tuple(cue.name for cue in load_kind_rules().cue)
        fits = (
            weights.categories.names == CATEGORY_FEATURES
            and weights.leads.names == LEAD_FEATURES
            and weights.assist.names[: len(ASSIST_FEATURES)] == ASSIST_FEATURES
            and weights.category_sure.names == weights.lead_sure.names == SURE_FEATURES
            and weights.urgent.names == URGENT_FEATURES
            and weights.kind.names == (*cues, *texts.kind.labels)
        )
        if not fits:
            raise ModelError("the classifier was trained for other features; run `xiaozheng train` again")
        self._texts, self._weights, self._cues = texts, weights, cues
        self._made: _Constants | None = None
        self.card = weights.card

    def views(self, lists: Lists, documents: Sequence[Document]) -> list[Views]:
        """What the text models say of categories and departments; many documents cost far less together."""
        return self._texts.views(lists, documents)

    def categories(self, lists: Lists, evidence: Evidence, views: Views) -> Floats:
        """Log-probability of each category, in the order of `lists.codes`."""
        return self._weights.categories.log_proba(category_features(lists, evidence, views))

    def leads(self, lists: Lists, evidence: Evidence, views: Views, categories: Floats) -> Floats:
        """Log-probability of each department, in the order of `lists.departments`."""
        return self._weights.leads.log_proba(lead_features(lists, evidence, views, categories))

    def category_confidence(self, ranked: Floats) -> Floats:
        """Chance of each of the best categories to be accepted by a careful colleague; never rises down the list.

        Args:
            ranked: Log-probabilities, best first.
        """
        return np.minimum.accumulate(self._weights.category_sure.yes(sure_features(ranked)))

    def lead_confidence(self, ranked: Floats) -> Floats:
        """Chance of each of the best leads to be accepted; as `category_confidence`."""
        return np.minimum.accumulate(self._weights.lead_sure.yes(sure_features(ranked)))

    def assists(
        self, lists: Lists, evidence: Evidence, views: Views, categories: Floats, leads: Floats, lead: str
    ) -> tuple[tuple[str, float], ...]:
        """Departments that should help `lead`, likeliest first, with their probability."""
        features = assist_features(lists, evidence, views, categories, leads)
        constants = self._constants(lists.departments)
        features = with_habits(features, lists, constants.habits, lead, categories)
        features = np.concatenate([features, constants.columns], axis=1)
        chances = self._weights.assist.yes(features)
        order = [i for i in np.argsort(-chances, kind="stable").tolist() if lists.departments[i] not in {lead, "out"}]
        named = [(lists.departments[i], float(chances[i])) for i in order]
        return tuple((d, p) for d, p in named if p >= self._weights.assist_from)

    def _constants(self, departments: tuple[str, ...]) -> _Constants:
        """Made once: the departments are those of one knowledge base and do not change."""
        if self._made is None or self._made.departments != departments:
            lead, level2 = self._weights.by_lead, self._weights.by_level2
            habits = HabitTable.of(lead, departments), HabitTable.of(level2, departments)
            columns = department_columns(self._weights.assist.names, departments)
            self._made = _Constants(departments, habits, columns)
        return self._made

    def tones(self, documents: Sequence[Document]) -> list[Tone]:
        """What the text models say of kind and urgency; many documents cost far less together."""
        kinds, urgent = self._texts.kind.log_proba(documents), self._texts.urgent.log_proba(documents)
        return [Tone(kind, float(row[1] - row[0])) for kind, row in zip(kinds, urgent, strict=True)]

    def kind(self, tone: Tone, fired: Sequence[str]) -> Kind:
        """The likeliest kind, from the cues that fired and the text."""
        features = kind_features(self._cues, fired, tone.kind)
        return _as_kind(self._weights.kind.labels[int(self._weights.kind.proba(features[None])[0].argmax())])

    def urgent(self, tone: Tone, reading: UrgencyReading) -> float:
        """Chance that the matter must be looked at the same day."""
        features = urgent_features(reading, tone.urgent)
        return float(self._weights.urgent.yes(features[None])[0])

    def lead_from(self, precision: float) -> float:
        """The lowest confidence of a lead from which on this share was right on held-out rows; 1.0 if none."""
        good = [confidence for confidence, right in self._weights.lead_curve if right >= precision]
        return min(good, default=1.0)

    @property
    def urgent_from(self) -> float:
        """Probability from which a matter is urgent."""
        return self._weights.urgent_from

    def alarm(self, text: str) -> float:
        """How much the words of a stretch of text speak for urgency, as log-odds."""
        against, by = self._texts.urgent.log_proba([Document("", text)])[0]
        return float(by - against)

    def save(self, path: Path) -> None:
        """Write one `.npz` of plain arrays; same model, same bytes."""
        arrays: dict[str, NDArray[np.generic]] = {"meta": np.array(json.dumps(self._weights.model_dump()))}
        for name in TextModels.__dataclass_fields__:
            arrays |= getattr(self._texts, name).arrays(name)
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
            names = TextModels.__dataclass_fields__
            texts = TextModels(**{name: TextClassifier.from_arrays(name, arrays) for name in names})
            return cls(texts, Weights.model_validate_json(str(arrays["meta"])))
        except (OSError, EOFError, KeyError, IndexError, TypeError, ValueError, BadZipFile) as error:
            reason = type(error).__name__  # numpy's own text would advise to unpickle
            raise ModelError(f"{path} is no classifier ({reason}); run `xiaozheng train` to make one") from error


def kind_features(cues: Sequence[str], fired: Sequence[str], text: Floats) -> Floats:
    """Which cues fired, then what the text model says of each kind."""
    return np.concatenate([np.array([cue in fired for cue in cues], np.float32), text])


def with_habits(
    features: Floats, lists: Lists, habits: tuple[HabitTable, HabitTable], lead: str, categories: Floats
) -> Floats:
    """Assist features with the habits of the lead and of the second level filled in."""
    by_lead, by_level2 = habits
    features[:, ASSIST_FEATURES.index("by_lead")] = by_lead.log_shares({lead: 1.0})
    features[:, ASSIST_FEATURES.index("by_level2")] = by_level2.log_shares(level2_chances(lists.codes, categories))
    return features


def department_columns(names: Sequence[str], departments: Sequence[str]) -> Floats:
    """One column a department that the assist model knows: some are asked along more readily than others."""
    known = names[len(ASSIST_FEATURES) :]
    return np.array([[name == department for name in known] for department in departments], np.float32)


def _as_kind(label: str) -> Kind:
    kinds: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
    return kinds[label]


def artifact_hash(path: Path = SHIPPED) -> str:
    """Twelve hex digits of the artifact, for provenance."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
