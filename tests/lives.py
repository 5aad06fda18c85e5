"""Takes steps of tickets in the tests' databases."""

from datetime import datetime

from core.database import Database
from tickets.life.case import Case
from tickets.life.machine import Order, system
from tickets.life.roles import Actor, Role
from tickets.life.rules import usual_rules
from tickets.life.span import Span
from tickets.life.steps import AnyStep, Close, Dispatch, Feedback, Redo, Settle, Sign, Verify
from tickets.life.store import LifeStore
from tickets.store import TicketStore
from tickets.ticket import Ticket

AGENT = Actor("小王", Role.AGENT)
UNIT = Actor("老赵", Role.UNIT, "热力公司")


def take(database: Database, number: str, step: AnyStep, at: datetime, by: Actor | None = None) -> Case:
    """Take a step by the usual rules, by the hotline itself unless somebody is named."""
    return LifeStore(database, usual_rules()).take(number, Order(step, by or system(), at))


def settled(database: Database, number: str, at: datetime) -> Ticket:
    """Close a ticket with an answer and return it."""
    take(database, number, Settle(reply="已经修好了"), at)
    found = TicketStore(database).find_now(number)
    assert found
    return found


def opened_again(database: Database, number: str, at: datetime) -> None:
    """Have a closed ticket done again."""
    take(database, number, Redo(reason="还是不热"), at, AGENT)


def closed_by_its_unit(database: Database, number: str, at: datetime) -> None:
    """Have a ticket that waits for its dispatch done by a unit, verified and closed, all at `at`."""
    for step, by in (
        (Dispatch(lead=UNIT.unit, within=Span(1, "d"), reason="清单"), None),
        (Sign(), UNIT),
        (Feedback(reply="换了阀门", solved=True), UNIT),
        (Verify(), None),
        (Close(), None),
    ):
        take(database, number, step, at, by)
