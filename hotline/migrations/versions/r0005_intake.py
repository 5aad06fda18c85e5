"""Appeals come in by many channels, each once, and are counted by place."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the channel and the intake's tables; what was there before is counted, too."""
    op.add_column("tickets", sa.Column("channel", sa.String(20), nullable=False, server_default="telephone"))
    op.add_column("tickets", sa.Column("public", sa.Boolean(), nullable=False, server_default=sa.false()))
    public = sa.text("public")
    op.create_index("tickets_by_public", "tickets", ["created"], postgresql_where=public, sqlite_where=public)
    op.create_table(
        "submissions",
        sa.Column("channel", sa.String(20), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
    )
    op.create_index("submissions_by_number", "submissions", ["number"])
    op.create_table(
        "occurrences",
        sa.Column("number", sa.String(16), primary_key=True),
        sa.Column("matter", sa.String(40), nullable=False),
        sa.Column("district", sa.String(40), nullable=False),
        sa.Column("street", sa.String(40), nullable=False),
        sa.Column("community", sa.String(80), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("cluster", sa.String(24), nullable=False),
    )
    op.execute(
        "INSERT INTO occurrences (number, matter, district, street, community, at, cluster)"
        " SELECT number, matter, district, '', spot, created, '' FROM tickets"
        " WHERE matter <> '' AND district <> '' AND state <> '草稿'"
    )
    op.create_index("occurrences_by_place", "occurrences", ["matter", "district", "at"])
    op.create_index("occurrences_by_cluster", "occurrences", ["cluster", "number"])
    op.create_table(
        "clusters",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("scope", sa.String(240), nullable=False, unique=True),
        sa.Column("matter", sa.String(40), nullable=False),
        sa.Column("called", sa.String(120), nullable=False),
        sa.Column("district", sa.String(40), nullable=False),
        sa.Column("street", sa.String(40), nullable=False),
        sa.Column("community", sa.String(80), nullable=False),
        sa.Column("began", sa.String(32), nullable=False),
        sa.Column("last", sa.String(32), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
    )
    op.create_index("clusters_by_last", "clusters", ["last"])
    op.create_table(
        "place_codes",
        sa.Column("code", sa.String(16), primary_key=True),
        sa.Column("district", sa.String(40), nullable=False),
        sa.Column("street", sa.String(40), nullable=False),
        sa.Column("community", sa.String(80), nullable=False),
        sa.Column("detail", sa.String(120), nullable=False),
        sa.Column("made", sa.String(32), nullable=False),
        sa.Column("retired", sa.String(32), nullable=False),
    )
