"""Merging (并单): two tickets are one matter; the count is kept, and the caller is told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from core.events import history
from tickets.deadlines import WorkingCalendar
from tickets.life import steps as s
from tickets.life.case import Case, fold
from tickets.life.machine import Order
from tickets.life.record import steps_of, stream
from tickets.life.roles import Actor
from tickets.life.rules import CityRules
from tickets.life.store import Then, take_step


def merge(
    connection: Connection,
    number: str,
    into: str,
    reason: str,
    by: Actor,
    now: datetime,
    rules: CityRules,
    calendar: WorkingCalendar,
    then: Sequence[Then] = (),
) -> Case:
    """Merge the ticket `number` into the one that `into` leads to; return the case of the latter, its count kept.

    `then` follows both steps: it tells the caller. Within an exclusive transaction, or where `number` is not known to
    anybody else yet. Raises `StepRefused`, `TicketUnknown`.
    """
    assert now.tzinfo is not None
    into = _followed(connection, into, now)
    joined = take_step(connection, into, Order(s.Joined(number=number), by, now), rules, calendar, then)
    take_step(connection, number, Order(s.Merge(into=into, reason=reason), by, now), rules, calendar, then)
    return joined


def callers(connection: Connection, number: str, now: datetime) -> list[str]:
    """Return the numbers of all tickets that were merged into `number`, and into those: who is to be told, too."""
    found: list[str] = []
    waiting = [number]
    while waiting:
        case = _case(connection, waiting.pop(), now)
        fresh = [one for one in case.joined if one not in found and one != number]
        found += fresh
        waiting += fresh
    return found


def _followed(connection: Connection, number: str, now: datetime) -> str:
    """Return the ticket that is worked on: the last of a chain of merges."""
    seen = {number}
    while (into := _case(connection, number, now).merged_into) and into not in seen:
        seen.add(into)
        number = into
    return number


def _case(connection: Connection, number: str, now: datetime) -> Case:
    assert now.tzinfo is not None
    return fold(steps_of(history(connection, stream(number)), now.tzinfo))
