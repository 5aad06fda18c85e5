"""The intake's tables: submissions that came in, where and when each matter occurred, clusters, codes of places."""

from sqlalchemy import Column, Index, Integer, String, Table

from core.database import metadata
from core.sealing import Sealed, SealedAlike

submissions_table = Table(
    "submissions",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("key", String(200), primary_key=True),  # the channel's own
    Column("fingerprint", SealedAlike, nullable=False),
    Column("at", String(32), nullable=False),  # ISO 8601, UTC
    Column("number", String(16), nullable=False),
    Column("receipt", Sealed, nullable=False),  # JSON
    Index("submissions_by_number", "number"),
)

occurrences_table = Table(
    "occurrences",  # each ticket's matter, place and time, for counting what is alike
    metadata,
    Column("number", String(16), primary_key=True),
    Column("matter", String(40), nullable=False),
    Column("district", String(40), nullable=False),
    Column("street", String(40), nullable=False),
    Column("community", String(80), nullable=False),
    Column("at", String(32), nullable=False),  # ISO 8601, UTC
    Column("cluster", String(24), nullable=False),  # "": none
    Index("occurrences_by_place", "matter", "district", "at"),
    Index("occurrences_by_cluster", "cluster", "number"),
)

clusters_table = Table(
    "clusters",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("scope", String(240), nullable=False, unique=True),  # while it goes on; afterwards the id
    Column("matter", String(40), nullable=False),
    Column("called", String(120), nullable=False),  # the matter's name
    Column("district", String(40), nullable=False),
    Column("street", String(40), nullable=False),
    Column("community", String(80), nullable=False),
    Column("began", String(32), nullable=False),
    Column("last", String(32), nullable=False),
    Column("members", Integer, nullable=False),
    Column("level", Integer, nullable=False),
    Index("clusters_by_last", "last"),
)

place_codes_table = Table(
    "place_codes",  # what stands on a QR code
    metadata,
    Column("code", String(16), primary_key=True),
    Column("district", String(40), nullable=False),
    Column("street", String(40), nullable=False),
    Column("community", String(80), nullable=False),
    Column("detail", String(120), nullable=False),
    Column("made", String(32), nullable=False),
    Column("retired", String(32), nullable=False),  # "": in use
)
