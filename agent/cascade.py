"""The fast profile's choosing: cheap vectors for all, the encoder only for what they leave in doubt.

Most complaints say in plain words what they are about; for those the distilled encoder leads to the same department
as the real one. What they leave in doubt shows in the confidence of the lead, which is what is asked here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.choose import Choice, Chooser, Matter
from models.embedder import QueryEncoder

# Confidence of the lead below which a complaint is encoded. See docs/scale.md for the trade on labelled messages.
SETTLED_FROM = 0.65


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
        settled_from: Confidence of the lead from which the cheap choice stands.
    """

    def __init__(self, exact: Chooser, cheap: QueryEncoder, settled_from: float = SETTLED_FROM) -> None:
        self._exact, self.cheap = exact, exact.with_encoder(cheap)
        self._settled_from = settled_from

    def settle(self, matters: Sequence[Matter]) -> list[Settled]:
        """Choose for every text, in their order."""
        settled = [Settled(choice, self.cheap.encoder.name) for choice in self.cheap.choose_many(matters)]
        doubtful = [at for at, one in enumerate(settled) if one.choice.dispatch.confidence < self._settled_from]
        for at, choice in zip(doubtful, self._exact.choose_many([matters[at] for at in doubtful]), strict=True):
            settled[at] = Settled(choice, self._exact.encoder.name)
        return settled
