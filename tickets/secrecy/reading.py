"""Reads tickets for somebody: what he may see, and that he has seen it, in one transaction."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from core.database import Database
from core.events import Event, history
from tickets.errors import TicketUnknown
from tickets.life.case import Case, Taken, fold
from tickets.life.record import steps_of, stream
from tickets.secrecy.looks import MANY, record_list, record_look
from tickets.secrecy.view import Field, Seen, Viewer, listed_view, relation_to, view
from tickets.store import find
from tickets.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket as somebody may see it, with its steps and what else happened to it."""

    seen: Seen
    taken: Sequence[Taken]
    case: Case
    events: Sequence[Event]
    """All of its events; their bodies are not for everybody: `seen.words` first."""


class TicketReader:
    """Tickets of a database, for people. Raises `RecordsError` where it fails."""

    def __init__(self, database: Database, many: int = MANY) -> None:
        """`many`: see `tickets.secrecy.looks.record_look`."""
        self._database, self._many = database, many

    def show(
        self,
        number: str,
        viewer: Viewer,
        now: datetime,
        reason: str = "",
        how: str = "show",
        fields: Collection[Field] = tuple(Field),
    ) -> Shown:
        """Return the ticket as `viewer` may see it; that he saw it, which of `fields` in plain, is on record.

        Raises `TicketUnknown`, also for a ticket that he may not know of.
        """
        return self._database.run(lambda c: show(c, number, viewer, now, reason, how, fields, self._many))

    def list(
        self, read: Callable[[], Sequence[Ticket]], viewer: Viewer, now: datetime, how: str, asked: str = ""
    ) -> list[Ticket]:
        """Return what `read` finds, without persons; that `viewer` saw the list is on record once."""
        found = [listed_view(ticket, viewer) for ticket in read()]
        self._database.run(lambda c: record_list(c, viewer, how, asked, len(found), now))
        return found


def show(
    connection: Connection,
    number: str,
    viewer: Viewer,
    now: datetime,
    reason: str,
    how: str,
    fields: Collection[Field] = tuple(Field),
    many: int = MANY,
) -> Shown:
    """See `TicketReader.show`; within a transaction."""
    shown = seen_by(connection, number, viewer, now, reason)
    plain = [field for field in shown.seen.plain if field in fields]
    record_look(connection, shown.seen.ticket.number, viewer, plain, how, reason, now, many)
    return shown


def seen_by(connection: Connection, number: str, viewer: Viewer, now: datetime, reason: str) -> Shown:
    """Return the ticket as `viewer` may see it; whoever shows anything of it puts that on record himself.

    Raises `TicketUnknown`, also for a ticket that he may not know of.
    """
    assert now.tzinfo is not None
    ticket = find(connection, number)
    if ticket is None:
        raise TicketUnknown(number=number)
    events = history(connection, stream(ticket.number))
    taken = steps_of(events, now.tzinfo)
    case = fold(taken)
    seen = view(ticket, viewer, relation_to(viewer.unit, taken, case.has(viewer.unit)), reason)
    if seen is None:
        raise TicketUnknown(number=number)
    return Shown(seen, taken, case, events)
