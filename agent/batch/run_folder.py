"""The folder of one run of `score`: manifest, parts, summary, and a lock that keeps two processes apart.

    manifest.json   what the job was started with, and whether it is done
    parts/          one file a finished chunk, gone once the output is whole
    summary.json    the counts of the finished job
    lock            held by the process that works on it

Everything is replaced whole, so that a kill at any moment leaves the old state or the new one. Closed to other
accounts of the machine: parts hold complaints.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from agent.batch.manifest import Manifest
from agent.batch.parts import PartStore, sync_folder
from models.errors import InputError

_MANIFEST, _SUMMARY, _PARTS, _LOCK = "manifest.json", "summary.json", "parts", "lock"
_STAGED = ".output"  # hidden: `--job-dir` may be the folder of somebody's output.csv
_SCRATCH = ("rows", "attempts")  # of an engine while it runs, see `agent.batch.ray_engine`; they hold complaints too
_OURS = frozenset({_MANIFEST, _SUMMARY, _PARTS, _LOCK, *_SCRATCH})
_PATIENCE = 5.0  # seconds for the workers of a killed run to end and let go of the lock


class RunFolder:
    """Where one run keeps what it has finished; making the object touches nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parts = PartStore(path / _PARTS)

    @classmethod
    def beside(cls, output: Path) -> RunFolder:
        """The folder that belongs to an output when nobody names another."""
        return cls(output.with_name(f"{output.name}.job"))

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Have the folder to oneself, and clear away what a killed run left half written.

        Raises:
            InputError: it is no job folder, it cannot be made, or another process works on it.
        """
        try:
            self.path.mkdir(mode=0o700, exist_ok=True)
            self.path.chmod(0o700)  # one that was there before
            handle = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise InputError(
                f"不能使用任务文件夹 {self.path}（{error.strerror}），请用 --job-dir 换一个。", code="unwritable"
            ) from error
        try:
            _lock(handle, self.path)
            self._sweep()
            yield
        finally:
            os.close(handle)  # lets go of the lock

    def check_ours(self) -> None:
        """Refuse a folder that somebody uses for something else.

        Raises:
            InputError: it is a file, or holds things that are not ours.
        """
        if not self.path.parent.is_dir():
            raise InputError(
                f"文件夹 {self.path.parent} 不存在，请先建立它，或用 --job-dir 换一个。", code="no_such_folder"
            )
        if self.path.exists() and not self.path.is_dir():
            raise InputError(f"{self.path} 不是文件夹，请用 --job-dir 换一个任务文件夹。", code="not_a_job")
        if self.path.is_dir() and self._is_foreign():
            raise InputError(
                f"{self.path} 里有别的文件，不是任务文件夹，请用 --job-dir 换一个空文件夹。", code="not_a_job"
            )

    def manifest(self) -> Manifest | None:
        """What the job was started with; None where none has been.

        Raises:
            InputError: the file cannot be read or is damaged.
        """
        try:
            return Manifest.model_validate_json((self.path / _MANIFEST).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            raise InputError(
                f"{self.path / _MANIFEST} 读不懂，不能接着做，请用 --overwrite 从头开始。", code="bad_manifest"
            ) from error

    def save(self, manifest: Manifest) -> None:
        """Replace the manifest."""
        self._write(_MANIFEST, manifest.model_dump_json(indent=1))

    def finish(self, manifest: Manifest) -> None:
        """Say that the job is done: from here on its parts are not needed."""
        if manifest.summary is not None:
            self._write(_SUMMARY, manifest.summary.model_dump_json(indent=1))
        self.save(manifest)
        self.parts.clear()

    def begin(self, manifest: Manifest) -> None:
        """Start a job, whatever another one left here."""
        for name in (_MANIFEST, _SUMMARY):  # before the parts: without it they count for nothing
            (self.path / name).unlink(missing_ok=True)
        self.parts.clear()
        self.save(manifest)

    def staged(self, ending: str) -> Path:
        """Where the output is put together before it gets its name; left by a kill, it is cleared away."""
        return self.path / f"{_STAGED}{ending}"

    def _is_foreign(self) -> bool:
        """Whether things lie here that are not ours; a file that happens to be called `lock` proves nothing."""
        names = {path.name for path in self.path.iterdir()}
        others = {name for name in names - _OURS if not name.startswith(".") and not name.endswith(".new")}
        return bool(names) and (_LOCK not in names or (_MANIFEST not in names and bool(others)))

    def _sweep(self) -> None:
        for name in ("*.new", ".xiaozheng-*.part", f"{_STAGED}.*"):
            for path in self.path.glob(name):
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)
        for name in _SCRATCH:
            shutil.rmtree(self.path / name, ignore_errors=True)

    def _write(self, name: str, text: str) -> None:
        new = self.path / f"{name}.new"
        with new.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path / name)
        sync_folder(self.path)


def _lock(handle: int, path: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if time.monotonic() > until:
                raise InputError(
                    f"另一个进程正在做任务 {path}，请等它结束，或用 --job-dir 换一个任务文件夹。", code="job_running"
                ) from error
            time.sleep(0.1)
        else:
            return
