"""Column names: what is found alone, and what is asked."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.batch.columns import column_rules, fold, header_score, map_columns, parse_overrides, unique_names
from models.errors import InputError


@dataclass(frozen=True)
class Case:
    """A header and the column that one field must get."""

    id: str
    header: tuple[str, ...]
    field: str
    want: str | None


CASES = [
    Case("chinese", ("工单编号", "诉求内容", "来电时间"), "text", "诉求内容"),
    Case("order-no", ("工单编号", "诉求内容", "来电时间"), "order_no", "工单编号"),
    Case("own-jsonl-id", ("id", "title", "text", "received_at", "channel"), "order_no", "id"),
    Case("own-jsonl-text", ("id", "title", "text", "received_at", "channel"), "text", "text"),
    Case("own-jsonl-time", ("id", "title", "text", "received_at", "channel"), "received_at", "received_at"),
    Case("note-and-star", ("*诉求内容（必填）：", "编号"), "text", "*诉求内容（必填）："),
    Case("full-width-and-case", ("ＴＥＸＴ", "Id"), "text", "ＴＥＸＴ"),
    Case("spaces", ("诉求 内容", "编号"), "text", "诉求 内容"),
    Case("serial-number-alone", ("序号", "正文"), "order_no", "序号"),
    Case("serial-number-gives-way", ("序号", "工单号", "正文"), "order_no", "工单号"),
    Case("missing", ("正文",), "channel", None),
    Case("slash-in-name", ("正文", "来电人电话/账号"), "phone", "来电人电话/账号"),
    Case("reply-is-no-text", ("正文", "回复内容"), "reply", "回复内容"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_found(case: Case) -> None:
    """A column is found under any of its usual names."""
    assert map_columns(case.header).column(case.field) == case.want


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (("诉求内容", "问题描述"), ("诉求内容", "问题描述", "--columns text=诉求内容")),
        (("正文", "受理时间", "来电时间"), ("受理时间", "来电时间", "--columns received_at=")),
        (("正文", "正文(2)"), ("正文(2)", "--columns text=正文(2)")),
    ],
    ids=["text", "time", "repeated-name"],
)
def test_ambiguous(header: tuple[str, ...], named: tuple[str, ...]) -> None:
    """Two candidates are an error that names both and the option that decides."""
    with pytest.raises(InputError) as caught:
        map_columns(header)
    assert caught.value.code == "ambiguous_column"
    assert all(part in str(caught.value) for part in named)


def test_override_decides() -> None:
    """What the person said wins, and the other candidate is no field then."""
    found = map_columns(("诉求内容", "问题描述"), {"text": "问题描述"})
    assert found.column("text") == "问题描述"
    assert all("诉求内容" not in columns for columns in found.fields.values())


def test_override_takes_column_from_other_field() -> None:
    """A column that was said to be the text is not the title as well."""
    found = map_columns(("标题", "编号"), {"text": "标题"})
    assert (found.column("text"), found.column("title")) == ("标题", None)


def test_unneeded_field_asks_late() -> None:
    """Two lead units do not stop a scoring run; whoever wants the lead is asked."""
    found = map_columns(("正文", "主办单位", "承办单位"))
    with pytest.raises(InputError, match="--columns lead=主办单位"):
        found.column("lead")


@pytest.mark.parametrize(
    ("header", "overrides", "code", "part"),
    [
        (("编号", "标题"), {}, "no_text_column", "编号、标题"),
        (("编号", "正文"), {"text": "诉求"}, "no_such_column", "编号、正文"),
        (("编号", "正文"), {"colour": "编号"}, "input", "order_no"),
    ],
    ids=["no-text", "no-such-column", "no-such-field"],
)
def test_unusable(header: tuple[str, ...], overrides: dict[str, str], code: str, part: str) -> None:
    """An unusable mapping is an error that lists what there is."""
    with pytest.raises(InputError, match=part) as caught:
        map_columns(header, overrides)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("column", "want"),
    [
        ("联系电话", ("hide", "【电话】")),
        ("来电人", ("hide", "【姓名】")),
        ("正文", ("mask", "")),
        ("工单编号", ("plain", "")),
        ("片区备注", ("mask", "")),
    ],
    ids=["phone", "caller", "text", "order-no", "unmapped"],
)
def test_exported(column: str, want: tuple[str, str]) -> None:
    """Who called is hidden whole; a column that nobody knows is masked, not trusted."""
    found = map_columns(("工单编号", "正文", "来电人", "联系电话", "片区备注"))
    assert found.exported(column) == want


@pytest.mark.parametrize(
    ("option", "want"),
    [
        ("text=诉求内容,title=标题", {"text": "诉求内容", "title": "标题"}),
        (" text = 诉求内容 , ", {"text": "诉求内容"}),
        ("text=a=b", {"text": "a=b"}),
        ("", {}),
    ],
    ids=["two", "spaces", "equals-in-name", "nothing"],
)
def test_overrides(option: str, want: dict[str, str]) -> None:
    """The option of the contract is read part by part."""
    assert parse_overrides(option) == want


@pytest.mark.parametrize(
    "option", ["诉求内容", "text=", "=诉求内容", "text=a,text=b"], ids=["no-equals", "no-column", "no-field", "twice"]
)
def test_bad_overrides(option: str) -> None:
    """A part that is no field=column is an error, not ignored."""
    with pytest.raises(InputError, match="--columns"):
        parse_overrides(option)


@given(st.lists(st.text(max_size=6)))
def test_unique_names(cells: list[str]) -> None:
    """Every column gets a name of its own and none is empty, whatever the header holds."""
    names = unique_names(cells)
    assert len(set(names)) == len(cells)
    assert all(names)


def test_empty_and_repeated_names() -> None:
    """A merged header cell is named by its place."""
    assert unique_names(["内容", "", " 内容 ", "", "内容"]) == ("内容", "列2", "内容(2)", "列4", "内容(3)")


@pytest.mark.parametrize(
    ("cells", "wanted", "want"),
    [
        (["工单编号", "诉求内容", "备注"], (), 2),
        (["诉求内容"], (), 1),
        (["郑AB01", "电话", "2026-03-14"], (), 0),
        (["甲", "乙"], ("乙",), 1),
    ],
    ids=["header", "one-column", "data-row", "wanted"],
)
def test_header_score(cells: list[str], wanted: tuple[str, ...], want: int) -> None:
    """One known word in a row of data does not make it a header."""
    assert header_score(cells, wanted) == want


def test_rules_name_each_column_once() -> None:
    """No accepted name stands under two fields, and hidden fields have a label."""
    rules = column_rules().fields.values()
    names = [fold(name) for rule in rules for name in (*rule.names, *rule.fallback)]
    assert len(names) == len(set(names))
    assert all(rule.label for rule in rules if rule.privacy == "hide")
