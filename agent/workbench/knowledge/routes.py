"""Files of statutes over HTTP, in pieces; the right to import is checked before a byte is read."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from agent.people.roles import Permission
from agent.workbench.knowledge.work import STATUTES, KnowledgeWork
from agent.workbench.shell import Shell
from models.errors import XiaozhengError


def knowledge_routes(shell: Shell, work: KnowledgeWork) -> APIRouter:
    """`POST /knowledge/upload?name=…` with the file as body; not part of the API."""
    router = APIRouter(include_in_schema=False)

    @router.post("/knowledge/upload")
    async def upload(request: Request, name: Annotated[str, Query(max_length=400)]) -> Response:
        try:
            actor = await anyio.to_thread.run_sync(partial(shell.permitted, request, Permission.IMPORT_KNOWLEDGE))
            received = await work.uploads.receive(request.stream(), name, actor.name, STATUTES)
        except XiaozhengError as error:
            return JSONResponse({"error": {"code": error.code, "message": str(error)}})
        return JSONResponse({"value": {"upload": received.token}})

    return router
