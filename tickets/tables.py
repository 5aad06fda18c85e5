"""The ticket's tables: what is looked up has a column, the ticket itself is one sealed JSON text.

`number` to `repeats_of` are copied from the ticket, the rest of `tickets` and the whole of `worklist` follow from its
log of steps: all of it can be made anew (`tickets.projection`).
"""

from typing import Any

from sqlalchemy import (
    DDL,
    BindParameter,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Index,
    Integer,
    String,
    Table,
    Text,
    cast,
    event,
    false,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine

from core.database import metadata
from core.sealing import Sealed, SealedAlike

NEVER = "9999"
"""What stands for a time that is not known; it sorts after all others."""


class Words(TypeDecorator[str]):
    """Words between blanks, as an index finds them: a tsvector on PostgreSQL, a text that FTS5 reads on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that the database has for it."""
        chosen = postgresql.TSVECTOR() if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(chosen)

    def bind_expression(self, bindvalue: BindParameter[str]) -> ColumnElement[str] | None:
        """Read the words as they are, not as a sentence in some language."""
        return cast(bindvalue, self)


tickets_table = Table(
    "tickets",
    metadata,
    Column("number", String(16), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("contact", SealedAlike, nullable=False),  # see tickets.contact
    Column("matter", String(40), nullable=False),
    Column("district", String(40), nullable=False),
    Column("spot", String(80), nullable=False),  # community, else street: what a repeat is compared by
    Column("created", String(32), nullable=False),  # ISO 8601, UTC, so that it sorts
    Column("call_id", String(80), nullable=False),
    Column("repeats_of", String(16), nullable=False),
    Column("body", Sealed, nullable=False),
    Column("channel", String(20), nullable=False, server_default="telephone"),
    Column(
        "public", Boolean, nullable=False, server_default=false()
    ),  # everybody may read it: agreed to, and checked
    Column("unit", String(60), nullable=False, server_default=""),  # the lead unit
    Column("alarm", String(32), nullable=False, server_default=""),  # its next rung is due; "": no more
    Column("closed", String(32), nullable=False, server_default=""),  # when nothing was left to do
    Column("words", Words, nullable=False, server_default=""),  # blinded: what it is found by
    Index("tickets_by_contact", "contact", "created"),
    Index("tickets_by_state", "state", "created"),
    Index("tickets_by_created", "created"),
    Index("tickets_by_unit", "unit", "created"),
    Index("tickets_by_spot", "matter", "spot", "created"),
    Index("tickets_by_closed", "closed", postgresql_where=literal_column("closed <> ''")),
    Index("tickets_by_public", "created", postgresql_where=literal_column("public"), sqlite_where=text("public")),
    Index("tickets_by_alarm", "alarm", postgresql_where=literal_column("alarm <> ''")),
)

worklist_table = Table(
    "worklist",
    metadata,
    Column("number", String(16), primary_key=True),
    Column("unit", String(60), primary_key=True),  # "": the centre
    Column("lead", Boolean, nullable=False),
    Column(
        "due", String(32), nullable=False
    ),  # its next limit runs out, ISO 8601, UTC; `NEVER` while all stand still
    Index("worklist_by_unit", "unit", "due", "number"),
)

numbers_table = Table(
    "ticket_numbers",
    metadata,
    Column("day", String(6), primary_key=True),  # YYMMDD
    Column("last", Integer, nullable=False),
)

FINDING = {
    "postgresql": (
        "CREATE INDEX IF NOT EXISTS tickets_by_words ON tickets USING gin (words) WITH (fastupdate = off)",
    ),
    "sqlite": (
        "CREATE VIRTUAL TABLE IF NOT EXISTS ticket_words"
        " USING fts5(words, content='tickets', content_rowid='rowid', detail=none)",
        "CREATE TRIGGER IF NOT EXISTS ticket_words_new AFTER INSERT ON tickets BEGIN"
        " INSERT INTO ticket_words(rowid, words) VALUES (new.rowid, new.words); END",
        "CREATE TRIGGER IF NOT EXISTS ticket_words_gone AFTER DELETE ON tickets BEGIN"
        " INSERT INTO ticket_words(ticket_words, rowid, words) VALUES ('delete', old.rowid, old.words); END",
        "CREATE TRIGGER IF NOT EXISTS ticket_words_other AFTER UPDATE OF words ON tickets BEGIN"
        " INSERT INTO ticket_words(ticket_words, rowid, words) VALUES ('delete', old.rowid, old.words);"
        " INSERT INTO ticket_words(rowid, words) VALUES (new.rowid, new.words); END",
    ),
}
"""What finds words, which every database makes in its own way."""

for _dialect, _statements in FINDING.items():
    for _statement in _statements:
        _made = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(tickets_table, "after_create", _made.execute_if(dialect=_dialect))


def next_number(connection: Connection, day: str) -> str:
    """Take the next ticket number of `day` (YYMMDD), which nobody else gets: ten digits, more after the 9999th."""
    if connection.dialect.name == "postgresql":
        return f"{day}{_drawn(connection, day):04d}"
    return f"{day}{connection.execute(_NEXT, {'day': day, 'last': 1}).scalar_one():04d}"


_NEXT = (
    sqlite.insert(numbers_table)
    .on_conflict_do_update(index_elements=["day"], set_={"last": numbers_table.c.last + 1})
    .returning(numbers_table.c.last)
)


def _drawn(connection: Connection, day: str) -> int:
    """Draw from the day's sequence on PostgreSQL: nobody waits there for another's transaction to end.

    What is drawn by one that is undone is not used again.
    """
    name = f"ticket_numbers_{int(day):06d}"
    draw = text("SELECT nextval(to_regclass(:name))")
    drawn: int | None = connection.execute(draw, {"name": name}).scalar()
    if drawn is None:  # the first of its day
        connection.execute(text("SELECT pg_advisory_xact_lock(:day)"), {"day": int(day)})
        last = select(numbers_table.c.last).where(numbers_table.c.day == day)  # of a version without sequences
        first = (connection.execute(last).scalar() or 0) + 1
        connection.execute(text(f"CREATE SEQUENCE IF NOT EXISTS {name} START {first}"))
        drawn = int(connection.execute(draw, {"name": name}).scalar_one())
    return drawn
