"""Tickets of one unit are found without words; a ticket is looked at again when its next rung is due."""

from alembic import op

revision = "0007"
down_revision = "0006"
DERIVED = True


def upgrade() -> None:
    """Add an index: some seconds of a database with five million tickets."""
    op.create_index("tickets_by_unit", "tickets", ["unit", "created"])
