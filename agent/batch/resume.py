"""Whether a job starts, goes on or is over: asked before any row is scored.

The folder tells what was begun, the caller what is wanted. Nothing that somebody may still need is replaced without
leave: neither an output nor the parts of an unfinished job.
"""

from __future__ import annotations

from pathlib import Path

from agent.batch.manifest import Manifest, check_same, file_hash
from agent.batch.run_folder import RunFolder
from models.errors import InputError


def check_start(folder: RunFolder, output: Path, *, resume: bool, overwrite: bool) -> None:
    """Refuse what needs no look at the input or the agent.

    Args:
        folder: Of the job.
        output: Where its result goes.
        resume: Leave to go on with what is in the folder.
        overwrite: Leave to start anew whatever is there.

    Raises:
        InputError: leave is missing, or the folder is somebody else's.
    """
    folder.check_ours()
    if overwrite:
        return
    held = folder.manifest()
    if held is not None and held.state == "running":
        if not resume:
            raise InputError(
                f"{folder.path} 里有一个没做完的任务，请用 --resume 接着做，或用 --overwrite 从头开始。",
                code="unfinished_job",
            )
        return
    if output.exists() and (held is None or not resume):
        raise InputError(f"{output} 已经存在，请换一个文件名或允许覆盖（--overwrite）。", code="output_exists")


def settle(folder: RunFolder, wanted: Manifest, output: Path, *, resume: bool, overwrite: bool) -> Manifest:
    """Start a job or go on with it; the folder must be claimed.

    Args:
        folder: Of the job.
        wanted: What it would be started with.
        output: Where its result goes.
        resume: Go on with what is in the folder where it fits.
        overwrite: Start anew where it does not fit, or without `resume` anyway.

    Returns:
        What holds from now on, as it is kept in the folder; `done` where nothing is left to do.

    Raises:
        InputError: what is there does not fit, or leave is missing.
    """
    check_start(folder, output, resume=resume, overwrite=overwrite)
    held = _fitting(folder, wanted, overwrite=overwrite) if resume else None
    if held is None:
        _check_foreign(folder, wanted, overwrite=overwrite)
        folder.begin(wanted)
        return wanted
    if held.state == "running":
        return held
    if output.exists():
        if file_hash(output) == held.output_sha256:
            folder.parts.clear()  # a kill may have left them
            return held
        if not overwrite:
            raise InputError(
                f"{output} 在任务完成以后被改动过，请换一个文件名或允许覆盖（--overwrite）。", code="output_changed"
            )
    again = held.model_copy(update={"state": "running", "output_sha256": "", "summary": None})
    folder.begin(again)
    return again


def _check_foreign(folder: RunFolder, wanted: Manifest, *, overwrite: bool) -> None:
    """Keep the record of a finished job of another file."""
    held = None if overwrite else folder.manifest()
    if held is not None and held.input.sha256 != wanted.input.sha256:
        raise InputError(
            f"{folder.path} 里是另一个文件的任务，请用 --job-dir 指定别的文件夹，或用 --overwrite 替换它。",
            code="other_job",
        )


def _fitting(folder: RunFolder, wanted: Manifest, *, overwrite: bool) -> Manifest | None:
    try:
        held = folder.manifest()
        if held is not None:
            check_same(held, wanted)
    except InputError:
        if overwrite:
            return None
        raise
    return held
