"""Language models: one small interface, two ways behind it, and only JSON that fits a schema comes out.

`open_server` speaks to any OpenAI-compatible server (vLLM, llama.cpp, Ollama, DashScope, DeepSeek); `open_local`
runs a folder of safetensors or a GGUF file in this process. Both share one loop (`models.llm_calls`), so that
time limit, retries, repair, budget and cancellation mean the same. It writes no prompts of its own beyond the
request for JSON, keeps no conversation, and believes nothing: what an answer claims is checked by the caller.
Importing this module loads neither openai nor torch; the constructors take plain values, not settings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel, Field, SecretStr

from models.errors import ModelError
from models.record import Record

T = TypeVar("T", bound=BaseModel)
Code = Literal["unreachable", "timeout", "refused", "invalid", "budget", "cancelled"]


class LanguageModelError(ModelError):
    """A language model gave no usable answer; `code` says which reaction fits.

    | code | what happened | what helps |
    | --- | --- | --- |
    | unreachable | no connection, it broke off, or the server failed (5xx) | start or repair the server |
    | timeout | `Limits.seconds` are over | a longer limit, a smaller model |
    | refused | the server answered 4xx (wrong key, unknown model, too many requests) | change the request |
    | invalid | the answer is no JSON or does not fit, also after the repair; `raw` keeps it | another model |
    | budget | prompt and answer do not fit into `Limits.tokens` or the model; nothing was sent | shorten |
    | cancelled | the caller's `cancel` was set | nothing: it was wanted |

    No message and no chained exception holds the key or the prompt.
    """

    code = "language_model"

    def __init__(self, message: str, *, code: Code | None = None, raw: str = "") -> None:
        super().__init__(message, code=code)
        self.raw = raw


class Cancel(Protocol):
    """What can call a running request off; `threading.Event` is one."""

    def is_set(self) -> bool:
        """True once the answer is no longer wanted."""


class Limits(Record):
    """How much one call may cost."""

    seconds: float = Field(default=60, gt=0, description="the whole call: loading, waiting, retries and repair")
    retries: int = Field(
        default=2, ge=0, le=10, description="further attempts of a generation after a lost connection, 429 or 5xx"
    )
    repair: bool = Field(default=True, description="show the model an unusable answer and ask once more")
    backoff: float = Field(default=0.5, ge=0, description="seconds before the first retry; doubles, with jitter")
    tokens: int = Field(default=8192, ge=1, description="prompt and longest answer together")


class Request(Record, Generic[T]):
    """One question whose answer is one object of the class `output`."""

    system: str
    user: str
    output: type[T] = Field(description="pydantic model; its JSON schema becomes part of the prompt")
    max_tokens: int = Field(default=1024, ge=1, description="longest answer")
    temperature: float = Field(default=0, ge=0, le=2, description="0 is greedy")
    seed: int = Field(default=0, ge=0, lt=2**31, description="fixed, so that a suggestion can be replayed")


class Answer(Record, Generic[T]):
    """A validated object and what it cost."""

    parsed: T
    raw: str = Field(description="the text that `parsed` was read from, as the model gave it")
    prompt_tokens: int = Field(ge=0, description="over all generations; estimated when a server does not count")
    answer_tokens: int = Field(ge=0, description="over all generations; estimated when a server does not count")
    seconds: float = Field(ge=0, description="wall clock of the whole call")
    generations: int = Field(ge=1, description="1, or 2 when a repair was needed; retries do not count")


class LanguageModel(Protocol):
    """Answers a request with an object of the class it asks for."""

    @property
    def name(self) -> str:
        """Model and where it runs, without secrets; goes into provenance."""

    def complete(self, request: Request[T], *, cancel: Cancel | None = None) -> Answer[T]:
        """Answer one request; safe to call from several threads.

        Raises:
            LanguageModelError: there is no usable answer; see its `code`.
            ModelError: the model cannot be loaded at all.
        """


def open_server(
    base_url: str, model: str, api_key: SecretStr | None = None, limits: Limits | None = None
) -> LanguageModel:
    """A model behind an OpenAI-compatible server; nothing is sent before the first request.

    Args:
        base_url: Usually ends with `/v1`, e.g. `http://127.0.0.1:8000/v1`.
        model: The name that the server knows it by.
        api_key: Sent to that server only; None for servers that want none.
        limits: For every call; None for the defaults.

    Raises:
        SettingsError: `base_url` is no http(s) address or carries a password.
        ModelError: the package `openai` is not installed.
    """
    from models.llm_calls import JsonModel
    from models.llm_server import Server

    return JsonModel(Server(base_url, model, api_key or SecretStr("")), limits or Limits())


def open_local(path: Path, limits: Limits | None = None) -> LanguageModel:
    """A model in this process, loaded by the first request; one generation at a time.

    Args:
        path: A folder with `config.json` and `*.safetensors`, or one `.gguf` file.
        limits: For every call; None for the defaults. The first call pays for the loading.

    Raises:
        ModelError: nothing usable lies there, or the weights are pickles (`*.bin`, `*.pt`), which can run code.
    """
    from models.llm_calls import JsonModel
    from models.llm_local import Local

    return JsonModel(Local(path), limits or Limits())
