"""The fast profile's choosing: cheap vectors for all, the encoder only for what they leave in doubt.

Most complaints say in plain words what they are about; for those the distilled encoder leads to the same department
as the real one. Doubt is two departments that come out nearly equal: there the better vector can tip the scale, while
a low confidence without a rival is no better for it. A short text is always encoded: it holds few n-grams to guess
from, and costs little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.choose import Choice, Chooser, Matter
from models.embedder import QueryEncoder

# How far the lead's confidence must stand above the runner-up's; less, and the complaint is encoded. docs/scale.md has
# the trade on labelled messages.
SETTLED_BY = 0.1
SHORT = 40  # characters; judgement: a tunnel under water, told in ten, lost its urgency to the guess


@dataclass(frozen=True, slots=True)
class Settled:
    """A choice, and the name of the encoder whose vector it rests on."""

    choice: Choice
    encoder: str


class Cascade:
    """Two choosers, the cheap one first.

    Args:
        exact: The chooser of the accurate profile.
        cheap: An encoder of the same space that costs next to nothing.
        settled_by: Distance from the runner-up from which the cheap choice stands; 0 encodes nothing at all.
    """

    def __init__(self, exact: Chooser, cheap: QueryEncoder, settled_by: float = SETTLED_BY) -> None:
        self._exact, self.cheap = exact, exact.with_encoder(cheap)
        self._settled_by = settled_by

    def settle(self, matters: Sequence[Matter]) -> list[Settled]:
        """Choose for every text, in their order."""
        settled = [Settled(choice, self.cheap.encoder.name) for choice in self.cheap.choose_many(matters)]
        doubtful = [at for at, one in enumerate(settled) if self._in_doubt(matters[at], one.choice)]
        for at, choice in zip(doubtful, self._exact.choose_many([matters[at] for at in doubtful]), strict=True):
            settled[at] = Settled(choice, self._exact.encoder.name)
        return settled

    def _in_doubt(self, matter: Matter, choice: Choice) -> bool:
        short = self._settled_by > 0 and len(matter.title) + len(matter.text) < SHORT
        return short or margin(choice) < self._settled_by


def margin(choice: Choice) -> float:
    """How far the lead's confidence stands above that of the runner-up."""
    others = choice.dispatch.alternatives
    return choice.dispatch.confidence - (others[0].confidence if others else 0.0)
