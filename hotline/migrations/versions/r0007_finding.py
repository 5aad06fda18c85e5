"""Tickets of one unit or one district are found without words."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add an index for each; half a minute of a database with five million tickets."""
    op.create_index("tickets_by_unit", "tickets", ["unit", "created"])
    op.create_index("tickets_by_district", "tickets", ["district", "created"])
