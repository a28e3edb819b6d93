"""Files that a page was sent and that no work has taken yet: received in pieces, kept for an hour, each its sender's.

Names on disk are ours; what the sender calls a file is only shown. Knows nothing of what is in them.
"""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from models.errors import InputError

_KEPT = 3600.0  # seconds
_EACH = 40  # files that one person may have waiting; a folder of statutes comes file by file


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was received."""

    token: str
    owner: str
    name: str
    path: Path
    size: int
    at: float  # monotonic seconds


class Uploads:
    """The waiting files of one server; see `receive`. Safe to use from several threads."""

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        """Take a folder, which is emptied: what an earlier process received nobody can ask for any more."""
        self._folder, self.max_bytes = folder, max_bytes
        self._held: dict[str, Upload] = {}
        self._lock = threading.Lock()
        shutil.rmtree(folder, ignore_errors=True)

    async def receive(self, pieces: AsyncIterator[bytes], name: str, owner: str, endings: Collection[str]) -> Upload:
        """Write a file down as it comes in.

        Args:
            pieces: Its content.
            name: What the sender calls it.
            owner: Whose file it is; only this account can ask for it.
            endings: Endings that are taken, such as `.csv`.

        Raises:
            InputError: wrong ending, empty, too large, or too many files waiting; nothing is kept.
        """
        ending = PurePosixPath(name.replace("\\", "/")).suffix.lower()
        if ending not in endings:
            raise InputError(f"不支持这种文件，请换成 {' '.join(endings)} 之一。", code="unknown_format")
        self._make_room(owner)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        token = secrets.token_urlsafe(18)
        path = self._folder / f"{token}{ending}"
        try:
            size = await self._write(path, pieces)
        except BaseException:  # a broken connection too
            path.unlink(missing_ok=True)
            raise
        upload = Upload(token, owner, _last(name), path, size, time.monotonic())
        with self._lock:
            self._held[token] = upload
        return upload

    async def _write(self, path: Path, pieces: AsyncIterator[bytes]) -> int:
        size = 0
        with path.open("xb") as file:
            async for piece in pieces:
                size += len(piece)
                if size > self.max_bytes:
                    limit = f"{self.max_bytes / 2**20:.0f} MB"
                    raise InputError(f"文件超过 {limit} 的上限，请拆成几个再上传。", code="too_large")
                file.write(piece)
        if not size:
            raise InputError("文件是空的，请换一个有内容的文件。", code="empty_file")
        return size

    def get(self, token: str, owner: str) -> Upload:
        """A file of this person.

        Raises:
            InputError: there is none: expired, taken, or another's.
        """
        with self._lock:
            upload = self._held.get(token)
        if upload is None or upload.owner != owner or not upload.path.is_file():
            raise InputError("上传的文件已过期，请重新选择文件。", code="no_such_file")
        return upload

    def drop(self, token: str, owner: str) -> None:
        """Forget a file and delete what is left of it; one that is not there is no error."""
        with self._lock:
            upload = self._held.get(token)
            if upload is None or upload.owner != owner:
                return
            del self._held[token]
        upload.path.unlink(missing_ok=True)

    def _make_room(self, owner: str) -> None:
        now = time.monotonic()
        with self._lock:
            for upload in [held for held in self._held.values() if now - held.at > _KEPT]:
                del self._held[upload.token]
                upload.path.unlink(missing_ok=True)
            if sum(held.owner == owner for held in self._held.values()) >= _EACH:
                raise InputError("待处理的文件太多，请先处理或移除已上传的，再上传新的。", code="too_many_files")


def _last(name: str) -> str:
    """The last part of a name, for showing."""
    return name.replace("\\", "/").rsplit("/", 1)[-1][-200:]
