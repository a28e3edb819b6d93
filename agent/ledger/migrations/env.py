"""What Alembic runs: the revisions, on the connection that `agent.ledger.migrate` holds locked."""

from __future__ import annotations

from alembic import context

from agent.ledger.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter a column in place
)
context.run_migrations()
