"""How supervision finds the tickets that it has to look at: a port, and the way over all open ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from sqlalchemy import Connection, select

from core.database import Database
from tickets.tables import tickets_table
from tickets.ticket import State

_t = tickets_table.c
_AT_ONCE = 500
_OPEN = [state.value for state in State if not state.over and state is not State.DRAFT]


@dataclass(frozen=True, slots=True)
class Alarm:
    """When a ticket is to be looked at next; None for never, until its next step."""

    number: str
    at: datetime | None


class OpenTickets(Protocol):
    """Knows the tickets that may need supervision."""

    def due(self, now: datetime) -> Iterator[str]:
        """Yield the numbers of the tickets whose alarm has come; more of them do no harm, fewer do."""
        ...

    def looked(self, alarm: Alarm) -> None:
        """Note when a ticket that was looked at is to be looked at next."""
        ...


class AllOpenTickets:
    """Every open ticket, each time: right without anything beside the log, and slow where there are many."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, now: datetime) -> Iterator[str]:
        """Yield every open ticket's number, in pages."""
        last = ""
        while page := self._database.run(partial(_page, after=last)):
            yield from page
            last = page[-1]

    def looked(self, alarm: Alarm) -> None:
        """Nothing is kept: all are looked at again."""


def _page(connection: Connection, after: str) -> list[str]:
    query = select(_t.number).where(_t.state.in_(_OPEN), _t.number > after).order_by(_t.number).limit(_AT_ONCE)
    return list(connection.execute(query).scalars())
