"""Tickets that everybody may read: by their callers' consent, without who called and where he lives."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, true

from core.database import Database
from core.events import events_table
from tickets.kept import BODY, readable
from tickets.life.record import stream
from tickets.projection import utc
from tickets.tables import tickets_table
from tickets.ticket import State, Ticket

_t = tickets_table.c
_NUMBER = re.compile(r"(?<!\d)\+?\d[\d -]{5,}\d(?!\d)")
_OVER = [state.value for state in State if state.over]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which ones are asked for; what is None or empty does not matter."""

    numbers: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    over: bool | None = None
    """Whether nothing is left to do."""


@dataclass(frozen=True, slots=True)
class Published:
    """A ticket as everybody may read it."""

    ticket: Ticket
    changed: datetime
    """When something last happened to it, aware."""

    @property
    def text(self) -> str:
        """What was said, without the caller's name and any long number in it."""
        said = _NUMBER.sub("***", self.ticket.what)
        return said.replace(self.ticket.name, "***") if self.ticket.name else said

    @property
    def address(self) -> str:
        """Where it is, without building and room."""
        place = self.ticket.place
        return place.district + place.street + place.community


class PublishedTickets:
    """Finds them. Raises `RecordsError` where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, asked: Asked, now: datetime, limit: int, skip: int = 0) -> Sequence[Published]:
        """Return the newest first."""
        return await self._database.transact(lambda c: _find(c, asked, now, limit, skip))


def _find(connection: Connection, asked: Asked, now: datetime, limit: int, skip: int) -> list[Published]:
    query = _filtered(asked).order_by(_t.created.desc(), _t.number.desc()).limit(limit).offset(skip)
    tickets = [ticket for _, ticket in readable(connection, connection.execute(query))]
    e = events_table.c
    streams = [stream(ticket.number) for ticket in tickets]
    changed = select(e.stream, func.max(e.at)).where(e.stream.in_(streams)).group_by(e.stream)
    at: dict[str, float] = {row[0]: row[1] for row in connection.execute(changed)}
    return [
        Published(ticket, datetime.fromtimestamp(at.get(stream(ticket.number), now.timestamp()), now.tzinfo))
        for ticket in tickets
    ]


def _filtered(asked: Asked) -> Select[Any]:
    query = select(_t.number, BODY).where(_t.public == true(), _t.state != State.DRAFT.value)
    if asked.numbers:
        return query.where(_t.number.in_(asked.numbers))
    if asked.matters:
        query = query.where(_t.matter.in_(asked.matters))
    if asked.since:
        query = query.where(_t.created >= utc(asked.since))
    if asked.until:
        query = query.where(_t.created <= utc(asked.until))
    if asked.over is not None:
        query = query.where(_t.state.in_(_OVER) if asked.over else _t.state.not_in(_OVER))
    return query
