"""The server backend against a small HTTP server that speaks, and misspeaks, the OpenAI protocol."""

from __future__ import annotations

import json
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from models.llm import LanguageModel, LanguageModelError, Limits, Request, open_server

KEY = "sk-geheim-7f3a"
GOOD = '{"street": "文化路", "dark": 2}'


class Lamps(BaseModel):
    """What the tests ask for."""

    street: str
    dark: int


@dataclass
class Reply:
    """One prepared behaviour of the server."""

    text: str = GOOD
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "无"
    finish: str | None = "stop"
    usage: bool = True
    silence: float = 0  # seconds before the first byte
    gap: float = 0  # seconds between two pieces
    body: str | None = None  # instead of a stream
    together: threading.Barrier | None = None  # answer only when that many have asked
    lost: bool = False  # drop the connection in the middle of the stream


class Desk:
    """What the server will say, what it was asked, and whether it could finish."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.broken = threading.Event()  # the client hung up during an answer
        self.closing = threading.Event()

    def next(self) -> Reply:
        """The next prepared reply; the last one stays."""
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


class Handler(BaseHTTPRequestHandler):
    """POST /v1/chat/completions, streamed."""

    desk: Desk

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""

    def do_POST(self) -> None:
        """Answer as prepared."""
        desk = self.desk
        desk.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        desk.keys.append(self.headers.get("Authorization", ""))
        reply = desk.next()
        desk.closing.wait(reply.silence)
        if reply.together:
            reply.together.wait(20)
        self.send_response(reply.status)
        for name, value in {"Content-Type": "text/event-stream", **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if reply.status != 200:
            self.wfile.write(json.dumps({"error": {"message": reply.message}}).encode())
        elif reply.body is not None:
            self.wfile.write(reply.body.encode())
        else:
            self._stream(reply)

    def _stream(self, reply: Reply) -> None:
        pieces = [reply.text[at : at + 4] for at in range(0, len(reply.text), 4)]
        try:
            for piece in pieces:
                self._send([{"index": 0, "delta": {"content": piece}, "finish_reason": None}])
                self.desk.closing.wait(reply.gap)
                if reply.lost:
                    # Answer with a reset instead of an orderly end.
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    self.connection.close()
                    return
            if reply.finish:
                self._send([{"index": 0, "delta": {}, "finish_reason": reply.finish}])
            if reply.usage:
                self._send([], {"prompt_tokens": 41, "completion_tokens": 7, "total_tokens": 48})
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            self.desk.broken.set()

    def _send(self, choices: list[dict[str, Any]], usage: dict[str, int] | None = None) -> None:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices}
        self.wfile.write(f"data: {json.dumps(chunk | {'usage': usage})}\n\n".encode())
        self.wfile.flush()


Open = Callable[..., tuple[Desk, LanguageModel]]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """A function that prepares a server's replies and opens a model on it."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-someone-else")
    desk = Desk()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"desk": desk}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def open_model(*replies: Reply, key: SecretStr | None = None, **limits: float) -> tuple[Desk, LanguageModel]:
        desk.replies = list(replies)
        at = f"http://127.0.0.1:{server.server_port}/v1"
        return desk, open_server(at, "qwen3", key, Limits.model_validate({"seconds": 20, "backoff": 0.001, **limits}))

    yield open_model
    desk.closing.set()
    server.shutdown()
    server.server_close()


def asked(**changes: Any) -> Request[Lamps]:
    return Request(system="你是热线坐席。", user="文化路两盏路灯不亮。", output=Lamps, **changes)


def failing(model: LanguageModel, cancel: threading.Event | None = None) -> LanguageModelError:
    with pytest.raises(LanguageModelError) as caught:
        model.complete(asked(), cancel=cancel)
    return caught.value


def forms(desk: Desk) -> list[str]:
    return [one.get("response_format", {"type": "text"})["type"] for one in desk.asked]


def test_an_answer_streams_in(opened: Open) -> None:
    """Pieces become one object; the server's own token counts are kept."""
    desk, model = opened(Reply(f"好的：\n```json\n{GOOD}\n```"), key=SecretStr(KEY))
    answer = model.complete(asked(max_tokens=99, seed=5))
    assert answer.parsed == Lamps(street="文化路", dark=2)
    assert (answer.prompt_tokens, answer.answer_tokens, answer.generations) == (41, 7, 1)
    [sent] = desk.asked
    assert (sent["model"], sent["max_tokens"], sent["temperature"], sent["seed"]) == ("qwen3", 99, 0, 5)
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]
    assert sent["response_format"]["json_schema"]["schema"] == Lamps.model_json_schema()
    assert desk.keys == [f"Bearer {KEY}"]


def test_without_a_key_none_is_looked_for(opened: Open) -> None:
    """A key in the environment belongs to some other service and is not sent to this one."""
    desk, model = opened(Reply())
    model.complete(asked())
    assert "someone-else" not in desk.keys[0]


def test_tokens_are_estimated_when_not_counted(opened: Open) -> None:
    """A server that reports no usage leaves an estimate, not a zero."""
    _, model = opened(Reply(usage=False))
    answer = model.complete(asked())
    assert 50 < answer.prompt_tokens < 500
    assert 5 < answer.answer_tokens < 20


PASSING = {
    "too-many-requests": Reply(status=429, headers={"Retry-After": "0"}),
    "too-many-requests-until-a-date": Reply(status=429, headers={"Retry-After": "Thu, 01 Jan 2026 00:00:00 GMT"}),
    "server-error": Reply(status=500),
    "starting-up": Reply(status=503),
    "connection-lost": Reply(lost=True),
    "end-missing": Reply(GOOD[:9], finish=None),
    "error-in-stream": Reply(body='data: {"error": {"message": "CUDA out of memory"}}\n\n'),
    "no-event-stream": Reply(body="<html>登录</html>"),
    "no-json-in-stream": Reply(body="data: {]\n\n"),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_what_may_pass_is_tried_again(opened: Open, fault: Reply) -> None:
    """One fault and then an answer: the caller sees the answer."""
    desk, model = opened(fault, Reply())
    assert model.complete(asked()).parsed.dark == 2
    assert len(desk.asked) == 2


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_what_does_not_pass_is_named(opened: Open, fault: Reply) -> None:
    """When the fault stays, the error says whether the server is to be repaired or to be spared."""
    _, model = opened(fault, retries=1)
    error = failing(model)
    assert error.code == ("refused" if fault.status == 429 else "unreachable")
    assert model.name in str(error)


def test_a_server_asks_for_a_longer_wait(opened: Open) -> None:
    """Retry-After beyond the deadline ends the call at once instead of sleeping in vain."""
    desk, model = opened(Reply(status=429, headers={"Retry-After": "3600"}))
    assert failing(model).code == "refused"
    assert len(desk.asked) == 1


def test_nobody_listens(opened: Open) -> None:
    """A closed port is unreachable, after the retries."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    model = open_server(f"http://127.0.0.1:{port}/v1", "qwen3", limits=Limits(seconds=20, backoff=0.001))
    error = failing(model)
    assert (error.code, f"127.0.0.1:{port} cannot be reached" in str(error)) == ("unreachable", True)


def test_weaker_formats_are_tried_and_remembered(opened: Open) -> None:
    """A server that refuses json_schema is asked for json_object, then for text, and from then on for that."""
    no = Reply(status=400, message="This response_format type is unavailable now")
    desk, model = opened(no, no, Reply(), Reply())
    model.complete(asked())
    model.complete(asked())
    assert forms(desk) == ["json_schema", "json_object", "text", "text"]


def test_other_refusals_do_not_weaken_the_format(opened: Open) -> None:
    """A request that is wrong for another reason is refused in every format, and the next starts from the first."""
    no = Reply(status=400, message="maximum context length is 4096 tokens")
    desk, model = opened(no, no, no, Reply())
    error = failing(model)
    assert (error.code, "400: maximum context length is 4096 tokens" in str(error)) == ("refused", True)
    model.complete(asked())
    assert forms(desk) == ["json_schema", "json_object", "text", "json_schema"]


@pytest.mark.parametrize("status", [401, 402, 403, 404])
def test_refusals_are_not_repeated(opened: Open, status: int) -> None:
    """What another attempt cannot change is asked once."""
    desk, model = opened(Reply(status=status))
    error = failing(model)
    assert (error.code, f"({status}" in str(error), len(desk.asked)) == ("refused", True, 1)


def test_broken_json_is_repaired(opened: Open) -> None:
    """The second request carries the first answer and what was wrong with it."""
    desk, model = opened(Reply('{"street": "文化路", "dark": 两盏}'), Reply())
    answer = model.complete(asked())
    assert (answer.parsed.dark, answer.generations, answer.prompt_tokens) == (2, 2, 82)
    assert [message["role"] for message in desk.asked[1]["messages"]] == ["system", "user", "assistant", "user"]
    assert "not JSON" in desk.asked[1]["messages"][3]["content"]


def test_an_answer_cut_off_is_named(opened: Open) -> None:
    """finish_reason `length` becomes advice about max_tokens."""
    _, model = opened(Reply(GOOD[:9], finish="length"))
    error = failing(model)
    assert (error.code, "cut off after" in str(error), error.raw) == ("invalid", True, GOOD[:9])


def test_a_filtered_answer_is_refused(opened: Open) -> None:
    """A provider's content filter is no broken JSON: repairing would be filtered as well."""
    desk, model = opened(Reply("", finish="content_filter"))
    assert (failing(model).code, len(desk.asked)) == ("refused", 1)


def test_an_endless_answer_is_cut(opened: Open) -> None:
    """A server that ignores max_tokens is stopped at the size limit."""
    chunk = json.dumps({"choices": [{"index": 0, "delta": {"content": "灯" * 50_000}, "finish_reason": None}]})
    _, model = opened(Reply(body=f"data: {chunk}\n\n" * 6), repair=False)
    assert failing(model).code == "invalid"


SLOW = {"silent": Reply(silence=30), "dripping": Reply("灯" * 400, gap=0.05)}


@pytest.mark.parametrize("slow", SLOW.values(), ids=SLOW)
def test_the_time_limit_holds(opened: Open, slow: Reply) -> None:
    """Neither silence nor a slow stream keeps the caller longer than allowed."""
    _, model = opened(slow, seconds=0.6)
    started = time.monotonic()
    error = failing(model)
    assert (error.code, "within 0.6 s" in str(error)) == ("timeout", True)
    assert time.monotonic() - started < 10  # a stream of its own would last 20 to 30 s


@pytest.mark.parametrize("slow", SLOW.values(), ids=SLOW)
def test_cancelling_ends_the_call(opened: Open, slow: Reply) -> None:
    """Another thread's cancel is heard while the server is silent and while it answers."""
    desk, model = opened(slow)
    cancel = threading.Event()
    timer = threading.Timer(0.4, cancel.set)
    timer.start()
    started = time.monotonic()
    assert failing(model, cancel).code == "cancelled"
    assert time.monotonic() - started < 10
    if slow.gap:
        assert desk.broken.wait(10), "the connection stays open, so the server goes on generating"


def test_several_at_once(opened: Open) -> None:
    """One model serves several threads side by side: here none is answered before all have asked."""
    _, model = opened(Reply(together=threading.Barrier(4)))
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(model.complete(asked()).parsed.dark)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == [2] * 4


ECHOES = {
    "unauthorised": Reply(status=401, message=f"Incorrect API key provided: {KEY}"),
    "masked": Reply(status=401, message=f"Your api key: ****{KEY[-4:]} is invalid"),
    "bad-request": Reply(status=400, message=f"header Authorization: Bearer {KEY} is odd"),
    "failing": Reply(status=500, message=f"cannot log {KEY}"),
    "in-stream": Reply(body=f'data: {{"error": {{"message": "{KEY} has no quota"}}}}\n\n'),
    "unfit": Reply(f'{{"street": "{KEY}"}}'),
}


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
def test_the_key_is_never_shown(opened: Open, echo: Reply) -> None:
    """No message, repr or printed traceback holds the key or its end, even when the server repeats it."""
    _, model = opened(echo, key=SecretStr(KEY), retries=0, repair=False)
    error = failing(model)
    shown = [str(error), repr(error), *traceback.format_exception(error), repr(model), model.name, repr(vars(model))]
    assert [text for text in shown if KEY[-4:] in text] == []
