"""What a job was started with and how far it is: kept in its folder, and compared before anything goes on.

A job may go on only where the rest would come out as if it had never been broken off: the same input, the same
settings, the same versions. Everything else is refused with its reason.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from agent.batch.chunks import Profile
from agent.batch.readers import Kind
from agent.batch.tally import ScoreSummary
from agent.schema import Provenance
from models.errors import InputError
from models.record import Record

LAYOUT = 1  # of the job folder, its parts included; another one cannot be continued


class InputFile(Record):
    """The file that a job reads; its name is for people, its content is what counts."""

    name: str
    bytes: int = Field(ge=0)
    sha256: str

    @classmethod
    def of(cls, path: Path) -> InputFile:
        """Read a file through.

        Raises:
            OSError: it cannot be read.
        """
        return cls(name=path.name, bytes=path.stat().st_size, sha256=file_hash(path))


class Manifest(Record):
    """The whole of `manifest.json`."""

    layout: int = LAYOUT
    input: InputFile
    kind: Kind = Field(description="format of the output")
    columns: Mapping[str, tuple[str, ...]] = Field(description="field to columns of the input")
    fields: tuple[str, ...] = Field(default=(), description="columns or keys of the output; none for all")
    draft: bool
    profile: Profile
    chunk_rows: int = Field(ge=1)
    provenance: Provenance
    conditions: Mapping[str, str] = Field(
        default_factory=dict, description="settings and the cheap encoder that results rest on, by name"
    )
    started: dt.datetime = Field(description="the moment that words like 昨天 refer to where a row has no time")
    state: Literal["running", "done"] = "running"
    total: int | None = Field(default=None, ge=0, description="rows of the input, None before they are counted")
    output_sha256: str = Field(default="", description="of the output once it is whole")
    summary: ScoreSummary | None = None


def file_hash(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_same(old: Manifest, new: Manifest) -> None:
    """Say what keeps a job from going on.

    Args:
        old: What the job was started with.
        new: What it would go on with.

    Raises:
        InputError: something differs that changes the result (code `job_changed`); names all of it.
    """
    found = list(_differences(old, new))
    if found:
        raise InputError(
            f"不能接着做这个任务：{'；'.join(found)}。请恢复原样后再 --resume，或用 --overwrite 从头开始。",
            code="job_changed",
        )


def _differences(old: Manifest, new: Manifest) -> Iterator[str]:
    if old.input.sha256 != new.input.sha256:
        yield f"输入文件的内容变了（原来 {old.input.bytes} 字节，现在 {new.input.bytes} 字节）"
    for name, read in _SHOWN:
        was, now = read(old), read(new)
        if was != now:
            yield f"{name}由 {was} 变为 {now}"
    if dict(old.columns) != dict(new.columns):
        yield f"列的对应关系变了（{'、'.join(sorted(_changed(old.columns, new.columns)))}）"
    for field, name in _VERSIONS.items():
        was, now = getattr(old.provenance, field), getattr(new.provenance, field)
        if was != now:
            yield f"{name}由 {was or '无'} 变为 {now or '无'}"
    for name in sorted({*old.conditions, *new.conditions}):
        was, now = old.conditions.get(name, ""), new.conditions.get(name, "")
        if was != now:
            yield f"{name} 由 {was or '无'} 变为 {now or '无'}"


def _changed(old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]) -> set[str]:
    return {field for field in {*old, *new} if old.get(field) != new.get(field)}


_SHOWN: tuple[tuple[str, Callable[[Manifest], str]], ...] = (
    ("任务文件夹的格式", lambda manifest: str(manifest.layout)),
    ("输出格式", lambda manifest: f".{manifest.kind}"),
    ("--fields ", lambda manifest: "、".join(manifest.fields) or "全部列"),
    ("答复草稿", lambda manifest: "写" if manifest.draft else "不写"),
    ("--profile ", lambda manifest: manifest.profile),
    ("每片行数", lambda manifest: str(manifest.chunk_rows)),
)
_VERSIONS: Mapping[str, str] = {
    "version": "程序版本",
    "knowledge": "知识库",
    "classifier": "分类模型",
    "embedder": "向量模型",
    "llm": "语言模型",
    "rules": "规则",
}
