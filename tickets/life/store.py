"""Keeps the steps of tickets: a step, and where it leads, in one transaction that nobody else comes between."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, select, update

from core.database import Database
from core.events import append, history
from tickets.deadlines import CHINA, WorkingCalendar
from tickets.errors import TicketUnknown
from tickets.life import steps as s
from tickets.life.case import Case, Taken, after, fold
from tickets.life.machine import Order, decide, system
from tickets.life.record import steps_of, stream, to_event
from tickets.life.rules import CityRules
from tickets.life.span import capped
from tickets.life.standing import listed
from tickets.projection import write_listed
from tickets.serial import read_ticket
from tickets.tables import tickets_table
from tickets.ticket import State, Ticket

_t = tickets_table.c

Then = Callable[[Connection, str, Taken, Case], Iterable[Order]]
"""What a step leads to in the same transaction: it gets the ticket's number, the step and the case after it, writes
what belongs with it, and returns the steps that follow at once."""


class LifeStore:
    """Takes steps by the `rules` of a city. Raises `RecordsError` where the database fails."""

    def __init__(
        self,
        database: Database,
        rules: CityRules,
        calendar: WorkingCalendar = CHINA,
        then: Sequence[Then] = (),
    ) -> None:
        self._database, self._rules, self._calendar, self._then = database, rules, calendar, tuple(then)

    def take(self, number: str, order: Order) -> Case:
        """Take a step and return the case after it.

        Raises `StepRefused`, also for the second of two who saw the same; `TicketUnknown`.
        """
        return self._database.run(partial(self.take_within, number=number, order=order), exclusive=True)

    def steps(self, number: str, now: datetime) -> list[Taken]:
        """Return the steps of a ticket, oldest first, times in the zone of `now`. Raises `TicketUnknown`.

        One that nobody has worked on yet was taken in, and no more.
        """
        return self._database.run(lambda c: _steps(c, _ticket(c, number), now, self._rules)[0])

    def look_again(self, number: str, now: datetime) -> None:
        """Write anew how a ticket is listed, its alarm with it: it came before anything was due."""
        self._database.run(lambda c: self._look_again(c, number, now), exclusive=True)

    def take_within(self, connection: Connection, number: str, order: Order) -> Case:
        """See `take`; within a transaction that nobody else comes between. What is refused has written nothing."""
        return take_step(connection, number, order, self._rules, self._calendar, self._then)

    def _look_again(self, connection: Connection, number: str, now: datetime) -> None:
        taken, _ = _steps(connection, _ticket(connection, number, lock=True), now, self._rules)
        write_listed(connection, number, listed(taken, self._calendar, now, self._rules.supervision))


def take_step(
    connection: Connection,
    number: str,
    order: Order,
    rules: CityRules,
    calendar: WorkingCalendar = CHINA,
    then: Sequence[Then] = (),
) -> Case:
    """See `LifeStore.take_within`."""
    ticket = _ticket(connection, number, lock=True)
    taken, kept = _steps(connection, ticket, order.at, rules)
    case = fold(taken)
    step = decide(case, _in_time(order, ticket, calendar), rules)
    case = after(case, step)
    for one in (*(() if kept else taken), step):
        append(connection, to_event(number, one))
    row = connection.execute(select(_t.body).where(_t.number == number)).scalar_one()
    changed = {"state": case.state.value, "urged": case.urged}
    body = json.dumps(json.loads(row) | changed, ensure_ascii=False)
    connection.execute(update(tickets_table).where(_t.number == number).values(state=case.state.value, body=body))
    write_listed(connection, number, listed([*taken, step], calendar, order.at, rules.supervision))
    for one_more in then:
        for next_ in one_more(connection, number, step, case):
            case = take_step(connection, number, next_, rules, calendar, then)
    return case


def _in_time(order: Order, ticket: Ticket, calendar: WorkingCalendar) -> Order:
    """Return `order`; a dispatch gives no longer than the ticket's sender has set."""
    step = order.step
    if not (isinstance(step, s.Dispatch) and ticket.due_is_set and ticket.due):
        return order
    within = capped(step.within, order.at, ticket.due, calendar)
    return replace(order, step=step.model_copy(update={"within": within}))


def _ticket(connection: Connection, number: str, lock: bool = False) -> Ticket:
    query = select(_t.body).where(_t.number == number)
    body = connection.execute(query.with_for_update() if lock else query).scalar()
    if body is None:
        raise TicketUnknown(number=number)
    return read_ticket(body)


def _steps(connection: Connection, ticket: Ticket, now: datetime, rules: CityRules) -> tuple[list[Taken], bool]:
    """Return a ticket's steps, and whether they are kept already: its intake is with the first step after it."""
    assert now.tzinfo is not None
    kept = steps_of(history(connection, stream(ticket.number)), now.tzinfo)
    if kept or ticket.state is State.DRAFT:
        return kept, True
    at = (ticket.created or now).astimezone(now.tzinfo)
    return [decide(Case(), Order(s.Take(), system(), min(at, now)), rules)], False
