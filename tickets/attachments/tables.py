"""Which files a ticket has; their content is kept outside of the database."""

from sqlalchemy import Column, Float, Index, Integer, String, Table

from core.database import metadata
from core.sealing import Sealed

ticket_attachments_table = Table(
    "ticket_attachments",
    metadata,
    Column("ticket", String(16), primary_key=True),
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3 … of that ticket
    Column("name", Sealed, nullable=False),  # people name photos after people
    Column("kind", String(8), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),  # bytes
    Column("at", Float, nullable=False),  # seconds since 1970
    Column("who", String(60), nullable=False),
    Column("removed", Float),  # since when it is only a tombstone
    Column("removed_by", String(60), nullable=False),
    Column("removed_why", String(200), nullable=False),
    Index("ticket_attachments_by_content", "sha256"),
)
