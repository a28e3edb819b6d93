from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, inspect

from agent.ledger import Ledger, LedgerError
from agent.ledger.database import Database
from agent.ledger.migrate import scripts, upgrade
from agent.ledger.tables import Base
from tests.agent.ledger.helping import decide, record

ROWS = Path(__file__).parent / "released"
REVISIONS = [script.revision for script in scripts().walk_revisions()][::-1]


@pytest.fixture
def database(empty_url: str) -> Iterator[Database]:
    """An empty database."""
    made = Database(empty_url)
    yield made
    made.close()


def fill(database: Database, revision: str) -> None:
    """Put in the rows that a program of that revision wrote, column by column."""
    rows: dict[str, list[dict[str, object]]] = json.loads((ROWS / f"{revision}.json").read_text(encoding="utf-8"))
    with database.exclusive(1) as connection:
        found = MetaData()
        found.reflect(connection)
        for table in found.sorted_tables:
            if table.name == "audit_head":
                connection.execute(table.update().values(rows[table.name][0]))
            elif table.name in rows:
                connection.execute(table.insert(), rows[table.name])


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_revision_comes_forward(database: Database, empty_url: str, revision: str) -> None:
    """What a program of any revision wrote is readable after an upgrade, and the chain is whole."""
    upgrade(database, revision)
    fill(database, revision)
    ledger = Ledger.open(empty_url)
    assert ledger.verify().ok
    assert ledger.status().revision == REVISIONS[-1]
    entries = list(ledger.entries())
    assert [entry.matter.state for entry in entries] == ["open", "reviewed"]
    history = ledger.history(entries[1].matter.id)
    assert (len(history.decisions), len(history.reviews), len(history.outcomes)) == (1, 1, 1)
    assert [user.name for user in ledger.users()] == ["石榴"]
    decide(ledger, record(ledger))
    assert ledger.verify().ok
    ledger.close()


def test_revisions_are_one_line() -> None:
    """There is one head, and a sample of rows for every revision."""
    assert scripts().get_heads() == [REVISIONS[-1]]
    assert [path.stem for path in sorted(ROWS.glob("*.json"))] == REVISIONS


def test_models_and_migrations_agree(database: Database) -> None:
    """Alembic finds nothing to change between the migrated database and the tables of the program."""
    upgrade(database, "head")
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_newer_ledger_is_refused(database: Database, empty_url: str) -> None:
    """A database that a later program wrote is left alone, with one sentence."""
    upgrade(database, "head")
    with database.exclusive(1) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerError, match="newer program") as told:
        Ledger.open(empty_url)
    assert told.value.code == "newer"


def test_without_leave_to_migrate(database: Database, empty_url: str) -> None:
    """An empty database is refused when migrating is not allowed, and is left empty."""
    with pytest.raises(LedgerError, match="migrate it first"):
        Ledger.open(empty_url, migrate=False)
    assert inspect(database.engine).get_table_names() == []


def test_many_open_an_empty_database_at_once(empty_url: str) -> None:
    """Eight open at the same moment: one migrates, all can write."""

    def work(_: int) -> str:
        ledger = Ledger.open(empty_url)
        key = record(ledger).matter.id
        ledger.close()
        return key

    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(work, range(8)))
    ledger = Ledger.open(empty_url, migrate=False)
    assert sorted(entry.matter.id for entry in ledger.entries()) == sorted(keys)
    assert ledger.verify().ok
    ledger.close()


def test_a_migration_that_fails_leaves_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """All migrations or none: an error on the way leaves the database as it was."""

    def fail(*_: object, **__: object) -> None:
        raise LedgerError("no room")

    monkeypatch.setattr("alembic.op.create_index", fail)
    with pytest.raises(LedgerError, match="no room"):
        upgrade(database, "head")
    assert inspect(database.engine).get_table_names() == []
