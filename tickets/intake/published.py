"""Tickets that everybody may read: by their callers' consent, once a dispatcher has read them, without persons."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, true, update

from core.database import Database
from core.events import events_table
from tickets.kept import BODY, readable
from tickets.life.case import Case, Taken
from tickets.life.machine import Order
from tickets.life.record import stream
from tickets.life.roles import Role
from tickets.life.steps import Check, Dispatch, Meet, Verify
from tickets.projection import utc
from tickets.secrecy.view import Viewer, ViewRole, view
from tickets.store import find
from tickets.tables import tickets_table
from tickets.ticket import State, Ticket

_t = tickets_table.c
_PUBLIC = Viewer(ViewRole.PUBLIC)
_OVER = [state.value for state in State if state.over]
_NEVER = [state.value for state in (State.DRAFT, State.OPEN, State.DECLINED)]
"""Nobody has checked it yet, or it is nothing for the hotline."""


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
    """Masked; see `tickets.secrecy.view`."""
    changed: datetime
    """When something last happened to it, aware."""

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
        found = await self._database.transact(lambda c: _find(c, asked, now, limit, skip))
        return await asyncio.to_thread(_shown, found)


def publish(connection: Connection, number: str, taken: Taken, case: Case) -> Iterable[Order]:
    """Let everybody read a ticket whose caller agreed once a dispatcher has read it: a `Then`.

    A confidential one never. What is changed afterwards is read again before it is shown (`TicketStore`).
    """
    if taken.by.role is Role.DISPATCHER and isinstance(taken.step, Check | Dispatch | Meet | Verify):
        ticket = find(connection, number)
        if ticket and ticket.public and not ticket.confidential:
            connection.execute(update(tickets_table).where(_t.number == number).values(public=True))
    return ()


def _find(
    connection: Connection, asked: Asked, now: datetime, limit: int, skip: int
) -> list[tuple[Ticket, datetime]]:
    query = _filtered(asked).order_by(_t.created.desc(), _t.number.desc()).limit(limit).offset(skip)
    tickets = [ticket for _, ticket in readable(connection, connection.execute(query))]
    e = events_table.c
    streams = [stream(ticket.number) for ticket in tickets]
    changed = select(e.stream, func.max(e.at)).where(e.stream.in_(streams)).group_by(e.stream)
    at: dict[str, float] = {row[0]: row[1] for row in connection.execute(changed)}
    return [
        (ticket, datetime.fromtimestamp(at.get(stream(ticket.number), now.timestamp()), now.tzinfo))
        for ticket in tickets
    ]


def _shown(found: Iterable[tuple[Ticket, datetime]]) -> list[Published]:
    seen = ((view(ticket, _PUBLIC, published=True), changed) for ticket, changed in found)
    return [Published(one.ticket, changed) for one, changed in seen if one]


def _filtered(asked: Asked) -> Select[Any]:
    query = select(_t.number, BODY).where(_t.public == true(), _t.state.not_in(_NEVER))
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
