"""The ticket's tables: what is looked up has a column, the ticket itself is one JSON text."""

from sqlalchemy import Column, Connection, Index, Integer, String, Table, Text
from sqlalchemy.dialects import postgresql, sqlite

from core.database import metadata

tickets_table = Table(
    "tickets",
    metadata,
    Column("number", String(16), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("contact", String(20), nullable=False),  # digits only
    Column("matter", String(40), nullable=False),
    Column("district", String(40), nullable=False),
    Column("spot", String(80), nullable=False),  # community, else street: what a repeat is compared by
    Column("created", String(32), nullable=False),  # ISO 8601, UTC, so that it sorts
    Column("call_id", String(80), nullable=False),
    Column("repeats_of", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Index("tickets_by_contact", "contact", "created"),
    Index("tickets_by_state", "state", "created"),
    Index("tickets_by_created", "created"),
)

numbers_table = Table(
    "ticket_numbers",
    metadata,
    Column("day", String(6), primary_key=True),  # YYMMDD
    Column("last", Integer, nullable=False),
)


def next_number(connection: Connection, day: str) -> str:
    """Take the next ticket number of `day` (YYMMDD): ten digits, more after the 9999th.

    One statement takes it, so two writers never get the same one.
    """
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = (
        dialect.insert(numbers_table)
        .values(day=day, last=1)
        .on_conflict_do_update(index_elements=["day"], set_={"last": numbers_table.c.last + 1})
        .returning(numbers_table.c.last)
    )
    return f"{day}{connection.execute(statement).scalar_one():04d}"
