"""The first tables of the ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from agent.ledger.columns import UtcTime, Words, document, identifier

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_GENESIS = "0" * 64
_SQLITE_GUARD = """
    CREATE TRIGGER audit_refuses_{event} BEFORE {event} ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END
"""
_POSTGRES_GUARD = (
    """
    CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit chain is append-only'; END $$
    """,
    """
    CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()
    """,
)


def upgrade() -> None:
    """Make every table, the empty head of the chain and the guard of the audit table."""
    _matters()
    _suggestions()
    _decisions()
    _reviews()
    _outcomes()
    _users()
    _sessions()
    _audit()
    _guard()


def _matters() -> None:
    op.create_table(
        "matters",
        sa.Column("id", identifier(), nullable=False),
        sa.Column("recorded_at", UtcTime(), nullable=False),
        sa.Column("recorded_by", Words(), nullable=False),
        sa.Column("external_id", Words(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("masked_text", Words(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=True),
        sa.Column("mode", identifier(), nullable=False),
        sa.Column("channel", Words(), nullable=False),
        sa.Column("state", identifier(), nullable=False),
        sa.Column("suggestion_id", identifier(), nullable=False),
        sa.Column("decision_id", identifier(), nullable=True),
        sa.Column("review_id", identifier(), nullable=True),
        sa.Column("salt", identifier(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matters"),
    )
    op.create_index("ix_matters_channel", "matters", ["channel"], unique=False)
    op.create_index("ix_matters_external_id", "matters", ["external_id"], unique=False)
    op.create_index("ix_matters_recorded_at", "matters", ["recorded_at"], unique=False)
    op.create_index("ix_matters_state_id", "matters", ["state", "id"], unique=False)


def _suggestions() -> None:
    op.create_table(
        "suggestions",
        sa.Column("id", identifier(), nullable=False),
        sa.Column("matter_id", identifier(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("category", identifier(), nullable=False),
        sa.Column("lead", identifier(64), nullable=False),
        sa.Column("body", document(), nullable=False),
        sa.Column("settings", document(), nullable=False),
        sa.Column("salt", identifier(32), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_suggestions_matter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_suggestions"),
    )
    op.create_index("ix_suggestions_category", "suggestions", ["category"], unique=False)
    op.create_index("ix_suggestions_matter_id", "suggestions", ["matter_id"], unique=False)


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", identifier(), nullable=False),
        sa.Column("matter_id", identifier(), nullable=False),
        sa.Column("suggestion_id", identifier(), nullable=False),
        sa.Column("decided_at", UtcTime(), nullable=False),
        sa.Column("operator", Words(), nullable=False),
        sa.Column("action", identifier(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("category", identifier(), nullable=False),
        sa.Column("lead", identifier(64), nullable=False),
        sa.Column("unit", Words(), nullable=False),
        sa.Column("assist", document(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("track", Words(), nullable=False),
        sa.Column("due", UtcTime(), nullable=True),
        sa.Column("place", Words(), nullable=False),
        sa.Column("reply", Words(), nullable=False),
        sa.Column("changes", document(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("salt", identifier(32), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_decisions_matter_id"),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestions.id"], name="fk_decisions_suggestion_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
    op.create_index("ix_decisions_category", "decisions", ["category"], unique=False)
    op.create_index("ix_decisions_lead", "decisions", ["lead"], unique=False)
    op.create_index("ix_decisions_matter_id", "decisions", ["matter_id"], unique=False)
    op.create_index("ix_decisions_operator", "decisions", ["operator"], unique=False)


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", identifier(), nullable=False),
        sa.Column("matter_id", identifier(), nullable=False),
        sa.Column("decision_id", identifier(), nullable=False),
        sa.Column("reviewed_at", UtcTime(), nullable=False),
        sa.Column("reviewer", Words(), nullable=False),
        sa.Column("verdict", identifier(), nullable=False),
        sa.Column("case_id", Words(), nullable=False),
        sa.Column("category", identifier(), nullable=False),
        sa.Column("lead", identifier(64), nullable=False),
        sa.Column("unit", Words(), nullable=False),
        sa.Column("assist", document(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("track", Words(), nullable=False),
        sa.Column("due", UtcTime(), nullable=True),
        sa.Column("place", Words(), nullable=False),
        sa.Column("reply", Words(), nullable=False),
        sa.Column("changes", document(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("salt", identifier(32), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_reviews_decision_id"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_reviews_matter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
    )
    op.create_index("ix_reviews_matter_id", "reviews", ["matter_id"], unique=False)
    op.create_index("ix_reviews_reviewer", "reviews", ["reviewer"], unique=False)


def _outcomes() -> None:
    op.create_table(
        "outcomes",
        sa.Column("id", identifier(), nullable=False),
        sa.Column("matter_id", identifier(), nullable=False),
        sa.Column("recorded_at", UtcTime(), nullable=False),
        sa.Column("recorded_by", Words(), nullable=False),
        sa.Column("kind", identifier(), nullable=False),
        sa.Column("unit", identifier(64), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("record", Words(), nullable=False),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("salt", identifier(32), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_outcomes_matter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outcomes"),
    )
    op.create_index("ix_outcomes_matter_id", "outcomes", ["matter_id"], unique=False)
    op.create_index("ix_outcomes_unit", "outcomes", ["unit"], unique=False)


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("name", identifier(64), nullable=False),
        sa.Column("role", identifier(), nullable=False),
        sa.Column("secret_hash", Words(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_users"),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", identifier(), nullable=False),
        sa.Column("token_hash", identifier(128), nullable=False),
        sa.Column("user_name", identifier(64), nullable=False),
        sa.Column("kind", identifier(), nullable=False),
        sa.Column("label", Words(), nullable=False),
        sa.Column("opened_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_name"], ["users.name"], name="fk_sessions_user_name"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
    )
    op.create_index("ix_sessions_user_name", "sessions", ["user_name"], unique=False)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("action", identifier(64), nullable=False),
        sa.Column("table_name", identifier(), nullable=False),
        sa.Column("row_id", identifier(64), nullable=False),
        sa.Column("content", identifier(64), nullable=False),
        sa.Column("detail", Words(), nullable=False),
        sa.Column("previous", identifier(64), nullable=False),
        sa.Column("hash", identifier(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_index("ix_audit_table_name_row_id_seq", "audit", ["table_name", "row_id", "seq"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("hash", identifier(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )


def _guard() -> None:
    op.execute(f"INSERT INTO audit_head (id, count, hash) VALUES (1, 0, '{_GENESIS}')")
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete"):
            op.execute(_SQLITE_GUARD.format(event=event))
    else:
        for statement in _POSTGRES_GUARD:
            op.execute(statement)
