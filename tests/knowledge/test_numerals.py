"""Chinese numerals and article numbers, both ways."""

from __future__ import annotations

import pytest

from knowledge.numerals import article_label, article_number, to_chinese, to_int


def test_round_trip() -> None:
    """Every number that a statute can need is read back as it was written."""
    assert [to_int(to_chinese(n)) for n in range(10_000)] == list(range(10_000))


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "零"), (10, "十"), (12, "十二"), (20, "二十"), (101, "一百零一"), (110, "一百一十"), (1024, "一千零二十四"),
     (1001, "一千零一"), (1260, "一千二百六十"), (9009, "九千零九")],
)  # fmt: skip
def test_written_as_statutes_do(number: int, written: str) -> None:
    """十二 without 一 before it, one 零 for any gap."""
    assert to_chinese(number) == written


@pytest.mark.parametrize(
    ("text", "value"),
    [("一百三十三", 133), ("一〇三", 103), ("两千", 2000), ("133", 133), ("１３３", 133), ("三万零五", 30_005),
     ("十万", 100_000), ("百", 100)],
    ids=["units", "digits", "liang", "ascii", "full-width", "wan", "ten-wan", "bare-unit"],
)  # fmt: skip
def test_readings(text: str, value: int) -> None:
    """Units, digit by digit, Arabic and full-width forms all count."""
    assert to_int(text) == value


@pytest.mark.parametrize("text", ["", "第一", "1a", "一 二", "-3", "1.5"], ids=range(6))
def test_no_numeral(text: str) -> None:
    """Anything else is an error, not a zero."""
    with pytest.raises(ValueError, match="not a Chinese numeral"):
        to_int(text)


@pytest.mark.parametrize("number", [-1, 10_000])
def test_out_of_range(number: int) -> None:
    """Numbers that no statute reaches are refused."""
    with pytest.raises(ValueError, match="outside 0-9999"):
        to_chinese(number)


@pytest.mark.parametrize(
    ("text", "short"),
    [("第一百三十三条", "133"), ("第一百三十三条之一", "133-1"), ("第278条", "278"), ("第 120 条之 1", "120-1"),
     ("第２７８条", "278"), (" 第十条 ", "10"), ("第一百二十条之十二", "120-12"), ("第十条第二款", ""), ("条目一", ""),
     ("第一章", ""), ("", "")],
    ids=["plain", "sub", "arabic", "spaces", "full-width", "padded", "sub-12", "clause", "item", "chapter", "empty"],
)  # fmt: skip
def test_article_number(text: str, short: str) -> None:
    """An article number in any notation gets one short form; 之一 is never lost, other text gives ''."""
    assert article_number(text) == short


@pytest.mark.parametrize("short", ["1", "10", "133-1", "120-12", "1260"])
def test_label_round_trip(short: str) -> None:
    """The label of a short form reads back as that short form."""
    assert article_number(article_label(short)) == short


def test_label_of_an_inserted_article() -> None:
    """133-1 is the article after the 133rd, not the 133rd."""
    assert article_label("133-1") == "第一百三十三条之一"


@pytest.mark.parametrize("number", ["", "5-", "-5", "+5", "一", "1_0", "133-1-2", "10000"])
def test_bad_labels(number: str) -> None:
    """What is not a short form is refused."""
    with pytest.raises(ValueError, match=r"not an article number|outside 0-9999"):
        article_label(number)
