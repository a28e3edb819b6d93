"""A choice among a closed list by a model; an answer outside of the list does not exist.

Proposes only: whether the choice may change anything, and with what confidence, is the caller's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, Field, create_model

from agent.wording_model._ask import Failure, ask
from agent.wording_model._data import block, fenced, safe
from agent.wording_model.prompts import Prompts
from models.llm import Cancel, LanguageModel, Request
from models.record import Record

_MAX_TEXT, _MAX_HINT = 1500, 120  # characters
_MAX_TOKENS = 256  # an id; the rest is for models that pad


class Choice(Record):
    """One candidate."""

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    hint: str = Field(default="", description="what it is in charge of, in a few words")


class _Pick(Record):
    id: str


def arbitrate(
    model: LanguageModel,
    prompts: Prompts,
    masked_text: str,
    choices: Sequence[Choice],
    *,
    cancel: Cancel | None = None,
) -> str | None:
    """Ask which candidate fits best; never raises because of the model.

    Args:
        model: Asked once.
        prompts: Its `arbitrate` is used.
        masked_text: The complaint; masked again here.
        choices: At least two, with different ids; best first, as far as the caller knows.
        cancel: Calls the request off.

    Returns:
        The id of one of `choices`; None when there is nothing to choose from or no usable answer.
    """
    ids = [choice.id for choice in choices]
    if len(set(ids)) < 2:
        return None
    lines = "\n".join(fenced(f"{c.id}｜{c.name}｜{c.hint[:_MAX_HINT]}".replace("\n", " ")) for c in choices)
    request: Request[_Pick] = Request(
        system=prompts.arbitrate,
        user="\n\n".join((block("候选", lines), block("投诉原文", safe(masked_text)[:_MAX_TEXT]))),
        output=_closed(ids),
        max_tokens=_MAX_TOKENS,
    )
    answer = ask(model, request, cancel)
    # A model that skips validation is a model all the same.
    return None if isinstance(answer, Failure) or answer.parsed.id not in ids else answer.parsed.id


def _closed(ids: Sequence[str]) -> type[_Pick]:
    """A class whose schema lists the ids, so that a server can constrain and a repair can name them."""

    def member(value: str) -> str:
        if value not in ids:
            raise ValueError(f"must be one of {', '.join(ids)}")
        return value

    listed = Annotated[str, AfterValidator(member), Field(json_schema_extra={"enum": list(ids)})]
    return create_model("Pick", __base__=_Pick, id=(listed, ...))
