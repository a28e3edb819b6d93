"""A server for pages whose files travel by routes of their own: `tests.browser.fakes.serve_pages` with routes."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Sequence

import uvicorn
from fastapi import APIRouter, FastAPI

from agent.ledger.records import Actor
from agent.workbench.shell import Asking, Page, Shell, build_pages, mount_pages
from tests.browser.fakes import Served, demo_user


def serve(
    pages: Sequence[Page],
    routes: Callable[[Shell], APIRouter],
    identify: Callable[[Asking], Actor | None] = demo_user,
    *,
    demo: bool = True,
) -> Served:
    """Serve pages and their routes on a free port of loopback, without accounts or gate."""
    app, shell = FastAPI(), Shell(identify, demo=demo, pages=tuple(pages))
    app.include_router(routes(shell))
    mount_pages(app, build_pages(shell))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)

    def stop() -> None:
        server.should_exit = True
        thread.join(10)

    return Served(f"http://127.0.0.1:{port}/", stop)
