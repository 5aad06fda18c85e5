"""Keeps tickets: each change and its event in one transaction, so that neither is there without the other."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from core.database import Database
from core.events import Event, EventLog, append, append_all, history
from tickets.contact import contact_key, kept_as
from tickets.deadlines import CHINA, WorkingCalendar
from tickets.errors import TicketUnknown
from tickets.kept import BODY, readable
from tickets.life import steps as s
from tickets.life.case import Case, Taken
from tickets.life.machine import Order, decide, system
from tickets.life.record import to_event
from tickets.life.rules import CityRules, usual_rules
from tickets.life.standing import Listed, listed
from tickets.life.store import Then, take_step
from tickets.projection import blinded_words, listed_columns, utc, write_listed, write_work
from tickets.secrecy.redact import redact
from tickets.serial import changes, read_ticket, to_data
from tickets.tables import next_number, tickets_table
from tickets.ticket import State, Ticket

REPEAT_DAYS = 30
"""An appeal of the same contact on the same matter at the same place counts as a repeat within these days."""

_t = tickets_table.c
_NEW = insert(tickets_table)
_EARLIER = (
    select(_t.number, _t.repeats_of)
    .where(
        _t.contact.in_(bindparam("of", expanding=True)), _t.matter == bindparam("about"), _t.spot == bindparam("at")
    )
    .where(_t.district == bindparam("within"), _t.state != State.DRAFT.value, _t.number != bindparam("but"))
    .where(_t.created >= bindparam("since"), _t.created <= bindparam("until"))
    .order_by(_t.created.desc(), _t.number.desc())
    .limit(1)
)


class TicketStore:
    """Tickets in a database. Every method has a twin ending in `_now` that waits (command line, tests).

    `log` is told when a caller asks for a ticket, his own or another's; what changes a ticket is written
    with the ticket itself. Raises `RecordsError` where the database fails.
    """

    def __init__(
        self,
        database: Database,
        log: EventLog | None = None,
        rules: CityRules | None = None,
        calendar: WorkingCalendar = CHINA,
        then: Sequence[Then] = (),
    ) -> None:
        """`then` is what follows the steps that a caller takes, as in `LifeStore`."""
        self.database, self._log, self.then = database, log, tuple(then)
        self.rules, self.calendar = rules or usual_rules(), calendar

    async def save(self, ticket: Ticket, now: datetime) -> Ticket:
        """Store `ticket` and return it with its number, time and earlier ticket (`repeats_of`), if it repeats one.

        A ticket that has a number already is changed, but for its state and how often it was urged, which only its
        steps change (`tickets.life`); a draft that becomes open keeps its number. An open ticket is taken in (受理).
        """
        return await self.database.transact(lambda c: self.save_within(c, ticket, now), exclusive=bool(ticket.number))

    def save_now(self, ticket: Ticket, now: datetime) -> Ticket:
        """See `save`."""
        return self.database.run(lambda c: self.save_within(c, ticket, now), exclusive=bool(ticket.number))

    async def urge(self, number: str, now: datetime) -> Ticket:
        """Take the step 催办 for its caller; return the ticket, unchanged where nothing is to be done any more.

        Raises `TicketUnknown`, `StepRefused`.
        """
        return await self.database.transact(lambda c: self._urged(c, number, now), exclusive=True)

    def urge_now(self, number: str, now: datetime) -> Ticket:
        """See `urge`."""
        return self.database.run(lambda c: self._urged(c, number, now), exclusive=True)

    async def find(self, number: str) -> Ticket | None:
        """Return the ticket with `number`, for those who may see every ticket; callers get `find_for`."""
        return await self.database.transact(lambda c: find(c, number))

    def find_now(self, number: str) -> Ticket | None:
        """See `find`."""
        return self.database.run(lambda c: find(c, number))

    async def find_for(self, number: str, contact: str) -> Ticket | None:
        """Return the ticket with `number` if it was left under `contact`; a stranger's looks like none at all."""
        ticket = await self.find(number)
        given = contact_key(contact)
        allowed = ticket is not None and bool(given) and contact_key(ticket.contact) == given
        if ticket and self._log:
            self._log.append(f"ticket:{ticket.number}", "ticket.asked" if allowed else "ticket.refused", {})
        return ticket if allowed else None

    async def by_contact(self, phone: str, limit: int = 5) -> list[Ticket]:
        """Return the last tickets (no drafts) left under `phone`, newest first."""
        return await self.database.transact(lambda c: _by_contact(c, phone, limit))

    def by_contact_now(self, phone: str, limit: int = 5) -> list[Ticket]:
        """See `by_contact`."""
        return self.database.run(lambda c: _by_contact(c, phone, limit))

    async def list(self, state: State | None = None, limit: int = 50, before: str = "") -> Sequence[Ticket]:
        """Return tickets, newest first; `before` is the number that the page before ended with."""
        return await self.database.transact(lambda c: _list(c, state, limit, before))

    def list_now(self, state: State | None = None, limit: int = 50, before: str = "") -> Sequence[Ticket]:
        """See `list`."""
        return self.database.run(lambda c: _list(c, state, limit, before))

    async def history(self, number: str) -> Sequence[Event]:
        """Return what happened to the ticket, oldest first; raise `TicketUnknown` where there is none."""
        return await self.database.transact(lambda c: _history(c, number))

    def history_now(self, number: str) -> Sequence[Event]:
        """See `history`."""
        return self.database.run(lambda c: _history(c, number))

    def find_within(self, connection: Connection, number: str) -> Ticket | None:
        """See `find`; within a transaction."""
        return find(connection, number)

    def save_within(self, connection: Connection, ticket: Ticket, now: datetime) -> Ticket:
        """See `save`; within a transaction, which is to be exclusive where the ticket has a number already."""
        if ticket.confidential:  # lists show titles
            ticket = replace(ticket, title=redact(ticket.title, ticket.name))
        if not ticket.number:
            return self._new(connection, ticket, now)
        before = find(connection, ticket.number, lock=True)
        if before is None:
            raise TicketUnknown(number=ticket.number)
        first = self._first(now) if before.state is State.DRAFT and ticket.state is State.OPEN else None
        state = first.to if first else before.state
        ticket = replace(ticket, created=before.created, state=state, urged=before.urged)
        if first and not ticket.repeats_of:
            ticket = replace(ticket, repeats_of=_repeats(connection, ticket))
        if changed := changes(before, ticket):
            row = _row(connection, ticket)
            if ticket.public and not ticket.confidential and ticket.what == before.what:
                del row["public"]  # it stays as it is
            connection.execute(update(tickets_table).where(_t.number == ticket.number).values(row))
            append(connection, _event(ticket, "ticket.changed", now, changed))
        if first:
            append(connection, to_event(ticket.number, first))
            write_listed(connection, ticket.number, listed([first], self.calendar, now, self.rules.supervision))
        return ticket

    def _urged(self, connection: Connection, number: str, now: datetime) -> Ticket:
        before = find(connection, number)
        if before is None:
            raise TicketUnknown(number=number)
        if before.state.over or before.state is State.DRAFT:
            return before
        urge = Order(s.Urge(), system(), now)
        case = take_step(connection, before.number, urge, self.rules, self.calendar, self.then)
        return replace(before, state=case.state, urged=case.urged)

    def _new(self, connection: Connection, ticket: Ticket, now: datetime) -> Ticket:
        first = None if ticket.state is State.DRAFT else self._first(now)
        ticket = replace(ticket, created=ticket.created or now, state=first.to if first else ticket.state)
        if first and not ticket.repeats_of:
            ticket = replace(ticket, repeats_of=_repeats(connection, ticket))
        # The number comes late: whoever wants the next one waits until this transaction ends.
        ticket = replace(ticket, number=next_number(connection, f"{now:%y%m%d}"))
        found = listed([first], self.calendar, now, self.rules.supervision) if first else Listed()
        connection.execute(_NEW, _row(connection, ticket) | listed_columns(found))
        write_work(connection, ticket.number, found)
        opened = _event(ticket, "ticket.opened" if first else "ticket.drafted", now, to_data(ticket))
        append_all(connection, [opened, *([to_event(ticket.number, first)] if first else [])])
        return ticket

    def _first(self, now: datetime) -> Taken:
        """Return the first step; where nobody checks what is taken in, it waits for its dispatch at once."""
        return decide(Case(), Order(s.Take(), system(), now), self.rules)


def _event(ticket: Ticket, kind: str, now: datetime, body: dict[str, Any]) -> Event:
    return Event(now.timestamp(), f"ticket:{ticket.number}", kind, body)


def _row(connection: Connection, ticket: Ticket) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "state": ticket.state.value,
        "kind": ticket.kind.value,
        "contact": contact_key(ticket.contact),
        "channel": ticket.channel.value,
        "public": False,  # until it is published (`tickets.intake.published`)
        "matter": ticket.matter.id if ticket.matter else "",
        "district": ticket.place.district[:40],
        "spot": spot(ticket),
        "created": utc(ticket.created),
        "call_id": ticket.call_id,
        "repeats_of": ticket.repeats_of,
        "body": json.dumps(to_data(ticket), ensure_ascii=False),
        "words": blinded_words(connection, ticket),
    }


def _repeats(connection: Connection, ticket: Ticket) -> str:
    """Return the first ticket that this one repeats: a chain of repeats leads to one."""
    if not (contact_key(ticket.contact) and ticket.matter and spot(ticket) and ticket.created):
        return ""
    asked = {
        "of": kept_as(ticket.contact),
        "about": ticket.matter.id,
        "at": spot(ticket),
        "within": ticket.place.district[:40],
        "but": ticket.number,
        "since": utc(ticket.created - timedelta(days=REPEAT_DAYS)),
        "until": utc(ticket.created),
    }
    earlier = connection.execute(_EARLIER, asked).first()
    return (earlier.repeats_of or earlier.number) if earlier else ""


def find(connection: Connection, number: str, lock: bool = False) -> Ticket | None:
    """See `TicketStore.find`; within a transaction, which with `lock` nobody else changes it before the end of."""
    query = select(_t.body).where(_t.number == _digits(number))
    row = connection.execute(query.with_for_update() if lock else query).first()
    return read_ticket(row.body) if row else None


def _by_contact(connection: Connection, phone: str, limit: int) -> list[Ticket]:
    if not contact_key(phone):
        return []
    query = select(_t.number, BODY).where(_t.contact.in_(kept_as(phone)), _t.state != State.DRAFT.value)
    rows = connection.execute(query.order_by(_t.created.desc(), _t.number.desc()).limit(limit))
    return [ticket for _, ticket in readable(connection, rows)]


def _list(connection: Connection, state: State | None, limit: int, before: str) -> list[Ticket]:
    query = select(_t.number, BODY).order_by(_t.created.desc(), _t.number.desc()).limit(limit)
    if state:
        query = query.where(_t.state == state.value)
    if before and (last := find(connection, before)):
        at = utc(last.created)
        query = query.where((_t.created < at) | ((_t.created == at) & (_t.number < last.number)))
    return [ticket for _, ticket in readable(connection, connection.execute(query))]


def _history(connection: Connection, number: str) -> list[Event]:
    if find(connection, number) is None:
        raise TicketUnknown(number=number)
    return history(connection, f"ticket:{_digits(number)}")


def spot(ticket: Ticket) -> str:
    """Return what repeats are compared by: the community, else the street."""
    return (ticket.place.community or ticket.place.street)[:80]


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
