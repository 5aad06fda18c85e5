"""The table of the responsibility list's versions: one row a version, never changed."""

from sqlalchemy import Column, Integer, String, Table, Text

from core.database import metadata

duty_lists_table = Table(
    "duty_lists",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("holds_from", String(10), nullable=False, index=True),  # ISO 8601 day
    Column("imported", String(32), nullable=False),  # ISO 8601, UTC
    Column("imported_by", String(60), nullable=False),
    Column("file", String(200), nullable=False),
    Column("matters", Integer, nullable=False),
    Column("body", Text, nullable=False),  # JSON: duties and units
)
