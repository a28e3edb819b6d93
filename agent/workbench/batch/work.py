"""What the batch page's script may ask: look at a file, run it, watch, cancel. Every input is checked here.

Answers carry HTML that is already escaped, and no more of a job than its owner may see.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, JsonValue

from agent.batch.job import Ending, Job, JobOptions
from agent.batch.jobs import Jobs
from agent.batch.preview import FIELD_NAMES, preview
from agent.ledger.records import Actor
from agent.workbench.batch.jobs_html import job_html, no_jobs_html
from agent.workbench.batch.preview_html import preview_html, unusable_html
from agent.workbench.shell import Answer
from agent.workbench.uploads import Uploads
from models.errors import InputError
from models.record import Record

ENDINGS = (".xlsx", ".xls", ".csv", ".jsonl", ".parquet")
_Token = Annotated[str, Field(max_length=80)]
_Columns = Annotated[dict[str, Annotated[str, Field(max_length=1000)]], Field(max_length=20)]


class _Looked(Record):
    """A file, and the columns that the person chose."""

    upload: _Token
    columns: _Columns = Field(default_factory=dict)


class _Started(_Looked):
    """The same, to be scored."""

    draft: bool = True
    ending: Ending = ".xlsx"


class _Named(Record):
    """One job."""

    job: _Token


class BatchWork:
    """Uploads and jobs for one page; safe to use from several threads."""

    def __init__(self, jobs: Jobs, uploads: Uploads, departments: Mapping[str, str], *, max_chars: int) -> None:
        """Join them.

        Args:
            jobs: The queue.
            uploads: Files that wait to be looked at.
            departments: Names by id, for the summary.
            max_chars: Longest complaint that the agent takes.
        """
        self.jobs, self.uploads = jobs, uploads
        self._departments, self._max_chars = departments, max_chars
        self._reading = threading.Lock()  # one workbook in memory at a time: each may take a gigabyte

    def look(self, actor: Actor, data: JsonValue) -> Answer:
        """The preview of an uploaded file."""
        asked = _Looked.model_validate(data)
        upload = self.uploads.get(asked.upload, actor.name)
        columns = _known(asked.columns)
        try:
            with self._reading:
                seen = preview(upload.path, columns, max_chars=self._max_chars)
        except InputError as error:
            if error.code == "no_such_column":
                raise
            self.uploads.drop(asked.upload, actor.name)
            return {
                "html": unusable_html(upload.name, _without(str(error), upload.path)),
                "ready": False,
                "kept": False,
            }
        return {"html": preview_html(seen, upload.name, upload.size), "ready": seen.ready, "kept": True}

    def drop(self, actor: Actor, data: JsonValue) -> Answer:
        """Forget an uploaded file."""
        self.uploads.drop(_Looked.model_validate(data).upload, actor.name)
        return {}

    def run(self, actor: Actor, data: JsonValue) -> Answer:
        """Make a job of an uploaded file."""
        asked = _Started.model_validate(data)
        upload = self.uploads.get(asked.upload, actor.name)
        options = JobOptions(draft=asked.draft, columns=_known(asked.columns), ending=asked.ending)
        self.jobs.submit(upload.path, options, actor, name=upload.name)
        self.uploads.drop(asked.upload, actor.name)
        return self.watch(actor, None)

    def watch(self, actor: Actor, data: JsonValue) -> Answer:
        """All jobs of this person as they are now; `active` while any of them will still change."""
        jobs = self.jobs.of(actor)
        shown: list[JsonValue] = [{"id": job.id, "html": self._shown(job, actor)} for job in jobs]
        return {"jobs": shown, "active": any(not job.over for job in jobs), "none": no_jobs_html()}

    def cancel(self, actor: Actor, data: JsonValue) -> Answer:
        """Stop a job, or delete one that is over."""
        self.jobs.cancel_own(_Named.model_validate(data).job, actor)
        return self.watch(actor, None)

    def _shown(self, job: Job, actor: Actor) -> str:
        return job_html(job, self._departments, owner=job.owner != actor.name)


def _known(columns: Mapping[str, str]) -> dict[str, str]:
    """The choices that say something, for fields that can be chosen."""
    unknown = [name for name in columns if name not in FIELD_NAMES]
    if unknown:
        raise InputError("没有这个字段，请刷新页面后重试。")
    return {name: column for name, column in columns.items() if column}


def _without(message: str, path: Path) -> str:
    """A message without our name for the file."""
    for name in (str(path), path.name):
        message = message.replace(f"{name} ", "这个文件").replace(name, "这个文件")
    return message
