"""Written results: nothing lost, nothing run, nobody named, no half file."""

from __future__ import annotations

import json
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.batch import writers
from agent.batch._flat import REPEAT_COLUMNS, RESULT_COLUMNS, Layout
from agent.batch.columns import ColumnMap, map_columns
from agent.batch.fields import parse_fields
from agent.batch.readers import Kind, SourceRow, kind_of, open_table, read_rows
from agent.batch.rendering import make_line
from agent.batch.writers import neutralise, open_writer
from agent.schema import (
    Assist,
    CategoryGuess,
    ComplaintReading,
    Decision,
    Dispatch,
    Draft,
    Duplicate,
    ErrorInfo,
    Suggestion,
    Unit,
    UrgencyGuess,
)
from knowledge.vocabulary import Address, Risk
from models.errors import InputError

HEADER = ("工单编号", "诉求内容", "来电人", "联系电话", "受理渠道", "片区备注", "紧急程度")
COLUMNS = map_columns(HEADER)
TABLES: tuple[Kind, ...] = ("csv", "xlsx", "parquet")
FORMULAS = ["=1+1", '=HYPERLINK("http://x","y")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"]
FORMULA_IDS = ["sum", "link", "command", "minus", "at", "tab", "return", "full-width"]
NUMBERS = ["-5", "+8637112345", "12", "-0.25"]


def fake_mask(text: str) -> str:
    return text.replace("13812345678", "【手机号】")


def row(number: int = 1, **cells: str) -> SourceRow:
    full = {
        "工单编号": "410100202603140001",
        "诉求内容": "路灯不亮，回电13812345678",
        "来电人": "王某",
        "联系电话": "13812345678",
        "受理渠道": "12345热线",
        "片区备注": "转13812345678",
        "紧急程度": "一般",
    }
    return SourceRow(number, full | cells)


def suggestion(draft: str = "您好，已收悉。", id: str = "410100202603140001") -> Suggestion:
    lead = Unit(id="cgj", name="市城市管理局", unit="中原区城市管理局")
    return Suggestion(
        id=id,
        status="ok",
        complaint=ComplaintReading(
            title="路灯不亮",
            summary="路灯不亮",
            kind="求助",
            masked_text="路灯不亮",
            address=Address(district="中原区"),
        ),
        category=CategoryGuess(code="010203", level1="城市管理", level2="市政设施", level3="路灯", confidence=0.91),
        dispatch=Dispatch(
            lead=lead,
            confidence=0.875,
            assist=(
                Assist(id="jiedao", name="街道办事处", reason="属地"),
                Assist(id="gdj", name="供电公司", reason="电源"),
            ),
            reason="职责清单",
        ),
        urgency=UrgencyGuess(level=1, confidence=0.9, risks=(Risk.PUBLIC_SAFETY,)),
        track="一键快办",
        draft=Draft(text=draft, generator="template"),
        decision=Decision(route="operator", reason="置信度不足"),
    )


FAILED = Suggestion(id="7", status="error", error=ErrorInfo(code="empty_text", message="没有内容"))


EARLIER = Duplicate(id="410100202603140000", score=0.75)


def write(
    path: Path,
    *pairs: tuple[SourceRow, Suggestion],
    columns: ColumnMap = COLUMNS,
    fields: tuple[str, ...] = (),
    repeat: Duplicate | None = None,
) -> Path:
    kind = kind_of(path)
    layout = Layout.of(columns, fake_mask, fields, kind)
    line = make_line(kind, layout)
    with open_writer(path, kind, layout) as writer:
        for source, result in pairs:
            writer.write(line(source, result), repeat)
    return path


@pytest.mark.parametrize("kind", TABLES)
def test_flat_round_trip(tmp_path: Path, kind: Kind) -> None:
    """What a table writer writes, our reader reads: input columns, ours, and the row that failed."""
    path = write(tmp_path / f"out.{kind}", (row(), suggestion()), (row(2, 工单编号="7"), FAILED))
    first, second = (dict(read.cells) for read in read_rows(path))
    assert tuple(first)[: len(HEADER)] == HEADER
    assert len(first) == len(HEADER) + len(RESULT_COLUMNS) + len(REPEAT_COLUMNS)
    assert {name: first[name] for name in ("工单编号", "受理渠道", "紧急程度")} == {
        "工单编号": "410100202603140001",
        "受理渠道": "12345热线",
        "紧急程度": "一般",
    }
    assert (first["建议三级分类"], first["分类编码"], first["主办编码"]) == ("路灯", "010203", "cgj")
    assert (first["建议承办机构"], first["建议协办"]) == ("中原区城市管理局", "街道办事处；供电公司")
    assert (float(first["分类置信度"]), first["建议紧急程度"], first["风险提示"]) == (0.91, "1", "公共安全")
    assert (first["处置建议"], first["识别区县"], first["处理状态"]) == ("请受理员确认", "中原区", "ok")
    assert (second["处理状态"], second["错误代码"], second["错误说明"]) == ("error", "empty_text", "没有内容")
    assert (second["记录编号"], second["建议主办"], second["分类置信度"]) == ("7", "", "")


@pytest.mark.parametrize("kind", TABLES)
def test_personal_data_masked(tmp_path: Path, kind: Kind) -> None:
    """Caller and phone are hidden whole; free text and columns nobody knows are masked."""
    cells = next(read_rows(write(tmp_path / f"out.{kind}", (row(), suggestion())))).cells
    assert (cells["来电人"], cells["联系电话"]) == ("【姓名】", "【电话】")
    assert (cells["诉求内容"], cells["片区备注"]) == ("路灯不亮，回电【手机号】", "转【手机号】")


def test_jsonl_round_trip(tmp_path: Path) -> None:
    """One Suggestion a line, equal to the one that was given."""
    path = write(tmp_path / "out.jsonl", (row(), suggestion()), (row(2), FAILED))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [Suggestion.model_validate_json(line) for line in lines] == [suggestion(), FAILED]


def test_csv_opens_in_excel(tmp_path: Path) -> None:
    """CSV begins with the byte-order mark that Excel and WPS need for Chinese."""
    assert write(tmp_path / "out.csv", (row(), suggestion())).read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("cell", FORMULAS, ids=FORMULA_IDS)
def test_formula_is_text(tmp_path: Path, kind: Kind, cell: str) -> None:
    """A formula in an input cell, or in our own, gets an apostrophe in front."""
    path = write(tmp_path / f"out.{kind}", (row(受理渠道=cell), suggestion(draft=cell)))
    cells = next(read_rows(path)).cells
    assert cells["受理渠道"].startswith("'" + cell[0].replace("\r", ""))
    assert cells["答复草稿"].startswith("'")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_formula_in_header(tmp_path: Path, kind: Kind) -> None:
    """A column name is input too."""
    columns = map_columns(("=1+1", "诉求内容"))
    path = write(tmp_path / f"out.{kind}", (SourceRow(1, {"诉求内容": "x"}), suggestion()), columns=columns)
    assert open_table(path).header[0] == "'=1+1"


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("cell", NUMBERS)
def test_number_unchanged(tmp_path: Path, kind: Kind, cell: str) -> None:
    """A plain number keeps its sign and gets no apostrophe."""
    path = write(tmp_path / f"out.{kind}", (row(受理渠道=cell), suggestion()))
    assert next(read_rows(path)).cells["受理渠道"] == cell


@given(
    st.text() | st.sampled_from(FORMULAS + NUMBERS) | st.builds("{}{}".format, st.sampled_from("=+-@\t\r"), st.text())
)
def test_neutralise(cell: str) -> None:
    """Nothing dangerous stands first, nothing else changes, and twice is once."""
    safe = neutralise(cell)
    assert safe in (cell, "'" + cell)
    assert neutralise(safe) == safe
    if safe[:1] in tuple("=+-@\t\r"):
        float(safe)


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_neutralise_leaves_letters(cell: str) -> None:
    """A text that begins with a letter is never touched."""
    assert neutralise("A" + cell) == "A" + cell


def test_xlsx_rich_text_is_escaped(tmp_path: Path) -> None:
    """Text in the form of a spreadsheet's own markup stays text."""
    markup = "<r><t>x</t></r>"
    path = write(tmp_path / "out.xlsx", (row(受理渠道=markup), suggestion()))
    assert next(read_rows(path)).cells["受理渠道"] == "'" + markup


def test_xlsx_long_cell_is_cut(tmp_path: Path) -> None:
    """More than a cell can hold is cut with a mark; the next cells are whole."""
    path = write(tmp_path / "out.xlsx", (row(受理渠道="😀" * 20_000), suggestion()))
    cells = next(read_rows(path)).cells
    assert cells["受理渠道"].endswith("已截断）")
    assert len(cells["受理渠道"].encode("utf-16-le")) // 2 <= 32_767
    assert cells["紧急程度"] == "一般"


def test_huge_cell_is_cut_before_it_is_masked(tmp_path: Path) -> None:
    """A cell of no reasonable length takes no more time than a long one, and no half number is left at its end."""
    cell = "路" * 49_995 + "13812345678" + "灯" * 100_000
    cells = next(read_rows(write(tmp_path / "out.csv", (row(片区备注=cell), suggestion())))).cells
    assert cells["片区备注"] == "路" * 49_995 + "…（内容过长，已截断）"


def test_xlsx_full_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full sheet is followed by another, and our reader takes them as one."""
    monkeypatch.setattr(writers._Xlsx.__init__, "__defaults__", (3,))
    path = write(tmp_path / "out.xlsx", *((row(n), suggestion(id=str(n))) for n in range(5)))
    assert [read.cells["记录编号"] for read in read_rows(path)] == ["0", "1", "2", "3", "4"]


def test_taken_name(tmp_path: Path) -> None:
    """Scoring an output again keeps the earlier result; the new column gets a number."""
    columns = map_columns(("诉求内容", "建议主办"))
    source = SourceRow(1, {"诉求内容": "路灯不亮", "建议主办": "市水利局"})
    cells = next(read_rows(write(tmp_path / "out.csv", (source, suggestion()), columns=columns))).cells
    assert (cells["建议主办"], cells["建议主办(2)"]) == ("市水利局", "市城市管理局")


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize(
    ("repeat", "want"), [(EARLIER, ("410100202603140000", "0.75")), (None, ("", ""))], ids=["repeat", "first"]
)
def test_repeat_in_tables(tmp_path: Path, kind: Kind, repeat: Duplicate | None, want: tuple[str, str]) -> None:
    """The last two columns name the earlier row of the same matter, empty for a matter that is new."""
    cells = dict(next(read_rows(write(tmp_path / f"out.{kind}", (row(), suggestion()), repeat=repeat))).cells)
    assert tuple(cells.items())[-2:] == (("疑似重复的前件", want[0]), ("重复相似度", want[1]))


@pytest.mark.parametrize("repeat", [EARLIER, None], ids=["repeat", "first"])
def test_repeat_in_jsonl(tmp_path: Path, repeat: Duplicate | None) -> None:
    """A line of JSON is the Suggestion with what it repeats, its keys in the order of the contract."""
    path = write(tmp_path / "out.jsonl", (row(), suggestion()), repeat=repeat)
    want = suggestion().model_copy(update={"repeats": repeat})
    assert path.read_text(encoding="utf-8") == want.model_dump_json() + "\n"


@pytest.mark.parametrize("kind", TABLES)
def test_fields(tmp_path: Path, kind: Kind) -> None:
    """Only the wanted columns come, in the order of the wish, each with the value of the full table."""
    wanted = ("主办编码", "疑似重复的前件", "诉求内容", "分类置信度")
    path = write(tmp_path / f"out.{kind}", (row(), suggestion()), fields=wanted, repeat=EARLIER)
    cells = next(read_rows(path)).cells
    assert list(cells.items()) == [
        ("主办编码", "cgj"),
        ("疑似重复的前件", "410100202603140000"),
        ("诉求内容", "路灯不亮，回电【手机号】"),
        ("分类置信度", "0.91"),
    ]


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        (("category",), ["id", "status", "error", "category"]),
        (("repeats", "dispatch"), ["id", "status", "error", "dispatch", "repeats"]),
    ],
    ids=["without-repeats", "with-repeats"],
)
def test_fields_of_jsonl(tmp_path: Path, fields: tuple[str, ...], keys: list[str]) -> None:
    """A line of JSON keeps the wanted keys, and always whose it is and whether it failed."""
    path = write(tmp_path / "out.jsonl", (row(), suggestion()), fields=fields, repeat=EARLIER)
    got = json.loads(path.read_text(encoding="utf-8"))
    assert list(got) == keys
    assert {**suggestion().model_dump(mode="json"), "repeats": EARLIER.model_dump()}.items() >= got.items()


@pytest.mark.parametrize(
    ("kind", "fields", "part"),
    [
        ("csv", ("建议主力",), "建议主办"),
        ("csv", ("category",), "请从这些中选择：工单编号"),
        ("jsonl", ("categry",), "category"),
        ("jsonl", ("建议主办",), "请从这些中选择：id"),
        ("csv", ("建议主办", "建议主办 "), "两次"),
    ],
    ids=["near", "key-in-table", "near-key", "column-in-jsonl", "twice"],
)
def test_unknown_field(kind: Kind, fields: tuple[str, ...], part: str) -> None:
    """A column that the output does not have is an error that shows the nearest, or all there are."""
    with pytest.raises(InputError, match=part) as caught:
        Layout.of(COLUMNS, fake_mask, fields, kind)
    assert caught.value.code == "unknown_field"


@pytest.mark.parametrize(
    ("option", "want"),
    [("工单编号, 建议主办", ("工单编号", "建议主办")), ("甲，乙,", ("甲", "乙")), (" ", ())],
    ids=["spaces", "chinese-comma", "nothing"],
)
def test_parse_fields(option: str, want: tuple[str, ...]) -> None:
    """The option is read part by part, in its order."""
    assert parse_fields(option) == want


def test_parse_fields_twice() -> None:
    """A name that comes twice is a slip, not a wish."""
    with pytest.raises(InputError, match="甲 出现了两次"):
        parse_fields("甲,乙,甲")


def test_same_bytes_at_another_time(tmp_path: Path) -> None:
    """The same rows give the same file whenever they are written: no clock and no chance is in it."""
    kinds: tuple[Kind, ...] = ("jsonl", *TABLES)
    files: list[list[bytes]] = []
    for attempt in range(2):
        time.sleep(2.1 * attempt)  # the clock of a zip ticks every two seconds
        folder = tmp_path / str(attempt)
        folder.mkdir()
        written = [write(folder / f"out.{kind}", (row(), suggestion()), (row(2), FAILED)) for kind in kinds]
        files.append([path.read_bytes() for path in written])
    assert files[0] == files[1]
    with zipfile.ZipFile(tmp_path / "0" / "out.xlsx") as book:
        assert b"2000-01-01T00:00:00Z" in book.read("docProps/core.xml")


@pytest.mark.parametrize("kind", ["jsonl", *TABLES])
def test_crash_leaves_nothing(tmp_path: Path, kind: Kind) -> None:
    """After an error there is no file, hidden or not, and an earlier output stays."""
    path = tmp_path / f"out.{kind}"
    path.write_bytes(b"earlier")

    def crash() -> None:
        layout = Layout.of(COLUMNS, fake_mask)
        with open_writer(path, kind, layout) as writer:
            writer.write(make_line(kind, layout)(row(), suggestion()), None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        crash()
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [(path.name, b"earlier")]


@pytest.mark.parametrize("kind", ["jsonl", *TABLES])
def test_interrupt_keeps_rows(tmp_path: Path, kind: Kind) -> None:
    """After Ctrl-C the rows so far are a valid file."""
    path = tmp_path / f"out.{kind}"

    def interrupted() -> None:
        layout = Layout.of(COLUMNS, fake_mask)
        with open_writer(path, kind, layout) as writer:
            writer.write(make_line(kind, layout)(row(), suggestion()), None)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert len(list(read_rows(path))) == 1


def test_xls_refused(tmp_path: Path) -> None:
    """The old Excel format is read, not written."""
    with pytest.raises(InputError, match=r"\.xlsx"):
        write(tmp_path / "out.xls")


def test_missing_folder(tmp_path: Path) -> None:
    """An output in a folder that is not there is an error before any work."""
    with pytest.raises(InputError, match="文件夹"):
        write(tmp_path / "no" / "out.csv")


def test_telephone_in_a_slipped_row_is_masked() -> None:
    """A telephone under a name that is kept as it is goes masked; an order number that looks like one stays."""
    layout = Layout.of(COLUMNS, fake_mask)
    assert layout.exported("受理渠道", "13812345678来电") == "【手机号】来电"
    assert layout.exported("受理渠道", "微信小程序") == "微信小程序"
    assert layout.exported("工单编号", "13812345678") == "13812345678"
