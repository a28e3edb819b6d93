"""Past cases: seeds that stay, additions that last, labels that exist."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from knowledge.cases import CaseRepository, category_code, read_cases
from knowledge.tables import Tables
from knowledge.vocabulary import PastCase
from models.errors import InputError, KnowledgeError

LAMP = "城乡建设/城市建设和市政管理/城管执法"
Open = Callable[[], CaseRepository]


def case(identity: str, text: str = "健康路上一排路灯晚上不亮", **fields: object) -> PastCase:
    return PastCase.model_validate({"id": identity, "text": text, "category": "010202", "lead": "cgj"} | fields)


def line(identity: str, **fields: object) -> str:
    row = {"id": identity, "text": "东风渠边的护栏松了", "category": LAMP, "lead": "cgj"} | fields
    return json.dumps(row, ensure_ascii=False)


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A folder with two shipped cases."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "a.jsonl").write_text(f"{line('s1')}\n\n{line('s2', lead='jtj')}\n", encoding="utf-8")
    return folder


@pytest.fixture
def reopen(tables: Tables, tmp_path: Path, seeds: Path) -> Open:
    """Opens the same store each time it is called."""
    return lambda: CaseRepository(tables, tmp_path / "data" / "cases.sqlite", seeds)


def test_additions_last(reopen: Open) -> None:
    """What was added, replaced and removed is so after a restart too."""
    first = reopen()
    first.add([case("a"), case("b", "旧的说法"), case("c")])
    first.add([case("b", "新的说法")])
    first.remove("c")
    second = reopen()
    for repository in (first, second):
        assert {c.id for c in repository} == {"s1", "s2", "a", "b"}
        assert len(repository) == 4
        assert "c" not in repository
        assert repository.get("b").text == "新的说法"
    assert first.content_hash() == second.content_hash()


def test_every_field_survives(reopen: Open) -> None:
    """A case comes back from the store exactly as it went in."""
    full = case(
        "full", "原文\u2028第二行 🚧", kind="举报", assist=("scj", "jiedao"), urgency=2, risks=("人身安全", "重复反映"),
        received_at="2026-03-02T08:05:00+08:00", closed_at="2026-03-04T17:00:00+08:00", reply="已办", author="x",
    )  # fmt: skip
    reopen().add([full])
    assert reopen().get("full") == full


@pytest.mark.parametrize("stored", [True, False], ids=["on-disk", "in-memory"])
def test_seeds_cannot_be_removed(tables: Tables, tmp_path: Path, seeds: Path, stored: bool) -> None:
    """A shipped case stays, with or without a store."""
    repository = CaseRepository(tables, tmp_path / "cases.sqlite" if stored else None, seeds)
    with pytest.raises(KnowledgeError, match="'s1' is a shipped case and cannot be removed; replace it"):
        repository.remove("s1")
    assert "s1" in repository


def test_a_replaced_seed_comes_back(reopen: Open) -> None:
    """Removing the replacement of a seed shows the seed again, now and after a restart."""
    repository = reopen()
    before, original = repository.content_hash(), repository.get("s1")
    repository.add([case("s1", "改写过的一件")])
    assert reopen().get("s1").text == "改写过的一件"
    repository.remove("s1")
    assert repository.get("s1") == reopen().get("s1") == original
    assert repository.content_hash() == before


def test_unknown_case(reopen: Open) -> None:
    """An id that is not held is an error by name."""
    repository = reopen()
    for act in (repository.get, repository.remove):
        with pytest.raises(KnowledgeError, match="no past case 'x'"):
            act("x")


@pytest.mark.parametrize(
    ("bad", "match"),
    [
        ({"category": "999999"}, "case 'bad': category '999999' does not exist"),
        ({"lead": "nobody"}, "case 'bad': department 'nobody' does not exist"),
        ({"assist": ("scj", "nobody")}, "case 'bad': department 'nobody' does not exist"),
    ],
    ids=["category", "lead", "assist"],
)
def test_all_or_none(reopen: Open, bad: dict[str, object], match: str) -> None:
    """One label outside the closed lists, and nothing of the batch is kept anywhere."""
    repository = reopen()
    before = repository.content_hash()
    with pytest.raises(InputError, match=match):
        repository.add([case("good"), case("bad", "另一件", **bad)])
    assert {c.id for c in repository} == {c.id for c in reopen()} == {"s1", "s2"}
    assert repository.content_hash() == before


def test_hash_is_of_content(tables: Tables, seeds: Path) -> None:
    """The hash ignores the order in which cases came and notices every changed field."""
    cases = [case("a"), case("b"), case("c")]
    hashes = []
    for batch in (cases, cases[::-1], [*cases[:2], case("c", reply="已修复")]):
        repository = CaseRepository(tables, None, seeds)
        start = repository.content_hash()
        repository.add(batch)
        assert repository.content_hash() != start
        hashes.append(repository.content_hash())
    assert hashes[0] == hashes[1] != hashes[2]


def test_two_writers(reopen: Open) -> None:
    """Two repositories on one file, written from two threads at once, lose nothing of each other."""
    repositories = [reopen(), reopen()]

    def work(number: int) -> None:
        for i in range(20):
            repositories[number].add([case(f"w{number}-{i}")])

    threads = [threading.Thread(target=work, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {c.id for c in reopen()} == {"s1", "s2", *(f"w{n}-{i}" for n in (0, 1) for i in range(20))}


def test_iterating_while_adding(tables: Tables, seeds: Path) -> None:
    """Who walks through the cases keeps those of that moment; an addition does not break the walk."""
    repository = CaseRepository(tables, None, seeds)
    walk = iter(repository)
    next(walk)
    repository.add([case("late")])
    assert [c.id for c in walk] == ["s2"]
    assert "late" in repository


@pytest.mark.parametrize("kind", ["no-database", "bad-body", "old-label", "folder"])
def test_unusable_store(tables: Tables, tmp_path: Path, seeds: Path, kind: str) -> None:
    """A store that cannot be read stops the start with its path and what to do; nothing is dropped silently."""
    path = tmp_path / "cases.sqlite"
    if kind == "no-database":
        path.write_bytes(b"no database at all, sorry. " * 200)
    elif kind == "folder":
        path.mkdir()
    else:
        CaseRepository(tables, path, seeds).add([case("a")])
        body = "{}" if kind == "bad-body" else case("a", lead="gone").model_dump_json()
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("update cases set body = ?", (body,))
    with pytest.raises(KnowledgeError, match=re.escape(str(path)) + ".*move (it|the file) away"):
        CaseRepository(tables, path, seeds)


def test_store_that_cannot_be_written(tables: Tables, tmp_path: Path, seeds: Path) -> None:
    """A failed write is a KnowledgeError and leaves the cases in memory as they were."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    repository = CaseRepository(tables, tmp_path / "file" / "cases.sqlite", seeds)
    with pytest.raises(KnowledgeError, match="no usable store of cases"):
        repository.add([case("a")])
    assert "a" not in repository


BAD_LINES = {
    "no-json": ("{", "Expecting"),
    "no-object": ('["a"]', "is no JSON object; write one case a line"),
    "no-category": (line("x", category=""), "category '' does not exist; use a code or"),
    "category-path": (line("x", category="城乡建设/没有/这类"), "does not exist"),
    "lead": (line("x", lead="nobody"), "department 'nobody' does not exist"),
    "assist": (line("x", assist=["nobody"]), "department 'nobody' does not exist"),
    "kind": (line("x", kind="吐槽"), "kind: Input should be"),
    "urgency": (line("x", urgency=3), "urgency: Input should be"),
    "risk": (line("x", risks=["水患"]), r"risks\.0: Input should be"),
    "unknown-field": (line("x", phone="无"), "phone: Extra inputs are not permitted"),
    "no-text": (json.dumps({"id": "x", "category": "010202", "lead": "cgj"}), "text: Field required"),
}


@pytest.mark.parametrize(("bad", "why"), BAD_LINES.values(), ids=BAD_LINES)
def test_bad_line_is_named(tables: Tables, tmp_path: Path, bad: str, why: str) -> None:
    """A line that is no valid case is named by file and line; blank lines count."""
    path = tmp_path / "mine.jsonl"
    path.write_text(f"{line('ok', text='甲' + chr(0x2028) + '乙')}\n\n{bad}\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"mine\.jsonl, line 3: .*{why}") as caught:
        list(read_cases(path, tables))
    assert caught.value.code == "case"


@pytest.mark.parametrize("data", [None, "路灯".encode("gbk")], ids=["absent", "gbk"])
def test_unreadable_file(tables: Tables, tmp_path: Path, data: bytes | None) -> None:
    """A file that is absent or in another encoding is refused whole."""
    path = tmp_path / "mine.jsonl"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(InputError, match="cannot be read as UTF-8 JSON lines"):
        list(read_cases(path, tables))


@pytest.mark.parametrize(
    "value", ["010202", LAMP, LAMP.replace("/", " > "), LAMP.replace("/", "->")], ids=["code", "slash", "gt", "arrow"]
)
def test_category_forms(tables: Tables, value: str) -> None:
    """Code and path in three notations name the same category."""
    assert category_code(value, tables) == "010202"


@pytest.mark.parametrize("value", ["", "城管执法", "城乡建设/城管执法", "10202", "/".join("一二三四")], ids=range(5))
def test_no_such_category(tables: Tables, value: str) -> None:
    """A part of a path names no category."""
    with pytest.raises(InputError, match="does not exist; use a code or"):
        category_code(value, tables)
