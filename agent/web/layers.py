"""Small walls before the routes: a last catch, the Host header, the size of a body. Pure ASGI, no buffering."""

from __future__ import annotations

import ipaddress
import logging
import re

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.web.paths import UPLOADS, is_closed
from agent.web.problems import problem
from models.errors import where_raised

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?")

_log = logging.getLogger("xiaozheng.web")


class CatchLayer:
    """Answers 500 for what nobody caught, and logs its kind and place: the message may quote a complaint."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; an error after the answer began can only cut it off."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception as error:
            _log.error("request failed: %s at %s", type(error).__name__, where_raised(error))
            if not started:
                await problem(500, "internal", "程序出错，请告诉管理员；日志里有出错的位置。")(scope, receive, send)


class HostLayer:
    """Refuses foreign Host headers while no login is asked for, and doors of Gradio that stay shut.

    Without it another site could point its own name at this machine (DNS rebinding) and read what the browser gets.
    """

    def __init__(self, app: ASGIApp, *, loopback_only: bool) -> None:
        self.app, self._loopback_only = app, loopback_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may pass."""
        if scope["type"] == "http":
            if is_closed(str(scope["path"])):
                await problem(404, "not_found", "没有这个页面。")(scope, receive, send)
                return
            if self._loopback_only and not is_loopback_host(Headers(scope=scope).get("host", "")):
                await problem(400, "bad_host", "请用 http://127.0.0.1 或 http://localhost 访问。")(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _too_large(limit: int) -> str:
    return f"请求超过 {limit} 字节的上限，请缩小后重发。"


class TooLargeError(HTTPException):
    """The body grew past its limit while it was read; an HTTPException, so that no framework wraps it."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, _too_large(limit))


class BodyLayer:
    """Refuses bodies over the limit: by their declared length, or while they come in."""

    def __init__(self, app: ASGIApp, *, limit: int, upload_limit: int) -> None:
        self.app, self._limit, self._upload_limit = app, limit, upload_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with a counting `receive`."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self._upload_limit if str(scope["path"]) in UPLOADS else self._limit
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal() or int(declared[:20]) > limit:
            await problem(413, "too_large", _too_large(limit))(scope, receive, send)
            return
        read = 0

        async def receiving() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise TooLargeError(limit)
            return message

        await self.app(scope, receiving, send)


def is_loopback(host: str) -> bool:
    """Whether an address or name stands for this very machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_loopback_host(header: str) -> bool:
    """The same for a Host header, port included."""
    found = _HOST.fullmatch(header)
    return found is not None and is_loopback(found["name"].strip("[]"))
