"""Statutes from files of every format, the store they go to, and the report: fixtures built here, none real."""

from __future__ import annotations

import datetime as dt
import sqlite3
import zipfile
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import docx
import pypdf
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from knowledge.importing import StatuteStore, import_folder, read_statute
from knowledge.importing.texts import MAX_BYTES, READERS
from knowledge.vocabulary import Law
from models.errors import InputError, KnowledgeError

LAWS = Path(__file__).parents[2].parent / "shared" / "data" / "laws"
needs_laws = pytest.mark.skipif(not LAWS.is_dir(), reason="the shared statutes are not here")

TITLE = "郑州市路灯看护条例"
HISTORY = (
    "（2022年8月26日郑州市第十五届人民代表大会常务委员会第三十六次会议通过　"
    "2022年9月30日河南省第十三届人民代表大会常务委员会第三十五次会议批准）"
)
CONTENTS = ("目　　录", "第一章　总则", "第二章　看护", "第三章　附则")
BODY = (
    "第一章　总则",
    "第一条　为了加强路灯看护，方便市民夜间出行，根据有关法律、法规，结合本市实际，制定本条例。",
    "第二条　本条例适用于本市行政区域内路灯的巡查、报修和更换。",
    "第二章　看护",
    "第三条　看护人应当履行下列职责：",
    "（一）每周夜间巡查一次；",
    "（二）发现灯灭的，当日报修。",
    "第三条之一　学校门前的路灯应当优先修复。",
    "第四条　违反本条例第三条规定，不按时巡查造成行人受伤的，依照有关法律、法规的规定承担责任。",
    "第三章　附则",
    "第五条　本条例自2023年1月1日起施行。",
)
NUMBERS = ["1", "2", "3", "3-1", "4", "5"]


def markdown(title: str = TITLE, *, body: Sequence[str] = BODY, history: str = HISTORY) -> str:
    return "\n\n".join((f"# {title}", history, "<!-- INFO END -->", *body))


def write_docx(path: Path) -> None:
    document = docx.Document()
    for line in (TITLE, HISTORY, *CONTENTS, *BODY):
        paragraph = document.add_paragraph(line)
        if line == TITLE:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("附件：巡查记录表")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "日期", "灯号"
    document.save(str(path))


def write_pdf(path: Path, *, width: int = 30, password: str = "") -> None:
    """Pages of five lines with page numbers, sentences broken wherever a line is full."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    lines = []
    for text in (TITLE, HISTORY, *CONTENTS, *(f"　　{line}" for line in BODY)):
        lines += [text[i : i + width] for i in range(0, len(text), width)]
    canvas = Canvas(str(path), encrypt=password or None)
    for number, start in enumerate(range(0, len(lines), 5), 1):
        canvas.setFont("STSong-Light", 12)
        for row, line in enumerate((*lines[start : start + 5], f"- {number} -")):
            canvas.drawString(60, 780 - 24 * row, line)
        canvas.showPage()
    canvas.save()


def write_md(path: Path) -> None:
    path.write_text(markdown(), encoding="utf-8")


def write_gbk(path: Path) -> None:
    path.write_bytes("\r\n".join((TITLE, HISTORY, *CONTENTS, *BODY)).encode("gb18030"))


def write_bom(path: Path) -> None:
    path.write_text("\n".join((TITLE, HISTORY, *BODY)), encoding="utf-8-sig")


def write_marked_up(path: Path) -> None:
    """Bold numbers, entities, links, quotes and bullets, as web pages turned into Markdown have them."""
    lines = [line.replace("第二条　", "**第二条**&nbsp;&nbsp;").replace("（一）", "- （一）") for line in BODY]
    lines = [
        line.replace("第五条　", "> **第五条** ").replace("法律、法规", "[法律、法规](https://x.invalid/a)")
        for line in lines
    ]
    path.write_text(f"---\nbook: true\n---\n{markdown(body=lines)}", encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "write"),
    [
        pytest.param("a.md", write_md, id="markdown"),
        pytest.param("a.markdown", write_marked_up, id="marked-up"),
        pytest.param("a.docx", write_docx, id="word"),
        pytest.param("a.PDF", write_pdf, id="pdf"),
        pytest.param("a.txt", write_gbk, id="gb18030"),
        pytest.param("b.txt", write_bom, id="utf-8-bom"),
    ],
)
def test_every_format_gives_the_same_statute(tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    """Title, dates, level, place, articles and chapters do not depend on the format."""
    write(tmp_path / name)
    statute = read_statute(tmp_path / name, name)
    law = statute.law
    assert law == Law(
        id=law.id, title=TITLE, level="市级地方性法规", issuer="郑州市人民代表大会常务委员会", place="郑州",
        effective=dt.date(2023, 1, 1), version=dt.date(2022, 9, 30), valid_from=None, valid_to=None, source=name,
    )  # fmt: skip
    assert [a.number for a in statute.articles] == NUMBERS
    texts = {a.number: a.text for a in statute.articles}
    for line in BODY:
        if line.startswith("第") and "条" in line[:6]:
            assert line.split("　")[1] in texts.values() or line.split("　")[1] in texts["3"]
    assert texts["3"].split("\n")[1:] == ["（一）每周夜间巡查一次；", "（二）发现灯灭的，当日报修。"]
    assert [a.chapter for a in statute.articles][::5] == ["第一章 总则", "第三章 附则"]
    assert statute.articles[0].id == f"{law.id}:1"
    assert statute.doubts == ()
    assert ("日期 | 灯号" in statute.appendix) is (name == "a.docx")


@pytest.mark.parametrize("width", [19, 23, 26, 28, 31])
def test_pdf_sentences_are_joined_wherever_they_break(tmp_path: Path, width: int) -> None:
    """The width of the lines changes nothing, also where 第三条 of a reference comes to stand at a line's beginning."""
    write_pdf(tmp_path / "a.pdf", width=width)
    write_md(tmp_path / "a.md")
    pdf, plain = (read_statute(tmp_path / name, name) for name in ("a.pdf", "a.md"))
    assert [a.text.replace("\n", "") for a in pdf.articles] == [a.text.replace("\n", "") for a in plain.articles]
    assert pdf.law.version == plain.law.version
    assert pdf.law.title == TITLE


def test_the_same_text_has_the_same_id_in_every_format(tmp_path: Path) -> None:
    """The id hangs on title, version and text, not on the file."""
    write_docx(tmp_path / "a.docx")
    write_md(tmp_path / "b.md")
    ids = {read_statute(tmp_path / name, name).law.id for name in ("a.docx", "b.md")}
    assert len(ids) == 1
    assert ids.pop().startswith("imp:")


def _encrypted(path: Path) -> None:
    write_pdf(path, password="secret")


def _scanned(path: Path) -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(str(path))


def _truncated(path: Path) -> None:
    write_docx(path)
    path.write_bytes(path.read_bytes()[:2000])


def _hollow(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as part:
        for _ in range(160):
            part.write(b" " * 1_000_000)


def _large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)


@pytest.mark.parametrize(
    ("name", "write", "says"),
    [
        pytest.param("a.docx", _truncated, "Word 文件已损坏", id="truncated-word"),
        pytest.param("a.docx", _hollow, "Word 文件已损坏", id="hollow-word"),
        pytest.param("a.docx", _bomb, "解压后超过", id="zip-bomb"),
        pytest.param("a.pdf", _encrypted, "已加密", id="encrypted-pdf"),
        pytest.param("a.pdf", _scanned, "扫描件", id="scanned-pdf"),
        pytest.param("a.pdf", lambda p: p.write_bytes(b"%PDF-1.4\nbroken"), "PDF 已损坏", id="broken-pdf"),
        pytest.param("a.md", lambda p: p.write_bytes(b"\x00\x01\xff\xfe" * 50), "不是文本文件", id="binary"),
        pytest.param("a.txt", _large, "文件过大", id="large"),
        pytest.param("a.md", lambda p: p.write_bytes(b""), "文件是空的", id="empty"),
        pytest.param("a.md", lambda p: p.write_text("\n \n", encoding="utf-8"), "没有文字", id="blank"),
        pytest.param("a.md", lambda p: p.write_text("夜里很亮。", encoding="utf-8"), "没有找到条文", id="prose"),
        pytest.param("a.doc", lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0"), "格式不支持", id="old-word"),
    ],
)  # fmt: skip
def test_a_broken_file_costs_only_itself(tmp_path: Path, name: str, write: Callable[[Path], object], says: str) -> None:
    """A file that cannot be used is named with its reason and an advice, and the others are imported."""
    folder = tmp_path / "in"
    folder.mkdir()
    write(folder / name)
    write_md(folder / "good.md")
    result = import_folder(folder, StatuteStore(tmp_path / "s.sqlite"))
    assert (result.read, result.new, result.laws) == (1, 1, 1)
    assert [remark.file for remark in result.skipped] == [name]
    assert says in result.skipped[0].reason
    assert "：" in result.skipped[0].reason


def test_a_file_that_nobody_foresaw_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected error in a reader is one skipped file, not a stopped import."""

    def broken(_: Path) -> object:
        raise RecursionError

    monkeypatch.setitem(READERS, ".txt", broken)
    write_md(tmp_path / "good.md")
    write_gbk(tmp_path / "odd.txt")
    result = import_folder(tmp_path, StatuteStore(tmp_path / "s.sqlite"))
    assert [(r.file, "RecursionError" in r.reason) for r in result.skipped] == [("odd.txt", True)]


def test_other_files_are_ignored_and_counted(tmp_path: Path) -> None:
    """Indexes, hidden files, lock files and pictures are no statutes; folders below are read."""
    for name in ("_index.md", ".hidden.md", "~$lock.docx", "README.md", "scan.jpg"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "河南" / "郑州").mkdir(parents=True)
    write_md(tmp_path / "河南" / "郑州" / "a.md")
    seen: list[tuple[int, int]] = []
    result = import_folder(tmp_path, StatuteStore(tmp_path / "s" / "s.sqlite"), lambda *pair: seen.append(pair))
    assert (result.read, result.ignored, result.skipped, seen) == (1, 5, (), [(1, 1)])
    laws, _ = StatuteStore(tmp_path / "s" / "s.sqlite").read()
    assert laws[0].source == "河南/郑州/a.md"


@pytest.mark.parametrize("empty", [True, False], ids=["empty", "missing"])
def test_nothing_to_import_is_an_input_error(tmp_path: Path, empty: bool) -> None:
    """An empty or missing folder is said at once, and no store is made."""
    folder = tmp_path / "in"
    if empty:
        folder.mkdir()
    with pytest.raises(InputError, match="give a folder"):
        import_folder(folder, StatuteStore(tmp_path / "s.sqlite"))
    assert not (tmp_path / "s.sqlite").exists()


def test_a_single_file_may_be_given(tmp_path: Path) -> None:
    """DIR may be one file."""
    write_docx(tmp_path / "a.docx")
    result = import_folder(tmp_path / "a.docx", StatuteStore(tmp_path / "s.sqlite"))
    assert (result.new, result.appendices, result.articles) == (1, 1, len(NUMBERS))


# --- dates against file names ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "history", "version", "kind"),
    [
        pytest.param("条例(2007-12-14).md", HISTORY, "2022-09-30", "文件名日期不符", id="older-name"),
        pytest.param("条例(2022-10-20).md", HISTORY, "2022-09-30", "", id="published"),
        pytest.param("条例(2023-01-01).md", HISTORY, "2022-09-30", "", id="in-force"),
        pytest.param("条例(2025-03-01).md", HISTORY, "2025-03-01", "题注缺最近修改", id="newer-name"),
        pytest.param("条例(2022-11-01).md", "", "2022-11-01", "", id="no-history"),
        pytest.param("条例(2007-12-14).md", "", "2023-01-01", "文件名日期不符", id="no-history-older-name"),
        pytest.param("条例.md", "", "2023-01-01", "版本日期不明", id="no-history-no-name"),
    ],
)
def test_the_text_wins_over_the_file_name(tmp_path: Path, name: str, history: str, version: str, kind: str) -> None:
    """A date in the file's name counts only where the text has none, or none so new."""
    (tmp_path / name).write_text(markdown(history=history), encoding="utf-8")
    statute = read_statute(tmp_path / name, f"行政法规/{name}")
    assert statute.law.version == dt.date.fromisoformat(version)
    assert statute.law.effective == dt.date(2023, 1, 1)
    assert [d.partition("：")[0] for d in statute.doubts] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("clause", "effective"),
    [
        ("本条例自公布之日起施行。", "2022-10-20"),
        ("本条例自批准之日起施行。", "2022-09-30"),
        ("本条例自公布之日起三十日后施行。", "2022-11-19"),
    ],
    ids=["publication", "approval", "waiting"],
)
def test_the_day_of_an_act_is_looked_up(tmp_path: Path, clause: str, effective: str) -> None:
    """自公布之日起 means the day of publication, which the file's name gives when the history does not."""
    path = tmp_path / "条例(2022-10-20).md"
    path.write_text(markdown(body=(*BODY[:-1], f"第五条　{clause}")), encoding="utf-8")
    assert read_statute(path, path.name).law.effective == dt.date.fromisoformat(effective)


def test_a_statute_without_its_end_is_doubtful(tmp_path: Path) -> None:
    """Without a clause on its entry into force the file may hold half of the statute."""
    path = tmp_path / "a.md"
    path.write_text(markdown(body=BODY[:4]), encoding="utf-8")
    doubts = read_statute(path, path.name).doubts
    assert any(d.startswith("正文可能不完整") and "第二条" in d for d in doubts)


# --- store ----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two versions of one statute and another statute."""
    made = tmp_path / "in"
    made.mkdir()
    write_md(made / "new.md")
    old = HISTORY.replace("2022", "2012")
    (made / "old.md").write_text(
        markdown(body=(*BODY[:2], "第二条　本条例自2013年1月1日起施行。"), history=old), "utf-8"
    )
    (made / "other.md").write_text(markdown("郑州市井盖看护办法"), "utf-8")
    return made


def test_importing_twice_changes_nothing(tmp_path: Path, folder: Path) -> None:
    """A second run says that all is held, and the content keeps its hash."""
    store = StatuteStore(tmp_path / "s.sqlite")
    first = import_folder(folder, store)
    version = store.version
    second = import_folder(folder, store)
    assert (first.new, first.unchanged, second.new, second.replaced, second.unchanged) == (3, 0, 0, 0, 3)
    assert store.version == version != ""
    assert second.skipped == ()


def test_two_versions_of_a_title_are_kept_by_date(tmp_path: Path, folder: Path) -> None:
    """Both versions come back, the older first, with their articles."""
    store = StatuteStore(tmp_path / "s.sqlite")
    import_folder(folder, store)
    laws, articles = store.read()
    versions = [law.version for law in laws if law.title == TITLE]
    assert versions == [dt.date(2012, 9, 30), dt.date(2022, 9, 30)]
    assert len({a.id for a in articles}) == len(articles) == 2 * len(NUMBERS) + 2
    assert {a.law_id for a in articles} == {law.id for law in laws}


def test_the_same_text_in_two_files_is_held_once(tmp_path: Path, folder: Path) -> None:
    """A copy is no second statute, not even under another date, which is a doubt."""
    (folder / "zz-copy.md").write_text(markdown(), "utf-8")
    (folder / "zz-dated.md").write_text(markdown(history=HISTORY.replace("9月30日", "10月8日")), "utf-8")
    store = StatuteStore(tmp_path / "s.sqlite")
    result = import_folder(folder, store)
    assert (result.new, result.unchanged, result.laws) == (3, 2, 3)
    assert [(r.file, r.reason[:6]) for r in result.doubtful] == [("zz-dated.md", "同文不同日期")]


def test_a_contradicting_text_is_refused_and_a_corrected_file_replaces(tmp_path: Path, folder: Path) -> None:
    """Another text of the same day from another file is left out; the same file, corrected, takes its place."""
    store = StatuteStore(tmp_path / "s.sqlite")
    import_folder(folder, store)
    changed = markdown(body=[line.replace("当日", "三日内") for line in BODY])
    (folder / "zz.md").write_text(changed, "utf-8")
    refused = import_folder(folder, store)
    assert [(r.file, "new.md" in r.reason) for r in refused.skipped] == [("zz.md", True)]
    (folder / "zz.md").unlink()
    (folder / "new.md").write_text(changed, "utf-8")
    replaced = import_folder(folder, store)
    assert (replaced.replaced, replaced.unchanged, replaced.laws) == (1, 2, 3)
    assert any("三日内" in a.text for a in store.read()[1])


def test_a_title_can_be_removed(tmp_path: Path, folder: Path) -> None:
    """Removing a title takes all its versions and articles, and nothing else."""
    store = StatuteStore(tmp_path / "s.sqlite")
    import_folder(folder, store)
    assert store.remove(TITLE) == 2
    assert store.remove(TITLE) == 0
    laws, articles = store.read()
    assert [law.title for law in laws] == ["郑州市井盖看护办法"]
    assert len(articles) == len(NUMBERS)


def test_a_store_without_file_is_empty_and_stays_so(tmp_path: Path) -> None:
    """Looking into a store that was never written makes no file."""
    store = StatuteStore(tmp_path / "none" / "s.sqlite")
    assert (store.version, store.read(), store.remove(TITLE), store.appendix("imp:0")) == ("", ((), ()), 0, "")
    assert not (tmp_path / "none").exists()


def test_appendices_are_held(tmp_path: Path) -> None:
    """The annex of a statute can be asked for."""
    write_docx(tmp_path / "a.docx")
    store = StatuteStore(tmp_path / "s.sqlite")
    import_folder(tmp_path, store)
    assert store.appendix(store.read()[0][0].id) == "附件：巡查记录表\n日期 | 灯号"


@pytest.mark.parametrize("kind", ["damaged", "foreign", "future"])
def test_a_wrong_store_is_one_clear_error(tmp_path: Path, folder: Path, kind: str) -> None:
    """A damaged file, another program's database and a later format are told apart from an empty store."""
    path = tmp_path / "s.sqlite"
    if kind == "damaged":
        path.write_bytes(b"not a database at all" * 100)
    else:
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("create table notes (x)")
            if kind == "future":
                db.execute(f"pragma application_id = {0x785A5354}")
                db.execute("pragma user_version = 99")
    before = path.read_bytes()
    store = StatuteStore(path)
    for use in (store.read, lambda: store.version, lambda: store.remove(TITLE), lambda: import_folder(folder, store)):
        with pytest.raises(KnowledgeError, match="import the statutes again"):
            use()
    assert path.read_bytes() == before


def test_a_crash_loses_only_the_statute_being_written(tmp_path: Path, folder: Path) -> None:
    """What was added before an interruption is held, whole."""

    def stop(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    store = StatuteStore(tmp_path / "s.sqlite")
    with pytest.raises(KeyboardInterrupt):
        import_folder(folder, store, stop)
    laws, articles = store.read()
    assert len(laws) == 2
    assert {a.law_id for a in articles} == {law.id for law in laws}
    assert import_folder(folder, store).new == 1


# --- the real collection --------------------------------------------------------------------------------------


@needs_laws
def test_the_misnamed_file_is_recognised(tmp_path: Path) -> None:
    """A file named after 2007 that holds the text approved in 2021 is the version of 2021, with a doubt."""
    name = "郑州市物业管理条例(2007-12-14).md"
    statute = read_statute(LAWS / "河南" / name, f"河南/{name}")
    law = statute.law
    assert (law.version, law.effective) == (dt.date(2021, 7, 30), dt.date(2021, 10, 1))
    assert (law.title, law.place) == ("郑州市物业管理条例", "郑州")
    assert [d.partition("：")[0] for d in statute.doubts] == ["文件名日期不符"]


@needs_laws
def test_a_sample_of_the_collection_reads_well() -> None:
    """Of forty files spread over the collection, numbers run on or are doubted, and each has title, dates and level."""
    files = sorted(p for p in LAWS.rglob("*.md") if not p.name.startswith("_"))
    for path in files[:: max(1, len(files) // 40)]:
        statute = read_statute(path, path.relative_to(LAWS).as_posix())
        numbers = [int(a.number.partition("-")[0]) for a in statute.articles]
        runs_on = numbers[0] == 1 and all(b - a in (0, 1) for a, b in pairwise(numbers))
        assert runs_on or any(d.startswith("条号") for d in statute.doubts), path.name
        assert len({a.number for a in statute.articles}) == len(numbers)
        assert statute.law.effective is not None, path.name
        assert statute.law.version is not None, path.name
        assert statute.law.level != "其他", path.name
        assert (statute.law.place == "") is ("河南" not in path.parts), path.name
