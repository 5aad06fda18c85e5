"""Reads many tickets as they are kept: one that is damaged is left out with a warning, and stops no list."""

import logging
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Row

from core.errors import KeysDamaged, KeysMissing
from core.sealing import as_kept, open_kept
from tickets.serial import read_ticket
from tickets.tables import tickets_table
from tickets.ticket import Ticket

log = logging.getLogger(__name__)

BODY = as_kept(tickets_table.c.body).label("body")
"""What `readable` opens itself."""
DAMAGED = (KeysDamaged, KeysMissing, ValueError, KeyError, TypeError)
"""What reading something raises that is not as it was written."""


def readable(connection: Connection, rows: Iterable[Row[Any]]) -> Iterator[tuple[Row[Any], Ticket]]:
    """Yield those of `rows` (a `number`, a `BODY`, whatever else) whose ticket can be read, with it."""
    for row in rows:
        try:
            ticket = read_ticket(open_kept(connection, row.body))
        except DAMAGED as error:
            warn(row.number, error)
            continue
        yield row, ticket


def warn(number: str, error: Exception) -> None:
    """Tell that the ticket `number` was left out, and nothing of what is in it."""
    log.warning("ticket %s is damaged (%s) and left out: restore it from a backup", number, type(error).__name__)
