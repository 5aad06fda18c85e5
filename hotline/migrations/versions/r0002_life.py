"""Tickets are listed by who has to do something and by when, and found by their words."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0002"
down_revision = "0001"

DERIVED = True
"""What is new here follows from the tickets and their logs, and is made from them afterwards."""

_SQLITE = (
    "CREATE VIRTUAL TABLE ticket_words USING fts5(words, content='tickets', content_rowid='rowid', detail=none)",
    "INSERT INTO ticket_words(ticket_words) VALUES ('rebuild')",
    "CREATE TRIGGER ticket_words_new AFTER INSERT ON tickets BEGIN"
    " INSERT INTO ticket_words(rowid, words) VALUES (new.rowid, new.words); END",
    "CREATE TRIGGER ticket_words_gone AFTER DELETE ON tickets BEGIN"
    " INSERT INTO ticket_words(ticket_words, rowid, words) VALUES ('delete', old.rowid, old.words); END",
    "CREATE TRIGGER ticket_words_other AFTER UPDATE OF words ON tickets BEGIN"
    " INSERT INTO ticket_words(ticket_words, rowid, words) VALUES ('delete', old.rowid, old.words);"
    " INSERT INTO ticket_words(rowid, words) VALUES (new.rowid, new.words); END",
)


def upgrade() -> None:
    """Add the columns, the worklist, and what finds words."""
    postgres = op.get_bind().dialect.name == "postgresql"
    words = TSVECTOR() if postgres else sa.Text()
    for column in (
        sa.Column("unit", sa.String(60), nullable=False, server_default=""),
        sa.Column("alarm", sa.String(32), nullable=False, server_default=""),
        sa.Column("closed", sa.String(32), nullable=False, server_default=""),
        sa.Column("words", words, nullable=False, server_default=""),
    ):
        op.add_column("tickets", column)
    op.create_index("tickets_by_spot", "tickets", ["matter", "spot", "created"])
    for name in ("closed", "alarm"):
        op.create_index(f"tickets_by_{name}", "tickets", [name], postgresql_where=sa.text(f"{name} <> ''"))
    op.create_table(
        "worklist",
        sa.Column("number", sa.String(16), primary_key=True),
        sa.Column("unit", sa.String(60), primary_key=True),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("due", sa.String(32), nullable=False),
    )
    op.create_index("worklist_by_unit", "worklist", ["unit", "due", "number"])
    if postgres:
        op.execute("CREATE INDEX tickets_by_words ON tickets USING gin (words) WITH (fastupdate = off)")
    else:
        for statement in _SQLITE:
            op.execute(statement)
