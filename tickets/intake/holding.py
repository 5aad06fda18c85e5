"""Lets only one at a time take in what may be the same: of one caller, of one matter, under one key."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import Connection, text
from sqlalchemy.dialects.sqlite import insert

from tickets.contact import contact_key
from tickets.intake.submissions import kept_key
from tickets.tables import numbers_table
from tickets.ticket import Channel, Ticket


def hold(connection: Connection, *what: str) -> None:
    """Wait for whoever holds any of `what`, and let nobody else hold it before this transaction ends.

    To be called before anything is read: what is the same, and how many there are, holds until it is written. SQLite
    has one writer, who holds everything.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"keys": sorted({_number(one) for one in what})})  # one order for all
    else:
        connection.execute(_WRITE)


def alike(ticket: Ticket) -> Iterator[str]:
    """Yield what a ticket shares with those that may be the same as it."""
    if caller := contact_key(ticket.contact):
        yield f"caller {caller}"
    if ticket.matter:
        yield f"matter {ticket.matter.id}"


def under_key(channel: Channel, sender: str, key: str) -> str:
    """Return what submissions under one key share."""
    return f"key {channel} {kept_key(sender, key)}"


def _number(what: str) -> int:
    return int.from_bytes(hashlib.sha256(what.encode("utf8", "replace")).digest()[:8], signed=True)


_LOCK = text("SELECT pg_advisory_xact_lock(one) FROM unnest(CAST(:keys AS bigint[])) AS one")
_WRITE = (
    insert(numbers_table)
    .values(day="", last=0)
    .on_conflict_do_update(index_elements=["day"], set_={"last": numbers_table.c.last})
)
"""Writes a row of no day, so that the transaction writes from its beginning."""
