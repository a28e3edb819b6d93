"""One statute file as plain lines, whatever its format and encoding.

Knows Markdown, Word, PDF and plain text; knows nothing of law. A file that cannot be read raises `InputError`
with a Chinese sentence, for it is shown to the operator beside the file's name.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import InputError

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_BYTES = 20_000_000  # the longest code of the country is under 1 MB as Word
MAX_UNPACKED = 150_000_000  # a Word file is a zip: what it unpacks to is limited too
MAX_PAGES = 2_000
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]")
_BLANKS = re.compile(r"[^\S\n]+")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,300}>")
_COMMENT = re.compile(r"<!--[^<>]{0,2000}-->")
_LINK = re.compile(r"\[([^\[\]\n]{0,120})\]\([^()\n]{0,300}\)")
_END_OF_HEADER = "<!-- INFO END -->"
_PAGE_NUMBER = re.compile(
    r"[-—–―－·\s]*(?:第\s?)?\d{1,4}(?:\s?页)?(?:\s?[/／共]\s?(?:共\s?)?\d{1,4}\s?页?)?[-—–―－·\s]*"
)
# PDFs set glyphs apart: blanks between two Chinese characters are layout, except behind 第X条 or 第X章
_GLYPH_GAP = re.compile(r"(?<=[\u3007\u4e00-\u9fff，。、；：]) (?=[\u3007\u4e00-\u9fff（《“])")
_LABEL = re.compile(
    r"第 ?[零〇一二两三四五六七八九十百千\d ]{1,14}[条章节编](?: ?之 ?[一二三四五六七八九十]{1,3}(?= ))? "
)


@dataclass(frozen=True, slots=True)
class Text:
    """The lines of one file, blank ones left out.

    Attributes:
        lines: Stripped, one blank between words at most, no markup.
        title: What the format itself marks as title, '' when it marks none.
        header: How many lines the format itself marks as header (title and history), 0 when it marks none.
    """

    lines: tuple[str, ...]
    title: str = ""
    header: int = 0


def read_text(path: Path) -> Text:
    """Read one file by its ending.

    Raises:
        InputError: too large, damaged, encrypted, without text, or of no known format (Chinese, with advice).
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError("格式不支持：请另存为 .docx、.pdf、.md 或 .txt 后再导入")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError(
                f"文件过大（{size / 1e6:.0f} MB，上限 {MAX_BYTES / 1e6:.0f} MB）：请拆分或去掉图片后再导入"
            )
        if size == 0:
            raise InputError("文件是空的：请重新下载")
        text = reader(path)
    except OSError as error:
        raise InputError(f"文件打不开：{error.strerror or '读取失败'}，请检查权限后再导入") from error
    if not text.lines:
        raise InputError("文件里没有文字：请换成有文字内容的版本")
    return text


def clean(line: str) -> str:
    """One line without invisible characters and with single blanks."""
    return _BLANKS.sub(" ", _INVISIBLE.sub("", line)).strip()


def _lines(text: str) -> Iterator[str]:
    return (line for line in map(clean, re.split(r"[\n\r\v\f\x85]+", text)) if line)


def decode(data: bytes) -> str:
    """Text in UTF-8, GB18030, or UTF-16 with a byte-order mark.

    Raises:
        InputError: none of them, or binary data.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InputError("不是文本文件：请确认文件内容，另存为 UTF-8 编码后再导入")


def _plain(path: Path) -> Text:
    return Text(tuple(_lines(decode(path.read_bytes()))))


def _markdown(path: Path) -> Text:
    source = re.sub(r"\A---\r?\n(?:(?!---)[^\n]*\n){0,60}---\s*\n?", "", decode(path.read_bytes()))
    head, marker, body = source.partition(_END_OF_HEADER)
    parts = [list(_marked_down(part)) for part in (head, body)]
    titles = [line for line in parts[0] if line.startswith("# ")]
    lines = [line.lstrip("#").strip() for part in parts for line in part]
    return Text(
        tuple(line for line in lines if line),
        title=titles[0].lstrip("# ") if titles else "",
        header=len(parts[0]) if marker else 0,
    )


def _marked_down(source: str) -> Iterator[str]:
    """Lines of Markdown without emphasis, links, tags, quotes and bullets; `#` stays."""
    text = html.unescape(_TAG.sub("", _COMMENT.sub("", source)))
    for line in _lines(_LINK.sub(r"\1", text)):
        bare = re.sub(r"^(?:> ?|[-*+] )", "", line.replace("**", "").replace("__", "")).strip()
        if bare and not re.fullmatch(r"[-=*_|: ]{3,}|#+", bare):
            yield bare


def _word(path: Path) -> Text:
    import docx  # here, because Word files are rare and the library takes a tenth of a second to load
    from docx.table import Table

    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise InputError("Word 文件已损坏或不是 .docx：请重新下载，或用 Word 打开后另存为 .docx") from error
    if unpacked > MAX_UNPACKED:
        raise InputError(f"Word 文件解压后超过 {MAX_UNPACKED / 1e6:.0f} MB：请另存为纯文本后再导入")
    try:
        lines: list[str] = []
        for block in docx.Document(str(path)).iter_inner_content():
            if isinstance(block, Table):
                for row in block.rows:
                    cells = [clean(cell.text.replace("\n", " ")) for cell in row.cells]
                    # a merged cell comes once for every column that it spans
                    lines.append(" | ".join(cell for i, cell in enumerate(cells) if i == 0 or cell != cells[i - 1]))
            else:
                lines.extend(_lines(block.text))
    except Exception as error:  # a damaged package raises whatever its part happens to break
        raise InputError("Word 文件已损坏：请重新下载，或用 Word 打开后另存为 .docx") from error
    return Text(tuple(line for line in lines if line.strip(" |")))


def _pdf(path: Path) -> Text:
    import pypdf  # here for the same reason as above

    try:
        pages = _pages(pypdf.PdfReader(path))
    except InputError:
        raise
    except Exception as error:  # pypdf raises a dozen kinds, from KeyError to RecursionError, on damaged files
        raise InputError("PDF 已损坏或无法解析：请重新下载，或另存为 .docx 后再导入") from error
    if not any(pages):
        raise InputError("PDF 里没有文字，可能是扫描件：请先做文字识别（OCR），或换成有文字的版本")
    return Text(tuple(_ungapped(line) for page in _without_edges(pages) for line in page))


def _pages(reader: PdfReader) -> list[list[str]]:
    if reader.is_encrypted and not reader.decrypt(""):
        raise InputError("PDF 已加密：请去掉密码后再导入")
    if len(reader.pages) > MAX_PAGES:
        raise InputError(f"PDF 超过 {MAX_PAGES} 页：请拆分后再导入")
    return [list(_lines(page.extract_text())) for page in reader.pages]


def _without_edges(pages: list[list[str]]) -> Iterator[list[str]]:
    """Pages without page numbers and without a first or last line that most pages share."""
    trimmed = []
    for page in pages:
        lines = list(page)
        for at in (0, -1):
            if lines and _PAGE_NUMBER.fullmatch(lines[at]):
                lines.pop(at)
        trimmed.append(lines)
    edges = Counter(line for page in trimmed if page for line in {page[0], page[-1]})
    running = {line for line, count in edges.items() if count >= 3 and count * 2 > len(pages)}
    for lines in trimmed:
        yield [line for i, line in enumerate(lines) if i not in (0, len(lines) - 1) or line not in running]


def _ungapped(line: str) -> str:
    label = _LABEL.match(line)
    head = re.sub(" ", "", label[0]) + " " if label else ""
    return head + _GLYPH_GAP.sub("", line[label.end() :] if label else line)


READERS: dict[str, Callable[[Path], Text]] = {
    ".md": _markdown, ".markdown": _markdown, ".txt": _plain, ".docx": _word, ".pdf": _pdf,
}  # fmt: skip
