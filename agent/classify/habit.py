"""Who usually helps whom: counts from labelled messages, smoothed into shares.

Some departments are asked along by habit: the street office with the city enforcers, the price bureau with the
schools. The duty table does not list that; past labels do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.ngrams import Floats
from models.record import Record

_PRIOR = 5.0  # messages' worth of the general habit in the habit of one group
_FLOOR = 1e-3


class Habit(Record):
    """How often each department helped in each group (a lead, or a second level of categories).

    Attributes:
        helped: (group, helper, times).
        times: How often each group occurred.
    """

    helped: tuple[tuple[str, str, int], ...]
    times: dict[str, int]

    @classmethod
    def count(cls, rows: Iterable[tuple[str, Iterable[str]]]) -> Habit:
        """Count (group, helpers) rows."""
        pairs: Counter[tuple[str, str]] = Counter()
        times: Counter[str] = Counter()
        for group, helpers in rows:
            times[group] += 1
            pairs.update((group, helper) for helper in helpers)
        counted = tuple((group, helper, n) for (group, helper), n in sorted(pairs.items()))
        return cls(helped=counted, times=dict(sorted(times.items())))

    def without(self, group: str, helpers: Iterable[str]) -> Habit:
        """The same counts as if one row had not been seen: a row must not find its own label."""
        gone = set(helpers)
        helped = tuple((g, h, n - (g == group and h in gone)) for g, h, n in self.helped)
        times = {**self.times, group: self.times[group] - 1} if group in self.times else self.times
        return Habit(helped=helped, times=times)

    def log_shares(self, departments: Sequence[str], chances: Mapping[str, float]) -> Floats:
        """Log of how often each department helps, over groups weighed by their chances.

        Args:
            departments: Whose shares, in this order.
            chances: Probability of each group.
        """
        return HabitTable.of(self, departments).log_shares(chances)


@dataclass(frozen=True)
class HabitTable:
    """The same counts as an array, for who asks often.

    Attributes:
        at: Row of each group.
        shares: `(groups, departments)` how often each department helps in each group.
        anyone: `(departments,)` how often each helps at all.
    """

    at: Mapping[str, int]
    shares: NDArray[np.float64]
    anyone: NDArray[np.float64]

    @classmethod
    def of(cls, habit: Habit, departments: Sequence[str]) -> HabitTable:
        """The table for some departments, in their order."""
        column = {department: i for i, department in enumerate(departments)}
        at = {group: i for i, group in enumerate(habit.times)}
        helped = np.zeros((len(at), len(departments)))
        anyone = np.zeros(len(departments))
        for group, helper, n in habit.helped:
            if helper in column:
                anyone[column[helper]] += n
                if group in at:
                    helped[at[group], column[helper]] += n
        times = np.array(list(habit.times.values()), np.float64)
        anyone /= max(times.sum(), 1)
        return cls(at, (helped + _PRIOR * anyone) / (times + _PRIOR)[:, None], anyone)

    def log_shares(self, chances: Mapping[str, float]) -> Floats:
        """See `Habit.log_shares`; a group that was never seen has everybody's habit."""
        known = [group for group in chances if group in self.at]
        weights = np.array([chances[group] for group in known])
        own = weights @ self.shares[[self.at[group] for group in known]] if known else 0.0
        unseen = sum(chance for group, chance in chances.items() if group not in self.at)
        left = max(1.0 - sum(chances.values()), 0.0)
        return np.asarray(np.log(own + (unseen + left) * self.anyone + _FLOOR), np.float32)
