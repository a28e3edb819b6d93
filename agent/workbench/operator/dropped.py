"""A file dropped on the page as text: a transcript as .txt, .docx or .pdf.

Read where it lies in memory and a temporary folder of its own; nothing of it stays on disk.
"""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path, PurePosixPath

from knowledge.importing.texts import decode, read_text
from models.errors import InputError

MAX_BYTES = 2_500_000  # in base64 it must pass the server's limit of a request


def dropped_text(name: str, data: str) -> str:
    """Text of one file.

    Args:
        name: As the browser gives it; only its ending counts.
        data: Content in base64.

    Raises:
        InputError: no known ending, too large, damaged, or without text.
    """
    try:
        content = base64.b64decode(data, validate=True)
    except ValueError as error:  # wrong base64, or not even ASCII
        raise InputError("文件没有传完整，请再试一次。") from error
    if len(content) > MAX_BYTES:
        raise InputError(f"文件过大（上限 {MAX_BYTES / 1e6:.1f} MB）；请把文字直接粘贴进来。")
    ending = PurePosixPath(name).suffix.lower()
    if ending == ".txt":
        return decode(content)  # as it is: a transcript's lines are its speakers
    if ending not in (".docx", ".pdf"):
        raise InputError("只能拖入 .txt、.docx 或 .pdf；其他格式请把文字粘贴进来。")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"dropped{ending}"
        path.write_bytes(content)
        return "\n".join(read_text(path).lines)
