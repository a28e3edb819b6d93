"""Opening a backlog: `.jsonl`, `.csv`, `.xlsx`, `.xls` and `.parquet` as rows of text.

Every column is kept and nothing is interpreted, `parse_time` apart; which column means what is said in
`agent.batch.columns`. A broken row is a row with an error; only a file that is of no use at all raises.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Literal

from agent.batch._delimited import read_csv, read_jsonl
from agent.batch._html import read_html
from agent.batch._nature import check_nature
from agent.batch._sheets import read_parquet, read_workbook
from agent.batch._source import SourceRow as SourceRow
from agent.batch._source import SourceTable as SourceTable
from agent.batch._times import parse_time as parse_time
from models.errors import InputError

Kind = Literal["jsonl", "csv", "xlsx", "xls", "parquet"]
_KINDS: dict[str, Kind] = {".jsonl": "jsonl", ".csv": "csv", ".xlsx": "xlsx", ".xls": "xls", ".parquet": "parquet"}


def kind_of(path: Path) -> Kind:
    """Tell the format of a file from its ending.

    Raises:
        InputError: The ending is none of ours; lists those that are.
    """
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise InputError(f"不认识 {path.name} 的后缀，请用 {' '.join(_KINDS)} 之一。", code="unknown_format")
    return kind


def open_table(path: Path, wanted: Collection[str] = ()) -> SourceTable:
    """Open a backlog.

    Args:
        path: The file; its ending tells the format.
        wanted: Column names that the person gave; they help to find the header among the first 20 rows.

    Returns:
        The column names and the rows, which are read anew each time they are asked for.

    Raises:
        InputError: The file is missing, a folder, empty, protected, damaged, of an unknown ending or of a wrong one.
    """
    kind = check_file(path)
    try:
        nature = check_nature(path, kind)
        if kind == "jsonl":
            table = read_jsonl(path)
        elif kind == "csv":
            table = read_csv(path, wanted)
        elif kind == "parquet":
            table = read_parquet(path)
        elif nature == "html":
            table = read_html(path, wanted)
        else:
            table = read_workbook(path, wanted)
    except OSError as error:
        raise InputError(f"{path} 打不开（{error.strerror}），请检查文件权限。", code="unreadable_file") from error
    if next(table.rows(), None) is None:
        raise InputError(f"{path.name} 只有表头没有数据行，请换一个有内容的文件。", code="empty_file")
    return table


def read_rows(path: Path) -> Iterator[SourceRow]:
    """Read a backlog row by row.

    Raises:
        InputError: As for `open_table`.
    """
    return open_table(path).rows()


def check_file(path: Path) -> Kind:
    """Look at a file from outside, before anything is loaded for it; the format its ending tells.

    Raises:
        InputError: It is missing, a folder, empty or of an unknown ending.
    """
    kind = kind_of(path)
    if path.is_dir():
        raise InputError(f"{path} 是文件夹，请指定其中的一个文件。", code="not_a_file")
    if not path.exists():
        raise InputError(f"找不到文件 {path}，请检查路径。", code="no_such_file")
    if path.stat().st_size == 0:
        raise InputError(f"{path.name} 是空文件，请换一个有内容的文件。", code="empty_file")
    return kind
