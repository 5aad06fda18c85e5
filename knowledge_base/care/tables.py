"""The table of what departments were reminded of."""

from sqlalchemy import Column, String, Table

from core.database import metadata

reminders_table = Table(
    "kb_reminders",
    metadata,
    Column("key", String(200), primary_key=True),  # see Finding.key; gone when it is done
    Column("day", String(10), nullable=False),
)
