"""Who looked at which ticket, whose personal data is erased, what must be kept: to be found without the events."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table

from core.database import metadata
from core.sealing import Sealed

looks_table = Table(
    "ticket_looks",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),  # seconds since 1970, UTC, as all times here
    Column("number", String(80), nullable=False),  # of the ticket, or call:… for a call
    Column("name", String(80), nullable=False),  # who he says he is
    Column("os_user", String(80), nullable=False),  # whom the machine knows
    Column("role", String(20), nullable=False),
    Column("unit", String(60), nullable=False),
    Column("how", String(20), nullable=False),
    Column("reason", Sealed, nullable=False),
    Column("fields", String(200), nullable=False),  # of persons, that were shown in plain
    Index("ticket_looks_by_number", "number", "at"),
    Index("ticket_looks_by_name", "name", "at"),
    Index("ticket_looks_by_os_user", "os_user", "at"),
)

erasures_table = Table(
    "ticket_erasures",
    metadata,
    Column("number", String(16), primary_key=True),
    Column("at", Float, nullable=False),
    Column("rule", String(40), nullable=False),  # see `tickets.secrecy.retention`
)

holds_table = Table(
    "ticket_holds",
    metadata,
    Column("number", String(16), primary_key=True),
    Column("at", Float, nullable=False),
    Column("name", String(80), nullable=False),
    Column("reason", Sealed, nullable=False),
)
