"""How supervision finds the tickets that it has to look at: by the alarm that is kept beside each."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, and_, or_, select

from core.database import Database
from tickets.projection import utc
from tickets.tables import tickets_table
from tickets.ticket import State

_t = tickets_table.c
_AT_ONCE = 500


class AlarmedTickets:
    """Tickets of which a limit is near due or past, and promised ones: their day has rungs of its own before it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, now: datetime) -> Iterator[str]:
        """Yield the numbers of the tickets whose alarm has come by `now`, in pages."""
        last = ""
        while page := self._database.run(partial(_page, now=now, after=last)):
            yield from page
            last = page[-1]


def _page(connection: Connection, now: datetime, after: str) -> list[str]:
    alarmed = and_(_t.alarm != "", _t.alarm <= utc(now))
    query = select(_t.number).where(or_(alarmed, _t.state == State.PROMISED.value), _t.number > after)
    return list(connection.execute(query.order_by(_t.number).limit(_AT_ONCE)).scalars())
