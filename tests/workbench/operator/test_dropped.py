"""Files dropped on the page become text, or a sentence that says why not."""

from __future__ import annotations

import base64
import io
import tempfile
from pathlib import Path

import docx
import pytest

from agent.workbench.operator.dropped import MAX_BYTES, dropped_text
from models.errors import InputError

LINES = "坐席：您好。\n市民：天河路路灯不亮。"


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def word(text: str) -> bytes:
    document, buffer = docx.Document(), io.BytesIO()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(buffer)
    return buffer.getvalue()


def pdf(text: str) -> bytes:
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfgen.canvas import Canvas

    registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.setFont("STSong-Light", 12)
    for number, line in enumerate(text.splitlines()):
        canvas.drawString(72, 700 - 20 * number, line)
    canvas.save()
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", LINES.encode()),
        ("b.TXT", LINES.encode("gb18030")),
        ("通话.docx", word(LINES)),
        ("c.pdf", pdf(LINES)),
    ],
    ids=["utf8", "gb18030", "word", "pdf"],
)
def test_transcript_is_read(name: str, data: bytes) -> None:
    """Text keeps its lines, whatever the format and encoding."""
    assert dropped_text(name, base64_of(data)) == LINES


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.exe", base64_of(b"MZ"), "只能拖入"),
        ("noending", base64_of(b"x"), "只能拖入"),
        ("a.txt", "不是base64", "没有传完整"),
        ("a.txt", base64_of(b"\0\1\2"), "不是文本文件"),
        ("a.docx", base64_of(b"PK broken"), "已损坏"),
        ("a.txt", base64_of(b"x" * (MAX_BYTES + 1)), "文件过大"),
        ("../../etc/passwd.docx", base64_of(b"x"), "已损坏"),
    ],
    ids=["ending", "no-ending", "base64", "binary", "damaged", "large", "path"],
)
def test_unusable_file_is_a_sentence(name: str, data: str, said: str) -> None:
    """The person reads what is wrong and what to do."""
    with pytest.raises(InputError, match=said):
        dropped_text(name, data)


def test_nothing_stays_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that had to lie on disk to be read is gone afterwards."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dropped_text("a.docx", base64_of(word(LINES)))
    assert list(tmp_path.iterdir()) == []
