"""The responsibility list is kept in versions."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table of its versions."""
    op.create_table(
        "duty_lists",
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("holds_from", sa.String(10), nullable=False, index=True),
        sa.Column("imported", sa.String(32), nullable=False),
        sa.Column("imported_by", sa.String(60), nullable=False),
        sa.Column("file", sa.String(200), nullable=False),
        sa.Column("matters", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
