"""Where notices wait: the outbox, written with the step that they are about."""

from sqlalchemy import Column, Float, Index, Integer, String, Table

from core.database import metadata
from core.sealing import Sealed

notices_table = Table(
    "notices",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("ticket", String(16), nullable=False),
    Column(
        "recipient", String(60), nullable=False
    ),  # a unit, an office, a role, or the citizen: no number, no address
    Column("way", String(8), nullable=False),
    Column("subject", String(60), nullable=False),
    Column("words", Sealed, nullable=False),
    Column("clock", String(60), nullable=False),  # the limit that it presses for; empty for none
    Column("started", Float, nullable=False),  # when that limit began, seconds since 1970; 0 for none
    Column("created", Float, nullable=False),
    Column("state", String(10), nullable=False),  # waiting, sent, read, failed, withdrawn
    Column("due", Float, nullable=False),  # not sent before; while it is being sent, when somebody else may try
    Column("tries", Integer, nullable=False),
    Column("trouble", String(200), nullable=False),
    Index("notices_by_due", "state", "way", "due"),
    Index("notices_by_ticket", "ticket", "state"),
    Index("notices_by_recipient", "recipient", "way", "state", "created"),
)
