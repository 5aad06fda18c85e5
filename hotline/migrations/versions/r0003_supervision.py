"""Notices that wait to be sent or read, and the files of tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "notices",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("ticket", sa.String(16), nullable=False),
        sa.Column("recipient", sa.String(60), nullable=False),
        sa.Column("way", sa.String(8), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("clock", sa.String(60), nullable=False),
        sa.Column("started", sa.Float(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("due", sa.Float(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(200), nullable=False),
    )
    op.create_index("notices_by_due", "notices", ["state", "way", "due"])
    op.create_index("notices_by_ticket", "notices", ["ticket", "state"])
    op.create_index("notices_by_recipient", "notices", ["recipient", "way", "state", "created"])
    op.create_table(
        "ticket_attachments",
        sa.Column("ticket", sa.String(16), primary_key=True),
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("removed", sa.Float(), nullable=True),
        sa.Column("removed_by", sa.String(60), nullable=False),
        sa.Column("removed_why", sa.String(200), nullable=False),
    )
    op.create_index("ticket_attachments_by_content", "ticket_attachments", ["sha256"])
