"""The tables of the knowledge base: entries as they stand, all versions whole, and the order of publications."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, Text

from core.database import metadata

entries_table = Table(
    "kb_entries",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("department", String(300), nullable=False),
    Column("state", String(20), nullable=False),
    Column("head", Integer, nullable=False),
    Column("live", Integer, nullable=False),  # 0: callers do not hear it
    Column("author", String(80), nullable=False),
    Column("topic", String(300), nullable=False),
    Column("question", Text, nullable=False),  # of the head, for lists
    Column("changed", Float, nullable=False),  # seconds since 1970, UTC
    Index("kb_entries_by_department", "department", "state"),
    Index("kb_entries_by_state", "state"),
)

versions_table = Table(
    "kb_versions",
    metadata,
    Column("entry", String(80), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("who", String(80), nullable=False),
    Column("why", Text, nullable=False),
    Column("base", Integer, nullable=False),  # the version that its writer had before him; 0: none
    Column("aside", Boolean, nullable=False),  # kept beside the line: somebody else had saved meanwhile
    Column("content", Text, nullable=False),  # JSON, see knowledge_base.serial
)

attachments_table = Table(
    "kb_attachments",
    metadata,
    Column("entry", String(80), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("sha256", String(64), nullable=False),  # the file's name in the folder of attachments
    Column("size", Integer, nullable=False),  # bytes
    Column("at", Float, nullable=False),
    Column("who", String(80), nullable=False),
    Index("kb_attachments_by_sha256", "sha256"),
)

publications_table = Table(
    "kb_publications",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("entry", String(80), nullable=False),
    Column("version", Integer, nullable=False),  # 0: callers hear it no more
)
