"""Alembic environment and revisions of the ledger; run by `agent.ledger.migrate`."""
