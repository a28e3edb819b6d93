"""The help of a language model, where the settings name one: words for drafts, a second opinion, a short version.

Each use is a setting and shows in provenance. A suggestion never fails because of the model, and nothing that it
says is taken unchecked: drafts pass the guard, a choice is one of the given ids, a short version is the text's own
sentences.
"""

from __future__ import annotations

from agent.schema import CategoryChoice, CategoryGuess
from agent.settings import Settings
from agent.wording import category_path
from agent.wording_model import Choice, ModelWriter, Prompts, arbitrate, condense
from models.llm import LanguageModel, Limits, open_local, open_server

# Where the first category is more likely wrong than right, another reader may choose among the first few.
DOUBTFUL_BELOW = 0.5
_LONG, _SHORT = 800, 160  # characters from which a complaint is condensed, and to which


class LanguageHelp:
    """One model and what it may be asked for."""

    def __init__(
        self,
        model: LanguageModel,
        prompts: Prompts,
        *,
        words: bool = True,
        arbitrates: bool = False,
        condenses: bool = False,
    ) -> None:
        self._model, self._prompts = model, prompts
        self._arbitrates, self._condenses = arbitrates, condenses
        self.writer = ModelWriter(model, prompts) if words else None

    @classmethod
    def from_settings(cls, settings: Settings) -> LanguageHelp | None:
        """The model that the settings name, None where they name none; nothing is sent or loaded yet.

        Raises:
            SettingsError: the address is wrong, or a prompt file cannot be read.
            ModelError: the extra `llm` is not installed, or nothing usable lies at the path.
        """
        limits = Limits(seconds=settings.llm__timeout)
        if settings.llm__base_url:
            model = open_server(settings.llm__base_url, settings.llm__model, settings.llm__api_key, limits)
        elif settings.llm__path is not None:
            model = open_local(settings.llm__path, limits)
        else:
            return None
        return cls(
            model,
            Prompts.load(settings.rules_dir),
            words=settings.llm__word,
            arbitrates=settings.llm__arbitrate,
            condenses=settings.llm__condense,
        )

    @property
    def name(self) -> str:
        """Model, prompts and uses, for provenance."""
        allowed = {"words": self.writer is not None, "arbitrates": self._arbitrates, "condenses": self._condenses}
        uses = [use for use, on in allowed.items() if on]
        return f"{self._model.name} prompts:{self._prompts.hash} {'+'.join(uses)}"

    def category(self, guess: CategoryGuess, masked_text: str) -> CategoryGuess:
        """The guess, with one of its runners-up first where the first is doubtful and the model prefers that one.

        Confidences stay with their categories: the model's preference is not measured, so it adds no certainty.
        """
        if not self._arbitrates or guess.confidence >= DOUBTFUL_BELOW:
            return guess
        first = CategoryChoice(**guess.model_dump(exclude={"alternatives"}))
        ranked = (first, *guess.alternatives)
        choices = [Choice(id=one.code, name=category_path(one)) for one in ranked]
        picked = arbitrate(self._model, self._prompts, masked_text, choices)
        chosen = next((one for one in ranked if one.code == picked), first)
        others = tuple(one for one in ranked if one is not chosen)
        return CategoryGuess(**chosen.model_dump(), alternatives=others)

    def summary(self, masked_text: str, own: str) -> str:
        """A short version of a long complaint in its own sentences; `own` where the model gives none."""
        if not self._condenses or len(masked_text) < _LONG:
            return own
        return condense(self._model, self._prompts, masked_text, _SHORT) or own
