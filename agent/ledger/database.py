"""One database behind the ledger: engine, reading and writing transactions, on SQLite and PostgreSQL.

Knows no matter and no decision. SQLite: write-ahead log, every commit synced to disk, writers queue with BEGIN
IMMEDIATE. PostgreSQL: psycopg 3, writers queue on the head row of the audit chain.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session

from agent.ledger.chain import Write
from agent.ledger.columns import dump_json
from agent.ledger.errors import LedgerError
from agent.ledger.tables import HeadRow
from knowledge.workdays import SHANGHAI

Clock = Callable[[], dt.datetime]
_BUSY_SECONDS = 30  # how long a writer waits for the others
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_WRITES = "xiaozheng_writes"
_SQLITE_PRAGMAS = ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", f"busy_timeout={_BUSY_SECONDS * 1000}")
# A server may be set to acknowledge before the disk has it; a decision that was acknowledged must stay.
_DURABLE = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


class _Cursor(Protocol):
    def execute(self, statement: str, /) -> object: ...
    def close(self) -> None: ...


class _Dbapi(Protocol):
    def cursor(self) -> _Cursor: ...
    def commit(self) -> None: ...


def now() -> dt.datetime:
    """The present moment in Asia/Shanghai."""
    return dt.datetime.now(SHANGHAI)


class Database:
    """Engine and transactions of one ledger."""

    def __init__(self, url: str, *, clock: Clock = now) -> None:
        """Prepare the engine; nothing is connected yet.

        Raises:
            LedgerError: the URL is neither a SQLite file nor a PostgreSQL server.
        """
        self.url = parse(url)
        self.engine = _engine(self.url)
        self.now = clock
        # Threads of one process queue here: SQLite's own waiting is a sleep that grows to a tenth of a second.
        self._gate = threading.Lock() if self.sqlite else nullcontext()

    @property
    def sqlite(self) -> bool:
        """Whether this is a SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Write]:
        """One writing transaction, alone with the head of the chain; committed when the block ends well.

        Raises:
            LedgerError: the database refused or is unreachable; nothing of the block is stored.
        """
        with self._gate, translated(), self.engine.connect() as connection:
            writing = connection.execution_options(**{_WRITES: True})
            with Session(writing, expire_on_commit=False) as session, session.begin():
                head = session.scalars(select(HeadRow).with_for_update()).one_or_none()
                if head is None:
                    raise LedgerError("the head of the audit chain is gone; restore the ledger from a backup")
                yield Write(session, head, self.now())

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One reading transaction that sees a single state of the ledger.

        Raises:
            LedgerError: the database is unreachable.
        """
        with translated(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            if not self.sqlite:
                session.connection().exec_driver_sql(_SNAPSHOT)
            yield session

    @contextmanager
    def exclusive(self, lock: int) -> Iterator[Connection]:
        """One transaction for changing tables: alone among all processes that use the same lock."""
        with self._gate, self.engine.connect() as connection:
            writing = connection.execution_options(**{_WRITES: True})
            if self.sqlite:  # tables are rebuilt, so references hang for a moment; checked before the end
                _pragma(writing, "foreign_keys=OFF")
            try:
                with writing.begin():
                    if not self.sqlite:
                        writing.exec_driver_sql(f"SELECT pg_advisory_xact_lock({lock})")
                    yield writing
                    if self.sqlite and writing.exec_driver_sql("PRAGMA foreign_key_check").first():
                        raise LedgerError("a migration left rows that point nowhere; nothing was changed")
            finally:
                if self.sqlite:
                    _pragma(writing, "foreign_keys=ON")

    def scrub(self) -> None:
        """Drop what a write-ahead log still remembers of erased words; a server does so by its own vacuum."""
        if self.sqlite:
            with self._gate, translated(), self.engine.connect() as connection:
                _pragma(connection, "wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def parse(url: str) -> URL:
    """The URL with its driver.

    Raises:
        LedgerError: not a URL, or of another kind of database.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise LedgerError(
            "the ledger's URL is none; write sqlite:///path/ledger.db or postgresql://host/name"
        ) from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise LedgerError("the ledger's URL names no file; write sqlite:///path/ledger.db")
        return parsed
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    raise LedgerError(f"the ledger cannot be kept in {backend}; use sqlite or postgresql")


def _engine(url: URL) -> Engine:
    common = {"hide_parameters": True, "json_serializer": dump_json, "pool_size": 10, "max_overflow": 30}
    if url.get_backend_name() == "sqlite":
        _private_file(Path(str(url.database)))
        engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS}, **common)
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = _postgres(url, common)
        event.listen(engine, "connect", _on_postgres_connect)
    return engine


def _postgres(url: URL, common: dict[str, object]) -> Engine:
    try:
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10}, **common)
    except ImportError as error:
        raise LedgerError("PostgreSQL needs its driver; pip install 'xiaozheng[postgres]'") from error


def _private_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Names and phones of citizens: for the account that runs the program alone. SQLite gives its log files
        # the permissions of this one.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise LedgerError(f"the ledger's file {path} cannot be written: {error.strerror}") from error


def _on_sqlite_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver starts no transactions of its own; `_begin_sqlite` does
    # SQLite does not wait at all when several processes switch a new file at once.
    _patiently(lambda: connection.execute("PRAGMA journal_mode=WAL"))
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _patiently(step: Callable[[], object]) -> None:
    """Try until no other connection is in the way."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            step()
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF in _BUSY  # the low byte; above it stands why
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(random.uniform(0.001, 0.004))  # uneven, so that two do not keep step
        else:
            return


def _pragma(connection: Connection, pragma: str) -> None:
    """Outside any transaction, where SQLite takes such settings."""
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if not connection.get_execution_options().get(_WRITES, False):
        connection.exec_driver_sql("BEGIN")
        return
    # SQLite's own waiting sleeps up to a tenth of a second between looks, and the unlucky wait for seconds.
    _pragma(connection, "busy_timeout=0")
    driver = connection.connection.cursor()
    try:
        _patiently(lambda: driver.execute("BEGIN IMMEDIATE"))
    finally:
        driver.close()
        _pragma(connection, f"busy_timeout={_BUSY_SECONDS * 1000}")


def _on_postgres_connect(connection: _Dbapi, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(_DURABLE)
    cursor.close()
    connection.commit()


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the database raises into a LedgerError of one line, without the values of the statement."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise LedgerError(f"the ledger's database failed: {cause}; check that it runs and has room") from error
