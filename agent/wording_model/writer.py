"""The reply in a model's words, used only where the guard finds nothing in them.

The model sees masked text and the plan; it decides nothing and adds nothing. A draft that fails is mended or dropped,
and the template's draft, which exists already, serves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import Field

from agent.drafting.guard import mend_draft
from agent.drafting.plan import Plan
from agent.drafting.template import cite, mark
from agent.schema import Check, Draft
from agent.wording_model._ask import Failure, ask
from agent.wording_model._data import block, safe, seen
from agent.wording_model._held import own_checks
from agent.wording_model._points import say_points
from agent.wording_model.prompts import REPLY, Prompts
from models.llm import Cancel, LanguageModel, Request
from models.record import Record

_MAX_TEXT = 1500  # characters of the complaint shown; the plan already holds what counts
_MAX_EXAMPLES, _MAX_EXAMPLE = 3, 400
_MAX_ANSWER = 1200  # characters; far above the longest draft, far below what would hurt the guard
_MAX_TOKENS = 1024  # 350 characters as JSON in the least thrifty tokenizer, twice
_MAX_REASON = 60
Judge = Callable[[str], tuple[Check, ...]]


class _Reply(Record):
    reply: str = Field(min_length=1, max_length=_MAX_ANSWER)


class Worded(Record):
    """A model's draft that passed, or why there is none."""

    text: str | None = Field(description="passed every check; None: the template serves")
    generator: str = Field(description="model and version of the prompt")
    reason: str = Field(default="", description="one Chinese sentence; '' when the draft was taken as it came")
    checks: tuple[Check, ...] = Field(default=(), description="of `text`; empty without one")

    @property
    def note(self) -> Check:
        """What the card says about it.

        Always ok: without the model the template's draft stands, which has its own checks, so a model that is down
        must not send every complaint to a person.
        """
        return Check(name="model", ok=True, detail=self.reason)


class ModelWriter:
    """Words plans with one model and one set of prompts; safe to use from several threads if the model is."""

    def __init__(self, model: LanguageModel, prompts: Prompts) -> None:
        self._model = model
        self._prompts = prompts

    def write(
        self, plan: Plan, masked_text: str, examples: Sequence[str], check: Judge, *, cancel: Cancel | None = None
    ) -> Worded:
        """Word one reply; never raises because of the model.

        Args:
            plan: All that may be said.
            masked_text: The complaint; masked again here, so that a caller's slip sends no personal data.
            examples: Replies to other complaints, for tone; at most three are shown.
            check: The guard with plan, complaint and citations filled in.
            cancel: Calls the request off.
        """
        request: Request[_Reply] = Request(
            system=self._prompts.reply,
            user=_say(plan, masked_text, examples),
            output=_Reply,
            max_tokens=_MAX_TOKENS,
        )
        answer = ask(self._model, request, cancel)
        if isinstance(answer, Failure):
            return self._without(answer.reason)
        return self._judged(_tidy(answer.parsed.reply), plan, check)

    def _judged(self, text: str, plan: Plan, check: Judge) -> Worded:
        mended = mend_draft(text, lambda part: (*check(part), *own_checks(part, plan, self._prompts.reply)))
        if mended.text is None:
            failed = next(result for result in mended.checks if not result.ok)
            return self._without(f"草稿未通过检查（{failed.detail[:_MAX_REASON] or failed.name}）")
        note = f"模型措辞中{len(mended.removed)}句未通过检查，已删去。" if mended.removed else ""
        return Worded(text=mended.text, generator=self._generator, reason=note, checks=mended.checks)

    def _without(self, why: str) -> Worded:
        return Worded(text=None, generator=self._generator, reason=f"未用模型措辞：{why}，采用模板。")

    @property
    def _generator(self) -> str:
        return f"{self._model.name} {REPLY}"


def adopt(worded: Worded, template: Draft, plan: Plan) -> Draft:
    """The draft to show: the model's when it passed, else the template's; either with the note as its last check."""
    if worded.text is None:
        return template.model_copy(update={"checks": (*template.checks, worded.note)})
    return Draft(
        text=worded.text,
        generator=worded.generator,
        citations=tuple(citation for citation in plan.citations if _cited(cite((citation,)), worded.text)),
        blanks=tuple(blank for blank in plan.blanks if mark(blank) in worded.text),
        checks=(*worded.checks, worded.note),
    )


def _cited(words: str, text: str) -> bool:
    law, _, article = words.partition("》")
    return f"{law}》" in text and article in text


def _say(plan: Plan, masked_text: str, examples: Sequence[str]) -> str:
    shown = [block("范例", safe(example)[:_MAX_EXAMPLE]) for example in examples[:_MAX_EXAMPLES]]
    return "\n\n".join((*shown, block("投诉原文", safe(masked_text)[:_MAX_TEXT]), block("要点", say_points(plan))))


def _tidy(text: str) -> str:
    """Without hidden characters, and with the line breaks of a draft."""
    return "\n".join(line.strip() for line in seen(text).splitlines() if line.strip())
