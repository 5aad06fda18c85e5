"""How supervision finds the tickets that it has to look at: by the alarm that is kept beside each."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, select, tuple_

from core.database import Database
from tickets.projection import utc
from tickets.tables import tickets_table

_t = tickets_table.c
_AT_ONCE = 500
_Mark = tuple[str, str]


class AlarmedTickets:
    """Tickets of which a rung of the ladder is due, or whose promised day has come."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, now: datetime) -> Iterator[str]:
        """Yield the numbers of the tickets whose alarm has come by `now`, in pages, the longest due first."""
        last: _Mark = ("", "")
        while page := self._database.run(partial(_page, now=now, after=last)):
            yield from (number for _, number in page)
            last = page[-1]


def _page(connection: Connection, now: datetime, after: _Mark) -> list[_Mark]:
    query = select(_t.alarm, _t.number).where(_t.alarm != "", _t.alarm <= utc(now))
    query = query.where(tuple_(_t.alarm, _t.number) > after).order_by(_t.alarm, _t.number).limit(_AT_ONCE)
    return [(row.alarm, row.number) for row in connection.execute(query)]
