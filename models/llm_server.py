"""A language model behind an OpenAI-compatible server, through the `openai` client.

Answers are streamed by a thread of their own, so that deadline and cancellation hold while the server is silent.
The client's own retries are off: `models.llm_calls` decides about them. The key goes into the client and nowhere
else; what a server says about a refusal is quoted without it.
"""

from __future__ import annotations

import importlib.util
import queue
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from pydantic import SecretStr

from models.errors import ModelError, SettingsError
from models.llm import LanguageModelError, Request, T
from models.llm_calls import TICK, Generated, TransientError, Turn, Watch, estimate_tokens
from models.llm_json import LONGEST

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam
    from openai.types.chat.completion_create_params import ResponseFormat

    Item = ChatCompletionChunk | Exception | None  # a piece, what ended the stream early, or its end
    Inbox = queue.SimpleQueue[Item]

Form = Literal["json_schema", "json_object", "text"]
_FORMS: tuple[Form, ...] = ("json_schema", "json_object", "text")  # from the strictest to what every server takes

_CONNECT = 10.0  # seconds; a server in the inner network answers at once or is not there
_TURN_TOKENS = 8  # role and separators of one turn in the usual chat templates
_QUOTED = 200  # characters of a server's message


class Server:
    """One model of one server; see `models.llm.open_server` for the arguments."""

    def __init__(self, base_url: str, model: str, api_key: SecretStr) -> None:
        if importlib.util.find_spec("openai") is None:
            raise ModelError("language-model servers need the package `openai`; run `pip install openai`")
        self.name = f"{model}@{_place(base_url)}"
        self._base_url = base_url
        self._model = model
        self._key = api_key
        self._form: Form = _FORMS[0]
        self._client: openai.OpenAI | None = None
        self._lock = threading.Lock()

    def count(self, turns: Sequence[Turn], watch: Watch) -> int:
        """An estimate: only the server knows the tokenizer."""
        return sum(estimate_tokens(turn.text) + _TURN_TOKENS for turn in turns)

    def generate(self, turns: Sequence[Turn], request: Request[T], watch: Watch) -> Generated:
        """See `models.llm_calls.Backend.generate`; asks for the strictest format that the server takes.

        A weaker format is remembered only once an answer came with it: a request that is wrong for another
        reason is refused in every format.
        """
        import openai

        for form in _FORMS[_FORMS.index(self._form) :]:
            try:
                made = self._stream(turns, request, form, watch)
            except (openai.OpenAIError, ValueError) as error:  # ValueError: what came is no event stream of JSON
                watch.check()  # a read that reached its deadline looks like a broken connection
                format_refused = isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError)
                if not format_refused or form == _FORMS[-1]:
                    raise self._fault(error) from None  # the chain would hold the server's words
            else:
                self._form = form
                break
        return made

    def _stream(self, turns: Sequence[Turn], request: Request[T], form: Form, watch: Watch) -> Generated:
        inbox: Inbox = queue.SimpleQueue()
        unwanted = threading.Event()
        work = (turns, request, form, watch.left, inbox, unwanted)
        threading.Thread(target=self._pump, args=work, name="language-model-stream", daemon=True).start()
        try:
            return self._gather(_items(inbox, watch), self.count(turns, watch))
        finally:
            unwanted.set()

    def _pump(
        self,
        turns: Sequence[Turn],
        request: Request[T],
        form: Form,
        seconds: float,
        inbox: Inbox,
        unwanted: threading.Event,
    ) -> None:
        """Read one stream into a queue until it ends or is unwanted; outlives the call by one read at most."""
        try:
            with self._opened().chat.completions.create(
                model=self._model,
                messages=[_message(turn) for turn in turns],
                response_format=_response_format(form, request),
                max_tokens=request.max_tokens,
                temperature=request.temperature,
                seed=request.seed,
                stream=True,
                stream_options={"include_usage": True},
                timeout=_timeout(seconds),
            ) as stream:
                for chunk in stream:
                    inbox.put(chunk)
                    if unwanted.is_set():
                        return
            inbox.put(None)
        except Exception as error:  # whatever it is, the caller's thread has to raise it
            inbox.put(error)

    def _opened(self) -> openai.OpenAI:
        import openai

        with self._lock:
            if self._client is None:
                # Without any key the client would look for one in the environment.
                key = self._key.get_secret_value() or "none"
                self._client = openai.OpenAI(base_url=self._base_url, api_key=key, max_retries=0)
            return self._client

    def _gather(self, chunks: Iterator[ChatCompletionChunk], estimated: int) -> Generated:
        """One text out of the pieces of a stream; `estimated` are its prompt's tokens if the server counts none."""
        text, finish, usage = "", None, None
        for chunk in chunks:
            usage = chunk.usage or usage
            for choice in (chunk.choices or ())[:1]:
                text += choice.delta.content or ""
                finish = choice.finish_reason or finish
            if len(text) > LONGEST:
                finish = "length"
                break
        if finish is None:
            raise TransientError(self._unreachable("broke off its answer"))
        if finish == "content_filter":
            raise LanguageModelError(f"{self.name} filtered its answer; let a person word this one", code="refused")
        return Generated(
            text,
            prompt_tokens=usage.prompt_tokens if usage else estimated,
            answer_tokens=usage.completion_tokens if usage else estimate_tokens(text),
            cut=finish == "length",
        )

    def _fault(self, error: openai.OpenAIError | ValueError) -> LanguageModelError | TransientError:
        """What a failed stream means: refused, or worth another attempt."""
        import openai

        if isinstance(error, openai.RateLimitError):
            message = f"{self.name} accepts no more requests for now (429); wait, or send fewer at a time"
            return TransientError(LanguageModelError(message, code="refused"), after=_asked_wait(error))
        if isinstance(error, openai.APIStatusError) and error.status_code < 500:
            return LanguageModelError(
                f"{self.name} refused the request ({error.status_code}{self._quote(error)}); "
                "check address, model name, key and request",
                code="refused",
            )
        if isinstance(error, openai.APIStatusError):
            return TransientError(self._unreachable(f"failed ({error.status_code})"), after=_asked_wait(error))
        if isinstance(error, openai.APIConnectionError):
            return TransientError(self._unreachable("cannot be reached"))
        return TransientError(self._unreachable("broke off its answer"))

    def _unreachable(self, what: str) -> LanguageModelError:
        return LanguageModelError(f"{self.name} {what}; check that the server runs at this address", code="unreachable")

    def _quote(self, error: openai.APIStatusError) -> str:
        """The server's reason; empty for a refused key, for such reasons repeat parts of it."""
        message = error.body.get("message") if isinstance(error.body, dict) else None
        if error.status_code in (401, 403) or not isinstance(message, str):
            return ""
        key = self._key.get_secret_value()
        return f": {(message.replace(key, '***') if key else message)[:_QUOTED]}"


def _place(base_url: str) -> str:
    """Host and port of an address."""
    parts = urlsplit(base_url)
    if parts.username or parts.password:
        raise SettingsError("the language model's address carries a password; give it as api_key instead")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"{base_url!r} is no server address; give one like 'http://127.0.0.1:8000/v1'")
    return parts.netloc


def _timeout(seconds: float) -> openai.Timeout:
    import openai

    return openai.Timeout(seconds, connect=min(seconds, _CONNECT))


def _asked_wait(error: openai.APIStatusError) -> float:
    """Seconds that the server asks to wait; 0 when it says nothing, or names a date."""
    asked = error.response.headers.get("retry-after", "")
    return float(asked) if asked.isdecimal() else 0.0


def _message(turn: Turn) -> ChatCompletionMessageParam:
    if turn.role == "system":
        return {"role": "system", "content": turn.text}
    if turn.role == "user":
        return {"role": "user", "content": turn.text}
    return {"role": "assistant", "content": turn.text}


def _response_format(form: Form, request: Request[T]) -> ResponseFormat | openai.Omit:
    import openai

    if form == "json_schema":
        # Not `strict`: that refuses schemas with defaults, and the answer is validated here anyway.
        return {"type": form, "json_schema": {"name": "answer", "schema": request.output.model_json_schema()}}
    return {"type": form} if form == "json_object" else openai.omit


def _items(inbox: Inbox, watch: Watch) -> Iterator[ChatCompletionChunk]:
    """What the reading thread delivers; looks at the watch before every piece and while there is none."""
    while True:
        watch.check()
        try:
            item = inbox.get(timeout=min(TICK, watch.left))
        except queue.Empty:
            continue
        if item is None:
            return
        if isinstance(item, Exception):
            raise item
        yield item
