"""Who usually helps whom: counts from labelled messages, smoothed into shares.

Some departments are asked along by habit: the street office with the city enforcers, the price bureau with the
schools. The duty table does not list that; past labels do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

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
        at = {department: i for i, department in enumerate(departments)}
        anyone, own = np.zeros(len(departments)), np.zeros(len(departments))
        for _, helper, n in self.helped:
            if helper in at:
                anyone[at[helper]] += n
        anyone /= max(sum(self.times.values()), 1)
        left = 1.0
        for group, chance in chances.items():
            count = self.times.get(group, 0)
            own += chance * _PRIOR * anyone / (count + _PRIOR)
            left -= chance
        for group, helper, n in self.helped:
            if helper in at and group in chances:
                own[at[helper]] += chances[group] * n / (self.times[group] + _PRIOR)
        return np.asarray(np.log(own + max(left, 0.0) * anyone + _FLOOR), np.float32)
