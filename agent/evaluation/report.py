"""What an evaluation found, as one record that answers questions; printed by `agent.evaluation.show`."""

from __future__ import annotations

from pydantic import Field

from models.measures import Bin, Figure, Point, calibration_error
from models.record import Record


class Dial(Record):
    """What a confidence threshold lets through without a person, for one group of messages."""

    name: str
    n: int
    auto: int
    wrong: int

    @property
    def share(self) -> float:
        """Share of the group's messages that go automatically."""
        return self.auto / self.n if self.n else 0.0

    @property
    def precision(self) -> float | None:
        """Share of these that are right; None when none goes."""
        return 1 - self.wrong / self.auto if self.auto else None

    @property
    def wrong_per_thousand(self) -> float:
        """Wrong dispatches in a thousand messages of the group: what the saved work costs."""
        return 1000 * self.wrong / self.n if self.n else 0.0


class Confusion(Record):
    """A right answer and what was given instead."""

    wanted: str
    given: str
    n: int


class Group(Record):
    """Accuracy of one group of messages."""

    name: str
    n: int
    right: int

    @property
    def accuracy(self) -> float:
        """Share that is right."""
        return self.right / self.n if self.n else 0.0


class Report(Record):
    """Everything that `xiaozheng evaluate` prints.

    Attributes:
        read: Rows of the file: the next five add up to it.
        repeated: Rows left out because another row has their id or text.
        unlabelled: Rows left out because no person gave them a category or a lead.
        segmented: Labelled rows left out because they have no text in its own words.
        duplicates: Rows left out because past cases or training rows are nearly the same.
        evaluated: Rows measured on.
        failed: Rows without a suggestion, among those evaluated; they count as wrong everywhere.
        figures: Accuracies with intervals.
        lead_curve: Accuracy with coverage, for the lead; the same for the category (third level).
        target: Precision wanted of automatic dispatch.
        threshold: Lead confidence that the classifier asks for at this target.
        dial: The whole file at the threshold, then its neighbours.
    """

    read: int
    repeated: int
    unlabelled: int
    segmented: int
    duplicates: int
    evaluated: int
    failed: int
    figures: tuple[Figure, ...]
    lead_bins: tuple[Bin, ...]
    category_bins: tuple[Bin, ...]
    lead_curve: tuple[Point, ...]
    category_curve: tuple[Point, ...]
    target: float = Field(gt=0, lt=1)
    threshold: float
    dial: Dial
    settings: tuple[Dial, ...]
    by_category: tuple[Dial, ...]
    by_department: tuple[Dial, ...]
    lead_confusion: tuple[Confusion, ...]
    level1_confusion: tuple[Confusion, ...]
    departments: tuple[Group, ...]
    periods: tuple[Group, ...]

    def figure(self, name: str) -> Figure:
        """One figure by name.

        Raises:
            KeyError: there is none.
        """
        for one in self.figures:
            if one.name == name:
                return one
        raise KeyError(name)

    @property
    def lead_error(self) -> float:
        """Expected calibration error of the lead's confidence."""
        return calibration_error(self.lead_bins)

    @property
    def category_error(self) -> float:
        """Expected calibration error of the category's confidence."""
        return calibration_error(self.category_bins)

    def worst_departments(self, k: int = 5) -> tuple[Group, ...]:
        """Departments with most wrong leads, the most first."""
        return tuple(sorted(self.departments, key=lambda g: (g.right - g.n, g.name))[:k])
