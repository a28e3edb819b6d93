"""The same knowledge as tools for language-model clients (Model Context Protocol), behind the same gate.

Reading tools only: a triage asked for here is recorded nowhere, so that a model's experiments are not matters.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Annotated, TypeVar

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from pydantic import Field
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from agent.ledger.records import Actor
from agent.schema import Complaint, RegulationHit, SimilarCase, Suggestion
from agent.web.bodies import Day, Moment
from agent.web.identity import identity_of
from agent.web.law import today
from agent.web.problems import ProblemError, problem, status_of
from agent.web.services import Services
from agent.web.words import sentence
from knowledge.citing import CheckedCitation
from knowledge.vocabulary import ModeId
from knowledge.workdays import SHANGHAI
from models.errors import XiaozhengError, where_raised
from models.record import Record

R = TypeVar("R")
PATH = "/mcp"
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_INSTRUCTIONS = (
    "AI小郑：郑州 12345 热线的研判助手。triage 给出一条诉求的分类、主办、紧急程度、时限、法条和回复初稿，"
    "供人决定，不留记录；search_statutes 查现行法条；cite_check 核对文中引用的法律；similar_cases 查相似工单。"
)
_log = logging.getLogger("xiaozheng.web")

Text = Annotated[str, Field(min_length=1, max_length=200_000, description="诉求或文本全文")]
Question = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S", description="平常的话")]
Many = Annotated[int, Field(ge=1, le=50, description="最多几条")]
AsOf = Annotated[Day | None, Field(description="按哪一天的法律；不给则为今天")]


class Statutes(Record):
    """Articles found, best first."""

    articles: tuple[RegulationHit, ...]


class Cases(Record):
    """Past cases found, best first."""

    cases: tuple[SimilarCase, ...]


class Citations(Record):
    """Citations of a text, in its order."""

    citations: tuple[CheckedCitation, ...]


class McpEndpoint:
    """The ASGI application at `/mcp`: stateless, answers in JSON; works while `running`."""

    def __init__(self, services: Services, version: str) -> None:
        self._services, self._version = services, version
        self._app: ASGIApp | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve inside this context; a new one may follow."""
        # The Host header is checked by our own layer, for all paths alike.
        security = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        server = _server(self._services, self._version)
        app = server.streamable_http_app(
            streamable_http_path=PATH, json_response=True, stateless_http=True, transport_security=security
        )
        async with server.session_manager.run():
            self._app = app
            try:
                yield
            finally:
                self._app = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on to the SDK."""
        app = self._app or problem(503, "busy", "服务正在启动或停止，请稍后再试。")
        await app(scope, receive, send)


def _server(services: Services, version: str) -> MCPServer[None]:
    """The four tools.

    Their parameters are typed where they are written: the SDK derives the schemas that clients see from them.
    """
    server: MCPServer[None] = MCPServer(
        "xiaozheng", title="AI小郑", instructions=_INSTRUCTIONS, version=version, log_level="WARNING"
    )
    desk, run = services.desk, services.workers.run

    @server.tool(title="研判一条诉求", annotations=_READS)
    async def triage(
        context: Context[None, Request],
        text: Text,
        title: Annotated[str, Field(max_length=500)] = "",
        received_at: Annotated[Moment | None, Field(description="受理时间；不给则为现在")] = None,
        mode: ModeId = "daily",
        channel: Annotated[str, Field(max_length=100)] = "",
    ) -> Suggestion:
        """Suggest category, departments, urgency, deadline, law and reply for one complaint; records nothing."""
        received = received_at or dt.datetime.now(SHANGHAI).replace(microsecond=0)
        complaint = Complaint(text=text, title=title, received_at=received, mode=mode, channel=channel)
        ticket = await _asked(run(desk.take, complaint, _actor(context), record=False, language=False))
        services.metrics.triaged(ticket.suggestion)
        return ticket.suggestion

    @server.tool(title="查法条", annotations=_READS)
    async def search_statutes(question: Question, as_of: AsOf = None, k: Many = 8) -> Statutes:
        """Articles in force on a day that answer a plain-language question."""
        return Statutes(articles=await _asked(run(desk.search, question.strip(), as_of or today(), k)))

    @server.tool(title="核对法律引用", annotations=_READS)
    async def cite_check(text: Text, as_of: AsOf = None) -> Citations:
        """Every citation of law in a text with its state on a day."""
        return Citations(citations=await _asked(run(desk.cite_check, text, as_of or today())))

    @server.tool(title="查相似工单", annotations=_READS)
    async def similar_cases(question: Question, k: Many = 5) -> Cases:
        """Past cases like a text, and who took them."""
        return Cases(cases=await _asked(run(desk.similar, question.strip(), k)))

    return server


async def _asked(answer: Awaitable[R]) -> R:
    """An answer; errors made on purpose go to the client, others to the log without their words."""
    try:
        return await answer
    except (XiaozhengError, ProblemError) as error:
        raise ToolError(f"{sentence(error.code, status_of(error), str(error))} [{error.code}]") from None
    except Exception as error:
        _log.error("tool failed: %s at %s", type(error).__name__, where_raised(error))
        raise ToolError("程序出错，日志里有出错的位置 [internal]") from None


def _actor(context: Context[None, Request]) -> Actor:
    request = context.request_context.request
    identity = identity_of(request.scope) if request is not None else None
    if identity is None:
        raise ToolError("请登录，或者发送接口令牌 [login_required]")
    return identity.actor
