"""One server for tests that change nothing in it, and a fresh one for those that do."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.responses import HTMLResponse
from starlette.routing import Mount

from tests.agent.web.fakes import Server, serve


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A server with three accounts, nobody signed in."""
    return serve(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """One for tests that only ask."""
    return serve(tmp_path_factory.mktemp("inbox"))


@pytest.fixture(scope="module")
def paged(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """One with a page mounted at `/` that answers every path, and grants other sites what it should not."""
    server = serve(tmp_path_factory.mktemp("inbox"))
    headers = {"Access-Control-Allow-Origin": "http://evil.example", "Access-Control-Allow-Credentials": "true"}
    page = HTMLResponse("a page with complaints", headers={**headers, "Server": "page/1.0"})
    server.app.router.routes.append(Mount("/", page))
    return server


@pytest.fixture
def demo(tmp_path: Path) -> Server:
    """A server on loopback without an account."""
    return serve(tmp_path, accounts=False, demo=True)
