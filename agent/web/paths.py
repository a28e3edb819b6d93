"""Kinds of paths, in one place: what is public, what speaks JSON, what carries nobody's data."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

HEALTH = frozenset({"/healthz", "/healthz/live"})  # must answer even when no account can be looked up
# `/metrics` asks for an administrator itself, save on this machine.
PUBLIC = frozenset({"/login", "/metrics"})
UPLOADS = ("/api/v1/score", "/gradio_api/upload", "/batch/upload", "/knowledge/upload")
_PROGRAMS = ("/api/", "/v1/", "/mcp", "/metrics", "/healthz", "/openapi.json", "/gradio_api/")
_ASSETS = ("/assets/", "/static/", "/svelte/", "/theme.css", "/gradio_api/theme.css", "/favicon.ico")
# Doors of Gradio that this program does not need: they fetch from elsewhere, or change the page's code.
_CLOSED = re.compile(
    r"/(?:gradio_api/)?(?:proxy=|vibe-|dev/|run-history|runs|custom_component|monitoring|profiling|process_recording)"
)
_CONTROL = re.compile(r"[\x00-\x20\x7f\\]")


def for_programs(path: str) -> bool:
    """Whether callers expect JSON, and a redirect to a page would only confuse them."""
    return path.startswith(_PROGRAMS) or path == "/api"


def is_asset(path: str) -> bool:
    """Code and style of the pages: the same for everyone, may be cached, counts against no limit."""
    return path.startswith(_ASSETS)


def is_closed(path: str) -> bool:
    """A door of Gradio that stays shut."""
    return _CLOSED.match(path) is not None


def local_path(target: str) -> str:
    """Where to go after signing in: a path of this server, `/` for anything else.

    Two slashes, backslashes and control characters are ways to make a browser leave.
    """
    if not target.startswith("/") or target.startswith("//") or _CONTROL.search(target):
        return "/"
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or parts.path in {"/login", "/logout"}:
        return "/"
    return target
