"""Files of the batch page over HTTP: up in pieces, down as they lie. The right is checked before a byte is read."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from starlette.responses import FileResponse, JSONResponse, Response

from agent.people.roles import Permission
from agent.workbench.batch.work import ENDINGS, BatchWork
from agent.workbench.shell import Shell
from models.errors import XiaozhengError


def batch_routes(shell: Shell, work: BatchWork) -> APIRouter:
    """`POST /batch/upload?name=…` with the file as body, and `GET /batch/result/{job}`; not part of the API."""
    router = APIRouter(include_in_schema=False)

    @router.post("/batch/upload")
    async def upload(request: Request, name: Annotated[str, Query(max_length=400)]) -> Response:
        try:
            actor = await anyio.to_thread.run_sync(partial(shell.permitted, request, Permission.SCORE))
            received = await work.uploads.receive(request.stream(), name, actor.name, ENDINGS)
        except XiaozhengError as error:
            return JSONResponse({"error": {"code": error.code, "message": str(error)}})
        return JSONResponse({"value": {"upload": received.token}})

    @router.get("/batch/result/{job_id}")
    def result(request: Request, job_id: str) -> Response:
        try:
            actor = shell.permitted(request, Permission.SCORE)
            job = work.jobs.own(job_id, actor)
        except XiaozhengError as error:
            return JSONResponse({"error": {"code": error.code, "message": str(error)}}, status_code=404)
        if job.result is None:
            return JSONResponse({"error": {"code": "not_ready", "message": "还没有结果。"}}, status_code=404)
        name = f"{PurePath(job.name).stem}_研判结果{job.result.suffix}"
        return FileResponse(job.result, media_type="application/octet-stream", filename=name)

    return router
