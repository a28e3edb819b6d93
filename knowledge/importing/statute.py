"""One file as one statute: its law with level, issuer and dates, its articles, and every doubt about them.

What the text says stands above the file's name. Which version governs on a day is decided elsewhere
(`knowledge.regulations`), from `effective` and `version`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from knowledge.importing.articles import Body, read_articles
from knowledge.importing.bodies import Origin, origin
from knowledge.importing.dates import Start, entry_into_force, file_date
from knowledge.importing.header import Header, read_header
from knowledge.importing.texts import read_text
from knowledge.numerals import article_label
from knowledge.vocabulary import Article, Law
from models.errors import InputError

# a city's rule is published up to four months after the province approved it; a later date in the
# file's name is that of an amendment which the header does not tell of
_PUBLICATION = dt.timedelta(days=120)
_SAME_ROUND = dt.timedelta(days=31)
_LONG_WAIT = dt.timedelta(days=400)  # hardly a statute waits longer between adoption and entry into force


@dataclass(frozen=True, slots=True)
class Statute:
    """One version of one statute as read from one file.

    Attributes:
        law: `valid_from` and `valid_to` are left open: they depend on the other versions.
        articles: In the order of the text.
        appendix: Annexes behind the articles, '' for none.
        doubts: Chinese sentences 「kind：detail」 for the import report.
    """

    law: Law
    articles: tuple[Article, ...]
    appendix: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Dates:
    effective: dt.date | None
    version: dt.date | None
    doubts: tuple[str, ...]


def read_statute(path: Path, source: str) -> Statute:
    """Read one file.

    Args:
        path: The file.
        source: Its path relative to the imported folder, with `/`; the folders in it help to tell the level.

    Raises:
        InputError: the file is unusable or holds no statute (Chinese, with advice).
    """
    text = read_text(path)
    body = read_articles(text.lines)
    if not body.clauses:
        raise InputError("没有找到条文（“第X条”或“一、二、”）：请确认是法规文件；扫描或图片版请先做文字识别")
    header = read_header(text, body.preamble, path.stem)
    if not header.title:
        raise InputError("没有找到标题：请把法规全称写在第一行，或用全称作文件名")
    start = entry_into_force(body.clauses)
    dates = _dates(header, file_date(path.stem), start)
    made = origin(header, (*path.parent.parts[-3:], *PurePosixPath(source).parent.parts))
    doubts = (*_remarks(header, made), *_ending(body, start), *dates.doubts, *body.doubts)
    return _assembled(header, body, dates, made, source, doubts)


def content_hash(law: Law, articles: tuple[Article, ...]) -> str:
    """Hash of title and text, whatever file and date they came with."""
    digest = hashlib.sha256(law.title.encode())
    for article in articles:
        digest.update(f"\0{article.number}\0{article.text}".encode())
    return digest.hexdigest()


def _assembled(
    header: Header, body: Body, dates: _Dates, made: Origin, source: str, doubts: tuple[str, ...]
) -> Statute:
    law = Law(
        id="", title=header.title, level=made.level, issuer=made.issuer, place=made.place, source=source,
        effective=dates.effective, version=dates.version, valid_from=None, valid_to=None,
    )  # fmt: skip
    articles = tuple(
        Article(id="", law_id="", law=law.title, number=clause.number, text=clause.text, chapter=clause.chapter)
        for clause in body.clauses
    )
    key = f"{content_hash(law, articles)} {dates.version or ''}"
    law_id = f"imp:{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    return Statute(
        law.model_copy(update={"id": law_id}),
        tuple(
            article.model_copy(update={"id": f"{law_id}:{article.number}", "law_id": law_id}) for article in articles
        ),
        body.appendix,
        doubts,
    )


def _remarks(header: Header, made: Origin) -> Iterator[str]:
    if header.repealed:
        yield "可能已失效：文件名或题注写明已废止或失效，请核对后再用"
    if made.level == "其他":
        yield "层级不明：题注、目录和标题都看不出制定机关，按“其他”导入"
    elif not made.issuer:
        yield f"制定机关不明：按{made.level}导入"


def _ending(body: Body, start: Start | None) -> Iterator[str]:
    """A statute ends with the clause on its entry into force: without it the file may hold half of it."""
    if start is None and not body.paragraphs:
        yield f"正文可能不完整：没有施行条款，最后一条是{article_label(body.clauses[-1].number)}，请核对原文"


def _dates(header: Header, named: dt.date | None, start: Start | None) -> _Dates:
    """Version and first day in force; `named` is the date in the file's name."""
    version, doubts = _version(header, named, start)
    effective = start.day if start else None
    if effective is None:
        effective = min((event.day for event in header.events if event.force), default=None)
    if effective is None and start is not None:
        day = _day_of_act(header, named, start.act)
        effective = day + dt.timedelta(days=start.later) if day else None
    if effective is None:
        effective = version
        if version is not None:
            doubts.append(f"施行日期不明：没有找到施行条款，按版本日期 {version.isoformat()}")
    if effective and version and effective - version > _LONG_WAIT:
        doubts.append(f"施行日期可疑：{effective.isoformat()} 施行，比版本日期 {version.isoformat()} 晚一年以上")
    return _Dates(effective, version, tuple(doubts))


def _version(header: Header, named: dt.date | None, start: Start | None) -> tuple[dt.date | None, list[str]]:
    told = header.last
    begins = start.day if start else None
    if told is None:
        return _version_without_history(named, begins)
    if named is None or named in {event.day for event in header.events} or named == begins:
        return told, []
    if named < told - _SAME_ROUND:
        doubt = f"文件名日期不符：文件名是 {named.isoformat()}，题注最后日期是 {told.isoformat()}，以题注为准"
        return told, [doubt]
    if named > told + _PUBLICATION:
        doubt = f"题注缺最近修改：题注只到 {told.isoformat()}，按文件名日期 {named.isoformat()}"
        return named, [doubt]
    return told, []


def _version_without_history(named: dt.date | None, begins: dt.date | None) -> tuple[dt.date | None, list[str]]:
    if named is not None and begins is not None and begins - named > _LONG_WAIT:
        doubt = f"文件名日期不符：文件名是 {named.isoformat()}，正文 {begins.isoformat()} 起施行，按施行日期"
        return begins, [doubt]
    if named is not None:
        return named, []
    if begins is not None:
        return begins, [f"版本日期不明：没有题注，按施行日期 {begins.isoformat()}"]
    return None, ["没有日期：题注、正文和文件名都没有日期，无法判断何时施行"]


def _day_of_act(header: Header, named: dt.date | None, act: str) -> dt.date | None:
    """The day of 公布, 通过 or 批准 that 「自…之日起施行」 means: of the text as first made."""
    made = header.first_round
    if not made:
        return named
    told = [event.day for event in made if act in event.words or (act == "公布" and "发布" in event.words)]
    if told:
        return max(told)
    last = max(event.day for event in made)
    published = named is not None and dt.timedelta() <= named - last <= _PUBLICATION
    return named if act == "公布" and published else last
