"""Security headers on every response.

Gradio's pages need inline scripts, styles and `eval` (its `js=` handlers); everything else gets a policy that runs
nothing. Nothing may be fetched from another host, and no page may be framed. `same-origin` and not `no-referrer`
as referrer policy: with the latter browsers send `Origin: null` with forms, and the check against forged requests
would refuse the login itself on plain HTTP.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.web.paths import for_programs, is_asset

NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_PAGES = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "frame-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Gradio answers other sites' pages when it does not listen on loopback; nobody else's page reads ours.
_DROPPED = (
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-max-age",
    "server",
)


class HeadersLayer:
    """Sets them on what passes; a response's own Content-Security-Policy stands."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = str(scope["path"])

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                _set(MutableHeaders(scope=message), path)
            await send(message)

        await self.app(scope, receive, sending)


def _set(headers: MutableHeaders, path: str) -> None:
    for name in _DROPPED:
        del headers[name]
    for name, value in _ALWAYS.items():
        headers[name] = value
    html = headers.get("content-type", "").startswith("text/html")
    headers.setdefault("Content-Security-Policy", _PAGES if html and not for_programs(path) else NOTHING)
    if not is_asset(path):
        headers["Cache-Control"] = "no-store"
