"""The tools as a client of the official SDK sees them, over loopback and behind the gate."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import httpx2
import pytest
import uvicorn
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult

from agent.ledger.records import Role
from models.errors import InputError
from tests.agent.web.fakes import Server, serve
from tests.suggestions import COMPLAINT

TOOLS = {"triage", "search_statutes", "cite_check", "similar_cases"}


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A real server on a free port of this machine, and its URL."""
    server = serve(tmp_path_factory.mktemp("inbox"))
    config = uvicorn.Config(server.app, host="127.0.0.1", port=0, log_level="error", ws="none")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield server, f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join()


@asynccontextmanager
async def connected(url: str, token: str, mode: str = "auto") -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(headers=headers, trust_env=False) as http,
        Client(streamable_http_client(f"{url}/mcp", http_client=http), mode=mode) as client,
    ):
        yield client


def talk(
    listening: tuple[Server, str],
    call: Callable[[Client], Awaitable[CallToolResult]],
    role: Role = "operator",
    mode: str = "auto",
) -> CallToolResult:
    """One call of one tool."""
    server, url = listening

    async def once() -> CallToolResult:
        async with connected(url, server.tokens[role], mode) as client:
            return await call(client)

    return anyio.run(once)


def test_tools_say_what_they_take_and_that_they_only_read(listening: tuple[Server, str]) -> None:
    """Four tools, typed on both sides, read-only, with Chinese titles."""
    server, url = listening

    async def listed() -> None:
        async with connected(url, server.tokens["operator"]) as client:
            tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == TOOLS
        for tool in tools:
            assert tool.annotations is not None
            assert (tool.annotations.read_only_hint, tool.annotations.open_world_hint) == (True, False)
            assert tool.title
            assert tool.description
            assert tool.output_schema is not None
            assert tool.input_schema["required"] in (["text"], ["question"])

    anyio.run(listed)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_triage_records_nothing(listening: tuple[Server, str], mode: str) -> None:
    """A client of either protocol age gets the whole suggestion, and the desk is told to write nothing."""
    answer = talk(listening, lambda client: client.call_tool("triage", {"text": COMPLAINT}), "reviewer", mode)
    assert not answer.is_error, answer.content
    assert answer.structured_content is not None
    assert answer.structured_content["dispatch"]["lead"]["id"] == "cgj"
    complaint, actor, record = listening[0].desk.taken[-1]
    assert (complaint.text, actor.name, record) == (COMPLAINT, "reviewer", False)


@pytest.mark.parametrize(
    ("tool", "arguments", "field"),
    [
        ("search_statutes", {"question": "工地晚上能施工吗", "as_of": "2026-03-01", "k": 1}, "articles"),
        ("similar_cases", {"question": "烧烤油烟", "k": 2}, "cases"),
        ("cite_check", {"text": "《民法典》第1254条"}, "citations"),
    ],
    ids=["statutes", "cases", "citations"],
)
def test_looking_up(listening: tuple[Server, str], tool: str, arguments: dict[str, str | int], field: str) -> None:
    """Structured answers with as many items as asked for."""
    answer = talk(listening, lambda client: client.call_tool(tool, arguments))
    assert answer.structured_content is not None
    assert len(answer.structured_content[field]) == arguments.get("k", 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"question": "x", "k": 1000}, "k"),
        ({"question": " "}, "question"),
        ({"question": "x", "as_of": "0001-01-01"}, "1949"),
    ],
    ids=["many", "empty", "day"],
)
def test_unusable_arguments_are_told(
    listening: tuple[Server, str], arguments: dict[str, str | int], words: str
) -> None:
    """The model reads which one, and may try again."""
    answer = talk(listening, lambda client: client.call_tool("search_statutes", arguments))
    assert answer.is_error
    assert words in str(answer.content)


@pytest.mark.parametrize(
    ("fault", "words"),
    [(InputError("诉求是空的，请补充。"), "诉求是空的，请补充。 [input]"), (ValueError("13700000000"), "[internal]")],
    ids=["ours", "unforeseen"],
)
def test_faults_tell_no_more_than_they_should(
    listening: tuple[Server, str], fault: Exception, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    """An error made on purpose reaches the client; of any other neither client nor log sees the words."""
    listening[0].desk.fails = fault
    try:
        answer = talk(listening, lambda client: client.call_tool("similar_cases", {"question": "x"}))
    finally:
        listening[0].desk.fails = None
    assert answer.is_error
    assert words in str(answer.content)
    assert "13700000000" not in str(answer.content) + caplog.text


def test_nobody_without_a_token(listening: tuple[Server, str]) -> None:
    """The same gate as everywhere, and the same shape of error."""
    answer = httpx2.post(f"{listening[1]}/mcp", json={}, trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (401, "login_required")


def test_before_the_server_is_up_it_says_so(tmp_path: Path) -> None:
    """503, not a fault."""
    answer = serve(tmp_path).client("operator").post("/mcp", json={})
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
