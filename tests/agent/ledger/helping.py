"""Shared by the ledger's tests: people, a matter in one line, a way behind the program's back, writers to kill."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from agent.ledger import Ledger
from agent.ledger.chain import GENESIS
from agent.ledger.records import Actor, Change, Choice, Decision, Recorded
from agent.ledger.tables import Base
from agent.schema import Complaint
from tests.suggestions import suggestion

ANNA, BEN, RITA = Actor(name="安娜"), Actor(name="本"), Actor(name="瑞塔", role="reviewer")
BOSS = Actor(name="主管", role="admin")
TEXT = "郑东新区商都路一处工地夜里还在浇筑混凝土，我叫祝小满，电话13900001234，盼回复。"
MASKED = "郑东新区商都路一处工地夜里还在浇筑混凝土，我叫祝某某，电话139****1234，盼回复。"
CHOICE = Choice(category="010202", lead="cgj", unit="金水区城市管理局", assist=("scj",), urgency=1, reply="已转办。")


def record(
    ledger: Ledger, text: str = TEXT, *, masked: str = MASKED, number: str = "", channel: str = "12345"
) -> Recorded:
    """One matter with a full suggestion."""
    proposed = suggestion(masked, masked[:2])
    return ledger.record(Complaint(id=number, text=text, title="夜间施工", channel=channel), proposed, ANNA)


def decide(ledger: Ledger, made: Recorded, choice: Choice = CHOICE, replaces: str | None = None) -> Decision:
    """安娜 accepts the first suggestion."""
    change = Change(field="place", proposed="商都路", chosen="商都路与祝小满家")
    return ledger.decide(
        made.matter.id, made.suggestion.id, "change", choice, ANNA, changes=[change], seconds=12, replaces=replaces
    )


class Books:
    """A ledger, and a connection that goes behind its back as a database owner could."""

    def __init__(self, ledger: Ledger, url: str) -> None:
        parsed = make_url(url)
        self.ledger = ledger
        self.sqlite = parsed.get_backend_name() == "sqlite"
        self._engine = create_engine(parsed)

    def tamper(self, *statements: str) -> None:
        """Run statements in one transaction, without the guard of the audit table."""
        with self._engine.begin() as connection:
            for statement in (*self._unguard(), *statements):
                connection.exec_driver_sql(statement)

    def run(self, statement: str) -> None:
        """Run one statement, with the guard."""
        with self._engine.begin() as connection:
            connection.exec_driver_sql(statement)

    def dump(self) -> str:
        """Every value of every row of every table."""
        with self._engine.connect() as connection:
            tables = Base.metadata.tables
            return "\n".join(str(row) for name in tables for row in connection.exec_driver_sql(f"SELECT * FROM {name}"))

    def close(self) -> None:
        """Give the connection back."""
        self._engine.dispose()

    def _unguard(self) -> tuple[str, ...]:
        if self.sqlite:
            return ("DROP TRIGGER IF EXISTS audit_refuses_update", "DROP TRIGGER IF EXISTS audit_refuses_delete")
        return ("ALTER TABLE audit DISABLE TRIGGER USER",)


def empty(url: str) -> None:
    """Take every row out of a PostgreSQL ledger and put the guard of the audit table back."""
    engine = create_engine(url)
    tables = ", ".join(Base.metadata.tables)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER USER")
        connection.exec_driver_sql(f"TRUNCATE {tables}")
        connection.exec_driver_sql(f"INSERT INTO audit_head (id, count, hash) VALUES (1, 0, '{GENESIS}')")
        connection.exec_driver_sql("ALTER TABLE audit ENABLE TRIGGER USER")
    engine.dispose()


def write_until_killed(url: str, acknowledged: Path, threads: int) -> None:
    """Record and decide without end, and note each decision once it was acknowledged."""
    ledger = Ledger.open(url)
    out = os.open(acknowledged, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def work() -> None:
        while True:
            made = record(ledger)
            decision = decide(ledger, made)
            os.write(out, f"{made.matter.id} {decision.id}\n".encode())

    with ThreadPoolExecutor(threads) as pool:
        for future in [pool.submit(work) for _ in range(threads)]:
            future.result()


def write_some(url: str, times: int) -> None:
    """Record and decide, in a process of its own."""
    ledger = Ledger.open(url)
    for _ in range(times):
        decide(ledger, record(ledger))
    ledger.close()
