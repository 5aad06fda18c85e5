"""Merging (并单): two tickets are one matter; the count is kept, and the caller is told."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from core.events import Event, append, history
from tickets.deadlines import WorkingCalendar
from tickets.intake.receipt import in_groups
from tickets.life import steps as s
from tickets.life.case import Case, fold
from tickets.life.machine import Order
from tickets.life.record import steps_of, stream
from tickets.life.roles import Actor
from tickets.life.rules import CityRules
from tickets.life.store import take_step

Tell = Callable[[Connection, str, str, datetime], None]
"""Tells the caller of a ticket something, within the transaction of what it is about: number, text, when."""


def record_told(connection: Connection, number: str, text: str, now: datetime) -> None:
    """Keep what a ticket's caller is to be told as a `ticket.told` event, for whatever sends notices."""
    append(connection, Event(now.timestamp(), stream(number), "ticket.told", {"text": text}))


def merge(
    connection: Connection,
    number: str,
    into: str,
    reason: str,
    by: Actor,
    now: datetime,
    rules: CityRules,
    calendar: WorkingCalendar,
    tell: Tell = record_told,
) -> Case:
    """Merge the ticket `number` into the one that `into` leads to; return the case of the latter, its count kept.

    Within an exclusive transaction, or where `number` is not known to anybody else yet. Raises `StepRefused`,
    `TicketUnknown`.
    """
    assert now.tzinfo is not None
    into = _followed(connection, into, now)
    joined = take_step(connection, into, Order(s.Joined(number=number), by, now), rules, calendar)
    take_step(connection, number, Order(s.Merge(into=into, reason=reason), by, now), rules, calendar)
    same = f"您反映的事项(工单{in_groups(number)})和工单{in_groups(into)}是同一件事"
    tell(connection, number, f"{same},已经并在一起办理,结果会一并告诉您。", now)
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
