"""Bringing a ledger to the tables that this program knows; two processes may try at once, one does it.

Migrations are Alembic scripts inside the package (`agent/ledger/migrations`), run without the `alembic` command.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from agent.ledger.database import Database, translated
from agent.ledger.errors import LedgerError

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x7869616F7A68656E  # 'xiaozhen': any number that every version of this program shares


def scripts() -> ScriptDirectory:
    """All migrations, in order."""
    return ScriptDirectory.from_config(_config())


def revision(connection: Connection) -> str:
    """Where a database stands; '' when it is empty."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def prepare(database: Database, *, migrate: bool) -> None:
    """Make sure that the database has the tables of this program.

    Raises:
        LedgerError: unreachable; written by a newer program; or older and `migrate` is False.
    """
    known = scripts()
    head = known.get_current_head()
    with translated(), database.engine.connect() as connection:
        found = revision(connection)
    if found == head:
        return
    _refuse_newer(found, known)
    if not migrate:
        raise LedgerError(
            f"the ledger stands at revision {found or 'none'}, this program needs {head}; migrate it first"
        )
    upgrade(database, "head")


def upgrade(database: Database, target: str) -> None:
    """Run the missing migrations up to `target` in one transaction, alone.

    Raises:
        LedgerError: a migration failed (nothing of it is kept), or the database is newer than this program.
    """
    with translated(), database.exclusive(_LOCK) as connection:
        _refuse_newer(revision(connection), scripts())  # again, under the lock: another process may just have finished
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, target)


def _refuse_newer(found: str, known: ScriptDirectory) -> None:
    if found and found not in {script.revision for script in known.walk_revisions()}:
        raise LedgerError(
            f"the ledger was written by a newer program (revision {found}); install that version of xiaozheng",
            code="newer",
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
