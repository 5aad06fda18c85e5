"""Records as they were before there were migrations: such a database is there already, and stays."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables that are not there."""
    op.create_table(
        "callbacks",
        sa.Column("stream", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("over", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("touched", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("stream"),
        if_not_exists=True,
    )
    op.create_index("callbacks_by_number", "callbacks", ["number"], if_not_exists=True)
    op.create_index("callbacks_by_state", "callbacks", ["over", "touched"], if_not_exists=True)
    op.create_table(
        "events",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("stream", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        if_not_exists=True,
    )
    op.create_index("events_by_kind", "events", ["kind", "seq"], if_not_exists=True)
    op.create_index("events_by_stream", "events", ["stream", "seq"], if_not_exists=True)
    op.create_table(
        "kb_attachments",
        sa.Column("entry", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("entry", "name"),
        if_not_exists=True,
    )
    op.create_index("kb_attachments_by_sha256", "kb_attachments", ["sha256"], if_not_exists=True)
    op.create_table(
        "kb_entries",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("department", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("topic", sa.String(length=300), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("changed", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        if_not_exists=True,
    )
    op.create_index("kb_entries_by_department", "kb_entries", ["department", "state"], if_not_exists=True)
    op.create_index("kb_entries_by_state", "kb_entries", ["state"], if_not_exists=True)
    op.create_table(
        "kb_gap_calls",
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("known", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("call"),
        if_not_exists=True,
    )
    op.create_index("kb_gap_calls_by_time", "kb_gap_calls", ["at"], if_not_exists=True)
    op.create_table(
        "kb_gap_questions",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("gap", sa.Integer(), nullable=False),
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("understood", sa.Text(), nullable=False),
        sa.Column("entry", sa.String(length=80), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        if_not_exists=True,
    )
    op.create_index("kb_gap_questions_by_gap", "kb_gap_questions", ["gap", "at"], if_not_exists=True)
    op.create_index("kb_gap_questions_by_time", "kb_gap_questions", ["at"], if_not_exists=True)
    op.create_table(
        "kb_gaps",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("department", sa.String(length=300), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=False),
        sa.Column("entry", sa.String(length=80), nullable=False),
        sa.Column("near", sa.String(length=80), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.Float(), nullable=False),
        sa.Column("last_at", sa.Float(), nullable=False),
        sa.Column("opened_at", sa.Float(), nullable=False),
        sa.Column("closed_at", sa.Float(), nullable=False),
        sa.Column("into", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        if_not_exists=True,
    )
    op.create_index("kb_gaps_by_state", "kb_gaps", ["state", "department"], if_not_exists=True)
    op.create_table(
        "kb_publications",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("entry", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        if_not_exists=True,
    )
    op.create_table(
        "kb_readers",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        if_not_exists=True,
    )
    op.create_table(
        "kb_reminders",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        if_not_exists=True,
    )
    op.create_table(
        "kb_use",
        sa.Column("entry", sa.String(length=80), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("to_human", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("entry", "day"),
        if_not_exists=True,
    )
    op.create_index("kb_use_by_day", "kb_use", ["day"], if_not_exists=True)
    op.create_table(
        "kb_versions",
        sa.Column("entry", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("aside", sa.Boolean(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry", "version"),
        if_not_exists=True,
    )
    op.create_table(
        "ticket_numbers",
        sa.Column("day", sa.String(length=6), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
        if_not_exists=True,
    )
    op.create_table(
        "tickets",
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("matter", sa.String(length=40), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("spot", sa.String(length=80), nullable=False),
        sa.Column("created", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.String(length=80), nullable=False),
        sa.Column("repeats_of", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        if_not_exists=True,
    )
    op.create_index("tickets_by_contact", "tickets", ["contact", "created"], if_not_exists=True)
    op.create_index("tickets_by_created", "tickets", ["created"], if_not_exists=True)
    op.create_index("tickets_by_state", "tickets", ["state", "created"], if_not_exists=True)
