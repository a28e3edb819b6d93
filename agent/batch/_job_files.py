"""The folder of one job: its `job.json`, the file that was sent and what is scored of it until it is over, the result.

Names on disk are ours alone. `job.json` is replaced whole, so that a crash leaves the old one or the new one.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from agent.batch.job import Job

_RECORD = "job.json"
_MOMENTARY = {"place", "stopping", "rate", "remaining", "result", "result_bytes"}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobFolder:
    """Where one job lies; making the object touches nothing."""

    path: Path

    def create(self) -> None:
        """Make the folder, closed to other accounts of the machine: the input in it names people."""
        self.path.mkdir(parents=True, mode=0o700)

    @property
    def input(self) -> Path | None:
        """The file as sent, None once it is scored."""
        return next(iter(sorted(self.path.glob("input.*"))), None)

    def take(self, source: Path) -> None:
        """Move a file in; it keeps nothing of its name but the ending."""
        shutil.move(source, self.path / f"input{source.suffix.lower()}")

    def output(self, job: Job) -> Path:
        """Where the result goes."""
        return self.path / f"result{job.options.ending}"

    @property
    def checkpoints(self) -> Path:
        """The folder in which the run keeps what it has scored."""
        return self.path / "run"

    def drop_input(self) -> None:
        """Delete the file as sent, the checkpoints, and what a killed run left half written."""
        shutil.rmtree(self.checkpoints, ignore_errors=True)
        for name in ("input.*", ".xiaozheng-*.part", f"{_RECORD}.new"):
            for path in self.path.glob(name):
                path.unlink(missing_ok=True)

    def save(self, job: Job) -> None:
        """Write what stays true of a job."""
        new = self.path / f"{_RECORD}.new"
        with new.open("w", encoding="utf-8") as file:
            file.write(job.model_dump_json(exclude=_MOMENTARY, indent=1))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path / _RECORD)

    def load(self) -> Job | None:
        """Read it back; None for a folder that is no job of ours."""
        try:
            job = Job.model_validate_json((self.path / _RECORD).read_text(encoding="utf-8"))
        except (OSError, ValidationError) as error:
            _log.warning("%s holds no readable job (%s); delete the folder", self.path, type(error).__name__)
            return None
        return job if job.id == self.path.name else None

    def remove(self) -> None:
        """Delete everything of the job."""
        shutil.rmtree(self.path, ignore_errors=True)


def job_folders(folder: Path) -> Iterator[JobFolder]:
    """Every job below a folder, the oldest first: ids sort by time."""
    if folder.is_dir():
        yield from (JobFolder(path) for path in sorted(folder.iterdir()) if path.is_dir())


def bytes_under(folder: Path) -> int:
    """What all files below a folder take on disk."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(place, name).stat().st_size
            except OSError:  # gone in the meantime
                continue
    return total
