"""Tokenizer and weights of a local language model, through transformers; needs torch.

Knows chat templates, sampling and when to stop; who may call it and what becomes of the text stands in
`models.llm_local` and `models.llm_calls`. Not thread-safe.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, cast

import torch
from jinja2 import TemplateError
from safetensors import SafetensorError
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BatchEncoding,
    GenerationConfig,
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    StoppingCriteria,
    StoppingCriteriaList,
)

from models.errors import ModelError
from models.llm import Request, T
from models.llm_calls import Generated, Turn, Watch, refuse_over
from models.llm_json import UnfitError, extract_object


class Generator(Protocol):
    """What is used of a `PreTrainedModel` that generates; transformers has no public type for it."""

    config: PreTrainedConfig
    generation_config: GenerationConfig | None

    @property
    def device(self) -> torch.device:
        """Where the weights lie."""

    def generate(
        self,
        *,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        generation_config: GenerationConfig,
        stopping_criteria: StoppingCriteriaList,
    ) -> torch.Tensor:
        """Token ids of prompt and continuation, shape `(1, tokens)`."""


class Weights:
    """One loaded model."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, model: Generator) -> None:
        self._tokenizer = tokenizer
        self._model = model

    def count(self, turns: Sequence[Turn]) -> int:
        """Tokens of a prompt, those of the chat template included."""
        return int(self._encoded(turns)["input_ids"].shape[1])

    def generate(self, turns: Sequence[Turn], request: Request[T], watch: Watch) -> Generated:
        """Continue a prompt until its object is closed, the model ends, or the watch is over.

        Deadline and cancellation are seen between two tokens; reading the prompt is one step.

        Raises:
            LanguageModelError: `budget`: prompt and answer are longer than the model's context.
        """
        prompt = self._encoded(turns).to(self._model.device)
        start = int(prompt["input_ids"].shape[1])
        context = getattr(self._model.config, "max_position_embeddings", None)
        if context is not None:
            refuse_over(start + request.max_tokens, context)
        with torch.inference_mode(), _chance(request.seed, self._model.device):
            whole = self._model.generate(
                input_ids=prompt["input_ids"],
                attention_mask=prompt["attention_mask"],
                generation_config=self._config(request),
                stopping_criteria=StoppingCriteriaList([_Stop(self._tokenizer, start, watch)]),
            )
        made = whole[0, start:]
        text = self._tokenizer.decode(made, skip_special_tokens=True)
        return Generated(str(text), start, len(made), cut=len(made) >= request.max_tokens)

    def _encoded(self, turns: Sequence[Turn]) -> BatchEncoding:
        """Token ids and mask, each of shape `(1, tokens)`."""
        if not self._tokenizer.chat_template:
            plain = "\n\n".join(turn.text for turn in turns)
            return cast(BatchEncoding, self._tokenizer(f"{plain}\n\n", return_tensors="pt"))
        try:
            return self._templated(turns)
        except TemplateError:  # some templates know no system role, and say so by raising
            system, user, *later = turns
            return self._templated([Turn("user", f"{system.text}\n\n{user.text}"), *later])

    def _templated(self, turns: Sequence[Turn]) -> BatchEncoding:
        encoded = self._tokenizer.apply_chat_template(
            [{"role": turn.role, "content": turn.text} for turn in turns],
            add_generation_prompt=True,
            return_dict=True,
            return_tensors="pt",
            enable_thinking=False,  # read by templates of thinking models only; thoughts would eat the deadline
        )
        return cast(BatchEncoding, encoded)

    def _config(self, request: Request[T]) -> GenerationConfig:
        own = self._model.generation_config
        ends = (own.eos_token_id if own else None) or self._tokenizer.eos_token_id
        pad = self._tokenizer.pad_token_id
        return GenerationConfig(  # type: ignore[no-untyped-call]
            max_new_tokens=request.max_tokens,
            do_sample=request.temperature > 0,
            temperature=request.temperature or None,
            eos_token_id=ends,
            pad_token_id=pad if pad is not None else 0,  # one row needs no padding; None would only be warned about
        )


class _Stop(StoppingCriteria):
    """Ends a generation when its object is closed or the call is over."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, start: int, watch: Watch) -> None:
        self._tokenizer = tokenizer
        self._start = start
        self._watch = watch

    def __call__(
        self, input_ids: torch.LongTensor, scores: tuple[torch.Tensor] | None, **kwargs: object
    ) -> torch.BoolTensor:
        """Shape `(1,)`: stop after this token?"""
        stop = self._watch.over or self._closed(input_ids[0])
        return cast(torch.BoolTensor, torch.tensor([stop], device=input_ids.device))

    def _closed(self, ids: torch.Tensor) -> bool:
        if "}" not in str(self._tokenizer.decode(ids[-1:])):
            return False
        try:
            extract_object(str(self._tokenizer.decode(ids[self._start :], skip_special_tokens=True)))
        except UnfitError:
            return False
        return True


def load(path: Path) -> Weights:
    """Read tokenizer and weights from a folder or a GGUF file.

    Raises:
        ModelError: they do not load; nothing is downloaded and no code from the folder is run.
    """
    single = path.is_file()
    folder, gguf = (str(path.parent), path.name) if single else (str(path), None)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            folder, gguf_file=gguf, local_files_only=True, trust_remote_code=False
        )
        loaded: object = AutoModelForCausalLM.from_pretrained(
            folder,
            gguf_file=gguf,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=torch.bfloat16 if device == "cuda" else torch.float32,
            output_loading_info=True,
        )
    except (OSError, ValueError, ImportError, KeyError, RuntimeError, SafetensorError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelError(f"the language model {str(path)!r} does not load ({reason}); check its files") from error
    model, report = cast(tuple[PreTrainedModel, dict[str, set[str]]], loaded)  # thanks to output_loading_info
    if report["missing_keys"]:
        raise ModelError(f"the language model {str(path)!r} lacks weights; copy its folder again, all of it")
    cast(torch.nn.Module, model).to(device).eval()
    return Weights(tokenizer, cast(Generator, model))


@contextmanager
def _chance(seed: int, device: torch.device) -> Iterator[None]:
    """Draw from this seed, and leave the random numbers of others as they were."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield
