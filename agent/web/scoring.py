"""Routes of backlogs: upload, progress, result, cancel. A job is its sender's; an administrator sees all."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path
from typing import Annotated, BinaryIO

from fastapi import APIRouter, File, Form, UploadFile
from starlette.responses import FileResponse, Response

from agent.ledger import NotFoundError
from agent.ledger.records import Actor
from agent.web.bodies import Identifier, JobOut
from agent.web.identity import Scorer
from agent.web.ports import Job, Jobs, ScoreOptions
from agent.web.problems import ProblemError, responses
from agent.web.services import Door

router = APIRouter(prefix="/api/v1/score", tags=["score"])
READ = (".jsonl", ".csv", ".xlsx", ".xls", ".parquet")
Ending = Annotated[str, Form(pattern=r"^\.(jsonl|csv|xlsx|parquet)$", description="of the result", examples=[".xlsx"])]
Columns = Annotated[
    str,
    Form(max_length=500, description="text=诉求内容,title=标题 over the automatic mapping", examples=["text=诉求内容"]),
]
_FILE: dict[int | str, dict[str, object]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post("", status_code=202, responses=responses(503))
def submit(
    file: Annotated[UploadFile, File(description="complaints as .jsonl, .csv, .xlsx, .xls or .parquet")],
    door: Door,
    actor: Scorer,
    ending: Ending = ".xlsx",
    columns: Columns = "",
    draft: Annotated[bool, Form(description="write reply drafts too", examples=[True])] = True,
) -> JobOut:
    """Score a file in the background, by the same code as `xiaozheng score`."""
    suffix = Path(file.filename or "").suffix.lower()
    if suffix not in READ:
        raise ProblemError(422, "file_kind", f"文件后缀须是 {'、'.join(READ)} 之一。")
    path = _kept(file.file, door.inbox, suffix)
    try:
        job = door.jobs.submit(path, ScoreOptions(draft=draft, columns=columns, ending=ending), actor)
    except Exception:
        path.unlink(missing_ok=True)  # refused: nobody else will
        raise
    return _shown(job)


@router.get("/{job_id}", responses=responses(404))
def progress(job_id: Identifier, door: Door, actor: Scorer) -> JobOut:
    """How far a job is."""
    return _shown(_own(door.jobs, job_id, actor))


@router.get("/{job_id}/result", response_class=FileResponse, responses={**responses(404, 409), **_FILE})
def result(job_id: Identifier, door: Door, actor: Scorer) -> Response:
    """The finished file."""
    job = _own(door.jobs, job_id, actor)
    if job.result is None:
        raise ProblemError(409, "not_ready", f"任务处于 {job.state} 状态，没有可以下载的结果。")
    return FileResponse(
        job.result, media_type="application/octet-stream", filename=f"xiaozheng-{job.id}{job.result.suffix}"
    )


@router.delete("/{job_id}", responses=responses(404))
def cancel(job_id: Identifier, door: Door, actor: Scorer) -> JobOut:
    """Stop a job; a finished one is forgotten with its files."""
    _own(door.jobs, job_id, actor)
    return _shown(door.jobs.cancel(job_id))


def _own(jobs: Jobs, job_id: str, actor: Actor) -> Job:
    """A job that is the actor's business; another's reads like none, so that ids tell nothing."""
    job = jobs.get(job_id)
    if job.owner != actor.name and actor.role != "admin":
        raise NotFoundError("没有这个任务，可能已经过期删除。")
    return job


def _shown(job: Job) -> JobOut:
    return JobOut(
        id=job.id,
        state=job.state,
        done=job.done,
        failed=job.failed,
        total=job.total,
        error=job.error,
        ready=job.result is not None,
    )


def _kept(source: BinaryIO, inbox: Path, suffix: str) -> Path:
    """A copy under a name of our own: the sender's may point anywhere."""
    inbox.mkdir(parents=True, exist_ok=True)
    path = inbox / f"{uuid.uuid4().hex}{suffix}"
    with path.open("xb") as target:
        shutil.copyfileobj(source, target)
    return path
