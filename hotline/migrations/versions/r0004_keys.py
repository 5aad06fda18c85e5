"""The keys that the records were sealed with, who looked at tickets, and what became of personal data."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "record_keys",
        sa.Column("name", sa.String(12), primary_key=True),
        sa.Column("fingerprint", sa.String(32), nullable=False),
        sa.Column("made", sa.Float(), nullable=False),
        sa.Column("retired", sa.Float(), nullable=False, server_default="0"),
        sa.Column("dropped", sa.Float(), nullable=False, server_default="0"),
    )
    op.create_table(
        "ticket_looks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("os_user", sa.String(80), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("unit", sa.String(60), nullable=False),
        sa.Column("how", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fields", sa.String(200), nullable=False),
    )
    op.create_index("ticket_looks_by_number", "ticket_looks", ["number", "at"])
    op.create_index("ticket_looks_by_name", "ticket_looks", ["name", "at"])
    op.create_index("ticket_looks_by_os_user", "ticket_looks", ["os_user", "at"])
    op.create_table(
        "ticket_erasures",
        sa.Column("number", sa.String(16), primary_key=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("rule", sa.String(40), nullable=False),
    )
    op.create_table(
        "ticket_holds",
        sa.Column("number", sa.String(16), primary_key=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
    )
