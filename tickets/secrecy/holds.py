"""What is kept by law whatever the rules of retention say: tickets, with the calls and call-backs about them."""

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import count

from sqlalchemy import Connection, delete, insert, select

from core.events import KEPT, Event, append, events_table, readable
from tickets.callback_tables import callbacks_table
from tickets.errors import TicketUnknown
from tickets.kept import BODY
from tickets.kept import readable as readable_tickets
from tickets.life.record import stream
from tickets.secrecy.tables import holds_table
from tickets.secrecy.view import Viewer
from tickets.store import find
from tickets.tables import tickets_table
from tickets.ticket import Ticket

_AT_ONCE = 20
_e, _b, _t, _held = events_table.c, callbacks_table.c, tickets_table.c, holds_table.c


def hold(connection: Connection, number: str, by: Viewer, reason: str, now: datetime) -> None:
    """Keep a ticket: a court asks for it. Raises `TicketUnknown`."""
    number = _forget(connection, number)
    values = {"number": number, "at": now.timestamp(), "name": by.name[:80], "reason": reason}
    connection.execute(insert(holds_table).values(values))
    append(connection, Event(now.timestamp(), stream(number), "ticket.held", {"reason": reason, **who(by)}))


def release(connection: Connection, number: str, by: Viewer, reason: str, now: datetime) -> None:
    """Let the rules hold again. Raises `TicketUnknown`."""
    number = _forget(connection, number)
    append(connection, Event(now.timestamp(), stream(number), "ticket.released", {"reason": reason, **who(by)}))


def is_held(connection: Connection, number: str) -> bool:
    """Whether the ticket `number` is kept."""
    return connection.execute(select(_held.number).where(_held.number == number)).first() is not None


def held_among(connection: Connection, streams: Collection[str]) -> set[str]:
    """Return those of `streams` that belong to a ticket that is kept, also calls in which it was only asked about."""
    numbers = set(connection.execute(select(_held.number)).scalars())
    if not numbers:
        return set()
    saved = select(*KEPT).where(_e.stream.in_(streams), _e.kind == "ticket.saved")
    told = readable(connection, connection.execute(saved))
    asked = {event.stream for event in told if event.body.get("number") in numbers}
    return asked | held_streams(connection) & set(streams)


def held_streams(connection: Connection) -> set[str]:
    """Return the streams of the calls and call-backs of all tickets that are kept."""
    rows = connection.execute(select(_t.number, BODY).join(holds_table, _held.number == _t.number)).all()
    return {name for _, ticket in readable_tickets(connection, rows) for name in belonging(connection, ticket)}


def belonging(connection: Connection, ticket: Ticket) -> Iterator[str]:
    """Yield the streams of the call that `ticket` came by, of its call-backs, and of the calls that these led to."""
    number, calls = ticket.number, {ticket.call_id}
    backs = _there(connection, [f"callback:m-{ticket.call_id or number}", f"callback:f-{number}"])
    for first in count(2, _AT_ONCE):  # they are numbered; none among so many: no more
        more = _there(connection, [f"callback:f-{number}-{times}" for times in range(first, first + _AT_ONCE)])
        if not more:
            break
        backs += more
    yield from backs
    for event in readable(connection, connection.execute(select(*KEPT).where(_e.stream.in_(backs)))):
        calls.add(str(event.body.get("call_id") or ""))
    yield from (f"call:{call}" for call in sorted(calls) if call)


def _there(connection: Connection, streams: list[str]) -> list[str]:
    return list(connection.execute(select(_b.stream).where(_b.stream.in_(streams))).scalars())


def who(by: Viewer) -> dict[str, str]:
    """Return who acts, as events keep it."""
    return {"by": by.name, "role": by.role.value, "os_user": by.os_user}


def _forget(connection: Connection, number: str) -> str:
    ticket = find(connection, number)
    if ticket is None:
        raise TicketUnknown(number=number)
    connection.execute(delete(holds_table).where(_held.number == ticket.number))
    return ticket.number
