"""Finds in the records whom the hotline owes a call: missed calls, closed tickets; and who got through since."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, select

from core.events import events_table, history
from tickets.callback_tables import AT_ONCE
from tickets.callbacks import MISSED_CALL, CallBackKind, CallBackTask
from tickets.contact import dialable
from tickets.kept import BODY, readable
from tickets.life.record import steps_of
from tickets.life.record import stream as ticket_stream
from tickets.projection import utc
from tickets.serial import read_ticket
from tickets.tables import tickets_table
from tickets.ticket import Kind, State, Ticket

_LATE = timedelta(days=2)
"""Events are nearly in the order of their times; one that waited for a disk may be written so late."""

_e = events_table.c
_t = tickets_table.c


@dataclass(frozen=True, slots=True)
class MissedCall:
    """A call that nobody answered, or whose caller was lost in the queue."""

    call_id: str
    number: str
    at: datetime
    ticket: str = ""


def missed_calls(connection: Connection, since: datetime) -> list[MissedCall]:
    """Return the calls missed since then (told, seen from their events, or kept as a ticket), oldest first."""
    tickets = {ticket.call_id or ticket.number: ticket for ticket in _missed_tickets(connection, since)}
    calls: dict[str, MissedCall] = {}
    for call_id, (number, at) in _told_missed(connection, since).items():
        ticket = tickets.pop(call_id, None)
        calls[call_id] = MissedCall(call_id, number, at, ticket.number if ticket else "")
    for call_id, ticket in tickets.items():
        at = (ticket.created or since).astimezone(since.tzinfo)
        calls[call_id] = MissedCall(call_id, dialable(ticket.contact), at, ticket.number)
    ours = _having(connection, [f"call:{call_id}" for call_id in calls], "call.placed")
    found = (call for call in calls.values() if call.number and f"call:{call.call_id}" not in ours)
    return sorted(found, key=lambda call: (call.at, call.call_id))


def _told_missed(connection: Connection, since: datetime) -> dict[str, tuple[str, datetime]]:
    """Return number and time of each call that its events show as missed, by the call's id."""
    floor = _floor(connection, since)
    told = select(_e.stream, _e.at, _e.body).where(_e.seq > floor, _e.kind == "call.missed")
    found = {row.stream: _told(row.body, row.at) for row in connection.execute(told.order_by(_e.seq))}
    ended = select(_e.stream).where(_e.seq > floor, _e.kind == "call.ended")
    streams = set(connection.execute(ended).scalars()) - set(found)
    streams -= _having(connection, streams, "call.answered", "call.placed")
    for stream, at, body in _of_kind(connection, streams, "call.offered"):
        found[stream] = (_caller(body), at)
    zone = since.tzinfo
    return {
        stream.removeprefix("call:"): (number, datetime.fromtimestamp(at, zone))
        for stream, (number, at) in found.items()
        if at >= since.timestamp()
    }


def _missed_tickets(connection: Connection, since: datetime) -> Iterable[Ticket]:
    waiting = _t.state.in_((State.OPEN.value, State.READY.value))
    query = select(_t.number, BODY).where(waiting, _t.created >= utc(since))
    return (ticket for _, ticket in readable(connection, connection.execute(query)) if ticket.what == MISSED_CALL)


def got_through(connection: Connection, numbers: Mapping[str, datetime], now: datetime) -> dict[str, str]:
    """Return which of `numbers` called again after their time and were answered, with the id of that call.

    A call that is still going on counts: whoever is speaking with us is not called.
    """
    if not numbers:
        return {}
    floor = _floor(connection, min(numbers.values()))
    query = select(_e.stream, _e.at, _e.body).where(_e.seq > floor, _e.kind == "call.offered").order_by(_e.seq)
    again: dict[str, str] = {}
    for row in connection.execute(query):
        number = _caller(row.body)
        if number in numbers and row.at > numbers[number].timestamp():
            again[row.stream] = number
    answered = _having(connection, again, "call.answered") - _having(connection, again, "call.missed")
    return {again[stream]: stream.removeprefix("call:") for stream in sorted(answered)}


@dataclass(frozen=True, slots=True)
class Closing:
    """A ticket that was closed, when, and for which time."""

    ticket: Ticket
    at: datetime
    times: int

    @property
    def id(self) -> str:
        """The id of its follow-up: a ticket that is closed again after a redo is asked about again."""
        return f"f-{self.ticket.number}" + (f"-{self.times}" if self.times > 1 else "")


def closings(connection: Connection, since: datetime) -> list[Closing]:
    """Return the tickets closed since then that are closed now and have a contact to ask, oldest first."""
    query = select(_t.number, BODY).where(_t.closed >= utc(since), _t.state == State.CLOSED.value)
    found = []
    for _, ticket in readable(connection, connection.execute(query)):
        if _is_asked_about(ticket):
            taken = steps_of(history(connection, ticket_stream(ticket.number)), since.tzinfo or UTC)
            closed = [one.at for before, one in pairwise(taken) if one.to is State.CLOSED is not before.to]
            found.append(Closing(ticket, closed[-1], len(closed)))
    return sorted(found, key=lambda closing: (closing.at, closing.ticket.number))


def _is_asked_about(ticket: Ticket) -> bool:
    """Whether there is something to ask: praise was not to be solved, and a missed call is no matter."""
    asked = ticket.kind is not Kind.PRAISE and ticket.what != MISSED_CALL
    return asked and ticket.state is State.CLOSED and bool(dialable(ticket.contact))


def ticket_of(connection: Connection, number: str) -> Ticket | None:
    """Return the ticket with `number`."""
    body = connection.execute(select(_t.body).where(_t.number == number)).scalar()
    return read_ticket(body) if body else None


def missed_task(call: MissedCall, now: datetime) -> CallBackTask:
    """Return the task that a missed call leads to."""
    return CallBackTask(
        f"m-{call.call_id}", CallBackKind.MISSED, call.number, now, call.at, call.ticket, call.call_id
    )


def follow_up_task(closing: Closing, now: datetime) -> CallBackTask:
    """Return the task that a closed ticket leads to."""
    ticket = closing.ticket
    number = dialable(ticket.contact)
    return CallBackTask(closing.id, CallBackKind.FOLLOW_UP, number, now, closing.at, ticket.number)


def _floor(connection: Connection, since: datetime) -> int:
    """Return the number of an event well before `since`: only what comes after it is read."""
    query = select(_e.seq).where(_e.at < (since - _LATE).timestamp()).order_by(_e.seq.desc()).limit(1)
    return connection.execute(query).scalar() or 0


def _having(connection: Connection, streams: Iterable[str], *kinds: str) -> set[str]:
    """Return those of `streams` that have an event of one of `kinds`."""
    return {stream for stream, _, _ in _of_kind(connection, streams, *kinds)}


def _of_kind(connection: Connection, streams: Iterable[str], *kinds: str) -> list[tuple[str, float, str]]:
    """Return stream, time and body of the events of `kinds` in `streams`."""
    wanted: Sequence[str] = sorted(streams)
    found: list[tuple[str, float, str]] = []
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        query = select(_e.stream, _e.at, _e.body).where(_e.stream.in_(part), _e.kind.in_(kinds)).order_by(_e.seq)
        found += [(row.stream, row.at, row.body) for row in connection.execute(query)]
    return found


def _told(body: str, at: float) -> tuple[str, float]:
    """Return number and time of a missed call: the exchange may have kept it for long before it was put on record."""
    facts: Mapping[str, Any] = json.loads(body)
    return dialable(facts.get("caller")), facts.get("missed_at") or at


def _caller(body: str) -> str:
    facts: Mapping[str, Any] = json.loads(body)
    return dialable(facts.get("caller"))
